//! What generated code writes once per file instead of once per type.

use crate::json::{Param, Secrets, Value, grow};
use std::fmt;

/// `Debug` for generated types, by way of [`Json`]: secrets are redacted.
#[doc(hidden)]
#[macro_export]
macro_rules! __debug {
    ($($name:ident),* $(,)?) => { $(
        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__rt::v1::debug_json(::core::stringify!($name), self, f)
            }
        }
    )* };
}

/// `Debug` that shows no more than the name.
#[doc(hidden)]
#[macro_export]
macro_rules! __redacted_debug {
    ($($name:ident),* $(,)?) => { $(
        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(::core::concat!(::core::stringify!($name), "(..)"))
            }
        }
    )* };
}

/// The slot of a credential that is no token.
#[doc(hidden)]
#[macro_export]
macro_rules! __filled_slot {
    ($($name:ident),* $(,)?) => { $(
        impl $crate::__rt::v1::Slot for $name {
            type Filled = $crate::__rt::v1::Yes;
            type IdToken = $crate::__rt::v1::No;
            type AccessToken = $crate::__rt::v1::No;
            type Grant = ();
        }
    )* };
}

/// `Serialize` and `Deserialize` by way of [`Json`].
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_impls {
    ($($name:ty),* $(,)?) => { $(
        impl $crate::__rt::v1::serde::Serialize for $name {
            fn serialize<S: $crate::__rt::v1::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__rt::v1::serialize(self, serializer)
            }
        }
        impl<'de> $crate::__rt::v1::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__rt::v1::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__rt::v1::deserialize(deserializer)
            }
        }
    )* };
}

/// Nothing: the feature `serde` is off.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_impls {
    ($($name:ty),* $(,)?) => {};
}

/// The call of a generated client: one type for all operations, defined in their crate so that it can have their setters.
#[doc(hidden)]
#[macro_export]
macro_rules! __calls {
    () => {
        /// A call of the operation `O`, not yet sent: `.await` sends it.
        #[must_use = "a call is sent when it is awaited"]
        pub struct Call<'c, O> {
            pub(crate) request: $crate::__rt::v1::Request<'c>,
            operation: ::core::marker::PhantomData<fn() -> O>,
        }

        impl<'c, O> Call<'c, O> {
            pub(crate) fn new(request: $crate::__rt::v1::Request<'c>) -> Self {
                Self { request, operation: ::core::marker::PhantomData }
            }

            /// Allows this call this much time, from when it is sent to the end of its response (of the headers, if the body is
            /// streamed), all its attempts and the pauses between them included.
            pub fn timeout(mut self, timeout: ::core::time::Duration) -> Self {
                self.request.timeout(timeout);
                self
            }

            /// Tries this call again by this policy instead of the client's; the budget stays the client's.
            pub fn retry(mut self, retry: $crate::__rt::v1::Retry) -> Self {
                self.request.retry(retry);
                self
            }

            /// Sets a header of this call. One that carries a credential is refused when the call is sent.
            pub fn header(
                mut self,
                name: impl ::core::convert::AsRef<str>,
                value: impl ::core::convert::AsRef<str>,
            ) -> Self {
                self.request.own_header(name.as_ref(), value.as_ref());
                self
            }

            /// Adds a query parameter that the document does not describe; given twice, both are sent. One that carries a
            /// credential is refused when the call is sent.
            pub fn query(mut self, name: impl ::core::convert::AsRef<str>, value: impl ::core::fmt::Display) -> Self {
                self.request.own_query(name.as_ref(), &::std::string::ToString::to_string(&value));
                self
            }
        }

        impl<'c, O: $crate::__rt::v1::OperationTypes> Call<'c, O> {
            /// Sends it. The same as `.await` on the call itself.
            pub fn send(self) -> $crate::__rt::v1::Sending<'c, O::Answer, O::Error> {
                self.request.send()
            }

            /// Sends it with this credential, whatever the client holds and the document demands: nothing is checked before.
            /// For servers that differ from their document.
            pub fn send_with(
                mut self,
                credential: impl ::core::convert::Into<$crate::__rt::v1::AnyCredential>,
            ) -> $crate::__rt::v1::Sending<'c, O::Answer, O::Error> {
                self.request.credential(credential.into());
                self.send()
            }

            /// The request as it would be sent, without any credential; an error of the kind `Request` where it can't be sent.
            pub fn build(
                self,
            ) -> ::core::result::Result<
                $crate::__rt::v1::http::Request<$crate::__rt::v1::RequestBody>,
                $crate::__rt::v1::Error<O::Error>,
            > {
                self.request.build()
            }

            /// The request as it would be sent, with its credentials: it is a secret. The errors are those of sending it that
            /// come before the first byte.
            pub async fn build_authorized(
                self,
            ) -> ::core::result::Result<
                $crate::__rt::v1::http::Request<$crate::__rt::v1::RequestBody>,
                $crate::__rt::v1::Error<O::Error>,
            > {
                self.request.build_authorized().await
            }

            $crate::__rt::v1::blocking!(O);
        }

        impl<'c, O: $crate::__rt::v1::NoBodySetter> Call<'c, O> {
            /// Sends this value as JSON: the document does not describe the body. In place of what `json` and `body` set before.
            pub fn json(mut self, value: &(impl $crate::__rt::v1::Serialize + ?::core::marker::Sized)) -> Self
            where
                O: $crate::__rt::v1::UndescribedRequest,
            {
                self.request.json_of(value);
                self
            }

            /// Sends this body, which the document does not describe: text, bytes, or a stream. In place of what `json` and
            /// `body` set before.
            pub fn body(
                mut self,
                content_type: impl ::core::convert::AsRef<str>,
                body: impl ::core::convert::Into<$crate::__rt::v1::RequestBody>,
            ) -> Self
            where
                O: $crate::__rt::v1::UndescribedRequest,
            {
                self.request.bytes(content_type.as_ref(), body);
                self
            }
        }

        impl<'c, O: $crate::__rt::v1::OperationTypes> ::core::future::IntoFuture for Call<'c, O> {
            type Output =
                ::core::result::Result<$crate::__rt::v1::Response<O::Answer>, $crate::__rt::v1::Error<O::Error>>;
            type IntoFuture = $crate::__rt::v1::Sending<'c, O::Answer, O::Error>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }

        #[doc(hidden)]
        impl<O> ::core::ops::Deref for Call<'_, O> {
            type Target = $crate::__rt::v1::NotSent<O>;

            fn deref(&self) -> &Self::Target {
                const { &$crate::__rt::v1::NotSent::ANY }
            }
        }

        impl<O> ::core::fmt::Debug for Call<'_, O> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.request, f)
            }
        }
    };
}

/// What a call can do with the feature `blocking`.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking {
    ($operation:ident) => {
        /// Sends it and waits for the response on the calling thread, which must not belong to an async runtime.
        pub fn send_blocking(
            self,
        ) -> ::core::result::Result<
            $crate::__rt::v1::Response<$operation::Answer>,
            $crate::__rt::v1::Error<$operation::Error>,
        > {
            self.request.send_blocking()
        }
    };
}

/// A method that does not compile and names the feature: `blocking` is off.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking {
    ($operation:ident) => {
        #[doc(hidden)]
        pub fn send_blocking<Returned>(self) -> Returned
        where
            for<'off> Self: $crate::__rt::v1::FeatureBlocking<'off>,
        {
            ::core::unreachable!("the bound can't be met")
        }
    };
}

/// Shows a generated value: a struct by its members, other values in brackets; secrets redacted.
///
/// # Errors
/// Those of the formatter.
pub fn debug_json(name: &str, value: &dyn Param, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (tree, _) = grow(Secrets::Redacted, value);
    let value = tree.root();
    let Value::Object(members) = value else {
        return f.debug_tuple(name).field(&value).finish();
    };
    let mut shown = f.debug_struct(name);
    for (member, value) in members.iter() {
        shown.field(member, &value);
    }
    shown.finish()
}

#[cfg(test)]
mod tests {
    use crate::json::{Json, Object, Read, Value, Writer};
    use crate::secret::Secret;

    struct Login {
        user: String,
        password: Secret,
        tags: Vec<i64>,
    }

    impl Json for Login {
        fn read(value: &Value<'_>) -> Read<Self> {
            let mut object = Object::new(value)?;
            let (user, password) = (object.required("user")?, object.required("password")?);
            Ok(Self { user, password, tags: object.required("tags")? })
        }
        fn write(&self, out: &mut Writer<'_>) {
            out.begin_object();
            out.required("user", &self.user);
            out.required("password", &self.password);
            out.required("tags", &self.tags);
            out.end_object();
        }
    }

    crate::__debug!(Login);

    #[test]
    fn debug_shows_members_and_no_secrets() {
        let login = Login { user: "rex".to_owned(), password: Secret::new("canary"), tags: vec![1, 2] };
        assert_eq!(format!("{login:?}"), r#"Login { user: "rex", password: "[redacted]", tags: [1, 2] }"#);
        assert!(!format!("{login:#?}").contains("canary"));
    }
}

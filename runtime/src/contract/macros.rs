//! Macros for the repeated parts of generated code.

use crate::json::{Param, Secrets, Value, write_tree};
use std::fmt;

/// `Debug` for generated types, by their [`Json`]; secrets are redacted.
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

/// `PartialEq` for generated types: they are equal if they are written as equal JSON.
#[doc(hidden)]
#[macro_export]
macro_rules! __equal {
    ($($name:ident),* $(,)?) => { $(
        impl ::core::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::__rt::v1::equal_json(self, other)
            }
        }
    )* };
}

/// `Default` for generated types whose `new` has no arguments.
#[doc(hidden)]
#[macro_export]
macro_rules! __default {
    ($($name:ident),* $(,)?) => { $(
        impl ::core::default::Default for $name {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }
    )* };
}

/// For each struct of the module `types`, a struct of its required fields, which becomes it.
#[cfg(feature = "constructors")]
#[doc(hidden)]
#[macro_export]
macro_rules! __constructors {
    ($($name:ident { $($field:ident: $ty:ty),* } [$($absent:ident),*] ($($constant:ident: $value:expr),*);)*) => { $(
        #[doc = ::core::concat!("The required fields of [`types::", ::core::stringify!($name), "`], which it becomes by `into`.")]
        #[derive(Clone)]
        #[allow(missing_docs)]
        pub struct $name {
            $(pub $field: $ty,)*
        }

        impl ::core::convert::From<$name> for types::$name {
            fn from(required: $name) -> Self {
                Self {
                    $($field: ::core::convert::Into::into(required.$field),)*
                    $($absent: ::core::default::Default::default(),)*
                    $($constant: $value,)*
                }
            }
        }
    )* };
}

/// `Default` for structs of the module `types` that have no required fields.
#[cfg(feature = "constructors")]
#[doc(hidden)]
#[macro_export]
macro_rules! __empty {
    ($($name:ident [$($absent:ident),*] ($($constant:ident: $value:expr),*);)*) => { $(
        impl ::core::default::Default for types::$name {
            fn default() -> Self {
                Self { $($absent: ::core::default::Default::default(),)* $($constant: $value,)* }
            }
        }
    )* };
}

/// Empty, since the feature `constructors` is off.
#[cfg(not(feature = "constructors"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __constructors {
    ($($any:tt)*) => {};
}

/// Empty, since the feature `constructors` is off.
#[cfg(not(feature = "constructors"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __empty {
    ($($any:tt)*) => {};
}

/// `FromStr` for generated enums of strings.
#[doc(hidden)]
#[macro_export]
macro_rules! __from_str {
    ($($name:ident),* $(,)?) => { $(
        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok(::core::convert::From::from(text))
            }
        }
    )* };
}

/// `Debug` that shows only the name.
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

/// The slot of a credential that is not a token.
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

/// `Serialize` and `Deserialize`, by [`Json`].
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

/// Empty, since the feature `serde` is off.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_impls {
    ($($name:ty),* $(,)?) => {};
}

/// The call of a generated client: one type for all operations, defined in the generated crate so that it can add setters.
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

            /// Sets the time limit of this call, from its start to the end of the response (of the headers, if the body is
            /// streamed), including all attempts and the pauses between them.
            pub fn timeout(mut self, timeout: ::core::time::Duration) -> Self {
                self.request.timeout(timeout);
                self
            }

            /// Sets the retry policy of this call in place of the client's. The retry budget is still the client's.
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

            /// Adds a query parameter that the document does not describe. If it is added twice, both are sent. One that carries
            /// a credential is refused when the call is sent.
            pub fn query(mut self, name: impl ::core::convert::AsRef<str>, value: impl ::core::fmt::Display) -> Self {
                self.request.own_query(name.as_ref(), &::std::string::ToString::to_string(&value));
                self
            }
        }

        impl<'c, O: $crate::__rt::v1::OperationTypes> Call<'c, O> {
            /// Sends the call, as `.await` does.
            pub fn send(self) -> $crate::__rt::v1::Sending<'c, O::Success, O::Error> {
                self.request.send()
            }

            /// Sends the call with this credential in place of the client's. The security requirement is not checked. For
            /// servers that differ from their document.
            pub fn send_with(
                mut self,
                credential: impl ::core::convert::Into<$crate::__rt::v1::AnyCredential>,
            ) -> $crate::__rt::v1::Sending<'c, O::Success, O::Error> {
                self.request.credential(credential.into());
                self.send()
            }

            /// Sends the call. The body of a success is a stream of bytes, whatever the document describes. An error status is the
            /// same error as of `.await`.
            pub fn send_streaming(self) -> $crate::__rt::v1::Sending<'c, $crate::__rt::v1::Streaming, O::Error> {
                self.request.send_streaming()
            }

            /// Sends the call, whose response is an event stream, and sends it again with `Last-Event-ID` after the stream ended or
            /// broke.
            pub fn reconnect(
                self,
                policy: $crate::__rt::v1::Reconnect,
            ) -> $crate::__rt::v1::ContinuedEvents<'c, <O::Success as $crate::__rt::v1::EventResponse>::Value>
            where
                O::Success: $crate::__rt::v1::EventResponse,
            {
                self.request.reconnect(policy)
            }

            /// Returns the request without credentials. Fails with the kind `Request` if it can't be sent.
            pub fn build(
                self,
            ) -> ::core::result::Result<
                $crate::__rt::v1::http::Request<$crate::__rt::v1::RequestBody>,
                $crate::__rt::v1::Error<O::Error>,
            > {
                self.request.build()
            }

            /// Returns the request with its credentials, so it is a secret. Fails as a call does before its first byte is sent.
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

        impl<'c, O: $crate::__rt::v1::HasIdempotencyKey> Call<'c, O> {
            /// Sets the idempotency key of this call. Without one it is a random UUID, the same for all attempts.
            pub fn idempotency_key(mut self, key: impl ::core::convert::AsRef<str>) -> Self {
                self.request.idempotency_key(key.as_ref());
                self
            }
        }

        impl<'c, O: $crate::__rt::v1::Paginated> Call<'c, O> {
            /// Sends the call for each page: a stream of their responses.
            pub fn pages(self) -> $crate::__rt::v1::Pages<'c, O::Success, O::Error> {
                self.request.pages(O::PAGING)
            }

            /// Sends the call for each page: a stream of the items of all pages.
            pub fn items(self) -> $crate::__rt::v1::PageItems<'c, O::Item, O::Error> {
                self.request.page_items(O::PAGING)
            }
        }

        impl<'c, O: $crate::__rt::v1::NoBodySetter> Call<'c, O> {
            /// Sets the body to this value as JSON. The document does not describe the body of this operation.
            pub fn json(mut self, value: &(impl $crate::__rt::v1::Serialize + ?::core::marker::Sized)) -> Self
            where
                O: $crate::__rt::v1::UndescribedRequest,
            {
                self.request.json_of(value);
                self
            }

            /// Sets the body: text, bytes, or a stream. The document does not describe the body of this operation.
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
                ::core::result::Result<$crate::__rt::v1::Response<O::Success>, $crate::__rt::v1::Error<O::Error>>;
            type IntoFuture = $crate::__rt::v1::Sending<'c, O::Success, O::Error>;

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

/// The method of a call with the feature `blocking`.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking {
    ($operation:ident) => {
        /// Sends the call and waits for the response on this thread, which must not belong to an async runtime.
        pub fn send_blocking(
            self,
        ) -> ::core::result::Result<
            $crate::__rt::v1::Response<$operation::Success>,
            $crate::__rt::v1::Error<$operation::Error>,
        > {
            self.request.send_blocking()
        }
    };
}

/// A method that does not compile, since the feature `blocking` is off.
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

/// Whether two values are written as equal JSON.
pub fn equal_json(one: &dyn Param, other: &dyn Param) -> bool {
    let ((one, _), (other, _)) = (write_tree(Secrets::Written, one), write_tree(Secrets::Written, other));
    one.root() == other.root()
}

/// Formats a generated value for `Debug`: a struct by its members, other values in parentheses. Secrets are redacted.
///
/// # Errors
/// Returns the error of the formatter.
pub fn debug_json(name: &str, value: &dyn Param, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (tree, _) = write_tree(Secrets::Redacted, value);
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

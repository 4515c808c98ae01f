//! What generated code writes once per file instead of once per type.

use crate::json::{Param, Secrets, Value, grow};
use std::fmt;

/// Enumerations of strings: all that follows from `as_str` and `From<&str>`.
#[doc(hidden)]
#[macro_export]
macro_rules! __string_enums {
    ($($name:ty),* $(,)?) => { $(
        impl ::core::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }
        impl ::core::cmp::Eq for $name {}
        impl ::core::hash::Hash for $name {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }
        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl $crate::__rt::v1::Json for $name {
            fn read(value: &$crate::__rt::v1::Value<'_>) -> $crate::__rt::v1::Read<Self> {
                match $crate::__rt::v1::string(value) {
                    ::core::result::Result::Ok(text) => ::core::result::Result::Ok(Self::from(text)),
                    ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
                }
            }
            fn write(&self, out: &mut $crate::__rt::v1::Writer<'_>) {
                out.string(self.as_str());
            }
        }
    )* };
}

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

/// What a generated request struct of one field (`Request`) can do beside its setters.
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    ($name:ident, $answer:ty, $error:ty) => {
        impl<'c> $name<'c> {
            /// The call itself, with all that can be done to one: a deadline, headers, building without sending.
            pub fn call(self) -> $crate::__rt::v1::Call<'c, $answer, $error> {
                self.0.into()
            }

            /// The request as it would be sent, without its credentials.
            pub fn build(
                self,
            ) -> ::core::result::Result<
                $crate::__rt::v1::http::Request<$crate::__rt::v1::RequestBody>,
                $crate::__rt::v1::Error<$error>,
            > {
                self.call().build()
            }
        }
        impl<'c> ::core::future::IntoFuture for $name<'c> {
            type Output = ::core::result::Result<$crate::__rt::v1::Response<$answer>, $crate::__rt::v1::Error<$error>>;
            type IntoFuture = $crate::__rt::v1::Sending<'c, $answer, $error>;
            fn into_future(self) -> $crate::__rt::v1::Sending<'c, $answer, $error> {
                self.call().send()
            }
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

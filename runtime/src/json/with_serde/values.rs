//! serde for values that implement `Json`.

use crate::json::mismatch::Mismatch;
use crate::json::output::write_tree;
use crate::json::traits::Json;
use crate::json::tree::nodes::Tree;
use crate::json::tree::value::Value;
use crate::json::types::text::{Base64, DateTime, MimeBase64};
use crate::json::types::uuid::Uuid;
use crate::json::writer::Secrets;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};

/// Serializes a value.
///
/// # Errors
/// Fails if the serializer fails, or if the value contains a secret.
pub fn serialize<T: Json, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    match write_tree(Secrets::Refused, value) {
        (tree, None) => tree.root().serialize(serializer),
        (_, Some(why)) => Err(S::Error::custom(why)),
    }
}

/// Deserializes a value.
///
/// # Errors
/// Fails if the deserializer fails, or if the value does not match the type.
pub fn deserialize<'de, T: Json, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let tree = Tree::deserialize(deserializer)?;
    T::read(&tree.root()).map_err(|error: Mismatch| D::Error::custom(error))
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(it) => serializer.serialize_bool(*it),
            Self::Number(it) => it.serialize(serializer),
            Self::Wide(it) => serializer.serialize_i128(**it),
            Self::String(it) | Self::Text(it) => serializer.serialize_str(it),
            Self::Array(items) => serializer.collect_seq(items.iter()),
            Self::Object(members) => serializer.collect_map(members.iter()),
        }
    }
}

crate::__serde_impls!(DateTime, Base64, MimeBase64, Uuid);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::{Base64, Read, Writer};
    use crate::secret::Secret;

    #[derive(Debug)]
    struct Login(String, Secret);

    impl Json for Login {
        fn read(value: &Value<'_>) -> Read<Self> {
            let mut object = crate::json::Object::new(value)?;
            Ok(Self(object.required("user")?, object.required("password")?))
        }
        fn write(&self, out: &mut Writer<'_>) {
            out.begin_object();
            out.required("user", &self.0);
            out.required("password", &self.1);
            out.end_object();
        }
    }

    crate::__serde_impls!(Login);

    #[test]
    fn values_are_serialized_and_deserialized() {
        assert_eq!(serde_json::to_string(&Base64(vec![1, 2])).unwrap(), "\"AQI=\"");
        assert_eq!(serde_json::from_str::<Base64>("\"AQI=\"").unwrap().0, [1, 2]);
    }

    #[test]
    fn secrets_are_deserialized_and_not_serialized() {
        let login: Login = serde_json::from_str(r#"{"user":"rex","password":"canary"}"#).unwrap();
        assert_eq!(login.1.expose(), "canary");
        let error = serde_json::to_string(&login).unwrap_err().to_string();
        assert!(error.contains("secret") && !error.contains("canary"), "{error}");
    }
}

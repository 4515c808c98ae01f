//! Generated types from a JSON text.

use crate::json::mismatch::{Mismatch, Read};
use crate::json::traits::Json;
use crate::json::tree::nodes::Tree;

/// A value from a JSON text, for each generated type: a response for a test, or a value that the program stored.
///
/// It is read as the body of a response is. The generated crate has this crate as `runtime`.
///
/// ```
/// use cogen_runtime::FromJson;
/// use std::collections::BTreeMap;
///
/// let stock = BTreeMap::<String, i64>::from_json(r#"{"cats": 3}"#)?;
/// assert_eq!(stock["cats"], 3);
/// assert!(i64::from_json("\"3\"").is_err());
/// # Ok::<(), cogen_runtime::Mismatch>(())
/// ```
pub trait FromJson: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// Fails if the text is not JSON, or not a value of the type. The error has no part of the text.
    fn from_json(text: &str) -> Result<Self, Mismatch>;
}

impl<T: Json> FromJson for T {
    fn from_json(text: &str) -> Read<Self> {
        T::read(&Tree::parse(text.as_bytes())?.root())
    }
}

//! JSON texts as documents of the AWS SDK, and the reverse.

use aws_smithy_types::{Document, Number};
use serde_json::Value;

/// The JSON text of a document.
pub(crate) fn to_json(document: &Document) -> String {
    value(document).to_string()
}

/// The document of a JSON text; `None` if the text is not JSON.
pub(crate) fn of_json(text: &str) -> Option<Document> {
    Some(document(serde_json::from_str(text).ok()?))
}

fn value(document: &Document) -> Value {
    match document {
        Document::Object(members) => members.iter().map(|(name, member)| (name.clone(), value(member))).collect(),
        Document::Array(items) => items.iter().map(value).collect(),
        Document::Number(Number::PosInt(number)) => (*number).into(),
        Document::Number(Number::NegInt(number)) => (*number).into(),
        Document::Number(Number::Float(number)) => (*number).into(),
        Document::String(text) => text.as_str().into(),
        Document::Bool(truth) => (*truth).into(),
        Document::Null => Value::Null,
    }
}

fn document(value: Value) -> Document {
    match value {
        Value::Object(members) => {
            Document::Object(members.into_iter().map(|(name, member)| (name, document(member))).collect())
        }
        Value::Array(items) => Document::Array(items.into_iter().map(document).collect()),
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => Number::PosInt(number),
            (None, Some(number)) => Number::NegInt(number),
            (None, None) => Number::Float(number.as_f64().unwrap_or_default()),
        }),
        Value::String(text) => Document::String(text),
        Value::Bool(truth) => Document::Bool(truth),
        Value::Null => Document::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_document_and_a_text_again() {
        let text = r#"{"a":[1,-2,1.5,true,null,""],"b":{"c":"ä\n"},"n":18446744073709551615}"#;
        let read = of_json(text).map(|document| to_json(&document));
        let read: Option<Value> = read.and_then(|text| serde_json::from_str(&text).ok());
        assert_eq!(read, serde_json::from_str(text).ok());
        assert!(of_json("{").is_none() && of_json("").is_none());
    }
}

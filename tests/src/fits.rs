//! Whether a JSON value has the structure of a schema of OpenAPI 3.0. Formats are not checked.

use crate::document::resolve;
use crate::values::is_of;
use serde_json::Value;

/// Whether a value fits a schema.
pub fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    deep(root, schema, value, 0)
}

fn deep(root: &Value, schema: &Value, value: &Value, depth: usize) -> bool {
    if depth > 60 {
        return true;
    }
    let schema = resolve(root, schema);
    let each = |key: &str| schema.get(key).and_then(Value::as_array).map(Vec::as_slice);
    let inner = |part: &Value| deep(root, part, value, depth + 1);
    if value.is_null() && schema["nullable"] == true {
        return true;
    }
    let ty = schema["type"].as_str();
    ty.is_none_or(|ty| is_of(value, ty))
        && each("enum").is_none_or(|listed| listed.contains(value))
        && each("allOf").is_none_or(|parts| parts.iter().all(inner))
        && each("anyOf").is_none_or(|parts| parts.is_empty() || parts.iter().any(inner))
        && each("oneOf").is_none_or(|parts| parts.is_empty() || parts.iter().filter(|p| inner(p)).count() == 1)
        && match value {
            Value::Object(members) => {
                let declared = |name: &str| schema["properties"].get(name);
                let additional = schema.get("additionalProperties");
                let count = members.len() as u64;
                // A request leaves out what only responses have.
                let is_there = |name: &str| {
                    members.contains_key(name)
                        || declared(name).is_some_and(|property| resolve(root, property)["readOnly"] == true)
                };
                each("required").is_none_or(|r| r.iter().filter_map(Value::as_str).all(is_there))
                    && schema["minProperties"].as_u64().is_none_or(|least| count >= least)
                    && schema["maxProperties"].as_u64().is_none_or(|most| count <= most)
                    && members.iter().all(|(name, value)| match (declared(name), additional) {
                        (Some(property), _) => deep(root, property, value, depth + 1),
                        (None, Some(Value::Bool(open))) => *open,
                        (None, Some(schema)) => deep(root, schema, value, depth + 1),
                        (None, None) => true,
                    })
            }
            Value::Array(items) => {
                let count = items.len() as u64;
                schema["minItems"].as_u64().is_none_or(|least| count >= least)
                    && schema["maxItems"].as_u64().is_none_or(|most| count <= most)
                    && schema
                        .get("items")
                        .is_none_or(|schema| items.iter().all(|item| deep(root, schema, item, depth + 1)))
            }
            Value::String(text) => {
                let count = text.chars().count() as u64;
                schema["minLength"].as_u64().is_none_or(|least| count >= least)
                    && schema["maxLength"].as_u64().is_none_or(|most| count <= most)
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                let (low, high) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
                low.is_none_or(|low| number > low || number >= low && schema["exclusiveMinimum"] != true)
                    && high.is_none_or(|high| number < high || number <= high && schema["exclusiveMaximum"] != true)
            }
            Value::Null | Value::Bool(_) => true,
        }
}

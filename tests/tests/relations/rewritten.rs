//! Other ways to write a document with the same meaning.

use serde_json::{Map, Value, json};

/// The members of all objects in reverse order, except media types, whose order matters.
pub fn reversed(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(reversed).collect(),
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| match value.as_object().filter(|_| key == "content") {
                Some(types) => {
                    (key.clone(), types.iter().map(|(name, value)| (name.clone(), reversed(value))).collect())
                }
                None => (key.clone(), reversed(value)),
            };
            members.iter().rev().map(member).collect()
        }
        other => other.clone(),
    }
}

/// All references to parameters, bodies, responses and headers replaced by their targets.
pub fn written_out(document: &Value) -> Value {
    fn written_out(value: &Value, document: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| written_out(item, document)).collect(),
            Value::Object(members) => match referred(members, document) {
                Some(target) => written_out(target, document),
                None => members.iter().map(|(key, value)| (key.clone(), written_out(value, document))).collect(),
            },
            other => other.clone(),
        }
    }
    fn referred<'d>(members: &Map<String, Value>, document: &'d Value) -> Option<&'d Value> {
        let pointer = members.get("$ref")?.as_str()?.strip_prefix('#')?;
        let folder = pointer.strip_prefix("/components").unwrap_or(pointer).split('/').nth(1)?;
        ["parameters", "requestBodies", "responses", "headers"].contains(&folder).then(|| document.pointer(pointer))?
    }
    written_out(document, document)
}

/// The requirement at the root moved to each operation that has none of its own.
pub fn with_own_security(document: &Value) -> Value {
    let mut document = document.clone();
    let Some(security) = document.as_object_mut().and_then(|root| root.remove("security")) else { return document };
    for operation in operations_mut(&mut document) {
        operation.entry("security").or_insert_with(|| security.clone());
    }
    document
}

/// The parameters of each path item moved to its operations, which override those of the same name and location.
pub fn with_own_parameters(document: &Value) -> Value {
    let mut document = document.clone();
    let whole = document.clone();
    for item in items_mut(&mut document) {
        let Some(Value::Array(of_path)) = item.remove("parameters") else { continue };
        for operation in operations_of_mut(item) {
            let own = operation.entry("parameters").or_insert_with(|| json!([]));
            let Some(own) = own.as_array_mut() else { continue };
            let named = |parameter: &Value| {
                let reference = parameter.get("$ref").and_then(Value::as_str);
                let parameter = reference.and_then(|r| whole.pointer(r.strip_prefix('#')?)).unwrap_or(parameter);
                ["name", "in"].map(|key| parameter.get(key).cloned())
            };
            let overridden: Vec<_> = own.iter().map(named).collect();
            own.extend(of_path.iter().filter(|parameter| !overridden.contains(&named(parameter))).cloned());
        }
    }
    document
}

/// The document with only one of its operations, for each of them.
pub fn alone(document: &Value) -> impl Iterator<Item = Value> {
    let items = document["paths"].as_object().into_iter().flatten();
    let routes = items.flat_map(|(path, item)| {
        let keys = item.as_object().into_iter().flat_map(Map::keys);
        let methods: Vec<_> = keys.filter(|key| METHODS.contains(&key.as_str())).collect();
        let is_beside_others = methods.len() > 1;
        // An `OPTIONS` next to other methods may be for preflight requests; alone it is not.
        methods
            .into_iter()
            .filter(move |method| *method != "options" || !is_beside_others)
            .map(move |method| (path, item, method))
    });
    routes.map(|(path, item, method)| {
        let mut item = item.clone();
        if let Some(members) = item.as_object_mut() {
            members.retain(|key, _| key == method || (!METHODS.contains(&key.as_str()) && key != OTHERS));
        }
        let mut document = document.clone();
        document["paths"] = json!({ path: item });
        document
    })
}

/// The document with a dangling reference in place of each of its components except the security schemes, one at a time.
pub fn broken(document: &Value) -> impl Iterator<Item = Value> {
    let of_3 = ["schemas", "parameters", "responses", "requestBodies", "headers"];
    let folders = of_3.into_iter().map(|kind| format!("/components/{kind}"));
    let of_2 = ["definitions", "parameters", "responses"].into_iter().map(|kind| format!("/{kind}"));
    folders.chain(of_2).flat_map(move |folder| {
        let names = document.pointer(&folder).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        names
            .map(move |name| {
                let mut document = document.clone();
                if let Some(folder) = document.pointer_mut(&folder) {
                    folder[name] = json!({"$ref": "#/components/schemas/Nowhere"});
                }
                document
            })
            .collect::<Vec<_>>()
    })
}

/// Block style, all texts in double quotes.
pub fn as_yaml(value: &Value) -> String {
    fn write(value: &Value, indent: &str, out: &mut String) {
        let deeper = format!("{indent}  ");
        match value {
            Value::Object(members) if !members.is_empty() => {
                out.push('\n');
                for (key, value) in members {
                    *out += &format!("{indent}{}:", quoted(key));
                    write(value, &deeper, out);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                for value in items {
                    *out += &format!("{indent}-");
                    write(value, &deeper, out);
                }
            }
            Value::String(text) => *out += &format!(" {}\n", quoted(text)),
            other => *out += &format!(" {other}\n"),
        }
    }
    // YAML forbids some of the characters that JSON allows (YAML 1.2, section 5.1).
    fn quoted(text: &str) -> String {
        let plain = |c: char| (' '..='~').contains(&c) && !['"', '\\'].contains(&c);
        let escaped = |c: char| if plain(c) { c.to_string() } else { format!("\\U{:08x}", u32::from(c)) };
        format!("\"{}\"", text.chars().map(escaped).collect::<String>())
    }
    let mut out = String::new();
    write(value, "", &mut out);
    out
}

const METHODS: [&str; 10] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query", "x-amazon-apigateway-any-method"];

/// The operations of other methods (OpenAPI 3.2).
const OTHERS: &str = "additionalOperations";

fn items_mut(document: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut)
}

fn operations_mut(document: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    items_mut(document).flat_map(operations_of_mut)
}

fn operations_of_mut(item: &mut Map<String, Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    let operations = item.iter_mut().flat_map(|(key, value)| match key.as_str() {
        OTHERS => value.as_object_mut().into_iter().flat_map(Map::values_mut).collect(),
        key if METHODS.contains(&key) => vec![value],
        _ => Vec::new(),
    });
    operations.filter_map(Value::as_object_mut)
}

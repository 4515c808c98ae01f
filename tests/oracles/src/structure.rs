//! Changes to real documents that keep them documents: the bytes select the document, the changes and their positions.

use crate::{documents, payloads, seeds, tree};
use serde_json::{Value, json};

/// Reads bytes as a list of changes to one of the seeds.
///
/// # Panics
/// As for [`generate`](crate::generate).
pub fn mutations(bytes: &[u8]) {
    let document = mutated(bytes, seeds::trees());
    let keep_going = bytes.len().is_multiple_of(2);
    let mut options = documents::options(keep_going);
    options.single_file = bytes.len().is_multiple_of(3);
    drop(documents::generated(&document, &options));
}

/// The document that the bytes describe.
pub fn mutated(bytes: &[u8], seeds: &[Value]) -> Vec<u8> {
    let mut choices = Choices(bytes);
    let Some(seed) = seeds.get(choices.below(seeds.len())) else { return bytes.to_vec() };
    let mut root = seed.clone();
    let mut left = 12;
    while !choices.0.is_empty() && left > 0 {
        left -= 1;
        change(&mut root, seed, &mut choices);
    }
    root.to_string().into_bytes()
}

/// Reads bytes as a sequence of choices; after their end, every choice is the first.
struct Choices<'b>(&'b [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn below(&mut self, bound: usize) -> usize {
        let number = if bound <= 256 { self.byte() } else { self.byte() << 8 | self.byte() };
        number % bound.max(1)
    }

    fn text(&mut self) -> String {
        match self.byte() {
            // A text from the bytes.
            0 => {
                let (text, rest) = self.0.split_at(self.0.len().min(12));
                self.0 = rest;
                String::from_utf8_lossy(text).into_owned()
            }
            1..=63 => payloads::WORDS[self.below(payloads::WORDS.len())].to_owned(),
            _ => payloads::TEXTS[self.below(payloads::TEXTS.len())].to_owned(),
        }
    }
}

fn change(root: &mut Value, seed: &Value, choices: &mut Choices<'_>) {
    let what = choices.byte() % 14;
    let at = choices.below(tree::count(root));
    let other = || seed.clone();
    let Some(target) = tree::nth(root, at) else { return };
    match what {
        0 | 1 => *target = choices.text().into(),
        2 => *target = literal(choices),
        3 | 4 => {
            let mut seed = other();
            let from = choices.below(tree::count(&seed));
            *target = tree::nth(&mut seed, from).map(Value::take).unwrap_or_default();
        }
        5 | 6 => remove(target, choices),
        7 => rename(target, choices),
        8 => {
            let inner = target.take();
            *target = match choices.byte() % 8 {
                0 => json!({"allOf": [inner]}),
                1 => json!({"oneOf": [inner, {"type": "string"}]}),
                2 => json!({"anyOf": [{"type": "null"}, inner]}),
                3 => json!({"type": "array", "items": inner}),
                4 => json!({"type": "object", "properties": {"x": inner}}),
                5 => json!({"type": "object", "additionalProperties": inner}),
                6 => json!({"schema": inner}),
                _ => json!([inner]),
            };
        }
        9 => *target = json!({"$ref": reference(seed, choices)}),
        10 => {
            if let Value::Array(items) = target
                && let Some(item) = items.get(choices.below(items.len())).cloned()
            {
                items.push(item);
            }
        }
        11 | 12 => {
            let key = KEYS[choices.below(KEYS.len())];
            let mut seed = other();
            let from = choices.below(tree::count(&seed));
            let value = tree::nth(&mut seed, from).map(Value::take).unwrap_or_default();
            if let Value::Object(members) = target {
                members.insert(key.to_owned(), value);
            }
        }
        _ => {
            // Text appended to existing text: names with a common beginning.
            let text = choices.text();
            if let Value::String(own) = target {
                own.push_str(&text);
            }
        }
    }
}

fn literal(choices: &mut Choices<'_>) -> Value {
    match choices.byte() % 12 {
        0 => Value::Null,
        1 => true.into(),
        2 => false.into(),
        3 => 0.into(),
        4 => (-1).into(),
        5 => u64::MAX.into(),
        6 => json!(1e300),
        7 => "".into(),
        8 => json!([]),
        9 => json!({}),
        10 => json!([null, 1, "a", "A", true]),
        _ => json!({"type": ["string", "null"], "enum": ["a", "A", "", null, "a b"]}),
    }
}

fn remove(target: &mut Value, choices: &mut Choices<'_>) {
    match target {
        Value::Array(items) if !items.is_empty() => drop(items.remove(choices.below(items.len()))),
        Value::Object(members) if !members.is_empty() => {
            let index = choices.below(members.len());
            let key = members.keys().nth(index).cloned();
            key.and_then(|key| members.shift_remove(&key));
        }
        _ => {}
    }
}

fn rename(target: &mut Value, choices: &mut Choices<'_>) {
    let Value::Object(members) = target else { return };
    let index = choices.below(members.len());
    let text =
        if choices.byte().is_multiple_of(2) { choices.text() } else { KEYS[choices.below(KEYS.len())].to_owned() };
    let all = std::mem::take(members).into_iter().enumerate();
    *members = all.map(|(at, (key, value))| (if at == index { text.clone() } else { key }, value)).collect();
}

/// A reference into the document, or a dangling one.
fn reference(seed: &Value, choices: &mut Choices<'_>) -> String {
    let components = seed.get("components").and_then(Value::as_object);
    let folder = components.and_then(|all| all.iter().nth(choices.below(all.len())));
    let Some((folder, Value::Object(all))) = folder else { return choices.text() };
    match all.keys().nth(choices.below(all.len() + 1)) {
        Some(name) => format!("#/components/{folder}/{}", name.replace('~', "~0").replace('/', "~1")),
        None => choices.text(),
    }
}

const KEYS: &[&str] = &[
    "$ref",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "type",
    "format",
    "enum",
    "const",
    "default",
    "example",
    "nullable",
    "required",
    "properties",
    "additionalProperties",
    "items",
    "discriminator",
    "description",
    "title",
    "deprecated",
    "readOnly",
    "writeOnly",
    "parameters",
    "requestBody",
    "responses",
    "content",
    "schema",
    "headers",
    "in",
    "name",
    "style",
    "explode",
    "allowReserved",
    "security",
    "servers",
    "tags",
    "operationId",
    "get",
    "post",
    "options",
    "x-amazon-apigateway-any-method",
    "x-amazon-apigateway-authorizer",
    "x-amazon-apigateway-auth",
    "x-amazon-apigateway-authtype",
    "x-amazon-apigateway-api-key-source",
    "x-amazon-apigateway-integration",
    "securitySchemes",
    "scopes",
    "flows",
    "scheme",
    "identitySource",
    "providerARNs",
    "jwtConfiguration",
    "200",
    "default",
    "4XX",
    "application/json",
    "text/plain",
    "multipart/form-data",
    "application/octet-stream",
    "/{proxy+}",
    "/a/{b}",
    "Fn::If",
    "Fn::Sub",
    "Ref",
    "$defs",
    "examples",
    "minimum",
    "exclusiveMinimum",
    "pattern",
    "maxLength",
    "x-nullable",
    "prefixItems",
    "patternProperties",
];

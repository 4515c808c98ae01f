//! Random JSON values of a schema of OpenAPI 3.0.

use crate::document::resolve;
use crate::fits::fits;
use crate::texts;
use fastrand::Rng;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where a value is used, as far as that restricts the value.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// The words that strings without a format are made of.
    pub words: &'static [&'static str],
    /// Every optional property is present, unless the schema is recursive.
    pub whole: bool,
    /// No property that only responses have.
    pub request: bool,
    /// `nullable` next to `allOf` allows `null`, although the members of `allOf` do not: this is what documents mean by it.
    pub null_with_all_of: bool,
    /// No `null` at all.
    pub never_null: bool,
    /// Integers of all sizes; otherwise only those that every JSON reader keeps exactly.
    pub wide: bool,
}

/// Makes values.
#[derive(Debug)]
pub struct Maker<'d> {
    root: &'d Value,
    random: Rng,
    habits: Habits,
}

/// A schema with its references and `allOf` merged into one.
#[derive(Clone, Debug, Default)]
struct Flat {
    /// The schema's name, if it was reached by a reference.
    name: Option<String>,
    keywords: Map<String, Value>,
    properties: BTreeMap<String, Vec<Value>>,
    required: BTreeSet<String>,
    unions: Vec<Union>,
    /// A discriminator next to properties: this schema is one of a family.
    family: Option<Value>,
    /// The required values of tags.
    tags: BTreeMap<String, String>,
    nullable: Option<bool>,
    closed: bool,
}

#[derive(Clone, Debug)]
struct Union {
    variants: Vec<Value>,
    exactly_one: bool,
    discriminator: Option<Value>,
}

/// Below this depth optional parts are left out.
const DEEP: usize = 5;

/// Below this depth there is no value.
const TOO_DEEP: usize = 24;

impl<'d> Maker<'d> {
    /// Creates a maker for the schemas of this document.
    pub fn new(root: &'d Value, habits: Habits, seed: u64) -> Self {
        Self { root, random: Rng::with_seed(seed), habits }
    }

    /// A value of a schema; `None` if none was found.
    pub fn value(&mut self, schema: &Value) -> Option<Value> {
        (0..8).find_map(|_| self.make(schema, 0).filter(|v| fits(self.root, schema, v) || self.habits.null_with_all_of))
    }

    fn make(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        let mut flat = Flat::default();
        self.fold(schema, &mut flat, 0)?;
        self.made(flat, depth)
    }

    /// Merges a schema into another; `None` if a reference is dangling or circular.
    fn fold(&self, schema: &Value, flat: &mut Flat, steps: usize) -> Option<()> {
        if steps > 40 {
            return None;
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            if flat.name.is_none() {
                flat.name = target.rsplit('/').next().map(str::to_owned);
            }
            let resolved = resolve(self.root, schema);
            return if resolved.get("$ref").is_some() { None } else { self.fold(resolved, flat, steps + 1) };
        }
        let Some(members) = schema.as_object() else { return Some(()) };
        let union = |key: &str| members.get(key).and_then(Value::as_array);
        let nullable = schema["nullable"] == true;
        let parts = union("allOf").map(Vec::as_slice).unwrap_or_default();
        if parts.is_empty() || !self.habits.null_with_all_of {
            flat.nullable = Some(nullable && flat.nullable.unwrap_or(true));
        }
        for part in parts {
            self.fold(part, flat, steps + 1)?;
        }
        if nullable && !parts.is_empty() && self.habits.null_with_all_of {
            flat.nullable = Some(true);
        }
        let discriminator = members.get("discriminator").filter(|d| d.is_object());
        for (key, exactly_one) in [("oneOf", true), ("anyOf", false)] {
            if let Some(variants) = union(key).filter(|v| !v.is_empty()) {
                flat.unions.push(Union {
                    variants: variants.clone(),
                    exactly_one,
                    discriminator: discriminator.cloned(),
                });
            }
        }
        if let Some(discriminator) = discriminator.filter(|_| union("oneOf").is_none() && union("anyOf").is_none()) {
            flat.family = Some(discriminator.clone());
        }
        for (name, property) in members.get("properties").and_then(Value::as_object).into_iter().flatten() {
            flat.properties.entry(name.clone()).or_default().push(property.clone());
        }
        let required = members.get("required").and_then(Value::as_array).into_iter().flatten();
        flat.required.extend(required.filter_map(Value::as_str).map(str::to_owned));
        flat.closed |= members.get("additionalProperties") == Some(&Value::Bool(false));
        for (key, value) in members {
            if !["allOf", "oneOf", "anyOf", "discriminator", "properties", "required", "nullable"]
                .contains(&key.as_str())
            {
                flat.keywords.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        Some(())
    }

    fn made(&mut self, mut flat: Flat, depth: usize) -> Option<Value> {
        if depth > TOO_DEEP {
            return None;
        }
        let null_listed = flat.keywords.get("enum").and_then(Value::as_array).is_none_or(|l| l.contains(&Value::Null));
        if flat.nullable == Some(true) && null_listed && !self.habits.never_null && self.random.u8(..5) == 0 {
            return Some(Value::Null);
        }
        if let Some(union) = flat.unions.pop() {
            return self.one_of(&flat, &union, depth);
        }
        if let Some(listed) = flat.keywords.get("enum").and_then(Value::as_array) {
            let ty = flat.keywords.get("type").and_then(Value::as_str).unwrap_or_default();
            let listed: Vec<&Value> =
                listed.iter().filter(|v| !v.is_null() && (ty.is_empty() || is_of(v, ty))).collect();
            return self.random.choice(listed).cloned();
        }
        let keyword = |key: &str| flat.keywords.get(key);
        let structured = !flat.properties.is_empty() || keyword("additionalProperties").is_some();
        match keyword("type").and_then(Value::as_str) {
            Some("object") => self.object(&flat, depth),
            None if structured => self.object(&flat, depth),
            Some("array") => self.array(&flat, depth),
            None if keyword("items").is_some() => self.array(&flat, depth),
            Some("string") => self.text(&flat),
            Some("integer") => self.integer(&flat),
            Some("number") if keyword("format").and_then(Value::as_str).is_some_and(|f| f.starts_with("int")) => {
                self.integer(&flat)
            }
            Some("number") => self.number(&flat),
            Some("boolean") => Some(Value::Bool(self.random.bool())),
            None if keyword("pattern").is_some() || keyword("format").is_some() => self.text(&flat),
            _ => Some(self.anything(depth)),
        }
    }

    fn one_of(&mut self, flat: &Flat, union: &Union, depth: usize) -> Option<Value> {
        let mut order: Vec<usize> = (0..union.variants.len()).collect();
        self.random.shuffle(&mut order);
        for index in order {
            let variant = &union.variants[index];
            let mut whole = flat.clone();
            // A union may itself be a variant; the name is that of the variant.
            whole.name = None;
            if self.fold(variant, &mut whole, 0).is_none() {
                continue;
            }
            if let Some(discriminator) = &union.discriminator
                && let Some(property) = discriminator["propertyName"].as_str()
                && let Some(tag) = tag(discriminator, variant["$ref"].as_str())
            {
                whole.tags.insert(property.to_owned(), tag);
            }
            let Some(value) = self.made(whole, depth + 1) else { continue };
            let alone = union.variants.iter().filter(|v| fits(self.root, v, &value)).count() == 1;
            if !union.exactly_one || alone || value.is_null() {
                return Some(value);
            }
        }
        None
    }

    fn object(&mut self, flat: &Flat, depth: usize) -> Option<Value> {
        let mut flat = flat.clone();
        if let Some(family) = &flat.family
            && let (Some(name), Some(property)) = (&flat.name, family["propertyName"].as_str())
        {
            let own = tag(family, Some(name)).unwrap_or_else(|| name.clone());
            flat.tags.entry(property.to_owned()).or_insert(own);
        }
        let mut made = Map::new();
        for (name, schemas) in &flat.properties {
            if self.habits.request && schemas.iter().any(|s| resolve(self.root, s)["readOnly"] == true) {
                continue;
            }
            let required = flat.required.contains(name);
            let wanted = depth <= DEEP && (self.habits.whole || self.random.u8(..10) < 7);
            if !required && !wanted {
                continue;
            }
            if let Some(tag) = flat.tags.get(name) {
                made.insert(name.clone(), tag.as_str().into());
                continue;
            }
            let value = match schemas.as_slice() {
                [only] => self.make(only, depth + 1),
                several => self.make(&json!({ "allOf": several }), depth + 1),
            };
            match value {
                Some(value) => drop(made.insert(name.clone(), value)),
                None if required => return None,
                None => {}
            }
        }
        let additional = flat.keywords.get("additionalProperties").filter(|_| !flat.closed);
        for name in &flat.required {
            if !made.contains_key(name) && !flat.properties.contains_key(name) {
                let text = flat.tags.get(name).map(|t| Value::from(t.as_str()));
                made.insert(name.clone(), text.or_else(|| self.additional(additional, depth))?);
            }
        }
        let least = flat.keywords.get("minProperties").and_then(Value::as_u64).unwrap_or(0);
        let most = flat.keywords.get("maxProperties").and_then(Value::as_u64).unwrap_or(u64::MAX);
        let more = if additional.is_some() && depth <= DEEP { self.random.u64(..3) } else { 0 };
        for number in 0..more.max(least.saturating_sub(made.len() as u64)) {
            let word = self.random.choice(self.habits.words).copied().unwrap_or("key");
            let key = if number == 0 { word.to_owned() } else { format!("{word}{number}") };
            if made.len() as u64 >= most || made.contains_key(&key) || flat.properties.contains_key(&key) || flat.closed
            {
                continue;
            }
            if let Some(value) = self.additional(additional, depth) {
                made.insert(key, value);
            }
        }
        Some(made.into())
    }

    fn additional(&mut self, schema: Option<&Value>, depth: usize) -> Option<Value> {
        match schema.filter(|s| s.is_object()) {
            Some(schema) => self.make(schema, depth + 1),
            None => Some(self.anything(depth + 1)),
        }
    }

    fn array(&mut self, flat: &Flat, depth: usize) -> Option<Value> {
        let count = |key: &str| flat.keywords.get(key).and_then(Value::as_u64);
        let least = count("minItems").unwrap_or(0);
        let usual = if depth > DEEP { 0 } else { self.random.u64(u64::from(self.habits.whole)..4) };
        let wanted = usual.max(least).min(count("maxItems").unwrap_or(u64::MAX)).min(200);
        let unique = flat.keywords.get("uniqueItems") == Some(&Value::Bool(true));
        // The elements of a tuple, as OpenAPI 3.1 or draft 4 writes it.
        let prefix = flat.keywords.get("prefixItems").or(flat.keywords.get("items")).and_then(Value::as_array);
        if let Some(prefix) = prefix {
            return prefix
                .iter()
                .map(|element| self.make(element, depth + 1))
                .collect::<Option<Vec<_>>>()
                .map(Value::Array);
        }
        let mut made: Vec<Value> = Vec::new();
        let items = flat.keywords.get("items").filter(|i| i.as_object().is_some_and(|i| !i.is_empty()));
        for _ in 0..wanted * 4 {
            if made.len() as u64 >= wanted {
                break;
            }
            let item = match items {
                Some(items) => self.make(items, depth + 1),
                None => Some(self.anything(depth + 1)),
            };
            match item {
                Some(item) if unique && made.contains(&item) => {}
                Some(item) => made.push(item),
                None => break,
            }
        }
        (made.len() as u64 >= least).then(|| made.into())
    }

    fn text(&mut self, flat: &Flat) -> Option<Value> {
        let keyword = |key: &str| flat.keywords.get(key);
        let length = |key: &str| keyword(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let wanted = texts::Wanted {
            format: keyword("format").and_then(Value::as_str),
            pattern: keyword("pattern").and_then(Value::as_str),
            least: length("minLength").unwrap_or(0),
            most: length("maxLength").unwrap_or(usize::MAX),
        };
        texts::text(&wanted, self.habits.words, &mut self.random).map(Value::String)
    }

    fn integer(&mut self, flat: &Flat) -> Option<Value> {
        let (least, most) = match flat.keywords.get("format").and_then(Value::as_str) {
            Some("int32") => (f64::from(i32::MIN), f64::from(i32::MAX)),
            Some("uint" | "uint8" | "uint16" | "uint32" | "uint64") => (0.0, 200.0),
            Some("int8") => (-128.0, 127.0),
            // Beyond 2^53 other JSON readers lose digits.
            _ => (-9.0e15, 9.0e15),
        };
        let (least, most) = bounds(flat, least, most, 1.0);
        let step = flat.keywords.get("multipleOf").and_then(Value::as_f64).filter(|s| *s >= 1.0).unwrap_or(1.0);
        #[allow(clippy::cast_possible_truncation)]
        let (low, high) = ((least / step).ceil() as i64, (most / step).floor() as i64);
        if low > high {
            return None;
        }
        if self.habits.wide && step <= 1.0 && self.random.u8(..4) == 0 {
            match flat.keywords.get("format").and_then(Value::as_str) {
                Some("uint64") => return Some(self.random.choice([u64::MAX, 1 << 63, 0])?.into()),
                Some("uint32") => return Some(self.random.choice([u32::MAX, 0])?.into()),
                None | Some("int64") => return Some(self.random.choice([i64::MAX, i64::MIN, -1])?.into()),
                _ => {}
            }
        }
        #[allow(clippy::cast_possible_truncation)]
        let step = step as i64;
        let small = self.random.i64(0..100).clamp(low, high);
        let pick = if self.random.bool() { small } else { self.random.i64(low..=high) };
        Some(pick.checked_mul(step)?.into())
    }

    fn number(&mut self, flat: &Flat) -> Option<Value> {
        // Multiples of a quarter are exact in either float type and in every notation.
        let (least, most) = bounds(flat, -1.0e6, 1.0e6, 0.25);
        let step = flat.keywords.get("multipleOf").and_then(Value::as_f64).filter(|s| *s > 0.0).unwrap_or(0.25);
        #[allow(clippy::cast_possible_truncation)]
        let (low, high) = ((least / step).ceil() as i64, (most / step).floor() as i64);
        if low > high {
            return None;
        }
        #[allow(clippy::cast_precision_loss)]
        let made = self.random.i64(low..=high) as f64 * step;
        Some(json!(made))
    }

    /// Any JSON value, but small.
    fn anything(&mut self, depth: usize) -> Value {
        let word = |random: &mut Rng, words: &[&str]| random.choice(words).copied().unwrap_or("word").to_owned();
        match self.random.u8(..if depth > DEEP { 4 } else { 6 }) {
            0 if !self.habits.never_null => Value::Null,
            0 | 1 => Value::Bool(self.random.bool()),
            2 => json!(self.random.i32(-1000..1000)),
            3 => word(&mut self.random, self.habits.words).into(),
            4 => vec![self.anything(depth + 1)].into(),
            _ => json!({ word(&mut self.random, self.habits.words): self.anything(depth + 1) }),
        }
    }
}

/// The smallest and the greatest number that a schema allows.
fn bounds(flat: &Flat, least: f64, most: f64, step: f64) -> (f64, f64) {
    let number = |key: &str| flat.keywords.get(key).and_then(Value::as_f64);
    let excluded = |key: &str| flat.keywords.get(key) == Some(&Value::Bool(true));
    let low = number("minimum").map(|n| if excluded("exclusiveMinimum") { n + step } else { n });
    let high = number("maximum").map(|n| if excluded("exclusiveMaximum") { n - step } else { n });
    match (low.map(|l| l.max(least)), high.map(|h| h.min(most))) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, most.min(low + 1.0e6).max(low)),
        (None, Some(high)) => (least.max(high - 1.0e6).min(high), high),
        (None, None) => (least, most),
    }
}

/// The value of a discriminator that selects a schema: the key that maps to it, or its name.
fn tag(discriminator: &Value, reference: Option<&str>) -> Option<String> {
    let name = reference?.rsplit('/').next()?;
    let mapping = discriminator["mapping"].as_object().into_iter().flatten();
    let mut keys = mapping.filter(|(_, to)| to.as_str().is_some_and(|t| t.rsplit('/').next() == Some(name)));
    Some(keys.next().map_or(name, |(key, _)| key.as_str()).to_owned())
}

/// Whether a value has a type of JSON Schema.
pub fn is_of(value: &Value, ty: &str) -> bool {
    match ty {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|n| n.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

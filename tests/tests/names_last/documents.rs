//! Random documents made of few words. Every schema has a description of its own, which identifies it.

use fastrand::Rng;
use serde_json::{Map, Value, json};

const SEGMENTS: &[&str] = &["pets", "pet", "pet-status", "petStatus", "answer"];
const PARAMETERS: &[&str] = &["id", "petId", "pet_id", "status"];
const IDS: &[&str] = &["getPet", "get_pet", "get pets", "getPetAnswer", "getPetError", "new", "list"];
const SCHEMAS: &[&str] = &[
    "Pet",
    "pet",
    "PetStatus",
    "Pet-Status",
    "petStatus",
    "PetStatusInline",
    "PetStatusComponent",
    "GetPetAnswer",
    "GetPet",
    "PetItem",
    "Other",
    "PetStatusObject",
    "Status",
];
const PROPERTIES: &[&str] =
    &["status", "Status", "STATUS", "id", "petId", "pet_id", "pet-id", "new", "item", "inline", "schema", "object"];
const TITLES: &[&str] = &["Title", "Status", "Object", "Other", "id", "String"];
const VALUES: &[&str] = &["a", "A", "a-b", "aB", "a_b", "unknown", "UnknownValue", "unknown_value", "1", "-1", ""];
const SHARED: &[&str] = &["Status", "PetStatus", "PetStatusResponse", "Pet", "pet"];
const HEADERS: &[&str] = &["X-Foo", "X_Foo", "x-foo", "X-Status", "XFoo"];
const STATUSES: &[&str] = &["200", "201", "302", "404", "460", "461", "4XX", "default"];
const MEDIA: &[&str] = &[
    "application/json",
    "application/hal+json",
    "application/json; charset=utf-8",
    "*/*",
    "text/plain",
    "text/csv",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
];
const TAGS: &[&str] = &["pets", "Pets", "admin"];
const SCHEMES: &[&str] = &["Pool", "pool", "pool-", "Key", "key"];
const SCOPES: &[&str] = &["pets/read", "pets:read", "Pets/read", "pets/write", "read"];
const METHODS: &[&str] = &["get", "put", "post", "options", "x-amazon-apigateway-any-method"];

/// Makes documents and parts of them.
pub struct Documents {
    random: Rng,
    made: usize,
}

impl Documents {
    /// A generator with a seed.
    pub fn new(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed), made: 0 }
    }

    /// The source of random choices.
    pub fn random(&mut self) -> &mut Rng {
        &mut self.random
    }

    /// A document.
    pub fn document(&mut self) -> Value {
        let mut document = json!({
            "openapi": "3.0.1", "info": {"title": "t", "version": "1"},
            "servers": [{"url": "https://api.example.com"}], "paths": {},
            "components": {"schemas": {}, "parameters": {}, "responses": {}, "requestBodies": {}, "headers": {}, "securitySchemes": {}},
        });
        for kind in ["schemas", "parameters", "responses", "requestBodies", "headers", "securitySchemes"] {
            let most = if kind == "schemas" { 6 } else { 3 };
            for _ in 0..self.random.usize(1..=most) {
                let (key, value) = self.component(kind, &document);
                document["components"][kind].as_object_mut().unwrap().entry(key).or_insert(value);
            }
        }
        for _ in 0..self.random.usize(1..=4) {
            let (key, value) = self.path(&document);
            document["paths"].as_object_mut().unwrap().entry(key).or_insert(value);
        }
        document
    }

    /// A component of a kind, with its name.
    pub fn component(&mut self, kind: &str, document: &Value) -> (String, Value) {
        let name = self.word(if kind == "schemas" { SCHEMAS } else { SHARED }).to_owned();
        match kind {
            "schemas" => (name, self.schema(document, 3)),
            "parameters" => (name, self.own_parameter(document)),
            "responses" => (name, self.response(document)),
            "requestBodies" => (name, self.body(document)),
            "headers" => (name, self.header(document)),
            _ => self.scheme(),
        }
    }

    /// A security scheme with its name.
    fn scheme(&mut self) -> (String, Value) {
        let name = self.word(SCHEMES).to_owned();
        let pool = json!({
            "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs":
                ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbC123456"]},
        });
        let key = json!({"type": "apiKey", "name": "x-api-key", "in": "header"});
        let scheme = if name.to_lowercase().starts_with("pool") { pool } else { key };
        (name, scheme)
    }

    /// A path with its path item.
    pub fn path(&mut self, document: &Value) -> (String, Value) {
        let mut path = String::new();
        let mut names: Vec<&str> = Vec::new();
        for _ in 0..self.random.usize(1..=3) {
            if self.one_in(3) {
                let name = self.word(PARAMETERS);
                if !names.contains(&name) {
                    names.push(name);
                    path += &format!("/{{{name}}}");
                }
            } else {
                path += &format!("/{}", self.word(SEGMENTS));
            }
        }
        if self.one_in(8) {
            path.push('/');
        }
        let mut item = Map::new();
        for _ in 0..self.random.usize(1..=2) {
            let (key, value) = self.operation(document);
            item.entry(key).or_insert(value);
        }
        let mut parameters: Vec<Value> = names
            .iter()
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": self.schema(document, 1)}))
            .collect();
        if self.one_in(3) {
            parameters.push(self.parameter(document));
        }
        distinct(&mut parameters, document);
        if !parameters.is_empty() {
            item.insert("parameters".to_owned(), parameters.into());
        }
        (if path.is_empty() { "/".to_owned() } else { path }, item.into())
    }

    /// An operation with its method.
    pub fn operation(&mut self, document: &Value) -> (String, Value) {
        let method = self.word(METHODS).to_owned();
        let mut operation = json!({"responses": {}});
        if self.one_in(4) {
            operation["operationId"] = self.word(IDS).into();
        }
        if self.one_in(2) {
            operation["tags"] = (0..self.random.usize(1..=2)).map(|_| self.tag()).collect();
        }
        if self.one_in(2) {
            let mut parameters: Vec<Value> = (0..self.random.usize(1..=3)).map(|_| self.parameter(document)).collect();
            distinct(&mut parameters, document);
            operation["parameters"] = parameters.into();
        }
        if self.one_in(2) {
            operation["requestBody"] = self.shared("requestBodies", document).unwrap_or_else(|| self.body(document));
        }
        if method == "options" && self.one_in(2) {
            operation["x-amazon-apigateway-integration"] = json!({"type": "mock"});
        }
        for _ in 0..self.random.usize(1..=3) {
            let (status, response) = self.response_entry(document);
            operation["responses"].as_object_mut().unwrap().entry(status).or_insert(response);
        }
        if self.one_in(2) {
            operation["security"] = (0..self.random.usize(1..=2)).map(|_| self.demand(document)).collect();
        }
        (method, operation)
    }

    /// A tag.
    pub fn tag(&mut self) -> Value {
        self.word(TAGS).into()
    }

    /// An item of `security`.
    pub fn demand(&mut self, document: &Value) -> Value {
        let schemes = document["components"]["securitySchemes"].as_object().unwrap();
        let Some(name) = self.key(schemes) else { return json!({}) };
        let scopes = if name.to_lowercase().starts_with("pool") { self.random.usize(0..=2) } else { 0 };
        json!({ name: (0..scopes).map(|_| self.scope()).collect::<Vec<_>>() })
    }

    /// A scope.
    pub fn scope(&mut self) -> Value {
        self.word(SCOPES).into()
    }

    /// A parameter outside of the path, or a reference to one.
    pub fn parameter(&mut self, document: &Value) -> Value {
        if self.one_in(3)
            && let Some(shared) = self.shared("parameters", document)
        {
            return shared;
        }
        self.own_parameter(document)
    }

    fn own_parameter(&mut self, document: &Value) -> Value {
        let location = *self.random.choice(&["query", "header", "cookie"]).unwrap();
        let (name, required) = (self.word(PARAMETERS), self.one_in(2));
        json!({"name": name, "in": location, "required": required, "schema": self.schema(document, 1)})
    }

    fn body(&mut self, document: &Value) -> Value {
        let mut content = Map::new();
        for _ in 0..self.random.usize(1..=2) {
            let (key, value) = self.media(document);
            content.entry(key).or_insert(value);
        }
        json!({"required": self.one_in(2), "content": content})
    }

    /// A media type with its schema.
    pub fn media(&mut self, document: &Value) -> (String, Value) {
        let name = self.word(MEDIA).to_owned();
        (name, json!({"schema": self.schema(document, 2)}))
    }

    /// A response with its status.
    pub fn response_entry(&mut self, document: &Value) -> (String, Value) {
        let status = self.word(STATUSES).to_owned();
        let shared = if self.one_in(3) { self.shared("responses", document) } else { None };
        (status, shared.unwrap_or_else(|| self.response(document)))
    }

    fn response(&mut self, document: &Value) -> Value {
        let mut response = json!({"description": "r"});
        if !self.one_in(4) {
            let Value::Object(content) = self.body(document)["content"].take() else { unreachable!() };
            response["content"] = content.into();
        }
        for _ in 0..self.random.usize(0..=2) {
            let (key, value) = self.header_entry(document);
            insert_header(&mut response, key, value);
        }
        response
    }

    /// A header with its name.
    pub fn header_entry(&mut self, document: &Value) -> (String, Value) {
        let name = self.word(HEADERS).to_owned();
        let shared = if self.one_in(4) { self.shared("headers", document) } else { None };
        (name, shared.unwrap_or_else(|| self.header(document)))
    }

    fn header(&mut self, document: &Value) -> Value {
        let schema = if self.one_in(2) { self.enumeration() } else { self.schema(document, 0) };
        json!({"schema": schema, "required": self.one_in(2)})
    }

    fn shared(&mut self, kind: &str, document: &Value) -> Option<Value> {
        let name = self.key(document["components"][kind].as_object()?)?;
        Some(json!({"$ref": format!("#/components/{kind}/{name}")}))
    }

    /// A schema that is nested at most this deep.
    pub fn schema(&mut self, document: &Value, depth: usize) -> Value {
        let made = match self.random.usize(0..if depth == 0 { 3 } else { 10 }) {
            0 => json!({"type": "string"}),
            1 => json!({"type": "integer"}),
            2 => return self.enumeration(),
            3 | 4 => self.object(document, depth),
            5 => json!({"type": "array", "items": self.schema(document, depth - 1)}),
            6 => json!({"type": "object", "additionalProperties": self.schema(document, depth - 1)}),
            7 => {
                json!({"oneOf": (0..self.random.usize(2..=4)).map(|_| self.variant(document, depth)).collect::<Vec<_>>()})
            }
            8 => match self.base(document) {
                Some(base) => json!({"allOf": [base, self.object(document, depth)]}),
                None => self.object(document, depth),
            },
            _ => match self.reference(document) {
                Some(reference) => return reference,
                None => json!({"type": "boolean"}),
            },
        };
        self.known(made)
    }

    /// A schema of a choice.
    pub fn variant(&mut self, document: &Value, depth: usize) -> Value {
        let mut variant = if self.one_in(3) { self.schema(document, depth - 1) } else { self.object(document, depth) };
        if self.one_in(4) && variant.get("$ref").is_none() {
            variant["title"] = self.word(TITLES).into();
        }
        if variant.get("$ref").is_some() { variant } else { self.known(variant) }
    }

    fn object(&mut self, document: &Value, depth: usize) -> Value {
        let mut object = json!({"type": "object", "properties": {}, "required": []});
        for _ in 0..self.random.usize(1..=4) {
            let (key, value) = self.property(document, depth);
            object["properties"].as_object_mut().unwrap().entry(key).or_insert(value);
        }
        let required: Vec<Value> = object["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(|key| json!(key))
            .filter(|_| self.random.bool())
            .collect();
        object["required"] = required.into();
        if self.one_in(8) {
            object["additionalProperties"] = self.schema(document, depth.saturating_sub(1));
        }
        object
    }

    /// A property with its name.
    pub fn property(&mut self, document: &Value, depth: usize) -> (String, Value) {
        let name = self.word(PROPERTIES).to_owned();
        (name, self.schema(document, depth.saturating_sub(1)))
    }

    fn enumeration(&mut self) -> Value {
        let made = if self.one_in(4) {
            let mut values: Vec<i64> = (0..3).map(|_| self.random.i64(-3..3)).collect();
            values.sort_unstable();
            values.dedup();
            json!({"type": "integer", "enum": values})
        } else {
            let mut values: Vec<&str> = (0..self.random.usize(1..=4)).map(|_| self.word(VALUES)).collect();
            values.sort_unstable();
            values.dedup();
            json!({"type": "string", "enum": values})
        };
        self.known(made)
    }

    /// A value of an enumeration.
    pub fn value(&mut self, like: &Value) -> Value {
        if like.is_number() { self.random.i64(-9..9).into() } else { self.word(VALUES).into() }
    }

    /// A reference to a schema that an object can extend: an object, or a choice.
    fn base(&mut self, document: &Value) -> Option<Value> {
        let schemas = document["components"]["schemas"].as_object()?;
        let words: &[&str] = if self.one_in(8) { &["oneOf"] } else { &["properties", "allOf"] };
        let bases = schemas.iter().filter(|(_, schema)| words.iter().any(|word| schema.get(word).is_some()));
        let names: Vec<&String> = bases.map(|(name, _)| name).collect();
        let name = self.random.choice(&names)?;
        Some(json!({"$ref": format!("#/components/schemas/{name}")}))
    }

    /// A reference to a schema among the components, or to a property of one.
    fn reference(&mut self, document: &Value) -> Option<Value> {
        let schemas = document["components"]["schemas"].as_object()?;
        let name = self.key(schemas)?;
        let properties = schemas[&name].get("properties").and_then(Value::as_object);
        if let Some(properties) = properties.filter(|_| self.one_in(4))
            && let Some(property) = self.key(properties)
        {
            return Some(json!({"$ref": format!("#/components/schemas/{name}/properties/{property}")}));
        }
        Some(json!({"$ref": format!("#/components/schemas/{name}")}))
    }

    /// The same schema with a unique description.
    fn known(&mut self, mut schema: Value) -> Value {
        self.made += 1;
        schema["description"] = format!("s{}", self.made).into();
        schema
    }

    fn word(&mut self, words: &[&'static str]) -> &'static str {
        words[self.random.usize(0..words.len())]
    }

    fn key(&mut self, of: &Map<String, Value>) -> Option<String> {
        let at = self.random.usize(0..of.len().max(1));
        of.keys().nth(at).cloned()
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.random.usize(0..count) == 0
    }
}

/// Leaves out parameters that another list declares, too.
pub fn distinct(parameters: &mut Vec<Value>, document: &Value) {
    let mut seen: Vec<(Value, Value)> = Vec::new();
    parameters.retain(|parameter| {
        let reference = parameter.get("$ref").and_then(Value::as_str);
        let declared = reference.and_then(|text| document.pointer(text.trim_start_matches('#'))).unwrap_or(parameter);
        let key = (declared["name"].clone(), declared["in"].clone());
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
}

/// Adds a header, unless there is one that differs only in the case of its letters.
pub fn insert_header(response: &mut Value, key: String, value: Value) {
    let headers = response["headers"].take();
    let mut headers = if let Value::Object(headers) = headers { headers } else { Map::new() };
    if !headers.keys().any(|other| other.eq_ignore_ascii_case(&key)) {
        headers.insert(key, value);
    }
    response["headers"] = headers.into();
}

//! Random documents with every part of authorization: schemes of every kind, with the extensions of the gateway and
//! without, scopes, alternatives, overrides.

use fastrand::Rng;
use serde_json::{Map, Value, json};

const SCOPES: &[&str] =
    &["pets/read", "pets/write", "pets/admin", "https://api.example.com/orders/read", "email", "a b", "a"];
const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];

/// Makes a document with this many operations.
pub fn document(operations: usize, random: &mut Rng) -> Value {
    let gateway = random.u8(..4) > 0;
    let swagger = random.bool();
    let mut schemes = Map::new();
    for number in 0..random.usize(1..6) {
        let (name, scheme) = scheme(number, gateway, swagger, random);
        schemes.insert(name, scheme);
    }
    let names: Vec<String> = schemes.keys().cloned().collect();
    let mut paths = Map::new();
    for number in 0..operations {
        let mut operation =
            json!({ "operationId": format!("op{number}"), "responses": { "204": { "description": "done" } } });
        if random.u8(..5) > 0 {
            operation["security"] = security(&names, gateway, random);
        }
        if gateway && random.u8(..6) == 0 {
            operation["x-amazon-apigateway-auth"] =
                json!({ "type": random.choice(["NONE", "none", "AWS_IAM", "aws_iam"]) });
        }
        let method = random.choice(METHODS).copied().unwrap_or("get");
        let item = paths.entry(format!("/p{}", number / 2)).or_insert_with(|| json!({}));
        // Two operations of one path have two methods.
        let method = if item.get(method).is_some() { "head" } else { method };
        item[method] = operation;
    }
    let mut document = json!({ "info": { "title": "random", "version": "1" }, "paths": paths });
    if swagger {
        document["swagger"] = "2.0".into();
        document["host"] = "api.example.com".into();
        document["securityDefinitions"] = schemes.into();
    } else {
        document["openapi"] = "3.0.1".into();
        document["servers"] = json!([{ "url": "https://api.example.com" }]);
        document["components"] = json!({ "securitySchemes": schemes });
    }
    if random.u8(..4) == 0 {
        document["security"] = security(&names, gateway, random);
    }
    if gateway {
        // At least one extension, so that it is a gateway document.
        document["x-amazon-apigateway-request-validators"] = json!({});
        if random.u8(..3) == 0 {
            document["x-amazon-apigateway-api-key-source"] = random.choice(["HEADER", "AUTHORIZER"]).into();
        }
    }
    document
}

fn security(names: &[String], gateway: bool, random: &mut Rng) -> Value {
    let entry = |most: usize, random: &mut Rng| {
        let mut entry = Map::new();
        for _ in 0..random.usize(1..=most) {
            let mut scopes: Vec<&str> = SCOPES.to_vec();
            random.shuffle(&mut scopes);
            scopes.truncate(random.choice([0, 0, 1, 2, 3]).unwrap_or(0));
            let name = match random.u8(..30) {
                0 => "NONE".to_owned(),
                1 => "undefined".to_owned(),
                _ => random.choice(names).cloned().unwrap_or_default(),
            };
            entry.insert(name, json!(scopes));
        }
        Value::Object(entry)
    };
    let count = random.choice([0, 1, 1, 1, 2, 2, 3]).unwrap_or(1);
    let mut list: Vec<Value> = Vec::new();
    let mut seen = Vec::new();
    for _ in 0..count {
        let one = entry(if gateway { 1 } else { 3 }, random);
        // A list in a gateway document does not name one authorizer twice.
        let keys: Vec<String> = one.as_object().into_iter().flat_map(Map::keys).cloned().collect();
        if gateway && keys.iter().any(|k| seen.contains(k)) {
            continue;
        }
        seen.extend(keys);
        list.push(one);
    }
    if !gateway && random.u8(..8) == 0 {
        list.push(json!({}));
    }
    list.into()
}

fn scheme(number: usize, gateway: bool, swagger: bool, random: &mut Rng) -> (String, Value) {
    let word = random
        .choice(["pool", "My-Authorizer", "aws.auth.sigv4", "key", "2nd", "Bearer", "type", "Client", "x y"])
        .unwrap_or("pool");
    let name = format!("{word}{number}");
    let header = random.choice(["Authorization", "authorization", "X-Token"]).unwrap_or("Authorization");
    // The gateway's exports write `Unused` if a request authorizer has several identity sources.
    let several = random.bool();
    let authorizer = |block: Value, authtype: Option<&str>| {
        let header = if several && block["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("request")) {
            "Unused"
        } else {
            header
        };
        let mut scheme =
            json!({ "type": "apiKey", "in": "header", "name": header, "x-amazon-apigateway-authorizer": block });
        if let Some(authtype) = authtype {
            scheme["x-amazon-apigateway-authtype"] = authtype.into();
        }
        scheme
    };
    let own = if swagger { 3 } else { 7 };
    let choice = if gateway { random.usize(..own + 8) } else { random.usize(..own) };
    let scheme = match choice {
        0 => json!({ "type": "apiKey", "in": "header", "name": random.choice(["x-api-key", "X-API-KEY", "X-Other"]) }),
        1 if swagger => json!({ "type": "basic" }),
        1 => json!({ "type": "http", "scheme": random.choice(["basic", "Basic"]) }),
        2 if swagger => {
            json!({ "type": "oauth2", "flow": "implicit", "authorizationUrl": "https://auth.example.com", "scopes": {} })
        }
        2 => {
            json!({ "type": "oauth2", "flows": { "clientCredentials": { "tokenUrl": "https://auth.example.com/token", "scopes": {} } } })
        }
        3 if !swagger => json!({ "type": "http", "scheme": random.choice(["bearer", "Bearer"]) }),
        4 if !swagger => {
            json!({ "type": "openIdConnect", "openIdConnectUrl": "https://auth.example.com/.well-known/openid-configuration" })
        }
        5 if !swagger => json!({ "type": "http", "scheme": "digest" }),
        6 if !swagger => json!({ "type": "apiKey", "in": random.choice(["query", "cookie"]), "name": "key" }),
        n => match n - own {
            0 | 1 => {
                let ty = random.choice(["cognito_user_pools", "COGNITO_USER_POOLS", "COGNITO_USER_POOL"]);
                let pools =
                    json!([format!("arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Pool{number:05}")]);
                authorizer(
                    json!({ "type": ty, "providerARNs": pools }),
                    random.choice([Some("cognito_user_pools"), None]).flatten(),
                )
            }
            2 => authorizer(
                json!({ "type": random.choice(["token", "TOKEN"]), "identitySource": "method.request.header.X-Guard" }),
                random.choice([Some("custom"), Some("oauth2")]).flatten(),
            ),
            3 => authorizer(
                json!({ "type": random.choice(["request", "REQUEST"]), "identitySource": "method.request.header.X-One, method.request.querystring.two" }),
                Some("custom"),
            ),
            4 => authorizer(json!({ "type": "request" }), Some("custom")),
            5 => {
                let block = json!({
                    "type": random.choice(["jwt", "JWT"]),
                    "identitySource": "$request.header.Authorization",
                    "jwtConfiguration": { "issuer": format!("https://issuer{number}.example.com"), "audience": ["app"] },
                });
                if swagger {
                    authorizer(block, None)
                } else {
                    json!({ "type": "oauth2", "flows": {}, "x-amazon-apigateway-authorizer": block })
                }
            }
            6 => {
                json!({ "type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": random.choice(["awsSigv4", "AWSSIGV4"]) })
            }
            _ => {
                json!({ "type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": random.choice(["cognito_user_pools", "custom", "oauth2", "Our own tokens"]) })
            }
        },
    };
    (name, scheme)
}

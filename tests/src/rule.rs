//! The requirement of an operation, by a model of the gateway's rule that shares no code with cogen.
//!
//! It was written from the API Gateway Developer Guide ("x-amazon-apigateway-auth", "-authtype", "-authorizer",
//! "Integrate a REST API with an Amazon Cognito user pool", "Control access to HTTP APIs with JWT authorizers") and from
//! real exports; for documents without the gateway's extensions, from OpenAPI 3.0.3, "Security Requirement Object".

use serde_json::{Value, json};

/// The requirement of an operation, as `inspect` writes `authorization`: alternatives of credentials, `[[]]` if it requires none.
/// A signature without a scheme in the document has no `scheme`. `None` if the document is ambiguous.
pub fn authorization(document: &Value, operation: &Value) -> Option<Value> {
    let gateway = document.to_string().contains("\"x-amazon-apigateway-");
    let nothing = Value::Array(Vec::new());
    let security = operation.get("security").or(document.get("security")).unwrap_or(&nothing);
    let instead = operation["x-amazon-apigateway-auth"]["type"].as_str().map(str::to_ascii_uppercase);
    let mut alternatives: Vec<Vec<Value>> = Vec::new();
    for entry in security.as_array()? {
        let mut all = Vec::new();
        for (name, scopes) in entry.as_object()? {
            all.extend(need(document, name, scopes, gateway, instead.as_deref())?);
        }
        alternatives.push(all);
    }
    if gateway {
        // The list is one requirement, whose items are all needed.
        alternatives = vec![alternatives.concat()];
    }
    if instead.as_deref() == Some("AWS_IAM") {
        alternatives.resize(alternatives.len().max(1), Vec::new());
        for all in alternatives.iter_mut().filter(|all| !all.iter().any(|n| n["kind"] == "iam")) {
            all.push(json!({ "scheme": null, "kind": "iam", "token": null, "scopes": [], "match": null }));
        }
    }
    let from_authorizer =
        document["x-amazon-apigateway-api-key-source"].as_str().is_some_and(|s| s.eq_ignore_ascii_case("AUTHORIZER"));
    for all in &mut alternatives {
        let has_lambda = all.iter().any(|n| n["kind"].as_str().is_some_and(|kind| kind.starts_with("lambda")));
        if from_authorizer && has_lambda {
            all.retain(|n| n["kind"] != "api_key" || !is_gateway_key(document, n["scheme"].as_str()));
        }
        if !gateway && collides(document, all) {
            return None;
        }
    }
    let open = alternatives.iter().all(Vec::is_empty);
    Some(if open { json!([[]]) } else { json!(alternatives) })
}

fn scheme<'d>(document: &'d Value, name: &str) -> Option<&'d Value> {
    let schemes = document.get("securityDefinitions").or(document["components"].get("securitySchemes"));
    schemes.and_then(|s| s.get(name))
}

/// Whether a scheme is the API key that API Gateway itself checks.
fn is_gateway_key(document: &Value, name: Option<&str>) -> bool {
    let Some(scheme) = name.and_then(|name| scheme(document, name)) else { return false };
    scheme["in"] == "header" && scheme["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case("x-api-key"))
}

/// Whether two credentials that are needed together use the same location: a request has one `Authorization`, and one token may
/// satisfy two OAuth schemes.
fn collides(document: &Value, all: &[Value]) -> bool {
    let mut locations: Vec<(String, bool)> = Vec::new();
    for need in all {
        let Some(scheme) = need["scheme"].as_str().and_then(|name| scheme(document, name)) else { continue };
        let token = need["token"].is_string();
        let location = match (need["kind"].as_str(), scheme["in"].as_str().unwrap_or("header")) {
            (Some("api_key"), "header") => format!("header {}", scheme["name"]).to_ascii_lowercase(),
            (Some("api_key"), other) => format!("{other} {}", scheme["name"]),
            _ => "header \"authorization\"".to_owned(),
        };
        if locations.iter().any(|(other, both)| *other == location && !(*both && token)) {
            return true;
        }
        locations.push((location, token));
    }
    false
}

/// The credential of one entry: a list of one or none.
fn need(document: &Value, name: &str, scopes: &Value, gateway: bool, instead: Option<&str>) -> Option<Vec<Value>> {
    let Some(scheme) = scheme(document, name) else {
        // SAM writes this for an open method.
        return (gateway && name == "NONE").then(Vec::new);
    };
    let kind = kind(scheme)?;
    let stays = match instead {
        None => true,
        Some("NONE") => kind == "api_key",
        Some("AWS_IAM") => kind == "api_key" || kind == "iam",
        Some(_) => return None,
    };
    if !stays {
        return Some(Vec::new());
    }
    let asked = scopes.as_array().is_some_and(|s| !s.is_empty());
    let (token, matching) = match (kind, asked) {
        ("cognito_user_pools", false) => (Some("id"), None),
        ("jwt", false) => (Some("any"), None),
        ("cognito_user_pools" | "jwt", true) => (Some("access"), Some("any")),
        ("oauth2" | "openid_connect", false) => (Some("access"), None),
        ("oauth2" | "openid_connect", true) => (Some("access"), Some("all")),
        _ => (None, None),
    };
    let scopes = if token.is_some() { scopes.clone() } else { json!([]) };
    Some(vec![json!({ "scheme": name, "kind": kind, "token": token, "scopes": scopes, "match": matching })])
}

/// The kind of a scheme; `None` if it is ambiguous.
fn kind(scheme: &Value) -> Option<&'static str> {
    let lower = |value: &Value| value.as_str().unwrap_or_default().to_ascii_lowercase();
    let block = &scheme["x-amazon-apigateway-authorizer"];
    if block.is_object() {
        let unnamed = block.get("identitySource").is_none() && scheme["name"] == "Unused";
        return match lower(&block["type"]).as_str() {
            "cognito_user_pools" | "cognito_user_pool" => Some("cognito_user_pools"),
            "jwt" => Some("jwt"),
            "token" => Some("lambda_token"),
            "request" => (!unnamed).then_some("lambda_request"),
            _ => None,
        };
    }
    if let Some(authtype) = scheme.get("x-amazon-apigateway-authtype") {
        return Some(match lower(authtype).as_str() {
            "cognito_user_pools" => "cognito_user_pools",
            other if other.starts_with("aws") => "iam",
            _ => "lambda",
        });
    }
    match (lower(&scheme["type"]).as_str(), lower(&scheme["scheme"]).as_str()) {
        ("apikey", _) => Some("api_key"),
        ("oauth2", _) => Some("oauth2"),
        ("openidconnect", _) => Some("openid_connect"),
        ("basic", _) | ("http", "basic") => Some("basic"),
        ("http", "bearer") => Some("bearer"),
        ("http", _) => Some("http"),
        _ => None,
    }
}

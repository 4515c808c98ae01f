//! APIs in ministack's gateway, created from the document that their client was generated from.

use crate::{Failure, Ministack, Pool, installed};
use serde_json::{Value, json};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Deploys a REST API, which CloudFormation imports from its document, for the users of `pool` in front of `backend`; the
/// result is its base URL and its id.
///
/// # Errors
/// If the document can't be read or ministack refuses.
pub fn rest_api(
    ministack: &Ministack,
    document: &Path,
    pool: &Pool,
    backend: &str,
) -> Result<(String, String), Failure> {
    let aws = |operation: &str, parameters| ministack.aws().call("apigateway", operation, parameters);
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("api{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let template = json!({ "Resources": { "Api": {
        "Type": "AWS::ApiGateway::RestApi",
        "Properties": { "Name": name, "Body": read(document, pool)? },
    } } });
    let stack = json!({ "StackName": name, "TemplateBody": template.to_string() });
    ministack.aws().call("cloudformation", "create_stack", stack)?;
    let mut tries = 0;
    let api = loop {
        let all = aws("get_rest_apis", json!({}))?;
        if let Some(api) = all["items"].as_array().into_iter().flatten().find(|api| api["name"] == name.as_str()) {
            break text(&api["id"])?;
        }
        tries += 1;
        if tries > 100 {
            return Err("CloudFormation has not created the API within 10 s".into());
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    };
    let resources = aws("get_resources", json!({ "restApiId": api, "limit": 500 }))?;
    for resource in resources["items"].as_array().into_iter().flatten() {
        let path = text(&resource["path"])?;
        for method in resource["resourceMethods"].as_object().into_iter().flat_map(|methods| methods.keys()) {
            let parameters: serde_json::Map<String, Value> = placeholders(&path)
                .map(|name| (format!("integration.request.path.{name}"), json!(format!("method.request.path.{name}"))))
                .collect();
            let parameters = json!({
                "restApiId": api, "resourceId": resource["id"], "httpMethod": method, "type": "HTTP_PROXY",
                "integrationHttpMethod": method, "uri": format!("{backend}{path}"), "requestParameters": parameters,
            });
            aws("put_integration", parameters)?;
        }
    }
    aws("create_deployment", json!({ "restApiId": api, "stageName": "prod" }))?;
    Ok((format!("{}/restapis/{api}/prod/_user_request_", ministack.url()), api))
}

/// Deploys an HTTP API with the routes and JWT authorizers of its document, for the users of `pool` in front of `backend`; the
/// result is its base URL and its id. The audience of every authorizer is `client_id`.
///
/// # Errors
/// If the document can't be read or ministack refuses.
pub fn http_api(
    ministack: &Ministack,
    document: &Path,
    pool: &Pool,
    backend: &str,
    client_id: &str,
) -> Result<(String, String), Failure> {
    let aws = |operation: &str, parameters| ministack.aws().call("apigatewayv2", operation, parameters);
    let document = read(document, pool)?;
    let api = text(&aws("create_api", json!({ "Name": document["info"]["title"], "ProtocolType": "HTTP" }))?["ApiId"])?;
    let parameters = json!({
        "ApiId": api, "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "IntegrationUri": backend,
        "PayloadFormatVersion": "1.0",
    });
    let target = format!("integrations/{}", text(&aws("create_integration", parameters)?["IntegrationId"])?);
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let mut route =
                json!({ "ApiId": api, "RouteKey": format!("{} {path}", method.to_uppercase()), "Target": target });
            if let Some((scheme, scopes)) = operation["security"][0].as_object().and_then(|needs| needs.iter().next()) {
                let authorizer = &document["components"]["securitySchemes"][scheme]["x-amazon-apigateway-authorizer"];
                let parameters = json!({
                    "ApiId": api, "AuthorizerType": "JWT", "Name": format!("{scheme} {method} {path}"),
                    "IdentitySource": [authorizer["identitySource"]],
                    "JwtConfiguration": { "Issuer": authorizer["jwtConfiguration"]["issuer"], "Audience": [client_id] },
                });
                route["AuthorizationType"] = json!("JWT");
                route["AuthorizerId"] = aws("create_authorizer", parameters)?["AuthorizerId"].take();
                route["AuthorizationScopes"] = scopes.clone();
            }
            aws("create_route", route)?;
        }
    }
    aws("create_stage", json!({ "ApiId": api, "StageName": "$default", "AutoDeploy": true }))?;
    Ok((format!("{}/_aws/execute-api/{api}/$default", ministack.url()), api))
}

/// A document, YAML or JSON, read by PyYAML, with `pool` in place of the user pool in it.
fn read(document: &Path, pool: &Pool) -> Result<Value, Failure> {
    let program = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)";
    let mut command = Command::new(installed::python()?);
    let out = command.arg("-c").arg(program).stdin(File::open(document)?).stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8(out.stdout)?.replace(POOL_OF_DOCUMENTS, pool.id());
    Ok(serde_json::from_str(&text)?)
}

/// The user pool in the documents of the tests.
const POOL_OF_DOCUMENTS: &str = "eu-west-1_PetPool01";

/// The names in `{…}` of a path.
fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

fn text(value: &Value) -> Result<String, Failure> {
    value.as_str().map(str::to_owned).ok_or_else(|| "a response of ministack lacks a required value".into())
}

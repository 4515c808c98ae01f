//! Which version of OpenAPI a document is written in, and what a file is that is none.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report};
use crate::document::load::node::{Member, Node};
use crate::document::upgrade::Dialect;

/// The dialect of a document; `None` with an error in the report where it has none that cogen reads.
pub(crate) fn dialect(root: &Node<'_>, report: &mut Report) -> Option<Dialect> {
    let Some(members) = root.members() else {
        let message = format!("this is {}, not an OpenAPI document, which is an object", root.kind());
        report.push(Diagnostic::error(codes::NOT_AN_OBJECT, root.span, message).help(EXPORT));
        return None;
    };
    let openapi = members.iter().find(|m| m.key == "openapi");
    let swagger = members.iter().find(|m| m.key == "swagger");
    let version = match (openapi, swagger) {
        (Some(openapi), Some(swagger)) => {
            let message = "the document has both `openapi` and `swagger`; it is read as OpenAPI 3";
            report.push(
                Diagnostic::note(codes::TWO_VERSIONS, swagger.key_span, message)
                    .related(openapi.key_span, "this counts"),
            );
            openapi
        }
        (Some(version), None) | (None, Some(version)) => version,
        (None, None) => {
            report.push(no_version(root, members));
            return None;
        }
    };
    let written = version.value.as_scalar_text().unwrap_or_default();
    let written = written.trim().trim_start_matches(['v', 'V']);
    let is = |number: &str| {
        written == number || written.strip_prefix(number).is_some_and(|rest| rest.starts_with(['.', '-', '+']))
    };
    let found = match &*version.key {
        "swagger" if is("2.0") || written == "2" => Some(Dialect::Swagger2),
        "openapi" if is("3.0") || written == "3" => Some(Dialect::OpenApi30),
        "openapi" if is("3.1") => Some(Dialect::OpenApi31),
        _ => None,
    };
    if found.is_none() {
        let shown = if written.is_empty() { version.value.kind() } else { written };
        let message = format!("`{}: {shown}` is no version that cogen reads", version.key);
        let help = "cogen reads `swagger: \"2.0\"`, `openapi: 3.0.x` and, where 3.0 can say the same, `openapi: 3.1.x`";
        report.push(Diagnostic::error(codes::VERSION_UNKNOWN, version.value.span, message).help(help));
    }
    found
}

const EXPORT: &str = "export the deployed stage: `aws apigateway get-export --rest-api-id ID --stage-name STAGE --export-type oas30 \
    --parameters extensions=authorizers openapi.json`";

/// The error for an object without a version, with what the file seems to be.
fn no_version(root: &Node<'_>, members: &[Member<'_>]) -> Diagnostic {
    let has = |key: &str| members.iter().any(|m| m.key == key);
    let text = |key: &str| root.get(key).and_then(Node::as_str);
    let misspelt =
        members.iter().find(|m| m.key.eq_ignore_ascii_case("openapi") || m.key.eq_ignore_ascii_case("swagger"));
    if let Some(member) = misspelt {
        let message = format!("`{}` is not how the version's key is written", member.key);
        let help = format!("write it `{}`, in small letters", member.key.to_ascii_lowercase());
        return Diagnostic::error(codes::NO_VERSION, member.key_span, message).help(help);
    }
    let (seems, help) = if has("AWSTemplateFormatVersion") || has("Resources") {
        (
            "a CloudFormation or SAM template, not an OpenAPI document",
            format!("put the API's `Body` (SAM: `DefinitionBody`) into a file of its own, or {EXPORT}"),
        )
    } else if has("asyncapi") {
        ("an AsyncAPI document, not an OpenAPI document", EXPORT.to_owned())
    } else if has("swaggerVersion") {
        ("a document of Swagger 1, which cogen does not read", "convert it to OpenAPI 3.0 first".to_owned())
    } else if has("item") && has("info") {
        ("a Postman collection, not an OpenAPI document", "export an OpenAPI document instead".to_owned())
    } else if has("dependencies") || has("devDependencies") || (has("name") && has("scripts")) {
        ("a package.json or the like, not an OpenAPI document", EXPORT.to_owned())
    } else if has("apiVersion") && has("kind") {
        ("a Kubernetes manifest, not an OpenAPI document", EXPORT.to_owned())
    } else if let Some(answer) =
        text("message").or_else(|| text("Message")).or_else(|| text("error")).filter(|_| members.len() <= 4)
    {
        let message = format!("this looks like an API's error answer, not like an OpenAPI document: `{answer}`");
        return Diagnostic::error(codes::NO_VERSION, root.span, message)
            .help("look at the command that fetched the file");
    } else if has("paths") || has("components") || has("definitions") {
        (
            "an OpenAPI document without its version",
            "add `openapi: 3.0.3`, or `swagger: \"2.0\"` if it is written so, at the top".to_owned(),
        )
    } else if has("$schema") || (has("type") && has("properties")) {
        ("a JSON Schema, not an OpenAPI document", EXPORT.to_owned())
    } else {
        let message = "this has neither `openapi` nor `swagger`: it is no OpenAPI document";
        return Diagnostic::error(codes::NO_VERSION, root.span, message).help(EXPORT);
    };
    Diagnostic::error(codes::NO_VERSION, root.span, format!("this looks like {seems}")).help(help)
}

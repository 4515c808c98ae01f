//! Determines the OpenAPI version of a document, and what a file without a version is.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::document::exports;
use crate::document::load::node::{Member, Node};
use crate::document::upgrade::Dialect;

/// The dialect of a document.
///
/// # Errors
/// The document is not an object, or has no version or one that is not supported.
pub(crate) fn dialect(root: &Node<'_>, report: &mut Report) -> Result<Dialect, Reported> {
    let Some(members) = root.members() else {
        let message = format!("an OpenAPI document must be an object, found {}", root.kind());
        return Err(report.error(Diagnostic::error(codes::NOT_AN_OBJECT, root.span, message).help(exports::commands())));
    };
    let openapi = members.iter().find(|m| m.key == "openapi");
    let swagger = members.iter().find(|m| m.key == "swagger");
    let version = match (openapi, swagger) {
        (Some(openapi), Some(swagger)) => {
            let message = "the document has both `openapi` and `swagger`: `openapi` is used";
            report.push(
                Diagnostic::note(codes::TWO_VERSIONS, swagger.key_span, message)
                    .related(openapi.key_span, "this version is used"),
            );
            openapi
        }
        (Some(version), None) | (None, Some(version)) => version,
        (None, None) => return Err(report.error(no_version(root, members))),
    };
    let written = version.value.as_scalar_text().unwrap_or_default();
    let written = written.trim().trim_start_matches(['v', 'V']);
    let is = |number: &str| {
        written == number || written.strip_prefix(number).is_some_and(|rest| rest.starts_with(['.', '-', '+']))
    };
    match &*version.key {
        "swagger" if is("2.0") || written == "2" => Ok(Dialect::Swagger2),
        "openapi" if is("3.0") || written == "3" => Ok(Dialect::OpenApi30),
        // What is new in 3.2 is not in conflict with 3.1.
        "openapi" if is("3.1") || is("3.2") => Ok(Dialect::OpenApi31),
        _ => {
            let shown = if written.is_empty() { version.value.kind() } else { written };
            let message = format!("unsupported version `{}: {shown}`", version.key);
            let help = "the supported versions are `swagger: \"2.0\"`, `openapi: 3.0.x`, `3.1.x` and `3.2.x`";
            Err(report.error(Diagnostic::error(codes::VERSION_UNKNOWN, version.value.span, message).help(help)))
        }
    }
}

/// The error for an object without a version, with a guess what the file is.
fn no_version(root: &Node<'_>, members: &[Member<'_>]) -> Diagnostic {
    let has = |key: &str| members.iter().any(|m| m.key == key);
    let text = |key: &str| root.get(key).and_then(Node::as_str);
    let misspelt =
        members.iter().find(|m| m.key.eq_ignore_ascii_case("openapi") || m.key.eq_ignore_ascii_case("swagger"));
    if let Some(member) = misspelt {
        let message = format!("misspelled version key `{}`", member.key);
        let help = format!("write `{}`, in lower case", member.key.to_ascii_lowercase());
        return Diagnostic::error(codes::NO_VERSION, member.key_span, message).help(help);
    }
    let (seems, help) = if has("AWSTemplateFormatVersion") || has("Resources") {
        (
            "a CloudFormation or SAM template",
            format!("copy the `Body` of the API (SAM: `DefinitionBody`) into its own file, or {}", exports::commands()),
        )
    } else if has("asyncapi") {
        ("an AsyncAPI document", exports::commands())
    } else if has("swaggerVersion") {
        ("a Swagger 1 document", "convert the document to OpenAPI 3.0".to_owned())
    } else if has("item") && has("info") {
        ("a Postman collection", "export the collection as an OpenAPI document".to_owned())
    } else if has("dependencies") || has("devDependencies") || (has("name") && has("scripts")) {
        ("a package.json or similar file", exports::commands())
    } else if has("apiVersion") && has("kind") {
        ("a Kubernetes manifest", exports::commands())
    } else if let Some(answer) =
        text("message").or_else(|| text("Message")).or_else(|| text("error")).filter(|_| members.len() <= 4)
    {
        let message = format!("expected an OpenAPI document, found an error response: `{answer}`");
        return Diagnostic::error(codes::NO_VERSION, root.span, message)
            .help("check the command that downloads the file");
    } else if has("paths") || has("components") || has("definitions") {
        (
            "a document without a version",
            "add `openapi: 3.0.3` at the top, or `swagger: \"2.0\"` for a Swagger document".to_owned(),
        )
    } else if has("$schema") || (has("type") && has("properties")) {
        ("a JSON Schema", exports::commands())
    } else {
        let message = "expected an OpenAPI document, found neither `openapi` nor `swagger`";
        return Diagnostic::error(codes::NO_VERSION, root.span, message).help(exports::commands());
    };
    Diagnostic::error(codes::NO_VERSION, root.span, format!("expected an OpenAPI document, found {seems}")).help(help)
}

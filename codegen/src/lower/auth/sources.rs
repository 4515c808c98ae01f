//! The location of a credential in a request, and its prefix.

use crate::config::authorizer_lines;
use crate::config::options::{AuthorizerOptions, HeaderForm};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::Node;
use crate::document::unfilled;
use crate::document::values::has_placeholder;
use crate::ir::schemes::{SchemeKind, SourceLocation};

use crate::lower::auth::tokens::declared::{Declared, decided};

/// A location in a request, and the name there.
pub type Location = (SourceLocation, String);

/// The locations that a scheme of the document reads its credential from.
pub fn sources(
    scheme: Declared<'_, '_>,
    block: Option<&Node<'_>>,
    kind: &SchemeKind,
    config: Option<&AuthorizerOptions>,
    http_api: bool,
    report: &mut Report,
) -> Result<Vec<Location>, Box<Diagnostic>> {
    let Declared { key, span: key_span, node } = scheme;
    if kind.has_fixed_location() {
        return Ok(Vec::new());
    }
    if let Some(config) = config
        && let Some(sources) = configured(key, key_span, kind, config)?
    {
        return Ok(sources);
    }
    if let Some(source) = block.and_then(|b| b.get("identitySource")) {
        let mut found = Vec::new();
        let parts = identity_sources(key, source, report)?;
        for (part, span) in &parts {
            match identity_source(part) {
                Ok(location) => found.extend(location),
                Err(()) => return Err(not_understood(key, part, &unfilled::names_in(part), *span)),
            }
        }
        // A JWT or a Cognito authorizer reads one token, from the first source.
        if *kind != SchemeKind::LambdaRequest {
            found.truncate(1);
        }
        if !found.is_empty() || (*kind == SchemeKind::LambdaRequest && !parts.is_empty()) {
            return Ok(found);
        }
        if parts.is_empty() {
            let message = format!(
                "the `identitySource` of `{}` is empty: the `in` and `name` of the scheme are used",
                excerpt(key)
            );
            let help = format!("set the identity sources in cogen.toml:{}", lines(key, "[\"header:NAME\"]"));
            report.push(Diagnostic::warning(codes::SOURCE_NOT_UNDERSTOOD, source.span, message).help(help));
        }
    }
    if reads_nothing(node, block, kind, http_api) {
        return Ok(Vec::new());
    }
    own_location(key, key_span, node, kind, report)
}

/// Whether a Lambda authorizer reads no credential of the request. A REQUEST authorizer without identity sources may be
/// deployed if its results are not cached: at an HTTP API, and at a REST API if the TTL is 0 (API Gateway Developer Guide,
/// "x-amazon-apigateway-authorizer"). Without a TTL, that of a REST API is 300 seconds and that of an HTTP API 0.
fn reads_nothing(node: &Node<'_>, block: Option<&Node<'_>>, kind: &SchemeKind, http_api: bool) -> bool {
    let Some(block) = block.filter(|_| *kind == SchemeKind::LambdaRequest) else { return false };
    let names_header = node.get("name").and_then(Node::as_str).is_some_and(|name| name != "Unused");
    if names_header {
        return false;
    }
    match block.get("authorizerResultTtlInSeconds").map(|ttl| ttl.as_scalar_text().map(|text| text.trim().to_owned())) {
        Some(ttl) => ttl.as_deref() == Some("0"),
        // Only authorizers of HTTP APIs have that version.
        None => http_api || block.get("authorizerPayloadFormatVersion").is_some(),
    }
}

/// The location that a scheme sets by `in` and `name`.
fn own_location(
    key: &str,
    key_span: Span,
    node: &Node<'_>,
    kind: &SchemeKind,
    report: &mut Report,
) -> Result<Vec<Location>, Box<Diagnostic>> {
    let authorization = || vec![(SourceLocation::Header, "Authorization".to_owned())];
    let apikey = node.get("type").and_then(Node::as_str).is_some_and(|t| t.eq_ignore_ascii_case("apikey"));
    if matches!(kind, SchemeKind::Jwt { .. } | SchemeKind::Http(_)) && !apikey {
        return Ok(authorization());
    }
    let token = matches!(kind, SchemeKind::CognitoUserPools | SchemeKind::LambdaToken | SchemeKind::Jwt { .. });
    let Some(name) = node.get("name") else {
        if !token {
            return Err(unknown(key, key_span));
        }
        let message = format!("`{}` has no header name: its token is sent in `Authorization`", excerpt(key));
        report.push(Diagnostic::warning(codes::NAME_MISSING, key_span, message).help("write `in: header` and `name`"));
        return Ok(authorization());
    };
    let name = decided(name, report)?;
    match name.as_str() {
        Some("Unused") if *kind != SchemeKind::ApiKey => Err(unknown(key, key_span)),
        Some(text) if has_placeholder(text) && token => {
            let message = format!(
                "the header name of `{}` is a placeholder without a value: its token is sent in `Authorization`",
                excerpt(key)
            );
            let help = unfilled::fill_text(text, "\"Authorization\"");
            report.push(Diagnostic::warning(codes::NAME_MISSING, name.span, message).help(help));
            Ok(authorization())
        }
        Some(text) if !text.trim().is_empty() && !has_placeholder(text) => {
            Ok(vec![(location(key, key_span, node, report)?, text.to_owned())])
        }
        _ => Err(unknown(key, name.span)),
    }
}

/// The part of a request that `in` names, in any case.
fn location(
    key: &str,
    key_span: Span,
    node: &Node<'_>,
    report: &mut Report,
) -> Result<SourceLocation, Box<Diagnostic>> {
    let Some(part) = node.get("in") else {
        let message = format!("the security scheme `{}` has no `in`: its credential is sent in a header", excerpt(key));
        report.push(Diagnostic::warning(codes::NAME_MISSING, key_span, message).help("write `in: header`"));
        return Ok(SourceLocation::Header);
    };
    let part = decided(part, report)?;
    match part.as_str().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "header" => Ok(SourceLocation::Header),
        "query" => Ok(SourceLocation::Query),
        "cookie" => Ok(SourceLocation::Cookie),
        _ => {
            let message = format!("unknown location in the `in` of the security scheme `{}`", excerpt(key));
            Err(Diagnostic::error(codes::LOCATION_UNKNOWN, part.span, message)
                .label("expected `header`, `query` or `cookie`")
                .help(format!("correct it, or set the location in cogen.toml:{}", lines(key, "[\"header:NAME\"]")))
                .into())
        }
    }
}

/// The elements of an `identitySource` with their locations. It is a list, or a string with commas.
fn identity_sources<'d>(
    key: &str,
    source: &'d Node<'_>,
    report: &mut Report,
) -> Result<Vec<(&'d str, Span)>, Box<Diagnostic>> {
    let source = decided(source, report)?;
    let each = source.elements().unwrap_or(std::slice::from_ref(source));
    let mut parts = Vec::new();
    for node in each {
        let node = decided(node, report)?;
        let Some(text) = node.as_str() else {
            return Err(not_understood(key, node.kind(), &unfilled::names_of(node), node.span));
        };
        parts.extend(text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(|part| (part, node.span)));
    }
    Ok(parts)
}

/// The location that an identity source reads: `method.request.header.X`, `method.request.querystring.X` (REST),
/// `$request.header.X`, `$request.querystring.X` (HTTP). Paths, stage variables and the context need no credential in the
/// request. An error for anything else (API Gateway Developer Guide, "x-amazon-apigateway-authorizer").
fn identity_source(text: &str) -> Result<Option<Location>, ()> {
    let of_gateway = ["stageVariables.", "context.", "$stageVariables.", "$context."];
    if of_gateway.iter().any(|prefix| text.strip_prefix(prefix).is_some_and(|name| !name.is_empty())) {
        return Ok(None);
    }
    let rest = text.strip_prefix("method.request.").or_else(|| text.strip_prefix("$request.")).ok_or(())?;
    let (part, name) = rest.split_once('.').ok_or(())?;
    if name.is_empty() || has_placeholder(name) || name.contains(char::is_whitespace) {
        return Err(());
    }
    let location = match part.to_ascii_lowercase().as_str() {
        "header" | "multivalueheader" => SourceLocation::Header,
        "querystring" | "multivaluequerystring" => SourceLocation::Query,
        "path" => return Ok(None),
        _ => return Err(()),
    };
    Ok(Some((location, name.to_owned())))
}

/// The configured locations, if there are any; an empty list if no credential is sent.
///
/// # Errors
/// The list is empty, and the scheme is not a Lambda authorizer: without a location its credential would not be sent.
pub fn configured(
    key: &str,
    span: Span,
    kind: &SchemeKind,
    config: &AuthorizerOptions,
) -> Result<Option<Vec<Location>>, Box<Diagnostic>> {
    let Some(sources) = &config.identity_sources else { return Ok(None) };
    if sources.is_empty() && !kind.is_lambda() && !kind.has_fixed_location() {
        let message = format!(
            "`identity-sources = []` is set for `{}`, whose kind `{}` requires a credential",
            excerpt(key),
            kind.as_str()
        );
        return Err(Diagnostic::error(codes::CONFIG_CLASH, span, message)
            .help("remove the line from cogen.toml: only a Lambda authorizer can have no identity sources")
            .into());
    }
    Ok(Some(sources.iter().map(|source| (source.location, source.name.clone())).collect()))
}

/// The prefix of a token: `Bearer ` or none.
pub fn prefix(
    kind: &SchemeKind,
    block: Option<&Node<'_>>,
    sources: &[Location],
    config: Option<&AuthorizerOptions>,
) -> &'static str {
    const BEARER: &str = "Bearer ";
    match config.and_then(|c| c.header_form) {
        Some(HeaderForm::Bearer) => return BEARER,
        Some(HeaderForm::Bare) => return "",
        None => {}
    }
    match kind {
        SchemeKind::OAuth2 | SchemeKind::OpenIdConnect | SchemeKind::Bearer => BEARER,
        SchemeKind::CognitoUserPools | SchemeKind::Jwt { .. } => {
            let header = |(l, n): &Location| *l == SourceLocation::Header && n.eq_ignore_ascii_case("authorization");
            if sources.iter().any(header) { BEARER } else { "" }
        }
        // The whole value is the credential. The authorizer's expression decides whether it begins with `Bearer `.
        SchemeKind::LambdaToken => {
            let expression = block.and_then(|b| b.get("identityValidationExpression")).and_then(Node::as_str);
            let start = expression.map(|e| e.trim_start_matches(['^', '(']));
            if start.is_some_and(|e| e.starts_with("Bearer")) { BEARER } else { "" }
        }
        SchemeKind::LambdaRequest
        | SchemeKind::Lambda
        | SchemeKind::Iam
        | SchemeKind::ApiKey
        | SchemeKind::Basic
        | SchemeKind::Http(_) => "",
    }
}

/// The error for a scheme whose identity sources are not in the document.
pub fn unknown(key: &str, span: Span) -> Box<Diagnostic> {
    let name = excerpt(key);
    Diagnostic::error(codes::SOURCES_UNKNOWN, span, format!("unknown identity sources of the authorizer `{name}`"))
        .help(format!(
            "set them in cogen.toml, or write `identity-sources = []` if the authorizer has none:{}",
            lines(key, "[\"header:NAME\", \"query:NAME\"]")
        ))
        .into()
}

fn not_understood(key: &str, part: &str, names: &[String], span: Span) -> Box<Diagnostic> {
    let message = format!("unknown identity source `{}` of the authorizer `{}`", excerpt(part), excerpt(key));
    Diagnostic::error(codes::SOURCE_NOT_UNDERSTOOD, span, message)
        .label("expected `method.request.header.NAME` or `method.request.querystring.NAME`")
        .help(match names {
            [] => format!(
                "correct it, or set the identity sources in cogen.toml:{}",
                lines(key, "[\"header:NAME\", \"query:NAME\"]")
            ),
            _ => unfilled::fill(names, "\"VALUE\""),
        })
        .into()
}

/// The lines of cogen.toml that set the identity sources of an authorizer.
fn lines(key: &str, sources: &str) -> String {
    authorizer_lines(key, &format!("identity-sources = {sources}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_sources_are_understood_exactly_or_not_at_all() {
        let header = |name: &str| Ok(Some((SourceLocation::Header, name.to_owned())));
        let query = |name: &str| Ok(Some((SourceLocation::Query, name.to_owned())));
        for (text, expected) in [
            ("method.request.header.Authorization", header("Authorization")),
            ("method.request.multiValueHeader.X", header("X")),
            ("method.request.querystring.a.b", query("a.b")),
            ("method.request.queryString.token", query("token")),
            ("$request.header.X-Tenant", header("X-Tenant")),
            ("$request.querystring.t", query("t")),
            ("method.request.path.id", Ok(None)),
            ("stageVariables.x", Ok(None)),
            ("context.identity.sourceIp", Ok(None)),
            ("$context.stage", Ok(None)),
            ("METHOD.REQUEST.HEADER.X", Err(())),
            ("method.request.header.", Err(())),
            ("method.request.body.x", Err(())),
            ("method.request.header.${NAME}", Err(())),
            ("request.header.X", Err(())),
            ("context.", Err(())),
            ("X", Err(())),
        ] {
            assert_eq!(identity_source(text), expected, "{text}");
        }
    }
}

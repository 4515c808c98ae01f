//! Classifies a security scheme: an authorizer of API Gateway by its extensions, else a scheme of OpenAPI.
//!
//! The keys are read in the order of API Gateway: the authorizer's `type`, then `x-amazon-apigateway-authtype`, then OpenAPI's
//! `type` (API Gateway Developer Guide, "x-amazon-apigateway-authorizer" and "-authtype").

use crate::config::options::AuthorizerOptions;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Severity, Span};
use crate::diagnostics::texts::excerpt;
use crate::document::exports;
use crate::document::load::node::Node;
use crate::document::spec::{EXTENSION, Holder, Spec, account};
use crate::ir::schemes::{SchemeKind, SourceLocation};
use crate::lower::auth::guess;
use crate::lower::auth::sources;
use crate::lower::auth::sources::Location;
use crate::lower::auth::tokens::accepted::Accepted;
use crate::lower::auth::tokens::declared::{Declared, decided};
use crate::lower::auth::tokens::issuers;

/// A classified scheme, before it has a name in Rust.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its kind.
    pub kind: SchemeKind,
    /// The locations of the credential.
    pub sources: Vec<Location>,
    /// The prefix before a token.
    pub prefix: &'static str,
    /// The user pools, issuers and audiences that it accepts.
    pub accepted: Accepted,
    /// The location of a Cognito authorizer's `identityValidationExpression`.
    pub expression: Option<Span>,
}

impl Known {
    /// IAM authorization that `x-amazon-apigateway-auth` requires and for which the document has no scheme.
    pub fn signature() -> Self {
        Self { kind: SchemeKind::Iam, sources: Vec::new(), prefix: "", accepted: Accepted::default(), expression: None }
    }

    /// Whether a client sends no credential for it: a Lambda authorizer that reads neither headers nor query parameters.
    pub fn takes_no_credential(&self) -> bool {
        self.kind.is_lambda() && self.sources.is_empty()
    }

    /// Whether it is the API key that API Gateway itself checks.
    pub fn is_gateway_key(&self) -> bool {
        self.kind == SchemeKind::ApiKey && self.sources.iter().any(|(_, name)| name.eq_ignore_ascii_case("x-api-key"))
    }
}

/// Classifies a scheme of the document; `None` if its credential is not part of a request.
///
/// # Errors
/// A key that decides the credential is not understood. Notes are added to the report.
pub fn classify(
    scheme: Declared<'_, '_>,
    config: Option<&AuthorizerOptions>,
    spec: &Spec<'_, '_>,
    report: &mut Report,
) -> Result<Option<Known>, Box<Diagnostic>> {
    let Declared { key, span, node } = scheme;
    let gateway = spec.gateway;
    let Some(members) = node.members() else {
        let message = format!("the security scheme `{}` must be an object, found {}", excerpt(key), node.kind());
        return Err(Diagnostic::error(codes::NOT_A_SCHEME, node.span, message)
            .help("write a Security Scheme Object (OpenAPI 3.0.3)")
            .into());
    };
    accounted(account(members, Holder::Scheme).diagnostics, report)?;
    let block = block(scheme, config, gateway, report)?;
    if let Some(members) = block.and_then(Node::members) {
        accounted(account(members, Holder::Authorizer).diagnostics, report)?;
    }
    let kind = match config.and_then(|c| c.kind.clone()) {
        Some(kind) => kind,
        None => match kind_of(scheme, block, gateway, report)? {
            Some(kind) => kind,
            None => {
                let message = format!(
                    "the security scheme `{}` requires a client certificate, which is not part of a request",
                    excerpt(key)
                );
                let help =
                    "pass the certificate to the HTTP client: `.http_client(reqwest::Client::builder().identity(..))`";
                report.push(Diagnostic::note(codes::MUTUAL_TLS, span, message).help(help));
                return Ok(None);
            }
        },
    };
    let sources = sources::sources(scheme, block, &kind, config, spec.http_api, report)?;
    if kind.is_lambda() && sources.is_empty() {
        report.push(reads_nothing(key, span));
    }
    if kind == SchemeKind::ApiKey && gateway && config.is_none_or(|c| c.kind.is_none()) {
        note_plain_key(scheme, &sources, report);
    }
    let accepted = issuers::accepted(scheme, block, &kind, config, report)?;
    if kind == (SchemeKind::Jwt { experimental: true }) {
        let message = format!("support for JWT authorizers of REST APIs, such as `{}`, is experimental", excerpt(key));
        report.push(Diagnostic::note(codes::JWT_EXPERIMENTAL, span, message).help(
            "test the generated client against the deployed API: AWS does not document the OpenAPI form and the rule \
                       for the `Bearer ` prefix",
        ));
    }
    let expression = block.filter(|_| kind == SchemeKind::CognitoUserPools);
    Ok(Some(Known {
        prefix: sources::prefix(&kind, block, &sources, config),
        expression: expression.and_then(|b| b.get("identityValidationExpression")).map(|n| n.span),
        sources,
        accepted,
        kind,
    }))
}

/// A scheme that only the configuration defines: `[authorizers.NAME] kind = …`.
///
/// # Errors
/// The configuration does not set the location of the credential.
pub fn bound(
    name: &str,
    span: Span,
    config: &AuthorizerOptions,
    report: &mut Report,
) -> Option<Result<Known, Box<Diagnostic>>> {
    let kind = config.kind.clone()?;
    let sources = match sources::configured(name, span, &kind, config) {
        Err(error) => return Some(Err(error)),
        Ok(Some(sources)) => {
            if kind.is_lambda() && sources.is_empty() {
                report.push(reads_nothing(name, span));
            }
            sources
        }
        Ok(None) if kind == SchemeKind::LambdaRequest => return Some(Err(sources::unknown(name, span))),
        Ok(None) if kind.has_fixed_location() => Vec::new(),
        Ok(None) => {
            let header = if kind == SchemeKind::ApiKey { "x-api-key" } else { "Authorization" };
            vec![(SourceLocation::Header, header.to_owned())]
        }
    };
    Some(Ok(Known {
        prefix: sources::prefix(&kind, None, &sources, Some(config)),
        accepted: Accepted::configured(Some(config)),
        kind,
        sources,
        expression: None,
    }))
}

/// The note about an authorizer for which a client sends no credential.
fn reads_nothing(key: &str, span: Span) -> Diagnostic {
    let message = format!("the authorizer `{}` has no identity sources: the client sends nothing for it", excerpt(key));
    Diagnostic::note(codes::READS_NOTHING, span, message)
        .with_note("the Lambda function can still refuse the call, for example by the source address")
}

/// Reports the diagnostics about the keys of an object, up to the first error, which is the error of the scheme.
fn accounted(diagnostics: Vec<Diagnostic>, report: &mut Report) -> Result<(), Box<Diagnostic>> {
    for diagnostic in diagnostics {
        if diagnostic.severity == Severity::Error {
            return Err(Box::new(diagnostic));
        }
        report.push(diagnostic);
    }
    Ok(())
}

/// The authorizer block of a scheme.
fn block<'d, 's>(
    scheme: Declared<'d, 's>,
    config: Option<&AuthorizerOptions>,
    gateway: bool,
    report: &mut Report,
) -> Result<Option<&'d Node<'s>>, Box<Diagnostic>> {
    let Some(block) = scheme.node.get("x-amazon-apigateway-authorizer") else { return Ok(None) };
    let block = decided(block, report)?;
    if block.members().is_some() && !crate::document::values::is_intrinsic(block) {
        return Ok(Some(block));
    }
    if config.is_some_and(|c| c.kind.is_some()) {
        return Ok(None);
    }
    let message = format!("the authorizer of `{}` must be an object", excerpt(scheme.key));
    Err(Diagnostic::error(codes::NOT_AN_AUTHORIZER, block.span, message)
        .label(if block.members().is_some() { "a CloudFormation function" } else { block.kind() })
        .help(correct_or_bind(scheme.key, gateway))
        .into())
}

/// Reports an API key in a gateway document that the gateway itself does not read.
fn note_plain_key(scheme: Declared<'_, '_>, sources: &[Location], report: &mut Report) {
    if sources.iter().any(|(_, name)| name.eq_ignore_ascii_case("x-api-key")) {
        return;
    }
    let message = format!(
        "`{}` is treated as an API key, but API Gateway reads API keys from the header `x-api-key` only",
        excerpt(scheme.key)
    );
    let help = format!(
        "if the scheme is an authorizer whose `{EXTENSION}authorizer` is missing, {}",
        guess::bind(scheme.key, true)
    );
    report.push(Diagnostic::warning(codes::PLAIN_KEY, scheme.span, message).help(help));
}

/// The kind by the document alone; `None` for a client certificate.
fn kind_of(
    scheme: Declared<'_, '_>,
    block: Option<&Node<'_>>,
    gateway: bool,
    report: &mut Report,
) -> Result<Option<SchemeKind>, Box<Diagnostic>> {
    let authtype = match scheme.node.get("x-amazon-apigateway-authtype") {
        Some(authtype) => Some(decided(authtype, report)?),
        None => None,
    };
    let by_authtype = match authtype {
        None => None,
        Some(node) => match node.as_str().map(str::trim).filter(|t| !t.is_empty()) {
            Some(text) => Some(kind_of_authtype(text)),
            None => {
                let message =
                    format!("the `x-amazon-apigateway-authtype` of `{}` must be a string", excerpt(scheme.key));
                return Err(Diagnostic::error(codes::AUTHORIZER_TYPE_UNKNOWN, node.span, message)
                    .help(correct_or_bind(scheme.key, gateway))
                    .into());
            }
        },
    };
    if let Some(block) = block {
        let kind = kind_of_block(scheme, block, by_authtype.as_ref(), report)?;
        let agree = match &by_authtype {
            Some(SchemeKind::Iam) => false,
            Some(SchemeKind::CognitoUserPools) => kind == SchemeKind::CognitoUserPools,
            _ => kind != SchemeKind::CognitoUserPools || authtype.is_none(),
        };
        if let (false, Some(authtype)) = (agree, authtype) {
            let message = format!(
                "the authorizer's `type` and the `x-amazon-apigateway-authtype` of `{}` disagree: the `type` is used",
                excerpt(scheme.key)
            );
            report.push(
                Diagnostic::warning(codes::AUTHTYPE_DISAGREES, authtype.span, message)
                    .help("use the same type in both places"),
            );
        }
        return Ok(Some(kind));
    }
    let Some(kind) = by_authtype else { return openapi_kind(scheme, gateway, report) };
    if kind != SchemeKind::Iam {
        let message = format!(
            "`{}` has no `x-amazon-apigateway-authorizer`: its user pools and identity sources are unknown",
            excerpt(scheme.key)
        );
        report.push(
            Diagnostic::note(codes::NO_AUTHORIZER_BLOCK, scheme.span, message)
                .help(format!("export the stage again with integrations and authorizers:\n{}", exports::REST)),
        );
    }
    Ok(Some(kind))
}

fn kind_of_authtype(authtype: &str) -> SchemeKind {
    let lower = authtype.to_ascii_lowercase();
    match lower.as_str() {
        "cognito_user_pools" | "cognito_user_pool" => SchemeKind::CognitoUserPools,
        _ if lower.starts_with("aws") => SchemeKind::Iam,
        _ => SchemeKind::Lambda,
    }
}

fn kind_of_block(
    scheme: Declared<'_, '_>,
    block: &Node<'_>,
    authtype: Option<&SchemeKind>,
    report: &mut Report,
) -> Result<SchemeKind, Box<Diagnostic>> {
    let experimental = block.get("jwtConfiguration").is_some_and(|c| c.get("issuers").is_some());
    let Some(kind) = block.get("type") else {
        let guess = if block.get("providerARNs").is_some() || authtype == Some(&SchemeKind::CognitoUserPools) {
            SchemeKind::CognitoUserPools
        } else if block.get("jwtConfiguration").is_some() {
            SchemeKind::Jwt { experimental }
        } else if block.get("identitySource").is_some() || block.get("authorizerPayloadFormatVersion").is_some() {
            SchemeKind::LambdaRequest
        } else {
            SchemeKind::LambdaToken
        };
        let message =
            format!("the authorizer of `{}` has no `type`: treated as `{}`", excerpt(scheme.key), guess.as_str());
        report.push(
            Diagnostic::warning(codes::AUTHORIZER_TYPE_MISSING, block.span, message)
                .help("add the `type` to the authorizer"),
        );
        return Ok(guess);
    };
    let kind = decided(kind, report)?;
    let text = kind.as_str().unwrap_or_default().trim().to_ascii_lowercase();
    Ok(match text.as_str() {
        "cognito_user_pools" | "cognito_user_pool" => SchemeKind::CognitoUserPools,
        "token" => SchemeKind::LambdaToken,
        "request" => SchemeKind::LambdaRequest,
        "jwt" => SchemeKind::Jwt { experimental },
        _ => {
            let message = format!("unknown `type` in the authorizer of `{}`", excerpt(scheme.key));
            return Err(Diagnostic::error(codes::AUTHORIZER_TYPE_UNKNOWN, kind.span, message)
                .label("expected `cognito_user_pools`, `token`, `request` or `jwt`")
                .help(correct_or_bind(scheme.key, true))
                .into());
        }
    })
}

/// The kind by the keys of OpenAPI; `None` for a client certificate.
fn openapi_kind(
    scheme: Declared<'_, '_>,
    gateway: bool,
    report: &mut Report,
) -> Result<Option<SchemeKind>, Box<Diagnostic>> {
    let mut text = |key| -> Result<String, Box<Diagnostic>> {
        let Some(node) = scheme.node.get(key) else { return Ok(String::new()) };
        Ok(decided(node, report)?.as_str().unwrap_or_default().trim().to_ascii_lowercase())
    };
    Ok(Some(match text("type")?.as_str() {
        "apikey" => SchemeKind::ApiKey,
        "oauth2" => SchemeKind::OAuth2,
        "openidconnect" => SchemeKind::OpenIdConnect,
        "basic" => SchemeKind::Basic,
        "mutualtls" => return Ok(None),
        "http" => match text("scheme")?.as_str() {
            "bearer" => SchemeKind::Bearer,
            "basic" => SchemeKind::Basic,
            other if !other.is_empty() && other.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                SchemeKind::Http(other.to_owned())
            }
            _ => return Err(unknown_type(scheme, "scheme", gateway)),
        },
        _ => return Err(unknown_type(scheme, "type", gateway)),
    }))
}

fn unknown_type(scheme: Declared<'_, '_>, key: &str, gateway: bool) -> Box<Diagnostic> {
    let span = scheme.node.get(key).map_or(scheme.span, |n| n.span);
    Diagnostic::error(
        codes::AUTHORIZER_TYPE_UNKNOWN,
        span,
        format!("the security scheme `{}` has a missing or unknown `{key}`", excerpt(scheme.key)),
    )
    .help(correct_or_bind(scheme.key, gateway))
    .into()
}

fn correct_or_bind(key: &str, gateway: bool) -> String {
    format!("correct the document, or {}", guess::bind(key, gateway))
}

//! What a security scheme is: an authorizer of the gateway by its extensions, else one of OpenAPI's own.
//!
//! The order of the questions is API Gateway's: the authorizer's `type`, then `x-amazon-apigateway-authtype`,
//! then OpenAPI's `type` (API Gateway Developer Guide, "x-amazon-apigateway-authorizer" and "-authtype").

use super::servers::has_user;
use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::ir::auth::{SchemeKind, SourceLocation, UserPool};
use crate::load::node::{Member, Node};
use crate::options::AuthorizerOptions;
use crate::values::has_placeholder;

/// What is known of a scheme before it has a name in Rust.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its kind.
    pub kind: SchemeKind,
    /// Where the credential goes.
    pub sources: Vec<(SourceLocation, String)>,
    /// What stands before a token.
    pub prefix: &'static str,
    /// The user pools that it accepts.
    pub user_pools: Vec<UserPool>,
    /// The issuers that it accepts.
    pub issuers: Vec<String>,
    /// Where a Cognito authorizer's `identityValidationExpression` stands.
    pub expression: Option<Span>,
}

/// What a scheme of the document is. Notes go to the report; what makes it unusable comes back as the error.
pub fn classify(
    scheme: &Member<'_>,
    config: Option<&AuthorizerOptions>,
    report: &mut Report,
) -> Result<Known, Box<Diagnostic>> {
    let node = &scheme.value;
    if node.members().is_none() {
        let message = format!("the security scheme `{}` is {}, not an object", scheme.key, node.kind());
        return Err(Diagnostic::error(codes::NOT_A_SCHEME, node.span, message)
            .help("write a security scheme object")
            .into());
    }
    let block = node.get("x-amazon-apigateway-authorizer").filter(|b| b.members().is_some());
    let kind = match config.and_then(|c| c.kind.as_deref()) {
        Some(name) => kind_by_name(name).ok_or_else(|| unknown_kind(name, scheme.key_span))?,
        None => kind_of(scheme, block, report)?,
    };
    let sources = sources(scheme, block, &kind, config)?;
    let mut known = Known {
        prefix: prefix(&kind, block, &sources, config),
        sources,
        user_pools: pools(scheme, block, &kind, config, report),
        issuers: Vec::new(),
        expression: block
            .filter(|_| kind == SchemeKind::CognitoUserPools)
            .and_then(|b| b.get("identityValidationExpression"))
            .map(|n| n.span),
        kind,
    };
    known.issuers = known.user_pools.iter().map(issuer_of).collect();
    if let (SchemeKind::Jwt { experimental }, Some(block)) = (&known.kind, block) {
        for issuer in jwt_issuers(block) {
            if let Some(pool) = pool_of_issuer(&issuer).filter(|p| !known.user_pools.contains(p)) {
                known.user_pools.push(pool);
            }
            if !known.issuers.contains(&issuer) {
                known.issuers.push(issuer);
            }
        }
        if *experimental {
            let message = format!("`{}` is a JWT authorizer of a REST API: support for it is experimental", scheme.key);
            report.push(
                Diagnostic::note(codes::JWT_EXPERIMENTAL, scheme.key_span, message)
                    .help("its OpenAPI spelling and its rule for the `Bearer ` prefix are not settled; try it out"),
            );
        }
    }
    Ok(known)
}

/// A scheme that only the configuration knows: `[authorizers.NAME] kind = …`.
pub fn bound(name: &str, span: Span, config: &AuthorizerOptions) -> Option<Result<Known, Box<Diagnostic>>> {
    let kind = match kind_by_name(config.kind.as_deref()?) {
        Some(kind) => kind,
        None => return Some(Err(unknown_kind(config.kind.as_deref().unwrap_or_default(), span))),
    };
    let sources = if config.identity_sources.is_empty() {
        let header = if kind == SchemeKind::ApiKey { "x-api-key" } else { "Authorization" };
        if fixed_place(&kind) { Vec::new() } else { vec![(SourceLocation::Header, header.to_owned())] }
    } else {
        configured_sources(config)
    };
    let user_pools: Vec<_> = config.user_pools.iter().filter_map(|id| pool_of_id(id)).collect();
    if kind == SchemeKind::LambdaRequest && sources.is_empty() {
        return Some(Err(sources_unknown(name, span)));
    }
    Some(Ok(Known {
        prefix: prefix(&kind, None, &sources, Some(config)),
        issuers: user_pools.iter().map(issuer_of).collect(),
        kind,
        sources,
        user_pools,
        expression: None,
    }))
}

/// The issuer of a user pool: `https://cognito-idp.{region}.amazonaws.com/{id}`
/// (Cognito Developer Guide, "Verifying a JSON Web Token").
fn issuer_of(pool: &UserPool) -> String {
    let suffix = if pool.region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://cognito-idp.{}.amazonaws.com{suffix}/{}", pool.region, pool.id)
}

fn kind_of(scheme: &Member<'_>, block: Option<&Node<'_>>, report: &mut Report) -> Result<SchemeKind, Box<Diagnostic>> {
    let node = &scheme.value;
    let authtype = node.get("x-amazon-apigateway-authtype");
    let by_authtype = authtype.and_then(Node::as_str).map(kind_of_authtype);
    if let Some(block) = block {
        let kind = kind_of_block(scheme, block, by_authtype.as_ref(), report)?;
        let agree = match &by_authtype {
            Some(SchemeKind::Iam) => false,
            Some(SchemeKind::CognitoUserPools) => kind == SchemeKind::CognitoUserPools,
            _ => kind != SchemeKind::CognitoUserPools || authtype.is_none(),
        };
        if let (false, Some(authtype)) = (agree, authtype) {
            let message = format!(
                "`{}`: the authorizer's `type` and `x-amazon-apigateway-authtype` disagree; the `type` counts",
                scheme.key
            );
            report.push(
                Diagnostic::warning(codes::AUTHTYPE_DISAGREES, authtype.span, message)
                    .help("make the two say the same"),
            );
        }
        return Ok(kind);
    }
    if let Some(kind) = by_authtype {
        if kind != SchemeKind::Iam {
            report.push(
                Diagnostic::note(
                    codes::NO_AUTHORIZER_BLOCK,
                    scheme.key_span,
                    format!(
                        "`{}` has no authorizer block: its user pools and identity sources are not known",
                        scheme.key
                    ),
                )
                .help(
                    "export again with `aws apigateway get-export --rest-api-id ID --stage-name STAGE \
                     --export-type oas30 --parameters extensions=authorizers openapi.json`",
                ),
            );
        }
        return Ok(kind);
    }
    openapi_kind(scheme)
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
    scheme: &Member<'_>,
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
        let message = format!("the authorizer of `{}` has no `type`: taken as `{}`", scheme.key, guess.as_str());
        report.push(
            Diagnostic::warning(codes::AUTHORIZER_TYPE_MISSING, block.span, message)
                .help("add the `type` to the authorizer"),
        );
        return Ok(guess);
    };
    let text = kind.as_str().unwrap_or_default().to_ascii_lowercase();
    Ok(match text.as_str() {
        "cognito_user_pools" | "cognito_user_pool" => SchemeKind::CognitoUserPools,
        "token" => SchemeKind::LambdaToken,
        "request" => SchemeKind::LambdaRequest,
        "jwt" => SchemeKind::Jwt { experimental },
        _ => {
            let message = format!("the authorizer of `{}` has a `type` that API Gateway does not know", scheme.key);
            return Err(Diagnostic::error(codes::AUTHORIZER_TYPE_UNKNOWN, kind.span, message)
                .label("expected `cognito_user_pools`, `token`, `request` or `jwt`")
                .help(format!("mend the document, or set `kind` in `[authorizers.\"{}\"]` of cogen.toml", scheme.key))
                .into());
        }
    })
}

fn openapi_kind(scheme: &Member<'_>) -> Result<SchemeKind, Box<Diagnostic>> {
    let node = &scheme.value;
    let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default().to_ascii_lowercase();
    Ok(match text("type").as_str() {
        "apikey" => SchemeKind::ApiKey,
        "oauth2" => SchemeKind::OAuth2,
        "openidconnect" => SchemeKind::OpenIdConnect,
        "basic" => SchemeKind::Basic,
        "http" => match text("scheme").as_str() {
            "bearer" => SchemeKind::Bearer,
            "basic" => SchemeKind::Basic,
            other if !other.is_empty() && other.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                SchemeKind::Http(other.to_owned())
            }
            _ => return Err(unknown_type(scheme, "scheme")),
        },
        _ => return Err(unknown_type(scheme, "type")),
    })
}

fn unknown_type(scheme: &Member<'_>, key: &str) -> Box<Diagnostic> {
    let span = scheme.value.get(key).map_or(scheme.key_span, |n| n.span);
    Diagnostic::error(
        codes::AUTHORIZER_TYPE_UNKNOWN,
        span,
        format!("the security scheme `{}` has no `{key}` that OpenAPI knows", scheme.key),
    )
    .help(format!("mend the document, or set `kind` in `[authorizers.\"{}\"]` of cogen.toml", scheme.key))
    .into()
}

/// The kinds whose place in a request is fixed, so that `sources` says nothing.
fn fixed_place(kind: &SchemeKind) -> bool {
    matches!(
        kind,
        SchemeKind::Iam | SchemeKind::OAuth2 | SchemeKind::OpenIdConnect | SchemeKind::Bearer | SchemeKind::Basic
    )
}

fn sources(
    scheme: &Member<'_>,
    block: Option<&Node<'_>>,
    kind: &SchemeKind,
    config: Option<&AuthorizerOptions>,
) -> Result<Vec<(SourceLocation, String)>, Box<Diagnostic>> {
    if fixed_place(kind) {
        return Ok(Vec::new());
    }
    if let Some(config) = config.filter(|c| !c.identity_sources.is_empty()) {
        return Ok(configured_sources(config));
    }
    let named = |text: &str| (SourceLocation::Header, text.to_owned());
    if let Some(source) = block.and_then(|b| b.get("identitySource")) {
        let texts: Vec<&str> = match source.elements() {
            Some(elements) => elements.iter().filter_map(Node::as_str).collect(),
            None => source.as_str().into_iter().collect(),
        };
        let parts: Vec<&str> =
            texts.iter().flat_map(|t| t.split(',')).map(str::trim).filter(|t| !t.is_empty()).collect();
        if !parts.is_empty() && !parts.iter().any(|p| has_placeholder(p)) {
            let mut found: Vec<_> = parts.iter().filter_map(|p| identity_source(p)).collect();
            // A JWT or a Cognito authorizer reads one token; API Gateway takes the first source.
            if !matches!(kind, SchemeKind::LambdaRequest) {
                found.truncate(1);
            }
            if !found.is_empty() || *kind == SchemeKind::LambdaRequest {
                return Ok(found);
            }
        }
    }
    let node = &scheme.value;
    let name = node.get("name").and_then(Node::as_str);
    let apikey = node.get("type").and_then(Node::as_str).is_some_and(|t| t.eq_ignore_ascii_case("apikey"));
    match name {
        _ if matches!(kind, SchemeKind::Jwt { .. } | SchemeKind::Http(_)) && !apikey => {
            Ok(vec![named("Authorization")])
        }
        Some("Unused") if *kind != SchemeKind::ApiKey => Err(sources_unknown(&scheme.key, scheme.key_span)),
        Some(name) if !has_placeholder(name) && !name.is_empty() => {
            let location = match node.get("in").and_then(Node::as_str) {
                Some("query") => SourceLocation::Query,
                Some("cookie") => SourceLocation::Cookie,
                _ => SourceLocation::Header,
            };
            Ok(vec![(location, name.to_owned())])
        }
        _ if *kind == SchemeKind::CognitoUserPools || *kind == SchemeKind::LambdaToken => {
            Ok(vec![named("Authorization")])
        }
        _ => Err(sources_unknown(&scheme.key, scheme.key_span)),
    }
}

/// `method.request.header.X`, `method.request.querystring.X` (REST), `$request.header.X`, `$request.querystring.X` (HTTP).
fn identity_source(text: &str) -> Option<(SourceLocation, String)> {
    let rest = text.strip_prefix("method.request.").or_else(|| text.strip_prefix("$request."))?;
    let (part, name) = rest.split_once('.')?;
    let location = match part.to_ascii_lowercase().as_str() {
        "header" | "multivalueheader" => SourceLocation::Header,
        "querystring" | "multivaluequerystring" => SourceLocation::Query,
        // `path`, `stageVariables` and `context` need nothing beside the request itself.
        _ => return None,
    };
    (!name.is_empty()).then(|| (location, name.to_owned()))
}

fn configured_sources(config: &AuthorizerOptions) -> Vec<(SourceLocation, String)> {
    let parse = |text: &String| {
        let (part, name) = text.split_once(':')?;
        let location = match part {
            "header" => SourceLocation::Header,
            "query" => SourceLocation::Query,
            "cookie" => SourceLocation::Cookie,
            _ => return None,
        };
        Some((location, name.trim().to_owned()))
    };
    config.identity_sources.iter().filter_map(parse).collect()
}

fn sources_unknown(name: &str, span: Span) -> Box<Diagnostic> {
    Diagnostic::error(
        codes::SOURCES_UNKNOWN,
        span,
        format!("the document does not say which headers or parameters the authorizer `{name}` reads"),
    )
    .help(format!("add to cogen.toml: [authorizers.\"{name}\"] identity-sources = [\"header:NAME\", \"query:NAME\"]"))
    .into()
}

fn prefix(
    kind: &SchemeKind,
    block: Option<&Node<'_>>,
    sources: &[(SourceLocation, String)],
    config: Option<&AuthorizerOptions>,
) -> &'static str {
    const BEARER: &str = "Bearer ";
    if let Some(bearer) = config.and_then(|c| c.bearer) {
        return if bearer { BEARER } else { "" };
    }
    match kind {
        SchemeKind::OAuth2 | SchemeKind::OpenIdConnect | SchemeKind::Bearer => BEARER,
        SchemeKind::CognitoUserPools | SchemeKind::Jwt { .. } => {
            let header = |(l, n): &(SourceLocation, String)| {
                *l == SourceLocation::Header && n.eq_ignore_ascii_case("authorization")
            };
            if sources.iter().any(header) { BEARER } else { "" }
        }
        // The whole value is the credential; the authorizer's expression tells whether it begins with `Bearer `.
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

fn pools(
    scheme: &Member<'_>,
    block: Option<&Node<'_>>,
    kind: &SchemeKind,
    config: Option<&AuthorizerOptions>,
    report: &mut Report,
) -> Vec<UserPool> {
    let configured: Vec<_> = config.iter().flat_map(|c| &c.user_pools).filter_map(|id| pool_of_id(id)).collect();
    if !configured.is_empty() || *kind != SchemeKind::CognitoUserPools {
        return configured;
    }
    let arns = block.and_then(|b| b.get("providerARNs"));
    let elements = arns.and_then(Node::elements).unwrap_or_default();
    let found: Vec<_> = elements.iter().filter_map(Node::as_str).filter_map(pool_of_arn).collect();
    if found.is_empty() && block.is_some() {
        let span = arns.map_or(scheme.key_span, |n| n.span);
        let message = format!("the user pools of `{}` are not known: tokens of any issuer are taken", scheme.key);
        report.push(
            Diagnostic::note(codes::POOL_UNKNOWN, span, message)
                .help(format!("add to cogen.toml: [authorizers.\"{}\"] user-pools = [\"REGION_ID\"]", scheme.key)),
        );
    }
    found
}

/// `arn:aws:cognito-idp:{region}:{account}:userpool/{id}`; the account is left behind.
fn pool_of_arn(arn: &str) -> Option<UserPool> {
    let mut parts = arn.splitn(6, ':');
    if parts.next()? != "arn" {
        return None;
    }
    let (_partition, service, region, _account) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let id = parts.next()?.strip_prefix("userpool/")?;
    (service == "cognito-idp" && is_label(region) && is_pool_id(id))
        .then(|| UserPool { region: region.to_owned(), id: id.to_owned() })
}

fn pool_of_id(id: &str) -> Option<UserPool> {
    let (region, _) = id.split_once('_')?;
    (is_label(region) && is_pool_id(id)).then(|| UserPool { region: region.to_owned(), id: id.to_owned() })
}

fn pool_of_issuer(issuer: &str) -> Option<UserPool> {
    let (host, id) = issuer.strip_prefix("https://cognito-idp.")?.trim_end_matches('/').split_once('/')?;
    let region = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"))?;
    (is_label(region) && is_pool_id(id)).then(|| UserPool { region: region.to_owned(), id: id.to_owned() })
}

fn is_pool_id(id: &str) -> bool {
    id.contains('_') && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Whether a region is one host label, so that it can stand in a host name.
fn is_label(text: &str) -> bool {
    let inner = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    inner && (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-')
}

/// A JWT authorizer's issuers, as far as they are plain addresses: an issuer is an `https` URL (OpenID Connect Core, section 2).
fn jwt_issuers(block: &Node<'_>) -> Vec<String> {
    let Some(config) = block.get("jwtConfiguration") else { return Vec::new() };
    let many = config.get("issuers").and_then(Node::elements).unwrap_or_default();
    let each = many.iter().filter_map(|i| i.get("issuer").and_then(Node::as_str).or_else(|| i.as_str()));
    let one = config.get("issuer").and_then(Node::as_str);
    let plain = |text: &&str| {
        let parsed = || url::Url::parse(text).ok().filter(|url| !has_user(url));
        !has_placeholder(text) && text.starts_with("https://") && parsed().is_some()
    };
    one.into_iter().chain(each).filter(plain).map(str::to_owned).collect()
}

fn kind_by_name(name: &str) -> Option<SchemeKind> {
    Some(match name {
        "cognito_user_pools" => SchemeKind::CognitoUserPools,
        "jwt" => SchemeKind::Jwt { experimental: false },
        "lambda_token" => SchemeKind::LambdaToken,
        "lambda_request" => SchemeKind::LambdaRequest,
        "lambda" => SchemeKind::Lambda,
        "iam" => SchemeKind::Iam,
        "api_key" => SchemeKind::ApiKey,
        "oauth2" => SchemeKind::OAuth2,
        "openid_connect" => SchemeKind::OpenIdConnect,
        "bearer" => SchemeKind::Bearer,
        "basic" => SchemeKind::Basic,
        _ => return None,
    })
}

fn unknown_kind(name: &str, span: Span) -> Box<Diagnostic> {
    Diagnostic::error(codes::UNKNOWN_KIND, span, format!("`{name}` is not a kind of authorizer")).help(
        "one of cognito_user_pools, jwt, lambda_token, lambda_request, lambda, iam, api_key, oauth2, openid_connect, \
         bearer, basic",
    )
    .into()
}

//! The user pools and issuers that an authorizer accepts.

use crate::config::authorizer_lines;
use crate::config::options::AuthorizerOptions;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::Node;
use crate::document::values::{has_placeholder, is_intrinsic};
use crate::ir::schemes::{SchemeKind, UserPool};
use crate::lower::operations::servers::has_user;

use crate::lower::auth::tokens::accepted::Accepted;
use crate::lower::auth::tokens::audiences::{audiences, check_app_client};
use crate::lower::auth::tokens::declared::{Declared, decided};

/// The user pools, issuers and audiences that a scheme of the document accepts.
///
/// An issuer that is not known is a warning, because it changes which tokens are accepted.
pub fn accepted(
    scheme: Declared<'_, '_>,
    block: Option<&Node<'_>>,
    kind: &SchemeKind,
    config: Option<&AuthorizerOptions>,
    report: &mut Report,
) -> Result<Accepted, Box<Diagnostic>> {
    let Declared { key, span, node } = scheme;
    let mut accepted = Accepted::configured(config);
    match kind {
        SchemeKind::CognitoUserPools if accepted.user_pools.is_empty() => {
            pools_of_arns(key, span, block, report)?.into_iter().for_each(|pool| accepted.pool(pool));
        }
        SchemeKind::Jwt { .. } => {
            let Some(block) = block else { return Ok(accepted) };
            if block.get("jwtConfiguration").is_none() && accepted.issuers.is_empty() {
                let message = format!(
                    "the JWT authorizer `{}` has no `jwtConfiguration`: tokens of any issuer are accepted",
                    excerpt(key)
                );
                report.push(Diagnostic::warning(codes::ISSUER_UNKNOWN, span, message).help(pools_line(key)));
            }
            let Some(configuration) = block.get("jwtConfiguration") else { return Ok(accepted) };
            let configuration = decided(configuration, report)?;
            let found = jwt_issuers(key, configuration, accepted.issuers.is_empty(), report)?;
            // The document does not have the app clients of pools that the configuration adds.
            let one_of_found = |issuer: &String| found.iter().any(|known| is_same_issuer(known, issuer));
            if found.is_empty() || accepted.issuers.iter().all(one_of_found) {
                accepted.audiences = audiences(key, configuration, configuration.get("issuers").is_some(), report)?;
            }
            found.iter().for_each(|issuer| accepted.issuer(issuer));
            check_app_client(key, span, &accepted, config, report);
        }
        SchemeKind::OpenIdConnect => {
            if let Some(url) = node.get("openIdConnectUrl").and_then(Node::as_str) {
                // Only for user pools, the issuer is known to be the URL of its configuration.
                let issuer = url.strip_suffix("/.well-known/openid-configuration").unwrap_or(url);
                if UserPool::of_issuer(issuer).is_some() {
                    accepted.issuer(issuer);
                }
            }
        }
        _ => {}
    }
    Ok(accepted)
}

/// The user pools of `providerARNs`.
fn pools_of_arns(
    key: &str,
    key_span: Span,
    block: Option<&Node<'_>>,
    report: &mut Report,
) -> Result<Vec<UserPool>, Box<Diagnostic>> {
    let Some(block) = block else { return Ok(Vec::new()) };
    let arns = match block.get("providerARNs") {
        Some(arns) => Some(decided(arns, report)?),
        None => None,
    };
    let elements = arns.map(|arns| arns.elements().unwrap_or(std::slice::from_ref(arns))).unwrap_or_default();
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for element in elements {
        let element = decided(element, report)?;
        match element.as_str().and_then(UserPool::of_arn) {
            Some(pool) if found.contains(&pool) => {}
            Some(pool) => found.push(pool),
            None => unknown.push(element),
        }
    }
    let taken = if found.is_empty() { "tokens of any issuer are accepted" } else { "its tokens are not accepted" };
    if elements.is_empty() {
        let span = arns.map_or(key_span, |n| n.span);
        let message = format!("unknown user pools of the authorizer `{}`: {taken}", excerpt(key));
        report.push(Diagnostic::note(codes::POOL_UNKNOWN, span, message).help(pools_line(key)));
    }
    for element in unknown {
        let message = format!("unknown user pool of the authorizer `{}`: {taken}", excerpt(key));
        let help = if is_intrinsic(element) || element.as_str().is_some_and(has_placeholder) {
            format!("set the values of its placeholders under `[values]`, or {}", pools_line(key))
        } else {
            format!(
                "write the ARN of a user pool, `arn:aws:cognito-idp:REGION:ACCOUNT:userpool/REGION_ID`, or {}",
                pools_line(key)
            )
        };
        report.push(Diagnostic::warning(codes::POOL_UNKNOWN, element.span, message).help(help));
    }
    Ok(found)
}

fn pools_line(key: &str) -> String {
    format!("set the user pools in cogen.toml:{}", authorizer_lines(key, "user-pools = [\"eu-west-1_AbC123456\"]"))
}

/// A JWT authorizer's issuers: an issuer is an `https` URL (OpenID Connect Core, section 2).
fn jwt_issuers(key: &str, config: &Node<'_>, alone: bool, report: &mut Report) -> Result<Vec<String>, Box<Diagnostic>> {
    let many = config.get("issuers").and_then(Node::elements).unwrap_or_default();
    let each = many.iter().map(|i| i.get("issuer").unwrap_or(i));
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for node in config.get("issuer").into_iter().chain(each) {
        let node = decided(node, report)?;
        match node.as_str().filter(|text| is_plain_address(text)) {
            Some(text) => found.push(text.to_owned()),
            None => unknown.push(node),
        }
    }
    let taken =
        if found.is_empty() && alone { "tokens of any issuer are accepted" } else { "its tokens are not accepted" };
    for node in unknown {
        let message = format!("unknown issuer of the authorizer `{}`: {taken}", excerpt(key));
        let help = if is_intrinsic(node) || node.as_str().is_some_and(has_placeholder) {
            format!("set the values of its placeholders under `[values]`, or {}", pools_line(key))
        } else {
            format!("write an `https` URL without user information, or {}", pools_line(key))
        };
        report.push(Diagnostic::warning(codes::ISSUER_UNKNOWN, node.span, message).help(help));
    }
    Ok(found)
}

fn is_same_issuer(one: &str, other: &str) -> bool {
    let pool = |issuer: &str| UserPool::of_issuer(issuer).map(|pool| pool.id);
    one == other || pool(one).is_some_and(|id| pool(other) == Some(id))
}

fn is_plain_address(text: &str) -> bool {
    let parsed = || url::Url::parse(text).ok().filter(|url| !has_user(url));
    !has_placeholder(text) && text.starts_with("https://") && parsed().is_some()
}

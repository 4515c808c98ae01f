//! The user pools and issuers that an authorizer accepts.

use crate::codes;
use crate::config::authorizer_lines;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::ir::auth::{SchemeKind, UserPool};
use crate::load::node::Node;
use crate::lower::servers::has_user;
use crate::options::AuthorizerOptions;
use crate::resolve::excerpt;
use crate::values::{has_placeholder, is_intrinsic};

use super::sources::decided;

/// The user pools and the issuers of a scheme of the document.
///
/// One that cannot be known is never passed over: it narrows or widens whose tokens are taken, so there is a warning.
pub fn issuers(
    key: &str,
    key_span: Span,
    block: Option<&Node<'_>>,
    kind: &SchemeKind,
    config: Option<&AuthorizerOptions>,
    report: &mut Report,
) -> Result<(Vec<UserPool>, Vec<String>), Box<Diagnostic>> {
    let mut pools = configured(config);
    if pools.is_empty() && *kind == SchemeKind::CognitoUserPools {
        pools = pools_of_arns(key, key_span, block, report)?;
    }
    let mut issuers: Vec<String> = pools.iter().map(issuer_of).collect();
    if let (SchemeKind::Jwt { .. }, Some(block)) = (kind, block) {
        if block.get("jwtConfiguration").is_none() && issuers.is_empty() {
            let message = format!("`{}` has no `jwtConfiguration`: tokens of any issuer are taken", excerpt(key));
            report.push(Diagnostic::warning(codes::ISSUER_UNKNOWN, key_span, message).help(pools_line(key)));
        }
        for issuer in jwt_issuers(key, block, issuers.is_empty(), report)? {
            if let Some(pool) = pool_of_issuer(&issuer).filter(|p| !pools.contains(p)) {
                pools.push(pool);
            }
            if !issuers.contains(&issuer) {
                issuers.push(issuer);
            }
        }
    }
    Ok((pools, issuers))
}

/// The user pools that the configuration names.
pub fn configured(config: Option<&AuthorizerOptions>) -> Vec<UserPool> {
    config.map(|c| c.user_pools.clone()).unwrap_or_default()
}

/// The issuer of a user pool: `https://cognito-idp.{region}.amazonaws.com/{id}`
/// (Cognito Developer Guide, "Verifying a JSON Web Token").
pub fn issuer_of(pool: &UserPool) -> String {
    let suffix = if pool.region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://cognito-idp.{}.amazonaws.com{suffix}/{}", pool.region, pool.id)
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
        match element.as_str().and_then(pool_of_arn) {
            Some(pool) if found.contains(&pool) => {}
            Some(pool) => found.push(pool),
            None => unknown.push(element),
        }
    }
    let taken = if found.is_empty() { "tokens of any issuer are taken" } else { "its tokens are not taken" };
    if elements.is_empty() {
        let span = arns.map_or(key_span, |n| n.span);
        let message = format!("the user pools of `{}` are not known: {taken}", excerpt(key));
        report.push(Diagnostic::note(codes::POOL_UNKNOWN, span, message).help(pools_line(key)));
    }
    for element in unknown {
        let message = format!("a user pool of `{}` is not known: {taken}", excerpt(key));
        let help = if is_intrinsic(element) || element.as_str().is_some_and(has_placeholder) {
            format!("give its names values under `[values]`, or {}", pools_line(key))
        } else {
            format!("write `arn:aws:cognito-idp:REGION:ACCOUNT:userpool/REGION_ID`, or {}", pools_line(key))
        };
        report.push(Diagnostic::warning(codes::POOL_UNKNOWN, element.span, message).help(help));
    }
    Ok(found)
}

fn pools_line(key: &str) -> String {
    format!("name the user pools in cogen.toml:{}", authorizer_lines(key, "user-pools = [\"eu-west-1_AbC123456\"]"))
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

/// A JWT authorizer's issuers: an issuer is an `https` URL (OpenID Connect Core, section 2).
fn jwt_issuers(key: &str, block: &Node<'_>, alone: bool, report: &mut Report) -> Result<Vec<String>, Box<Diagnostic>> {
    let Some(config) = block.get("jwtConfiguration") else { return Ok(Vec::new()) };
    let config = decided(config, report)?;
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
    let taken = if found.is_empty() && alone { "tokens of any issuer are taken" } else { "its tokens are not taken" };
    for node in unknown {
        let message = format!("an issuer of `{}` is not known: {taken}", excerpt(key));
        let help = if is_intrinsic(node) || node.as_str().is_some_and(has_placeholder) {
            format!("give its names values under `[values]`, or {}", pools_line(key))
        } else {
            format!("an issuer is an https URL without a user; correct it, or {}", pools_line(key))
        };
        report.push(Diagnostic::warning(codes::ISSUER_UNKNOWN, node.span, message).help(help));
    }
    Ok(found)
}

fn is_plain_address(text: &str) -> bool {
    let parsed = || url::Url::parse(text).ok().filter(|url| !has_user(url));
    !has_placeholder(text) && text.starts_with("https://") && parsed().is_some()
}

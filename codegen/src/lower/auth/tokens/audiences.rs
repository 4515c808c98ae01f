//! The audiences of JWT authorizers: the tokens that they accept, and the kind of these tokens.

use crate::config::authorizer_lines;
use crate::config::options::AuthorizerOptions;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::Node;
use crate::document::unfilled::fill_node;
use crate::document::values::{has_placeholder, is_intrinsic};
use crate::ir::auth::TokenKind;
use crate::ir::schemes::{Audiences, is_client_id};
use crate::lower::auth::tokens::accepted::Accepted;
use crate::lower::auth::tokens::declared::decided;

/// The audiences of a `jwtConfiguration`: an HTTP API's `audience`, or those of a REST API's `issuers`.
///
/// If one of them is not known, none is checked: the others would refuse tokens that the gateway accepts.
pub fn audiences(
    key: &str,
    configuration: &Node<'_>,
    rest: bool,
    report: &mut Report,
) -> Result<Audiences, Box<Diagnostic>> {
    let mut lists = Vec::new();
    if rest {
        let issuers = configuration.get("issuers").and_then(Node::elements).unwrap_or_default();
        for issuer in issuers {
            lists.push(decided(issuer, report)?.get("audiences"));
        }
    } else {
        lists.push(configuration.get("audience"));
    }
    let (mut found, mut known): (Vec<String>, bool) = (Vec::new(), !lists.is_empty());
    for list in lists {
        let list = match list {
            Some(list) => decided(list, report)?,
            None => {
                known = false;
                continue;
            }
        };
        let elements = list.elements().unwrap_or(std::slice::from_ref(list));
        known &= !elements.is_empty();
        for element in elements {
            let element = decided(element, report)?;
            match element.as_str().filter(|text| !text.is_empty() && !has_placeholder(text)) {
                Some(text) if found.iter().any(|known| known == text) => {}
                Some(text) => found.push(text.to_owned()),
                None => {
                    known = false;
                    report.push(unknown(key, element));
                }
            }
        }
    }
    Ok(match (known, rest) {
        (false, _) => Audiences::Any,
        (true, true) => Audiences::Aud(found),
        (true, false) => Audiences::AudOrClientId(found),
    })
}

/// The app client in the document: the only audience of a user pool's authorizer.
pub fn published(accepted: &Accepted) -> Option<&str> {
    match &accepted.audiences {
        Audiences::AudOrClientId(list) | Audiences::Aud(list) if accepted.is_of_pools() => match list.as_slice() {
            [only] if is_client_id(only) => Some(only),
            _ => None,
        },
        _ => None,
    }
}

/// Warns of a configured app client whose tokens the authorizer refuses.
pub fn check_app_client(
    key: &str,
    span: Span,
    accepted: &Accepted,
    config: Option<&AuthorizerOptions>,
    report: &mut Report,
) {
    let Some(app_client) = config.and_then(|config| config.app_client_id.as_deref()) else { return };
    let (Audiences::AudOrClientId(list) | Audiences::Aud(list)) = &accepted.audiences else { return };
    let clients: Vec<&String> = list.iter().filter(|name| is_client_id(name)).collect();
    if let (Some(first), false) = (clients.first(), list.iter().any(|name| name == app_client)) {
        let message =
            format!("the authorizer `{}` does not accept tokens of the app client `{app_client}`", excerpt(key));
        let lines = authorizer_lines(key, &format!("app-client-id = {}", crate::config::quoted(first)));
        let help = format!("use an app client that the document lists, in cogen.toml:{lines}");
        report.push(Diagnostic::warning(codes::APP_CLIENT_REFUSED, span, message).help(help));
    }
}

/// The kind of token that a JWT authorizer accepts.
///
/// An HTTP API accepts either kind if no scope is required. A REST API reads `aud` only: in an ID token of Cognito that is the
/// app client, in an access token the resource that it is bound to, or absent.
pub fn token_kind(accepted: &Accepted, scoped: bool) -> TokenKind {
    let Audiences::Aud(list) = &accepted.audiences else {
        return if scoped { TokenKind::Access } else { TokenKind::Any };
    };
    let clients = list.iter().filter(|name| is_client_id(name)).count();
    match () {
        () if scoped => TokenKind::Access,
        () if !accepted.is_of_pools() => TokenKind::Any,
        () if clients == list.len() => TokenKind::Id,
        () if clients == 0 => TokenKind::Access,
        () => TokenKind::Any,
    }
}

/// Whether no access token is accepted: all audiences are app clients, which access tokens of Cognito do not have in `aud`.
pub fn takes_no_access_token(accepted: &Accepted) -> bool {
    matches!(&accepted.audiences, Audiences::Aud(list) if accepted.is_of_pools() && list.iter().all(|name| is_client_id(name)))
}

fn unknown(key: &str, element: &Node<'_>) -> Diagnostic {
    let message =
        format!("unknown audience of the authorizer `{}`: tokens with any audience are accepted", excerpt(key));
    let help = if is_intrinsic(element) || element.as_str().is_some_and(has_placeholder) {
        fill_node(element, "\"VALUE\"")
    } else {
        "write the audience as a string: the id of an app client, or the URI of a resource".to_owned()
    };
    Diagnostic::warning(codes::AUDIENCE_UNKNOWN, element.span, message).help(help)
}

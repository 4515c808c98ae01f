//! Requirements in words: the names of their traits, the compiler's messages, the lines in docs and READMEs.

use crate::ir::auth::{Auth, Match, Need, SchemeKind, TokenKind};

/// How many scopes a name or a message spells before it says how many more there are.
const SPELLED: usize = 6;

/// The part of a scope that names it: all of it, without the scheme and host of a URL.
pub fn scope_words(scope: &str) -> &str {
    let rest = scope.strip_prefix("https://").or_else(|| scope.strip_prefix("http://"));
    match rest.and_then(|r| r.split_once('/')) {
        Some((_, path)) if path.bytes().any(|b| b.is_ascii_alphanumeric()) => path,
        _ => scope,
    }
}

/// The text of a requirement's trait name: `PetsWriteOrPetsAdmin`, `IdTokenOfPetPool`.
pub fn requirement_name(alternatives: &[Vec<Need>], auth: &Auth) -> String {
    let optional = alternatives.iter().any(Vec::is_empty);
    let each: Vec<String> = alternatives
        .iter()
        .filter(|a| !a.is_empty())
        .map(|needs| needs.iter().map(|n| need_name(n, auth)).collect::<Vec<_>>().join(" and "))
        .collect();
    let name = each.join(" or ");
    if optional { format!("perhaps {name}") } else { name }
}

/// The compiler's message and note for a requirement that is not met.
pub fn requirement_texts(alternatives: &[Vec<Need>], auth: &Auth) -> (String, String) {
    let each = |words: fn(&Need, &Auth) -> String, joint: &str| {
        let mut found: Vec<String> = Vec::new();
        for needs in alternatives.iter().filter(|a| !a.is_empty()) {
            let mut parts: Vec<String> = Vec::new();
            for part in needs.iter().map(|n| words(n, auth)) {
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            found.push(parts.join(joint));
        }
        found
    };
    (
        format!("this operation needs {}", each(need_text, ", and ").join("; or else ")),
        each(need_note, "; ").join("; or else "),
    )
}

/// A credential in words: "an access token of `PetPool` granted `pets/write` or `pets/admin`".
pub fn need_text(need: &Need, auth: &Auth) -> String {
    let scheme = &auth.schemes[need.scheme.0];
    let key = scheme.key.replace('`', "'");
    let token = match need.token {
        Some(TokenKind::Id) => Some("an ID token"),
        Some(TokenKind::Access) => Some("an access token"),
        Some(TokenKind::Any) => Some("an ID or access token"),
        None => None,
    };
    if let Some(token) = token {
        let of = match scheme.kind {
            SchemeKind::CognitoUserPools => format!("{token} of the user pool `{key}`"),
            _ => format!("{token} of `{key}`"),
        };
        let Some(scopes) = scope_list(need, auth) else { return of };
        return format!("{token} of `{key}` granted {scopes}");
    }
    match &scheme.kind {
        SchemeKind::LambdaToken | SchemeKind::LambdaRequest | SchemeKind::Lambda => {
            format!("the credential of the Lambda authorizer `{key}`")
        }
        SchemeKind::Iam => format!("AWS credentials to sign with (`{key}`)"),
        SchemeKind::ApiKey => format!("an API key (`{key}`)"),
        SchemeKind::Bearer => format!("a bearer token (`{key}`)"),
        SchemeKind::Basic => format!("a user name and a password (`{key}`)"),
        SchemeKind::Http(name) => format!("a credential of HTTP {name} (`{key}`)"),
        SchemeKind::CognitoUserPools | SchemeKind::Jwt { .. } | SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => {
            format!("a token of `{key}`")
        }
    }
}

fn need_name(need: &Need, auth: &Auth) -> String {
    let scheme = &auth.schemes[need.scheme.0];
    if !need.scopes.is_empty() {
        let joint = if need.matching == Some(Match::All) { " and " } else { " or " };
        let spelled: Vec<&str> = need.scopes.iter().take(3).map(|s| auth.scopes[s.0].name.as_str()).collect();
        return match need.scopes.len() {
            0..=3 => spelled.join(joint),
            more => format!("{}{joint}{} more", spelled[..2].join(joint), more - 2),
        };
    }
    let name = &scheme.name;
    match (need.token, &scheme.kind) {
        (Some(TokenKind::Id), _) => format!("id token of {name}"),
        (Some(TokenKind::Access), _) => format!("access token of {name}"),
        (Some(TokenKind::Any), _) => format!("token of {name}"),
        (None, SchemeKind::Iam) => format!("{name} signature"),
        (None, _) => format!("{name} credential"),
    }
}

fn need_note(need: &Need, auth: &Auth) -> String {
    let scheme = &auth.schemes[need.scheme.0];
    let slot = &scheme.slot;
    if !need.scopes.is_empty() {
        let markers: Vec<String> =
            need.scopes.iter().take(SPELLED).map(|s| auth.scopes[s.0].name.to_string()).collect();
        return if need.matching == Some(Match::All) {
            format!("ask for all of them: `grant![{}]`, and give the credential to `.{slot}(..)`", markers.join(", "))
        } else {
            let each: Vec<String> = markers.iter().map(|m| format!("`grant![{m}]`")).collect();
            let which = if each.len() == 1 { "ask for it" } else { "ask for one of them" };
            format!("{which}: {}, and give the credential to `.{slot}(..)`", join_or(&each))
        };
    }
    match (need.token, &scheme.kind) {
        (Some(TokenKind::Id), _) => {
            format!("sign a user in and give the session to `.{slot}(..)`; client credentials never give an ID token")
        }
        (Some(_), _) => format!("give a session or a token to `.{slot}(..)`"),
        (None, SchemeKind::Iam) => format!("give AWS credentials to `.{slot}(..)`"),
        (None, SchemeKind::Basic) => format!("add `.{slot}(user, password)` to the client's builder"),
        (None, _) => format!("add `.{slot}(..)` to the client's builder"),
    }
}

/// The scopes of a need, joined by what is asked; `None` without scopes.
fn scope_list(need: &Need, auth: &Auth) -> Option<String> {
    if need.scopes.is_empty() {
        return None;
    }
    let spell = |text: &str| format!("`{}`", text.replace('`', "'"));
    let mut each: Vec<String> = need.scopes.iter().take(SPELLED).map(|s| spell(&auth.scopes[s.0].text)).collect();
    let more = need.scopes.len() - each.len();
    if more > 0 {
        each.push(if need.matching == Some(Match::All) {
            format!("{more} more")
        } else {
            format!("one of {more} more")
        });
    }
    Some(if need.matching == Some(Match::All) { each.join(" and ") } else { join_or(&each) })
}

fn join_or(each: &[String]) -> String {
    match each {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} or {last}", start.join(", ")),
    }
}

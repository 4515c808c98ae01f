//! Requirements in English: the names of their traits, the compiler's messages, and the text in docs and READMEs.

use crate::diagnostics::unseen::is_unseen;
use crate::ir::auth::{Auth, Match, Need, SchemeId, TokenKind};
use crate::ir::ident::Ident;
use crate::ir::schemes::{Audiences, Scheme, SchemeKind};
use crate::lower::auth::RequiredCredential;
use crate::lower::names::Wanted;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The number of scopes that a message of the compiler lists.
const SPELLED: usize = 6;
/// The number of scopes in a short name.
const SPELLED_IN_NAMES: usize = 3;

/// The candidates for the name of a scope, the best first: its words without the scheme and host of a URL, all its words, and
/// all its words with the signs between them.
pub fn scope_name(scope: &str) -> Wanted {
    let rest = scope.strip_prefix("https://").or_else(|| scope.strip_prefix("http://"));
    let short = match rest.and_then(|r| r.split_once('/')) {
        Some((_, path)) if path.bytes().any(|b| b.is_ascii_alphanumeric()) => path,
        _ => scope,
    };
    let mut spelled = String::with_capacity(scope.len() * 2);
    for c in scope.chars() {
        match SIGNS.iter().find(|(sign, _)| *sign == c) {
            Some((_, word)) => spelled.extend([" ", word, " "]),
            None => spelled.push(c),
        }
    }
    Wanted { candidates: vec![short.to_owned(), rest.unwrap_or(scope).to_owned(), spelled], identity: scope.to_owned() }
}

/// The signs that scopes are joined by, and their names.
const SIGNS: &[(char, &str)] = &[
    ('/', "slash"),
    (':', "colon"),
    ('.', "dot"),
    ('-', "dash"),
    ('_', "underscore"),
    ('*', "star"),
    ('+', "plus"),
    ('#', "hash"),
    ('@', "at"),
    ('|', "bar"),
    (',', "comma"),
    ('=', "equals"),
];

/// The texts of schemes and scopes by their numbers, and names of which no two are equal.
pub struct Texts<'a> {
    /// The name of a scheme in the document.
    pub keys: &'a dyn Fn(usize) -> &'a str,
    /// The text of a scope.
    pub scopes: &'a dyn Fn(usize) -> &'a str,
    /// The names of the schemes among each other.
    pub scheme_names: &'a FxHashMap<usize, Ident>,
    /// The names of the scopes.
    pub scope_names: &'a FxHashMap<usize, Ident>,
}

impl Texts<'_> {
    fn scheme(&self, scheme: usize) -> &str {
        self.scheme_names.get(&scheme).map_or_else(|| (self.keys)(scheme), Ident::as_str)
    }

    fn scope(&self, scope: usize) -> &str {
        self.scope_names.get(&scope).map_or_else(|| (self.scopes)(scope), Ident::as_str)
    }
}

/// The candidates for the name of a requirement's trait, the best first: `PetsAdminOrPetsWrite`, `IdTokenOfPetPool`.
pub fn requirement_name<'a>(
    alternatives: &[Vec<RequiredCredential>],
    texts: &Texts<'a>,
    kinds: &dyn Fn(usize) -> &'a SchemeKind,
) -> Wanted {
    // Sorted by the names of the schemes, so that the order of `securitySchemes` does not matter.
    let key = |credential: &RequiredCredential| {
        let scopes: Vec<&str> = credential.scopes.iter().map(|&scope| (texts.scopes)(scope)).collect();
        ((texts.keys)(credential.scheme), credential.token, scopes, credential.matching)
    };
    let mut alternatives = alternatives.to_vec();
    alternatives.iter_mut().for_each(|credentials| credentials.sort_by(|a, b| key(a).cmp(&key(b))));
    alternatives.sort_by_cached_key(|credentials| {
        credentials.iter().map(key).map(|key| format!("{key:?}")).collect::<Vec<_>>()
    });
    let optional = alternatives.iter().any(Vec::is_empty);
    let join = |word: &dyn Fn(&RequiredCredential) -> String| {
        let each: Vec<String> = alternatives
            .iter()
            .filter(|a| !a.is_empty())
            .map(|credentials| credentials.iter().map(word).collect::<Vec<_>>().join(" and "))
            .collect();
        let name = each.join(" or ");
        if optional { format!("perhaps {name}") } else { name }
    };
    let short = join(&|credential| credential_name(credential, texts, kinds, SPELLED_IN_NAMES));
    let exact = join(&|credential| {
        let name = credential_name(credential, texts, kinds, usize::MAX);
        if credential.scopes.is_empty() { name } else { format!("{name} of {}", texts.scheme(credential.scheme)) }
    });
    let identity = |credential: &RequiredCredential| {
        let scopes: Vec<&str> = credential.scopes.iter().map(|&scope| (texts.scopes)(scope)).collect();
        format!("{:?} {:?} {scopes:?} {:?}", (texts.keys)(credential.scheme), credential.token, credential.matching)
    };
    let identity =
        alternatives.iter().map(|credentials| credentials.iter().map(identity).collect::<Vec<_>>().join("; "));
    Wanted { candidates: vec![short, exact], identity: identity.collect::<Vec<_>>().join(" or ") }
}

fn credential_name<'a>(
    credential: &RequiredCredential,
    texts: &Texts<'a>,
    kinds: &dyn Fn(usize) -> &'a SchemeKind,
    most: usize,
) -> String {
    if !credential.scopes.is_empty() {
        let joint = if credential.matching == Some(Match::All) { " and " } else { " or " };
        let spell = |count: usize| {
            credential.scopes.iter().take(count).map(|&s| texts.scope(s)).collect::<Vec<_>>().join(joint)
        };
        return match credential.scopes.len() {
            all if all <= most => spell(all),
            more => format!("{}{joint}{} more", spell(most - 1), more - (most - 1)),
        };
    }
    let name = texts.scheme(credential.scheme);
    match (credential.token, kinds(credential.scheme)) {
        (Some(TokenKind::Id), _) => format!("id token of {name}"),
        (Some(TokenKind::Access), _) => format!("access token of {name}"),
        (Some(TokenKind::Any), _) => format!("token of {name}"),
        (None, SchemeKind::Iam) => format!("{name} signature"),
        (None, _) => format!("{name} credential"),
    }
}

/// The compiler's texts for a condition that is not met: its message, the label before the type of the client's own credential, and the
/// note.
pub fn condition_texts(alternatives: &[Vec<Need>], auth: &Auth) -> (String, String, String) {
    let schemes: BTreeSet<SchemeId> = alternatives.iter().flatten().map(|need| need.scheme).collect();
    let keys: Vec<String> = schemes.iter().map(|&scheme| code(&auth[scheme].key)).collect();
    let held = match keys.as_slice() {
        [key] => format!("this client's credential for {key} is"),
        [start @ .., last] => format!("this client's credentials for {} and {last} are", start.join(", ")),
        [] => String::new(),
    };
    let needed = joined(alternatives, ", and ", |need| need_text(need, auth, SPELLED));
    (format!("this operation needs {needed}"), held, joined(alternatives, "; ", |need| need_note(need, auth)))
}

/// A requirement in English, as Markdown for docs and READMEs; empty if no alternative has a credential.
pub fn requirement_text(alternatives: &[Vec<Need>], auth: &Auth) -> String {
    joined(alternatives, ", and ", |need| need_text(need, auth, usize::MAX))
}

/// The needs of alternatives in words, each text once in an alternative.
fn joined(alternatives: &[Vec<Need>], and: &str, words: impl Fn(&Need) -> String) -> String {
    let mut each: Vec<String> = Vec::new();
    for needs in alternatives.iter().filter(|needs| !needs.is_empty()) {
        let mut parts: Vec<String> = Vec::new();
        for part in needs.iter().map(&words) {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        each.push(parts.join(and));
    }
    each.join("; or else ")
}

/// A credential in words, with at most so many scopes: "an access token of `PetPool` granted `pets/write` or `pets/admin`".
fn need_text(need: &Need, auth: &Auth, most: usize) -> String {
    let scheme = &auth[need.scheme];
    let key = code(&scheme.key);
    let token = match need.token {
        Some(TokenKind::Id) => Some("an ID token"),
        Some(TokenKind::Access) => Some("an access token"),
        Some(TokenKind::Any) => Some("an ID or access token"),
        None => None,
    };
    if let Some(token) = token {
        let of = match scheme.kind {
            SchemeKind::CognitoUserPools => format!("{token} of the user pool {key}"),
            _ => format!("{token} of {key}"),
        };
        let bound = bound_to(need, scheme).map(|uri| format!(" bound to {}", code(uri))).unwrap_or_default();
        let Some(scopes) = scope_list(need, auth, most) else { return format!("{of}{bound}") };
        return format!("{token} of {key}{bound} granted {scopes}");
    }
    match &scheme.kind {
        SchemeKind::LambdaToken | SchemeKind::LambdaRequest | SchemeKind::Lambda => {
            format!("the credential of the Lambda authorizer {key}")
        }
        SchemeKind::Iam => format!("AWS credentials to sign with ({key})"),
        SchemeKind::ApiKey => format!("an API key ({key})"),
        SchemeKind::Bearer => format!("a bearer token ({key})"),
        SchemeKind::Basic => format!("a user name and a password ({key})"),
        SchemeKind::Http(name) => format!("a credential of HTTP {} ({key})", code(name)),
        SchemeKind::CognitoUserPools | SchemeKind::Jwt { .. } | SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => {
            format!("a token of {key}")
        }
    }
}

fn need_note(need: &Need, auth: &Auth) -> String {
    let scheme = &auth[need.scheme];
    let slot = &scheme.slot;
    let bound = bound_to(need, scheme)
        .map(|uri| format!("; use managed login or client credentials with `.resource(\"{}\")`", uri.replace('`', "'")))
        .unwrap_or_default();
    if !need.scopes.is_empty() {
        let markers: Vec<String> = need.scopes.iter().take(SPELLED).map(|s| auth[*s].name.to_string()).collect();
        let request = if need.matching == Some(Match::All) && markers.len() > 1 {
            format!("request all of them with `grant![{}]`", markers.join(", "))
        } else {
            let each: Vec<String> = markers.iter().map(|m| format!("`grant![{m}]`")).collect();
            let which = if each.len() == 1 { "it" } else { "one of them" };
            format!("request {which} with {}", join_or(&each))
        };
        let how = if bound.is_empty() { by_password(need, auth) } else { bound };
        return format!("{request}, and pass the credential to `.{slot}(..)`{how}");
    }
    match (need.token, &scheme.kind) {
        (Some(TokenKind::Id), _) => {
            format!("sign in a user and pass the session to `.{slot}(..)`; client credentials never give an ID token")
        }
        (Some(_), _) => format!("pass a session or a token to `.{slot}(..)`{bound}"),
        (None, SchemeKind::Iam) => format!(
            "pass AWS credentials to `.{slot}(..)`: those of this machine (`Iam::from_default_chain().await?`), or those of an \
             `IdentityPool`"
        ),
        (None, SchemeKind::Basic) => format!("add `.{slot}(user, password)` to the client's builder"),
        (None, SchemeKind::ApiKey) => format!("add `.{slot}(key)` to the client's builder"),
        (None, SchemeKind::Bearer) => format!("add `.{slot}(token)` to the client's builder"),
        (None, _) => {
            let inputs: Vec<&str> = scheme.inputs().into_iter().map(|source| source.field.as_str()).collect();
            format!("add `.{slot}({}::new({}))` to the client's builder", scheme.name, inputs.join(", "))
        }
    }
}

/// Whether a password sign-in gives the scopes that the authorizer of a user pool requires: it gives one scope only.
fn by_password(need: &Need, auth: &Auth) -> String {
    let scheme = &auth[need.scheme];
    if scheme.kind != SchemeKind::CognitoUserPools && scheme.user_pools.is_empty() {
        return String::new();
    }
    let has = need.scopes.iter().any(|scope| auth[*scope].is_self_service());
    match (has, need.matching) {
        (true, Some(Match::Any)) => "; a password sign-in gives `aws.cognito.signin.user.admin`".to_owned(),
        _ => "; a password sign-in gives no scope of an API, so use managed login or client credentials".to_owned(),
    }
}

/// The resource that an access token must be bound to: a REST API's JWT authorizer reads `aud`, which other access tokens of
/// Cognito lack.
fn bound_to<'a>(need: &Need, scheme: &'a Scheme) -> Option<&'a str> {
    let is_rest = matches!(scheme.audiences, Audiences::Aud(_)) && !scheme.user_pools.is_empty();
    scheme.audiences.resources().next().filter(|_| is_rest && need.token == Some(TokenKind::Access))
}

/// The scopes of a need, of which at most so many are listed; `None` without scopes.
fn scope_list(need: &Need, auth: &Auth, most: usize) -> Option<String> {
    if need.scopes.is_empty() {
        return None;
    }
    let mut each: Vec<String> = need.scopes.iter().take(most).map(|s| code(&auth[*s].text)).collect();
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

/// A document's text as a code span of Markdown, in one line and without characters that a reader does not see.
fn code(text: &str) -> String {
    let seen: String = text.chars().filter(|c| c.is_whitespace() || !is_unseen(*c)).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    // A span of one backtick cannot hold another one, and cannot be empty.
    let line = if words.is_empty() { " ".to_owned() } else { words.join(" ").replace('`', "'") };
    format!("`{line}`")
}

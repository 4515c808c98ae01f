//! The audiences that an authorizer accepts, and which of two tokens it accepts.

use crate::token::claims::UnverifiedClaims;
use crate::token::error::{TokenError, TokenErrorKind};

/// The audiences that an authorizer accepts.
///
/// Source: "Control access to HTTP APIs with JWT authorizers" and its page for REST APIs in the Amazon API Gateway Developer
/// Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audiences {
    /// Any: the authorizer does not check audiences, or the document does not list them.
    Any,
    /// The list of the JWT authorizer of an HTTP API: one of them is in `aud`, or is `client_id` if the token has no `aud`.
    AudOrClientId(&'static [&'static str]),
    /// The list of the JWT authorizer of a REST API: one of them is in `aud`.
    Aud(&'static [&'static str]),
}

impl Audiences {
    /// Checks that the authorizer accepts a token with these claims.
    ///
    /// # Errors
    /// [`TokenErrorKind::WrongAudience`] with the expected and the found app client or audience.
    pub(crate) fn check(self, claims: &UnverifiedClaims) -> Result<(), TokenError> {
        if self.takes(claims) {
            return Ok(());
        }
        let found = match (claims.audiences.as_slice(), &claims.client_id) {
            ([], Some(client)) if self.takes_client_ids() => {
                format!("one of the app client `{}` (`client_id`)", client.escape_debug())
            }
            ([], None) if self.takes_client_ids() => "one with neither `aud` nor `client_id`".to_owned(),
            ([], _) => format!("one without `aud`: {UNBOUND}"),
            (found, _) if found.iter().all(|name| is_client_id(name)) => {
                format!("one of the app client `{}` (`aud`)", found.join(" ").escape_debug())
            }
            (found, _) if self.takes_client_ids() => {
                format!("one bound to `{}` (`aud`): {BOUND}", found.join(" ").escape_debug())
            }
            (found, _) => format!("one for `{}` (`aud`)", found.join(" ").escape_debug()),
        };
        Err(TokenError::new(
            TokenErrorKind::WrongAudience,
            format!("expected a token {}, found {found}", self.in_words()),
        ))
    }

    /// Checks that the authorizer can accept the tokens of an app client, before any is requested. `resource` is the resource to which
    /// they are bound.
    ///
    /// # Errors
    /// Returns what the authorizer accepts, and what to change.
    #[cfg(feature = "session")]
    pub(crate) fn admit(self, client_id: &str, resource: Option<&str>, gives: SignInTokens) -> Result<(), String> {
        let named = resource.unwrap_or(client_id);
        let (list, passes) = match self {
            Self::Any => return Ok(()),
            Self::AudOrClientId(list) => (list, list.contains(&named)),
            // An access token of Cognito has `aud` only if it is bound to a resource; an ID token always has it.
            Self::Aud(list) => (list, list.contains(&named) && (resource.is_some() || gives == SignInTokens::IdToken)),
        };
        if passes {
            return Ok(());
        }
        let bound = list.iter().find(|name| !is_client_id(name));
        let change = match (resource, bound) {
            (Some(_), _) if list.contains(&client_id) && self.takes_client_ids() => "leave out `resource`".to_owned(),
            (_, Some(uri)) => format!("ask for `.resource({uri:?})`"),
            (_, None) if list.contains(&client_id) => {
                "a machine's token has no `aud`, so it cannot pass; sign in a user".to_owned()
            }
            (_, None) => "use that app client, or give the pool of this program with `pool_id`".to_owned(),
        };
        let found = match resource {
            Some(uri) => format!("tokens bound to `{}`", uri.escape_debug()),
            None => format!("those of the app client `{}`", client_id.escape_debug()),
        };
        Err(format!("the authorizer takes tokens {}, and refuses {found}: {change}", self.in_words()))
    }

    /// How likely the authorizer accepts the token. Of two tokens the one with the higher rank is sent.
    pub(crate) fn rank(self, claims: &UnverifiedClaims) -> u8 {
        match self {
            _ if self.takes(claims) => 2,
            // The deployment can have other audiences than the document. In every deployment a REST API refuses a token without
            // `aud`, and an authorizer with a list of app clients refuses a token that is bound to a resource.
            Self::AudOrClientId(_) if !claims.audiences.iter().all(|name| is_client_id(name)) => 0,
            Self::Aud(_) if claims.audiences.is_empty() => 0,
            _ => 1,
        }
    }

    fn takes(self, claims: &UnverifiedClaims) -> bool {
        let has_aud = |list: &[&str]| claims.audiences.iter().any(|name| list.contains(&name.as_str()));
        match self {
            Self::Any => true,
            Self::AudOrClientId(list) if claims.audiences.is_empty() => {
                claims.client_id.as_deref().is_some_and(|client| list.contains(&client))
            }
            Self::AudOrClientId(list) | Self::Aud(list) => has_aud(list),
        }
    }

    fn takes_client_ids(self) -> bool {
        matches!(self, Self::AudOrClientId(_))
    }

    /// The audiences as text, for messages: `of the app client `a``, `for the audience `https://…``.
    fn in_words(self) -> String {
        let (Self::AudOrClientId(list) | Self::Aud(list)) = self else { return "of any audience".to_owned() };
        let names = list.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        let of = if list.iter().all(|name| is_client_id(name)) { "of the app client" } else { "for the audience" };
        format!("{of} {names}")
    }
}

/// The tokens that a sign-in returns.
#[cfg(feature = "session")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInTokens {
    /// An ID token and an access token.
    IdToken,
    /// An access token only.
    #[cfg_attr(not(feature = "oauth"), allow(dead_code, reason = "machines sign in by OAuth"))]
    AccessToken,
}

/// Whether an audience can be the id of an app client, `[\w+]+` (API reference, `UserPoolClientType`). Resources are URIs.
fn is_client_id(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+')
}

const UNBOUND: &str = "a REST API's JWT authorizer reads no `client_id`, and an access token of Cognito's has `aud` only where \
                       the sign-in asks for a `resource`";
const BOUND: &str =
    "an HTTP API's JWT authorizer reads `client_id` only where a token has no `aud`; sign in without `resource`";

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: Audiences = Audiences::AudOrClientId(&["1example"]);
    const REST: Audiences = Audiences::Aud(&["https://orders.example.com"]);
    const REST_APP: Audiences = Audiences::Aud(&["1example"]);

    fn claims(audiences: &[&str], client_id: Option<&str>) -> UnverifiedClaims {
        UnverifiedClaims {
            audiences: audiences.iter().map(|&name| name.to_owned()).collect(),
            client_id: client_id.map(str::to_owned),
            ..UnverifiedClaims::default()
        }
    }

    fn refusal(audiences: Audiences, claims: &UnverifiedClaims) -> String {
        audiences.check(claims).map_or_else(|error| error.to_string(), |()| "passes".to_owned())
    }

    #[test]
    fn audiences_are_checked_by_the_rules_of_api_gateway() {
        let (id, access) = (claims(&["1example"], None), claims(&[], Some("1example")));
        let bound = claims(&["https://orders.example.com"], Some("1example"));
        let table = [
            (HTTP, &id, true),
            (HTTP, &access, true),
            (HTTP, &bound, false),
            (REST, &id, false),
            (REST, &access, false),
            (REST, &bound, true),
            (REST_APP, &id, true),
            (REST_APP, &access, false),
            (REST_APP, &bound, false),
            (Audiences::Any, &bound, true),
        ];
        for (audiences, claims, passes) in table {
            assert_eq!(audiences.check(claims).is_ok(), passes, "{audiences:?} {claims:?}");
        }
    }

    #[test]
    fn the_error_names_the_app_client() {
        assert_eq!(
            refusal(HTTP, &claims(&[], Some("2other"))),
            "expected a token of the app client `1example`, found one of the app client `2other` (`client_id`)"
        );
        assert_eq!(
            refusal(HTTP, &claims(&["2other"], None)),
            "expected a token of the app client `1example`, found one of the app client `2other` (`aud`)"
        );
        assert_eq!(
            refusal(HTTP, &claims(&[], None)),
            "expected a token of the app client `1example`, found one with neither `aud` nor `client_id`"
        );
        assert_eq!(
            refusal(HTTP, &claims(&["https://orders.example.com"], Some("1example"))),
            "expected a token of the app client `1example`, found one bound to `https://orders.example.com` (`aud`): an HTTP \
             API's JWT authorizer reads `client_id` only where a token has no `aud`; sign in without `resource`"
        );
        assert_eq!(
            refusal(REST, &claims(&[], Some("1example"))),
            "expected a token for the audience `https://orders.example.com`, found one without `aud`: a REST API's JWT \
             authorizer reads no `client_id`, and an access token of Cognito's has `aud` only where the sign-in asks for a \
             `resource`"
        );
    }

    #[cfg(feature = "session")]
    #[test]
    fn tokens_that_can_not_be_accepted_are_refused_before_they_are_requested() {
        let orders = Some("https://orders.example.com");
        let admit = |audiences: Audiences, client: &str, resource, gives| audiences.admit(client, resource, gives);
        assert_eq!(admit(HTTP, "1example", None, SignInTokens::IdToken), Ok(()));
        assert_eq!(admit(REST, "1example", orders, SignInTokens::AccessToken), Ok(()));
        assert_eq!(admit(REST_APP, "1example", None, SignInTokens::IdToken), Ok(()));
        let messages = [
            (
                admit(HTTP, "1example", orders, SignInTokens::AccessToken),
                "the authorizer takes tokens of the app client `1example`, and refuses tokens bound to \
                 `https://orders.example.com`: leave out `resource`",
            ),
            (
                admit(HTTP, "2other", None, SignInTokens::IdToken),
                "the authorizer takes tokens of the app client `1example`, and refuses those of the app client `2other`: use \
                 that app client, or give the pool of this program with `pool_id`",
            ),
            (
                admit(REST, "1example", None, SignInTokens::IdToken),
                "the authorizer takes tokens for the audience `https://orders.example.com`, and refuses those of the app client \
                 `1example`: ask for `.resource(\"https://orders.example.com\")`",
            ),
            (
                admit(REST_APP, "1example", None, SignInTokens::AccessToken),
                "the authorizer takes tokens of the app client `1example`, and refuses those of the app client `1example`: a \
                 machine's token has no `aud`, so it cannot pass; sign in a user",
            ),
        ];
        for (found, expected) in messages {
            assert_eq!(found, Err(expected.to_owned()));
        }
    }

    #[test]
    fn of_two_tokens_the_accepted_one_is_sent() {
        let (id, access) = (claims(&["1example"], None), claims(&[], Some("1example")));
        let bound = claims(&["https://orders.example.com"], Some("1example"));
        assert!(HTTP.rank(&id) == HTTP.rank(&access) && HTTP.rank(&id) > HTTP.rank(&bound));
        assert!(REST_APP.rank(&id) > REST_APP.rank(&access));
        assert!(REST.rank(&bound) > REST.rank(&id));
        // Another deployment's app client.
        let (id, access) = (claims(&["3dev"], None), claims(&[], Some("3dev")));
        let bound = claims(&["https://dev.example.com"], Some("3dev"));
        assert!(HTTP.rank(&id) == HTTP.rank(&access) && HTTP.rank(&id) > HTTP.rank(&bound));
        assert!(REST_APP.rank(&id) > REST_APP.rank(&access));
    }
}

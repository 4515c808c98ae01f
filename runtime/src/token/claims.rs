//! The claims of a JWT. A client reads them and does not verify the signature, which API Gateway does.

use crate::clock::Clock;
use crate::contract::api::TokenKind;
use crate::json::{Kind, Tree, URL_SAFE, Value};
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::issuer;
use crate::token::issuer::PoolIssuer;
use crate::token::scopes::require_scopes;
use base64::Engine as _;
use std::time::{Duration, SystemTime};

/// The claims of a JWT that a client uses, **unverified** (RFC 7519; Amazon Cognito Developer Guide, "Understanding user pool JSON
/// web tokens").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnverifiedClaims {
    /// `token_use`: `id` or `access` in tokens of Cognito.
    pub token_use: Option<String>,
    /// `iss`: the issuer.
    pub issuer: Option<String>,
    /// `sub`: the user or app client.
    pub subject: Option<String>,
    /// `cognito:username` of an ID token, `username` of an access token: the user name in the pool.
    pub username: Option<String>,
    /// `iat`: the time of issue.
    pub issued_at: Option<SystemTime>,
    /// `exp`: the time of expiry.
    pub expires_at: Option<SystemTime>,
    /// `scope` or `scp`: the granted scopes; `None` if it has neither.
    pub scopes: Option<Vec<String>>,
    /// `client_id`: the app client, in access tokens of Cognito.
    pub client_id: Option<String>,
    /// `aud`: the audiences.
    pub audiences: Vec<String>,
    /// `origin_jti`: the id of the sign-in, the same in all tokens of a session, if token revocation is enabled.
    pub origin_jti: Option<String>,
}

impl UnverifiedClaims {
    /// Reads the claims of a JWT.
    ///
    /// # Errors
    /// [`TokenErrorKind::Malformed`] if the text is not a JWT, or if a claim has the wrong type.
    pub fn read(token: &str) -> Result<Self, TokenError> {
        Self::of(Self::object(&Self::payload(token)?)?.root())
    }

    /// The second part of a JWT, decoded.
    pub(crate) fn payload(token: &str) -> Result<Vec<u8>, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(malformed("it is longer than 64 KiB"));
        }
        let mut parts = token.split('.');
        let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(malformed("a JWT has three parts with a dot between them"));
        };
        URL_SAFE.decode(payload).map_err(|_| malformed("its second part is not base64url"))
    }

    /// The claims as JSON.
    pub(crate) fn object(payload: &[u8]) -> Result<Tree<'_>, TokenError> {
        match Tree::parse(payload) {
            Ok(claims) if claims.root().is(Kind::Object) => Ok(claims),
            Ok(_) => Err(malformed("its claims are not an object")),
            Err(_) => Err(malformed("its second part is not JSON")),
        }
    }

    pub(crate) fn of(claims: Value<'_>) -> Result<Self, TokenError> {
        // RFC 9068, section 2.2.3, makes `scope` one text. Spring Authorization Server writes a list, and others name it `scp`.
        let scopes = match list(claims, "scope")? {
            None => list(claims, "scp")?,
            scopes => scopes,
        };
        Ok(Self {
            token_use: text(claims, "token_use")?.map(str::to_owned),
            issuer: text(claims, "iss")?.map(str::to_owned),
            subject: text(claims, "sub")?.map(str::to_owned),
            // Other issuers can use these names for other values.
            username: ["cognito:username", "username"]
                .into_iter()
                .find_map(|name| claims.member(name)?.as_str())
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
            issued_at: time(claims, "iat")?,
            expires_at: time(claims, "exp")?,
            scopes,
            client_id: text(claims, "client_id")?.map(str::to_owned),
            audiences: list(claims, "aud")?.unwrap_or_default(),
            origin_jti: text(claims, "origin_jti")?.map(str::to_owned),
        })
    }

    /// Checks the kind, the issuer, the expiry and the scopes of a token.
    ///
    /// An empty list of issuers accepts any issuer. An issuer of a Cognito user pool matches both forms of that pool's issuer
    /// (`cognito-idp` and `issuer-cognito-idp`) and any region of its partition, since replicas have issuers of their own region.
    ///
    /// # Errors
    /// [`TokenErrorKind::WrongKind`], [`WrongIssuer`](TokenErrorKind::WrongIssuer), [`Expired`](TokenErrorKind::Expired) or
    /// [`ScopeMissing`](TokenErrorKind::ScopeMissing), with the expected and the found value in the message;
    /// [`Malformed`](TokenErrorKind::Malformed) without `exp`.
    pub fn check(
        &self,
        kind: TokenKind,
        issuers: &[&str],
        scopes: &[&str],
        clock: &dyn Clock,
    ) -> Result<(), TokenError> {
        self.check_in(issuers, kind, scopes, clock)
    }

    /// [`Self::check`] for issuers of any text type.
    pub(crate) fn check_in(
        &self,
        issuers: &[impl AsRef<str>],
        kind: TokenKind,
        scopes: &[&str],
        clock: &dyn Clock,
    ) -> Result<(), TokenError> {
        self.check_origin(kind, issuers)?;
        let Some(end) = self.expires_at else {
            return Err(malformed("it has no `exp` claim"));
        };
        let now = clock.now();
        if end <= now {
            let ago = now.duration_since(end).unwrap_or_default().as_secs();
            let message = format!("expected a valid token, found one that expired {ago} s ago");
            return Err(TokenError::new(TokenErrorKind::Expired, message));
        }
        require_scopes(self.scopes.as_deref().unwrap_or_default(), scopes)
    }

    /// Checks the kind and the issuer. The expiry is not checked, since a session does it by its own clock.
    pub(crate) fn check_origin(&self, kind: TokenKind, issuers: &[impl AsRef<str>]) -> Result<(), TokenError> {
        self.check_kind(kind)?;
        let issuer = self.issuer.as_deref();
        if !issuers.is_empty() && !issuer.is_some_and(|issuer| issuer::is_one_of(issuer, issuers)) {
            let found =
                issuer.map_or_else(|| "no `iss` claim".to_owned(), |issuer| format!("`{}`", issuer.escape_debug()));
            let message = format!("expected a token issued by {}, found {found}", either(issuers));
            return Err(TokenError::new(TokenErrorKind::WrongIssuer, message));
        }
        Ok(())
    }

    fn check_kind(&self, kind: TokenKind) -> Result<(), TokenError> {
        let expected = match kind {
            TokenKind::Id => "id",
            TokenKind::Access => "access",
            TokenKind::Any => return Ok(()),
        };
        let found = match &self.token_use {
            Some(found) if found == expected => return Ok(()),
            Some(found) => format!("`token_use` = `{}`", found.escape_debug()),
            // Tokens of Cognito always have the claim, other tokens never.
            None if self.issuer.as_deref().and_then(PoolIssuer::parse).is_none() => return Ok(()),
            None => "no `token_use` claim".to_owned(),
        };
        let message = format!("expected {} (`token_use` = `{expected}`), found {found}", kind.as_str());
        Err(TokenError::new(TokenErrorKind::WrongKind, message))
    }
}

/// Whether a token has the three parts of a JWT. Its claims may still not be valid.
pub(crate) fn has_jwt_form(token: &str) -> bool {
    token.split('.').count() == 3
}

/// Refuses a JWT where an opaque token is expected.
///
/// # Errors
/// Fails if the text is a JWT, also with the prefix `Bearer`.
pub(crate) fn refuse_jwt(token: &str) -> Result<(), TokenError> {
    let token = token.trim();
    let token = match token.split_at_checked("bearer ".len()) {
        Some((word, behind)) if word.eq_ignore_ascii_case("bearer ") => behind.trim(),
        _ => token,
    };
    if token.len() > MAX_TOKEN_BYTES {
        return Err(malformed("it is longer than 64 KiB"));
    }
    let is_jwt = UnverifiedClaims::payload(token).is_ok_and(|claims| UnverifiedClaims::object(&claims).is_ok());
    if !is_jwt {
        return Ok(());
    }
    let message = "expected an opaque token, found a JWT: take an access token with `from_jwt`, which checks its kind, \
                   issuer, end and scopes, and an ID token with `IdToken::from_jwt`";
    Err(TokenError::new(TokenErrorKind::WrongKind, message))
}

/// The longest token in bytes. The header limit of API Gateway is 10,240 bytes; proxies and load balancers have limits below this.
const MAX_TOKEN_BYTES: usize = 64 * 1024;

fn either(issuers: &[impl AsRef<str>]) -> String {
    issuers.iter().map(|issuer| format!("`{}`", issuer.as_ref())).collect::<Vec<_>>().join(" or ")
}

fn malformed(why: &str) -> TokenError {
    TokenError::new(TokenErrorKind::Malformed, format!("invalid token: {why}"))
}

fn wrong(name: &str, expected: &str) -> TokenError {
    malformed(&format!("its claim `{name}` is not {expected}"))
}

fn text<'v>(claims: Value<'v>, name: &str) -> Result<Option<&'v str>, TokenError> {
    match claims.member(name) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or_else(|| wrong(name, "a text")),
    }
}

/// A claim that is a text or a list of texts. The text of `scp` can have several values with spaces between them.
fn list(claims: Value<'_>, name: &str) -> Result<Option<Vec<String>>, TokenError> {
    let one = |item: Value<'_>| item.as_str().map(str::to_owned).ok_or_else(|| wrong(name, "a list of texts"));
    match claims.member(name) {
        None => Ok(None),
        Some(Value::Array(items)) => items.iter().map(one).collect::<Result<_, _>>().map(Some),
        Some(Value::String(text)) => Ok(Some(text.split_ascii_whitespace().map(str::to_owned).collect())),
        Some(_) => Err(wrong(name, "a text or a list of texts")),
    }
}

/// A time in seconds since 1970 (`NumericDate` of RFC 7519). Fractions are ignored.
fn time(claims: Value<'_>, name: &str) -> Result<Option<SystemTime>, TokenError> {
    let number = match claims.member(name) {
        None => return Ok(None),
        Some(Value::Number(number)) => number,
        Some(_) => return Err(wrong(name, "a number")),
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
    let seconds = number.as_u64().or_else(|| {
        let float = number.as_f64()?;
        (0.0..LAST_SECOND as f64).contains(&float).then_some(float as u64)
    });
    let seconds = seconds.filter(|seconds| *seconds <= LAST_SECOND);
    let time = seconds.and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    time.map(Some).ok_or_else(|| wrong(name, "a time between 1970 and 9999"))
}

/// The end of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::contract::grants::SELF_SERVICE;
    use crate::testing::pool::{ISSUER, token};

    const CLOCK: FixedClock = FixedClock(SystemTime::UNIX_EPOCH);

    fn check(claims: &str, kind: TokenKind, scopes: &[&str]) -> Result<(), TokenErrorKind> {
        let read = UnverifiedClaims::read(&token(claims));
        read.and_then(|claims| claims.check(kind, &[ISSUER], scopes, &CLOCK)).map_err(|error| error.kind())
    }

    #[test]
    fn a_valid_token_is_accepted() {
        let claims = format!(r#"{{"token_use":"access","iss":"{ISSUER}","exp":10,"scope":"a/b c/d"}}"#);
        assert_eq!(check(&claims, TokenKind::Access, &["c/d", "a/b"]), Ok(()));
        assert_eq!(check(&claims, TokenKind::Any, &[]), Ok(()));
        assert_eq!(check(&claims, TokenKind::Id, &[]), Err(TokenErrorKind::WrongKind));
        assert_eq!(check(&claims, TokenKind::Access, &["a"]), Err(TokenErrorKind::ScopeMissing));
    }

    #[test]
    fn the_error_of_a_missing_scope_names_how_to_get_it() {
        let granted = |scopes: &[&str]| scopes.iter().map(|&scope| scope.to_owned()).collect::<Vec<_>>();
        let refusal = |scopes: &[&str]| require_scopes(&granted(scopes), &["pets/read"]).unwrap_err().to_string();
        assert_eq!(
            refusal(&[SELF_SERVICE]),
            "expected a token granted `pets/read`, found `aws.cognito.signin.user.admin`, the only scope of a sign-in by \
             password: scopes of an API come from managed login, from client credentials, or from a pre-token-generation \
             trigger of the pool"
        );
        assert_eq!(refusal(&["openid"]), "expected a token granted `pets/read`, found `openid`");
    }

    #[test]
    fn invalid_expiry_times_are_errors() {
        for exp in
            ["\"10\"", "-1", "9223372036854775808", "18446744073709551615", "1e300", "null", "[]", "-1e300", "1e11"]
        {
            let claims = format!(r#"{{"token_use":"id","iss":"{ISSUER}","exp":{exp}}}"#);
            let found = check(&claims, TokenKind::Id, &[]);
            let expected = if exp == "1e11" { Ok(()) } else { Err(TokenErrorKind::Malformed) };
            assert_eq!(found, expected, "{exp}");
        }
        let claims = |exp| format!(r#"{{"token_use":"id","iss":"{ISSUER}"{exp}}}"#);
        assert_eq!(check(&claims(""), TokenKind::Id, &[]), Err(TokenErrorKind::Malformed));
        assert_eq!(check(&claims(r#","exp":0"#), TokenKind::Id, &[]), Err(TokenErrorKind::Expired));
        assert_eq!(check(&claims(r#","exp":0.5"#), TokenKind::Id, &[]), Err(TokenErrorKind::Expired));
    }

    #[test]
    fn the_complete_issuer_is_compared() {
        for issuer in ["https://evil.example", &format!("{ISSUER}x"), &ISSUER.to_uppercase(), ""] {
            let claims = format!(r#"{{"token_use":"id","iss":"{issuer}","exp":10}}"#);
            assert_eq!(check(&claims, TokenKind::Id, &[]), Err(TokenErrorKind::WrongIssuer), "{issuer}");
        }
        assert_eq!(check(r#"{"exp":10}"#, TokenKind::Id, &[]), Err(TokenErrorKind::WrongIssuer));
    }

    #[test]
    fn both_forms_and_replicas_of_an_issuer_are_accepted() {
        for issuer in [
            "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123",
            "https://cognito-idp.eu-west-1.amazonaws.com/us-east-1_AbC123",
        ] {
            let claims = format!(r#"{{"token_use":"id","iss":"{issuer}","exp":10}}"#);
            assert_eq!(check(&claims, TokenKind::Id, &[]), Ok(()), "{issuer}");
            let without_use = format!(r#"{{"iss":"{issuer}","exp":10}}"#);
            assert_eq!(check(&without_use, TokenKind::Id, &[]), Err(TokenErrorKind::WrongKind), "{issuer}");
        }
        let other = "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC124";
        let claims = format!(r#"{{"token_use":"id","iss":"{other}","exp":10}}"#);
        assert_eq!(check(&claims, TokenKind::Id, &[]), Err(TokenErrorKind::WrongIssuer));
    }

    #[test]
    fn tokens_of_other_issuers_have_no_token_use() {
        for scopes in [r#""scope":"a b""#, r#""scope":["a","b"]"#, r#""scp":"a b""#, r#""scp":["a","b"]"#] {
            let claims = UnverifiedClaims::read(&token(format!("{{{scopes}}}"))).unwrap();
            assert_eq!(claims.scopes.unwrap(), ["a", "b"], "{scopes}");
        }
        let claims = UnverifiedClaims::read(&token(r#"{"iss":"https://id.example","exp":10,"scp":["a"]}"#)).unwrap();
        assert!(claims.check(TokenKind::Access, &["https://id.example"], &["a"], &CLOCK).is_ok());
        let claims = UnverifiedClaims::read(&token(format!(r#"{{"iss":"{ISSUER}","exp":10}}"#))).unwrap();
        assert!(claims.check(TokenKind::Access, &[], &[], &CLOCK).is_err());
    }

    #[test]
    fn a_jwt_is_not_opaque() {
        let jwt = token(r#"{"token_use":"id"}"#);
        for text in [&jwt, &format!("Bearer {jwt}"), &format!(" bEARER  {jwt}\n"), &token("{}")] {
            let error = refuse_jwt(text).unwrap_err();
            assert_eq!(error.kind(), TokenErrorKind::WrongKind, "{text}");
            assert!(error.to_string().contains("`from_jwt`") && !error.to_string().contains("canary"), "{error}");
        }
        for text in
            ["opaque", "bearer opaque", "bearer", "", "a.b.c", "header.nonce.text.text.tag", "ü.ü", &token("[]")]
        {
            assert!(refuse_jwt(text).is_ok(), "{text}");
        }
        assert!(refuse_jwt(&format!("a.{}.c", "e".repeat(MAX_TOKEN_BYTES))).is_err());
    }

    #[test]
    fn an_invalid_token_is_refused_and_not_shown() {
        for text in
            ["", "canary", "a.canary", "a.canary.c.d", "a.!.c", &"a.".repeat(100_000), &token("[1]"), &token("{")]
        {
            let error = UnverifiedClaims::read(text).unwrap_err();
            assert_eq!(error.kind(), TokenErrorKind::Malformed);
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }
}

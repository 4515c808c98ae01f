//! The tokens of a session with their data, from a sign-in, a refresh or another source.

use crate::auth::device::{Device, NewDevice};
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::{Origin, SignedIn};
use crate::contract::api::TokenKind;
use crate::refresh::lifetime::{Age, Lifetime};
use crate::secret::Secret;
use crate::session::tokens::content::TokenContent;
use crate::session::tokens::lifetime;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::has_jwt_form;
use crate::token::issuer;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The tokens of a session and their data.
#[derive(Clone, Default)]
pub(crate) struct SessionTokens {
    pub id: Option<SessionToken>,
    pub access: Option<SessionToken>,
    /// Whether the last refresh returned no ID token. OpenID Connect Core 1.0, section 12.2, allows that.
    pub without_new_id: bool,
    pub refresh: Option<Secret>,
    /// The user name in the pool.
    pub username: Option<String>,
    /// The user and the issuer, which a refresh does not change.
    pub subject: Option<String>,
    pub issuer: Option<String>,
    /// The id of the sign-in in the pool (`origin_jti`).
    pub origin: Option<String>,
    /// The id of the session in the store, created when it is first stored.
    pub session_id: Option<String>,
    /// When the access token was issued, by the clock of the issuer.
    pub issued: Option<SystemTime>,
    pub device_key: Option<String>,
    /// The device with its password, if it is known.
    pub device: Option<Device>,
}

/// A token and its lifetime.
#[derive(Clone)]
pub(crate) struct SessionToken {
    pub jwt: BearerToken,
    pub life: Lifetime,
}

impl SessionTokens {
    /// The tokens of a sign-in or a refresh, received now. Values that a refresh leaves out are kept.
    ///
    /// # Errors
    /// Fails if a token has the wrong kind, or another user or issuer than before.
    pub(crate) fn received(
        signed_in: &SignedIn,
        before: Option<&Self>,
        now: SystemTime,
        early: Option<Duration>,
    ) -> Result<Self, AuthError> {
        let mut tokens = before.cloned().unwrap_or_default();
        // The name in the tokens takes precedence.
        tokens.username = signed_in.username.clone().or(tokens.username);
        let expires_in = Some(signed_in.expires_in);
        tokens.without_new_id = signed_in.id_token.is_none();
        if let Some(id) = &signed_in.id_token {
            let content = tokens.owned(id, TokenKind::Id)?;
            // `expires_in` is for the access token. An ID token has its own lifetime.
            let own = content.claims().is_some_and(|claims| claims.issued_at.is_some() && claims.expires_at.is_some());
            let life = lifetime::received(now, if own { None } else { expires_in }, &content, early);
            tokens.id = Some(SessionToken::new(id, TokenKind::Id, life, None));
        }
        let content = tokens.owned(&signed_in.access_token, TokenKind::Access)?;
        let scopes = content.claims().and_then(|claims| claims.scopes.clone()).or_else(|| signed_in.scopes.clone());
        let scopes = scopes.map(Arc::from).or_else(|| tokens.access.as_ref().and_then(|held| held.jwt.scopes.clone()));
        let life = lifetime::received(now, expires_in, &content, early);
        tokens.issued = content.claims().and_then(|claims| claims.issued_at);
        tokens.access = Some(SessionToken::new(&signed_in.access_token, TokenKind::Access, life, scopes));
        if let Some(refresh) = &signed_in.refresh_token {
            tokens.refresh = Some(refresh.clone());
        }
        tokens.device_key = signed_in.device_key.clone().or(tokens.device_key);
        if let Some(NewDevice::Confirmed { device, .. }) = &signed_in.new_device {
            tokens.device = Some(device.clone());
        }
        Ok(tokens)
    }

    /// Tokens of another source. Their age is not known, so they expire by the local clock.
    ///
    /// # Errors
    /// As [`SessionTokens::received`].
    pub(crate) fn handed_in(
        mut self,
        id: Option<&Secret>,
        access: Option<&Secret>,
        now: SystemTime,
        early: Option<Duration>,
    ) -> Result<Self, AuthError> {
        let until = |content: &TokenContent| {
            lifetime::until(now, content.claims().and_then(|claims| claims.expires_at).unwrap_or(now), early)
        };
        if let Some(id) = id {
            let content = self.owned(id, TokenKind::Id)?;
            self.id = Some(SessionToken::new(id, TokenKind::Id, until(&content), None));
        }
        if let Some(access) = access {
            let content = self.owned(access, TokenKind::Access)?;
            self.issued = content.claims().and_then(|claims| claims.issued_at);
            let scopes = content.claims().and_then(|claims| claims.scopes.clone()).map(Arc::from);
            self.access = Some(SessionToken::new(access, TokenKind::Access, until(&content), scopes));
        }
        Ok(self)
    }

    /// The token of a kind.
    pub(crate) fn of(&self, kind: TokenKind) -> Option<&SessionToken> {
        match kind {
            TokenKind::Id => self.id.as_ref(),
            TokenKind::Access => self.access.as_ref(),
            // The access token is smaller and has less data of its user, so it is sent if either kind is accepted.
            TokenKind::Any => self.access.as_ref().or(self.id.as_ref()),
        }
    }

    /// Whether a refresh returned new tokens, but none of this kind, so that another refresh would not help.
    pub(crate) fn is_without_new(&self, kind: TokenKind, now: SystemTime) -> bool {
        let access_is_good = self.access.as_ref().is_some_and(|access| access.life.age(now) == Age::Good);
        kind == TokenKind::Id && self.without_new_id && access_is_good
    }

    pub(crate) fn scopes(&self) -> &[String] {
        self.access.as_ref().and_then(|held| held.jwt.scopes.as_deref()).unwrap_or_default()
    }

    /// Whether all tokens are valid and not due for a refresh.
    pub(crate) fn are_good(&self, now: SystemTime) -> bool {
        let mut held = [&self.id, &self.access].into_iter().flatten().peekable();
        held.peek().is_some() && held.all(|held| held.life.age(now) == Age::Good)
    }

    /// Whether a token is valid.
    pub(crate) fn are_usable(&self, now: SystemTime) -> bool {
        [&self.id, &self.access].into_iter().flatten().any(|held| held.life.age(now) != Age::Past)
    }

    /// Whether the other tokens are of the same user and issuer, as far as they are known.
    pub(crate) fn same_owner(&self, other: &Self) -> bool {
        let issuers = self.issuer.as_ref().zip(other.issuer.as_ref());
        equal(&self.subject, &other.subject) != Some(false)
            && issuers.is_none_or(|(one, other)| issuer::is_same(one, other))
    }

    /// Whether the other tokens are of the same session, and not of another sign-in of the same user. `None` if that is not known.
    pub(crate) fn same_session(&self, other: &Self) -> Option<bool> {
        if !self.same_owner(other) {
            return Some(false);
        }
        let same = [equal(&self.session_id, &other.session_id), equal(&self.origin, &other.origin)];
        if same.contains(&Some(true)) || (self.refresh.is_some() && self.refresh == other.refresh) {
            return Some(true);
        }
        if same.contains(&Some(false)) { Some(false) } else { None }
    }

    /// The raw tokens, as after a sign-in.
    pub(crate) fn raw(&self, now: SystemTime, origin: Origin) -> Option<SignedIn> {
        let access = self.access.as_ref()?;
        Some(SignedIn {
            id_token: self.id.as_ref().map(|held| held.jwt.secret.clone()),
            access_token: access.jwt.secret.clone(),
            refresh_token: self.refresh.clone(),
            expires_in: access.life.end.duration_since(now).unwrap_or_default(),
            token_type: "Bearer".to_owned(),
            scopes: access.jwt.scopes.as_deref().map(<[String]>::to_vec),
            origin,
            username: self.username.clone(),
            device_key: self.device_key.clone(),
            new_device: None,
        })
    }

    /// Reads a token and records its user and issuer.
    fn owned(&mut self, token: &Secret, kind: TokenKind) -> Result<TokenContent, AuthError> {
        let content = TokenContent::read(token.expose());
        // An issuer that has issued JWTs keeps issuing JWTs.
        if matches!(content, TokenContent::Opaque) && self.of(kind).is_some_and(SessionToken::is_jwt) {
            return Err(AuthError::because(AuthErrorKind::Protocol, "tokens", "the new tokens are not JWTs"));
        }
        if let Some(claims) = content.claims() {
            claims
                .check_origin(kind, NO_ISSUERS)
                .map_err(|error| AuthError::because(AuthErrorKind::Protocol, "tokens", error.to_string()))?;
            let other_subject = equal(&self.subject, &claims.subject) == Some(false);
            let issuers = self.issuer.as_ref().zip(claims.issuer.as_ref());
            // The issuer can change its form or the region of its replica.
            if other_subject || issuers.is_some_and(|(one, other)| !issuer::is_same(one, other)) {
                let detail = "the new tokens are of another user or issuer (`sub`, `iss`)";
                return Err(AuthError::because(AuthErrorKind::Protocol, "tokens", detail));
            }
            for (known, found) in [(&mut self.subject, &claims.subject), (&mut self.issuer, &claims.issuer)] {
                if known.is_none() {
                    known.clone_from(found);
                }
            }
            self.origin = claims.origin_jti.clone().or(self.origin.take());
            self.username = claims.username.clone().or(self.username.take());
        }
        Ok(content)
    }
}

/// Whether two texts are equal; `None` if one is not known.
fn equal(one: &Option<String>, other: &Option<String>) -> Option<bool> {
    one.as_ref().zip(other.as_ref()).map(|(one, other)| one == other)
}

/// The credential of the session checks the issuer.
const NO_ISSUERS: &[&str] = &[];

impl SessionToken {
    fn is_jwt(&self) -> bool {
        has_jwt_form(self.jwt.secret.expose())
    }

    pub(crate) fn new(secret: &Secret, kind: TokenKind, life: Lifetime, scopes: Option<Arc<[String]>>) -> Self {
        let jwt = BearerToken { secret: secret.clone(), kind, generation: 0, expires_at: Some(life.end), scopes };
        Self { jwt, life }
    }
}

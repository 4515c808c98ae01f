//! What an ID token says of its user, as a typed view.

use crate::secret::Secret;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::TokenError;
use std::fmt;
use std::time::{Duration, SystemTime};

/// The claims of an ID token, **unverified**: good for showing a name, not for deciding what somebody may do. Whoever
/// decides verifies the signature first (Amazon Cognito Developer Guide, "Understanding the identity (ID) token").
#[derive(Clone)]
pub struct UnverifiedIdClaims {
    standard: UnverifiedClaims,
    all: serde_json::Value,
}

impl UnverifiedIdClaims {
    /// Reads the claims of an ID token.
    ///
    /// # Errors
    /// If the text is no JWT, or a claim that every token has is of the wrong type.
    pub fn read(token: &Secret) -> Result<Self, TokenError> {
        let payload = UnverifiedClaims::payload(token.expose())?;
        let claims = UnverifiedClaims::object(&payload)?;
        Ok(Self { standard: UnverifiedClaims::of(claims.root())?, all: claims.root().to_any() })
    }

    /// `sub`: the user's id, which never changes.
    pub fn subject(&self) -> Option<&str> {
        self.standard.subject.as_deref()
    }

    /// `cognito:username`: the user's name by the pool.
    pub fn username(&self) -> Option<&str> {
        self.text("cognito:username")
    }

    /// `cognito:groups`: the groups that the user is a member of.
    pub fn groups(&self) -> Vec<&str> {
        self.texts("cognito:groups")
    }

    /// `cognito:roles`: the roles of the user's groups, by ARN.
    pub fn roles(&self) -> Vec<&str> {
        self.texts("cognito:roles")
    }

    /// `email`.
    pub fn email(&self) -> Option<&str> {
        self.text("email")
    }

    /// `email_verified`; Cognito writes it as a text for users from some identity providers.
    pub fn email_is_verified(&self) -> bool {
        self.truth("email_verified")
    }

    /// `phone_number`.
    pub fn phone_number(&self) -> Option<&str> {
        self.text("phone_number")
    }

    /// `phone_number_verified`.
    pub fn phone_number_is_verified(&self) -> bool {
        self.truth("phone_number_verified")
    }

    /// `name`: the user's full name.
    pub fn name(&self) -> Option<&str> {
        self.text("name")
    }

    /// An attribute of the pool's own: `custom:{name}`.
    pub fn custom(&self, name: &str) -> Option<&str> {
        self.all.get(format!("custom:{name}"))?.as_str()
    }

    /// `auth_time`: when the user signed in; a refresh does not change it.
    pub fn signed_in_at(&self) -> Option<SystemTime> {
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(self.all.get("auth_time")?.as_u64()?))
    }

    /// `exp`: when the token ends, by the issuer's clock.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.standard.expires_at
    }

    /// The claims that every token has.
    pub fn standard(&self) -> &UnverifiedClaims {
        &self.standard
    }

    /// Any claim, as it is.
    pub fn get(&self, name: &str) -> Option<&serde_json::Value> {
        self.all.get(name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.all.get(name)?.as_str()
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        let list = self.all.get(name).and_then(serde_json::Value::as_array);
        list.into_iter().flatten().filter_map(serde_json::Value::as_str).collect()
    }

    fn truth(&self, name: &str) -> bool {
        match self.all.get(name) {
            Some(serde_json::Value::Bool(truth)) => *truth,
            Some(serde_json::Value::String(text)) => text == "true",
            _ => false,
        }
    }
}

impl fmt::Debug for UnverifiedIdClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses and names of people belong in no log.
        f.write_str("UnverifiedIdClaims { .. }")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::testing::pool::token;

    fn claims(text: &str) -> UnverifiedIdClaims {
        UnverifiedIdClaims::read(&token(text).into()).unwrap()
    }

    #[test]
    fn claims_are_typed_where_they_are_known() {
        let read = claims(
            r#"{"sub":"u-1","cognito:username":"alice","cognito:groups":["admins","cats"],"email":"a@example.com",
                "email_verified":"true","phone_number_verified":false,"custom:team":"pets","auth_time":12,"exp":99,
                "identities":[{"providerName":"Google"}]}"#,
        );
        assert_eq!((read.subject(), read.username()), (Some("u-1"), Some("alice")));
        assert_eq!(read.groups(), ["admins", "cats"]);
        assert_eq!((read.email(), read.email_is_verified()), (Some("a@example.com"), true));
        assert!(!read.phone_number_is_verified());
        assert_eq!(read.custom("team"), Some("pets"));
        assert_eq!(read.signed_in_at(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(12)));
        assert_eq!(read.get("identities").and_then(|it| it[0]["providerName"].as_str()), Some("Google"));
        assert_eq!(format!("{read:?}"), "UnverifiedIdClaims { .. }");
    }

    #[test]
    fn odd_claims_are_absent_or_an_error() {
        let read = claims(r#"{"cognito:groups":"admins","email":7,"email_verified":1,"auth_time":-1}"#);
        assert_eq!(
            (read.groups(), read.email(), read.email_is_verified(), read.signed_in_at()),
            (vec![], None, false, None)
        );
        let huge = claims(r#"{"auth_time":18446744073709551615}"#);
        assert_eq!(huge.signed_in_at(), None);
        for odd in [r#"{"exp":"1"}"#, r#"{"sub":1}"#, "[]", "x"] {
            assert!(UnverifiedIdClaims::read(&token(odd).into()).is_err(), "{odd}");
        }
    }
}

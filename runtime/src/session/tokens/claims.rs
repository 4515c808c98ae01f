//! The claims of an ID token, by type.

use crate::secret::Secret;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::TokenError;
use std::fmt;
use std::time::{Duration, SystemTime};

/// The claims of an ID token, **unverified**. Use them to show a name, not to authorize a user: that requires a verified signature
/// (Amazon Cognito Developer Guide, "Understanding the identity (ID) token").
#[derive(Clone)]
pub struct UnverifiedIdClaims {
    standard: UnverifiedClaims,
    all: serde_json::Value,
}

impl UnverifiedIdClaims {
    /// Reads the claims of an ID token.
    ///
    /// # Errors
    /// [`TokenErrorKind::Malformed`](crate::TokenErrorKind::Malformed) if the text is not a JWT, or if a standard claim has the wrong
    /// type.
    pub fn read(token: &Secret) -> Result<Self, TokenError> {
        let payload = UnverifiedClaims::payload(token.expose())?;
        let claims = UnverifiedClaims::object(&payload)?;
        Ok(Self { standard: UnverifiedClaims::of(claims.root())?, all: claims.root().to_any() })
    }

    /// Returns `sub`: the id of the user, which never changes.
    pub fn subject(&self) -> Option<&str> {
        self.standard.subject.as_deref()
    }

    /// Returns `cognito:username`: the user name in the pool.
    pub fn username(&self) -> Option<&str> {
        self.text("cognito:username")
    }

    /// Returns `cognito:groups`: the groups of the user.
    pub fn groups(&self) -> Vec<&str> {
        self.texts("cognito:groups")
    }

    /// Returns `cognito:roles`: the ARNs of the roles of the user's groups.
    pub fn roles(&self) -> Vec<&str> {
        self.texts("cognito:roles")
    }

    /// Returns `email`.
    pub fn email(&self) -> Option<&str> {
        self.text("email")
    }

    /// Returns `email_verified`, which is a text for users of some identity providers.
    pub fn email_is_verified(&self) -> bool {
        self.truth("email_verified")
    }

    /// Returns `phone_number`.
    pub fn phone_number(&self) -> Option<&str> {
        self.text("phone_number")
    }

    /// Returns `phone_number_verified`.
    pub fn phone_number_is_verified(&self) -> bool {
        self.truth("phone_number_verified")
    }

    /// Returns `name`: the full name of the user.
    pub fn name(&self) -> Option<&str> {
        self.text("name")
    }

    /// Returns `custom:{name}`: a custom attribute of the pool.
    pub fn custom(&self, name: &str) -> Option<&str> {
        self.all.get(format!("custom:{name}"))?.as_str()
    }

    /// Returns `auth_time`: when the user signed in. A refresh does not change it.
    pub fn signed_in_at(&self) -> Option<SystemTime> {
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(self.all.get("auth_time")?.as_u64()?))
    }

    /// Returns `exp`: when the token expires by the clock of the issuer.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.standard.expires_at
    }

    /// Returns the standard claims.
    pub fn standard(&self) -> &UnverifiedClaims {
        &self.standard
    }

    /// Returns any claim.
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
        // Names and addresses of users must not be logged.
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
    fn invalid_claims_are_absent_or_an_error() {
        let read = claims(r#"{"cognito:groups":"admins","email":7,"email_verified":1,"auth_time":-1}"#);
        assert_eq!(
            (read.groups(), read.email(), read.email_is_verified(), read.signed_in_at()),
            (vec![], None, false, None)
        );
        let huge = claims(r#"{"auth_time":18446744073709551615}"#);
        assert_eq!(huge.signed_in_at(), None);
        for claims in [r#"{"exp":"1"}"#, r#"{"sub":1}"#, "[]", "x"] {
            assert!(UnverifiedIdClaims::read(&token(claims).into()).is_err(), "{claims}");
        }
    }
}

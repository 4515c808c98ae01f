//! The issuers and audiences that an authorizer accepts: those of the document, or those of the program's deployment.

#[cfg(feature = "session")]
use crate::auth::signed_in::SignedIn;
use crate::contract::api::TokenKind;
use crate::credential::deployment::Deployment;
use crate::credential::pool::Pool;
#[cfg(feature = "session")]
use crate::secret::Secret;
use crate::token::audience::Audiences;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::{UnverifiedClaims, has_jwt_form};
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::issuer::PoolIssuer;

/// The issuers and audiences that an authorizer accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// The issuers; any if the list is empty.
    pub issuers: Vec<String>,
    pub audiences: Audiences,
}

impl Expected {
    /// Those of the document for `P`, unless the program has its own.
    pub(crate) fn of<P: Pool>(deployed: &Deployment) -> Self {
        let issuers = deployed.issuers();
        let audiences = if issuers.is_some() || deployed.own_app_client { Audiences::Any } else { P::AUDIENCES };
        // An emulator of the pool of the document has an issuer of its own.
        let emulated = P::ISSUERS.iter().filter_map(|issuer| deployed.of_endpoint(PoolIssuer::parse(issuer)?.pool_id));
        let of_document = || P::ISSUERS.iter().map(|&issuer| issuer.to_owned()).chain(emulated).collect();
        Self { issuers: issuers.unwrap_or_else(of_document), audiences }
    }

    /// Checks the kinds, issuers and audiences of the tokens of a user or machine.
    ///
    /// # Errors
    /// Returns what was expected and what was found.
    pub(crate) fn check_all(&self, tokens: &[BearerToken]) -> Result<(), TokenError> {
        let (mut id, mut access) = (None, None);
        for token in tokens {
            // An access token can be opaque (RFC 6749, section 1.4); an ID token is a JWT.
            if token.kind == TokenKind::Id || has_jwt_form(token.secret.expose()) {
                let claims = UnverifiedClaims::read(token.secret.expose())?;
                claims.check_origin(token.kind, &self.issuers)?;
                let read = if token.kind == TokenKind::Id { &mut id } else { &mut access };
                *read = Some(claims);
            }
        }
        match (&id, &access) {
            (Some(id), Some(access)) => self.check_user(id, access),
            (None, Some(one)) | (Some(one), None) => self.audiences.check(one),
            (None, None) => Ok(()),
        }
    }

    /// Checks the tokens of a sign-in before they are stored or used.
    ///
    /// # Errors
    /// Returns what was expected and what was found.
    #[cfg(feature = "session")]
    pub(crate) fn check_signed_in(&self, signed_in: &SignedIn) -> Result<(), TokenError> {
        let tokens = [(signed_in.id_token.as_ref(), TokenKind::Id), (Some(&signed_in.access_token), TokenKind::Access)];
        let token = |(secret, kind): (Option<&Secret>, _)| {
            Some(BearerToken { secret: secret?.clone(), kind, generation: 0, expires_at: None, scopes: None })
        };
        self.check_all(&tokens.into_iter().filter_map(token).collect::<Vec<_>>())
    }

    /// Checks that the tokens of a user are of one app client, and their audiences. If the authorizer of a REST API refuses the access
    /// token, it can accept the ID token.
    ///
    /// # Errors
    /// Returns what was expected and what was found.
    pub(crate) fn check_user(&self, id: &UnverifiedClaims, access: &UnverifiedClaims) -> Result<(), TokenError> {
        // The audience of an ID token is the app client. Access tokens of other issuers need not name theirs.
        let is_of_another = |client: &String| !id.audiences.is_empty() && !id.audiences.contains(client);
        if access.client_id.as_ref().is_some_and(is_of_another) {
            let message = "expected two tokens of one app client, found two app clients (`aud`, `client_id`)";
            return Err(TokenError::new(TokenErrorKind::WrongAudience, message));
        }
        match (self.audiences.check(access), self.audiences) {
            (Err(_), Audiences::Aud(_)) if self.audiences.check(id).is_ok() => Ok(()),
            (outcome, _) => outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::pool::PetPool;

    #[test]
    fn two_tokens_of_a_user_are_of_one_app_client() {
        let expected = Expected::of::<PetPool>(&Deployment::default());
        let claims = |client: Option<&str>, audiences: &[&str]| UnverifiedClaims {
            client_id: client.map(str::to_owned),
            audiences: audiences.iter().map(|&audience| audience.to_owned()).collect(),
            ..UnverifiedClaims::default()
        };
        for (audiences, client, is_accepted) in [
            (&["one"][..], Some("one"), true),
            (&["other", "one"], Some("one"), true),
            (&[], Some("one"), true),
            (&["one"], None, true),
            (&["other"], Some("one"), false),
        ] {
            let checked = expected.check_user(&claims(None, audiences), &claims(client, &["https://pets.example.com"]));
            let kind = checked.err().map(|error| error.kind());
            assert_eq!(kind, (!is_accepted).then_some(TokenErrorKind::WrongAudience), "{audiences:?} {client:?}");
        }
    }
}

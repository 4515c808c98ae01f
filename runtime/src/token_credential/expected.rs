//! Whose tokens are expected: what the document says of an authorizer, or what the program says of its deployment.

use crate::contract::api::TokenKind;
use crate::credential::deployment::Deployment;
use crate::credential::pool::Pool;
use crate::token::audience::Audiences;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::TokenError;

/// Whose tokens an authorizer takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Their issuers; any if there are none.
    pub issuers: Vec<String>,
    pub audiences: Audiences,
}

impl Expected {
    /// What the document says of `P`, as far as the program says nothing else.
    pub(crate) fn of<P: Pool>(deployed: &Deployment) -> Self {
        let issuers = deployed.issuers();
        let audiences = if issuers.is_some() || deployed.own_app_client { Audiences::Any } else { P::AUDIENCES };
        let of_document = || P::ISSUERS.iter().map(|&issuer| issuer.to_owned()).collect();
        Self { issuers: issuers.unwrap_or_else(of_document), audiences }
    }

    /// Checks tokens at hand, of one user or machine: their kinds, issuers and audiences.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub(crate) fn check_all(&self, tokens: &[BearerToken]) -> Result<(), TokenError> {
        let (mut id, mut access) = (None, None);
        for token in tokens {
            // An access token need not be a JWT (RFC 6749, section 1.4); an ID token is one.
            if token.kind == TokenKind::Id || token.secret.expose().split('.').count() == 3 {
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

    /// Checks the tokens of one user: of an access token that does not pass a REST API's authorizer, the ID token beside it
    /// may.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub(crate) fn check_user(&self, id: &UnverifiedClaims, access: &UnverifiedClaims) -> Result<(), TokenError> {
        match (self.audiences.check(access), self.audiences) {
            (Err(_), Audiences::Aud(_)) if self.audiences.check(id).is_ok() => Ok(()),
            (outcome, _) => outcome,
        }
    }
}

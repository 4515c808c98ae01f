//! The passkeys of a signed-in user (WebAuthn).

use crate::app_client::client::AppClient;
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::cognito::account::user::SignedInUser;
use crate::cognito::account::{RegisteredPasskey, time};
use crate::cognito::wire::attempts::{Attempts, send};
use crate::cognito::wire::documents;

/// Passkeys of a signed-in user. All operations can fail with `AccessTokenInvalid` and `MissingScope`.
impl<P> AppClient<P> {
    /// Starts the registration of a passkey. Returns `PublicKeyCredentialCreationOptionsJSON` for the platform's authenticator
    /// (<https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialcreationoptionsjson>). Complete it with
    /// [`complete_passkey`](Self::complete_passkey).
    ///
    /// # Errors
    /// `Configuration` if the pool has no relying party, `FeatureUnavailable`, and [the errors of every request](crate::AuthErrorKind).
    pub async fn begin_passkey(&self, user: &impl SignedInUser<P>) -> Result<String, AuthError> {
        let core = self.core()?;
        let operation = core.api.client.start_web_authn_registration().access_token(user.access().await?.expose());
        let out = send!(Attempts::Once, "StartWebAuthnRegistration", operation)?;
        Ok(documents::to_json(&out.credential_creation_options))
    }

    /// Completes the registration with the result of the authenticator, as `RegistrationResponseJSON`.
    ///
    /// # Errors
    /// `InvalidRequest` if it is not JSON or the pool refuses it, `NotAuthorized` if the registration has expired, and
    /// [the errors of every request](crate::AuthErrorKind).
    pub async fn complete_passkey(&self, user: &impl SignedInUser<P>, credential: &str) -> Result<(), AuthError> {
        let core = self.core()?;
        let credential = documents::of_json(credential).ok_or_else(|| {
            let detail = "the result of the authenticator is not JSON: pass `RegistrationResponseJSON`";
            AuthError::because(AuthErrorKind::InvalidRequest, COMPLETE, detail)
        })?;
        let operation = core
            .api
            .client
            .complete_web_authn_registration()
            .access_token(user.access().await?.expose())
            .credential(credential);
        send!(Attempts::Once, "CompleteWebAuthnRegistration", operation).map(drop)
    }

    /// Returns all passkeys of the user.
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn passkeys(&self, user: &impl SignedInUser<P>) -> Result<Vec<RegisteredPasskey>, AuthError> {
        let core = self.core()?;
        let token = user.access().await?;
        let (mut passkeys, mut next) = (Vec::new(), None);
        for _ in 0..MAX_PAGES {
            let operation =
                core.api.client.list_web_authn_credentials().access_token(token.expose()).set_next_token(next);
            let out = send!(Attempts::Several, "ListWebAuthnCredentials", operation)?;
            passkeys.extend(out.credentials.into_iter().map(|passkey| RegisteredPasskey {
                id: passkey.credential_id,
                name: passkey.friendly_credential_name,
                relying_party: passkey.relying_party_id,
                attachment: passkey.authenticator_attachment,
                transports: passkey.authenticator_transports,
                created_at: time(Some(passkey.created_at)),
            }));
            next = out.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(passkeys);
            }
        }
        Err(AuthError::because(AuthErrorKind::Protocol, "ListWebAuthnCredentials", "the list does not end"))
    }

    /// Deletes a passkey by its id ([`RegisteredPasskey::id`]).
    ///
    /// # Errors
    /// `Configuration` if the user has no such passkey, and [the errors of every request](crate::AuthErrorKind).
    pub async fn delete_passkey(&self, user: &impl SignedInUser<P>, id: &str) -> Result<(), AuthError> {
        let core = self.core()?;
        let operation =
            core.api.client.delete_web_authn_credential().access_token(user.access().await?.expose()).credential_id(id);
        send!(Attempts::UntilDone, "DeleteWebAuthnCredential", operation).map(drop)
    }
}

const COMPLETE: &str = "CompleteWebAuthnRegistration";

/// More than a user has passkeys: each page has up to 20.
const MAX_PAGES: usize = 100;

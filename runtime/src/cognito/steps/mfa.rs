//! Second factors: entering a code, choosing a factor, setting one up.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::cognito::engine;
use crate::cognito::steps::step::{EnterCode, MfaSetup, NextStep, Refused, SelectMfa, Step, Waiting, one};
use crate::cognito::wire::tokens::TotpCaller;
use crate::secret::Secret;
use std::fmt;
use std::marker::PhantomData;

impl<P> EnterCode<P> {
    /// Returns the masked address or number of the code (`+*******1234`); `None` for an authenticator app.
    pub fn destination(&self) -> Option<&str> {
        self.0.parameter("CODE_DELIVERY_DESTINATION")
    }

    /// Returns how the code was sent (`SMS`, `EMAIL`).
    pub fn medium(&self) -> Option<&str> {
        self.0.parameter("CODE_DELIVERY_DELIVERY_MEDIUM")
    }

    /// Returns the name of the authenticator app.
    pub fn device_name(&self) -> Option<&str> {
        self.0.parameter("FRIENDLY_DEVICE_NAME")
    }

    /// Answers with the code.
    ///
    /// # Errors
    /// [`WrongCode`](crate::AuthErrorKind::WrongCode), with the challenge to answer again; [`CodeExpired`](crate::AuthErrorKind::CodeExpired),
    /// [`SignInExpired`](crate::AuthErrorKind::SignInExpired) and [the errors of every request](crate::AuthErrorKind).
    pub async fn answer(self, code: impl Into<Secret>) -> NextStep<P, Self> {
        let name = format!("{}_CODE", self.0.name());
        self.0.answer(one(&name, code), Self).await
    }
}

/// A second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mfa {
    /// A code by SMS.
    Sms,
    /// The code of an authenticator app.
    Totp,
    /// A code by e-mail.
    Email,
}

impl Mfa {
    fn named(name: &str) -> Option<Self> {
        match name {
            "SMS_MFA" => Some(Self::Sms),
            "SOFTWARE_TOKEN_MFA" => Some(Self::Totp),
            "EMAIL_OTP" | "EMAIL_MFA" => Some(Self::Email),
            _ => None,
        }
    }
}

impl<P> SelectMfa<P> {
    /// Returns the available factors.
    pub fn options(&self) -> Vec<Mfa> {
        let names = self.0.list("MFAS_CAN_CHOOSE");
        names.iter().filter_map(|name| Mfa::named(name)).collect()
    }

    /// Chooses a factor.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::AuthErrorKind::InvalidRequest) if the user does not have the factor, and [the errors of every request](crate::AuthErrorKind).
    pub async fn choose(self, factor: Mfa) -> NextStep<P, Self> {
        // The service's texts name both EMAIL_OTP and EMAIL_MFA: the pool's own spelling is the right one.
        let names = self.0.list("MFAS_CAN_CHOOSE");
        let offered = names.into_iter().find(|name| Mfa::named(name) == Some(factor));
        let name = offered.unwrap_or_else(|| {
            match factor {
                Mfa::Sms => "SMS_MFA",
                Mfa::Totp => "SOFTWARE_TOKEN_MFA",
                Mfa::Email => "EMAIL_OTP",
            }
            .to_owned()
        });
        self.0.answer(one("ANSWER", name), Self).await
    }
}

impl<P> MfaSetup<P> {
    /// Returns the factors that can be set up.
    pub fn options(&self) -> Vec<Mfa> {
        let names = self.0.list("MFAS_CAN_SETUP");
        names.iter().filter_map(|name| Mfa::named(name)).collect()
    }

    /// Starts the setup of an authenticator app with a secret of the pool (`AssociateSoftwareToken`).
    ///
    /// # Errors
    /// [`SignInExpired`](crate::AuthErrorKind::SignInExpired), [`MfaNotSetUp`](crate::AuthErrorKind::MfaNotSetUp) if the pool does not allow it, and [the errors of every
    /// request](crate::AuthErrorKind).
    pub async fn authenticator(mut self) -> Result<TotpSetup<P>, Refused<Self>> {
        let turn = &self.0.0;
        let Some(session) = &turn.session else {
            let error = AuthError::because(AuthErrorKind::Protocol, ASSOCIATE, "MFA_SETUP came without a session");
            return Err(Refused { error, again: None });
        };
        match turn.core.api.associate_software_token(TotpCaller::Session(session)).await {
            Ok((secret, session)) => {
                if session.is_some() {
                    self.0.0.session = session;
                }
                Ok(TotpSetup { secret, waiting: self.0 })
            }
            Err(error) => {
                let again = error.leaves_the_challenge().then_some(self);
                Err(Refused { error, again })
            }
        }
    }

    /// Sets up codes by e-mail to `address`; the next step asks for the first one.
    ///
    /// # Errors
    /// As [`EnterCode::answer`].
    pub async fn email(self, address: impl Into<Secret>) -> NextStep<P, Self> {
        self.0.answer(one("EMAIL", address), Self).await
    }
}

/// The setup of an authenticator app: show the secret, then verify the first code.
#[must_use = "the sign-in waits for the first code"]
pub struct TotpSetup<P> {
    secret: Secret,
    waiting: Waiting<P>,
}

impl<P> TotpSetup<P> {
    /// Returns the secret in base32, for manual entry.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Returns the secret as an `otpauth:` URI, for a QR code.
    pub fn uri(&self, issuer: &str) -> Secret {
        otpauth(&self.secret, issuer, &self.waiting.0.username)
    }

    /// Verifies the first code; `device_name` is shown to the user at later sign-ins.
    ///
    /// # Errors
    /// [`WrongCode`](crate::AuthErrorKind::WrongCode), with the setup to try again, and [the errors of every request](crate::AuthErrorKind).
    pub async fn verify(mut self, code: &str, device_name: Option<&str>) -> NextStep<P, Self> {
        let turn = &self.waiting.0;
        let Some(session) = &turn.session else {
            let error = AuthError::because(AuthErrorKind::Protocol, ASSOCIATE, "no session came with the secret");
            return Err(Refused { error, again: None });
        };
        let speaker = TotpCaller::Session(session);
        match turn.core.api.verify_software_token(speaker, code, device_name).await {
            Ok(session) => {
                if session.is_some() {
                    self.waiting.0.session = session;
                }
                let secret = self.secret;
                engine::answer(self.waiting.0, Vec::new()).await.map(Step::from_outcome).map_err(|(error, turn)| {
                    Refused { error, again: turn.map(|turn| Self { secret, waiting: Waiting(turn, PhantomData) }) }
                })
            }
            Err(error) => {
                let again = error.leaves_the_challenge().then_some(self);
                Err(Refused { error, again })
            }
        }
    }
}

impl<P> fmt::Debug for TotpSetup<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSetup { .. }")
    }
}

/// The key URI that authenticator apps read from a QR code.
pub(crate) fn otpauth(secret: &Secret, issuer: &str, account: &str) -> Secret {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    Secret::new(format!(
        "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}",
        encode(account),
        encode(secret.expose()),
        issuer = encode(issuer),
    ))
}

const ASSOCIATE: &str = "AssociateSoftwareToken";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_otpauth_uri_is_escaped() {
        let uri = otpauth(&Secret::new("ABC234"), "Pets & Co", "alice@example.com");
        assert_eq!(
            uri.expose(),
            "otpauth://totp/Pets%20%26%20Co:alice%40example%2Ecom?secret=ABC234&issuer=Pets%20%26%20Co"
        );
    }
}

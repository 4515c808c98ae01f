//! First factors: choosing one, entering a password, a passkey.

use crate::cognito::engine;
use crate::cognito::sign_in::FirstFactor;
use crate::cognito::steps::step::{EnterPassword, NextStep, Passkey, SelectFirstFactor, one, step};
use crate::secret::Secret;

impl<P> SelectFirstFactor<P> {
    /// Returns the available factors.
    pub fn options(&self) -> Vec<FirstFactor> {
        let names = &self.0.0.available;
        names.iter().filter_map(|name| FirstFactor::named(name)).collect()
    }

    /// Chooses the password and sends it.
    ///
    /// # Errors
    /// [`WrongCredentials`](crate::AuthErrorKind::WrongCredentials) and [the errors of every request](crate::AuthErrorKind).
    pub async fn password(self, password: impl Into<Secret>) -> NextStep<P, Self> {
        let mut responses = one("ANSWER", FirstFactor::Password.name());
        responses.push(("PASSWORD".to_owned(), password.into()));
        self.0.answer(responses, Self).await
    }

    /// Chooses the password and proves it by SRP.
    ///
    /// # Errors
    /// [`WrongCredentials`](crate::AuthErrorKind::WrongCredentials) and [the errors of every request](crate::AuthErrorKind).
    pub async fn password_srp(self, password: impl Into<Secret>) -> NextStep<P, Self> {
        let responses = one("ANSWER", FirstFactor::PasswordSrp.name());
        step(engine::answer_with_srp(self.0.0, password.into(), responses).await, Self)
    }

    /// Chooses a code by e-mail; the next step asks for it.
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn email_otp(self) -> NextStep<P, Self> {
        self.0.answer(one("ANSWER", FirstFactor::EmailOtp.name()), Self).await
    }

    /// Chooses a code by SMS; the next step asks for it.
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn sms_otp(self) -> NextStep<P, Self> {
        self.0.answer(one("ANSWER", FirstFactor::SmsOtp.name()), Self).await
    }

    /// Chooses a passkey; the next step has the options for the authenticator.
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn passkey(self) -> NextStep<P, Self> {
        self.0.answer(one("ANSWER", FirstFactor::Passkey.name()), Self).await
    }
}

impl<P> EnterPassword<P> {
    /// Answers with the password, which is proved by SRP if the pool requires it.
    ///
    /// # Errors
    /// [`WrongCredentials`](crate::AuthErrorKind::WrongCredentials) and [the errors of every request](crate::AuthErrorKind).
    pub async fn answer(self, password: impl Into<Secret>) -> NextStep<P, Self> {
        if self.0.name() == FirstFactor::PasswordSrp.name() {
            return step(engine::answer_with_srp(self.0.0, password.into(), Vec::new()).await, Self);
        }
        self.0.answer(one("PASSWORD", password), Self).await
    }
}

impl<P> Passkey<P> {
    /// Returns `PublicKeyCredentialRequestOptionsJSON`, for the platform's authenticator
    /// (<https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialrequestoptionsjson>).
    pub fn options(&self) -> Option<&str> {
        self.0.parameter("CREDENTIAL_REQUEST_OPTIONS")
    }

    /// Answers with the result of the authenticator, as `AuthenticationResponseJSON`.
    ///
    /// # Errors
    /// [`NotAuthorized`](crate::AuthErrorKind::NotAuthorized) for another passkey, and [the errors of every request](crate::AuthErrorKind).
    pub async fn answer(self, credential: impl Into<Secret>) -> NextStep<P, Self> {
        self.0.answer(one("CREDENTIAL", credential), Self).await
    }
}

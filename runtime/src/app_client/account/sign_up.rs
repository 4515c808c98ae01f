//! Account operations before the sign-in: sign-up, confirmation, forgotten passwords.

use crate::app_client::client::AppClient;
use crate::cognito::account::request::AccountRequest;
use crate::cognito::account::{CodeDelivery, ConfirmedSignUp, SignedUp, delivery, listed, sent};
use crate::cognito::wire::attempts::{Attempts, send};
use crate::secret::Secret;

/// Account operations before the sign-in. They are not retried, since each sends a message or counts as an attempt.
impl<P> AppClient<P> {
    /// Creates an account (`SignUp`).
    ///
    /// # Errors
    /// `AlreadyExists`, `InvalidPassword`, `InvalidRequest` for attributes, `Lambda`, and [the errors of every request](crate::AuthErrorKind).
    pub fn sign_up<'a>(
        &'a self,
        username: &'a str,
        password: &'a Secret,
        attributes: impl IntoIterator<Item = (String, String)>,
    ) -> AccountRequest<'a, SignedUp> {
        let attributes: Vec<_> = attributes.into_iter().collect();
        AccountRequest::new(async move |values| {
            let core = self.core()?;
            let operation = core
                .api
                .client
                .sign_up()
                .client_id(&core.client_id)
                .set_secret_hash(core.secret_hash(username))
                .username(username)
                .password(password.expose())
                .set_user_attributes(Some(listed("SignUp", attributes)?))
                .set_validation_data(values.validation()?)
                .set_user_context_data(values.context())
                .set_client_metadata(values.metadata());
            let out = send!(Attempts::Once, "SignUp", operation)?;
            Ok(SignedUp {
                user_sub: out.user_sub,
                confirmed: out.user_confirmed,
                code_sent: out.code_delivery_details.map(delivery),
                session: out.session.map(Secret::from),
            })
        })
    }

    /// Confirms an account with the code that was sent. With the session of the sign-up ([`AccountRequest::session`]),
    /// [`ConfirmedSignUp::sign_in`] then signs the user in without another password or code.
    ///
    /// # Errors
    /// `WrongCode`, `CodeExpired`, `NotAuthorized` if it is confirmed already, `AlreadyExists` if another account has
    /// the address, and [the errors of every request](crate::AuthErrorKind).
    pub fn confirm_sign_up<'a>(&'a self, username: &'a str, code: &'a str) -> AccountRequest<'a, ConfirmedSignUp<P>> {
        AccountRequest::new(async move |values| {
            let core = self.core()?;
            let operation = core
                .api
                .client
                .confirm_sign_up()
                .client_id(&core.client_id)
                .set_secret_hash(core.secret_hash(username))
                .username(username)
                .confirmation_code(code)
                .set_force_alias_creation(values.replaces_alias.then_some(true))
                .set_session(values.session.as_ref().map(|session| session.expose().to_owned()))
                .set_user_context_data(values.context())
                .set_client_metadata(values.metadata());
            let out = send!(Attempts::Once, "ConfirmSignUp", operation)?;
            let session = out.session.map(Secret::from);
            Ok(ConfirmedSignUp::new(session.map(|session| self.sign_in_by_choice(username).continuing(session))))
        })
    }

    /// Sends the confirmation code of an account again.
    ///
    /// # Errors
    /// `TooManyAttempts`, and [the errors of every request](crate::AuthErrorKind).
    pub fn resend_code<'a>(&'a self, username: &'a str) -> AccountRequest<'a, CodeDelivery> {
        AccountRequest::new(async move |values| {
            let core = self.core()?;
            let operation = core
                .api
                .client
                .resend_confirmation_code()
                .client_id(&core.client_id)
                .set_secret_hash(core.secret_hash(username))
                .username(username)
                .set_user_context_data(values.context())
                .set_client_metadata(values.metadata());
            let out = send!(Attempts::Once, "ResendConfirmationCode", operation)?;
            sent("ResendConfirmationCode", out.code_delivery_details)
        })
    }

    /// Sends a code for [`confirm_forgot_password`](Self::confirm_forgot_password).
    ///
    /// # Errors
    /// `TooManyAttempts`, `InvalidRequest` if the user has no verified address, and [the errors of every request](crate::AuthErrorKind).
    pub fn forgot_password<'a>(&'a self, username: &'a str) -> AccountRequest<'a, CodeDelivery> {
        AccountRequest::new(async move |values| {
            let core = self.core()?;
            let operation = core
                .api
                .client
                .forgot_password()
                .client_id(&core.client_id)
                .set_secret_hash(core.secret_hash(username))
                .username(username)
                .set_user_context_data(values.context())
                .set_client_metadata(values.metadata());
            let out = send!(Attempts::Once, "ForgotPassword", operation)?;
            sent("ForgotPassword", out.code_delivery_details)
        })
    }

    /// Sets a new password in place of a forgotten one.
    ///
    /// # Errors
    /// `WrongCode`, `CodeExpired`, `InvalidPassword`, `TooManyAttempts`, and [the errors of every request](crate::AuthErrorKind).
    pub fn confirm_forgot_password<'a>(
        &'a self,
        username: &'a str,
        code: &'a str,
        password: &'a Secret,
    ) -> AccountRequest<'a, ()> {
        AccountRequest::new(async move |values| {
            let core = self.core()?;
            let operation = core
                .api
                .client
                .confirm_forgot_password()
                .client_id(&core.client_id)
                .set_secret_hash(core.secret_hash(username))
                .username(username)
                .confirmation_code(code)
                .password(password.expose())
                .set_user_context_data(values.context())
                .set_client_metadata(values.metadata());
            send!(Attempts::Once, "ConfirmForgotPassword", operation).map(drop)
        })
    }
}

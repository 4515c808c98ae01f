//! The steps of a sign-in. Each challenge is a value of its own type, answered once, and only with what it asks for.

use super::engine::{self, Answered, Outcome, Turn};
use super::sign_in::FirstFactor;
use super::{AuthError, AuthErrorKind, Device, SignedIn};
use crate::cognito::Speaker;
use crate::secret::Secret;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// Where a sign-in stands: done, or at a challenge.
///
/// ```ignore
/// let mut step = pool.sign_in("alice", password).await?;
/// let session = loop {
///     step = match step {
///         Step::TotpMfa(challenge) => challenge.answer(ask("Code of your authenticator app: ")?).await?,
///         step => break step.done()?,
///     };
/// };
/// ```
#[non_exhaustive]
pub enum Step<P> {
    /// The user is signed in.
    Done(SignedIn),
    /// A code was sent by SMS, as the second factor.
    SmsMfa(EnterCode<P>),
    /// The code of an authenticator app is asked for.
    TotpMfa(EnterCode<P>),
    /// A code was sent by e-mail, as the first or the second factor.
    EmailOtp(EnterCode<P>),
    /// A code was sent by SMS, as the first factor.
    SmsOtp(EnterCode<P>),
    /// The user has several second factors and chooses one.
    SelectMfa(SelectMfa<P>),
    /// The user must set up a second factor first.
    MfaSetup(MfaSetup<P>),
    /// The user must set a new password.
    NewPassword(NewPassword<P>),
    /// The user chooses the first factor.
    SelectFirstFactor(SelectFirstFactor<P>),
    /// The password is asked for.
    Password(EnterPassword<P>),
    /// A passkey is asked for.
    Passkey(Passkey<P>),
    /// A challenge of the pool's own.
    Custom(CustomChallenge<P>),
    /// The device must prove itself, and none was given.
    Device(ProveDevice<P>),
    /// A challenge that this version does not know.
    Other(OtherChallenge<P>),
}

impl<P> fmt::Debug for Step<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step({})", self.name())
    }
}

/// An answer that was not accepted.
///
/// Where only its value was wrong, [`Refused::again`] is the challenge, to be answered once more. `?` turns it into its
/// error.
pub struct Refused<T> {
    /// Why.
    pub error: AuthError,
    /// The same challenge, if it stands.
    pub again: Option<T>,
}

impl<T> From<Refused<T>> for AuthError {
    fn from(refused: Refused<T>) -> Self {
        refused.error
    }
}

impl<T> fmt::Debug for Refused<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("error", &self.error)
            .field("again", &self.again.is_some())
            .finish()
    }
}

impl<T> fmt::Display for Refused<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<T> std::error::Error for Refused<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

/// The outcome of an answer to the challenge `T`.
pub type NextStep<P, T> = Result<Step<P>, Refused<T>>;

impl<P> Step<P> {
    /// The tokens.
    ///
    /// # Errors
    /// [`AuthErrorKind::ChallengePending`] if a challenge waits for an answer; the error names it.
    pub fn done(self) -> Result<SignedIn, AuthError> {
        match self {
            Self::Done(signed_in) => Ok(signed_in),
            waiting => Err(AuthError::because(
                AuthErrorKind::ChallengePending,
                "sign-in",
                format!("{}; match on the step and answer it", waiting.name()),
            )),
        }
    }

    /// The challenge's name by the service; `DONE` at the end.
    pub fn name(&self) -> &str {
        match self {
            Self::Done(_) => "DONE",
            Self::SmsMfa(it) | Self::TotpMfa(it) | Self::EmailOtp(it) | Self::SmsOtp(it) => it.0.name(),
            Self::SelectMfa(it) => it.0.name(),
            Self::MfaSetup(it) => it.0.name(),
            Self::NewPassword(it) => it.0.name(),
            Self::SelectFirstFactor(it) => it.0.name(),
            Self::Password(it) => it.0.name(),
            Self::Passkey(it) => it.0.name(),
            Self::Custom(it) => it.0.name(),
            Self::Device(it) => it.0.name(),
            Self::Other(it) => it.0.name(),
        }
    }

    pub(crate) fn from_outcome(outcome: Outcome) -> Self {
        let turn = match outcome {
            Outcome::Done(signed_in) => return Self::Done(signed_in),
            Outcome::Waits(turn) => Waiting(turn, PhantomData),
        };
        match turn.name() {
            "SMS_MFA" => Self::SmsMfa(EnterCode(turn)),
            "SOFTWARE_TOKEN_MFA" => Self::TotpMfa(EnterCode(turn)),
            "EMAIL_OTP" => Self::EmailOtp(EnterCode(turn)),
            "SMS_OTP" => Self::SmsOtp(EnterCode(turn)),
            "SELECT_MFA_TYPE" => Self::SelectMfa(SelectMfa(turn)),
            "MFA_SETUP" => Self::MfaSetup(MfaSetup(turn)),
            "NEW_PASSWORD_REQUIRED" => Self::NewPassword(NewPassword(turn)),
            "SELECT_CHALLENGE" => Self::SelectFirstFactor(SelectFirstFactor(turn)),
            "PASSWORD" | "PASSWORD_SRP" => Self::Password(EnterPassword(turn)),
            "WEB_AUTHN" => Self::Passkey(Passkey(turn)),
            "CUSTOM_CHALLENGE" => Self::Custom(CustomChallenge(turn)),
            "DEVICE_SRP_AUTH" => Self::Device(ProveDevice(turn)),
            _ => Self::Other(OtherChallenge(turn)),
        }
    }
}

/// A challenge of a user of the pool `P`.
struct Waiting<P>(Box<Turn>, PhantomData<fn() -> P>);

impl<P> Waiting<P> {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.0.parameters.get(name).map(String::as_str)
    }

    /// A parameter that holds a JSON list of texts.
    fn list(&self, name: &str) -> Vec<String> {
        self.parameter(name)
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    async fn answer<T>(self, responses: Vec<(String, Secret)>, again: fn(Self) -> T) -> NextStep<P, T> {
        step(engine::answer(self.0, responses).await, again)
    }
}

fn step<P, T>(answered: Answered, again: fn(Waiting<P>) -> T) -> NextStep<P, T> {
    match answered {
        Ok(outcome) => Ok(Step::from_outcome(outcome)),
        Err((error, turn)) => Err(Refused {
            error,
            again: turn.map(|turn| again(Waiting(turn, PhantomData))),
        }),
    }
}

fn one(name: &str, value: impl Into<Secret>) -> Vec<(String, Secret)> {
    vec![(name.to_owned(), value.into())]
}

macro_rules! challenges {
    ($($(#[$docs:meta])* $name:ident;)*) => {$(
        $(#[$docs])*
        #[must_use = "the sign-in waits for the answer"]
        pub struct $name<P>(Waiting<P>);

        impl<P> fmt::Debug for $name<P> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {{ .. }}", stringify!($name))
            }
        }
    )*};
}

challenges! {
    /// A code is asked for: one that was sent, or that of an authenticator app.
    EnterCode;
    /// The user chooses the second factor.
    SelectMfa;
    /// The user sets up a second factor.
    MfaSetup;
    /// The user sets a new password.
    NewPassword;
    /// The user chooses the first factor.
    SelectFirstFactor;
    /// The password is asked for.
    EnterPassword;
    /// A passkey is asked for.
    Passkey;
    /// A challenge of the pool's Lambda triggers.
    CustomChallenge;
    /// The device must prove itself.
    ProveDevice;
    /// A challenge that this version does not know; its parameters are as the pool sent them.
    OtherChallenge;
}

impl<P> EnterCode<P> {
    /// Where the code was sent, mostly hidden (`+*******1234`); none for an authenticator app.
    pub fn destination(&self) -> Option<&str> {
        self.0.parameter("CODE_DELIVERY_DESTINATION")
    }

    /// By which way the code was sent (`SMS`, `EMAIL`).
    pub fn medium(&self) -> Option<&str> {
        self.0.parameter("CODE_DELIVERY_DELIVERY_MEDIUM")
    }

    /// The name that the user gave to the authenticator app.
    pub fn device_name(&self) -> Option<&str> {
        self.0.parameter("FRIENDLY_DEVICE_NAME")
    }

    /// Answers with the code.
    ///
    /// # Errors
    /// [`AuthErrorKind::WrongCode`], with the challenge to answer again; [`AuthErrorKind::CodeExpired`],
    /// [`AuthErrorKind::SignInExpired`] and what any call may meet.
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
    /// What there is to choose from.
    pub fn options(&self) -> Vec<Mfa> {
        let names = self.0.list("MFAS_CAN_CHOOSE");
        names.iter().filter_map(|name| Mfa::named(name)).collect()
    }

    /// Chooses.
    ///
    /// # Errors
    /// [`AuthErrorKind::InvalidRequest`] where the user has not that factor, and what any call may meet.
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
    /// What can be set up.
    pub fn options(&self) -> Vec<Mfa> {
        let names = self.0.list("MFAS_CAN_SETUP");
        names.iter().filter_map(|name| Mfa::named(name)).collect()
    }

    /// Begins with an authenticator app: its secret comes from the pool (`AssociateSoftwareToken`).
    ///
    /// # Errors
    /// [`AuthErrorKind::SignInExpired`], [`AuthErrorKind::MfaNotSetUp`] where the pool has it not, and what any call may
    /// meet.
    pub async fn authenticator(mut self) -> Result<TotpSetup<P>, Refused<Self>> {
        let turn = &self.0.0;
        let Some(session) = &turn.session else {
            let error = AuthError::because(AuthErrorKind::Protocol, ASSOCIATE, "MFA_SETUP came without a session");
            return Err(Refused { error, again: None });
        };
        match turn.core.wire.associate_software_token(Speaker::Session(session)).await {
            Ok((secret, session)) => {
                if session.is_some() {
                    self.0.0.session = session;
                }
                Ok(TotpSetup {
                    secret,
                    waiting: self.0,
                })
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

/// An authenticator app under way: show it the secret, then verify its first code.
#[must_use = "the sign-in waits for the first code"]
pub struct TotpSetup<P> {
    secret: Secret,
    waiting: Waiting<P>,
}

impl<P> TotpSetup<P> {
    /// The secret in base32, to be typed in.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The secret as an `otpauth:` URI, to be shown as a QR code.
    pub fn uri(&self, issuer: &str) -> Secret {
        otpauth(&self.secret, issuer, &self.waiting.0.username)
    }

    /// Verifies the first code; `device_name` is shown to the user at later sign-ins.
    ///
    /// # Errors
    /// [`AuthErrorKind::WrongCode`], with the setup to try again, and what any call may meet.
    pub async fn verify(mut self, code: &str, device_name: Option<&str>) -> NextStep<P, Self> {
        let turn = &self.waiting.0;
        let Some(session) = &turn.session else {
            let error = AuthError::because(AuthErrorKind::Protocol, ASSOCIATE, "no session came with the secret");
            return Err(Refused { error, again: None });
        };
        let speaker = Speaker::Session(session);
        match turn.core.wire.verify_software_token(speaker, code, device_name).await {
            Ok(session) => {
                if session.is_some() {
                    self.waiting.0.session = session;
                }
                let secret = self.secret;
                engine::answer(self.waiting.0, Vec::new())
                    .await
                    .map(Step::from_outcome)
                    .map_err(|(error, turn)| Refused {
                        error,
                        again: turn.map(|turn| Self {
                            secret,
                            waiting: Waiting(turn, PhantomData),
                        }),
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

impl<P> NewPassword<P> {
    /// The attributes that the user must give along with the password, without `userAttributes.` before them.
    pub fn required_attributes(&self) -> Vec<String> {
        let mut names = self.0.list("requiredAttributes");
        for name in &mut names {
            if let Some(bare) = name.strip_prefix(ATTRIBUTE) {
                *name = bare.to_owned();
            }
        }
        names
    }

    /// The attributes that the user has already.
    pub fn attributes(&self) -> BTreeMap<String, String> {
        self.0
            .parameter("userAttributes")
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    /// Answers with the new password and the required attributes.
    ///
    /// # Errors
    /// [`AuthErrorKind::InvalidPassword`] or [`AuthErrorKind::InvalidRequest`], with the challenge to answer again, and
    /// what any call may meet.
    pub async fn answer(
        self,
        password: impl Into<Secret>,
        attributes: impl IntoIterator<Item = (String, String)>,
    ) -> NextStep<P, Self> {
        let mut responses = one("NEW_PASSWORD", password);
        for (name, value) in attributes {
            responses.push((format!("{ATTRIBUTE}{name}"), value.into()));
        }
        self.0.answer(responses, Self).await
    }
}

impl<P> SelectFirstFactor<P> {
    /// What there is to choose from.
    pub fn options(&self) -> Vec<FirstFactor> {
        let names = &self.0.0.available;
        names.iter().filter_map(|name| FirstFactor::named(name)).collect()
    }

    /// Chooses the password and sends it.
    ///
    /// # Errors
    /// [`AuthErrorKind::WrongCredentials`] and what any call may meet.
    pub async fn password(self, password: impl Into<Secret>) -> NextStep<P, Self> {
        let mut responses = one("ANSWER", FirstFactor::Password.name());
        responses.push(("PASSWORD".to_owned(), password.into()));
        self.0.answer(responses, Self).await
    }

    /// Chooses the password and proves it by SRP.
    ///
    /// # Errors
    /// [`AuthErrorKind::WrongCredentials`] and what any call may meet.
    pub async fn password_srp(self, password: impl Into<Secret>) -> NextStep<P, Self> {
        let responses = one("ANSWER", FirstFactor::PasswordSrp.name());
        step(engine::answer_with_srp(self.0.0, password.into(), responses).await, Self)
    }

    /// Chooses a code by e-mail; the next step asks for it.
    ///
    /// # Errors
    /// What any call may meet.
    pub async fn email_otp(self) -> NextStep<P, Self> {
        self.0.answer(one("ANSWER", FirstFactor::EmailOtp.name()), Self).await
    }

    /// Chooses a code by SMS; the next step asks for it.
    ///
    /// # Errors
    /// What any call may meet.
    pub async fn sms_otp(self) -> NextStep<P, Self> {
        self.0.answer(one("ANSWER", FirstFactor::SmsOtp.name()), Self).await
    }

    /// Chooses a passkey; the next step holds what the authenticator needs.
    ///
    /// # Errors
    /// What any call may meet.
    pub async fn passkey(self) -> NextStep<P, Self> {
        self.0.answer(one("ANSWER", FirstFactor::Passkey.name()), Self).await
    }
}

impl<P> EnterPassword<P> {
    /// Answers with the password; proved by SRP where the pool asks for that.
    ///
    /// # Errors
    /// [`AuthErrorKind::WrongCredentials`] and what any call may meet.
    pub async fn answer(self, password: impl Into<Secret>) -> NextStep<P, Self> {
        if self.0.name() == FirstFactor::PasswordSrp.name() {
            return step(
                engine::answer_with_srp(self.0.0, password.into(), Vec::new()).await,
                Self,
            );
        }
        self.0.answer(one("PASSWORD", password), Self).await
    }
}

impl<P> Passkey<P> {
    /// `PublicKeyCredentialRequestOptionsJSON`, for the platform's authenticator
    /// (<https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialrequestoptionsjson>).
    pub fn options(&self) -> Option<&str> {
        self.0.parameter("CREDENTIAL_REQUEST_OPTIONS")
    }

    /// Answers with what the authenticator gave, as `AuthenticationResponseJSON`.
    ///
    /// # Errors
    /// [`AuthErrorKind::NotAuthorized`] for another passkey, and what any call may meet.
    pub async fn answer(self, credential: impl Into<Secret>) -> NextStep<P, Self> {
        self.0.answer(one("CREDENTIAL", credential), Self).await
    }
}

impl<P> CustomChallenge<P> {
    /// What the pool's Lambda function says of the challenge.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.0.0.parameters
    }

    /// Answers.
    ///
    /// # Errors
    /// [`AuthErrorKind::WrongCredentials`] if the pool gives up, and what any call may meet. A wrong answer that may be
    /// repeated comes as another step.
    pub async fn answer(self, answer: impl Into<Secret>) -> NextStep<P, Self> {
        self.0.answer(one("ANSWER", answer), Self).await
    }
}

impl<P> ProveDevice<P> {
    /// Proves the device.
    ///
    /// # Errors
    /// [`AuthErrorKind::DeviceNotFound`] and what any call may meet.
    pub async fn answer(mut self, device: Device) -> NextStep<P, Self> {
        let password = device.password().clone();
        self.0.0.device = Some(device);
        step(engine::answer_with_srp(self.0.0, password, Vec::new()).await, Self)
    }
}

impl<P> OtherChallenge<P> {
    /// The challenge's name.
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// Its parameters.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.0.0.parameters
    }

    /// Answers; `USERNAME`, `SECRET_HASH` and `DEVICE_KEY` are put in.
    ///
    /// # Errors
    /// What any call may meet.
    pub async fn answer(self, responses: impl IntoIterator<Item = (String, Secret)>) -> NextStep<P, Self> {
        self.0.answer(responses.into_iter().collect(), Self).await
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

const ATTRIBUTE: &str = "userAttributes.";
const ASSOCIATE: &str = "AssociateSoftwareToken";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_otpauth_uri_escapes_what_it_is_given() {
        let uri = otpauth(&Secret::new("ABC234"), "Pets & Co", "alice@example.com");
        assert_eq!(
            uri.expose(),
            "otpauth://totp/Pets%20%26%20Co:alice%40example%2Ecom?secret=ABC234&issuer=Pets%20%26%20Co"
        );
    }
}

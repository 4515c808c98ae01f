//! The steps of a sign-in. Each challenge is a value of its own type that is answered once.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::cognito::engine;
use crate::cognito::engine::{AnswerResult, Challenge, Progress};
use crate::cognito::finished::Finished;
use crate::contract::grants::{GrantOf, SelfService};
use crate::credential::pool::Pool;
use crate::secret::Secret;
use crate::token_credential::typed::UserSession;
use std::fmt;
use std::marker::PhantomData;

/// The state of a sign-in: completed, or a challenge.
///
/// ```
/// use cogen_runtime::{AppClient, AuthError, SelfService, Step, UserPool, UserSession};
///
/// async fn sign_in<P: UserPool + 'static>(
///     pool: AppClient<P>,
///     ask: impl Fn(&str) -> String,
/// ) -> Result<UserSession<P, SelfService>, AuthError> {
///     let mut step = pool.sign_in("alice", ask("Password: ")).await?;
///     loop {
///         step = match step {
///             Step::TotpMfa(challenge) => challenge.answer(ask("Code of your authenticator app: ")).await?,
///             step => break step.done(),
///         };
///     }
/// }
/// ```
#[non_exhaustive]
pub enum Step<P> {
    /// The user is signed in.
    Done(Finished<P>),
    /// A code was sent by SMS, as the second factor.
    SmsMfa(EnterCode<P>),
    /// The user enters the code of an authenticator app.
    TotpMfa(EnterCode<P>),
    /// A code was sent by e-mail, as the first or the second factor.
    EmailOtp(EnterCode<P>),
    /// A code was sent by SMS, as the first factor.
    SmsOtp(EnterCode<P>),
    /// The user has several second factors and chooses one.
    SelectMfa(SelectMfa<P>),
    /// The user must set up a second factor.
    MfaSetup(MfaSetup<P>),
    /// The user must set a new password.
    NewPassword(NewPassword<P>),
    /// The user chooses the first factor.
    SelectFirstFactor(SelectFirstFactor<P>),
    /// The user enters the password.
    Password(EnterPassword<P>),
    /// The user signs in with a passkey.
    Passkey(Passkey<P>),
    /// A custom challenge of the pool.
    Custom(CustomChallenge<P>),
    /// The pool requires the device, and none was given.
    Device(ProveDevice<P>),
    /// A challenge that this version does not support.
    Other(OtherChallenge<P>),
}

impl<P> fmt::Debug for Step<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step({})", self.name())
    }
}

/// A refused answer to a challenge.
///
/// If only the value was wrong, [`Refused::again`] is the challenge, which can be answered again. `?` converts it into its error.
pub struct Refused<T> {
    /// The reason.
    pub error: AuthError,
    /// The challenge, if it can be answered again.
    pub again: Option<T>,
}

impl<T> From<Refused<T>> for AuthError {
    fn from(refused: Refused<T>) -> Self {
        refused.error
    }
}

impl<T> fmt::Debug for Refused<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused").field("error", &self.error).field("again", &self.again.is_some()).finish()
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

/// The result of an answer to the challenge `T`.
pub type NextStep<P, T> = Result<Step<P>, Refused<T>>;

impl<P> Step<P> {
    /// Returns the session, which is refreshed and kept in the store of the app client. Its access token has the grant [`SelfService`] and
    /// no scope of an API: those come from managed login and client credentials.
    ///
    /// # Errors
    /// [`AuthErrorKind::ChallengePending`] if there is a challenge, which the message names: match on the step and answer it. The errors of
    /// [`Finished::into_session`]. [`AuthErrorKind::Store`] if the session could not be stored: match on [`Step::Done`] to use it anyway.
    pub fn done(self) -> Result<UserSession<P, SelfService>, AuthError>
    where
        P: Pool,
    {
        self.kept()?.into_session()
    }

    /// Returns the session with the scopes of `G`, for a pool whose pre-token-generation trigger adds scopes:
    /// `done_with::<grant![PetsRead]>()`.
    ///
    /// # Errors
    /// The errors of [`Step::done`]; [`AuthErrorKind::MissingScope`] with the missing scopes.
    pub fn done_with<G: GrantOf<P::Api>>(self) -> Result<UserSession<P, G>, AuthError>
    where
        P: Pool,
    {
        self.kept()?.into_session_with()
    }

    /// Returns the raw tokens, for a program that stores and refreshes them itself. They are not checked.
    ///
    /// # Errors
    /// [`AuthErrorKind::ChallengePending`] if there is a challenge, which the message names.
    pub fn signed_in(self) -> Result<SignedIn, AuthError> {
        self.finished().map(Finished::signed_in)
    }

    /// A completed sign-in whose session was stored.
    fn kept(self) -> Result<Finished<P>, AuthError> {
        let finished = self.finished()?;
        match finished.not_kept() {
            Some(error) => Err(error.clone()),
            None => Ok(finished),
        }
    }

    fn finished(self) -> Result<Finished<P>, AuthError> {
        match self {
            Self::Done(finished) => Ok(finished),
            waiting => Err(AuthError::because(
                AuthErrorKind::ChallengePending,
                "sign-in",
                format!("{}; match on the step and answer it", waiting.name()),
            )),
        }
    }

    /// Returns the name of the challenge in the API; `DONE` after the last.
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

    pub(crate) fn from_outcome(outcome: Progress) -> Self {
        let turn = match outcome {
            Progress::Done(done) => return Self::Done(Finished::new(done)),
            Progress::Waits(turn) => Waiting(turn, PhantomData),
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

/// A pending challenge of a user of the pool `P`.
pub(super) struct Waiting<P>(pub(super) Box<Challenge>, pub(super) PhantomData<fn() -> P>);

impl<P> Waiting<P> {
    pub(super) fn name(&self) -> &str {
        &self.0.name
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.0.parameters.get(name).map(String::as_str)
    }

    /// A parameter with a JSON list of texts.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        self.parameter(name).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    pub(super) async fn answer<T>(self, responses: Vec<(String, Secret)>, again: fn(Self) -> T) -> NextStep<P, T> {
        step(engine::answer(self.0, responses).await, again)
    }
}

pub(super) fn step<P, T>(answered: AnswerResult, again: fn(Waiting<P>) -> T) -> NextStep<P, T> {
    match answered {
        Ok(outcome) => Ok(Step::from_outcome(outcome)),
        Err((error, turn)) => Err(Refused { error, again: turn.map(|turn| again(Waiting(turn, PhantomData))) }),
    }
}

pub(super) fn one(name: &str, value: impl Into<Secret>) -> Vec<(String, Secret)> {
    vec![(name.to_owned(), value.into())]
}

macro_rules! challenges {
    ($($(#[$docs:meta])* $name:ident;)*) => {$(
        $(#[$docs])*
        #[must_use = "the sign-in waits for the answer"]
        pub struct $name<P>(pub(super) Waiting<P>);

        impl<P> fmt::Debug for $name<P> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {{ .. }}", stringify!($name))
            }
        }
    )*};
}

challenges! {
    /// The user enters a code: one that was sent, or that of an authenticator app.
    EnterCode;
    /// The user chooses the second factor.
    SelectMfa;
    /// The user sets up a second factor.
    MfaSetup;
    /// The user sets a new password.
    NewPassword;
    /// The user chooses the first factor.
    SelectFirstFactor;
    /// The user enters the password.
    EnterPassword;
    /// The user signs in with a passkey.
    Passkey;
    /// A challenge of the pool's Lambda triggers.
    CustomChallenge;
    /// The pool requires the device.
    ProveDevice;
    /// A challenge that this version does not support, with its parameters.
    OtherChallenge;
}

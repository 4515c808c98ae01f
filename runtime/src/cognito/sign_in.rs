//! The ways to begin a sign-in over the user-pool API.

use crate::auth::device::Device;
use crate::auth::error::AuthError;
use crate::cognito::engine;
use crate::cognito::engine::{SignInContext, Start};
use crate::cognito::registration::Registration;
use crate::cognito::steps::step::Step;
use crate::secret::Secret;
use crate::token::audience::SignInTokens;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;

/// A sign-in about to begin: `.await` begins it.
#[must_use = "a sign-in does nothing until it is awaited"]
pub struct SignIn<P> {
    registration: Registration,
    flow: Flow,
    username: String,
    password: Option<Secret>,
    device: Option<Device>,
    kept_as: Option<String>,
    said: SignInContext,
    pool: PhantomData<fn() -> P>,
}

/// What the user proves first in a choice-based sign-in (`USER_AUTH`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FirstFactor {
    /// The password, sent to the pool.
    Password,
    /// The password, proved by SRP.
    PasswordSrp,
    /// A code sent by e-mail.
    EmailOtp,
    /// A code sent by SMS.
    SmsOtp,
    /// A passkey (WebAuthn).
    Passkey,
}

impl FirstFactor {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Password => "PASSWORD",
            Self::PasswordSrp => "PASSWORD_SRP",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::Passkey => "WEB_AUTHN",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Password, Self::PasswordSrp, Self::EmailOtp, Self::SmsOtp, Self::Passkey]
            .into_iter()
            .find(|factor| factor.name() == name)
    }
}

/// Which way it begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Srp,
    Password,
    Choice(Option<FirstFactor>),
    Custom,
    Admin,
}

impl<P> SignIn<P> {
    pub(crate) fn new(registration: &Registration, flow: Flow, username: String, password: Option<Secret>) -> Self {
        Self {
            registration: registration.clone(),
            flow,
            username,
            password,
            device: None,
            kept_as: None,
            said: SignInContext::default(),
            pool: PhantomData,
        }
    }

    /// The first factor to ask for in a choice-based sign-in; where the user has it not, the choice is theirs.
    pub fn prefer(mut self, factor: FirstFactor) -> Self {
        if let Flow::Choice(preferred) = &mut self.flow {
            *preferred = Some(factor);
        }
        self
    }

    /// The password, for a choice-based sign-in that prefers it or for a custom one.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// A device that the pool remembers. If it does not any more, the sign-in goes on without it.
    pub fn device(mut self, device: Device) -> Self {
        self.device = Some(device);
        self
    }

    /// The name under which the session is kept in the app client's store, and found by
    /// [`AppClient::restore`](crate::AppClient::restore); the user name unless told.
    pub fn kept_as(mut self, name: impl Into<String>) -> Self {
        self.kept_as = Some(name.into());
        self
    }

    /// Something for the pool's Lambda triggers (`ClientMetadata`); it is not kept secret.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.said.metadata.insert(name.into(), value.into());
        self
    }

    /// What tells the user's device apart for threat protection (`UserContextData.EncodedData`).
    pub fn context_data(mut self, encoded: impl Into<Secret>) -> Self {
        self.said.context = Some(encoded.into());
        self
    }

    fn begin(self) -> (Registration, Start) {
        let mut parameters = Vec::new();
        let mut put = |name: &str, value: Secret| parameters.push((name.to_owned(), value));
        let mut srp_password = None;
        let flow = match self.flow {
            Flow::Srp => {
                srp_password = self.password;
                "USER_SRP_AUTH"
            }
            Flow::Password | Flow::Admin => {
                if let Some(password) = self.password {
                    put("PASSWORD", password);
                }
                match self.flow {
                    Flow::Admin => "ADMIN_USER_PASSWORD_AUTH",
                    _ => "USER_PASSWORD_AUTH",
                }
            }
            Flow::Choice(preferred) => {
                if let Some(preferred) = preferred {
                    put("PREFERRED_CHALLENGE", preferred.name().into());
                }
                match (preferred, self.password) {
                    (Some(FirstFactor::Password), Some(password)) => put("PASSWORD", password),
                    (Some(FirstFactor::PasswordSrp), password) => srp_password = password,
                    _ => {}
                }
                "USER_AUTH"
            }
            Flow::Custom => {
                if self.password.is_some() {
                    put("CHALLENGE_NAME", "SRP_A".into());
                }
                srp_password = self.password;
                "CUSTOM_AUTH"
            }
        };
        let start = Start {
            flow,
            admin: self.flow == Flow::Admin,
            username: self.username,
            kept_as: self.kept_as,
            srp_password,
            parameters,
            device: self.device,
            said: self.said,
        };
        (self.registration, start)
    }
}

impl<P: 'static> IntoFuture for SignIn<P> {
    type Output = Result<Step<P>, AuthError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let (registration, start) = self.begin();
        Box::pin(async move {
            registration.admit(None, SignInTokens::IdToken)?;
            let core = registration.core()?;
            engine::start(core, start).await.map(Step::from_outcome)
        })
    }
}

impl<P> fmt::Debug for SignIn<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIn { .. }")
    }
}

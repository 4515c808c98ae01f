//! The start of a sign-in over the user-pool API.

use crate::auth::device::Device;
use crate::auth::error::AuthError;
use crate::cognito::engine;
use crate::cognito::engine::device::SignInDevice;
use crate::cognito::engine::{SignInContext, Start};
use crate::cognito::registration::Registration;
use crate::cognito::steps::step::Step;
use crate::secret::Secret;
use crate::token::audience::SignInTokens;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;

/// A sign-in over the user-pool API. `.await` starts it and returns its first [`Step`](crate::Step).
#[must_use = "a sign-in does nothing until it is awaited"]
pub struct SignIn<P> {
    registration: Registration,
    flow: Flow,
    username: String,
    password: Option<Secret>,
    device: Option<Device>,
    /// The session of an earlier operation.
    session: Option<Secret>,
    kept_as: Option<String>,
    sign_in_context: SignInContext,
    pool: PhantomData<fn() -> P>,
}

/// The first factor of a choice-based sign-in (`USER_AUTH`).
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

/// The authentication flow.
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
            session: None,
            kept_as: None,
            sign_in_context: SignInContext::default(),
            pool: PhantomData,
        }
    }

    /// Sets the preferred first factor of a choice-based sign-in. A user without it chooses another one.
    pub fn prefer(mut self, factor: FirstFactor) -> Self {
        if let Flow::Choice(preferred) = &mut self.flow {
            *preferred = Some(factor);
        }
        self
    }

    /// Sets the password, for a choice-based sign-in that prefers it or for a custom sign-in.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Sets the remembered device. If the pool does not remember it any more, the sign-in continues without it.
    pub fn device(mut self, device: Device) -> Self {
        self.device = Some(device);
        self
    }

    /// Continues the session of an earlier operation, such as the confirmation of an account.
    pub(crate) fn continuing(mut self, session: Secret) -> Self {
        self.session = Some(session);
        self
    }

    /// Sets the name of the session in the store, for [`AppClient::restore`](crate::AppClient::restore). If it is not set, the session has
    /// the name of the user in the pool, and is found by what the user entered too.
    pub fn kept_as(mut self, name: impl Into<String>) -> Self {
        self.kept_as = Some(name.into());
        self
    }

    /// Adds a value for the Lambda triggers of the pool (`ClientMetadata`). It must not be a secret.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.sign_in_context.metadata.insert(name.into(), value.into());
        self
    }

    /// Sets the device fingerprint for threat protection (`UserContextData.EncodedData`).
    pub fn context_data(mut self, encoded: impl Into<Secret>) -> Self {
        self.sign_in_context.context = Some(encoded.into());
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
            session: self.session,
            device: SignInDevice::given(self.device),
            sign_in_context: self.sign_in_context,
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
            registration.admit_pool()?;
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

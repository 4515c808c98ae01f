//! The results of account operations.

pub(crate) mod request;
pub(crate) mod user;

use crate::auth::error::AuthError;
use crate::cognito::sign_in::SignIn;
use crate::cognito::steps::mfa::{Mfa, otpauth};
use crate::cognito::wire::failure::incomplete;
use crate::secret::Secret;
use aws_sdk_cognitoidentityprovider::error::BuildError;
use aws_sdk_cognitoidentityprovider::types::{AttributeType, CodeDeliveryDetailsType};
use aws_smithy_types::DateTime;
use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

/// Where a code was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeDelivery {
    /// The masked address or number.
    pub destination: Option<String>,
    /// `EMAIL` or `SMS`.
    pub medium: Option<String>,
    /// The attribute that it verifies.
    pub attribute: Option<String>,
}

/// A new account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedUp {
    /// The user's `sub`.
    pub user_sub: String,
    /// Whether the account can be used at once; else confirm it with the code that was sent.
    pub confirmed: bool,
    /// Where the code was sent.
    pub code_sent: Option<CodeDelivery>,
    /// The session for [`AccountRequest::session`](crate::cognito::AccountRequest::session) of the confirmation, which then can sign the
    /// user in. It is valid for some minutes.
    pub session: Option<Secret>,
}

/// A confirmed account.
pub struct ConfirmedSignUp<P>(Option<SignIn<P>>);

impl<P> ConfirmedSignUp<P> {
    pub(crate) fn new(sign_in: Option<SignIn<P>>) -> Self {
        Self(sign_in)
    }

    /// Returns the sign-in of the new user, without another password or code: `.await?.done()?`. `None` if the confirmation had no
    /// session of the sign-up, or the app client does not allow choice-based sign-in (`ALLOW_USER_AUTH`).
    pub fn sign_in(self) -> Option<SignIn<P>> {
        self.0
    }
}

/// A user's own account.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// The user name in the pool.
    pub username: String,
    /// The attributes of the user.
    pub attributes: BTreeMap<String, String>,
    /// The second factors that are set up.
    pub mfa: Vec<String>,
    /// The preferred second factor.
    pub preferred_mfa: Option<String>,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account { .. }")
    }
}

impl<P> fmt::Debug for ConfirmedSignUp<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfirmedSignUp").field("has_sign_in", &self.0.is_some()).finish_non_exhaustive()
    }
}

/// The factors with which a user can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthFactors {
    /// The user name in the pool.
    pub username: String,
    /// The first factors, such as `PASSWORD`, `EMAIL_OTP` and `WEB_AUTHN`.
    pub configured: Vec<String>,
    /// The second factors that are set up.
    pub mfa: Vec<String>,
    /// The preferred second factor.
    pub preferred_mfa: Option<String>,
}

/// A passkey of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisteredPasskey {
    /// Its id.
    pub id: String,
    /// The name of the authenticator.
    pub name: String,
    /// The domain for which it was created.
    pub relying_party: String,
    /// `platform` or `cross-platform`.
    pub attachment: Option<String>,
    /// How the authenticator is connected, such as `internal`.
    pub transports: Vec<String>,
    /// When it was registered.
    pub created_at: Option<SystemTime>,
}

/// A device that the pool remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedDevice {
    /// Its key.
    pub key: String,
    /// Its attributes, such as `device_name` and `last_ip_used`.
    pub attributes: BTreeMap<String, String>,
    /// When the pool saw it first.
    pub created_at: Option<SystemTime>,
    /// When the user signed in with it last.
    pub last_used_at: Option<SystemTime>,
}

/// The setup of an authenticator app.
#[derive(Clone, Debug)]
pub struct NewTotp {
    pub(crate) secret: Secret,
}

impl NewTotp {
    /// Returns the secret in base32, for manual entry.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Returns the secret as an `otpauth:` URI, for a QR code.
    pub fn uri(&self, issuer: &str, account: &str) -> Secret {
        otpauth(&self.secret, issuer, account)
    }
}

/// The preference for a second factor, for [`AppClient::set_mfa`](crate::AppClient::set_mfa).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MfaPreference {
    /// The factor.
    pub factor: Mfa,
    /// Whether it is enabled.
    pub enabled: bool,
    /// Whether it is preferred.
    pub preferred: bool,
}

/// The attributes of an account or a device, by name.
pub(crate) fn by_name(attributes: Vec<AttributeType>) -> BTreeMap<String, String> {
    attributes.into_iter().map(|attribute| (attribute.name, attribute.value.unwrap_or_default())).collect()
}

pub(crate) fn listed(
    operation: &'static str,
    attributes: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<AttributeType>, AuthError> {
    attributes
        .into_iter()
        .map(|(name, value)| AttributeType::builder().name(name).value(value).build())
        .collect::<Result<_, BuildError>>()
        .map_err(|_| incomplete(operation, "attribute name"))
}

pub(crate) fn time(time: Option<DateTime>) -> Option<SystemTime> {
    SystemTime::try_from(time?).ok()
}

pub(crate) fn delivery(details: CodeDeliveryDetailsType) -> CodeDelivery {
    CodeDelivery {
        destination: details.destination,
        medium: details.delivery_medium.map(|medium| medium.as_str().to_owned()),
        attribute: details.attribute_name,
    }
}

pub(crate) fn sent(
    operation: &'static str,
    details: Option<CodeDeliveryDetailsType>,
) -> Result<CodeDelivery, AuthError> {
    details.map(delivery).ok_or_else(|| incomplete(operation, "code delivery details"))
}

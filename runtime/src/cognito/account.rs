//! The results of account operations.

use crate::auth::error::AuthError;
use crate::cognito::steps::mfa::{Mfa, otpauth};
use crate::cognito::wire::failure::incomplete;
use crate::secret::Secret;
use aws_sdk_cognitoidentityprovider::error::BuildError;
use aws_sdk_cognitoidentityprovider::types::{AttributeType, CodeDeliveryDetailsType};
use std::collections::BTreeMap;
use std::fmt;

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

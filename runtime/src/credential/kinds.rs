//! API keys, users with passwords, bearer tokens, inputs of Lambda authorizers, and any credential without its type.

use crate::contract::grants::{No, Slot, Yes};
use crate::credential::iam::Iam;
use crate::secret::Secret;
use crate::token::provider::TokenProvider;
use std::fmt;
use std::sync::Arc;

/// The credential of a Lambda authorizer: a value for each identity source, in their order. A generated crate has a type for each such
/// authorizer.
pub trait ValuesCredential {
    /// The security scheme of the document. The values are sent for this scheme only.
    const SCHEME: &'static str;
    /// Returns the values.
    fn into_values(self) -> Vec<Secret>;
}

/// The credential `V` of one Lambda authorizer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the credential of this Lambda authorizer",
    label = "expected a `{V}`, found a `{Self}`",
    note = "write `{V}::new(..)`, with a value for each of the authorizer's identity sources"
)]
pub trait ValuesOf<V> {
    /// Returns the credential.
    fn into_values_of(self) -> V;
}

#[diagnostic::do_not_recommend]
impl<V: ValuesCredential> ValuesOf<V> for V {
    fn into_values_of(self) -> V {
        self
    }
}

/// An API key.
#[derive(Clone, Debug)]
pub struct ApiKey(Secret);

impl ApiKey {
    /// Creates the credential from the key.
    pub fn new(key: impl Into<Secret>) -> Self {
        Self(key.into())
    }
}

/// A user and a password (HTTP Basic, RFC 7617).
#[derive(Clone, Debug)]
pub struct Basic {
    user: String,
    password: Secret,
}

impl Basic {
    /// Creates the credential. The user name must not have a colon.
    pub fn new(user: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self { user: user.into(), password: password.into() }
    }
}

/// A bearer token (RFC 6750) that is sent without checks.
#[derive(Clone, Debug)]
pub struct Bearer(Secret);

impl Bearer {
    /// Creates the credential from the token, without the prefix `Bearer`.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self(token.into())
    }
}

macro_rules! plain_slot {
    ($($name:ty),*) => { $(
        impl $name {
            /// Returns the credential without its type.
            pub fn into_credential(self) -> AnyCredential {
                self.into()
            }
        }

        impl Slot for $name {
            type Filled = Yes;
            type IdToken = No;
            type AccessToken = No;
            type Grant = ();
        }
    )* };
}

plain_slot!(ApiKey, Basic, Bearer, Iam);

/// A credential of any kind, without its type: for `send_with` of a call.
#[derive(Clone)]
pub struct AnyCredential(pub(crate) Credential);

#[derive(Clone)]
pub(crate) enum Credential {
    Tokens(Arc<dyn TokenProvider>),
    Values { scheme: &'static str, values: Vec<Secret> },
    ApiKey(Secret),
    Iam(Iam),
    Basic { user: String, password: Secret },
    Bearer(Secret),
}

impl fmt::Debug for AnyCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Credential::Tokens(_) => "Tokens(..)",
            Credential::Values { .. } => "Values(..)",
            Credential::ApiKey(_) => "ApiKey(..)",
            Credential::Iam(_) => "Iam(..)",
            Credential::Basic { .. } => "Basic(..)",
            Credential::Bearer(_) => "Bearer(..)",
        })
    }
}

/// Returns the inputs of a Lambda authorizer without their type.
pub fn values_credential(credential: impl ValuesCredential) -> AnyCredential {
    credential.into()
}

impl<V: ValuesCredential> From<V> for AnyCredential {
    fn from(credential: V) -> Self {
        Self(Credential::Values { scheme: V::SCHEME, values: credential.into_values() })
    }
}

impl From<ApiKey> for AnyCredential {
    fn from(key: ApiKey) -> Self {
        Self(Credential::ApiKey(key.0))
    }
}

impl From<Iam> for AnyCredential {
    fn from(iam: Iam) -> Self {
        Self(Credential::Iam(iam))
    }
}

impl From<Basic> for AnyCredential {
    fn from(basic: Basic) -> Self {
        Self(Credential::Basic { user: basic.user, password: basic.password })
    }
}

impl From<Bearer> for AnyCredential {
    fn from(bearer: Bearer) -> Self {
        Self(Credential::Bearer(bearer.0))
    }
}

//! The results of every sign-in: tokens, devices, errors.

pub(crate) mod cause;
pub(crate) mod device;
pub(crate) mod error;
#[cfg(feature = "oauth")]
pub(crate) mod own_endpoints;
pub(crate) mod signed_in;
pub(crate) mod token_set;

pub use device::{Device, NewDevice};
pub use error::{AuthError, AuthErrorKind};
pub use signed_in::{Origin, SignedIn};
pub use token_set::TokenSet;

//! Ways to sign in: each ends in tokens.

#[cfg(feature = "cognito")]
mod hash;
#[cfg(feature = "cognito")]
pub mod srp;

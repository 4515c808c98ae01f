//! The credentials with tokens of a user pool or another issuer.

pub(crate) mod expected;
pub(crate) mod fixed;
pub(crate) mod passing;
pub(crate) mod provided;
pub(crate) mod tokens;
pub(crate) mod typed;

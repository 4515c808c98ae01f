//! Credentials of a client, without the types that hold tokens of a user pool.

pub(crate) mod deployment;
pub(crate) mod environment;
pub(crate) mod iam;
pub(crate) mod kinds;
pub(crate) mod offered;
pub(crate) mod pool;

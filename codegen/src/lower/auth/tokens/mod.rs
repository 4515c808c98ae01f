//! The tokens that an authorizer accepts: user pools, issuers, audiences.

pub(crate) mod accepted;
pub(crate) mod audiences;
pub(crate) mod declared;
pub(crate) mod issuers;
pub(crate) mod pools;

//! A call: its request, its authorization, its attempts.

pub(crate) mod authorize;
mod outgoing;
pub(crate) mod paging;
pub(crate) mod reconnect;
pub(crate) mod request;
pub(crate) mod seen;
pub(crate) mod sending;
pub(crate) mod trace;
pub(crate) mod transport;

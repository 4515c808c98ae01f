//! A call: its request, its authorization, its attempts.

pub(crate) mod authorize;
pub(crate) mod links;
pub(crate) mod outgoing;
pub(crate) mod pages;
pub(crate) mod reconnect;
pub(crate) mod request;
pub(crate) mod seen;
pub(crate) mod sending;
pub(crate) mod trace;
pub(crate) mod transport;

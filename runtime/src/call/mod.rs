//! A call: its request, its authorization, its attempts.

pub(crate) mod authorize;
pub(crate) mod links;
mod outgoing;
mod page_end;
pub(crate) mod pages;
mod pointers;
pub(crate) mod reconnect;
pub(crate) mod request;
pub(crate) mod seen;
pub(crate) mod sending;
pub(crate) mod trace;
pub(crate) mod transport;

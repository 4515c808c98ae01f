//! The tokens of a session: what they contain, how long they are used, whose they are.

pub(crate) mod claims;
pub(crate) mod content;
pub(crate) mod lifetime;
pub(crate) mod session_tokens;

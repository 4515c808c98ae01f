//! What a request is made of before credentials are added: parameters, body, hooks, the retry policy.

pub(crate) mod body;
pub(crate) mod draft;
pub(crate) mod hooks;
pub(crate) mod media_body;
pub(crate) mod multipart;
pub(crate) mod params;
pub(crate) mod percent;
pub(crate) mod retry;

//! Doors for the fuzz targets in `tests/oracles`: small functions over what the runtime keeps to itself.

use crate::auth::error::AuthError;
use crate::auth::signed_in::SignedIn;
use crate::oauth::endpoints::answered;
use crate::oauth::managed_login::listener::judged;
use crate::response::gateway;
use crate::response::gateway::GatewayError;
use http::{HeaderMap, StatusCode};

pub use crate::oauth::managed_login::listener::Callback;

/// What the listener makes of the head of a request, for the redirect path and the `state` that it waits for.
pub fn callback(head: &str, path: &str, state: &str) -> Callback {
    judged(head, path, state)
}

/// What a refresh at the token endpoint makes of an answer.
///
/// # Errors
/// As for any refresh.
pub fn token_answer(status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Result<SignedIn, AuthError> {
    answered(status, headers, body)
}

/// What an error of the user-pool API or of an OAuth endpoint becomes.
pub fn auth_error(code: Option<&str>, message: Option<&str>, id: Option<&str>, status: Option<u16>) -> AuthError {
    AuthError::answered("fuzzing", code, message, id, status)
}

/// Which of API Gateway's own errors an answer is.
pub fn gateway_error(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<GatewayError> {
    gateway::classify(status, headers, body)
}

/// The text of a session file for a record.
pub fn seal(key: &str, record: &str) -> String {
    crate::store::envelope::seal(key, &crate::store::record::Record::new(record)).0.to_string()
}

/// The record in the text of a session file; `None` if it is refused.
pub fn open(key: &str, bytes: &[u8]) -> Option<String> {
    crate::store::envelope::open(key, bytes).ok().map(|stored| stored.record.expose().to_owned())
}

/// What the reader of answers makes of a text, as `serde_json` keeps it; `None` if it is refused.
pub fn json(text: &[u8]) -> Option<serde_json::Value> {
    crate::json::Tree::parse(text).ok().map(|tree| tree.root().to_any())
}

/// Secure Remote Password, for its benchmark and for the tests of the test pool.
#[cfg(feature = "cognito")]
pub mod srp {
    pub use crate::cognito::srp::{Claim, DeviceVerifier, Exchange, Identity, Reply, SrpError};
}

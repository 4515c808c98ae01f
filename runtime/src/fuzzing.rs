//! Functions for the fuzz targets in `tests/oracles`, which call private functions of the runtime.

use crate::auth::error::AuthError;
use crate::auth::signed_in::SignedIn;
use crate::oauth::endpoints::answered;
use crate::oauth::managed_login::listener::judged;
use crate::response::gateway;
use crate::response::gateway::GatewayError;
use http::{HeaderMap, StatusCode};

pub use crate::oauth::managed_login::listener::Callback;

/// Reads the head of a request as the listener for the redirect does, with the path and the `state` that it waits for.
pub fn callback(head: &str, path: &str, state: &str) -> Callback {
    judged(head, path, state)
}

/// Reads a response of the token endpoint to a refresh.
///
/// # Errors
/// Those of a refresh.
pub fn token_answer(status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Result<SignedIn, AuthError> {
    answered(status, headers, body)
}

/// Classifies an error of the user-pool API or of an OAuth endpoint.
pub fn auth_error(code: Option<&str>, message: Option<&str>, id: Option<&str>, status: Option<u16>) -> AuthError {
    AuthError::answered("fuzzing", code, message, id, status)
}

/// Classifies an error of API Gateway.
pub fn gateway_error(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<GatewayError> {
    gateway::classify(status, headers, body)
}

/// Returns the text of a session file for a record.
pub fn seal(key: &str, record: &str) -> String {
    crate::store::envelope::seal(key, &crate::store::record::Record::new(record)).0.to_string()
}

/// Reads the record from the text of a session file; `None` if it is refused.
pub fn open(key: &str, bytes: &[u8]) -> Option<String> {
    crate::store::envelope::open(key, bytes).ok().map(|stored| stored.record.expose().to_owned())
}

/// Reads a JSON text by the parser of responses; `None` if it is refused.
pub fn json(text: &[u8]) -> Option<serde_json::Value> {
    crate::json::Tree::parse(text).ok().map(|tree| tree.root().to_any())
}

/// Secure Remote Password, for its benchmark and for the tests of the test pool.
#[cfg(feature = "cognito")]
pub mod srp {
    pub use crate::cognito::srp::{Claim, DeviceVerifier, Exchange, Identity, Reply, SrpError};
}

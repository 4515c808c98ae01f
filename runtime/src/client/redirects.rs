//! Redirects are not followed: what a client sends is meant for one place only.

use crate::client::build_error::BuildError;
use reqwest::redirect::Policy;

/// The beginning of a client of our own.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().redirect(Policy::none())
}

/// A client of the caller's own, unless it follows redirects. reqwest shows its policy in `Debug` only; should it stop to,
/// clients are refused rather than trusted.
pub(crate) fn follows_nothing(client: reqwest::Client) -> Result<reqwest::Client, BuildError> {
    if format!("{client:?}").contains("Policy(None)") {
        return Ok(client);
    }
    let message = "the HTTP client follows redirects, and would take API keys and AWS session tokens to other hosts: \
                   build it with `.redirect(reqwest::redirect::Policy::none())`";
    Err(BuildError::new(message))
}

//! HTTP clients that do not follow redirects.

use crate::client::build_error::BuildError;
use reqwest::redirect::Policy;

/// The builder of an HTTP client of this crate.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().redirect(Policy::none())
}

/// Accepts the HTTP client of an application if it does not follow redirects. `reqwest` shows its policy in `Debug` only. If that
/// changes, clients are refused.
pub(crate) fn follows_nothing(client: reqwest::Client) -> Result<reqwest::Client, BuildError> {
    if format!("{client:?}").contains("Policy(None)") {
        return Ok(client);
    }
    let message = "the HTTP client follows redirects, which would send API keys and AWS session tokens to other hosts: \
                   build it with `.redirect(reqwest::redirect::Policy::none())`";
    Err(BuildError::new(message))
}

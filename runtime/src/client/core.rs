//! The core of a generated client: base URL, credentials, HTTP client and settings.

use crate::clock::{Clock, Skew};
use crate::contract::api::{Api, Scheme};
use crate::credential::iam::Iam;
use crate::credential::kinds::AnyCredential;
use crate::region::{is_region, region_of};
use crate::request::hooks::Hook;
use crate::request::retry::{Budget, Retry};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The core of a client; cheap to clone, and shared by all clones.
#[derive(Clone)]
pub struct Core {
    pub(super) shared: Arc<Shared>,
    /// One for each security scheme of the API.
    pub(super) credentials: Arc<[Option<AnyCredential>]>,
}

pub(super) struct Shared {
    pub(super) api: &'static Api,
    pub(super) base: Url,
    /// Whether requests may have secrets: over TLS, or where the program allows plain http.
    pub(super) sends_secrets: bool,
    pub(super) http: reqwest::Client,
    pub(super) timeout: Duration,
    pub(super) max_response_bytes: Option<usize>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) skew: Skew,
    pub(super) retry: Retry,
    pub(super) budget: Budget,
    pub(super) hooks: Vec<Arc<dyn Hook>>,
}

impl Core {
    /// Returns the base URL of the API.
    pub fn base_url(&self) -> &str {
        self.shared.base.as_str()
    }

    /// Returns the same core with another credential in a slot. Both share connections, settings, the known difference to the clock of
    /// the server, and the retry budget.
    #[must_use]
    pub fn with(&self, index: usize, credential: AnyCredential) -> Self {
        let mut credentials = self.credentials.to_vec();
        if let Some(slot) = credentials.get_mut(index) {
            *slot = Some(credential);
        }
        Self { shared: Arc::clone(&self.shared), credentials: credentials.into() }
    }

    pub(crate) fn api(&self) -> &'static Api {
        self.shared.api
    }

    /// Whether requests may have secrets.
    pub(crate) fn sends_secrets(&self) -> bool {
        self.shared.sends_secrets
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    pub(crate) fn credential(&self, slot: usize) -> Option<&AnyCredential> {
        self.credentials.get(slot)?.as_ref()
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.shared.timeout
    }

    /// The largest body of a response with this content type. The payload limit of API Gateway is 10 MB; other servers can send more.
    pub(crate) fn max_response_bytes(&self, content_type: &str) -> usize {
        let is_json =
            content_type.split(';').next().is_some_and(|media| media.trim_end().to_ascii_lowercase().ends_with("json"));
        let default = if is_json { MAX_JSON_BYTES } else { MAX_RESPONSE_BYTES };
        self.shared.max_response_bytes.unwrap_or(default)
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.clock
    }

    /// The known difference to the clock of the server.
    pub(crate) fn skew(&self) -> &Skew {
        &self.shared.skew
    }

    pub(crate) fn retry(&self) -> &Retry {
        &self.shared.retry
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.shared.budget
    }

    pub(crate) fn hooks(&self) -> &[Arc<dyn Hook>] {
        &self.shared.hooks
    }

    /// The region to sign for: that of the credential, else of the host name, else of the document.
    pub(crate) fn region(&self, iam: &Iam, scheme: &Scheme) -> Result<String, String> {
        region(iam, scheme, &self.shared.base)
    }

    /// The URL of a request: the base URL with a path and a query. Its origin is always that of the base URL, since the result is
    /// never parsed again.
    pub(crate) fn url(&self, path: &str, query: &[(String, String)]) -> Result<Url, &'static str> {
        let base = &self.shared.base;
        let (path, fixed) = match path.split_once('?') {
            Some((path, fixed)) => (path, Some(fixed)),
            None => (path, None),
        };
        let before = base.path().trim_end_matches('/');
        let slash = if path.starts_with('/') { "" } else { "/" };
        let path = [before, slash, path].concat();
        let mut url = base.clone();
        url.set_path(&path);
        // The URL standard changes some paths, which would then be other paths.
        if url.path() != path {
            return Err(
                "the path has a character or segment that changes the URL, such as `..`, `//` or a backslash: remove it from the parameter",
            );
        }
        let mut text = fixed.unwrap_or_default().to_owned();
        for (name, value) in query {
            if !text.is_empty() {
                text.push('&');
            }
            text.push_str(name);
            text.push('=');
            text.push_str(value);
        }
        if fixed.is_some() || !text.is_empty() {
            url.set_query(Some(&text));
        }
        Ok(url)
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes = self.api().schemes.iter().enumerate();
        let filled = schemes.filter(|(slot, _)| self.credential(*slot).is_some()).map(|(_, scheme)| scheme.name);
        f.debug_struct("Client")
            .field("api", &self.api().name)
            .field("base_url", &self.base_url())
            .field("credentials", &filled.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

pub(super) fn region(iam: &Iam, scheme: &Scheme, base: &Url) -> Result<String, String> {
    let Some(region) = iam.region.as_deref().or_else(|| region_of(base)).or(scheme.region) else {
        let name = scheme.name;
        return Err(format!(
            "the AWS region to sign for is not known, since it is not in the base URL: set `.region(\"us-east-1\")` on the credential for `{name}`"
        ));
    };
    if is_region(region) {
        Ok(region.to_owned())
    } else {
        Err("the AWS region is not valid: write one such as `us-east-1`".to_owned())
    }
}

/// A value of JSON takes more memory than its text.
const MAX_JSON_BYTES: usize = 16 * 1024 * 1024;
const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;

//! Builds the core of a generated client.

use crate::client::build_error::BuildError;
use crate::client::core::{Core, Shared, region};
use crate::client::redirects;
use crate::client::redirects::follows_nothing;
use crate::client::tls;
use crate::client::tls::is_this_machine;
use crate::clock::{Clock, Skew, SystemClock};
use crate::contract::api::{Api, Scheme, SchemeKind};
use crate::credential::environment::Environment;
use crate::credential::kinds::{AnyCredential, Credential};
use crate::request::hooks::Hook;
use crate::request::retry::{Budget, Retry};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The builder of the core of a generated client.
pub struct CoreBuilder {
    api: &'static Api,
    base_url: Option<String>,
    allow_http: bool,
    http: Option<reqwest::Client>,
    credentials: Vec<Option<AnyCredential>>,
    timeout: Duration,
    max_response_bytes: Option<usize>,
    clock: Arc<dyn Clock>,
    retry: Retry,
    hooks: Vec<Arc<dyn Hook>>,
}

impl CoreBuilder {
    /// Creates a builder for an API.
    pub fn new(api: &'static Api) -> Self {
        Self {
            api,
            base_url: None,
            allow_http: false,
            http: None,
            credentials: api.schemes.iter().map(|_| None).collect(),
            timeout: CALL_TIMEOUT,
            max_response_bytes: None,
            clock: Arc::new(SystemClock),
            retry: Retry::standard(),
            hooks: Vec::new(),
        }
    }

    /// Sets the base URL with its stage: `https://abc.execute-api.us-east-1.amazonaws.com/prod`.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the base URL of an environment, if it has one.
    #[must_use]
    pub fn environment<A>(self, environment: &Environment<A>) -> Self {
        match environment.url() {
            Some(url) => self.base_url(url),
            None => self,
        }
    }

    /// Allows a base URL without TLS. Credentials are then sent unencrypted.
    ///
    /// A server on this machine (`http://localhost`, `http://127.0.0.1`, `http://[::1]`) needs it only if a credential is sent.
    #[must_use]
    pub fn allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// Sets the HTTP client. Build it with a TLS feature of `reqwest` (`rustls`, `native-tls`) in your own `Cargo.toml`, and without
    /// redirects (`redirect(Policy::none())`), which would send API keys to other hosts.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Sets the retry policy; [`Retry::standard`] if it is not set.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Adds a hook, which runs before and after each attempt of each call. Hooks run in the order in which they were added.
    #[must_use]
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// Sets the time limit of a call, including all attempts and the response; 60 seconds if it is not set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the maximum size of a decompressed response body in bytes; 16 MiB for JSON and 64 MiB for others if it is not set. Streamed
    /// bodies have no limit.
    #[must_use]
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = Some(bytes);
        self
    }

    /// Sets the clock for signatures; the system clock if it is not set.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the credential of a slot.
    #[must_use]
    pub fn slot(mut self, index: usize, credential: impl Into<AnyCredential>) -> Self {
        if let Some(slot) = self.credentials.get_mut(index) {
            *slot = Some(credential.into());
        }
        self
    }

    /// Builds the core.
    ///
    /// # Errors
    /// Fails if a setting is missing or not valid. The message says what to set.
    pub fn build(self) -> Result<Core, BuildError> {
        let base = self.base()?;
        for (scheme, credential) in self.api.schemes.iter().zip(&self.credentials) {
            check(scheme, credential.as_ref(), &base)?;
        }
        let http = match self.http {
            Some(client) => follows_nothing(client)?,
            None => client(self.api, &base)?,
        };
        let shared = Shared {
            api: self.api,
            sends_secrets: self.allow_http || base.scheme() == "https",
            base,
            http,
            timeout: self.timeout,
            max_response_bytes: self.max_response_bytes,
            clock: self.clock,
            skew: Skew::default(),
            budget: Budget::of(&self.retry),
            retry: self.retry,
            hooks: self.hooks,
        };
        Ok(Core { shared: Arc::new(shared), credentials: self.credentials.into() })
    }

    fn base(&self) -> Result<Url, BuildError> {
        let Some(text) = self.base_url.as_deref().or(self.api.base_url) else {
            return Err(BuildError::new("the document has no base URL: set `.base_url(\"https://…\")`"));
        };
        let url = Url::parse(text).map_err(|error| {
            BuildError::new("the base URL is not valid: write one such as `https://api.example.com/stage`")
                .source(error)
        })?;
        match url.scheme() {
            "https" => {}
            "http" if self.allow_http => {}
            "http" if is_this_machine(&url) && self.credentials.iter().all(Option::is_none) => {}
            "http" => {
                let message = format!("the base URL is plain http, and {UNENCRYPTED}");
                return Err(BuildError::new(message));
            }
            _ => return Err(BuildError::new("the base URL is neither https nor http: use https")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BuildError::new(
                "the base URL has a user or a password: remove them and set the credential with the builder",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BuildError::new(
                "the base URL has a query or a fragment: remove it, since paths are appended to the URL",
            ));
        }
        if url.host_str().is_none_or(str::is_empty) || url.port() == Some(0) {
            return Err(BuildError::new(
                "the base URL has no valid host or port: write one such as `https://api.example.com/stage`",
            ));
        }
        Ok(url)
    }
}

impl fmt::Debug for CoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("api", &self.api.name).finish_non_exhaustive()
    }
}

/// Why a credential is not sent over plain http, and what to do.
pub(crate) const UNENCRYPTED: &str =
    "credentials would be sent unencrypted: use https, or call `.allow_http()` on the builder of the client";

/// More than the default integration timeout of API Gateway, which is 29 s.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

fn check(scheme: &Scheme, credential: Option<&AnyCredential>, base: &Url) -> Result<(), BuildError> {
    match credential.map(|credential| &credential.0) {
        Some(Credential::Iam(_)) if cfg!(not(feature = "sigv4")) => {
            Err(BuildError::new("this build of cogen-runtime can't sign: turn on its feature `sigv4`"))
        }
        Some(Credential::Iam(iam)) => region(iam, scheme, base).map(drop).map_err(BuildError::new),
        Some(Credential::Values { values, .. })
            if scheme.kind == SchemeKind::Values && values.len() != scheme.sources.len() =>
        {
            Err(BuildError::new(format!(
                "`{}` takes {} values, one for each source",
                scheme.name,
                scheme.sources.len()
            )))
        }
        _ => Ok(()),
    }
}

fn client(api: &Api, base: &Url) -> Result<reqwest::Client, BuildError> {
    let agent = format!("cogen-runtime/{} ({})", env!("CARGO_PKG_VERSION"), api.name);
    // The name of an API comes from a document.
    let agent: String = agent.chars().filter(|char| (' '..='~').contains(char)).collect();
    let begin = || redirects::builder().referer(false).connect_timeout(CONNECT_TIMEOUT).user_agent(agent.as_str());
    tls::build(begin, base)
}

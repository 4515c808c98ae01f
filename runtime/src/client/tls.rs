//! TLS for the HTTP clients of this crate: that of `reqwest`, or rustls with ring, with the trust store of the operating system.

use crate::boxed::BoxError;
use crate::client::build_error::BuildError;
use reqwest::{Client, ClientBuilder};
use url::Url;

/// Builds an HTTP client for `base`. Certificates are verified by the trust store of the operating system, so that the certificates of
/// a company work without configuration.
///
/// `begin` returns the same builder each time, since a builder can't be cloned. A container without certificates can still use plain
/// http.
pub(crate) fn build(begin: impl Fn() -> ClientBuilder, base: &Url) -> Result<Client, BuildError> {
    // A request to this machine does not go through a proxy, which would be another machine.
    let begin = || if is_this_machine(base) { begin().no_proxy() } else { begin() };
    let unusable = |error: BoxError| BuildError::new("the HTTP client can't be made").source(error);
    match backend::verifying(begin()) {
        Ok(client) => Ok(client),
        Err(error) => match backend::trusting_nothing(begin()) {
            Ok(client) if base.scheme() == "http" => Ok(client),
            Ok(_) => Err(BuildError::new(backend::NOT_VERIFYING).source(error)),
            Err(error) => Err(unusable(error)),
        },
    }
}

/// Whether an address is on this machine: `localhost`, or a loopback address (RFC 6761, section 6.3; RFC 6890).
pub(crate) fn is_this_machine(address: &Url) -> bool {
    match address.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Why there is no trust store, and what to do.
#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
const NO_TRUST_STORE: &str = if cfg!(target_os = "android") {
    "TLS can't be set up by itself on Android, where the trust store needs the JVM: call \
     `rustls_platform_verifier::android::init_with_env` when the application starts, then give a `reqwest::Client` with \
     `.http_client(…)`"
} else {
    "TLS can't be set up: does this system have its certificates (`ca-certificates` on Debian)?"
};

/// On Android the verifier panics at the first connection if it was not initialized, and it can't be asked whether it was.
#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
fn check_platform() -> Result<(), BoxError> {
    if cfg!(target_os = "android") { Err("there is no access to the JVM".into()) } else { Ok(()) }
}

/// The default TLS of `reqwest`: rustls with the cryptography provider of the process, else aws-lc. It is named, since another crate of
/// the program can turn on native TLS, which is then the default.
#[cfg(feature = "rustls")]
mod backend {
    use super::{BoxError, Client, ClientBuilder, NO_TRUST_STORE, check_platform};

    pub(super) const NOT_VERIFYING: &str = NO_TRUST_STORE;

    pub(super) fn verifying(builder: ClientBuilder) -> Result<Client, BoxError> {
        check_platform()?;
        Ok(builder.tls_backend_rustls().build()?)
    }

    pub(super) fn trusting_nothing(builder: ClientBuilder) -> Result<Client, BoxError> {
        Ok(builder.tls_backend_rustls().tls_certs_only([]).build()?)
    }
}

/// Rustls with the cryptography provider of the process, else ring.
#[cfg(all(feature = "rustls-ring", not(feature = "rustls")))]
mod backend {
    use super::{BoxError, Client, ClientBuilder, NO_TRUST_STORE, check_platform};
    use rustls::client::WantsClientCert;
    use rustls::crypto::{CryptoProvider, ring};
    use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
    use rustls_platform_verifier::BuilderVerifierExt;
    use std::sync::Arc;

    pub(super) const NOT_VERIFYING: &str = NO_TRUST_STORE;

    pub(super) fn verifying(builder: ClientBuilder) -> Result<Client, BoxError> {
        check_platform()?;
        configured(builder, config()?.with_platform_verifier()?)
    }

    pub(super) fn trusting_nothing(builder: ClientBuilder) -> Result<Client, BoxError> {
        configured(builder, config()?.with_root_certificates(RootCertStore::empty()))
    }

    fn config() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, rustls::Error> {
        let provider = CryptoProvider::get_default().cloned().unwrap_or_else(|| Arc::new(ring::default_provider()));
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
    }

    fn configured(
        builder: ClientBuilder,
        config: ConfigBuilder<ClientConfig, WantsClientCert>,
    ) -> Result<Client, BoxError> {
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(builder.tls_backend_preconfigured(config).build()?)
    }
}

/// Without TLS, an HTTP client can use plain http only.
#[cfg(not(any(feature = "rustls", feature = "rustls-ring")))]
mod backend {
    use super::{BoxError, Client, ClientBuilder};

    pub(super) const NOT_VERIFYING: &str = "this build of cogen-runtime has no TLS: turn on its feature `rustls` or `rustls-ring`, or give `.http_client(…)`";

    pub(super) fn verifying(_: ClientBuilder) -> Result<Client, BoxError> {
        Err("both features are off".into())
    }

    pub(super) fn trusting_nothing(builder: ClientBuilder) -> Result<Client, BoxError> {
        Ok(builder.build()?)
    }
}

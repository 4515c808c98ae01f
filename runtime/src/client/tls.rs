//! TLS for the HTTP clients of this crate: rustls with ring and the trust store of the operating system.

use crate::client::build_error::BuildError;
use reqwest::ClientBuilder;
#[cfg(feature = "rustls")]
use rustls::ClientConfig;
#[cfg(feature = "rustls")]
use rustls::crypto::{CryptoProvider, ring};
#[cfg(feature = "rustls")]
use rustls_platform_verifier::BuilderVerifierExt;
#[cfg(feature = "rustls")]
use std::sync::Arc;
use url::Url;

/// Sets up TLS.
///
/// The cryptography provider is the default of the process, else ring. The default of `reqwest`, aws-lc, takes longer to compile than
/// all other dependencies. Certificates are verified by the trust store of the operating system, so that the certificates of a
/// company work without configuration.
#[cfg(feature = "rustls")]
pub(crate) fn with_tls(builder: ClientBuilder, base: &Url) -> Result<ClientBuilder, BuildError> {
    let provider = CryptoProvider::get_default().cloned().unwrap_or_else(|| Arc::new(ring::default_provider()));
    let config = || ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let unusable = |error: rustls::Error| BuildError::new(UNUSABLE).source(error);
    let mut config = match config().map_err(unusable)?.with_platform_verifier() {
        Ok(trusting) => trusting.with_no_client_auth(),
        // A container without certificates can still use plain http.
        Err(_) if base.scheme() == "http" => {
            config().map_err(unusable)?.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
        }
        Err(error) => return Err(unusable(error)),
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(builder.tls_backend_preconfigured(config))
}

/// Without TLS, an HTTP client can use plain http only.
#[cfg(not(feature = "rustls"))]
pub(crate) fn with_tls(builder: ClientBuilder, base: &Url) -> Result<ClientBuilder, BuildError> {
    if base.scheme() == "http" {
        return Ok(builder);
    }
    let message = "this build of cogen-runtime has no TLS: turn on its feature `rustls`, or give `.http_client(…)`";
    Err(BuildError::new(message))
}

#[cfg(feature = "rustls")]
const UNUSABLE: &str = "TLS can't be set up: does this system have its certificates (`ca-certificates` on Debian)?";

/// Whether an address is on this machine: `localhost`, or a loopback address (RFC 6761, section 6.3; RFC 6890).
pub(crate) fn is_this_machine(address: &Url) -> bool {
    match address.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

//! TLS where something is missing: certificates, or the feature. `tests/tests/neighbours.rs` has applications with each other TLS.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::__rt::v1 as rt;
use std::process::Command;
use support::*;

fn over_tls() -> Result<rt::Core, cogen_runtime::BuildError> {
    rt::CoreBuilder::new(&API).base_url("https://pets.example.com").build()
}

/// It runs in a child process, since the variables that name the certificates belong to a process.
#[cfg(all(target_os = "linux", any(feature = "rustls", feature = "rustls-ring")))]
#[test]
fn without_certificates_plain_http_works_and_the_error_of_tls_says_what_to_install() {
    const NAME: &str = "without_certificates_plain_http_works_and_the_error_of_tls_says_what_to_install";
    if std::env::var("COGEN_TEST_CERTIFICATES").is_ok() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let status = runtime.block_on(async {
            let server = Server::start([]).await;
            get(&core(&server), &OPEN).await.unwrap().status()
        });
        let error = over_tls().unwrap_err();
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        println!("http: {status}; https: {error}; cause: {cause:?}");
        return;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", NAME, "--nocapture"]).env("COGEN_TEST_CERTIFICATES", "1");
    let output = command.env("SSL_CERT_FILE", "/nonexistent").env("SSL_CERT_DIR", "/nonexistent").output().unwrap();
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(found.contains("http: 200 OK; https: TLS can't be set up"), "{found}");
    assert!(found.contains("`ca-certificates` on Debian"), "{found}");
    assert!(found.contains("cause: Some("), "{found}");
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring")))]
#[test]
fn without_a_feature_the_error_names_both() {
    let error = over_tls().unwrap_err().to_string();
    assert!(error.contains("`rustls` or `rustls-ring`") && error.contains("`.http_client(…)`"), "{error}");
}

#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
#[test]
fn with_certificates_a_client_over_tls_is_built() {
    over_tls().unwrap();
}

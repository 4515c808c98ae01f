//! Requests to this machine do not go through a proxy of the environment; others do. Plain http to other machines needs permission.
#![cfg(all(feature = "cognito", feature = "oauth", feature = "identity-pool"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::__rt::v1 as rt;
use cogen_runtime::{AppClient, AuthErrorKind, Iam, IdentityPool, UserPool as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{API, PetPool};

/// The port of the services, in the process with the proxy.
const PORT: &str = "COGEN_TEST_SERVICES";

/// A listener that counts its connections and closes them.
fn counted() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, count) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&count);
    std::thread::spawn(move || {
        while listener.accept().is_ok() {
            seen.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, count)
}

#[test]
fn requests_to_this_machine_use_no_proxy() {
    let ((services, direct), (proxy, through)) = (counted(), counted());
    let run = |role: &str| {
        let mut program = Command::new(std::env::current_exe().unwrap());
        for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            program.env(name, format!("http://127.0.0.1:{proxy}"));
        }
        program.env_remove("NO_PROXY").env_remove("no_proxy").env(PORT, services.to_string());
        let done = program.args([role, "--exact", "--ignored"]).stdout(Stdio::null()).status().unwrap();
        assert!(done.success(), "{role}");
        (direct.swap(0, Ordering::SeqCst), through.swap(0, Ordering::SeqCst))
    };
    let (direct, through) = run("to_this_machine");
    assert!(direct >= 4 && through == 0, "{direct} direct, {through} through the proxy");
    let (direct, through) = run("to_another_machine");
    assert!(direct == 0 && through >= 2, "{direct} direct, {through} through the proxy");
}

#[tokio::test]
#[ignore = "a role of the test above"]
async fn to_this_machine() {
    let at = |host: &str| format!("http://{host}:{}", std::env::var(PORT).unwrap());
    let app = PetPool::app_client("client").endpoint(at("127.0.0.1"));
    app.sign_in_with_password("alice", "hunter2").await.unwrap_err();
    app.client_credentials(at("localhost"), "s3cret").await.unwrap_err();
    let iam = IdentityPool::new("us-east-1:pool").endpoint(at("127.0.0.1")).unauthenticated().unwrap();
    for (iam, operation) in [(iam, &support::WITH_IAM), (Iam::new("key", "secret", None), &support::OPEN)] {
        let core = rt::CoreBuilder::new(&API).base_url(at("127.0.0.1")).allow_http();
        let core = core.slot(support::IAM, iam.region("us-east-1")).build().unwrap();
        support::get(&core, operation).await.expect_err("the service closes the connection");
    }
}

/// The host does not exist: only the proxy can be asked.
#[tokio::test]
#[ignore = "a role of the test above"]
async fn to_another_machine() {
    let app = PetPool::app_client("client").endpoint("http://emulator.invalid:9229");
    let error = app.sign_in_with_password("alice", "hunter2").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration);
    let app: AppClient<PetPool> = app.allow_http();
    let error = app.sign_in_with_password("alice", "hunter2").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Network, "{error}");
    app.client_credentials("http://emulator.invalid:9229/path", "s3cret").await.unwrap_err();
}

#[tokio::test]
async fn plain_http_to_another_machine_needs_permission() {
    let app = PetPool::app_client("client");
    for error in [
        app.clone().endpoint("http://emulator:4566").sign_in_with_password("alice", "hunter2").await.unwrap_err(),
        app.client_credentials("http://emulator:4566", "s3cret").await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), AuthErrorKind::Configuration);
        assert!(error.to_string().contains("`AppClient::allow_http`"), "{error}");
    }
    let pool = IdentityPool::new("us-east-1:pool").endpoint("http://emulator:4566");
    assert!(pool.unauthenticated().is_err() && pool.allow_http().unauthenticated().is_ok());
}

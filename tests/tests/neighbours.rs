//! Applications whose `reqwest` or `rustls` is built in each usual way: what they do with it works as before with `cogen-runtime` beside
//! it. Cargo builds each crate once for all that use it, with the features of all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::paths;
use std::fs;
use std::process::Command;

/// What every application does: its own part, a client of cogen over TLS, and its own part again.
const MAIN: &str = r#"
use cogen_runtime::__rt::v1 as rt;

static API: rt::Api = rt::Api { name: "pets", base_url: None, schemes: &[] };

fn cogen() -> rt::CoreBuilder {
    rt::CoreBuilder::new(&API).base_url("https://pets.example.com")
}

fn main() {
    own();
    with_cogen();
    own();
    println!("done");
}

/// The status of a request over plain http to a server of this program.
#[allow(dead_code)]
fn status(client: &reqwest_or_nothing::Client) -> u16 {
    use std::io::{Read, Write};
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = socket.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let status = runtime.block_on(async { client.get(url).send().await.unwrap().status().as_u16() });
    server.join().unwrap();
    status
}
"#;

/// Builds and runs an application with these dependencies and functions `own` and `with_cogen`.
fn run(name: &str, dependencies: &str, functions: &str) {
    let directory = paths::scratch(&format!("neighbour-{name}")).unwrap();
    fs::create_dir_all(directory.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"neighbour-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         tokio = {{ version = \"1\", features = [\"net\", \"rt\", \"time\"] }}\n{}",
        dependencies.replace("RUNTIME", &format!("path = {:?}", paths::root().join("runtime")))
    );
    let (exchange, rest) = (MAIN.find("\n/// The status").unwrap(), MAIN.len());
    let main = match dependencies.contains("reqwest") {
        true => MAIN.replace("reqwest_or_nothing", "reqwest"),
        false => MAIN.replacen(&MAIN[exchange..rest], "", 1),
    };
    fs::write(directory.join("Cargo.toml"), manifest).unwrap();
    fs::write(directory.join("src/main.rs"), main + functions).unwrap();
    fs::copy(paths::root().join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet"]).current_dir(&directory).env("CARGO_TARGET_DIR", paths::target());
    let output = command.env_remove("RUSTFLAGS").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && output.stdout == b"done\n", "{name}: {errors}");
}

const BUILDS: &str = "fn with_cogen() {\n    cogen().build().unwrap();\n}\n";

#[test]
fn reqwest_without_tls() {
    let dependencies = r#"
        cogen-runtime = { RUNTIME }
        reqwest = { version = "0.13", default-features = false }
    "#;
    let own = "fn own() {\n    assert_eq!(status(&reqwest::Client::new()), 204);\n}\n";
    run("plain", dependencies, &(own.to_owned() + BUILDS));
}

#[test]
fn reqwest_with_native_tls() {
    if cfg!(target_os = "linux") && !has_openssl() {
        eprintln!("native TLS is left out: the headers of OpenSSL are not installed (`libssl-dev`)");
        return;
    }
    let dependencies = r#"
        cogen-runtime = { RUNTIME }
        reqwest = { version = "0.13", default-features = false, features = ["native-tls"] }
    "#;
    let own = "fn own() {\n    assert_eq!(status(&reqwest::Client::new()), 204);\n}\n";
    run("native", dependencies, &(own.to_owned() + BUILDS));
}

#[test]
fn reqwest_with_rustls_and_a_runtime_without_tls() {
    let dependencies = r#"
        cogen-runtime = { RUNTIME, default-features = false }
        reqwest = { version = "0.13", default-features = false, features = ["rustls"] }
    "#;
    let functions = r#"
fn own() {
    assert_eq!(status(&reqwest::Client::new()), 204);
}

fn with_cogen() {
    let error = cogen().build().unwrap_err().to_string();
    assert!(error.contains("`rustls-ring`") && error.contains("`.http_client(…)`"), "{error}");
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    cogen().http_client(http).build().unwrap();
}
"#;
    run("own", dependencies, functions);
}

#[test]
fn rustls_with_its_default_provider() {
    let dependencies = r#"
        cogen-runtime = { RUNTIME }
        rustls = "0.23"
    "#;
    run("aws-lc", dependencies, &(RUSTLS.to_owned() + BUILDS));
}

#[test]
fn rustls_with_ring() {
    let dependencies = r#"
        cogen-runtime = { RUNTIME, default-features = false, features = ["rustls-ring"] }
        rustls = { version = "0.23", default-features = false, features = ["ring", "std", "tls12"] }
    "#;
    run("ring", dependencies, &(RUSTLS.to_owned() + BUILDS));
}

/// It panics if rustls has no provider, or two.
const RUSTLS: &str = "
fn own() {
    let builder = rustls::ClientConfig::builder().with_root_certificates(rustls::RootCertStore::empty());
    assert!(!builder.with_no_client_auth().crypto_provider().cipher_suites.is_empty());
}
";

/// Whether the crate `openssl-sys` finds OpenSSL.
fn has_openssl() -> bool {
    let found = Command::new("pkg-config").args(["--exists", "openssl"]).status();
    std::env::var_os("OPENSSL_DIR").is_some() || found.is_ok_and(|status| status.success())
}

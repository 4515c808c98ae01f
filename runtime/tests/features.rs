//! What an application with its own tokens compiles: no AWS SDK, no listener, one TLS library.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::process::Command;

/// The names of all crates that are compiled with these features.
fn crates(features: &[&str]) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    // Works offline: it reads the lock file.
    cargo.args([
        "tree",
        "--locked",
        "--offline",
        "-p",
        "cogen-runtime",
        "-e",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let output = cargo.args(features).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).unwrap();
    names.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn heavy(name: &str) -> bool {
    let sdk = name.starts_with("aws-sdk-") || ["aws-config", "aws-runtime", "aws-smithy-runtime"].contains(&name);
    let sign_in = ["crypto-bigint", "open", "keyring-core"].contains(&name);
    sdk || sign_in
}

/// Whether a crate is of another TLS library than rustls.
fn second_tls(name: &str) -> bool {
    ["openssl", "openssl-sys", "native-tls", "hyper-tls", "webpki-roots"].contains(&name)
}

#[test]
fn own_tokens_need_neither_the_aws_sdk_nor_a_listener() {
    for features in [&[][..], &["--features", "serde,tracing,blocking"], &["--no-default-features"]] {
        let found: Vec<_> = crates(features).into_iter().filter(|name| heavy(name)).collect();
        assert!(found.is_empty(), "{features:?}: {found:?}");
    }
    assert!(!crates(&["--no-default-features"]).iter().any(|name| name == "rustls" || name == "aws-sigv4"));
    // Signatures are for APIs with IAM authorization, whose generated crate enables the feature.
    let (plain, signs) = (crates(&[]), crates(&["--features", "sigv4"]));
    let aws = |name: &String| name.starts_with("aws-") && !name.starts_with("aws-lc-");
    assert!(!plain.iter().any(aws) && signs.contains("aws-sigv4"));
    assert!(plain.len() + 20 < signs.len(), "{} and {}", plain.len(), signs.len());
    // The names are correct: with these features the crates are compiled.
    let all = crates(&["--all-features"]);
    let found = all.iter().filter(|name| heavy(name)).count();
    assert!(found > 6 && all.contains("aws-sdk-cognitoidentity"), "{found}");
}

#[test]
fn there_is_one_tls_library_whatever_the_features() {
    let found: Vec<_> = crates(&["--all-features"]).into_iter().filter(|name| second_tls(name)).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Two cryptography providers make `rustls::ClientConfig::builder()` of another crate panic.
#[test]
fn a_tls_feature_has_one_cryptography_provider() {
    let providers = |features: &[&str]| {
        let all = crates(features);
        ["aws-lc-rs", "ring"].map(|name| all.contains(name))
    };
    let most = "hosted-login,cognito,identity-pool,aws-config,keyring,blocking,tracing";
    assert_eq!(providers(&["--features", most]), [true, false]);
    assert_eq!(providers(&["--no-default-features", "--features", &format!("{most},rustls-ring")]), [false, true]);
    assert_eq!(providers(&["--no-default-features", "--features", most]), [false, false]);
}

//! The minimum supported Rust versions: no dependency needs more, and all files have the same numbers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::{cogen, paths};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;
use std::{env, fs};

/// The features of the runtime that add the AWS SDK.
const AWS_SDK_FEATURES: [&str; 4] = ["aws-config", "cognito", "identity-pool", "sigv4"];

/// The version that the AWS SDK needs. The other number is in `[workspace.package]`.
const AWS_SDK_RUST_VERSION: &str = "1.94.1";

fn cargo(arguments: &[&str]) -> String {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(arguments).current_dir(paths::root()).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A version in parts, so that `1.89` and `1.89.0` are equal.
fn parts(version: &str) -> [u32; 3] {
    let mut parts = [0; 3];
    for (part, text) in parts.iter_mut().zip(version.split('.')) {
        *part = text.parse().expect("a number");
    }
    parts
}

/// The output of `cargo metadata` about packages.
struct Packages(BTreeMap<(String, String), Value>);

impl Packages {
    fn read() -> Self {
        let text = cargo(&["metadata", "--locked", "--all-features", "--format-version", "1"]);
        let metadata: Value = serde_json::from_str(&text).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let packages = metadata["packages"].as_array().expect("packages").iter();
        Self(packages.map(|p| ((text(&p["name"]), text(&p["version"])), p.clone())).collect())
    }

    fn own(&self, name: &str) -> &Value {
        self.0.values().find(|p| p["name"] == name && p["source"].is_null()).expect("a package of the workspace")
    }

    fn rust_version(&self, name: &str) -> String {
        self.own(name)["rust_version"].as_str().expect("a rust-version").to_owned()
    }

    /// All features of a package except these.
    fn features_without(&self, name: &str, without: &[&str]) -> String {
        let features = self.own(name)["features"].as_object().expect("features").keys();
        features.map(String::as_str).filter(|f| !without.contains(f)).collect::<Vec<_>>().join(",")
    }

    /// The newest toolchain that a dependency needs, on any platform, with the name of that dependency.
    fn newest(&self, package: &str, features: &str) -> ([u32; 3], String) {
        let tree = cargo(&[
            "tree",
            "--locked",
            "--package",
            package,
            "--edges",
            "normal,build",
            "--target",
            "all",
            "--prefix",
            "none",
            "--features",
            features,
        ]);
        let dependencies = tree.lines().skip(1).filter_map(|line| {
            let mut words = line.split(' ');
            let key = (words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned());
            let version = self.0.get(&key)?["rust_version"].as_str()?;
            Some((parts(version), key.0))
        });
        let newest = dependencies.max().expect("a dependency with a rust-version");
        assert!(tree.lines().count() > 50, "the tree of {package} is not complete:\n{tree}");
        newest
    }
}

#[test]
fn no_dependency_needs_a_newer_toolchain_than_the_manifests_say() {
    let packages = Packages::read();
    let declared = packages.rust_version("cogen-runtime");
    assert_eq!(packages.rust_version("cogen"), declared);
    for (package, features) in [
        ("cogen", packages.features_without("cogen", &[])),
        ("cogen-runtime", packages.features_without("cogen-runtime", &AWS_SDK_FEATURES)),
    ] {
        let (needed, dependency) = packages.newest(package, &features);
        assert!(needed <= parts(&declared), "{package}: {dependency} needs {needed:?}, rust-version is {declared}");
    }
}

#[test]
fn the_features_with_the_aws_sdk_need_the_version_in_the_files() {
    let packages = Packages::read();
    for feature in AWS_SDK_FEATURES {
        let (needed, dependency) = packages.newest("cogen-runtime", feature);
        assert_eq!(needed, parts(AWS_SDK_RUST_VERSION), "{feature}, by {dependency}");
    }
}

#[test]
fn all_files_have_the_same_numbers() {
    let declared = Packages::read().rust_version("cogen-runtime");
    let has = |file: &str, text: &str| {
        let content = fs::read_to_string(paths::root().join(file)).expect("a file");
        assert!(content.contains(text), "{file} does not contain `{text}`");
    };
    has("codegen/src/emit/package/manifest.rs", &format!("const RUST_VERSION: &str = \"{declared}\";"));
    has(
        "codegen/src/emit/package/manifest.rs",
        &format!("const AWS_SDK_RUST_VERSION: &str = \"{AWS_SDK_RUST_VERSION}\";"),
    );
    has("codegen/README.md", &format!("\n{declared}.\n"));
    has("runtime/README.md", &format!("| all but the following | {declared} |\n"));
    has("CONTRIBUTING.md", &format!("| `cogen`, `cogen-runtime` | {declared} |"));
    has(".ci/deep", &format!("oldest={declared} oldest_with_aws_sdk={AWS_SDK_RUST_VERSION}\n"));
    let names = AWS_SDK_FEATURES.map(|feature| format!("{feature:?}")).join(", ");
    has("codegen/src/emit/package/manifest.rs", &format!("= [{names}];"));
    for file in ["runtime/README.md", "CONTRIBUTING.md"] {
        let content = fs::read_to_string(paths::root().join(file)).expect("a file");
        let row =
            content.lines().find(|line| line.starts_with('|') && line.contains(AWS_SDK_RUST_VERSION)).expect(file);
        AWS_SDK_FEATURES.iter().for_each(|f| assert!(row.contains(&format!("`{f}`")), "{file} does not name {f}"));
    }
}

#[test]
fn a_generated_crate_needs_the_toolchain_of_the_features_that_it_uses() {
    let directory = paths::scratch("rust-version").expect("a scratch directory");
    let document = directory.join("openapi.json");
    let config = directory.join("cogen.toml");
    let declared = Packages::read().rust_version("cogen-runtime");
    let plain = r#"{"openapi":"3.0.1","info":{"title":"A","version":"1"},"paths":{"/a":{"get":{"responses":{}}}}}"#;
    let signed = r#"{"openapi":"3.0.1","info":{"title":"A","version":"1"},
        "paths":{"/a":{"get":{"responses":{},"security":[{"iam":[]}]}}},
        "components":{"securitySchemes":{"iam":
            {"type":"apiKey","in":"header","name":"Authorization","x-amazon-apigateway-authtype":"awsSigv4"}}}}"#;
    for (name, text, features, expected) in [
        ("plain", plain, "\"tracing\"", declared.as_str()),
        ("signed", signed, "", AWS_SDK_RUST_VERSION),
        ("sign-in", plain, "\"cognito\"", AWS_SDK_RUST_VERSION),
    ] {
        fs::write(&document, text).expect("a writable file");
        fs::write(&config, format!("[runtime]\nfeatures = [{features}]\n")).expect("a writable file");
        let output = directory.join(name);
        let run = cogen::run(&["generate".as_ref(), &document, "-o".as_ref(), &output]).expect("cogen runs");
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        let manifest = fs::read_to_string(output.join("Cargo.toml")).expect("a manifest");
        assert!(manifest.contains(&format!("\nrust-version = \"{expected}\"\n")), "{name}:\n{manifest}");
    }
}

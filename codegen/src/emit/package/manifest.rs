//! `Cargo.toml` of the generated crate.

use crate::config::options::{GitReference, Options};
use crate::emit::rust::text;
use crate::ir::Api;
use crate::ir::schemes::CredentialKind;
use std::collections::BTreeSet;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

/// The oldest toolchain that compiles generated code, with the runtime's default features. Generated code itself needs 1.85, for
/// edition 2024 and `#[diagnostic::do_not_recommend]`; the runtime needs 1.89.
const RUST_VERSION: &str = "1.89";

/// The oldest toolchain that compiles generated code with a feature of [`AWS_SDK_FEATURES`].
const AWS_SDK_RUST_VERSION: &str = "1.94.1";

/// The features of the runtime that add the AWS SDK.
const AWS_SDK_FEATURES: [&str; 4] = ["aws-config", "cognito", "identity-pool", "sigv4"];

/// `Cargo.toml`.
pub fn write(api: &Api, options: &Options, marker: &str) -> String {
    let mut lib = Table::new();
    lib.insert("doctest", value(false));

    let mut features = Table::new();
    features.insert("default", value(Array::new()));
    features.insert("constructors", value(Array::from_iter(["cogen-runtime/constructors"])));
    features.insert("serde", value(Array::from_iter(["cogen-runtime/serde"])));

    let mut dependencies = Table::new();
    dependencies.insert("cogen-runtime", value(runtime(api, options, &[])));
    for (name, specification) in &options.dependencies {
        dependencies.insert(name, value(specification.clone()));
    }

    let mut document = DocumentMut::new();
    document.insert("package", Item::Table(package(api, options)));
    document.insert("lib", Item::Table(lib));
    document.insert("features", Item::Table(features));
    document.insert("dependencies", Item::Table(dependencies));
    format!("# {marker}\n\n{document}")
}

/// `[package]`: cogen's own keys, and those of the configuration.
fn package(api: &Api, options: &Options) -> Table {
    let mut package = Table::new();
    package.insert("name", value(crate_name(api, options)));
    package.insert("version", value(version(options)));
    package.insert("edition", value("2024"));
    package.insert("rust-version", value(rust_version(&runtime_features(api, options, &[]))));
    package.insert("description", value(format!("A client of {}", text::one_line(&api.title))));
    for (key, configured) in options.package.iter().filter(|(key, _)| *key != "metadata") {
        package.insert(key, value(configured.clone()));
    }
    package.insert("metadata", metadata(options));
    package
}

/// The oldest toolchain that compiles the generated crate with these features of the runtime.
fn rust_version(features: &[&str]) -> &'static str {
    if features.iter().any(|feature| AWS_SDK_FEATURES.contains(feature)) { AWS_SDK_RUST_VERSION } else { RUST_VERSION }
}

/// The name of the generated crate.
pub fn crate_name(api: &Api, options: &Options) -> String {
    options.crate_name_for(&api.title)
}

/// The configured version, if it is one. The version of the document is not a SemVer version.
fn version(options: &Options) -> String {
    let configured = options.crate_version.as_deref().filter(|version| semver::Version::parse(version).is_ok());
    configured.unwrap_or("0.1.0").to_owned()
}

/// docs.rs shows all features, unless the configuration sets other ones.
fn metadata(options: &Options) -> Item {
    let mut metadata = Table::new();
    metadata.set_implicit(true);
    let configured = options.package.get("metadata").and_then(Value::as_inline_table);
    for (key, configured) in configured.into_iter().flatten() {
        metadata.insert(key, value(configured.clone()));
    }
    if !metadata.contains_key("docs") {
        let mut docs = Table::new();
        docs.insert("all-features", value(true));
        let mut docs_rs = Table::new();
        docs_rs.set_implicit(true);
        docs_rs.insert("rs", Item::Table(docs));
        metadata.insert("docs", Item::Table(docs_rs));
    }
    Item::Table(metadata)
}

/// The dependency on the runtime, with the features that the document needs, those of the configuration, and `more`.
pub fn runtime(api: &Api, options: &Options, more: &[&str]) -> Value {
    let runtime = &options.runtime;
    let mut table = InlineTable::new();
    if let Some(path) = &runtime.path {
        table.insert("path", path.into());
    }
    if let Some(git) = &runtime.git {
        table.insert("git", git.into());
        match &runtime.reference {
            Some(GitReference::Rev(rev)) => drop(table.insert("rev", rev.into())),
            Some(GitReference::Tag(tag)) => drop(table.insert("tag", tag.into())),
            Some(GitReference::Branch(branch)) => drop(table.insert("branch", branch.into())),
            None => {}
        }
    }
    let elsewhere = runtime.path.is_some() || runtime.git.is_some();
    match &runtime.version {
        Some(version) => {
            table.insert("version", version.into());
        }
        None if !elsewhere => {
            table.insert("version", env!("CARGO_PKG_VERSION").into());
        }
        None => {}
    }
    if runtime.no_default_features {
        table.insert("default-features", false.into());
    }
    let features = runtime_features(api, options, more);
    if !features.is_empty() {
        table.insert("features", Value::Array(features.into_iter().collect()));
    }
    Value::InlineTable(table)
}

/// The features of the runtime that the document needs, those of the configuration, and `more`, each once.
fn runtime_features<'a>(api: &Api, options: &'a Options, more: &[&'a str]) -> Vec<&'a str> {
    let signs = api.auth.slots().any(|(_, scheme)| scheme.kind.credential() == CredentialKind::Iam);
    let needed = signs.then_some("sigv4").into_iter();
    let mut features: Vec<&str> = needed.chain(options.runtime.features.iter().map(String::as_str)).collect();
    features.extend(more);
    let mut seen = BTreeSet::new();
    features.retain(|feature| seen.insert(*feature));
    features
}

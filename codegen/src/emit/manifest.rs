//! `Cargo.toml` of the generated crate.

use super::text;
use crate::ir::Api;
use crate::options::Options;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

/// `Cargo.toml`.
pub fn write(api: &Api, options: &Options, marker: &str) -> String {
    let mut package = Table::new();
    package.insert("name", value(crate_name(api, options)));
    package.insert("version", value(version(options)));
    package.insert("edition", value("2024"));
    package.insert("description", value(format!("A client of {}", text::one_line(&api.title))));
    package.insert("metadata", metadata());

    let mut lib = Table::new();
    lib.insert("doctest", value(false));

    let mut features = Table::new();
    features.insert("default", value(Array::new()));
    features.insert("serde", value(Array::from_iter(["cogen-runtime/serde"])));

    let mut dependencies = Table::new();
    dependencies.insert("cogen-runtime", runtime(options));

    let mut document = DocumentMut::new();
    document.insert("package", Item::Table(package));
    document.insert("lib", Item::Table(lib));
    document.insert("features", Item::Table(features));
    document.insert("dependencies", Item::Table(dependencies));
    format!("# {marker}\n\n{document}")
}

/// The name of the generated crate.
pub fn crate_name(api: &Api, options: &Options) -> String {
    options.crate_name_for(&api.title)
}

/// The configured version, if it is one; a document's own is no SemVer.
fn version(options: &Options) -> String {
    let configured = options.crate_version.as_deref().filter(|version| semver::Version::parse(version).is_ok());
    configured.unwrap_or("0.1.0").to_owned()
}

/// All features are shown at docs.rs.
fn metadata() -> Item {
    let mut docs = Table::new();
    docs.insert("all-features", value(true));
    let mut docs_rs = Table::new();
    docs_rs.set_implicit(true);
    docs_rs.insert("rs", Item::Table(docs));
    let mut metadata = Table::new();
    metadata.set_implicit(true);
    metadata.insert("docs", Item::Table(docs_rs));
    Item::Table(metadata)
}

/// The dependency that carries the calls.
fn runtime(options: &Options) -> Item {
    let runtime = &options.runtime;
    let mut table = InlineTable::new();
    if let Some(path) = &runtime.path {
        table.insert("path", path.into());
    }
    if let Some(git) = &runtime.git {
        table.insert("git", git.into());
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
    if !runtime.features.is_empty() {
        table.insert("features", Value::Array(runtime.features.iter().collect()));
    }
    value(table)
}

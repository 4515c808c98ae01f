//! `Cargo.toml` of the generated crate.

use super::text;
use crate::ir::Api;
use crate::ir::ident::KEYWORDS;
use crate::options::Options;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

/// Names that a crate cannot have, or had better not: Rust's own, the runtime's, and devices of Windows.
const RESERVED: &[&str] = &[
    "alloc", "aux", "build", "cogen-runtime", "con", "core", "deps", "examples", "incremental", "nul", "prn", "proc-macro",
    "proc_macro", "std", "test",
];

/// How long a name made of a title may be.
const LONGEST_NAME: usize = 48;

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

/// The name of the generated crate: the configured one, or one made of the title.
pub fn crate_name(api: &Api, options: &Options) -> String {
    let wanted = options.crate_name.as_deref().filter(|name| is_crate_name(name));
    wanted.map_or_else(|| from_title(options.crate_name.as_deref().unwrap_or(&api.title)), str::to_owned)
}

/// Whether cargo takes a name as it is: letters, digits, `-` and `_`, and none of the reserved ones.
fn is_crate_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && !is_reserved(name)
}

fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    RESERVED.contains(&name.as_str()) || KEYWORDS.contains(&name.as_str())
}

/// `Pet Store API` as `pet-store-api`.
fn from_title(title: &str) -> String {
    let mut name = String::new();
    let mut previous = ' ';
    for c in title.chars() {
        if c.is_ascii_alphanumeric() {
            // A word begins at a capital after a small letter.
            if previous.is_ascii_lowercase() && c.is_ascii_uppercase() && !name.ends_with('-') {
                name.push('-');
            }
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        previous = c;
        if name.len() >= LONGEST_NAME {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    match name.bytes().next() {
        None => "api-client".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("api-{name}"),
        Some(_) if is_reserved(name) => format!("{name}-client"),
        Some(_) => name.to_owned(),
    }
}

/// The configured version, if cargo takes it; a document's own version is no SemVer.
fn version(options: &Options) -> String {
    let is_number = |part: &str| !part.is_empty() && part.len() < 10 && part.bytes().all(|b| b.is_ascii_digit());
    let is_version = |version: &&str| {
        let (numbers, rest) = version.split_once(['-', '+']).unwrap_or((version, "0"));
        numbers.split('.').count() == 3
            && numbers.split('.').all(is_number)
            && !rest.is_empty()
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+'))
    };
    options.crate_version.as_deref().filter(is_version).unwrap_or("0.1.0").to_owned()
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

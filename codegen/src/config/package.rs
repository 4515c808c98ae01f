//! The parts of cogen.toml that are copied to the manifest of the generated crate: `[dependencies]` and keys of `[package]`.

use crate::config::crate_name;
use crate::config::options::Options;
use crate::config::reader::{Entry, InvalidValue, Reader, each, is_secret, listed};
use crate::config::{checks, help};
use crate::diagnostics::report::{Reported, Span};
use crate::diagnostics::texts::nearest;
use indexmap::IndexMap;
use toml_edit::{InlineTable, Item, Value};

/// The keys that are copied (<https://doc.rust-lang.org/cargo/reference/manifest.html>). cogen sets name, version and edition
/// itself.
const PACKAGE: [&str; 17] = [
    "authors",
    "categories",
    "description",
    "documentation",
    "exclude",
    "homepage",
    "include",
    "keywords",
    "license",
    "license-file",
    "metadata",
    "publish",
    "readme",
    "repository",
    "resolver",
    "rust-version",
    "workspace",
];

/// The keys of a dependency (<https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html>).
const DEPENDENCY: [&str; 11] = [
    "version",
    "path",
    "git",
    "branch",
    "tag",
    "rev",
    "registry",
    "features",
    "default-features",
    "package",
    "workspace",
];

/// The keys of `[package]`, as written.
pub(super) fn package(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Result<IndexMap<String, Value>, Reported> {
    let mut keys = IndexMap::new();
    each(reader.members(entry)?, |member| {
        let own = match member.key {
            "name" | "version" => Some(format!("set it in cogen.toml:{}", help::lines("crate", own_line(member.key)))),
            "edition" => Some("remove the key: cogen sets the edition of the generated code".to_owned()),
            _ => None,
        };
        if let Some(help) = own {
            let invalid = InvalidValue::new("cogen sets this manifest key itself").help(help);
            return Err(reader.bad_value(member.key_span, &member.path, member.key, invalid));
        }
        if !PACKAGE.contains(&member.key) {
            return Err(reader.unknown(&member, &PACKAGE));
        }
        keys.extend(plain(reader, &member)?.map(|value| (member.key.to_owned(), value)));
        Ok(())
    })?;
    Ok(keys)
}

/// The dependencies, each with its location and its specification as written.
pub(super) fn dependencies(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Result<IndexMap<String, Value>, Reported> {
    let mut found = IndexMap::new();
    each(reader.members(entry)?, |member| {
        if let Some(invalid) = invalid_name(member.key) {
            return Err(reader.bad_value(member.key_span, "a dependency", member.key, invalid));
        }
        let Some(value) = plain(reader, &member)? else { return Ok(()) };
        match &value {
            Value::String(text) => {
                if let Err(invalid) = checks::version_requirement(text.value()) {
                    return Err(reader.bad_value(member.span, &member.path, text.value(), invalid));
                }
            }
            Value::InlineTable(table) => {
                if let Some(invalid) = invalid_specification(table) {
                    return Err(reader.bad_value(member.span, "a dependency", member.key, invalid));
                }
            }
            _ => return Err(reader.wrong_type(&member, "a version or a table")),
        }
        found.insert(member.key.to_owned(), value);
        Ok(())
    })?;
    Ok(found)
}

fn own_line(key: &str) -> &'static str {
    if key == "name" { "name = \"petstore-client\"" } else { "version = \"0.1.0\"" }
}

/// Why a key is not a valid name of a dependency.
fn invalid_name(name: &str) -> Option<InvalidValue> {
    if matches!(name, "cogen-runtime" | "cogen_runtime") {
        let lines = help::lines("runtime", "version = \"0.1\"");
        return Some(
            InvalidValue::new("the generated crate already depends on it")
                .help(format!("set its source in cogen.toml:{lines}")),
        );
    }
    crate_name::invalid_reason(name)
        .map(|why| InvalidValue::new(why).help("write a valid Cargo package name: ASCII letters, digits, `-` and `_`"))
}

/// Why a table is not a valid specification of a dependency.
fn invalid_specification(table: &InlineTable) -> Option<InvalidValue> {
    for (key, value) in table {
        if !DEPENDENCY.contains(&key) {
            let help = match nearest(key, DEPENDENCY.into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the known keys are {}", listed(&DEPENDENCY)),
            };
            return Some(InvalidValue::new(format!("unknown key `{}`", key.escape_debug())).help(help));
        }
        let checked = match (key, value.as_str()) {
            ("version", Some(text)) => checks::version_requirement(text).map(drop),
            ("git", Some(text)) => checks::git(text).map(drop),
            _ => Ok(()),
        };
        if let Err(invalid) = checked {
            return Some(invalid);
        }
    }
    None
}

/// A value without comments and locations; `None` if the entry has no value.
///
/// # Errors
/// It contains a secret.
fn plain(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Result<Option<Value>, Reported> {
    if holds_secret(entry.item) {
        return Err(reader.secret(entry));
    }
    Ok(of_item(entry.item))
}

fn holds_secret(item: &Item) -> bool {
    let of_value = |value: &Value| value.as_inline_table().is_some_and(|t| t.iter().any(|(key, _)| is_secret(key)));
    match item {
        Item::Table(table) => table.iter().any(|(key, item)| is_secret(key) || holds_secret(item)),
        Item::ArrayOfTables(tables) => {
            tables.iter().any(|table| table.iter().any(|(key, item)| is_secret(key) || holds_secret(item)))
        }
        Item::Value(value) => of_value(value),
        Item::None => false,
    }
}

fn of_item(item: &Item) -> Option<Value> {
    match item {
        Item::None => None,
        Item::Value(value) => Some(of_value(value)),
        Item::Table(table) => Some(Value::InlineTable(of_members(table.iter()))),
        Item::ArrayOfTables(tables) => {
            Some(Value::Array(tables.iter().map(|table| Value::InlineTable(of_members(table.iter()))).collect()))
        }
    }
}

fn of_members<'i>(members: impl Iterator<Item = (&'i str, &'i Item)>) -> InlineTable {
    members.filter_map(|(key, item)| Some((key, of_item(item)?))).collect()
}

fn of_value(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(text.value().as_str()),
        Value::Integer(number) => Value::from(*number.value()),
        Value::Float(number) => Value::from(*number.value()),
        Value::Boolean(truth) => Value::from(*truth.value()),
        Value::Datetime(time) => Value::from(*time.value()),
        Value::Array(array) => Value::Array(array.iter().map(of_value).collect()),
        Value::InlineTable(table) => {
            Value::InlineTable(table.iter().map(|(key, value)| (key, of_value(value))).collect())
        }
    }
}

/// The first schema that is replaced by a type of a crate that is not a dependency of the generated crate; that crate; and the
/// location in the configuration.
pub(crate) fn missing_dependency(options: &Options) -> Option<(&str, &str, Option<Span>)> {
    let known = |name: &str| {
        ["std", "core", "alloc", "cogen_runtime"].contains(&name)
            || options.dependencies.keys().any(|key| key.replace('-', "_") == name)
    };
    let uses =
        options.replace_types.iter().filter_map(|(schema, path)| Some((schema.as_str(), path.first()?.as_str())));
    let (schema, name) = uses.into_iter().find(|(_, name)| !known(name))?;
    Some((schema, name, options.places.of("types.replace", schema)))
}

//! Reads `cogen.toml` and reports all of its errors with their locations.

mod checks;
pub mod crate_name;
mod help;
pub mod options;
mod package;
mod reader;
pub(crate) mod relative_path;

pub(crate) use crate::config::checks::base_url;
pub(crate) use crate::config::help::{authorizer_lines, lines, named, quoted, raise, skip_lines, value_lines};
pub(crate) use crate::config::package::missing_dependency;
pub(crate) use crate::config::reader::Fault;

use crate::config::options::{
    AuthorizerOptions, EnvironmentAuthorizerOptions, EnvironmentOptions, GitReference, Limits, Options, Places, Rename,
    Runtime,
};
use crate::config::reader::{Entry, Key, Reader};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::ir::ident::Ident;
use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use toml_edit::Document;

/// Whether a text is a valid name for the generated crate.
pub fn is_crate_name(text: &str) -> bool {
    checks::crate_name(text).is_ok()
}

/// Reads a configuration whose first byte is at `base` in the sources of the report.
///
/// # Errors
/// The text is not TOML, or a key or a value is not valid. A client secret is an error: its value is overwritten in the sources
/// of the report, so that no diagnostic shows it.
pub fn read(text: &str, base: u32, report: &mut Report) -> Result<Options, Reported> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let at = reader::span(base, error.span().unwrap_or(0..0));
            blank_secret_lines(text, base, report);
            let message = format!("invalid TOML: {}", error.message());
            let help = if error.message().contains("duplicate key") {
                "define each table and each key once: merge the lines of both tables under one `[…]` header"
            } else {
                "see <https://toml.io> for the syntax of TOML"
            };
            return Err(report.error(Diagnostic::error(codes::CONFIG_SYNTAX, at, message).help(help)));
        }
    };
    report.checked(|report| {
        let mut options = Options::default();
        Reader { base, report }.root(document.as_table(), ROOT, &mut options);
        Ok(options)
    })
}

const ROOT: &[Key<Options>] = &[
    ("crate", |r, e, o| r.table(e, CRATE, o)),
    ("runtime", |r, e, o| {
        r.table(e, RUNTIME, &mut o.runtime);
        let count = |keys: [&str; 3]| {
            keys.iter().filter(|key| e.item.as_table_like().is_some_and(|table| table.contains_key(key))).count()
        };
        if count(["rev", "tag", "branch"]) > 1 {
            let message = "`runtime` has more than one of `rev`, `tag` and `branch`";
            let clash = Diagnostic::error(codes::CONFIG_CLASH, e.key_span, message);
            r.report.push(clash.help("keep one of them: Cargo accepts only one"));
        }
        if let Some((message, help)) = runtime_clash(&o.runtime) {
            r.report.push(Diagnostic::error(codes::CONFIG_CLASH, e.key_span, message).help(help));
        }
    }),
    ("package", |r, e, o| o.package = package::package(r, e)),
    ("dependencies", |r, e, o| o.dependencies = package::dependencies(r, e)),
    ("api", |r, e, o| r.table(e, API, o)),
    ("server-variables", |r, e, o| o.server_variables = strings(r, e, "server-variables", &mut o.places)),
    ("values", |r, e, o| o.values = strings(r, e, "values", &mut o.places)),
    ("rename", |r, e, o| r.table(e, RENAME, o)),
    ("types", |r, e, o| r.table(e, TYPES, o)),
    ("authorizers", |r, e, o| {
        for authorizer in r.members(e) {
            let mut options = AuthorizerOptions::default();
            r.table(&authorizer, AUTHORIZER, &mut options);
            o.places.keep("authorizers", authorizer.key, authorizer.key_span);
            o.authorizers.insert(authorizer.key.to_owned(), options);
        }
    }),
    ("environments", |r, e, o| o.environments = environments(r, e)),
    ("skip", |r, e, o| r.table(e, SKIP, o)),
    ("security", |r, e, o| r.table(e, SECURITY, o)),
    ("limits", |r, e, o| r.table(e, LIMITS, &mut o.limits)),
];

const CRATE: &[Key<Options>] = &[
    ("name", |r, e, o| o.crate_name = r.parsed(e, checks::crate_name)),
    ("version", |r, e, o| o.crate_version = r.parsed(e, checks::version)),
];

const RUNTIME: &[Key<Runtime>] = &[
    ("path", |r, e, o| o.path = r.parsed(e, checks::directory)),
    ("git", |r, e, o| o.git = r.parsed(e, checks::git)),
    ("rev", |r, e, o| o.reference = r.parsed(e, checks::git_reference).map(GitReference::Rev).or(o.reference.take())),
    ("tag", |r, e, o| o.reference = r.parsed(e, checks::git_reference).map(GitReference::Tag).or(o.reference.take())),
    ("branch", |r, e, o| {
        o.reference = r.parsed(e, checks::git_reference).map(GitReference::Branch).or(o.reference.take());
    }),
    ("version", |r, e, o| o.version = r.parsed(e, checks::version_requirement)),
    ("features", |r, e, o| o.features = r.list(e, checks::feature)),
    ("default-features", |r, e, o| o.no_default_features = r.truth(e) == Some(false)),
];

const API: &[Key<Options>] = &[
    ("schemas", |r, e, o| o.schemas = r.parsed(e, checks::path_below)),
    ("files", |r, e, o| o.files = r.list(e, checks::file_below)),
    ("resource", |r, e, o| o.resource = r.parsed(e, any_key)),
    ("base-url", |r, e, o| o.base_url = r.parsed(e, checks::base_url)),
    ("include-cors", |r, e, o| o.include_cors = r.truth(e).unwrap_or_default()),
    ("keep-going", |r, e, o| o.keep_going = r.truth(e).unwrap_or_default()),
    ("single-file", |r, e, o| o.single_file = r.truth(e).unwrap_or_default()),
    ("security", |r, e, o| o.security = r.parsed(e, checks::security).unwrap_or_default()),
];

const RENAME: &[Key<Options>] = &[
    ("operations", |r, e, o| {
        o.rename_operations = names(r, e, checks::operation, checks::method_name, "rename.operations", &mut o.places);
    }),
    ("types", |r, e, o| {
        o.rename_types = names(r, e, any_key, checks::type_name, "rename.types", &mut o.places);
    }),
];

const TYPES: &[Key<Options>] = &[("replace", |r, e, o| {
    for member in r.members(e) {
        if let Some(path) = r.parsed(&member, checks::type_path) {
            o.places.keep("types.replace", member.key, member.key_span);
            o.replace_types.insert(member.key.to_owned(), path);
        }
    }
})];

const AUTHORIZER: &[Key<AuthorizerOptions>] = &[
    ("kind", |r, e, o| o.kind = r.parsed(e, checks::scheme_kind)),
    ("header-form", |r, e, o| o.header_form = r.parsed(e, checks::header_form)),
    ("user-pools", |r, e, o| o.user_pools = r.list(e, checks::user_pool)),
    ("issuers", |r, e, o| o.issuers = r.list(e, checks::issuer)),
    ("identity-sources", |r, e, o| o.identity_sources = Some(r.list(e, checks::identity_source))),
    ("app-client-id", |r, e, o| o.app_client_id = r.parsed(e, checks::app_client_id)),
    ("domain", |r, e, o| o.domain = r.parsed(e, checks::domain)),
    ("region", |r, e, o| o.region = r.parsed(e, checks::region)),
];

const ENVIRONMENT: &[Key<EnvironmentOptions>] = &[
    ("base-url", |r, e, o| o.base_url = r.parsed(e, checks::base_url)),
    ("authorizers", |r, e, o| {
        for authorizer in r.members(e) {
            let mut options = EnvironmentAuthorizerOptions { span: Some(authorizer.key_span), ..Default::default() };
            r.table(&authorizer, ENVIRONMENT_AUTHORIZER, &mut options);
            o.authorizers.insert(authorizer.key.to_owned(), options);
        }
    }),
];

const ENVIRONMENT_AUTHORIZER: &[Key<EnvironmentAuthorizerOptions>] = &[
    ("user-pool", |r, e, o| o.user_pool = r.parsed(e, checks::user_pool)),
    ("app-client-id", |r, e, o| o.app_client_id = r.parsed(e, checks::app_client_id)),
    ("domain", |r, e, o| o.domain = r.parsed(e, checks::domain)),
];

const SKIP: &[Key<Options>] =
    &[("operations", |r, e, o| o.skip_operations = operations(r, e, "skip.operations", &mut o.places))];

const SECURITY: &[Key<Options>] =
    &[("open", |r, e, o| o.open_operations = Some(operations(r, e, "security.open", &mut o.places)))];

const LIMITS: &[Key<Limits>] = &[
    ("bytes", |r, e, o| o.bytes = r.count(e, Limits::most("bytes")).unwrap_or(o.bytes)),
    ("depth", |r, e, o| o.depth = r.count(e, Limits::most("depth")).unwrap_or(o.depth)),
    ("nodes", |r, e, o| o.nodes = r.count(e, Limits::most("nodes")).unwrap_or(o.nodes)),
    ("types", |r, e, o| o.types = r.count(e, Limits::most("types")).unwrap_or(o.types)),
    ("schemes", |r, e, o| o.schemes = r.count(e, Limits::most("schemes")).unwrap_or(o.schemes)),
    ("scopes", |r, e, o| o.scopes = r.count(e, Limits::most("scopes")).unwrap_or(o.scopes)),
    ("lines", |r, e, o| o.lines = r.count(e, Limits::most("lines")).unwrap_or(o.lines)),
];

/// The error and its help if keys of `[runtime]` exclude one another.
fn runtime_clash(runtime: &Runtime) -> Option<(&'static str, &'static str)> {
    if runtime.path.is_some() && runtime.git.is_some() {
        return Some(("`runtime` has both `path` and `git`", "remove one of them"));
    }
    if runtime.reference.is_some() && runtime.git.is_none() {
        return Some(("`runtime` has a `rev`, `tag` or `branch` but no `git` repository", "add the `git` repository"));
    }
    None
}

/// A table of user-defined keys with strings, numbers or booleans. They become part of the crate, so none may be a secret.
fn strings(
    reader: &mut Reader<'_>,
    entry: &Entry<'_>,
    table: &'static str,
    places: &mut Places,
) -> IndexMap<String, String> {
    let mut strings = IndexMap::new();
    for member in reader.members(entry) {
        if reader::is_secret(member.key) {
            reader.secret(&member);
        } else if let Some(text) = reader.scalar(&member) {
            places.keep(table, member.key, member.key_span);
            strings.insert(member.key.to_owned(), text);
        }
    }
    strings
}

/// A list of operations.
fn operations(reader: &mut Reader<'_>, entry: &Entry<'_>, list: &'static str, places: &mut Places) -> Vec<String> {
    let found = reader.placed_list(entry, checks::operation);
    found.iter().for_each(|(operation, span)| places.keep(list, operation, *span));
    found.into_iter().map(|(operation, _)| operation).collect()
}

/// The environments, each of which becomes a constant.
fn environments(reader: &mut Reader<'_>, entry: &Entry<'_>) -> IndexMap<String, EnvironmentOptions> {
    let mut environments = IndexMap::new();
    let mut constants: FxHashMap<Ident, Span> = FxHashMap::default();
    for member in reader.members(entry) {
        let constant = match checks::environment(member.key) {
            Ok(constant) => constant,
            Err(fault) => {
                reader.bad_value(member.key_span, &format!("a key of {}", entry.path), member.key, fault);
                continue;
            }
        };
        if let Some(first) = constants.insert(constant.clone(), member.key_span) {
            let message = format!("two environments have the constant `{constant}`");
            let twice = Diagnostic::error(codes::CONFIG_CLASH, member.key_span, message)
                .related(first, "the other environment");
            reader.report.push(twice.help("give each a different name"));
            continue;
        }
        let mut options = EnvironmentOptions { constant, base_url: None, authorizers: IndexMap::new() };
        reader.table(&member, ENVIRONMENT, &mut options);
        environments.insert(member.key.to_owned(), options);
    }
    environments
}

/// A table of renames, in which nothing has two names and no name is used twice.
fn names(
    reader: &mut Reader<'_>,
    entry: &Entry<'_>,
    key: fn(&str) -> Result<String, Fault>,
    name: fn(&str) -> Result<Ident, Fault>,
    table: &'static str,
    places: &mut Places,
) -> IndexMap<String, Rename> {
    let mut names: IndexMap<String, (Rename, Span)> = IndexMap::new();
    let mut things: FxHashMap<Ident, Span> = FxHashMap::default();
    for member in reader.members(entry) {
        let thing = match key(member.key) {
            Ok(thing) => thing,
            Err(fault) => {
                reader.bad_value(member.key_span, &format!("a key of {}", entry.path), member.key, fault);
                continue;
            }
        };
        let Some(name) = reader.parsed(&member, name) else { continue };
        if let Some((_, first)) = names.get(&thing) {
            let message = format!("`{}` is renamed twice", member.key.escape_debug());
            let twice =
                Diagnostic::error(codes::CONFIG_CLASH, member.key_span, message).related(*first, "first renamed here");
            reader.report.push(twice.help("remove one of them"));
            continue;
        }
        if let Some(first) = things.insert(name.clone(), member.key_span) {
            let message = format!("the name `{name}` is used twice");
            let twice = Diagnostic::error(codes::CONFIG_CLASH, member.span, message).related(first, "first used here");
            reader.report.push(twice.help("give each a different name"));
            continue;
        }
        places.keep(table, &thing, member.key_span);
        names.insert(thing, (Rename { name, span: Some(member.span) }, member.key_span));
    }
    names.into_iter().map(|(thing, (rename, _))| (thing, rename)).collect()
}

fn any_key(text: &str) -> Result<String, Fault> {
    Ok(text.to_owned())
}

/// Overwrites the value in every line that may contain a client secret, because the error of an unreadable file shows its text.
fn blank_secret_lines(text: &str, base: u32, report: &mut Report) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(equals) = line.find('=')
            && line[..equals].to_ascii_lowercase().contains("secret")
        {
            report.sources.blank(reader::span(base, start + equals + 1..start + line.len()));
        }
        start += line.len();
    }
}

#[cfg(test)]
mod tests;

//! Reads `cogen.toml` and reports all of its errors with their locations.

mod checks;
pub mod crate_name;
mod help;
pub mod options;
mod package;
mod pages;
mod reader;
pub(crate) mod relative_path;
mod types;

pub(crate) use crate::config::checks::base_url;
pub(crate) use crate::config::help::{authorizer_lines, lines, named, quoted, raise, skip_lines, value_lines};
pub(crate) use crate::config::package::missing_dependency;
pub(crate) use crate::config::reader::InvalidValue;

use crate::config::options::{
    AuthorizerOptions, EnvironmentAuthorizerOptions, EnvironmentOptions, GitReference, Limits, Options, Places, Rename,
    Runtime,
};
use crate::config::reader::{Entry, Key, Reader, each};
use crate::config::types::TYPES;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::ir::ident::Ident;
use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use toml_edit::{Document, Item};

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
    let mut options = Options::default();
    Reader { base, report }.root(document.as_table(), ROOT, &mut options)?;
    Ok(options)
}

const ROOT: &[Key<Options>] = &[
    ("crate", |r, e, o| r.table(e, CRATE, o)),
    ("runtime", |r, e, o| {
        let read = r.table(e, RUNTIME, &mut o.runtime);
        let clashes = [reference_clash(e.item), source_clash(&o.runtime)];
        let clashes = each(clashes.into_iter().flatten(), |(message, help)| {
            Err(r.report.error(Diagnostic::error(codes::CONFIG_CLASH, e.key_span, message).help(help)))
        });
        read.and(clashes)
    }),
    ("package", |r, e, o| package::package(r, e).map(|keys| o.package = keys)),
    ("dependencies", |r, e, o| package::dependencies(r, e).map(|found| o.dependencies = found)),
    ("api", |r, e, o| r.table(e, API, o)),
    ("server-variables", |r, e, o| {
        strings(r, e, "server-variables", &mut o.places).map(|strings| o.server_variables = strings)
    }),
    ("values", |r, e, o| strings(r, e, "values", &mut o.places).map(|strings| o.values = strings)),
    ("rename", |r, e, o| r.table(e, RENAME, o)),
    ("types", |r, e, o| r.table(e, TYPES, o)),
    ("authorizers", |r, e, o| {
        each(r.members(e)?, |authorizer| {
            let mut options = AuthorizerOptions::default();
            r.table(&authorizer, AUTHORIZER, &mut options)?;
            o.places.keep("authorizers", authorizer.key, authorizer.key_span);
            o.authorizers.insert(authorizer.key.to_owned(), options);
            Ok(())
        })
    }),
    ("environments", |r, e, o| environments(r, e).map(|found| o.environments = found)),
    ("skip", |r, e, o| r.table(e, SKIP, o)),
    ("security", |r, e, o| r.table(e, SECURITY, o)),
    ("paginate", |r, e, o| pages::paginate(r, e, &mut o.places).map(|found| o.paginate = found)),
    ("idempotency", |r, e, o| {
        r.table(e, IDEMPOTENCY, o)?;
        let missing = o.idempotency.header.is_none() && o.idempotency.operations.is_some();
        missing.then(|| header_missing(r, e)).map_or(Ok(()), Err)
    }),
    ("limits", |r, e, o| r.table(e, LIMITS, &mut o.limits)),
];

const CRATE: &[Key<Options>] = &[
    ("name", |r, e, o| r.parsed(e, checks::crate_name).map(|value| o.crate_name = Some(value))),
    ("version", |r, e, o| r.parsed(e, checks::version).map(|value| o.crate_version = Some(value))),
];

const RUNTIME: &[Key<Runtime>] = &[
    ("path", |r, e, o| r.parsed(e, checks::directory).map(|value| o.path = Some(value))),
    ("git", |r, e, o| r.parsed(e, checks::git).map(|value| o.git = Some(value))),
    ("rev", |r, e, o| r.parsed(e, checks::git_reference).map(|text| o.reference = Some(GitReference::Rev(text)))),
    ("tag", |r, e, o| r.parsed(e, checks::git_reference).map(|text| o.reference = Some(GitReference::Tag(text)))),
    ("branch", |r, e, o| r.parsed(e, checks::git_reference).map(|text| o.reference = Some(GitReference::Branch(text)))),
    ("version", |r, e, o| r.parsed(e, checks::version_requirement).map(|value| o.version = Some(value))),
    ("features", |r, e, o| r.list(e, checks::feature).map(|values| o.features = values)),
    ("default-features", |r, e, o| r.boolean(e).map(|is_set| o.no_default_features = !is_set)),
];

const API: &[Key<Options>] = &[
    ("schemas", |r, e, o| r.parsed(e, checks::path_below).map(|value| o.schemas = Some(value))),
    ("files", |r, e, o| r.list(e, checks::file_below).map(|values| o.files = values)),
    ("resource", |r, e, o| r.parsed(e, any_key).map(|value| o.resource = Some(value))),
    ("base-url", |r, e, o| r.parsed(e, checks::base_url).map(|value| o.base_url = Some(value))),
    ("include-cors", |r, e, o| r.boolean(e).map(|is_set| o.include_cors = is_set)),
    ("keep-going", |r, e, o| r.boolean(e).map(|is_set| o.keep_going = is_set)),
    ("single-file", |r, e, o| r.boolean(e).map(|is_set| o.single_file = is_set)),
    ("security", |r, e, o| r.parsed(e, checks::security).map(|mode| o.security = mode)),
    ("duplicate-keys", |r, e, o| r.parsed(e, checks::duplicate_keys).map(|choice| o.duplicate_keys = choice)),
];

const RENAME: &[Key<Options>] = &[
    ("operations", |r, e, o| {
        let names = names(r, e, checks::operation, checks::method_name, "rename.operations", &mut o.places)?;
        o.rename_operations = names;
        Ok(())
    }),
    ("types", |r, e, o| {
        names(r, e, any_key, checks::type_name, "rename.types", &mut o.places).map(|names| o.rename_types = names)
    }),
];

const AUTHORIZER: &[Key<AuthorizerOptions>] = &[
    ("kind", |r, e, o| r.parsed(e, checks::scheme_kind).map(|value| o.kind = Some(value))),
    ("header-form", |r, e, o| r.parsed(e, checks::header_form).map(|value| o.header_form = Some(value))),
    ("user-pools", |r, e, o| r.list(e, checks::user_pool).map(|values| o.user_pools = values)),
    ("issuers", |r, e, o| r.list(e, checks::issuer).map(|values| o.issuers = values)),
    ("identity-sources", |r, e, o| r.list(e, checks::identity_source).map(|values| o.identity_sources = Some(values))),
    ("app-client-id", |r, e, o| r.parsed(e, checks::app_client_id).map(|value| o.app_client_id = Some(value))),
    ("domain", |r, e, o| r.parsed(e, checks::domain).map(|value| o.domain = Some(value))),
    ("region", |r, e, o| r.parsed(e, checks::region).map(|value| o.region = Some(value))),
];

const ENVIRONMENT: &[Key<EnvironmentOptions>] = &[
    ("base-url", |r, e, o| r.parsed(e, checks::base_url).map(|value| o.base_url = Some(value))),
    ("authorizers", |r, e, o| {
        each(r.members(e)?, |authorizer| {
            let mut options = EnvironmentAuthorizerOptions { span: Some(authorizer.key_span), ..Default::default() };
            r.table(&authorizer, ENVIRONMENT_AUTHORIZER, &mut options)?;
            o.authorizers.insert(authorizer.key.to_owned(), options);
            Ok(())
        })
    }),
];

const ENVIRONMENT_AUTHORIZER: &[Key<EnvironmentAuthorizerOptions>] = &[
    ("user-pool", |r, e, o| r.parsed(e, checks::user_pool).map(|value| o.user_pool = Some(value))),
    ("app-client-id", |r, e, o| r.parsed(e, checks::app_client_id).map(|value| o.app_client_id = Some(value))),
    ("domain", |r, e, o| r.parsed(e, checks::domain).map(|value| o.domain = Some(value))),
];

const SKIP: &[Key<Options>] = &[("operations", |r, e, o| {
    operations(r, e, "skip.operations", &mut o.places).map(|list| o.skip_operations = list)
})];

const SECURITY: &[Key<Options>] =
    &[("open", |r, e, o| operations(r, e, "security.open", &mut o.places).map(|list| o.open_operations = Some(list)))];

const IDEMPOTENCY: &[Key<Options>] = &[
    ("header", |r, e, o| r.parsed(e, checks::header_name).map(|value| o.idempotency.header = Some(value))),
    ("operations", |r, e, o| {
        let list = operations(r, e, "idempotency.operations", &mut o.places)?;
        o.idempotency.operations = Some(list);
        Ok(())
    }),
];

/// The error of `[idempotency]` without a header.
fn header_missing(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Reported {
    let message = "`idempotency` has `operations` and no `header`";
    let error = Diagnostic::error(codes::CONFIG_CLASH, entry.key_span, message);
    reader.report.error(error.help("add the header that the service reads: `header = \"Idempotency-Key\"`"))
}

const LIMITS: &[Key<Limits>] = &[
    ("bytes", |r, e, o| r.count(e, Limits::most("bytes")).map(|most| o.bytes = most)),
    ("depth", |r, e, o| r.count(e, Limits::most("depth")).map(|most| o.depth = most)),
    ("nodes", |r, e, o| r.count(e, Limits::most("nodes")).map(|most| o.nodes = most)),
    ("types", |r, e, o| r.count(e, Limits::most("types")).map(|most| o.types = most)),
    ("schemes", |r, e, o| r.count(e, Limits::most("schemes")).map(|most| o.schemes = most)),
    ("scopes", |r, e, o| r.count(e, Limits::most("scopes")).map(|most| o.scopes = most)),
    ("lines", |r, e, o| r.count(e, Limits::most("lines")).map(|most| o.lines = most)),
];

/// The error and its help if `[runtime]` has more than one reference of a git repository.
fn reference_clash(runtime: &Item) -> Option<(&'static str, &'static str)> {
    let has = |key: &&str| runtime.as_table_like().is_some_and(|table| table.contains_key(key));
    let is_clash = ["rev", "tag", "branch"].iter().filter(|key| has(key)).count() > 1;
    let message = "`runtime` has more than one of `rev`, `tag` and `branch`";
    is_clash.then_some((message, "keep one of them: Cargo accepts only one"))
}

/// The error and its help if `[runtime]` does not have one source.
fn source_clash(runtime: &Runtime) -> Option<(&'static str, &'static str)> {
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
) -> Result<IndexMap<String, String>, Reported> {
    let mut strings = IndexMap::new();
    each(reader.members(entry)?, |member| {
        if reader::is_secret(member.key) {
            return Err(reader.secret(&member));
        }
        let text = reader.scalar(&member)?;
        places.keep(table, member.key, member.key_span);
        strings.insert(member.key.to_owned(), text);
        Ok(())
    })?;
    Ok(strings)
}

/// A list of operations.
fn operations(
    reader: &mut Reader<'_>,
    entry: &Entry<'_>,
    list: &'static str,
    places: &mut Places,
) -> Result<Vec<String>, Reported> {
    let found = reader.located_list(entry, checks::operation)?;
    found.iter().for_each(|(operation, span)| places.keep(list, operation, *span));
    Ok(found.into_iter().map(|(operation, _)| operation).collect())
}

/// The environments, each of which becomes a constant.
fn environments(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Result<IndexMap<String, EnvironmentOptions>, Reported> {
    let mut environments = IndexMap::new();
    let mut constants: FxHashMap<Ident, Span> = FxHashMap::default();
    each(reader.members(entry)?, |member| {
        let constant = reader.parsed_key(entry, &member, checks::environment)?;
        if let Some(first) = constants.insert(constant.clone(), member.key_span) {
            let message = format!("two environments have the constant `{constant}`");
            let twice = Diagnostic::error(codes::CONFIG_CLASH, member.key_span, message)
                .related(first, "the other environment");
            return Err(reader.report.error(twice.help("give each a different name")));
        }
        let mut options = EnvironmentOptions { constant, base_url: None, authorizers: IndexMap::new() };
        reader.table(&member, ENVIRONMENT, &mut options)?;
        environments.insert(member.key.to_owned(), options);
        Ok(())
    })?;
    Ok(environments)
}

/// A table of renames, in which nothing has two names and no name is used twice.
fn names(
    reader: &mut Reader<'_>,
    entry: &Entry<'_>,
    key: fn(&str) -> Result<String, InvalidValue>,
    name: fn(&str) -> Result<Ident, InvalidValue>,
    table: &'static str,
    places: &mut Places,
) -> Result<IndexMap<String, Rename>, Reported> {
    let mut names: IndexMap<String, (Rename, Span)> = IndexMap::new();
    let mut uses: FxHashMap<Ident, Span> = FxHashMap::default();
    each(reader.members(entry)?, |member| {
        let renamed = reader.parsed_key(entry, &member, key)?;
        let name = reader.parsed(&member, name)?;
        if let Some((_, first)) = names.get(&renamed) {
            let message = format!("`{}` is renamed twice", member.key.escape_debug());
            let twice =
                Diagnostic::error(codes::CONFIG_CLASH, member.key_span, message).related(*first, "first renamed here");
            return Err(reader.report.error(twice.help("remove one of them")));
        }
        if let Some(first) = uses.insert(name.clone(), member.key_span) {
            let message = format!("the name `{name}` is used twice");
            let twice = Diagnostic::error(codes::CONFIG_CLASH, member.span, message).related(first, "first used here");
            return Err(reader.report.error(twice.help("give each a different name")));
        }
        places.keep(table, &renamed, member.key_span);
        names.insert(renamed, (Rename { name, span: Some(member.span) }, member.key_span));
        Ok(())
    })?;
    Ok(names.into_iter().map(|(renamed, (rename, _))| (renamed, rename)).collect())
}

fn any_key(text: &str) -> Result<String, InvalidValue> {
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

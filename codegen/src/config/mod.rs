//! Reading `cogen.toml`: every fault with its place, all of them in one run.

mod checks;
mod reader;

pub(crate) use checks::base_url;
pub(crate) use reader::Fault;

use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Severity, Span};
use crate::ir::ident::Ident;
use crate::options::{
    AuthorizerOptions, EnvironmentAuthorizerOptions, EnvironmentOptions, Limits, Options, Rename, Runtime,
};
use indexmap::IndexMap;
use reader::{Entry, Key, Reader};
use rustc_hash::FxHashMap;
use toml_edit::Document;

/// Reads a configuration whose first byte is at `base` among the report's sources; `None` if there is an error in it.
///
/// A client secret in it is refused, and blanked in the report's sources so that no diagnostic shows it.
pub fn read(text: &str, base: u32, report: &mut Report) -> Option<Options> {
    let before = report.count(Severity::Error);
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let at = reader::span(base, error.span().unwrap_or(0..0));
            blank_secret_lines(text, base, report);
            let message = format!("no valid TOML: {}", error.message());
            let help = "see <https://toml.io> for how tables, keys and strings are written";
            report.push(Diagnostic::error(codes::CONFIG_SYNTAX, at, message).help(help));
            return None;
        }
    };
    let mut options = Options::default();
    Reader { base, report }.root(document.as_table(), ROOT, &mut options);
    (report.count(Severity::Error) == before).then_some(options)
}

const ROOT: &[Key<Options>] = &[
    ("crate", |r, e, o| r.table(e, CRATE, o)),
    ("runtime", |r, e, o| {
        r.table(e, RUNTIME, &mut o.runtime);
        if o.runtime.path.is_some() && o.runtime.git.is_some() {
            let message = "`runtime` names two places: a `path` and a `git` repository";
            let twice = Diagnostic::error(codes::CONFIG_CLASH, e.key_span, message);
            r.report.push(twice.help("leave one of them out"));
        }
    }),
    ("api", |r, e, o| r.table(e, API, o)),
    ("server-variables", |r, e, o| o.server_variables = strings(r, e)),
    ("values", |r, e, o| o.values = strings(r, e)),
    ("rename", |r, e, o| r.table(e, RENAME, o)),
    ("types", |r, e, o| r.table(e, TYPES, o)),
    ("authorizers", |r, e, o| {
        for authorizer in r.members(e) {
            let mut options = AuthorizerOptions::default();
            r.table(&authorizer, AUTHORIZER, &mut options);
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
    ("version", |r, e, o| o.version = r.parsed(e, checks::version_requirement)),
    ("features", |r, e, o| o.features = r.list(e, checks::feature)),
];

const API: &[Key<Options>] = &[
    ("schemas", |r, e, o| o.schemas = r.parsed(e, checks::path_below)),
    ("base-url", |r, e, o| o.base_url = r.parsed(e, checks::base_url)),
    ("include-cors", |r, e, o| o.include_cors = r.truth(e).unwrap_or_default()),
    ("keep-going", |r, e, o| o.keep_going = r.truth(e).unwrap_or_default()),
    ("single-file", |r, e, o| o.single_file = r.truth(e).unwrap_or_default()),
    ("security", |r, e, o| o.security = r.parsed(e, checks::security).unwrap_or_default()),
];

const RENAME: &[Key<Options>] = &[
    ("operations", |r, e, o| o.rename_operations = names(r, e, checks::operation, checks::method_name)),
    ("types", |r, e, o| o.rename_types = names(r, e, any_key, checks::type_name)),
];

const TYPES: &[Key<Options>] = &[("replace", |r, e, o| {
    for member in r.members(e) {
        if let Some(path) = r.parsed(&member, checks::type_path) {
            o.replace_types.insert(member.key.to_owned(), path);
        }
    }
})];

const AUTHORIZER: &[Key<AuthorizerOptions>] = &[
    ("kind", |r, e, o| o.kind = r.parsed(e, checks::scheme_kind)),
    ("header-form", |r, e, o| o.bearer = r.parsed(e, checks::header_form)),
    ("user-pools", |r, e, o| o.user_pools = r.list(e, checks::user_pool)),
    ("issuers", |r, e, o| o.issuers = r.list(e, checks::issuer)),
    ("identity-sources", |r, e, o| o.identity_sources = r.list(e, checks::identity_source)),
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

const SKIP: &[Key<Options>] = &[("operations", |r, e, o| o.skip_operations = r.list(e, checks::operation))];

const SECURITY: &[Key<Options>] = &[("open", |r, e, o| o.open_operations = Some(r.list(e, checks::operation)))];

const LIMITS: &[Key<Limits>] = &[
    // Places are 32 bits wide, and two documents and the configuration share them.
    ("bytes", |r, e, o| o.bytes = r.count(e, 1 << 30).unwrap_or(o.bytes)),
    // Values are walked by recursion, so deeper ones would need a larger stack.
    ("depth", |r, e, o| o.depth = r.count(e, 512).unwrap_or(o.depth)),
    ("nodes", |r, e, o| o.nodes = r.count(e, 1 << 30).unwrap_or(o.nodes)),
    ("types", |r, e, o| o.types = r.count(e, 1 << 30).unwrap_or(o.types)),
    ("schemes", |r, e, o| o.schemes = r.count(e, 1 << 10).unwrap_or(o.schemes)),
    ("scopes", |r, e, o| o.scopes = r.count(e, 1 << 20).unwrap_or(o.scopes)),
    ("lines", |r, e, o| o.lines = r.count(e, 1 << 30).unwrap_or(o.lines)),
];

/// Lines for cogen.toml that a help ends with: a table, and a key in it, ready to be pasted.
pub(crate) fn lines(table: &str, line: &str) -> String {
    format!("\n[{table}]\n{line}")
}

/// Lines for cogen.toml about a security scheme: `[authorizers."PetPool"]` and a key in it.
pub(crate) fn authorizer_lines(scheme: &str, line: &str) -> String {
    lines(&format!("authorizers.{}", quoted(scheme)), line)
}

/// A text as TOML writes it: a basic string has the escapes of JSON (TOML 1.0.0, "String").
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A table of the user's own keys with strings; they go into the crate, so none may be a secret.
fn strings(reader: &mut Reader<'_>, entry: &Entry<'_>) -> IndexMap<String, String> {
    let mut strings = IndexMap::new();
    for member in reader.members(entry) {
        if reader::is_secret(member.key) {
            reader.secret(&member);
        } else if let Some(text) = reader.string(&member) {
            strings.insert(member.key.to_owned(), text.to_owned());
        }
    }
    strings
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
            let message = format!("`{constant}` is the constant of two environments");
            let twice =
                Diagnostic::error(codes::CONFIG_CLASH, member.key_span, message).related(first, "the other one");
            reader.report.push(twice.help("give each a name of its own"));
            continue;
        }
        let mut options = EnvironmentOptions { constant, base_url: None, authorizers: IndexMap::new() };
        reader.table(&member, ENVIRONMENT, &mut options);
        environments.insert(member.key.to_owned(), options);
    }
    environments
}

/// A table of renames, in which no thing has two names and no name two things.
fn names(
    reader: &mut Reader<'_>,
    entry: &Entry<'_>,
    key: fn(&str) -> Result<String, Fault>,
    name: fn(&str) -> Result<Ident, Fault>,
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
            let message = format!("two names for `{}`", member.key.escape_debug());
            let twice =
                Diagnostic::error(codes::CONFIG_CLASH, member.key_span, message).related(*first, "named here first");
            reader.report.push(twice.help("leave one of them out"));
            continue;
        }
        if let Some(first) = things.insert(name.clone(), member.key_span) {
            let message = format!("`{name}` is the name of two things");
            let twice = Diagnostic::error(codes::CONFIG_CLASH, member.span, message).related(first, "given here first");
            reader.report.push(twice.help("give each a name of its own"));
            continue;
        }
        names.insert(thing, (Rename { name, span: Some(member.span) }, member.key_span));
    }
    names.into_iter().map(|(thing, (rename, _))| (thing, rename)).collect()
}

fn any_key(text: &str) -> Result<String, Fault> {
    Ok(text.to_owned())
}

/// Blanks what follows the key in every line that may hold a client secret: the text that can't be read is shown.
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

//! Reads TOML into values with locations, and reports every error.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::diagnostics::texts::{excerpt, nearest};
use rustc_hash::FxHashMap;
use std::ops::Range;
use toml_edit::{Item, Table, TableLike, Value};

/// A key of a table: its name, and the function that reads it into `T`.
pub(super) type Key<T> = (&'static str, fn(&mut Reader<'_>, &Entry<'_>, &mut T) -> Result<(), Reported>);

/// A value under a key.
pub(super) struct Entry<'d> {
    /// The key with the tables that contain it: `api.base-url`.
    pub path: String,
    /// The key without the tables.
    pub key: &'d str,
    /// The location of the key.
    pub key_span: Span,
    /// The value.
    pub item: &'d Item,
    /// The location of the value.
    pub span: Span,
}

/// Why a value is invalid, and how to correct it.
pub(crate) struct InvalidValue {
    pub reason: String,
    pub help: Option<String>,
}

impl InvalidValue {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Reads entries. A function that fails has reported all errors of its entry.
pub(super) struct Reader<'r> {
    pub base: u32,
    pub report: &'r mut Report,
}

impl Reader<'_> {
    /// Reads a table with known keys.
    pub(super) fn table<T>(&mut self, entry: &Entry<'_>, keys: &[Key<T>], target: &mut T) -> Result<(), Reported> {
        let members = self.members(entry)?;
        each(members, |member| self.known(&member, keys, target))
    }

    /// Reads the root.
    pub(super) fn root<T>(&mut self, root: &Table, keys: &[Key<T>], target: &mut T) -> Result<(), Reported> {
        each(self.entries(root, ""), |member| self.known(&member, keys, target))
    }

    /// The members of a table with user-defined keys.
    pub(super) fn members<'d>(&mut self, entry: &Entry<'d>) -> Result<Vec<Entry<'d>>, Reported> {
        match entry.item.as_table_like() {
            Some(table) => Ok(self.entries(table, &entry.path)),
            None => Err(self.wrong_type(entry, "a table")),
        }
    }

    /// A string.
    pub(super) fn string<'d>(&mut self, entry: &Entry<'d>) -> Result<&'d str, Reported> {
        entry.item.as_str().ok_or_else(|| self.wrong_type(entry, "a string"))
    }

    /// A string that is parsed into another type.
    pub(super) fn parsed<T>(
        &mut self,
        entry: &Entry<'_>,
        parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
    ) -> Result<T, Reported> {
        let text = self.string(entry)?;
        parse(text).map_err(|invalid| self.bad_value(entry.span, &entry.path, text, invalid))
    }

    /// The key of a member of a table with user-defined keys, parsed into another type.
    pub(super) fn parsed_key<T>(
        &mut self,
        table: &Entry<'_>,
        member: &Entry<'_>,
        parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
    ) -> Result<T, Reported> {
        let of = || format!("a key of {}", table.path);
        parse(member.key).map_err(|invalid| self.bad_value(member.key_span, &of(), member.key, invalid))
    }

    /// A boolean.
    pub(super) fn boolean(&mut self, entry: &Entry<'_>) -> Result<bool, Reported> {
        entry.item.as_bool().ok_or_else(|| self.wrong_type(entry, "`true` or `false`"))
    }

    /// An integer from 1 to a maximum.
    pub(super) fn count(&mut self, entry: &Entry<'_>, most: u32) -> Result<usize, Reported> {
        self.in_range(entry, 1, most)
    }

    /// A number that may be zero.
    pub(super) fn number(&mut self, entry: &Entry<'_>, most: u32) -> Result<usize, Reported> {
        self.in_range(entry, 0, most)
    }

    fn in_range(&mut self, entry: &Entry<'_>, least: usize, most: u32) -> Result<usize, Reported> {
        let number = entry.item.as_integer().ok_or_else(|| self.wrong_type(entry, "an integer"))?;
        let in_range = usize::try_from(number).ok().filter(|number| (least..=most as usize).contains(number));
        in_range.ok_or_else(|| {
            let invalid =
                InvalidValue::new("the value is out of range").help(format!("write a number from {least} to {most}"));
            self.bad_value(entry.span, &entry.path, &number.to_string(), invalid)
        })
    }

    /// A string, a number or a boolean, as text: a value for placeholders.
    pub(super) fn scalar(&mut self, entry: &Entry<'_>) -> Result<String, Reported> {
        match entry.item.as_value() {
            Some(Value::Boolean(boolean)) => Ok(boolean.value().to_string()),
            Some(Value::Integer(number)) => Ok(number.value().to_string()),
            // The text as written: `1.10` may be a version.
            Some(Value::Float(_)) => Ok(self.written(entry.span).replace('_', "")),
            Some(Value::String(text)) => Ok(text.value().clone()),
            _ => Err(self.wrong_type(entry, "a string, a number or a boolean")),
        }
    }

    /// The text of the configuration at a location.
    fn written(&self, span: Span) -> &str {
        let Some(file) = self.report.sources.file(span) else { return "" };
        let at = |location: u32| location.saturating_sub(file.base) as usize;
        file.text.get(at(span.start)..at(span.end)).unwrap_or_default()
    }

    /// A list of distinct strings, each of which is parsed into another type.
    pub(super) fn list<T>(
        &mut self,
        entry: &Entry<'_>,
        parse: impl Fn(&str) -> Result<T, InvalidValue>,
    ) -> Result<Vec<T>, Reported> {
        Ok(self.located_list(entry, parse)?.into_iter().map(|(value, _)| value).collect())
    }

    /// A list of distinct strings, each with its location.
    pub(super) fn located_list<T>(
        &mut self,
        entry: &Entry<'_>,
        parse: impl Fn(&str) -> Result<T, InvalidValue>,
    ) -> Result<Vec<(T, Span)>, Reported> {
        let array = entry.item.as_array().ok_or_else(|| self.wrong_type(entry, "an array of strings"))?;
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        let mut values = Vec::new();
        each(array, |element| {
            let span = self.location(element.span(), entry.span);
            let Value::String(text) = element else {
                let name = format!("an element of `{}`", entry.path);
                return Err(self.wrong(span, &name, "a string", value_kind(element)));
            };
            let text = text.value().as_str();
            if let Some(first) = seen.get(text) {
                let message = format!("{} is listed twice in `{}`", quoted(text), entry.path);
                let twice = Diagnostic::error(codes::CONFIG_CLASH, span, message).related(*first, "first listed here");
                return Err(self.report.error(twice.help("remove one of them")));
            }
            seen.insert(text, span);
            let value = parse(text).map_err(|invalid| self.bad_value(span, &entry.path, text, invalid))?;
            values.push((value, span));
            Ok(())
        })?;
        Ok(values)
    }

    /// Reports an invalid value.
    pub(super) fn bad_value(&mut self, span: Span, path: &str, text: &str, invalid: InvalidValue) -> Reported {
        let message = format!("invalid value {} for `{path}`: {}", quoted(text), invalid.reason);
        let mut diagnostic = Diagnostic::error(codes::CONFIG_VALUE, span, message);
        diagnostic.help = invalid.help;
        self.report.error(diagnostic)
    }

    /// Reports a client secret, and overwrites it in the text of the sources.
    pub(super) fn secret(&mut self, entry: &Entry<'_>) -> Reported {
        self.blank(entry);
        let message = format!("`{}` is a client secret, which must not be in the configuration", shown(&entry.path));
        let diagnostic =
            Diagnostic::error(codes::CONFIG_SECRET, entry.key_span, message).label("this key names a secret")
            .with_note("values of the configuration become part of the generated crate")
            .help(
                "remove the line, and pass the secret to `client_credentials` at run time; if the secret was ever committed, \
                 replace it",
            );
        self.report.error(diagnostic)
    }

    fn blank(&mut self, entry: &Entry<'_>) {
        let tables: Vec<&dyn TableLike> = match entry.item {
            // The location of a table is only its header.
            Item::Table(table) => vec![table],
            Item::ArrayOfTables(tables) => tables.iter().map(|t| t as &dyn TableLike).collect(),
            _ => return self.report.sources.blank(entry.span),
        };
        for table in tables {
            for member in self.entries(table, &entry.path) {
                self.blank(&member);
            }
        }
    }

    fn known<T>(&mut self, entry: &Entry<'_>, keys: &[Key<T>], target: &mut T) -> Result<(), Reported> {
        match keys.iter().find(|(name, _)| *name == entry.key) {
            Some((_, read)) => read(self, entry, target),
            None if is_secret(entry.key) => Err(self.secret(entry)),
            None => Err(self.unknown(entry, &keys.iter().map(|(name, _)| *name).collect::<Vec<_>>())),
        }
    }

    /// Reports an unknown key.
    pub(super) fn unknown(&mut self, entry: &Entry<'_>, keys: &[&str]) -> Reported {
        let message = format!("unknown key `{}`", shown(&entry.path));
        let help = match nearest(entry.key, keys.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the known keys are {}", listed(keys)),
        };
        self.report.error(Diagnostic::error(codes::CONFIG_KEY, entry.key_span, message).help(help))
    }

    /// Reports a value of the wrong type.
    pub(super) fn wrong_type(&mut self, entry: &Entry<'_>, expected: &str) -> Reported {
        let name = format!("`{}`", shown(&entry.path));
        self.wrong(entry.span, &name, expected, item_kind(entry.item))
    }

    fn wrong(&mut self, span: Span, name: &str, expected: &str, found: &str) -> Reported {
        let message = format!("{name} must be {expected}, found {found}");
        let help = "write strings in quotes, arrays in `[…]`, and booleans as `true` or `false`";
        self.report
            .error(Diagnostic::error(codes::CONFIG_TYPE, span, message).label(format!("this is {found}")).help(help))
    }

    fn entries<'d>(&self, table: &'d dyn TableLike, above: &str) -> Vec<Entry<'d>> {
        let read = |(key, item): (&'d str, &'d Item)| {
            let key_span = self.location(table.key(key).and_then(toml_edit::Key::span), Span::default());
            // A table that is implied by dotted keys or by its subtables has no location.
            let span = self.location(item.span(), key_span);
            let path = if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") };
            Entry { path, key, key_span, item, span }
        };
        table.iter().map(read).collect()
    }

    fn location(&self, range: Option<Range<usize>>, otherwise: Span) -> Span {
        range.map_or(otherwise, |r| span(self.base, r))
    }
}

/// Reads each element, also after one that fails.
///
/// # Errors
/// An element fails.
pub(super) fn each<T>(
    elements: impl IntoIterator<Item = T>,
    mut read: impl FnMut(T) -> Result<(), Reported>,
) -> Result<(), Reported> {
    let mut all = Ok(());
    for element in elements {
        all = read(element).and(all);
    }
    all
}

/// The location of a range of the file in the sources.
pub(super) fn span(base: u32, range: Range<usize>) -> Span {
    let at = |offset: usize| base.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
    Span { start: at(range.start), end: at(range.end) }
}

/// Whether a key names a client secret, in any spelling.
pub(super) fn is_secret(key: &str) -> bool {
    let letters: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    letters == "secret" || letters.contains("clientsecret")
}

/// `a`, `b` and `c`.
pub(super) fn listed(names: &[&str]) -> String {
    let mut quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    let Some(last) = quoted.pop() else { return String::new() };
    if quoted.is_empty() { last } else { format!("{} and {last}", quoted.join(", ")) }
}

/// The beginning of a text from a file, in backticks and without control characters.
fn quoted(text: &str) -> String {
    format!("`{}`", shown(text))
}

fn shown(text: &str) -> String {
    let escaped = |c: char| c.escape_debug().filter(move |e| c != '"' && c != '\'' || *e == c);
    excerpt(text).chars().flat_map(escaped).collect()
}

fn item_kind(item: &Item) -> &'static str {
    match item {
        Item::Value(value) => value_kind(value),
        Item::None | Item::Table(_) => "a table",
        Item::ArrayOfTables(_) => "an array of tables",
    }
}

fn value_kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a float",
        Value::Boolean(_) => "a boolean",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "an array",
        Value::InlineTable(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn a_secret_is_known_in_every_spelling() {
        for key in ["client-secret", "app_client_secret", "appClientSecret", "CLIENT SECRET", "secret"] {
            assert!(is_secret(key), "{key}");
        }
        assert!(!is_secret("app-client-id"));
    }
}

//! The configuration lines at the end of help texts. They can be pasted into cogen.toml.

use crate::config::options::Limits;
use crate::config::reader::listed;
use crate::diagnostics::unseen::is_unseen;
use std::fmt::Write as _;

/// The lines of a table with a key.
pub(crate) fn lines(table: &str, line: &str) -> String {
    format!("\n[{table}]\n{line}")
}

/// The lines for a security scheme: `[authorizers."PetPool"]` and a key.
pub(crate) fn authorizer_lines(scheme: &str, line: &str) -> String {
    lines(&format!("authorizers.{}", quoted(scheme)), line)
}

/// The lines that set a value for each name: `[values]` and `"NAME" = VALUE`. `value` is TOML.
pub(crate) fn value_lines<'n>(names: impl IntoIterator<Item = &'n str>, value: &str) -> String {
    let each: Vec<String> = names.into_iter().map(|name| format!("{} = {value}", quoted(name))).collect();
    lines("values", &each.join("\n"))
}

/// The lines that skip operations: `[skip]` and `operations = ["GET /pets"]`. A long list is truncated.
pub(crate) fn skip_lines<'n>(routes: impl ExactSizeIterator<Item = &'n str>) -> String {
    const LISTED: usize = 8;
    let more = if routes.len() > LISTED { " # and others" } else { "" };
    let routes: Vec<String> = routes.take(LISTED).map(quoted).collect();
    lines("skip", &format!("operations = [{}]{more}", routes.join(", ")))
}

/// The help for raising a limit to `wanted`, or else to ten times its value. `condition` is when to do so.
pub(crate) fn raise(limit: &'static str, now: usize, wanted: Option<usize>, condition: &str) -> String {
    let most = Limits::most(limit) as usize;
    if now >= most {
        return format!("`{limit}` under `[limits]` cannot be higher than {most}: split the document");
    }
    let next = wanted.unwrap_or_else(|| now.saturating_mul(10)).clamp(now.saturating_add(1), most);
    let lines = lines("limits", &format!("{limit} = {next}"));
    format!("raise `{limit}` under `[limits]` in cogen.toml {condition}:{lines}")
}

/// A basic string of TOML, with escapes for invisible characters (TOML 1.0.0, "String").
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if is_unseen(c) || c.is_control() => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `` `a`, `b` and `c` ``, for messages.
pub(crate) fn named(names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    listed(&names)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parsed(lines: &str) -> toml_edit::DocumentMut {
        lines.parse().unwrap()
    }

    #[test]
    fn any_text_is_a_key_that_toml_reads_back() {
        for text in ["a", "", "a.b", "a\"b\\c", "a\nb\t\r", "\u{202e}x\u{7f}\u{0}\u{1b}[31m", "é寵物\u{feff}", "${x}"]
        {
            let document = parsed(&authorizer_lines(text, "kind = \"iam\""));
            let table = document["authorizers"].as_table().unwrap();
            assert_eq!(table.iter().map(|(key, _)| key).collect::<Vec<_>>(), [text]);
            assert!(quoted(text).chars().all(|c| !is_unseen(c)), "{text:?}");
            assert_eq!(parsed(&value_lines([text], "true"))["values"][text].as_bool(), Some(true));
        }
    }

    #[test]
    fn a_limit_is_raised_to_what_is_allowed_at_most() {
        let help = raise("nodes", 1_000_000, None, "if this is intended");
        assert_eq!(
            help,
            "raise `nodes` under `[limits]` in cogen.toml if this is intended:\n[limits]\nnodes = 10000000"
        );
        assert!(raise("depth", 128, None, "").ends_with("depth = 512"));
        assert!(raise("lines", 10, Some(17), "").ends_with("lines = 17"));
        assert!(!raise("depth", 512, None, "").contains("[limits]\n"));
    }

    #[test]
    fn of_many_operations_the_first_are_listed() {
        let routes = ["GET /a"; 9];
        let document = parsed(&skip_lines(routes.iter().copied()));
        assert_eq!(document["skip"]["operations"].as_array().unwrap().len(), 8);
    }
}

//! The operations of an API and what each demands, as a table for people and as JSON for programs.

use crate::ir::Api;
use crate::ir::auth::{Match, Need, TokenKind};
use crate::ir::operation::{Operation, Skipped, Status};
use crate::render::printable;
use std::fmt::Write;

/// One JSON object a line for each operation, in document order.
///
/// ```json
/// {"method":"POST","path":"/pets","operation_id":"createPet","name":"create_pet","skipped":null,
///  "authorization":[[{"scheme":"PetPool","kind":"cognito_user_pools","token":"access",
///  "scopes":["pets/write","pets/admin"],"match":"any",
///  "sources":[{"in":"header","name":"Authorization"}],"user_pools":["us-east-1_AbC123"]}]],"errors":[]}
/// ```
///
/// The fields, their order and their values are stable:
///
/// - `method` is upper case, `ANY` for `x-amazon-apigateway-any-method`; `path` is the document's;
///   `operation_id` is the document's or `null`; `name` is the method of the client.
/// - `skipped` says why there is no method: `"cors"` for an `OPTIONS` that answers preflight requests, `"config"` for
///   one that `cogen.toml` skips, else `null`.
/// - `authorization` is a list of alternatives, each a list of what is needed together; `[[]]` is open. It is `[]`
///   where it could not be understood: `errors` says why, unless the operation is skipped.
/// - `kind` is one of `cognito_user_pools`, `jwt`, `lambda_token`, `lambda_request`, `lambda`, `iam`, `api_key`,
///   `oauth2`, `openid_connect`, `bearer`, `basic`, `http`; `token` is `id`, `access`, `any` or `null`;
///   `match` is `any`, `all`, or `null` where `scopes` is empty.
/// - `sources` are the places that the credential goes to, `[]` where the kind settles them.
pub fn json_lines(api: &Api) -> String {
    let mut out = String::new();
    for operation in &api.operations {
        json_line(api, operation, &mut out);
        out.push('\n');
    }
    out
}

/// A table for people: one operation a line, wrapped cells below it.
pub fn table(api: &Api) -> String {
    let mut rows = vec![TITLES.map(|title| vec![title.to_owned()])];
    rows.extend(api.operations.iter().map(|operation| row(api, operation)));
    let mut widths = [0; COLUMNS];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.iter().map(|line| line.chars().count()).fold(*width, usize::max);
        }
    }
    let mut out = String::new();
    for row in &rows {
        for line in 0..row.iter().map(Vec::len).max().unwrap_or(0) {
            let mut text = String::new();
            for (cell, width) in row.iter().zip(widths) {
                let _ = write!(text, "{:width$}  ", cell.get(line).map_or("", String::as_str));
            }
            out.push_str(text.trim_end());
            out.push('\n');
        }
    }
    let faulty: Vec<&Operation> = api.operations.iter().filter(|o| !o.errors.is_empty()).collect();
    if !faulty.is_empty() {
        out.push_str("\nerrors:\n");
    }
    for operation in faulty {
        for error in &operation.errors {
            let (method, path) = (operation.method.as_str(), printable(&operation.path));
            let _ = writeln!(out, "  {method} {path}: {}", printable(error));
        }
    }
    let _ = writeln!(out, "\n{}", summary(api));
    out
}

/// How many operations have a method, and how many of them demand a credential: `42 operations (12 secured)`.
fn summary(api: &Api) -> String {
    let made = api.operations.iter().filter(|o| o.skipped.is_none() && o.errors.is_empty());
    let (count, secured) = (made.clone().count(), made.filter(|o| is_secured(o)).count());
    let skipped = api.operations.iter().filter(|o| o.skipped.is_some()).count();
    let mut text = format!("{}, {secured} secured", counted(count, "operation"));
    if skipped > 0 {
        let _ = write!(text, "; {skipped} skipped");
    }
    text
}

/// Whether a call can't be made without a credential.
pub fn is_secured(operation: &Operation) -> bool {
    let alternatives = &operation.authorization;
    !alternatives.is_empty() && alternatives.iter().all(|needs| !needs.is_empty())
}

/// `1 operation`, `2 operations`.
pub fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

const COLUMNS: usize = 7;
const TITLES: [&str; COLUMNS] = ["OPERATION", "METHOD", "PATH", "CREDENTIAL", "TOKEN", "SCOPES", "ANSWERS"];

/// How wide a cell becomes before it is wrapped.
const WRAP: usize = 48;

fn row(api: &Api, operation: &Operation) -> [Vec<String>; COLUMNS] {
    let alternatives = &operation.authorization;
    let mut credentials = Vec::new();
    let mut tokens = Vec::new();
    let mut scopes = Vec::new();
    match (&operation.errors[..], operation.skipped) {
        ([_, ..], _) => credentials.push("(error)".to_owned()),
        (_, Some(Skipped::Cors)) => credentials.push("(skipped: CORS preflight)".to_owned()),
        (_, Some(Skipped::Config)) => credentials.push("(skipped by cogen.toml)".to_owned()),
        _ if alternatives.iter().all(Vec::is_empty) => credentials.push("(open)".to_owned()),
        _ => {
            for (i, needs) in alternatives.iter().enumerate() {
                credentials.extend(wrapped(joined(needs, "(nothing)", |n| &api.auth[n.scheme].key), i > 0));
                tokens.extend(wrapped(joined(needs, "-", |n| n.token.map_or("-", token)), i > 0));
                scopes.extend(wrapped(needs.iter().flat_map(|n| scope_words(api, n)).collect(), i > 0));
                // The alternatives stay side by side, however often their cells were wrapped.
                let lines = credentials.len().max(tokens.len()).max(scopes.len());
                for cell in [&mut credentials, &mut tokens, &mut scopes] {
                    cell.resize(lines, String::new());
                }
            }
        }
    }
    [
        vec![operation.name.to_string()],
        vec![operation.method.as_str().to_owned()],
        vec![printable(&operation.path).into_owned()],
        credentials,
        tokens,
        scopes,
        wrapped(answers(operation), false),
    ]
}

/// The words of a cell, with what joins them at the end of each but the last.
fn joined<'n>(needs: &'n [Need], without: &str, text: impl Fn(&'n Need) -> &'n str) -> Vec<String> {
    let Some(last) = needs.len().checked_sub(1) else { return vec![without.to_owned()] };
    needs.iter().enumerate().map(|(i, n)| format!("{}{}", text(n), if i < last { " + " } else { "" })).collect()
}

fn scope_words(api: &Api, need: &Need) -> Vec<String> {
    let by = if need.matching == Some(Match::All) { " and " } else { " or " };
    let last = need.scopes.len().saturating_sub(1);
    let word = |(i, text): (usize, &str)| format!("{text}{}", if i < last { by } else { "" });
    scope_texts(api, need).enumerate().map(word).collect()
}

fn answers(operation: &Operation) -> Vec<String> {
    let all: Vec<String> = (operation.answers.success.iter().chain(&operation.answers.errors))
        .map(|answer| match answer.status {
            Status::Code(code) => code.to_string(),
            Status::Range(digit) => format!("{digit}XX"),
            Status::Default => "default".to_owned(),
        })
        .collect();
    let last = all.len().saturating_sub(1);
    all.into_iter().enumerate().map(|(i, text)| if i < last { text + " " } else { text }).collect()
}

/// Words put into lines of about [`WRAP`] characters.
fn wrapped(words: Vec<String>, alternative: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words {
        let word = printable(&word);
        if !line.is_empty() && line.chars().count() + word.trim_end().chars().count() > WRAP {
            lines.push(std::mem::take(&mut line));
        }
        line.push_str(&word);
    }
    lines.push(line);
    if let (true, Some(first)) = (alternative, lines.first_mut())
        && !first.is_empty()
    {
        first.insert_str(0, "or ");
    }
    lines
}

fn scope_texts<'a>(api: &'a Api, need: &'a Need) -> impl Iterator<Item = &'a str> {
    need.scopes.iter().map(|&id| api.auth[id].text.as_str())
}

fn token(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Id => "id",
        TokenKind::Access => "access",
        TokenKind::Any => "any",
    }
}

fn json_line(api: &Api, operation: &Operation, out: &mut String) {
    let _ = write!(
        out,
        r#"{{"method":{},"path":{},"operation_id":{},"name":{},"skipped":{},"authorization":["#,
        json(operation.method.as_str()),
        json(&operation.path),
        operation.operation_id.as_deref().map_or("null".to_owned(), json),
        json(operation.name.as_str()),
        match operation.skipped {
            None => "null",
            Some(Skipped::Cors) => r#""cors""#,
            Some(Skipped::Config) => r#""config""#,
        },
    );
    list(out, &operation.authorization, |out, needs| {
        out.push('[');
        list(out, needs, |out, need| json_need(api, need, out));
        out.push(']');
    });
    out.push_str(r#"],"errors":["#);
    list(out, &operation.errors, |out, error| out.push_str(&json(error)));
    out.push_str("]}");
}

fn json_need(api: &Api, need: &Need, out: &mut String) {
    let scheme = &api.auth[need.scheme];
    let _ = write!(
        out,
        r#"{{"scheme":{},"kind":"{}","token":{},"scopes":["#,
        json(&scheme.key),
        scheme.kind.as_str(),
        need.token.map_or("null".to_owned(), |kind| json(token(kind))),
    );
    list(out, &scope_texts(api, need).collect::<Vec<_>>(), |out, scope| out.push_str(&json(scope)));
    let matching = match need.matching {
        None => "null",
        Some(Match::Any) => r#""any""#,
        Some(Match::All) => r#""all""#,
    };
    let _ = write!(out, r#"],"match":{matching},"sources":["#);
    let sources = if scheme.kind.has_fixed_location() { &[][..] } else { &scheme.sources };
    list(out, sources, |out, source| {
        let _ = write!(out, r#"{{"in":"{}","name":{}}}"#, source.location.as_str(), json(&source.name));
    });
    out.push_str(r#"],"user_pools":["#);
    list(out, &scheme.user_pools, |out, pool| out.push_str(&json(&pool.id)));
    out.push_str("]}");
}

fn list<T>(out: &mut String, items: &[T], mut each: impl FnMut(&mut String, &T)) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        each(out, item);
    }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests;

//! The JSON form: one object per line for each operation.

use crate::ir::Api;
use crate::ir::auth::{Match, Need};
use crate::ir::operation::{Operation, Skipped};
use crate::output::inspect::{Listing, most_bytes, scope_texts, token};
use std::fmt::Write;

/// One JSON object per line for each operation, in document order.
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
/// - `skipped` is the reason for a missing method: `"cors"` for an `OPTIONS` that serves preflight requests, `"config"` for one
///   that `cogen.toml` skips, else `null`.
/// - `authorization` is a list of alternatives, each a list of credentials that are required together; `[[]]` requires no
///   credential. It is `[]` if it is unknown: `errors` has the reason, unless the operation is skipped.
/// - `kind` is one of `cognito_user_pools`, `jwt`, `lambda_token`, `lambda_request`, `lambda`, `iam`, `api_key`,
///   `oauth2`, `openid_connect`, `bearer`, `basic`, `http`; `token` is `id`, `access`, `any` or `null`;
///   `match` is `any`, `all`, or `null` where `scopes` is empty.
/// - `sources` are the locations of the credential; `[]` if the kind determines them.
///
/// The authorization of the operations can be much larger than the document, which has `document_bytes` bytes: the root `security`
/// applies to each of them. Beyond a limit, the lines have an error instead of the authorization, and the listing is
/// incomplete.
pub fn json_lines(api: &Api, document_bytes: usize) -> Listing {
    let most = most_bytes(document_bytes);
    let mut listing = Listing { text: String::new(), is_whole: true };
    for operation in &api.operations {
        head(operation, &mut listing.text);
        let demanded = listing.text.len();
        // After the limit is exceeded, no further authorization is printed: trying each would take as long as printing it.
        if !listing.is_whole || !authorization(api, operation, most, &mut listing.text) {
            listing.text.truncate(demanded);
            listing.text.push_str(&format!("],\"errors\":[{}]}}", json(&left_out(most))));
            listing.is_whole = false;
        }
        listing.text.push('\n');
    }
    listing
}

/// The error in place of an authorization that is not shown.
fn left_out(most: usize) -> String {
    format!(
        "the authorization of this operation is not shown: the list would be larger than {most} bytes; copy the operation and \
         the definitions it refers to into a separate document"
    )
}

/// The maximum number of listed errors of an operation.
const MOST_ERRORS: usize = 20;

/// The line of an operation up to its authorization.
fn head(operation: &Operation, out: &mut String) {
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
}

/// The authorization of an operation and the rest of its line; `false` if the text exceeds the limit.
fn authorization(api: &Api, operation: &Operation, most: usize, out: &mut String) -> bool {
    let written = list(out, &operation.authorization, |out, needs| {
        out.push('[');
        let written = list(out, needs, |out, need| json_need(api, need, most, out));
        out.push(']');
        written
    });
    if !written {
        return false;
    }
    out.push_str(r#"],"errors":["#);
    let texts = |out: &mut String, error: &String| push_json(out, error);
    let shown = operation.errors.get(..MOST_ERRORS).unwrap_or(&operation.errors);
    list(out, shown, texts);
    let more = operation.errors.len() - shown.len();
    if more > 0 {
        let _ = write!(out, ",{}", json(&format!("… and {more} more errors")));
    }
    out.push_str("]}");
    out.len() <= most
}

fn json_need(api: &Api, need: &Need, most: usize, out: &mut String) -> bool {
    let scheme = &api.auth[need.scheme];
    let _ = write!(
        out,
        r#"{{"scheme":{},"kind":"{}","token":{},"scopes":["#,
        json(&scheme.key),
        scheme.kind.as_str(),
        need.token.map_or("null".to_owned(), |kind| json(token(kind))),
    );
    list(out, &scope_texts(api, need).collect::<Vec<_>>(), |out, scope| push_json(out, scope));
    let matching = match need.matching {
        None => "null",
        Some(Match::Any) => r#""any""#,
        Some(Match::All) => r#""all""#,
    };
    let _ = write!(out, r#"],"match":{matching},"sources":["#);
    let sources = if scheme.kind.has_fixed_location() { &[][..] } else { &scheme.sources };
    list(out, sources, |out, source| {
        write!(out, r#"{{"in":"{}","name":{}}}"#, source.location.as_str(), json(&source.name)).is_ok()
    });
    out.push_str(r#"],"user_pools":["#);
    list(out, &scheme.user_pools, |out, pool| push_json(out, &pool.id));
    out.push_str("]}");
    out.len() <= most
}

/// Items separated by commas. Stops at the first for which `each` returns `false`, and returns `false`.
fn list<T>(out: &mut String, items: &[T], mut each: impl FnMut(&mut String, &T) -> bool) -> bool {
    items.iter().enumerate().all(|(i, item)| {
        if i > 0 {
            out.push(',');
        }
        each(out, item)
    })
}

fn push_json(out: &mut String, text: &str) -> bool {
    out.push_str(&json(text));
    true
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

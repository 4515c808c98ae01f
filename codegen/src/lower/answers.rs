//! Answers: which statuses are documented, what each carries, and the one `Accept` header that asks for it.

use super::bodies::{MediaKind, concrete, is_binary, is_media_type, media_kind};
use super::names::{self, Case, Names};
use super::params::Place;
use super::types;
use crate::codes;
use crate::diagnostics::{Diagnostic, Report};
use crate::ir::ident::Ident;
use crate::ir::operation::{Answer, AnswerContent, Answers, HeaderField, Operation, Status};
use crate::ir::types::Type;
use crate::load::node::{Member, Node};
use crate::spec::SpecOperation;
use rustc_hash::FxHashSet;

/// The statuses of an operation, without what they carry.
pub fn statuses(answers: &mut Answers, from: &SpecOperation<'_, '_>) {
    let members = from.node.get("responses").and_then(Node::members).unwrap_or_default();
    let all: Vec<Status> = members.iter().filter_map(|m| status(&m.key)).collect();
    let mut variants = Names::default();
    for status in all.iter().copied() {
        let answer = Answer {
            status,
            variant: variants.claim(variant(status), Case::Pascal),
            content: AnswerContent::Empty,
            headers: Vec::new(),
            doc: None,
        };
        if is_success(status, &all) { answers.success.push(answer) } else { answers.errors.push(answer) }
    }
}

/// Fills what an operation may answer.
pub fn fill<'d, 's>(
    place: &mut Place<'_, 'd, 's>,
    operation: &mut Operation,
    from: &SpecOperation<'d, 's>,
    report: &mut Report,
) {
    let members = from.node.get("responses").and_then(Node::members).unwrap_or_default();
    let mut documented: Vec<(Status, &Member<'s>)> = Vec::new();
    for member in members {
        match status(&member.key) {
            Some(status) => documented.push((status, member)),
            None if member.key.starts_with("x-") => {}
            None => {
                let message = format!("`{}` in the responses of `{}` is no status", member.key, from.short_route());
                report.push(
                    Diagnostic::warning(codes::BAD_STATUS, member.key_span, message)
                        .help("write a status such as `404`, a range such as `4XX`, or `default`"),
                );
            }
        }
    }
    let all: Vec<Status> = documented.iter().map(|(s, _)| *s).collect();
    let mut accept = Accept::default();
    let (mut success_names, mut error_names) = (Names::default(), Names::default());
    for (status, member) in documented {
        let Some(resolved) = place.refs.resolve(&member.value, report) else { continue };
        let success = is_success(status, &all);
        let names = if success { &mut success_names } else { &mut error_names };
        let variant = names.claim(variant(status), Case::Pascal);
        let stem = if success && all.iter().filter(|s| is_success(**s, &all)).count() < 2 {
            names::suffixed(&operation.type_name, "Answer")
        } else {
            names::suffixed(&operation.type_name, variant.as_str())
        };
        let Some(content) =
            content(place, operation, from, resolved.node, status, (&stem, success), &mut accept, report)
        else {
            continue;
        };
        let headers = headers(place, operation, resolved.node, report);
        let doc = resolved.node.get("description").and_then(Node::as_str).map(str::to_owned);
        let answer = Answer { status, variant, content, headers, doc };
        if success { operation.answers.success.push(answer) } else { operation.answers.errors.push(answer) }
    }
    operation.answers.accept = accept.finish();
}

/// The one `Accept` header: of the successes' types, JSON before the others, since API Gateway looks at the first only.
#[derive(Default)]
struct Accept {
    json: Option<String>,
    other: Option<String>,
}

impl Accept {
    fn offer(&mut self, media_type: &str, kind: MediaKind) {
        let slot = if kind == MediaKind::Json { &mut self.json } else { &mut self.other };
        // `image/*` is asked for as it is: any one type of it might be what the service can't make.
        let range = kind != MediaKind::Json && is_media_type(media_type);
        slot.get_or_insert_with(|| if range { media_type.trim().to_owned() } else { concrete(media_type, kind) });
    }

    fn finish(self) -> Option<String> {
        self.json.or(self.other)
    }
}

#[expect(clippy::too_many_arguments, reason = "an answer is decided from all of them at once")]
fn content<'d, 's>(
    place: &mut Place<'_, 'd, 's>,
    operation: &Operation,
    from: &SpecOperation<'d, 's>,
    node: &'d Node<'s>,
    status: Status,
    (stem, success): (&Ident, bool),
    accept: &mut Accept,
    report: &mut Report,
) -> Option<AnswerContent> {
    if matches!(status, Status::Code(204 | 205 | 304)) {
        return Some(AnswerContent::Empty);
    }
    let media = node.get("content").and_then(Node::members).unwrap_or_default();
    let usable = || media.iter().filter(|m| m.key.contains('*') || is_media_type(&m.key));
    let chosen = usable().find(|m| media_kind(&m.key) == MediaKind::Json).or_else(|| usable().next());
    let Some(chosen) = chosen else { return Some(AnswerContent::Empty) };
    let kind = media_kind(&chosen.key);
    if success {
        accept.offer(&chosen.key, kind);
        if media.len() > 1 {
            let message =
                format!("`{}` answers in several content types: `{}` is asked for", from.short_route(), chosen.key);
            report.push(Diagnostic::note(codes::SEVERAL_MEDIA_TYPES, node.span, message));
        }
    }
    let schema = chosen.value.get("schema");
    let binary = schema.is_some_and(|s| is_binary(place, s, report));
    Some(match kind {
        MediaKind::Events => AnswerContent::Stream,
        _ if success && from.streams() => AnswerContent::Stream,
        _ if binary => AnswerContent::Bytes,
        MediaKind::Json => match schema {
            None => AnswerContent::Json(Type::Json),
            Some(schema) => {
                let at = types::Place {
                    name: stem.to_string(),
                    origin: format!("the answer `{}` of `{}`", status_text(status), operation.short_route()),
                };
                AnswerContent::Json(place.types.lower(schema, at, report)?)
            }
        },
        MediaKind::Text | MediaKind::Form => AnswerContent::Text,
        MediaKind::Bytes | MediaKind::Multipart => AnswerContent::Bytes,
    })
}

fn headers<'d, 's>(
    place: &mut Place<'_, 'd, 's>,
    operation: &Operation,
    answer: &'d Node<'s>,
    report: &mut Report,
) -> Vec<HeaderField> {
    let members = answer.get("headers").and_then(Node::members).unwrap_or_default();
    let mut names = Names::default();
    let mut found: Vec<HeaderField> = Vec::new();
    let mut seen = FxHashSet::default();
    for member in members {
        let lower = member.key.to_ascii_lowercase();
        let is_name =
            !lower.is_empty() && lower.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
        // Browsers' business, or what the runtime reads itself.
        let known = lower.starts_with("access-control-") || matches!(lower.as_str(), "content-type" | "content-length");
        if !is_name || known || !seen.insert(lower.clone()) {
            continue;
        }
        let Some(node) = place.refs.resolve(&member.value, report).map(|r| r.node) else { continue };
        let schema = node.get("schema");
        let plain = schema.is_some_and(|s| is_plain(place, s, report));
        let pascal = names::ident(&member.key, Case::Pascal);
        let at = types::Place {
            name: format!("{}{pascal}", operation.type_name),
            origin: format!("the header `{}` of `{}`", member.key, operation.short_route()),
        };
        let ty = match schema.filter(|_| plain) {
            Some(schema) => place.types.lower(schema, at, report).unwrap_or(Type::String),
            None => Type::String,
        };
        found.push(HeaderField {
            name: names.claim(&member.key, Case::Snake),
            wire: lower,
            ty,
            required: node.get("required").and_then(Node::as_bool).unwrap_or(false),
            doc: node.get("description").and_then(Node::as_str).map(str::to_owned),
        });
    }
    found
}

/// Whether a header's text can be read as what the schema says: a scalar, or scalars with commas between them.
fn is_plain<'d, 's>(place: &mut Place<'_, 'd, 's>, schema: &'d Node<'s>, report: &mut Report) -> bool {
    let Some(schema) = place.refs.resolve(schema, report).map(|r| r.node) else { return false };
    match schema.get("type").and_then(Node::as_str) {
        Some("string" | "integer" | "number" | "boolean") => true,
        Some("array") => schema.get("items").is_some_and(|items| {
            let items = place.refs.resolve(items, report).map(|r| r.node);
            let ty = items.and_then(|i| i.get("type")).and_then(Node::as_str);
            matches!(ty, Some("string" | "integer" | "number" | "boolean"))
        }),
        _ => false,
    }
}

/// A status as documents write it: `404`, `4XX`, `default`.
fn status(key: &str) -> Option<Status> {
    if key.eq_ignore_ascii_case("default") {
        return Some(Status::Default);
    }
    let bytes = key.as_bytes();
    if let [digit @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] = bytes {
        return Some(Status::Range(digit - b'0'));
    }
    key.parse().ok().filter(|code| (100..=599).contains(code)).map(Status::Code)
}

/// Whether a status is a success: 2xx, a documented redirect, or `default` where there is no 2xx.
fn is_success(status: Status, all: &[Status]) -> bool {
    let good = |s: &Status| matches!(s, Status::Code(200..=399) | Status::Range(2 | 3));
    good(&status) || (status == Status::Default && !all.iter().any(good))
}

fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(digit) => format!("{digit}XX"),
        Status::Default => "default".to_owned(),
    }
}

/// The name of a status (the IANA registry of HTTP status codes).
fn variant(status: Status) -> &'static str {
    match status {
        Status::Default => "default",
        Status::Range(1) => "informational",
        Status::Range(2) => "success",
        Status::Range(3) => "redirection",
        Status::Range(4) => "client error",
        Status::Range(_) => "server error",
        Status::Code(code) => match code {
            200 => "ok",
            201 => "created",
            202 => "accepted",
            203 => "non authoritative",
            204 => "no content",
            205 => "reset content",
            206 => "partial content",
            207 => "multi status",
            300 => "multiple choices",
            301 => "moved permanently",
            302 => "found",
            303 => "see other",
            304 => "not modified",
            307 => "temporary redirect",
            308 => "permanent redirect",
            400 => "bad request",
            401 => "unauthorized",
            402 => "payment required",
            403 => "forbidden",
            404 => "not found",
            405 => "method not allowed",
            406 => "not acceptable",
            408 => "request timeout",
            409 => "conflict",
            410 => "gone",
            411 => "length required",
            412 => "precondition failed",
            413 => "content too large",
            414 => "uri too long",
            415 => "unsupported media type",
            416 => "range not satisfiable",
            417 => "expectation failed",
            418 => "im a teapot",
            421 => "misdirected request",
            422 => "unprocessable content",
            423 => "locked",
            424 => "failed dependency",
            426 => "upgrade required",
            428 => "precondition required",
            429 => "too many requests",
            431 => "header fields too large",
            451 => "unavailable for legal reasons",
            500 => "internal server error",
            501 => "not implemented",
            502 => "bad gateway",
            503 => "service unavailable",
            504 => "gateway timeout",
            507 => "insufficient storage",
            _ => "other status",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Accept, media_kind};

    fn accept(offered: &[&str]) -> Option<String> {
        let mut accept = Accept::default();
        offered.iter().for_each(|media_type| accept.offer(media_type, media_kind(media_type)));
        accept.finish()
    }

    #[test]
    fn a_range_of_types_is_asked_for_as_it_is() {
        assert_eq!(accept(&["image/*"]).as_deref(), Some("image/*"));
        assert_eq!(accept(&["image/png", "text/*"]).as_deref(), Some("image/png"));
        assert_eq!(accept(&["text/csv", "*/*"]).as_deref(), Some("application/json"));
    }
}

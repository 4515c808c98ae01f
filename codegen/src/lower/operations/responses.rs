//! Lowers responses: the documented statuses, the content of each, and the `Accept` header of the request.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::document::load::node::{Member, Node};
use crate::document::spec::SpecOperation;
use crate::ir::ident::Ident;
use crate::ir::operation::{Answer, AnswerContent, Answers, Method, Operation, Status};
use crate::ir::types::Type;
use crate::lower::media::{MediaKind, concrete, is_media_type, media_kind, media_names};
use crate::lower::names;
use crate::lower::names::Case;
use crate::lower::operations::bodies::is_binary;
use crate::lower::operations::headers::SuccessHeaders;
use crate::lower::operations::params::Context;
use crate::lower::operations::sites::Site;
use crate::lower::operations::status_words::status_words;
use crate::lower::types;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;

/// Fills the statuses of an operation's responses, without their content.
pub fn statuses(answers: &mut Answers, from: &SpecOperation<'_, '_>) {
    let members = from.node.get("responses").and_then(Node::members).unwrap_or_default();
    let documented = documented(members);
    let all: Vec<Status> = documented.iter().map(|(status, _)| *status).collect();
    for status in all.iter().copied() {
        let answer =
            Answer { status, variant: variant(status), content: AnswerContent::Empty, headers: Vec::new(), doc: None };
        if is_success(status, &all) { answers.success.push(answer) } else { answers.errors.push(answer) }
    }
}

/// The responses with a status, each status once, in the order of statuses.
fn documented<'d, 's>(members: &'d [Member<'s>]) -> Vec<(Status, &'d Member<'s>)> {
    let mut seen = FxHashSet::default();
    let mut documented: Vec<(Status, &Member<'s>)> =
        members.iter().filter_map(|m| Some((status(&m.key)?, m))).filter(|(status, _)| seen.insert(*status)).collect();
    documented.sort_by_key(|(status, _)| match status {
        Status::Code(code) => (0, *code),
        Status::Range(digit) => (1, u16::from(*digit)),
        Status::Default => (2, 0),
    });
    documented
}

/// Fills the responses of an operation.
pub fn fill<'d, 's>(
    context: &mut Context<'_, 'd, 's>,
    operation: &mut Operation,
    from: &SpecOperation<'d, 's>,
    report: &mut Report,
) {
    let members = from.node.get("responses").and_then(Node::members).unwrap_or_default();
    report_odd_statuses(members, from, report);
    let documented = documented(members);
    let all: Vec<Status> = documented.iter().map(|(s, _)| *s).collect();
    if all.iter().filter(|s| is_success(**s, &all)).count() > 1 {
        context.types.reserve_ambiguous(&context.site.contested("Answer"));
    }
    let mut accept = Accept::default();
    let mut headers = SuccessHeaders::default();
    for (status, member) in documented {
        let Ok(resolved) = context.refs.resolve(&member.value, report) else { continue };
        let success = is_success(status, &all);
        let site = context.site.holder_of(&resolved, member.value.get("$ref").is_some());
        let answered = Answered { node: resolved.node, status, success, site: &site };
        let Ok(content) = content(context, operation, from, &answered, &mut accept, report) else { continue };
        if success || status == Status::Default {
            headers.add(context, resolved.node, (status, success), &site, report);
        }
        let doc = resolved.node.get("description").and_then(Node::as_str).map(str::to_owned);
        let answer = Answer { status, variant: variant(status), content, headers: Vec::new(), doc };
        if success { operation.answers.success.push(answer) } else { operation.answers.errors.push(answer) }
    }
    headers.lower(context, operation, report);
    operation.answers.accept = accept.finish();
    complete(&mut operation.answers, from);
}

/// Adds the responses that follow from the document without being listed.
fn complete(answers: &mut Answers, from: &SpecOperation<'_, '_>) {
    if from.streams() && answers.success.is_empty() {
        let status = Status::Range(2);
        let content = AnswerContent::Stream;
        answers.success.push(Answer { status, variant: variant(status), content, headers: Vec::new(), doc: None });
    }
    // A single `default` is for every status, also for failures.
    if let [only] = answers.success.as_slice()
        && only.status == Status::Default
        && only.content != AnswerContent::Empty
    {
        answers.errors.push(Answer { headers: Vec::new(), ..only.clone() });
    }
}

/// A documented response.
struct Answered<'a, 'd, 's> {
    node: &'d Node<'s>,
    status: Status,
    success: bool,
    site: &'a Site,
}

fn report_odd_statuses(members: &[Member<'_>], from: &SpecOperation<'_, '_>, report: &mut Report) {
    let mut first: FxHashMap<Status, Span> = FxHashMap::default();
    for member in members.iter().filter(|member| !member.key.starts_with("x-")) {
        let (key, route) = (&member.key, from.short_route());
        let Some(status) = status(key) else {
            let message = format!("`{key}` in the responses of `{route}` is not a status");
            report.push(
                Diagnostic::warning(codes::BAD_STATUS, member.key_span, message)
                    .help("write a status such as \"404\", a range such as `4XX`, or `default`"),
            );
            continue;
        };
        match first.entry(status) {
            Entry::Vacant(free) => drop(free.insert(member.key_span)),
            Entry::Occupied(first) => {
                let message = format!("duplicate status `{key}` in the responses of `{route}`");
                report.push(
                    Diagnostic::warning(codes::BAD_STATUS, member.key_span, message)
                        .related(*first.get(), "first defined here: this one is used")
                        .help("remove one of the two"),
                );
            }
        }
    }
}

/// The `Accept` header: one of the successes' content types, JSON first, since API Gateway reads only the first one.
#[derive(Default)]
struct Accept {
    json: Option<String>,
    other: Option<String>,
}

impl Accept {
    fn offer(&mut self, media_type: &str, kind: MediaKind) {
        let slot = if kind == MediaKind::Json { &mut self.json } else { &mut self.other };
        // `image/*` is requested as it is: the service may not support a certain type of it.
        let range = kind != MediaKind::Json && is_media_type(media_type);
        slot.get_or_insert_with(|| if range { media_type.trim().to_owned() } else { concrete(media_type, kind) });
    }

    fn finish(self) -> Option<String> {
        // An error can have another type, and a service that has only others would refuse the call (406).
        self.json.or(self.other).map(|preferred| match preferred.as_str() {
            "*/*" => preferred,
            _ => format!("{preferred}, */*;q=0.1"),
        })
    }
}

fn content<'d, 's>(
    context: &mut Context<'_, 'd, 's>,
    operation: &Operation,
    from: &SpecOperation<'d, 's>,
    answered: &Answered<'_, 'd, 's>,
    accept: &mut Accept,
    report: &mut Report,
) -> Result<AnswerContent, Reported> {
    let Answered { node, status, success, .. } = *answered;
    // A response to HEAD has no body, whatever is documented (RFC 9110, section 9.3.2).
    if matches!(status, Status::Code(204 | 205 | 304)) || from.method == Method::Named("HEAD") {
        return Ok(AnswerContent::Empty);
    }
    let media = node.get("content").and_then(Node::members).unwrap_or_default();
    let Some(chosen) = chosen(media) else {
        let is_redirect = matches!(status, Status::Code(300..=399) | Status::Range(3));
        let streams = success && from.streams() && !is_redirect;
        return Ok(if streams { AnswerContent::Stream } else { AnswerContent::Empty });
    };
    let kind = media_kind(&chosen.key);
    if success {
        accept.offer(&chosen.key, kind);
        if media.len() > 1 {
            let message = format!(
                "`{}` has responses of several content types: the client requests `{}`",
                from.short_route(),
                chosen.key
            );
            report.push(Diagnostic::note(codes::SEVERAL_MEDIA_TYPES, node.span, message));
        }
    }
    let schema = chosen.value.get("schema");
    let binary = schema.is_some_and(|s| is_binary(context, s, report));
    Ok(match kind {
        MediaKind::Events => AnswerContent::Stream,
        _ if success && from.streams() => AnswerContent::Stream,
        _ if binary => AnswerContent::Bytes,
        MediaKind::Json => match schema {
            None => AnswerContent::Json(Type::Json),
            Some(schema) => {
                let at = json_place(operation, answered, chosen);
                AnswerContent::Json(context.types.lower(schema, at, report)?)
            }
        },
        MediaKind::Text | MediaKind::Form => AnswerContent::Text,
        MediaKind::Bytes | MediaKind::Multipart => AnswerContent::Bytes,
    })
}

/// The content that is requested: JSON first, and of JSON `application/json` first, so that the order of the document does not matter
/// among them.
fn chosen<'d, 's>(media: &'d [Member<'s>]) -> Option<&'d Member<'s>> {
    let usable = || media.iter().filter(|m| m.key.contains('*') || is_media_type(&m.key));
    let json = usable().filter(|m| media_kind(&m.key) == MediaKind::Json);
    json.min_by_key(|m| (m.key != JSON, !is_plain_json(&m.key), m.key.contains('*'), &m.key))
        .or_else(|| usable().next())
}

fn is_plain_json(media_type: &str) -> bool {
    media_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// The preferred content type.
const JSON: &str = "application/json";

/// The words for a content type of JSON, distinct for each.
fn json_word(media_type: &str) -> String {
    match media_type {
        JSON => "json".to_owned(),
        "*/*" => "any".to_owned(),
        _ if media_type.contains(';') => media_type.to_owned(),
        _ => media_names(media_type).candidates.into_iter().next().unwrap_or_default(),
    }
}

/// The context of the schema of a JSON response.
fn json_place(operation: &Operation, answered: &Answered<'_, '_, '_>, chosen: &Member<'_>) -> types::Place {
    let Answered { status, success, site, .. } = *answered;
    let words = status_words(status);
    let shared = site.is_component("Response");
    // If another content type is requested in a later version of the document, it must not get the names of this one.
    let media_word = json_word(&chosen.key);
    let with_media = if shared { media_word.clone() } else { format!("{words} {media_word}") };
    // `default` is a success or an error depending on the other responses, so its name includes neither.
    let of_success = success && status != Status::Default;
    let endings: &[&str] = match () {
        () if chosen.key != JSON => &[&with_media],
        () if shared => &["", &with_media],
        () if of_success => &["Answer", &words, &with_media],
        () => &[&words, &with_media],
    };
    // A response that operations share has no status of its own.
    let of_status = if site.is_component("Response") { String::new() } else { status_text(status) };
    let part = format!("answer {of_status} {}", chosen.key);
    site.place(&part, endings, format!("the response `{}` of `{}`", status_text(status), operation.route()))
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

/// Whether a status is a success: 2xx, a documented redirect, or `default` if there is no 2xx.
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

/// The name of the variant of a response.
fn variant(status: Status) -> Ident {
    names::ident(&status_words(status), Case::Pascal)
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
        assert_eq!(accept(&["image/*"]).as_deref(), Some("image/*, */*;q=0.1"));
        assert_eq!(accept(&["image/png", "text/*"]).as_deref(), Some("image/png, */*;q=0.1"));
        assert_eq!(accept(&["text/csv", "*/*"]).as_deref(), Some("application/json, */*;q=0.1"));
    }
}

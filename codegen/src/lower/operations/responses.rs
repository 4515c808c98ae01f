//! Lowers responses: the documented statuses, the content of each, and the `Accept` header of the request.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::document::load::node::{Member, Node};
use crate::document::spec::SpecOperation;
use crate::ir::ident::Ident;
use crate::ir::operation::{Answer, AnswerContent, Answers, Operation, Status};
use crate::lower::media::media_names;
use crate::lower::names;
use crate::lower::names::{Case, Wanted};
use crate::lower::operations::contents;
use crate::lower::operations::contents::{Accept, Answered};
use crate::lower::operations::headers::SuccessHeaders;
use crate::lower::operations::params::Context;
use crate::lower::operations::status_words::status_words;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;

/// Fills the statuses of an operation's responses, without their content.
pub fn statuses(answers: &mut Answers, from: &SpecOperation<'_, '_>) {
    let members = from.node.get("responses").and_then(Node::members).unwrap_or_default();
    let documented = documented(members);
    let all: Vec<Status> = documented.iter().map(|(status, _)| *status).collect();
    for status in all.iter().copied() {
        let answer = answer(status, AnswerContent::Empty);
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
    let answered = answered(context, from, members, report);
    let successes = answered.iter().filter(|answered| answered.success);
    if successes.map(|answered| answered.requested.len().max(1)).sum::<usize>() > 1 {
        context.types.reserve_ambiguous(&context.site.contested("Answer"));
    }
    let mut accept = Accept::default();
    let mut headers = SuccessHeaders::default();
    for answered in &answered {
        let mut answers = Vec::new();
        report_several(answered, from, report);
        let doc = answered.node.get("description").and_then(Node::as_str).map(str::to_owned);
        for media in answered.requested.iter().copied() {
            if answered.success {
                accept.offer(&media.key);
            }
            let Ok(content) = contents::content(context, operation, from, (answered, media), report) else { continue };
            let media = Some(media.key.to_string());
            answers.push(Answer { media, doc: doc.clone(), ..answer(answered.status, content) });
        }
        if answered.requested.is_empty() {
            let content = contents::without_media(answered, from);
            answers.push(Answer { doc, ..answer(answered.status, content) });
        }
        join_equal(&mut answers);
        let of = (answered.status, answered.success);
        if (answered.success || answered.status == Status::Default) && !answers.is_empty() {
            headers.add(context, answered.node, of, &answered.site, report);
            headers.repeat(answered.success, answers.len() - 1);
        }
        let all = if answered.success { &mut operation.answers.success } else { &mut operation.answers.errors };
        all.append(&mut answers);
    }
    headers.lower(context, operation, report);
    operation.answers.accept = accept.finish();
    complete(&mut operation.answers, from);
    name_variants(&mut operation.answers.success);
    name_variants(&mut operation.answers.errors);
}

/// The documented responses of an operation.
fn answered<'d, 's>(
    context: &mut Context<'_, 'd, 's>,
    from: &SpecOperation<'d, 's>,
    members: &'d [Member<'s>],
    report: &mut Report,
) -> Vec<Answered<'d, 's>> {
    let documented = documented(members);
    let all: Vec<Status> = documented.iter().map(|(s, _)| *s).collect();
    let mut answered = Vec::with_capacity(documented.len());
    for (status, member) in documented {
        let Ok(resolved) = context.refs.resolve(&member.value, report) else { continue };
        let site = context.site.holder_of(&resolved, member.value.get("$ref").is_some());
        let requested = contents::requested(context, from, resolved.node, status);
        let success = is_success(status, &all);
        answered.push(Answered { node: resolved.node, status, success, site, requested });
    }
    answered
}

fn answer(status: Status, content: AnswerContent) -> Answer {
    Answer { status, media: None, variant: variant(status), content, headers: Vec::new(), doc: None }
}

/// Joins the content types of a status if all of them have one type: its headers say which one was received.
fn join_equal(answers: &mut Vec<Answer>) {
    let Some(first) = answers.first() else { return };
    if answers.iter().all(|answer| answer.content == first.content) {
        answers.truncate(1);
        answers.iter_mut().for_each(|answer| answer.media = None);
    }
}

/// Names the variants of statuses that have several content types: `OkJson` and `OkCsv`.
fn name_variants(answers: &mut [Answer]) {
    if answers.iter().all(|answer| answer.media.is_none()) {
        return;
    }
    let wanted = |answer: &Answer| {
        let words = status_words(answer.status);
        let candidates = match answer.media.as_deref() {
            None => vec![words.clone().into_owned()],
            Some(media) => {
                let of_range = media.strip_suffix("/*").map(|kind| if kind == "*" { "any" } else { kind });
                let names = of_range.map(str::to_owned).into_iter().chain(media_names(media).candidates);
                names.map(|name| format!("{words} {name}")).collect()
            }
        };
        Wanted { candidates, identity: format!("{words} {}", answer.media.as_deref().unwrap_or_default()) }
    };
    let wanted: Vec<Wanted> = answers.iter().map(wanted).collect();
    let names = names::settle(&wanted, Case::Pascal, &[]);
    answers.iter_mut().zip(names).for_each(|(answer, name)| answer.variant = name);
}

fn report_several(answered: &Answered<'_, '_>, from: &SpecOperation<'_, '_>, report: &mut Report) {
    let all = answered.node.get("content").and_then(Node::members).unwrap_or_default().len();
    let Some(first) = answered.requested.first().filter(|_| answered.success && all > 1) else { return };
    let route = from.short_route();
    let message = match answered.requested.len() {
        1 => format!("`{route}` has responses of several content types: the client requests `{}`", first.key),
        _ => format!("`{route}` has responses of several content types: the client prefers `{}`", first.key),
    };
    report.push(Diagnostic::note(codes::SEVERAL_MEDIA_TYPES, answered.node.span, message));
}

/// Adds the responses that follow from the document without being listed.
fn complete(answers: &mut Answers, from: &SpecOperation<'_, '_>) {
    if from.streams() && answers.success.is_empty() {
        let status = Status::Range(2);
        answers.success.push(answer(status, AnswerContent::Stream));
    }
    // A single `default` is for every status, also for failures.
    if answers.success.iter().all(|answer| answer.status == Status::Default && answer.content != AnswerContent::Empty) {
        answers.errors.extend(answers.success.iter().map(|only| Answer { headers: Vec::new(), ..only.clone() }));
    }
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

/// The name of the variant of a response.
fn variant(status: Status) -> Ident {
    names::ident(&status_words(status), Case::Pascal)
}

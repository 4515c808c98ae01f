//! Lowers the content of a response: the content types that the client requests, and the type of each.

use crate::diagnostics::report::{Report, Reported};
use crate::document::load::node::{Member, Node};
use crate::document::spec::SpecOperation;
use crate::ir::operation::{AnswerContent, Method, Operation, Status};
use crate::ir::types::Type;
use crate::lower::media::{
    MediaKind, concrete, essence, is_event_stream, is_media_type, is_range, media_kind, media_names,
};
use crate::lower::operations::params::Context;
use crate::lower::operations::sites::Site;
use crate::lower::operations::status_words::{status_text, status_words};
use crate::lower::operations::streams;
use crate::lower::types::Place;

/// A documented response.
pub struct Answered<'d, 's> {
    /// The response object.
    pub node: &'d Node<'s>,
    /// Its status.
    pub status: Status,
    /// Whether it is a success.
    pub success: bool,
    /// Where its schemas are.
    pub site: Site,
    /// The content types that the client requests, the preferred one first.
    pub requested: Vec<&'d Member<'s>>,
}

/// The content types of a response that the client requests, the preferred one first: JSON, and of JSON `application/json`, so
/// that the order of the document does not matter. One that only writes the same value in another way is not among them.
pub fn requested<'d, 's>(
    context: &mut Context<'_, 'd, 's>,
    from: &SpecOperation<'d, 's>,
    node: &'d Node<'s>,
    status: Status,
) -> Vec<&'d Member<'s>> {
    // A response to HEAD has no body, whatever is documented (RFC 9110, section 9.3.2).
    if matches!(status, Status::Code(204 | 205 | 304)) || from.method == Method::Named("HEAD") {
        return Vec::new();
    }
    let all = node.get("content").and_then(Node::members).unwrap_or_default();
    let mut usable: Vec<&'d Member<'s>> =
        all.iter().filter(|m| is_any(&m.key) || m.key.contains('*') || is_media_type(&m.key)).collect();
    usable.sort_by_key(|m| {
        let kind = media_kind(&m.key);
        let is_json = kind == MediaKind::Json;
        (!is_json, m.key != JSON, is_json && !is_plain_json(&m.key), m.key.contains('*'), &m.key)
    });
    usable.truncate(MOST_REQUESTED);
    let mut kept: Vec<&'d Member<'s>> = Vec::new();
    for member in usable {
        let is_same = |other: &&'d Member<'s>| {
            media_kind(&other.key) == MediaKind::Json && writes_the_same(context, other, member)
        };
        if !kept.iter().any(is_same) {
            kept.push(member);
        }
    }
    kept
}

/// The maximum number of content types of a response. No API needs more.
const MOST_REQUESTED: usize = 64;

/// Whether a content type is another way to write the value of a JSON content.
fn writes_the_same<'d, 's>(context: &mut Context<'_, 'd, 's>, json: &'d Member<'s>, other: &'d Member<'s>) -> bool {
    let kind = media_kind(&other.key);
    match (json.value.get("schema"), other.value.get("schema")) {
        (Some(one), Some(other)) => !matches!(kind, MediaKind::Events) && context.types.are_equal(one, other),
        (None, None) => matches!(kind, MediaKind::Json | MediaKind::Form) || is_markup(&other.key),
        (Some(_), None) => kind == MediaKind::Form || is_markup(&other.key),
        (None, Some(_)) => false,
    }
}

/// Whether a content type is a notation for values that cogen does not read.
fn is_markup(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence.ends_with("xml") || essence.ends_with("yaml")
}

/// The content of a response without content types.
pub fn without_media(answered: &Answered<'_, '_>, from: &SpecOperation<'_, '_>) -> AnswerContent {
    let is_bodiless = matches!(answered.status, Status::Code(204 | 205 | 300..=399) | Status::Range(3));
    let streams = answered.success && from.streams() && !is_bodiless && from.method != Method::Named("HEAD");
    if streams { AnswerContent::Stream } else { AnswerContent::Empty }
}

/// The content of a content type of a response.
///
/// # Errors
/// Its schema has an error.
pub fn content<'d, 's>(
    context: &mut Context<'_, 'd, 's>,
    operation: &Operation,
    from: &SpecOperation<'d, 's>,
    (answered, media): (&Answered<'d, 's>, &'d Member<'s>),
    report: &mut Report,
) -> Result<AnswerContent, Reported> {
    let kind = media_kind(&media.key);
    let schema = media.value.get("schema");
    let binary = schema.is_some_and(|s| context.types.is_bytes(s));
    Ok(match kind {
        MediaKind::Events => {
            let place = stream_place(operation, answered, media);
            streams::stream(context, media, place, report)?
        }
        _ if answered.success && from.streams() => AnswerContent::Stream,
        _ if binary => AnswerContent::Bytes,
        MediaKind::Json => match schema {
            None => AnswerContent::Json(Type::Json),
            Some(schema) => {
                let at = json_place(operation, answered, media);
                match context.types.lower(schema, at, report)? {
                    // A text of any type is text: only JSON has quotes around it.
                    Type::String if is_any(&media.key) => AnswerContent::Text,
                    ty => AnswerContent::Json(ty),
                }
            }
        },
        MediaKind::Text | MediaKind::Form => AnswerContent::Text,
        MediaKind::Bytes | MediaKind::Multipart => AnswerContent::Bytes,
    })
}

/// Whether a content has any type: `*/*`, or no name at all, as frameworks write for files.
fn is_any(media_type: &str) -> bool {
    matches!(essence(media_type).as_str(), ANY | "")
}

fn is_plain_json(media_type: &str) -> bool {
    essence(media_type) == JSON
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

/// The place of the schema of a JSON response.
fn json_place(operation: &Operation, answered: &Answered<'_, '_>, media: &Member<'_>) -> Place {
    let Answered { status, success, site, .. } = answered;
    let words = status_words(*status);
    let shared = site.is_component("Response");
    // If another content type is requested in a later version of the document, it must not get the names of this one.
    let media_word = json_word(&media.key);
    let with_media = if shared { media_word.clone() } else { format!("{words} {media_word}") };
    // `default` is a success or an error depending on the other responses, so its name includes neither.
    let of_success = *success && *status != Status::Default;
    let endings: &[&str] = match () {
        () if media.key != JSON => &[&with_media],
        () if shared => &["", &with_media],
        () if of_success => &["Answer", &words, &with_media],
        () => &[&words, &with_media],
    };
    place(operation, answered, media, endings, "the")
}

/// The place of the schema of the items of a stream.
fn stream_place(operation: &Operation, answered: &Answered<'_, '_>, media: &Member<'_>) -> Place {
    let Answered { status, site, .. } = answered;
    let word = if is_event_stream(&media.key) { "event" } else { "item" };
    let status_word = format!("{} {word}", status_words(*status));
    let with_media = format!("{status_word} {}", media_names(&media.key).candidates.join(" "));
    let shared = site.is_component("Response");
    let endings: &[&str] = if shared { &[word, &with_media] } else { &[word, &status_word, &with_media] };
    place(operation, answered, media, endings, &format!("an {word} of the"))
}

/// The place of the schema of a content, known by the status and the content type. `part` is the text before the response.
fn place(
    operation: &Operation,
    answered: &Answered<'_, '_>,
    media: &Member<'_>,
    endings: &[&str],
    part: &str,
) -> Place {
    let Answered { status, site, .. } = answered;
    let status = status_text(*status);
    // A response that operations share has no status of its own.
    let of_status = if site.is_component("Response") { "" } else { &status };
    let origin = format!("{part} response `{status}` of `{}`", operation.route());
    site.place(&format!("answer {of_status} {}", media.key), endings, origin)
}

/// The `Accept` header: the content types of the successes, JSON first, since API Gateway reads only the first one to decide
/// whether a response is binary. Further ones have a lower weight, so that a service that has both sends JSON.
#[derive(Default)]
pub struct Accept {
    json: Vec<String>,
    others: Vec<String>,
}

impl Accept {
    /// Adds a content type.
    pub fn offer(&mut self, media_type: &str) {
        let media_type = if is_any(media_type) { ANY } else { media_type };
        let kind = media_kind(media_type);
        let all = if kind == MediaKind::Json { &mut self.json } else { &mut self.others };
        let (essence, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
        // A range is requested as it is: the service may not support a certain type of it. HTTP has no ranges such as `*+json`.
        let is_sent = is_range(media_type) && essence.trim().ends_with("/*") && parameters.is_empty();
        let text = if is_sent { essence.trim().to_owned() } else { concrete(media_type, kind) };
        if !all.contains(&text) {
            all.push(text);
        }
    }

    /// The value of the header, if there are content types.
    pub fn finish(self) -> Option<String> {
        let mut all: Vec<String> = self.json.into_iter().chain(self.others).collect();
        all.truncate(MOST_ACCEPTED);
        if all.is_empty() {
            return None;
        }
        let takes_any = all.iter().any(|one| one == ANY);
        for (index, one) in all.iter_mut().enumerate().skip(1) {
            one.push_str(&format!(";q=0.{}", 10 - index));
        }
        // An error can have another type, and a service that has only others would refuse the call (406).
        if !takes_any {
            all.push(format!("{ANY};q=0.1"));
        }
        Some(all.join(", "))
    }
}

const ANY: &str = "*/*";

/// The maximum number of content types of an `Accept` header. The last weight is 0.2.
const MOST_ACCEPTED: usize = 9;

#[cfg(test)]
mod tests {
    use super::Accept;

    fn accept(offered: &[&str]) -> Option<String> {
        let mut accept = Accept::default();
        offered.iter().for_each(|media_type| accept.offer(media_type));
        accept.finish()
    }

    #[test]
    fn a_content_without_a_name_has_any_type() {
        assert_eq!(accept(&[""]).as_deref(), Some("*/*"));
    }

    #[test]
    fn all_types_are_accepted_and_json_is_preferred() {
        let several = accept(&["text/csv", "application/json", "application/pdf"]);
        assert_eq!(several.as_deref(), Some("application/json, text/csv;q=0.9, application/pdf;q=0.8, */*;q=0.1"));
        assert_eq!(
            accept(&["application/json; charset=utf-8"]).as_deref(),
            Some("application/json; charset=utf-8, */*;q=0.1")
        );
    }

    #[test]
    fn a_range_of_types_is_asked_for_as_it_is() {
        assert_eq!(accept(&["image/*"]).as_deref(), Some("image/*, */*;q=0.1"));
        assert_eq!(accept(&["*/*"]).as_deref(), Some("*/*"));
        assert_eq!(accept(&["*/*", "application/json"]).as_deref(), Some("*/*, application/json;q=0.9"));
        assert_eq!(accept(&["application/*+json"]).as_deref(), Some("application/json, */*;q=0.1"));
        assert_eq!(accept(&["a b/*"]).as_deref(), Some("application/octet-stream, */*;q=0.1"));
    }
}

//! The documented responses of an operation, and by which of them a response is read.

use crate::contract::media;
use crate::contract::media::MediaType;
use http::StatusCode;

/// A documented response: a status, and one of its content types.
#[derive(Debug)]
pub struct Documented {
    /// Its status.
    pub status: Status,
    /// Whether it is a success.
    pub success: bool,
    /// The content of its body.
    pub content: Content,
    /// The content type or the range of content types, if its status has several; empty if it has one.
    pub media: &'static str,
}

impl Documented {
    /// The same for one of the content types of its status.
    pub const fn of(self, media: &'static str) -> Self {
        Self { media, ..self }
    }
}

/// The status of a documented response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// This status.
    Code(u16),
    /// All statuses with this first digit: `4XX`.
    Range(u8),
    /// All statuses without a documented response of their own.
    Default,
}

/// The content of a response body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// None, or one that the document does not describe.
    Empty,
    /// JSON of a documented type.
    Json,
    /// JSON of any type; text or an empty body if it is not JSON.
    Any,
    /// Text.
    Text,
    /// Bytes, read completely.
    Bytes,
    /// Bytes, as a stream.
    Stream,
    /// An event stream.
    Events {
        /// Whether the document describes the event as an object with `data`, and not the data alone.
        whole: bool,
        /// How its data is written.
        data: EventData,
    },
    /// A stream of JSON texts.
    Items {
        /// Whether an item is text, and not JSON.
        text: bool,
    },
}

/// How the data of an event is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventData {
    /// JSON.
    Json,
    /// Text.
    Text,
    /// Arrays and objects are JSON, everything else is text.
    Mixed,
}

impl Content {
    /// Whether the body is read as a stream.
    pub(crate) fn is_stream(self) -> bool {
        matches!(self, Self::Stream | Self::Events { .. } | Self::Items { .. })
    }
}

/// See [`Content::Empty`].
pub const EMPTY: Content = Content::Empty;
/// See [`Content::Json`].
pub const JSON: Content = Content::Json;
/// See [`Content::Any`].
pub const ANY: Content = Content::Any;
/// See [`Content::Text`].
pub const TEXT: Content = Content::Text;
/// See [`Content::Bytes`].
pub const BYTES: Content = Content::Bytes;
/// See [`Content::Stream`].
pub const STREAM: Content = Content::Stream;
/// Events whose data is JSON. See [`Content::Events`].
pub const EVENTS: Content = Content::Events { whole: false, data: EventData::Json };
/// Events whose data is text. See [`Content::Events`].
pub const EVENT_TEXTS: Content = Content::Events { whole: false, data: EventData::Text };
/// Events as objects whose data is JSON. See [`Content::Events`].
pub const EVENT_OBJECTS: Content = Content::Events { whole: true, data: EventData::Json };
/// Events as objects whose data is text. See [`Content::Events`].
pub const EVENT_TEXT_OBJECTS: Content = Content::Events { whole: true, data: EventData::Text };
/// Events as objects whose data is JSON in some and text in others. See [`Content::Events`].
pub const EVENT_MIXED_OBJECTS: Content = Content::Events { whole: true, data: EventData::Mixed };
/// JSON texts. See [`Content::Items`].
pub const ITEMS: Content = Content::Items { text: false };
/// Lines of text. See [`Content::Items`].
pub const ITEM_TEXTS: Content = Content::Items { text: true };

/// A documented success.
pub const fn ok(status: u16, content: Content) -> Documented {
    documented(Status::Code(status), true, content)
}

/// A documented error.
pub const fn fails(status: u16, content: Content) -> Documented {
    documented(Status::Code(status), false, content)
}

/// A documented response of any status.
pub const fn documented(status: Status, success: bool, content: Content) -> Documented {
    Documented { status, success, content, media: "" }
}

/// The documented responses by which a response can be read.
pub(crate) struct Matching {
    /// The best first; empty if the document does not describe the response.
    pub(crate) documented: Vec<&'static Documented>,
    /// Whether the document lists the status, by itself, as a range or as `default`.
    pub(crate) is_listed: bool,
}

/// The documented responses by which a response can be read. An exact status takes precedence over a range, and a range over
/// `default`. A `default` that is an error applies to errors only, and one that is a success to successes only.
///
/// A success that the document does not list is read by any of the documented successes. Of the content types of a status, the
/// one that fits the response's `Content-Type` best is used, and each of them if none fits.
pub(crate) fn matching(all: &'static [Documented], status: StatusCode, content_type: &str) -> Matching {
    let (code, fine) = (status.as_u16(), status.is_success());
    let find = |wanted: &dyn Fn(&Documented) -> bool| -> Vec<&'static Documented> {
        all.iter().filter(|answer| wanted(answer)).collect()
    };
    let mut found = find(&|answer| answer.status == Status::Code(code));
    if found.is_empty() {
        found = find(&|answer| matches!(answer.status, Status::Range(digit) if u16::from(digit) == code / 100));
    }
    if found.is_empty() {
        found = find(&|answer| answer.status == Status::Default && answer.success == fine);
    }
    let is_listed = !found.is_empty();
    if !is_listed && fine {
        found = find(&|answer| answer.success);
        // One without content fits any response.
        found.sort_by_key(|answer| answer.content == Content::Empty);
    }
    if let Some(best) = found.iter().filter_map(|answer| fit(answer, content_type)).min() {
        found.retain(|answer| fit(answer, content_type) == Some(best));
    }
    Matching { documented: found, is_listed }
}

/// Whether the document describes a success.
pub(crate) fn has_success(all: &[Documented]) -> bool {
    all.iter().any(|answer| answer.success)
}

/// How well a documented response fits a `Content-Type`, the best the smallest; `None` if it does not.
fn fit(answer: &Documented, content_type: &str) -> Option<u8> {
    let (documented, given) = (media::essence(answer.media), media::essence(content_type));
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    if answer.media.is_empty() {
        return Some(5);
    }
    if given.is_empty() {
        return None;
    }
    if same(&answer.media.replace(' ', ""), &content_type.replace(' ', "")) {
        return Some(0);
    }
    if same(documented, given) {
        return Some(1);
    }
    match documented.split_once('*') {
        Some(("", _)) => return Some(4),
        Some((start, end)) if starts(given, start) && ends(given, end) => return Some(2),
        _ => {}
    }
    let of = |documented: MediaType| documented == media::media_type(content_type);
    match answer.content {
        Content::Json | Content::Any => of(MediaType::Json),
        Content::Text => of(MediaType::Text),
        Content::Bytes | Content::Stream => of(MediaType::Other),
        Content::Empty | Content::Events { .. } | Content::Items { .. } => false,
    }
    .then_some(3)
}

fn starts(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start))
}

fn ends(text: &str, end: &str) -> bool {
    text.len().checked_sub(end.len()).and_then(|at| text.get(at..)).is_some_and(|own| own.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The indices of the documented responses for a status and a content type.
    fn answered(all: &'static [Documented], status: u16, content_type: &str) -> Vec<usize> {
        let status = StatusCode::from_u16(status).unwrap_or_default();
        let found = matching(all, status, content_type).documented;
        let index = |found: &&Documented| all.iter().position(|answer| std::ptr::eq(answer, *found));
        found.iter().filter_map(index).collect()
    }

    #[test]
    fn the_most_exact_status_takes_precedence() {
        static ANSWERS: &[Documented] = &[
            documented(Status::Default, false, JSON),
            documented(Status::Range(4), false, JSON),
            fails(404, JSON),
            ok(200, JSON),
        ];
        for (status, found) in [(200, 3), (404, 2), (409, 1), (500, 0)] {
            assert_eq!(answered(ANSWERS, status, "application/json"), [found], "{status}");
        }
    }

    #[test]
    fn a_success_that_is_not_listed_is_read_as_any_of_the_successes() {
        static ANSWERS: &[Documented] = &[fails(404, JSON), ok(204, EMPTY), ok(201, JSON), ok(202, TEXT)];
        assert_eq!(answered(ANSWERS, 200, "application/json"), [2, 3, 1]);
        assert!(!matching(ANSWERS, StatusCode::OK, "").is_listed);
        assert!(answered(ANSWERS, 500, "application/json").is_empty());
    }

    #[test]
    fn a_default_success_does_not_apply_to_errors() {
        static ANSWERS: &[Documented] = &[documented(Status::Default, true, JSON)];
        assert_eq!(answered(ANSWERS, 201, ""), [0]);
        assert!(answered(ANSWERS, 500, "").is_empty());
    }

    #[test]
    fn the_content_type_chooses_among_those_of_a_status() {
        static ANSWERS: &[Documented] = &[
            ok(200, JSON).of("application/json"),
            ok(200, TEXT).of("text/csv; header=present"),
            ok(200, BYTES).of("application/pdf"),
            ok(200, BYTES).of("image/*"),
        ];
        for (content_type, found) in [
            ("application/json; charset=utf-8", 0),
            ("application/hal+json", 0),
            ("text/csv", 1),
            ("Text/CSV;header=present", 1),
            ("text/html", 1),
            ("application/pdf", 2),
            ("image/png", 3),
        ] {
            assert_eq!(answered(ANSWERS, 200, content_type), [found], "{content_type}");
        }
        assert_eq!(answered(ANSWERS, 200, "application/zip"), [2, 3]);
        assert_eq!(answered(ANSWERS, 200, ""), [0, 1, 2, 3]);
    }
}

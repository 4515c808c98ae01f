//! Media types: their kinds, their form in headers, and the names of their contents.

use crate::lower::names::Wanted;

/// A kind of media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// `application/json`, `+json`, and ranges that a JSON value can satisfy.
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/*`
    Multipart,
    /// `text/*`, XML, JavaScript, and the like.
    Text,
    /// `text/event-stream`, and streams of JSON texts.
    Events,
    /// All the others.
    Bytes,
}

/// The kind of a media type.
pub fn media_kind(media_type: &str) -> MediaKind {
    let essence = essence(media_type);
    match essence.as_str() {
        "application/json" | "*/*" | "application/*" | "" => MediaKind::Json,
        "application/x-www-form-urlencoded" => MediaKind::Form,
        e if e.starts_with("multipart/") => MediaKind::Multipart,
        "text/event-stream"
        | "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/x-jsonl"
        | "application/jsonlines"
        | "application/x-jsonlines"
        | "application/json-lines"
        | "application/x-json-lines"
        | "application/stream+json"
        | "application/x-json-stream"
        | "application/json-seq" => MediaKind::Events,
        e if e.ends_with("+json-seq") => MediaKind::Events,
        "application/xml" | "application/javascript" | "application/graphql" | "application/yaml" => MediaKind::Text,
        e if e.ends_with("+json") || e == "text/json" => MediaKind::Json,
        e if e.starts_with("text/") || e.ends_with("+xml") || e.ends_with("+yaml") => MediaKind::Text,
        e if e.starts_with("application/json") || e.starts_with("application/x-amz-json") => MediaKind::Json,
        _ => MediaKind::Bytes,
    }
}

/// A media type without its parameters, in lower case.
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a media type is a range: `*/*`, `image/*`, `application/*+json`.
pub fn is_range(media_type: &str) -> bool {
    let essence = essence(media_type);
    let is_token =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    match essence.split_once('/') {
        Some(("*", subtype)) => subtype == "*",
        Some((kind, subtype)) => {
            is_token(kind) && subtype.strip_prefix('*').is_some_and(|s| s.is_empty() || is_token(s))
        }
        None => false,
    }
}

/// Whether a media type is that of an event stream.
pub fn is_event_stream(media_type: &str) -> bool {
    essence(media_type) == "text/event-stream"
}

/// A media type for a header. A range becomes a type of its kind.
pub fn concrete(media_type: &str, kind: MediaKind) -> String {
    if !media_type.contains('*') && !media_type.trim().is_empty() {
        return media_type.trim().to_owned();
    }
    match kind {
        MediaKind::Json => "application/json",
        MediaKind::Text => "text/plain",
        MediaKind::Form => "application/x-www-form-urlencoded",
        MediaKind::Multipart => "multipart/form-data",
        MediaKind::Events | MediaKind::Bytes => "application/octet-stream",
    }
    .to_owned()
}

/// Whether a media type is valid in a header (RFC 9110, section 8.3.1).
pub fn is_media_type(text: &str) -> bool {
    let printable = text.bytes().all(|b| (0x20..0x7f).contains(&b));
    printable && text.split_once('/').is_some_and(|(a, b)| !a.trim().is_empty() && !b.trim().is_empty())
}

/// The candidates for the name of the content of a media type: its kind, if the kind has one usual type, else its subtype.
pub fn media_names(media_type: &str) -> Wanted {
    let essence = essence(media_type);
    let short = match (media_kind(media_type), essence.as_str()) {
        (MediaKind::Json, "application/json" | "*/*" | "application/*" | "") => "json",
        (MediaKind::Json, "text/json") => "text json",
        (MediaKind::Form, _) => "form",
        (MediaKind::Multipart, "multipart/form-data") => "multipart",
        (MediaKind::Text, "text/plain") => "text",
        (_, "application/octet-stream") => "bytes",
        _ => essence.split_once('/').map_or(essence.as_str(), |(_, subtype)| subtype),
    };
    let short = if short.contains('*') { format!("any {}", short.replace('*', "")) } else { short.to_owned() };
    let candidates = vec![short, essence, media_type.to_owned()];
    Wanted { candidates, identity: media_type.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::is_range;

    #[test]
    fn only_whole_types_and_subtypes_are_ranges() {
        for range in ["*/*", "image/*", "Application/*+json", "text/*; charset=utf-8"] {
            assert!(is_range(range), "{range}");
        }
        for other in ["image/png", "*/png", "image/a*", "*a*", "*", "", "*/ x /*", "a b/*", "application/x; a=*"] {
            assert!(!is_range(other), "{other}");
        }
    }
}

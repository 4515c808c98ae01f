//! Media types as `Content-Type` has them (RFC 9110, section 8.3.1).

/// The kinds of media types that decide how a body is read, whatever the document says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaType {
    Json,
    Text,
    Other,
}

/// The kind of a media type: `text/json` is JSON, and every other `text/*` is text.
pub(crate) fn media_type(content_type: &str) -> MediaType {
    let Some((kind, subtype)) = essence(content_type).split_once('/') else { return MediaType::Other };
    let suffix = subtype.rsplit('+').next().unwrap_or_default();
    let is_text = kind.eq_ignore_ascii_case("text");
    if suffix.eq_ignore_ascii_case("json") && (is_text || kind.eq_ignore_ascii_case("application") || suffix != subtype)
    {
        return MediaType::Json;
    }
    if is_text { MediaType::Text } else { MediaType::Other }
}

/// The type and subtype, without parameters.
pub(crate) fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// The parameter `charset`.
pub(crate) fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    })
}

//! Request bodies whose media type the caller names.

use crate::request::body::RequestBody;
use bytes::Bytes;

/// A request body with its media type, for operations that accept a range of media types such as `image/*`.
///
/// Bytes have the media type `application/octet-stream`, and texts `text/plain; charset=utf-8`, unless [`MediaBody::new`] names
/// another one. A call whose media type is not in the range of the operation fails before it is sent.
///
/// ```
/// use cogen_runtime::MediaBody;
///
/// let photo = MediaBody::new("image/png", b"\x89PNG");
/// let note = MediaBody::from("a text");
/// # let _ = (photo, note);
/// ```
#[derive(Debug)]
pub struct MediaBody {
    media_type: String,
    body: RequestBody,
}

impl MediaBody {
    /// Creates a body of a media type such as `image/png`.
    pub fn new(media_type: impl Into<String>, body: impl Into<RequestBody>) -> Self {
        Self { media_type: media_type.into(), body: body.into() }
    }

    /// Returns the media type and the body.
    ///
    /// # Errors
    /// Returns an error if the media type is not in a range: `*/*`, `image/*`, or `application/*+json`.
    pub(crate) fn in_range(self, range: &str) -> Result<(String, RequestBody), String> {
        let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (wanted, own) = (essence(range), essence(&self.media_type));
        let (before, after) = wanted.split_once('*').unwrap_or((&wanted, ""));
        let after = if wanted == "*/*" { "" } else { after };
        let is_type = own.split_once('/').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
        let fits = own.len() > before.len() + after.len() && own.starts_with(before) && own.ends_with(after);
        if is_type && fits && !own.contains('*') {
            return Ok((self.media_type, self.body));
        }
        Err(format!(
            "the body has the media type `{}`, and the operation takes `{wanted}`: name it with `MediaBody::new`",
            own.escape_debug()
        ))
    }
}

impl From<RequestBody> for MediaBody {
    fn from(body: RequestBody) -> Self {
        Self::new("application/octet-stream", body)
    }
}

impl From<Bytes> for MediaBody {
    fn from(bytes: Bytes) -> Self {
        RequestBody::from(bytes).into()
    }
}

impl From<Vec<u8>> for MediaBody {
    fn from(bytes: Vec<u8>) -> Self {
        RequestBody::from(bytes).into()
    }
}

impl From<&'static [u8]> for MediaBody {
    fn from(bytes: &'static [u8]) -> Self {
        RequestBody::from(bytes).into()
    }
}

impl<const N: usize> From<&'static [u8; N]> for MediaBody {
    fn from(bytes: &'static [u8; N]) -> Self {
        RequestBody::from(bytes).into()
    }
}

impl From<String> for MediaBody {
    fn from(text: String) -> Self {
        Self::new("text/plain; charset=utf-8", text)
    }
}

impl From<&'static str> for MediaBody {
    fn from(text: &'static str) -> Self {
        Self::new("text/plain; charset=utf-8", text)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_in_its_range() {
        let is_in = |range: &str, media: &str| MediaBody::new(media, "x").in_range(range).is_ok();
        for (range, media) in [
            ("*/*", "image/png"),
            ("image/*", "image/png"),
            ("Image/*", "IMAGE/PNG; x=1"),
            ("application/*+json", "application/a+json"),
            ("text/*", "text/plain; charset=utf-8"),
        ] {
            assert!(is_in(range, media), "{range} {media}");
        }
        for (range, media) in [
            ("image/*", "text/plain"),
            ("image/*", "image/*"),
            ("image/*", "image/"),
            ("*/*", "png"),
            ("*/*", "*/*"),
            ("application/*+json", "application/json"),
            ("application/*+json", "application/+json"),
        ] {
            assert!(!is_in(range, media), "{range} {media}");
        }
        let error = MediaBody::from("text").in_range("image/*").unwrap_err();
        assert_eq!(
            error,
            "the body has the media type `text/plain`, and the operation takes `image/*`: name it with `MediaBody::new`"
        );
    }
}

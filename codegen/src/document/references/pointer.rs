//! JSON pointers in URI fragments (RFC 6901).

use std::borrow::Cow;

/// The keys and indices of a reference within the document (RFC 6901, section 6).
pub(crate) fn pointer(reference: &str) -> Option<Vec<String>> {
    let decoded = percent_decoded(reference.strip_prefix('#')?)?;
    Some(decoded.strip_prefix('/')?.split('/').map(|segment| unescaped(segment).into_owned()).collect())
}

/// A key as a segment of a JSON pointer (RFC 6901, section 3).
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// `~1` is a slash and `~0` a tilde (RFC 6901, section 4).
pub(crate) fn unescaped(segment: &str) -> Cow<'_, str> {
    if segment.contains('~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}

/// The text with percent escapes decoded; `None` if the result is not UTF-8. A `%` that is not an escape stays unchanged.
pub(crate) fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let digit = |byte: Option<&u8>| byte.and_then(|&b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

//! Percent-encoding (RFC 3986) of the parts of a URL, and of cookies.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// Encodes all characters that are not unreserved (RFC 3986).
pub(crate) fn encode(text: &str, reserved: bool) -> String {
    utf8_percent_encode(text, if reserved { BUT_RESERVED } else { BUT_UNRESERVED }).to_string()
}

/// Encodes the characters that no cookie can contain.
pub(crate) fn encode_cookie(text: &str) -> String {
    utf8_percent_encode(text, NOT_IN_COOKIES).to_string()
}

/// Encodes a part of a query string that can be encoded already.
pub(crate) fn query_text(text: &str) -> String {
    encode(&decoded(text), false)
}

/// Decodes a part of a query string.
pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Encodes the fixed text of a path template. A query string in it is kept.
pub(crate) fn path_text(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let encoded = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    let plain = |(at, byte): (usize, &u8)| match byte {
        b'%' => encoded(at),
        byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(byte),
    };
    if bytes.iter().enumerate().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for pair in bytes.iter().enumerate() {
        if plain(pair) {
            out.push(char::from(*pair.1));
        } else {
            out.push_str(&format!("%{:02X}", pair.1));
        }
    }
    Cow::Owned(out)
}

/// Whether an encoded path has a segment `.` or `..`, encoded or not. Clients and proxies remove such segments.
pub(crate) fn has_dot_segment(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    if !path.bytes().any(|byte| byte == b'.' || byte == b'%') {
        return false;
    }
    path.split('/').any(|segment| {
        let segment = segment.to_ascii_lowercase().replace("%2e", ".");
        segment == "." || segment == ".."
    })
}

const BUT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Control characters and the characters that separate cookies; letters outside of ASCII are always encoded.
const NOT_IN_COOKIES: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\');

const BUT_RESERVED: &AsciiSet = &BUT_UNRESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_text_is_encoded_once() {
        assert_eq!(path_text("/pets"), "/pets");
        assert_eq!(path_text("/a b/#X{é}"), "/a%20b/%23X%7B%C3%A9%7D");
        assert_eq!(path_text("/100%/%41?x=1"), "/100%25/%41?x=1");
    }

    #[test]
    fn segments_that_clients_remove_are_found() {
        for dots in ["/a/..", "/./b", "/a/%2E%2e/b", "/.%2e"] {
            assert!(has_dot_segment(dots), "{dots}");
        }
        assert!(!has_dot_segment("/a/...?x=/../"));
    }
}

//! The listener of managed login: it accepts only a request with our state, in the expected form.

use cogen_runtime::fuzzing::{Callback, callback as judged};

const PATH: &str = "/callback";
const STATE: &str = "kJ3-state_of.this~sign-in";

/// The head of a request.
///
/// # Panics
/// If a request is accepted that is not `GET /callback?…` with our `state` once and either a `code` or an `error` once.
pub fn callback(bytes: &[u8]) {
    let Ok(head) = std::str::from_utf8(bytes) else { return };
    check(head);
    // Most bytes are rejected early; these reach the query.
    check(&format!("GET {PATH}?{head} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    check(&format!("GET {PATH}?state={STATE}&{head} HTTP/1.1\r\n\r\n"));
}

fn check(head: &str) {
    let verdict = judged(head, PATH, STATE);
    if matches!(verdict, Callback::TurnedAway(_)) {
        return;
    }
    let line = head.lines().next().unwrap_or_default();
    let rest = line.strip_prefix("GET /callback?").unwrap_or_else(|| panic!("accepted: {head:?}"));
    let query = rest.split(' ').next().unwrap_or_default();
    let all = |name: &str| {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(all("state"), [STATE], "{head:?}");
    match &verdict {
        Callback::Code(code) => {
            assert_eq!(all("code"), [code.expose()], "{head:?}");
            assert!(!code.expose().is_empty() && all("error").is_empty(), "{head:?}");
            assert_eq!(format!("{verdict:?}"), "Code([redacted])");
        }
        Callback::Error(error) => assert!(all("error") == [error.as_str()] && all("code").is_empty(), "{head:?}"),
        Callback::TurnedAway(_) => {}
    }
}

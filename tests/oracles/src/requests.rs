//! Parameters: whatever the values, a request is sent to its own path with them, or is refused with an error that does not contain them.

use cogen_runtime::__rt::v1 as rt;
use percent_encoding::percent_decode_str;
use rt::{Style, StyleKind};
use std::sync::OnceLock;

static API: rt::Api = rt::Api { name: "fuzzing", base_url: None, schemes: &[] };
static OPERATION: rt::Operation =
    rt::Operation::new("get", "GET", "/pets/{id}/toys", rt::OPEN, None, &[rt::ok(200, rt::JSON)]);
const BASE: &str = "https://api.example.com/prod";

/// Values of parameters, after one byte for each choice.
///
/// # Panics
/// If a value is not received as it was sent, or changes more than its own part of the request.
pub fn requests(bytes: &[u8]) {
    let (choices, text) = bytes.split_at(bytes.len().min(2));
    let choice = |index: usize| choices.get(index).copied().unwrap_or_default();
    let text = String::from_utf8_lossy(text);
    let items: Vec<&str> = text.split('\u{1}').take(8).collect();
    path(choice(0), &items);
    query(choice(1), &items);
    header(&text);
    cookie(&text);
}

fn core() -> &'static rt::Core {
    static CORE: OnceLock<rt::Core> = OnceLock::new();
    CORE.get_or_init(|| rt::CoreBuilder::new(&API).base_url(BASE).build().unwrap_or_else(|e| panic!("{e}")))
}

type Built = Result<http::Request<rt::RequestBody>, String>;

fn built(fill: impl FnOnce(&mut rt::Request<'_>)) -> Built {
    let mut request = rt::Request::new(core(), &OPERATION);
    fill(&mut request);
    let built = request.build::<rt::Any>();
    if let Ok(request) = &built {
        let uri = request.uri();
        assert_eq!((uri.scheme_str(), uri.host(), uri.port()), (Some("https"), Some("api.example.com"), None), "{uri}");
        assert!(!uri.to_string().contains('#') && uri.to_string().is_ascii(), "{uri}");
        // A proxy or a server that normalizes paths finds nothing to normalize.
        let again = url::Url::parse(&uri.to_string()).unwrap_or_else(|e| panic!("{e}: {uri}"));
        assert_eq!(again.path(), uri.path(), "{uri}");
    }
    built.map_err(|error| format!("{error} {error:?}"))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn path(choice: u8, items: &[&str]) {
    let kinds = [StyleKind::Simple, StyleKind::Label, StyleKind::Matrix];
    let style = Style::new(kinds[usize::from(choice % 3)], choice & 8 != 0);
    let whole = choice & 16 == 0;
    let request = built(|request| {
        request.path_text("/pets/");
        match items {
            [one, ..] if whole => request.path_param("id", style, *one),
            _ => request.path_param("id", style, items),
        }
        request.path_text("/toys");
    });
    let Ok(request) = request else { return };
    let segment = request.uri().path().strip_prefix("/prod/pets/").and_then(|p| p.strip_suffix("/toys"));
    let segment = segment.unwrap_or_else(|| panic!("{} of {items:?}", request.uri()));
    assert!(!segment.contains('/') && request.uri().query().is_none(), "{} of {items:?}", request.uri());
    assert!(!segment.is_empty() && !matches!(decoded(segment).as_str(), "." | ".."), "{segment} of {items:?}");
    let back: Vec<String> = match (style.kind, style.explode) {
        (StyleKind::Simple, _) if whole => vec![decoded(segment)],
        (StyleKind::Simple, _) => segment.split(',').map(decoded).collect(),
        (StyleKind::Label, _) if whole => vec![decoded(&segment[1..])],
        (StyleKind::Label, false) => segment[1..].split(',').map(decoded).collect(),
        // `.` is not encoded, so an exploded label cannot be split again: this is a flaw of OpenAPI.
        (StyleKind::Label, true) => return assert_eq!(decoded(segment), format!(".{}", items.join("."))),
        (_, true) if !whole => segment.split(";id=").skip(1).map(decoded).collect(),
        (_, _) if whole => vec![decoded(&segment[";id=".len()..])],
        (_, _) => segment[";id=".len()..].split(',').map(decoded).collect(),
    };
    let expected: &[&str] = if whole { &items[..1] } else { items };
    assert_eq!(back, expected, "{segment}");
}

fn query(choice: u8, items: &[&str]) {
    let kinds = [
        StyleKind::Form,
        StyleKind::Form,
        StyleKind::SpaceDelimited,
        StyleKind::PipeDelimited,
        StyleKind::DeepObject,
        StyleKind::Json,
    ];
    let kind = kinds[usize::from(choice % 6)];
    let mut style = Style::new(kind, choice & 8 != 0);
    if choice & 16 != 0 {
        style = style.reserved();
    }
    let object = choice & 32 != 0;
    let pairs: serde_json::Map<String, serde_json::Value> =
        items.chunks(2).map(|pair| (pair[0].to_owned(), (*pair.last().unwrap_or(&"")).into())).collect();
    let request = built(|request| {
        request.path_text("/pets/1/toys");
        request.query("before", rt::FORM, "1");
        if object {
            request.query("q", style, &serde_json::Value::Object(pairs.clone()));
        } else {
            request.query("q", style, items);
        }
        request.query("after", rt::FORM, "2");
    });
    let request = request.unwrap_or_else(|error| panic!("{error}: {items:?}"));
    assert_eq!(request.uri().path(), "/prod/pets/1/toys");
    let text = request.uri().query().unwrap_or_default();
    let all: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected: Vec<(String, String)> = match (kind, object, style.explode) {
        (StyleKind::Json, _, _) => {
            let json = if object { serde_json::Value::Object(pairs) } else { items.to_vec().into() };
            assert_eq!(all.len(), 3, "{text}");
            return assert_eq!(serde_json::from_str::<serde_json::Value>(&all[1].1).ok(), Some(json), "{text}");
        }
        // A list that is the whole value has indices.
        (StyleKind::DeepObject, false, _) => {
            items.iter().enumerate().map(|(index, item)| pair(&format!("q[{index}]"), item)).collect()
        }
        (_, false, true) => items.iter().map(|item| pair("q", item)).collect(),
        (StyleKind::DeepObject, true, _) => {
            pairs.iter().map(|(key, value)| pair(&format!("q[{key}]"), value.as_str().unwrap_or_default())).collect()
        }
        (_, true, true) => pairs.iter().map(|(key, value)| pair(key, value.as_str().unwrap_or_default())).collect(),
        // Joined in one value: split before it is decoded.
        (_, _, false) => {
            let between = match kind {
                StyleKind::SpaceDelimited => "%20",
                StyleKind::PipeDelimited => "%7C",
                _ => ",",
            };
            let raw: Vec<&str> = text.split('&').collect();
            let [_, own, _] = raw[..] else { panic!("{text} of {items:?}") };
            let value = own.strip_prefix("q=").unwrap_or_else(|| panic!("{own}"));
            // A separator within a value, or one that `allowReserved` does not encode, looks like a separator between values.
            let ambiguous = |item: &str| item.contains([' ', '|']) || (style.reserved && item.contains(','));
            if !object && !items.iter().any(|item| ambiguous(item)) {
                let back: Vec<String> = value.split(between).map(decoded).collect();
                assert_eq!(back, items, "{text}");
            }
            return;
        }
    };
    let expected: Vec<_> = [pair("before", "1")].into_iter().chain(expected).chain([pair("after", "2")]).collect();
    assert_eq!(all, expected, "{text}");
}

fn header(text: &str) {
    const CANARY: &str = "c4n4ry-9f8e7d6c5b4a";
    let text = format!("{CANARY}{text}");
    let request = built(|request| {
        request.path_text("/pets/1/toys");
        request.header("x-own", rt::SIMPLE, text.as_str());
    });
    match request {
        Ok(request) => {
            let values: Vec<_> = request.headers().get_all("x-own").iter().map(http::HeaderValue::as_bytes).collect();
            assert_eq!(values, [text.as_bytes()]);
            assert!(!text.chars().any(|c| c.is_ascii_control() && c != '\t'), "{text:?}");
        }
        Err(error) => assert!(!error.contains(CANARY), "{error}"),
    }
}

fn cookie(text: &str) {
    let request = built(|request| {
        request.path_text("/pets/1/toys");
        request.cookie("a", rt::FORM, text);
        request.cookie("b", rt::FORM, "1");
    });
    let request = request.unwrap_or_else(|error| panic!("{error}: {text:?}"));
    let values: Vec<_> = request.headers().get_all("cookie").iter().filter_map(|v| v.to_str().ok()).collect();
    let [line] = values[..] else { panic!("{values:?}") };
    let parts: Vec<&str> = line.split("; ").collect();
    let [a, "b=1"] = parts[..] else { panic!("{line:?} of {text:?}") };
    // The value is sent as it is, except for what no cookie can contain (RFC 6265, section 4.1.1).
    let expected: String = text
        .bytes()
        .map(|byte| match byte {
            b'!' | b'#'..=b'+' | b'-'..=b':' | b'<'..=b'[' | b']'..=b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    assert_eq!(a.strip_prefix("a="), Some(expected.as_str()), "{line:?}");
}

//! The encoding of parameters: the styles of OpenAPI.

use crate::json::{Items, Members, Value, json_text};
use crate::request::draft::Pair;
use crate::request::percent::{encode, encode_cookie, query_text};
use std::borrow::Cow;

/// The encoding of a parameter (`style`, `explode` and `allowReserved` of OpenAPI).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The style.
    pub kind: StyleKind,
    /// Whether each element or property is written separately.
    pub explode: bool,
    /// Whether reserved characters are not encoded, except `#`, `&`, `+`, `[`, `]` and `%`, which would end or change the value.
    pub reserved: bool,
}

/// The styles of OpenAPI and Swagger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StyleKind {
    /// `a,b`: paths and headers.
    Simple,
    /// `.a.b`: paths.
    Label,
    /// `;x=a,b`: paths.
    Matrix,
    /// `x=a,b` or `x=a&x=b`: queries and cookies.
    Form,
    /// `x=a%20b`: queries.
    SpaceDelimited,
    /// `x=a|b`: queries.
    PipeDelimited,
    /// `x=a<TAB>b`: `tsv` of Swagger.
    TabDelimited,
    /// `x[a]=b`: queries.
    DeepObject,
    /// One JSON text.
    Json,
    /// The whole query string, as a form: queries.
    Querystring,
}

/// The style of paths and headers.
pub const SIMPLE: Style = Style::new(StyleKind::Simple, false);

/// The style of queries and cookies: `x=a&x=b`.
pub const FORM: Style = Style::new(StyleKind::Form, true);

impl Style {
    /// A style that encodes all reserved characters.
    pub const fn new(kind: StyleKind, explode: bool) -> Self {
        Self { kind, explode, reserved: false }
    }

    /// Does not encode reserved characters (`allowReserved`).
    #[must_use]
    pub const fn reserved(mut self) -> Self {
        self.reserved = true;
        self
    }
}

/// Encodes the value of a path parameter.
///
/// # Errors
/// Fails if the value is empty, since an empty segment is another path.
pub(crate) fn path(name: &str, style: Style, value: Value<'_>) -> Result<String, &'static str> {
    let json;
    let value = if style.kind == StyleKind::Json {
        json = as_json(value);
        Value::Text(&json)
    } else {
        value
    };
    let escape = |text: &str| encode(text, false);
    let name = escape(name);
    let written = match (style.kind, value) {
        (StyleKind::Label, Value::Array(items)) => {
            let between = if style.explode { "." } else { "," };
            prefixed(".", &join(items, between, escape))
        }
        (StyleKind::Label, Value::Object(members)) if style.explode => {
            prefixed(".", &join_pairs(members, "=", ".", escape))
        }
        (StyleKind::Label, Value::Object(members)) => prefixed(".", &join_pairs(members, ",", ",", escape)),
        (StyleKind::Label, scalar) => prefixed(".", &escape(&text_of(scalar))),
        (StyleKind::Matrix, Value::Array(items)) if style.explode => {
            items.iter().map(|item| format!(";{name}={}", escape(&text_of(item)))).collect()
        }
        (StyleKind::Matrix, Value::Array(items)) => prefixed(&format!(";{name}="), &join(items, ",", escape)),
        (StyleKind::Matrix, Value::Object(members)) if style.explode => {
            prefixed(";", &join_pairs(members, "=", ";", escape))
        }
        (StyleKind::Matrix, Value::Object(members)) => {
            prefixed(&format!(";{name}="), &join_pairs(members, ",", ",", escape))
        }
        (StyleKind::Matrix, scalar) => prefixed(&format!(";{name}="), &escape(&text_of(scalar))),
        (_, Value::Array(items)) => join(items, separator(style.kind), escape),
        (_, Value::Object(members)) if style.explode => join_pairs(members, "=", ",", escape),
        (_, Value::Object(members)) => join_pairs(members, ",", ",", escape),
        (_, scalar) => escape(&text_of(scalar)),
    };
    if written.is_empty() { Err("is empty, which would be another path: give it a value") } else { Ok(written) }
}

/// Encodes the value of a greedy path parameter (`{proxy+}`): the path with its slashes, and the pairs of the query string after a
/// `?`.
///
/// # Errors
/// Fails if the path is empty.
pub(crate) fn path_greedy(value: Value<'_>) -> Result<(String, Vec<Pair>), &'static str> {
    let text = text_of(value);
    let (path, query) = text.split_once('?').unwrap_or((&text, ""));
    if path.is_empty() {
        return Err("is empty, which would be another path: give it a value");
    }
    let path = path.split('/').map(|segment| encode(segment, false)).collect::<Vec<_>>().join("/");
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (query_text(name), query_text(value))
    });
    Ok((path, pairs.collect()))
}

/// Encodes a query parameter as pairs. Null and empty lists are left out, as undefined values are in RFC 6570.
pub(crate) fn query(name: &str, style: Style, value: Value<'_>) -> Vec<(String, String)> {
    pairs(name, style, value, &|text| encode(text, style.reserved))
}

/// Encodes a cookie as pairs. Values are sent as they are, except for the characters that no cookie can contain (RFC 6265,
/// section 4.1.1): most servers do not decode cookies.
pub(crate) fn cookie(name: &str, style: Style, value: Value<'_>) -> Vec<(String, String)> {
    // Exploded values are separate cookies.
    pairs(name, style, value, &encode_cookie)
}

/// The pairs of a parameter, whose values are encoded by `escape`.
fn pairs(name: &str, style: Style, value: Value<'_>, escape: &dyn Fn(&str) -> String) -> Vec<(String, String)> {
    let key = || encode(name, false);
    match (style.kind, value) {
        (_, Value::Null) => Vec::new(),
        (StyleKind::Json, value) => vec![(key(), escape(&as_json(value)))],
        (StyleKind::Querystring, Value::Object(members)) => form_members(members, &[]),
        (_, Value::Array(items)) if items.is_empty() => Vec::new(),
        (StyleKind::DeepObject, value @ (Value::Array(_) | Value::Object(_))) => {
            let mut pairs = Vec::new();
            let lists = if matches!(value, Value::Array(_)) { Lists::Indexed } else { Lists::OfScalarsRepeated };
            deep(&mut pairs, key(), value, lists, escape);
            pairs
        }
        (_, Value::Array(items)) if style.explode => items.iter().map(|item| (key(), escape(&text_of(item)))).collect(),
        (kind, Value::Array(items)) => vec![(key(), join(items, separator(kind), escape))],
        (_, Value::Object(members)) if members.is_empty() => Vec::new(),
        (_, Value::Object(members)) if style.explode => {
            let there = members.iter().filter(|(_, value)| *value != Value::Null);
            let of_member = |(member, value): (&str, Value<'_>)| {
                let pair = |value: Value<'_>| (encode(member, false), escape(&text_of(value)));
                match value {
                    // OpenAPI does not define it. Servers read the member as they read a parameter of its own: `sort=a&sort=b`.
                    Value::Array(items) if items.iter().all(is_scalar) => items.iter().map(pair).collect(),
                    value => vec![pair(value)],
                }
            };
            there.flat_map(of_member).collect()
        }
        (kind, Value::Object(members)) => {
            let between = separator(kind);
            vec![(key(), join_pairs(members, between, between, escape))]
        }
        (_, scalar) => vec![(key(), escape(&text_of(scalar)))],
    }
}

/// Encodes a header; `None` if the header is left out.
pub(crate) fn header(style: Style, value: Value<'_>) -> Option<String> {
    plain(style, value)
}

/// Encodes a form (`application/x-www-form-urlencoded`): a list repeats its name and an object is JSON, unless the member has a style
/// of its own.
pub(crate) fn form(value: Value<'_>, styles: &[(&str, Style)]) -> Option<String> {
    let Value::Object(members) = value else {
        return None;
    };
    let pairs = form_members(members, styles).into_iter();
    Some(pairs.map(|(name, value)| name + "=" + &value).collect::<Vec<_>>().join("&"))
}

fn form_members(members: Members<'_>, styles: &[(&str, Style)]) -> Vec<Pair> {
    let style_of = |name: &str| styles.iter().find(|(styled, _)| *styled == name).map(|(_, style)| *style);
    let pairs = members.iter().flat_map(|(name, value)| match (style_of(name), value) {
        (Some(style), value) => form_pairs(name, style, value),
        (None, Value::Object(_)) => query(name, FORM, Value::Text(&as_json(value))),
        (None, value) => query(name, FORM, value),
    });
    pairs.collect()
}

/// The encoded pairs of a member of a form. Its nested lists have indices, `a[b][0]=1`: servers that read `deepObject` in forms read
/// a repeated name as one value.
pub(crate) fn form_pairs(name: &str, style: Style, value: Value<'_>) -> Vec<(String, String)> {
    let escape = |text: &str| encode(text, style.reserved);
    if style.kind != StyleKind::DeepObject {
        return pairs(name, style, value, &escape);
    }
    let mut pairs = Vec::new();
    deep(&mut pairs, encode(name, false), value, Lists::Indexed, &escape);
    pairs
}

/// The text of a scalar. Objects and arrays are JSON, null is empty.
pub(crate) fn text_of<'v>(value: Value<'v>) -> Cow<'v, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::Wide(number) => Cow::Owned(number.to_string()),
        Value::String(text) | Value::Text(text) => Cow::Borrowed(text),
        Value::Array(_) | Value::Object(_) => Cow::Owned(as_json(value)),
    }
}

/// A parameter without percent-encoding.
fn plain(style: Style, value: Value<'_>) -> Option<String> {
    let same = |text: &str| text.to_owned();
    Some(match (style.kind, value) {
        (_, Value::Null) => return None,
        (StyleKind::Json, value) => as_json(value),
        (_, Value::Array(items)) if items.is_empty() => return None,
        (_, Value::Array(items)) => join(items, ",", same),
        (_, Value::Object(members)) if style.explode => join_pairs(members, "=", ",", same),
        (_, Value::Object(members)) => join_pairs(members, ",", ",", same),
        (_, scalar) => text_of(scalar).into_owned(),
    })
}

/// How `deepObject` writes lists, which OpenAPI leaves undefined.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    /// `a[0]=1&a[1]=2`
    Indexed,
    /// `a=1&a=2`; a list of objects or lists has indices, since its elements would be mixed.
    OfScalarsRepeated,
}

fn deep(pairs: &mut Vec<Pair>, key: String, value: Value<'_>, lists: Lists, escape: &dyn Fn(&str) -> String) {
    match value {
        Value::Null => {}
        Value::Array(items) if lists == Lists::OfScalarsRepeated && items.iter().all(is_scalar) => {
            items.iter().for_each(|item| deep(pairs, key.clone(), item, lists, escape));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                deep(pairs, format!("{key}%5B{index}%5D"), item, lists, escape);
            }
        }
        Value::Object(members) => {
            for (member, value) in members.iter() {
                deep(pairs, format!("{key}%5B{}%5D", encode(member, false)), value, lists, escape);
            }
        }
        scalar => pairs.push((key, escape(&text_of(scalar)))),
    }
}

fn is_scalar(value: Value<'_>) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

/// The separator of elements, encoded.
fn separator(kind: StyleKind) -> &'static str {
    match kind {
        StyleKind::SpaceDelimited => "%20",
        StyleKind::PipeDelimited => "%7C",
        StyleKind::TabDelimited => "%09",
        _ => ",",
    }
}

fn join(items: Items<'_>, between: &str, escape: impl Fn(&str) -> String) -> String {
    items.iter().map(|item| escape(&text_of(item))).collect::<Vec<_>>().join(between)
}

fn join_pairs(members: Members<'_>, within: &str, between: &str, escape: impl Fn(&str) -> String) -> String {
    let there = members.iter().filter(|(_, value)| *value != Value::Null);
    let pairs = there.map(|(name, value)| escape(name) + within + &escape(&text_of(value)));
    pairs.collect::<Vec<_>>().join(between)
}

fn prefixed(prefix: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{prefix}{text}") }
}

/// The JSON text of a value.
fn as_json(value: Value<'_>) -> String {
    let text = json_text(&value.to_any()).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::Tree;

    fn tree(text: &str) -> Tree<'_> {
        Tree::parse(text.as_bytes()).unwrap()
    }

    fn written(style: Style, text: &str) -> String {
        query("x", style, tree(text).root())
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("&")
    }

    const ARRAY: &str = r#"["blue","black","brown"]"#;
    const OBJECT: &str = r#"{"R":100,"G":200,"B":150}"#;

    /// The table "Style Examples" of OpenAPI 3.0.4.
    #[test]
    fn paths_follow_the_table() {
        let write = |kind, explode, text| path("x", Style::new(kind, explode), tree(text).root()).unwrap();
        use StyleKind::{Label, Matrix, Simple};
        let table = [
            (Simple, false, "\"blue\"", "blue"),
            (Simple, false, ARRAY, "blue,black,brown"),
            (Simple, true, ARRAY, "blue,black,brown"),
            (Simple, false, OBJECT, "R,100,G,200,B,150"),
            (Simple, true, OBJECT, "R=100,G=200,B=150"),
            (Label, false, "\"blue\"", ".blue"),
            (Label, false, ARRAY, ".blue,black,brown"),
            (Label, true, ARRAY, ".blue.black.brown"),
            (Label, false, OBJECT, ".R,100,G,200,B,150"),
            (Label, true, OBJECT, ".R=100.G=200.B=150"),
            (Matrix, false, "\"blue\"", ";x=blue"),
            (Matrix, false, ARRAY, ";x=blue,black,brown"),
            (Matrix, true, ARRAY, ";x=blue;x=black;x=brown"),
            (Matrix, false, OBJECT, ";x=R,100,G,200,B,150"),
            (Matrix, true, OBJECT, ";R=100;G=200;B=150"),
        ];
        for (kind, explode, text, expected) in table {
            assert_eq!(write(kind, explode, text), expected, "{kind:?} {explode} {text}");
        }
    }

    #[test]
    fn queries_follow_the_table() {
        use StyleKind::{DeepObject, Form, Json, PipeDelimited, SpaceDelimited, TabDelimited};
        let table = [
            (Form, true, "\"blue\"", "x=blue"),
            (Form, true, "\"\"", "x="),
            (Form, true, ARRAY, "x=blue&x=black&x=brown"),
            (Form, false, ARRAY, "x=blue,black,brown"),
            (Form, true, OBJECT, "R=100&G=200&B=150"),
            (Form, false, OBJECT, "x=R,100,G,200,B,150"),
            (Form, true, r#"{"a":[1,"b"],"c":[],"d":[{"e":1}]}"#, "a=1&a=b&d=%5B%7B%22e%22%3A1%7D%5D"),
            (SpaceDelimited, false, ARRAY, "x=blue%20black%20brown"),
            (PipeDelimited, false, ARRAY, "x=blue%7Cblack%7Cbrown"),
            (TabDelimited, false, ARRAY, "x=blue%09black%09brown"),
            (SpaceDelimited, true, ARRAY, "x=blue&x=black&x=brown"),
            (DeepObject, true, OBJECT, "x%5BR%5D=100&x%5BG%5D=200&x%5BB%5D=150"),
            (DeepObject, true, r#"{"a":{"b":[1,2]},"c":null}"#, "x%5Ba%5D%5Bb%5D=1&x%5Ba%5D%5Bb%5D=2"),
            (DeepObject, true, ARRAY, "x%5B0%5D=blue&x%5B1%5D=black&x%5B2%5D=brown"),
            (DeepObject, true, r#"{"a":[{"b":1},{"b":2}]}"#, "x%5Ba%5D%5B0%5D%5Bb%5D=1&x%5Ba%5D%5B1%5D%5Bb%5D=2"),
            (Json, false, r#"{"R":[100]}"#, "x=%7B%22R%22%3A%5B100%5D%7D"),
            (Form, true, "null", ""),
            (Form, false, "[]", ""),
        ];
        for (kind, explode, text, expected) in table {
            assert_eq!(written(Style::new(kind, explode), text), expected, "{kind:?} {explode} {text}");
        }
    }

    #[test]
    fn values_can_not_change_other_parts_of_the_url() {
        assert_eq!(written(FORM, r#""a&b=c+d #é%2e""#), "x=a%26b%3Dc%2Bd%20%23%C3%A9%252e");
        assert_eq!(written(FORM.reserved(), r#""a&b=c+d/#[e]?%""#), "x=a%26b=c%2Bd/%23%5Be%5D?%25");
        let path = |text: &'static str| path("x", SIMPLE, Value::String(text)).unwrap();
        assert_eq!(path("a/b?c#d%2e\0\\"), "a%2Fb%3Fc%23d%252e%00%5C");
    }

    #[test]
    fn a_greedy_value_is_a_path_and_a_query() {
        let greedy = |text| {
            let (path, query) = path_greedy(Value::String(text)).unwrap();
            let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
            (path, query.join("&"))
        };
        let pair = |path: &str, query: &str| (path.to_owned(), query.to_owned());
        assert_eq!(greedy("a/b c"), pair("a/b%20c", ""));
        assert_eq!(greedy("a/b?c=1&d=e%20f+g&h"), pair("a/b", "c=1&d=e%20f%20g&h="));
        assert_eq!(greedy("a#b?c=d#e?f"), pair("a%23b", "c=d%23e%3Ff"));
        assert!(path_greedy(Value::String("?a=b")).is_err());
    }

    #[test]
    fn empty_segments_are_refused() {
        for kind in [StyleKind::Simple, StyleKind::Label, StyleKind::Matrix] {
            for empty in ["\"\"", "[]", "null", "{}"] {
                assert!(path("x", Style::new(kind, false), tree(empty).root()).is_err(), "{kind:?} {empty}");
            }
        }
        assert!(path_greedy(Value::String("")).is_err());
    }

    #[test]
    fn forms_repeat_lists_and_nest_json() {
        let body = form(tree(r#"{"a":"1 2","b":[1,2],"c":{"d":1},"e":null}"#).root(), &[]);
        assert_eq!(body.unwrap(), "a=1%202&b=1&b=2&c=%7B%22d%22%3A1%7D");
        assert!(form(tree("3").root(), &[]).is_none());
        let whole = Style::new(StyleKind::Querystring, false);
        assert_eq!(
            written(whole, r#"{"a":"1 2","b":[1,2],"c":{"d":1},"e":null}"#),
            "a=1%202&b=1&b=2&c=%7B%22d%22%3A1%7D"
        );
    }

    #[test]
    fn members_of_forms_have_styles_of_their_own() {
        let styles = [
            ("a", Style::new(StyleKind::DeepObject, true)),
            ("b", Style::new(StyleKind::Form, false)),
            ("c", Style::new(StyleKind::Json, false)),
            ("d", FORM.reserved()),
        ];
        let text = r#"{"a":{"b":{"c":1},"d":[{"e":2},{"e":3}],"f":["x","y"]},"b":[1,2],"c":[3],"d":"/:"}"#;
        assert_eq!(
            form(tree(text).root(), &styles).unwrap().replace("%5B", "[").replace("%5D", "]"),
            "a[b][c]=1&a[d][0][e]=2&a[d][1][e]=3&a[f][0]=x&a[f][1]=y&b=1,2&c=[3]&d=/:"
        );
    }
}

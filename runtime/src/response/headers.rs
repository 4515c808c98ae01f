//! The documented headers of a response.

use crate::json::{Json, Tree, Value};
use http::HeaderMap;
use std::borrow::Cow;

/// The documented headers of a response.
pub trait Headers: Sized {
    /// Reads the headers.
    fn read(map: &HeaderMap) -> Self;
}

impl Headers for () {
    fn read(_: &HeaderMap) -> Self {}
}

/// How the text of a header is read whose schema has values of several kinds, or members.
#[derive(Clone, Copy, Debug)]
pub enum HeaderForm {
    /// A scalar.
    Scalar(Scalars),
    /// A list of scalars, separated by commas.
    List(Scalars),
    /// An object in the style `simple`: `a,1,b,2`, or `a=1,b=2` if it is exploded.
    Object {
        /// Whether each member is written as `name=value`.
        explode: bool,
        /// The members that the document describes, by their names.
        members: &'static [(&'static str, Scalars)],
        /// All others.
        others: Scalars,
    },
    /// A JSON text.
    Json,
}

/// The kinds of scalar that a text can mean.
#[derive(Clone, Copy, Debug)]
pub struct Scalars {
    boolean: bool,
    number: bool,
    string: bool,
}

impl Scalars {
    /// These kinds.
    pub const fn new(boolean: bool, number: bool, string: bool) -> Self {
        Self { boolean, number, string }
    }

    /// The JSON text of a scalar. A text that can be a string is of another kind only if it is written as in JSON, so that no
    /// character is lost.
    fn json(self, text: &str) -> Option<String> {
        let is_json = Tree::parse(text.as_bytes()).is_ok();
        let as_written = |json: &str| !self.string || json == text;
        let truth = text.to_ascii_lowercase();
        if self.boolean && matches!(truth.as_str(), "true" | "false") && as_written(&truth) {
            return Some(truth);
        }
        if self.number && is_json {
            let number: Option<serde_json::Number> = text.parse().ok();
            let is_wide = text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
            if number.is_some_and(|number| is_wide || as_written(&number.to_string())) {
                return Some(text.to_owned());
            }
        }
        if self.string { serde_json::to_string(text).ok() } else { None }
    }
}

impl HeaderForm {
    /// The JSON text of a header.
    fn json<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        match self {
            Self::Json => Some(Cow::Borrowed(text)),
            Self::Scalar(kinds) => kinds.json(text.trim()).map(Cow::Owned),
            Self::List(kinds) => {
                let elements = text.split(',').map(str::trim).filter(|element| !element.is_empty());
                let elements: Option<Vec<String>> = elements.map(|element| kinds.json(element)).collect();
                Some(Cow::Owned(format!("[{}]", elements?.join(","))))
            }
            // Some services send objects as JSON, also if the document does not say so (flask-smorest).
            Self::Object { .. } if text.trim_start().starts_with('{') => Some(Cow::Borrowed(text)),
            Self::Object { explode, members, others } => {
                let member = |(name, value): (&str, &str)| {
                    let known = members.iter().find(|(known, _)| *known == name).map_or(*others, |(_, kinds)| *kinds);
                    Some(format!("{}:{}", serde_json::to_string(name).ok()?, known.json(value)?))
                };
                let pairs: Option<Vec<String>> = pairs(text, *explode)?.into_iter().map(member).collect();
                Some(Cow::Owned(format!("{{{}}}", pairs?.join(","))))
            }
        }
    }
}

/// The names and values of an object in the style `simple`; `None` if the text is not one.
fn pairs(text: &str, explode: bool) -> Option<Vec<(&str, &str)>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let pieces: Vec<&str> = text.split(',').map(str::trim).collect();
    if explode {
        return pieces.into_iter().map(|piece| piece.split_once('=')).collect();
    }
    let (pairs, rest) = pieces.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[name, value]| (*name, *value)).collect())
}

/// Reads a documented header; `None` if the response does not have it or its value does not match the document. Several lines
/// are one list (RFC 9110, section 5.3).
pub fn header<T: Json>(map: &HeaderMap, name: &'static str) -> Option<T> {
    T::read(&Value::Text(&text_of(map, name)?)).ok()
}

/// Reads a documented header whose values are of several kinds, or have members.
pub fn header_as<T: Json>(map: &HeaderMap, name: &'static str, form: &HeaderForm) -> Option<T> {
    let text = text_of(map, name)?;
    let json = form.json(&text)?;
    T::read(&Tree::parse(json.as_bytes()).ok()?.root()).ok()
}

fn text_of<'m>(map: &'m HeaderMap, name: &str) -> Option<Cow<'m, str>> {
    let mut lines = map.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let first = lines.next()?;
    Some(lines.fold(first, |text, line| text + ", " + line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use serde_json::{Value as Any, json};

    #[test]
    fn headers_are_read_as_text() {
        let mut map = HeaderMap::new();
        map.append("x-total", HeaderValue::from_static("12"));
        map.append("x-ids", HeaderValue::from_static("1, 2"));
        map.append("x-ids", HeaderValue::from_static("3"));
        assert_eq!(header::<i64>(&map, "x-total"), Some(12));
        assert_eq!(header::<Vec<i64>>(&map, "x-ids"), Some(vec![1, 2, 3]));
        assert_eq!(header::<i64>(&map, "x-ids"), None);
        assert_eq!(header::<i64>(&map, "x-gone"), None);
    }

    fn read(form: HeaderForm, text: &'static str) -> Option<Any> {
        let map = HeaderMap::from_iter([(http::header::ETAG, HeaderValue::from_static(text))]);
        header_as(&map, "etag", &form)
    }

    #[test]
    fn a_text_is_of_the_first_kind_that_loses_no_character() {
        let all = |text| read(HeaderForm::Scalar(Scalars::new(true, true, true)), text);
        assert_eq!(all("true"), Some(json!(true)));
        assert_eq!(all("5"), Some(json!(5)));
        assert_eq!(all("1.50"), Some(json!("1.50")));
        assert_eq!(all("007"), Some(json!("007")));
        assert_eq!(all("True"), Some(json!("True")));
        assert_eq!(all("[1]"), Some(json!("[1]")));
        assert_eq!(all("a \"b\""), Some(json!("a \"b\"")));
        let no_string = |text| read(HeaderForm::Scalar(Scalars::new(true, true, false)), text);
        assert_eq!(no_string("1.50"), Some(json!(1.5)));
        assert_eq!(no_string("FALSE"), Some(json!(false)));
        assert_eq!(no_string("007"), None);
        assert_eq!(no_string("many"), None);
        let list = HeaderForm::List(Scalars::new(false, true, true));
        assert_eq!(read(list, "1, a,true"), Some(json!([1, "a", "true"])));
        assert_eq!(read(list, ""), Some(json!([])));
    }

    #[test]
    fn objects_are_read_in_the_style_simple() {
        const NUMBER: Scalars = Scalars::new(false, true, false);
        const STRING: Scalars = Scalars::new(false, false, true);
        let form = |explode| HeaderForm::Object { explode, members: &[("R", NUMBER)], others: STRING };
        let all = Some(json!({"R": 100, "name": "a b", "empty": ""}));
        assert_eq!(read(form(false), "R,100, name,a b,empty,"), all);
        assert_eq!(read(form(true), "R=100,name=a b,empty="), all);
        assert_eq!(read(form(true), "x=a=b"), Some(json!({"x": "a=b"})));
        for explode in [true, false] {
            assert_eq!(read(form(explode), ""), Some(json!({})));
            assert_eq!(read(form(explode), "R"), None);
        }
        assert_eq!(read(form(false), " {\"R\": 1, \"list\": [2]}"), Some(json!({"R": 1, "list": [2]})));
        assert_eq!(read(form(false), "R,many"), None);
        assert_eq!(read(form(false), "a,b,c"), None);
        assert_eq!(read(HeaderForm::Scalar(NUMBER), "1"), Some(json!(1)));
    }

    #[test]
    fn a_header_can_be_a_json_text() {
        assert_eq!(read(HeaderForm::Json, "{\"a\":[1]}"), Some(json!({"a": [1]})));
        assert_eq!(read(HeaderForm::Json, "a"), None);
    }
}

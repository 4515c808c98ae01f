//! The elements of an array: one after the other in a list, or by their position in a tuple.

use crate::json::depth::Level;
use crate::json::mismatch::{Mismatch, Read};
use crate::json::traits::Json;
use crate::json::tree::value::{Items, Value};

/// The elements of an array, read by position.
pub struct Elements<'v> {
    left: List<'v>,
    position: usize,
    _level: Level,
}

impl<'v> Elements<'v> {
    /// The elements of `value`, for as long as they are being read.
    ///
    /// # Errors
    /// The value is not an array, or is nested too deeply.
    pub fn new(value: &Value<'v>) -> Read<Self> {
        Ok(Self { left: List::of(value)?, position: 0, _level: Level::begin()? })
    }

    /// The next element.
    ///
    /// # Errors
    /// There is none, or it is not a `T`.
    pub fn required<T: Json>(&mut self) -> Read<T> {
        match self.optional()? {
            Some(element) => Ok(element),
            None => Err(Mismatch::new("an element that is required", "nothing").in_element(self.position)),
        }
    }

    /// The next element, if there is one.
    ///
    /// # Errors
    /// It is not a `T`.
    pub fn optional<T: Json>(&mut self) -> Read<Option<T>> {
        let Some(element) = self.left.next() else { return Ok(None) };
        let position = self.position;
        self.position += 1;
        T::read(&element).map(Some).map_err(|error| error.in_element(position))
    }

    /// All elements that are left.
    ///
    /// # Errors
    /// One of them is not a `T`.
    pub fn rest<T: Json>(&mut self) -> Read<Vec<T>> {
        let mut rest = Vec::with_capacity(self.left.capacity());
        while let Some(element) = self.optional()? {
            rest.push(element);
        }
        Ok(rest)
    }
}

/// The elements of a list.
pub(super) enum List<'v> {
    Array(Items<'v>),
    /// The elements of a header, separated by commas (RFC 9110, section 5.6.1).
    Text(&'v str),
}

impl<'v> List<'v> {
    pub(super) fn of(value: &Value<'v>) -> Read<Self> {
        match value {
            Value::Array(items) => Ok(Self::Array(*items)),
            Value::Text(text) => Ok(Self::Text(text)),
            other => Err(Mismatch::of("an array", other)),
        }
    }

    /// The capacity to allocate at first. It is limited, since no element was read yet.
    pub(super) fn capacity(&self) -> usize {
        match self {
            Self::Array(items) => items.iter().take(256).count(),
            Self::Text(_) => 0,
        }
    }
}

impl<'v> Iterator for List<'v> {
    type Item = Value<'v>;

    fn next(&mut self) -> Option<Value<'v>> {
        let text = match self {
            Self::Array(items) => return items.next(),
            Self::Text(text) => text,
        };
        while !text.is_empty() {
            let end = end_of_element(text);
            let element = &text[..end];
            *text = text.get(end + 1..).unwrap_or_default();
            if !element.trim().is_empty() {
                return Some(Value::Text(element.trim()));
            }
        }
        None
    }
}

/// The index of the comma after the first element of a header. A comma in a quoted string (RFC 9110, section 5.6.4), or in the URL
/// of a link (RFC 8288), is a part of the element.
fn end_of_element(text: &str) -> usize {
    let is_link = text.trim_start().starts_with('<');
    let (mut quoted, mut escaped, mut in_url) = (false, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if !in_url => quoted = !quoted,
            b'<' if is_link && !quoted => in_url = true,
            b'>' => in_url = false,
            b',' if !quoted && !in_url => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::{Json, Tree};

    #[test]
    fn a_comma_in_quotes_or_in_a_link_separates_nothing() {
        let read = |text: &str| Vec::<String>::read(&Value::Text(text)).unwrap();
        assert_eq!(read("a, \"b,\\\"c\" ,,d"), ["a", "\"b,\\\"c\"", "d"]);
        assert_eq!(read("<a,b>; rel=\"x,y\", <c>"), ["<a,b>; rel=\"x,y\"", "<c>"]);
        assert_eq!(read("1 < 2, 3 > 2"), ["1 < 2", "3 > 2"]);
    }

    #[test]
    fn elements_are_read_by_position() {
        let tree = Tree::parse(br#"[1,"a",null,2,3]"#).unwrap();
        let mut elements = Elements::new(&tree.root()).unwrap();
        assert_eq!(elements.required::<i64>(), Ok(1));
        assert_eq!(elements.optional::<String>(), Ok(Some("a".to_owned())));
        assert_eq!(elements.optional::<Option<i64>>(), Ok(Some(None)));
        assert_eq!(elements.rest::<i64>(), Ok(vec![2, 3]));
        assert_eq!(elements.optional::<i64>(), Ok(None));
        assert_eq!(
            elements.required::<i64>().unwrap_err().to_string(),
            "at `[5]`: expected an element that is required, found nothing"
        );
    }
}

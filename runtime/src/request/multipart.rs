//! Multipart bodies: `multipart/form-data` (RFC 7578), and the other `multipart` types (RFC 2046).

use crate::json::{BorrowedParam, Json, Param, Tree, Value, json_text, json_tree};
use crate::random::random;
use crate::request::body::RequestBody;
use crate::request::params;
use crate::request::params::{SIMPLE, Style, text_of};
use crate::request::percent;
use http::{HeaderName, HeaderValue};
use std::fmt;

/// A multipart body, part by part.
///
/// Operations whose document describes the parts have a type with a method for each part. Those whose parts are not described take
/// this type.
///
/// ```
/// use cogen_runtime::{FilePart, Multipart};
///
/// let form = Multipart::new()
///     .text("title", "A photo")
///     .json("tags", &vec!["a".to_owned(), "b".to_owned()])
///     .file("photo", FilePart::new(b"\x89PNG").file_name("photo.png").media_type("image/png"));
/// # let _ = form;
/// ```
#[derive(Default)]
pub struct Multipart {
    parts: Vec<BodyPart>,
    /// Headers of parts: the name of the part, and the line.
    headers: Vec<(String, String)>,
    failures: Vec<(String, String)>,
}

/// How a multipart body is written.
#[derive(Clone, Copy, Debug)]
pub struct MultipartFormat {
    /// The media type without its boundary.
    pub media_type: &'static str,
    /// The names of the parts in the order of the document. The parts of `multipart/form-data` are sent in the order in which they were
    /// added; the first part of `multipart/related` is its root (RFC 2387).
    pub order: &'static [&'static str],
}

/// `multipart/form-data`
pub const FORM_DATA: MultipartFormat = MultipartFormat { media_type: "multipart/form-data", order: &[] };

struct BodyPart {
    /// The part in the document, or the name of the application's own.
    of: String,
    name: String,
    file_name: Option<String>,
    media_type: Option<String>,
    body: RequestBody,
}

impl Multipart {
    /// Creates a body without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a scalar as text. Objects and arrays are written as JSON, and `None` adds nothing.
    #[must_use]
    pub fn text<T: Param + ?Sized>(self, name: &str, value: &T) -> Self {
        self.text_as(name, None, value)
    }

    /// Adds a value as JSON.
    #[must_use]
    pub fn json<T: Json>(self, name: &str, value: &T) -> Self {
        self.json_as(name, "application/json", value)
    }

    /// Adds a file.
    #[must_use]
    pub fn file(self, name: &str, file: FilePart) -> Self {
        self.file_as(name, "application/octet-stream", file)
    }

    /// Sets a header of the parts of a name, also of those that are added later. The name and media type of a part are not set by
    /// headers.
    #[must_use]
    pub fn header(mut self, part: &str, name: &str, value: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        let is_own = matches!(lower.as_str(), "content-disposition" | "content-type");
        if is_own || HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_str(value).is_err() {
            return self.failed(part, &format!("its header `{}` is not valid", name.escape_debug()));
        }
        let start = format!("{lower}:");
        self.headers.retain(|(of, line)| of != part || !line.to_ascii_lowercase().starts_with(&start));
        self.headers.push((part.to_owned(), format!("{name}: {value}")));
        self
    }

    /// Removes the parts of a name, which are set again.
    #[doc(hidden)]
    #[must_use]
    pub fn again(mut self, name: &str) -> Self {
        self.parts.retain(|part| part.of != name);
        self.failures.retain(|(failed, _)| failed != name);
        self
    }

    /// Adds a scalar as text of a media type.
    #[doc(hidden)]
    #[must_use]
    pub fn text_as<T: Param + ?Sized>(self, name: &str, media_type: Option<&str>, value: &T) -> Self {
        match json_tree(&BorrowedParam(value)).as_ref().map(Tree::root) {
            Ok(Value::Null) => self,
            Ok(value) => self.push(name, None, media_type, text_of(value).into_owned().into()),
            Err(why) => self.failed(name, why),
        }
    }

    /// Adds a value as JSON of a media type.
    #[doc(hidden)]
    #[must_use]
    pub fn json_as<T: Param + ?Sized>(self, name: &str, media_type: &str, value: &T) -> Self {
        match json_text(&BorrowedParam(value)) {
            Ok(text) => self.push(name, None, Some(media_type), text.into()),
            Err(why) => self.failed(name, why),
        }
    }

    /// Adds a file that has a media type if the caller named none.
    #[doc(hidden)]
    #[must_use]
    pub fn file_as(self, name: &str, media_type: &str, file: FilePart) -> Self {
        let FilePart { file_name, media_type: named, body } = file;
        let media_type = named.as_deref().unwrap_or(media_type);
        if HeaderValue::from_str(media_type).is_err() {
            return self.failed(name, "its media type is not a valid header value");
        }
        self.push(name, Some(file_name), Some(media_type), body)
    }

    /// Sets a header of the parts of a name to the text of a scalar. `None` sets none.
    #[doc(hidden)]
    #[must_use]
    pub fn header_of<T: Param + ?Sized>(self, part: &str, name: &str, value: &T) -> Self {
        match json_tree(&BorrowedParam(value)).map(|tree| params::header(SIMPLE, tree.root())) {
            Ok(Some(text)) => self.header(part, name, &text),
            Ok(None) => self,
            Err(why) => self.failed(part, why),
        }
    }

    /// Adds a value in a style of parameters: one part for each pair that a query would have.
    #[doc(hidden)]
    #[must_use]
    pub fn styled<T: Param + ?Sized>(self, of: &str, style: Style, value: &T) -> Self {
        match json_tree(&BorrowedParam(value)).as_ref().map(Tree::root) {
            Ok(value) => params::form_pairs(of, style, value).into_iter().fold(self, |parts, (name, value)| {
                parts.push_as(of, &percent::decoded(&name), None, None, percent::decoded(&value).into())
            }),
            Err(why) => self.failed(of, why),
        }
    }

    /// Creates a body with a part for each member of an object: a scalar as text, an object as JSON, an array as a part for each element.
    ///
    /// # Errors
    /// Returns why the value can't be written.
    pub(crate) fn of_members<T: Param + ?Sized>(value: &T) -> Result<Self, &'static str> {
        let tree = json_tree(&BorrowedParam(value))?;
        let Value::Object(members) = tree.root() else { return Err("a form needs an object") };
        Ok(members.iter().fold(Self::new(), |parts, (name, value)| match value {
            Value::Array(items) => items.iter().fold(parts, |parts, item| parts.member(name, item)),
            value => parts.member(name, value),
        }))
    }

    fn member(self, name: &str, value: Value<'_>) -> Self {
        let media_type = matches!(value, Value::Object(_) | Value::Array(_)).then_some("application/json");
        if value == Value::Null { self } else { self.push(name, None, media_type, text_of(value).into_owned().into()) }
    }

    fn failed(mut self, name: &str, why: &str) -> Self {
        self.failures.push((name.to_owned(), why.to_owned()));
        self
    }

    fn push(self, name: &str, file_name: Option<String>, media_type: Option<&str>, body: RequestBody) -> Self {
        self.push_as(name, name, file_name, media_type, body)
    }

    fn push_as(
        mut self,
        of: &str,
        name: &str,
        file_name: Option<String>,
        media_type: Option<&str>,
        body: RequestBody,
    ) -> Self {
        let media_type = media_type.map(str::to_owned);
        self.parts.push(BodyPart { of: of.to_owned(), name: name.to_owned(), file_name, media_type, body });
        self
    }

    /// Returns the content type and the body, which is in memory unless a file is a stream.
    ///
    /// # Errors
    /// Returns which part can't be sent, and why.
    pub(crate) fn finish(mut self, format: MultipartFormat) -> Result<(String, RequestBody), String> {
        if let Some((name, why)) = self.failures.first() {
            return Err(format!("the part `{name}` can't be sent: {why}"));
        }
        // The sort is stable.
        self.parts.sort_by_key(|part| format.order.iter().position(|name| *name == part.of));
        let boundary = boundary();
        let mut content_type = format!("{}; boundary={boundary}", format.media_type);
        if format.media_type.eq_ignore_ascii_case("multipart/related")
            && let Some(root) = self.parts.first()
        {
            // Required by RFC 2387, section 3.1. The media type of a part contains no `"`, or it has parameters, which are not of the type.
            let media_type = root.media_type.as_deref().unwrap_or("text/plain");
            let essence = media_type.split(';').next().unwrap_or_default().trim();
            content_type.push_str(&format!("; type=\"{}\"", essence.replace(['"', '\\'], "")));
        }
        let mut pieces = Vec::with_capacity(self.parts.len() * 3 + 1);
        for part in self.parts {
            let headers = self.headers.iter().filter(|(name, _)| *name == part.of).map(|(_, line)| line.as_str());
            pieces.push(RequestBody::from(format!("--{boundary}\r\n{}\r\n\r\n", part.head(headers))));
            pieces.push(part.body);
            pieces.push(RequestBody::from("\r\n"));
        }
        pieces.push(RequestBody::from(format!("--{boundary}--\r\n")));
        Ok((content_type, RequestBody::joined(pieces)))
    }
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Multipart({} parts)", self.parts.len())
    }
}

impl BodyPart {
    fn head<'h>(&self, headers: impl Iterator<Item = &'h str>) -> String {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(&self.name));
        if let Some(file_name) = &self.file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        if let Some(media_type) = &self.media_type {
            head.push_str(&format!("\r\nContent-Type: {media_type}"));
        }
        for line in headers {
            head.push_str(&format!("\r\n{line}"));
        }
        head
    }
}

/// A file in a multipart body: its content, name and media type.
pub struct FilePart {
    file_name: String,
    media_type: Option<String>,
    body: RequestBody,
}

impl FilePart {
    /// Creates a file part with the name `file`. Its media type is the one that the document gives, or `application/octet-stream`.
    pub fn new(body: impl Into<RequestBody>) -> Self {
        Self { file_name: "file".to_owned(), media_type: None, body: body.into() }
    }

    /// Sets the file name that the service receives.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = name.into();
        self
    }

    /// Sets the media type, such as `image/png`.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }
}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePart")
            .field("media_type", &self.media_type)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// Escapes a quoted name as browsers do (HTML standard, "multipart/form-data encoding algorithm").
fn quoted(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len());
    for char in name.chars() {
        match char {
            '"' => quoted.push_str("%22"),
            '\r' => quoted.push_str("%0D"),
            '\n' => quoted.push_str("%0A"),
            other => quoted.push(other),
        }
    }
    quoted
}

/// A boundary with 128 random bits, so that no part contains it.
fn boundary() -> String {
    format!("cogen-{:016x}{:016x}", random(), random())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::request::params::StyleKind;

    /// The content type and the body, with `B` as the boundary.
    fn written(form: Multipart, format: MultipartFormat) -> (String, String) {
        let (content_type, body) = form.finish(format).unwrap();
        let boundary = content_type.split_once("boundary=").unwrap().1.split(';').next().unwrap().to_owned();
        let text = String::from_utf8_lossy(body.as_bytes().unwrap()).replace(&boundary, "B");
        (content_type.replace(&boundary, "B"), text)
    }

    #[test]
    fn parts_are_between_boundaries() {
        let form = Multipart::new()
            .text("name", "Rex")
            .text("age", &3_i64)
            .json("tags", &vec!["a".to_owned()])
            .file("photo", FilePart::new(b"\x89PNG").file_name("a\"\r\nb.png").media_type("image/png"));
        let (content_type, text) = written(form, FORM_DATA);
        assert_eq!(content_type, "multipart/form-data; boundary=B");
        assert_eq!(
            text,
            "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nRex\r\n\
             --B\r\nContent-Disposition: form-data; name=\"age\"\r\n\r\n3\r\n\
             --B\r\nContent-Disposition: form-data; name=\"tags\"\r\nContent-Type: application/json\r\n\r\n[\"a\"]\r\n\
             --B\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a%22%0D%0Ab.png\"\r\n\
             Content-Type: image/png\r\n\r\n\u{fffd}PNG\r\n--B--\r\n"
        );
    }

    #[test]
    fn a_part_that_is_set_again_replaces_the_previous_one() {
        let form = Multipart::new().text("a", "1").text("b", "2").again("a").text("a", "3");
        let (_, text) = written(form, FORM_DATA);
        assert_eq!(text.matches("name=\"a\"").count(), 1);
        assert!(text.contains("\r\n\r\n3\r\n") && !text.contains("\r\n\r\n1\r\n"), "{text}");
    }

    #[test]
    fn the_root_of_a_related_body_is_its_first_part() {
        let format = MultipartFormat { media_type: "multipart/related", order: &["metadata", "content"] };
        let form = Multipart::new().file_as("content", "image/png", FilePart::new("x")).json_as(
            "metadata",
            "application/json",
            &vec![1_i64],
        );
        let (content_type, text) = written(form, format);
        assert_eq!(content_type, "multipart/related; boundary=B; type=\"application/json\"");
        assert!(text.find("metadata") < text.find("content\""), "{text}");
    }

    #[test]
    fn a_part_has_its_headers() {
        let form = Multipart::new().header("a", "X-A", "1").text("a", "x").text("b", "y").header("a", "x-a", "2");
        let (_, text) = written(form, FORM_DATA);
        assert!(text.contains("name=\"a\"\r\nx-a: 2\r\n\r\nx\r\n"), "{text}");
        assert!(text.contains("name=\"b\"\r\n\r\ny\r\n"), "{text}");
        for (name, value) in [("X-A", "1\r\nX-Evil: canary"), ("a b", "1"), ("Content-Type", "text/plain")] {
            let error = Multipart::new().header("a", name, value).finish(FORM_DATA).unwrap_err();
            assert!(error.contains("the part `a`") && !error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn the_members_of_an_object_are_parts() {
        let value: serde_json::Value = serde_json::json!({ "a": "x", "b": [1, 2], "c": { "d": true }, "e": null });
        let (_, text) = written(Multipart::of_members(&value).unwrap(), FORM_DATA);
        assert_eq!(
            text,
            "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n\
             --B\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n\
             --B\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n\
             --B\r\nContent-Disposition: form-data; name=\"c\"\r\nContent-Type: application/json\r\n\r\n{\"d\":true}\r\n\
             --B--\r\n"
        );
        assert!(Multipart::of_members(&vec![1_i64]).is_err());
    }

    #[test]
    fn a_style_names_the_parts() {
        let value = serde_json::json!({ "a b": "x&y", "c": [1, 2] });
        let deep = Multipart::new().styled("o", Style::new(StyleKind::DeepObject, true), &value);
        let (_, text) = written(deep, FORM_DATA);
        assert!(
            text.contains("name=\"o[a b]\"\r\n\r\nx&y\r\n") && text.contains("name=\"o[c][1]\"\r\n\r\n2"),
            "{text}"
        );
        let joined = Multipart::new().styled("l", Style::new(StyleKind::PipeDelimited, false), &vec![1_i64, 2]);
        assert!(written(joined, FORM_DATA).1.contains("name=\"l\"\r\n\r\n1|2\r\n"));
    }

    #[test]
    fn a_media_type_can_not_add_headers() {
        let form = Multipart::new().file("photo", FilePart::new("x").media_type("image/png\r\nX-Evil: canary"));
        let error = form.finish(FORM_DATA).unwrap_err();
        assert!(error.contains("`photo`") && !error.contains("canary"), "{error}");
    }
}

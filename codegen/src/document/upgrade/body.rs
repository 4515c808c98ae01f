//! Converts body and form parameters of Swagger 2.0 to request bodies, and the `schema` of a response to its `content`.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};
use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Mark, Member, Node, Value};
use crate::document::upgrade::Upgrade;
use crate::document::upgrade::shared::Shared;

/// The media types of a form.
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";
const JSON: &str = "application/json";

impl<'s> Upgrade<'_, 's> {
    /// The request body for the body or form parameters of a Swagger 2.0 operation.
    pub(crate) fn request_body(
        &mut self,
        parameters: Vec<Node<'s>>,
        consumes: Option<&Node<'s>>,
    ) -> Option<Member<'s>> {
        let (bodies, fields): (Vec<_>, Vec<_>) =
            parameters.into_iter().partition(|p| p.get("in").and_then(Node::as_str) == Some("body"));
        let body = match bodies.into_iter().next() {
            Some(body) => self.body(body, consumes),
            None => self.form(fields, consumes)?,
        };
        Some(edit::member("requestBody", body))
    }

    fn body(&mut self, mut parameter: Node<'s>, consumes: Option<&Node<'s>>) -> Node<'s> {
        let span = parameter.span;
        self.swagger_form("`in: body`", span);
        let Some(members) = edit::members(&mut parameter) else { return parameter };
        let schema = edit::take(members, "schema").map_or_else(|| edit::object(span, Vec::new()), |m| m.value);
        members.retain(|m| matches!(&*m.key, "description" | "required") || m.key.starts_with("x-"));
        let media = media_types(consumes, span, JSON);
        let content = self.content_of(schema, media, span);
        let members = std::mem::take(members);
        self.with_content(span, members, content)
    }

    fn form(&mut self, fields: Vec<Node<'s>>, consumes: Option<&Node<'s>>) -> Option<Node<'s>> {
        let span = fields.first()?.span;
        self.swagger_form("`in: formData`", span);
        let mut properties = Vec::new();
        let mut required = Vec::new();
        let mut encoding = Vec::new();
        let mut has_file = false;
        for mut field in fields {
            let span = field.span;
            let Some(members) = edit::members(&mut field) else { continue };
            let Some(Value::String(name)) = edit::take(members, "name").map(|m| m.value.value) else { continue };
            // The form of OpenAPI 3: the elements of an array repeat the name, which is the default.
            let given = edit::take(members, "schema").and_then(|schema| match schema.value.value {
                Value::Object(schema) => Some(schema),
                _ => None,
            });
            let is_swagger = given.is_none();
            let mut schema = given.unwrap_or_else(|| self.schema_words(members));
            has_file |= is_file(&schema);
            if is_swagger && edit::find(&schema, "type").and_then(Node::as_str) == Some("array") {
                let format = edit::take(members, "collectionFormat").map(|m| m.value);
                let mut how = Vec::new();
                let is_tabs = self.collection(&mut how, format, span, "form");
                let mut how = edit::object(span, how);
                if is_tabs {
                    how.mark = Some(Box::new(Mark::TabSeparated));
                }
                encoding.push(edit::member(name.clone(), how));
            }
            if edit::find(members, "required").and_then(Node::as_bool) == Some(true) {
                required.push(edit::text(span, name.clone()));
            }
            schema.extend(edit::take(members, "description"));
            properties.push(edit::member(name, edit::object(span, schema)));
        }
        let is_required = !required.is_empty();
        let mut schema = vec![
            edit::member("type", edit::text(span, "object")),
            edit::member("properties", edit::object(span, properties)),
        ];
        if is_required {
            schema.push(edit::member("required", edit::array(span, required)));
        }
        let mut media: Vec<Node<'s>> = media_types(consumes, span, FORM);
        media.retain(|m| m.as_str().is_some_and(|m| m.starts_with(MULTIPART) || (m.starts_with(FORM) && !has_file)));
        if media.is_empty() {
            media.push(edit::text(span, if has_file { MULTIPART } else { FORM }));
        }
        let mut content = self.content_of(edit::object(span, schema), media, span);
        if !encoding.is_empty() {
            let encoding = edit::object(span, encoding);
            for media in edit::members(&mut content).into_iter().flatten() {
                let copy = self.copy(&encoding);
                if let Some(media) = edit::members(&mut media.value) {
                    media.push(edit::member("encoding", copy));
                }
            }
        }
        let members = vec![edit::member("required", edit::boolean(span, is_required))];
        Some(self.with_content(span, members, content))
    }

    /// Adds the form fields beside a `requestBody`, as flask-smorest writes them for files beside a form, to the form of the body.
    pub(crate) fn add_fields(&mut self, body: &mut Node<'s>, fields: Vec<Node<'s>>) {
        let Some(mut form) = self.form(fields, None) else { return };
        let span = form.span;
        let is_form = |member: &Member<'s>| member.key.starts_with(FORM) || member.key.starts_with(MULTIPART);
        let content = edit::members(body).and_then(|members| edit::find_mut(members, "content"));
        let media = content.and_then(edit::members).and_then(|members| members.iter_mut().find(|one| is_form(one)));
        let added = edit::members(&mut form).and_then(|members| edit::find_mut(members, "content"));
        let added = added.and_then(edit::members).and_then(Vec::pop);
        let (Some(media), Some(mut added)) = (media, added) else {
            let message = "`in: formData` beside a `requestBody` that is not a form: the fields are not sent";
            self.report.push(
                Diagnostic::warning(codes::SWAGGER_FORM, span, message)
                    .help("describe the fields in the schema of the `requestBody`"),
            );
            return;
        };
        if added.key.starts_with(MULTIPART) {
            media.key = added.key;
        }
        let (Some(members), Some(added)) = (edit::members(&mut media.value), edit::members(&mut added.value)) else {
            return;
        };
        if let Some(encoding) = edit::take(added, "encoding") {
            match edit::find_mut(members, "encoding").and_then(edit::members) {
                Some(known) => known.extend(encoding.value.members().unwrap_or_default().iter().cloned()),
                None => members.push(encoding),
            }
        }
        let schemas = [edit::take(members, "schema"), edit::take(added, "schema")];
        let schemas = schemas.into_iter().flatten().map(|schema| schema.value).collect();
        let whole = vec![edit::member("allOf", edit::array(span, schemas))];
        members.push(edit::member("schema", edit::object(span, whole)));
    }

    fn with_content(&mut self, span: Span, mut members: Members<'s>, content: Node<'s>) -> Node<'s> {
        members.push(edit::member("content", content));
        let mut body = edit::object(span, members);
        self.media(&mut body);
        body
    }

    /// A `content` object with one entry per media type, each with the schema.
    fn content_of(&mut self, schema: Node<'s>, mut media: Vec<Node<'s>>, span: Span) -> Node<'s> {
        let last = media.pop();
        let mut content: Members<'s> = Vec::new();
        for name in media {
            let schema = self.copy(&schema);
            content.extend(entry(name, schema));
        }
        content.extend(last.and_then(|name| entry(name, schema)));
        edit::object(span, content)
    }

    /// The `content` of a request body or response in the form of 3.0.
    pub(crate) fn media(&mut self, node: &mut Node<'s>) {
        if let Some(members) = edit::members(node) {
            self.reference(members);
            self.contents(members);
        }
    }

    /// The value of `content`.
    pub(crate) fn contents(&mut self, members: &mut Members<'s>) {
        for media in edit::find_mut(members, "content").and_then(edit::members).into_iter().flatten() {
            let Some(members) = edit::members(&mut media.value) else { continue };
            if let Some(item) = edit::take(members, "itemSchema") {
                edit::set(members, "schema", item.value);
                media.value.mark = Some(Box::new(Mark::ItemSchema));
            }
            let Some(members) = edit::members(&mut media.value) else { continue };
            if let Some(schema) = edit::find_mut(members, "schema") {
                self.inline_schema(schema);
            }
            for encoding in edit::find_mut(members, "encoding").and_then(edit::members).into_iter().flatten() {
                self.headers(&mut encoding.value);
            }
        }
    }

    /// The headers of a response or of a part of a form.
    fn headers(&mut self, node: &mut Node<'s>) {
        let section = edit::members(node).and_then(|m| edit::find_mut(m, "headers")).and_then(edit::members);
        for header in section.into_iter().flatten() {
            self.header(&mut header.value);
        }
    }

    /// A response of either form. `produces` is the list of the operation, if it has one.
    pub(crate) fn response(&mut self, response: &mut Node<'s>, produces: Option<&Node<'s>>, shared: &Shared<'s>) {
        let span = response.span;
        let Some(members) = edit::members(response) else { return };
        if let Some(reference) = edit::find(members, "$ref").and_then(Node::as_str) {
            // The media types of the operation apply to a response that it shares with other operations.
            let target = reference.strip_prefix("#/responses/").and_then(|name| shared.responses.get(name));
            match target.filter(|t| produces.is_some() && t.get("schema").is_some()) {
                Some(target) => *response = self.copy(target),
                None => {
                    self.reference(members);
                    return;
                }
            }
        }
        let Some(members) = edit::members(response) else { return };
        if edit::find(members, "content").is_none()
            && let Some(schema) = edit::take(members, "schema")
        {
            self.swagger_form("a response's `schema`", schema.key_span);
            let is_file = schema.value.get("type").and_then(Node::as_str) == Some("file");
            let usual = if is_file { "application/octet-stream" } else { JSON };
            let media = media_types(produces.or(shared.produces.as_ref()), span, usual);
            let content = self.content_of(schema.value, media, schema.key_span);
            members.retain(|m| m.key != "examples");
            members.push(edit::member("content", content));
        }
        self.contents(members);
        self.headers(response);
    }
}

/// An entry of `content`.
fn entry<'s>(name: Node<'s>, schema: Node<'s>) -> Option<Member<'s>> {
    let Value::String(key) = name.value else { return None };
    let span = schema.span;
    Some(Member { key, key_span: name.span, value: edit::object(span, vec![edit::member("schema", schema)]) })
}

/// The distinct media types of a `consumes` or `produces` list, or the default one if the list is empty.
fn media_types<'s>(list: Option<&Node<'s>>, span: Span, usual: &'static str) -> Vec<Node<'s>> {
    let mut media: Vec<Node<'s>> = Vec::new();
    for name in list.and_then(Node::elements).unwrap_or_default() {
        // The maximum length of a list of media types. No API needs a longer one.
        if name.as_str().is_some() && media.len() < 64 && !media.iter().any(|m| m.as_str() == name.as_str()) {
            media.push(name.clone());
        }
    }
    if media.is_empty() {
        media.push(edit::text(span, usual));
    }
    media
}

/// Whether a form field is a file, or a list of files.
fn is_file(schema: &[Member<'_>]) -> bool {
    let text = |key: &str| edit::find(schema, key).and_then(Node::as_str);
    text("type") == Some("file")
        || text("format") == Some("binary")
        || edit::find(schema, "items").and_then(Node::members).is_some_and(is_file)
}

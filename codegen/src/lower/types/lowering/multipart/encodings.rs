//! Reads how the properties of a form or multipart body are encoded (OpenAPI's Encoding Object).

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::diagnostics::texts::nearest;
use crate::document::load::node::{Member, Node};
use crate::ir::body::StyledMember;
use crate::ir::operation::{Serialization, Style};
use crate::lower::media::{MediaKind, is_media_type, media_kind};
use crate::lower::styles::member_style;
use crate::lower::types::lowering::objects::properties;
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::home::Home;

/// The Encoding Objects of a content, by property.
#[derive(Clone, Copy)]
pub struct Encodings<'d, 's>(&'d [Member<'s>]);

/// How one property is encoded.
#[derive(Clone, Default)]
pub(crate) struct Encoding<'d, 's> {
    /// The media types, the preferred first. A range has none.
    pub(crate) media_types: Vec<String>,
    /// The style, if it has one; the media types then do not count.
    pub(crate) style: Option<Serialization>,
    pub(crate) headers: &'d [Member<'s>],
}

impl<'d, 's> Encodings<'d, 's> {
    /// Those of a Media Type Object.
    pub fn of(media: &'d Node<'s>) -> Self {
        Self(media.get("encoding").and_then(Node::members).unwrap_or_default())
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(self, property: &str, report: &mut Report) -> Encoding<'d, 's> {
        let found = self.0.iter().find(|member| member.key == property);
        found.map(|member| Encoding::read(&member.value, report)).unwrap_or_default()
    }

    /// The members of a form (`application/x-www-form-urlencoded`) that have a style of their own.
    pub fn styled(self, report: &mut Report) -> Vec<StyledMember> {
        let styled = self.0.iter().filter_map(|member| {
            let encoding = Encoding::read(&member.value, report);
            let json = Serialization { style: Style::Json, explode: false, reserved: false };
            let serialization = encoding.style.or_else(|| encoding.json().map(|_| json))?;
            Some(StyledMember { wire: member.key.to_string(), serialization })
        });
        styled.collect()
    }
}

impl<'d, 's> Encoding<'d, 's> {
    fn read(node: &'d Node<'s>, report: &mut Report) -> Self {
        let listed = node.get("contentType").and_then(Node::as_str).unwrap_or_default().split(',').map(str::trim);
        Self {
            media_types: listed.filter(|one| is_media_type(one) && !one.contains('*')).map(str::to_owned).collect(),
            style: member_style(node, report),
            headers: node.get("headers").and_then(Node::members).unwrap_or_default(),
        }
    }

    /// The first media type, if it is one of JSON.
    pub(crate) fn json(&self) -> Option<&str> {
        self.first().filter(|one| media_kind(one) == MediaKind::Json)
    }

    pub(crate) fn first(&self) -> Option<&str> {
        self.media_types.first().map(String::as_str)
    }
}

impl<'d, 's> Types<'d, 's> {
    /// Warns about the encodings of properties that the schema of the body does not have.
    ///
    /// # Errors
    /// The schema cannot be read.
    pub fn check_encodings(
        &mut self,
        schema: &'d Node<'s>,
        encodings: Encodings<'d, 's>,
        report: &mut Report,
    ) -> Result<(), Reported> {
        if encodings.is_empty() {
            return Ok(());
        }
        let flat = self.facts.flatten(&[(schema, Home::Own)], report)?;
        let known = properties(&flat.parts);
        if known.is_empty() || !flat.unions.is_empty() {
            return Ok(());
        }
        let names = || known.iter().map(|property| &*property.first.key);
        for member in encodings.0 {
            if names().any(|name| name == member.key) {
                continue;
            }
            let message = format!("the body has no property `{}`: its encoding is ignored", member.key);
            let warning = Diagnostic::warning(codes::ENCODING_UNUSED, member.key_span, message);
            report.push(match nearest(&member.key, names()) {
                Some(near) => warning.help(format!("write `{near}`, the property that is meant")),
                None => warning.help("add the property to the schema, or remove the encoding"),
            });
        }
        Ok(())
    }
}

//! Lowers the headers of successful responses. A header has one name and one type in all responses of an operation.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::document::load::node::Node;
use crate::ir::ident::Ident;
use crate::ir::operation::{HeaderField, HeaderForm, Operation, Status};
use crate::ir::types::Type;
use crate::lower::media::{MediaKind, media_kind};
use crate::lower::names;
use crate::lower::names::{Case, Wanted};
use crate::lower::operations::params::Context;
use crate::lower::operations::sites::Site;
use crate::lower::operations::status_words::status_words;
use crate::lower::types::HeaderText;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// The documented headers of the successful responses of an operation.
#[derive(Default)]
pub struct SuccessHeaders<'d, 's> {
    by_wire: BTreeMap<String, Header<'d, 's>>,
    /// The headers of each successful response, by their names in lower case.
    by_answer: Vec<Vec<(String, &'d Node<'s>)>>,
}

struct Header<'d, 's> {
    /// Its name as in the document; of several spellings, the first in alphabetical order.
    spelled: &'d str,
    span: Span,
    /// Its declarations in the successful responses.
    declared: Vec<Declaration<'d, 's>>,
}

/// The declaration of a header in a response.
struct Declaration<'d, 's> {
    spelled: &'d str,
    node: &'d Node<'s>,
    status: Status,
    site: Site,
}

impl<'d, 's> SuccessHeaders<'d, 's> {
    /// Adds the headers of a response. The other responses decide whether `default` is a success, so that its headers compete
    /// for names in any case.
    pub fn add(
        &mut self,
        context: &Context<'_, 'd, 's>,
        answer: &'d Node<'s>,
        (status, success): (Status, bool),
        site: &Site,
        report: &mut Report,
    ) {
        let mut seen = FxHashSet::default();
        let mut own = Vec::new();
        for member in answer.get("headers").and_then(Node::members).unwrap_or_default() {
            let lower = member.key.to_ascii_lowercase();
            let is_name = !lower.is_empty()
                && lower.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
            // Browsers read the CORS headers, and the runtime reads the others.
            let known =
                lower.starts_with("access-control-") || matches!(lower.as_str(), "content-type" | "content-length");
            if !is_name || known || !seen.insert(lower.clone()) {
                continue;
            }
            let Ok(resolved) = context.refs.resolve(&member.value, report) else { continue };
            own.push((lower.clone(), resolved.node));
            let header = self.by_wire.entry(lower).or_insert_with(|| Header {
                spelled: &member.key,
                span: member.key_span,
                declared: Vec::new(),
            });
            header.spelled = header.spelled.min(&member.key);
            if success {
                let site = site.holder_of(&resolved, member.value.get("$ref").is_some());
                header.declared.push(Declaration { spelled: &member.key, node: resolved.node, status, site });
            }
        }
        if success {
            self.by_answer.push(own);
        }
    }

    /// Adds the further content types of the response that was added last. The first one has its headers.
    pub fn repeat(&mut self, success: bool, further: usize) {
        if success {
            self.by_answer.extend(std::iter::repeat_n(Vec::new(), further));
        }
    }

    /// Sets the headers of each successful response of the operation.
    pub fn lower(self, context: &mut Context<'_, 'd, 's>, operation: &mut Operation, report: &mut Report) {
        let text = |(wire, header): (&String, &Header<'d, 's>)| Wanted {
            identity: wire.clone(),
            ..Wanted::text(header.spelled)
        };
        let wanted: Vec<Wanted> = self.by_wire.iter().map(text).collect();
        let names = names::settle(&wanted, Case::Snake, &[]);
        let mut known: BTreeMap<&str, (Ident, Typed)> = BTreeMap::new();
        for ((wire, header), name) in self.by_wire.iter().zip(names) {
            known.insert(wire, (name, header.typed(wire, context, operation, report)));
        }
        for (answer, headers) in operation.answers.success.iter_mut().zip(self.by_answer) {
            answer.headers = headers
                .into_iter()
                .filter_map(|(wire, node)| {
                    let (name, Typed { ty, form }) = known.get(wire.as_str()).cloned()?;
                    let doc = node.get("description").and_then(Node::as_str).map(str::to_owned);
                    Some(HeaderField { name, wire, ty, form, doc })
                })
                .collect();
        }
    }
}

/// The type of a header, and how its text is read.
#[derive(Clone)]
struct Typed {
    ty: Type,
    form: HeaderForm,
}

/// A header that is not read.
const TEXT: Typed = Typed { ty: Type::String, form: HeaderForm::Plain };

impl<'d, 's> Declaration<'d, 's> {
    /// The schema of its values, and whether it is that of a JSON text.
    fn schema(&self) -> (Option<&'d Node<'s>>, bool) {
        match self.node.get("content").and_then(Node::members).and_then(|members| members.first()) {
            Some(media) if media_kind(&media.key) == MediaKind::Json => (media.value.get("schema"), true),
            Some(_) => (None, false),
            None => (self.node.get("schema"), false),
        }
    }

    fn explode(&self) -> bool {
        self.node.get("explode").and_then(Node::as_bool).unwrap_or(false)
    }
}

impl<'d, 's> Header<'d, 's> {
    /// Its type in all responses that have it; a string if the declarations differ.
    fn typed(
        &self,
        wire: &str,
        context: &mut Context<'_, 'd, 's>,
        operation: &Operation,
        report: &mut Report,
    ) -> Typed {
        let mut types: Vec<(&Declaration<'d, 's>, Typed)> = Vec::new();
        for declared in &self.declared {
            let (schema, is_json) = declared.schema();
            let is_new = types.iter().all(|(known, _)| {
                let (other, other_is_json) = known.schema();
                let is_equal = match (schema, other) {
                    (Some(schema), Some(other)) => context.types.are_equal(schema, other),
                    (None, None) => true,
                    _ => false,
                };
                !is_equal || is_json != other_is_json || declared.explode() != known.explode()
            });
            if is_new {
                let typed = self.lowered(wire, declared, context, operation, report).unwrap_or(TEXT);
                types.push((declared, typed));
            }
        }
        match types.as_slice() {
            [(_, only)] => only.clone(),
            [] => TEXT,
            _ => {
                let (name, route) = (self.spelled, operation.route());
                let message = format!(
                    "the successful responses of `{route}` declare the header `{name}` with different types: treated \
                             as a string"
                );
                report.push(
                    Diagnostic::warning(codes::HEADER_TYPES, self.span, message)
                        .help("declare the header with the same schema in each response"),
                );
                TEXT
            }
        }
    }

    /// Its type in one response; `None` if its text is not read.
    fn lowered(
        &self,
        wire: &str,
        declared: &Declaration<'d, 's>,
        context: &mut Context<'_, 'd, 's>,
        operation: &Operation,
        report: &mut Report,
    ) -> Option<Typed> {
        let (schema, is_json) = declared.schema();
        let Some(schema) = schema else {
            return is_json.then_some(Typed { ty: Type::Json, form: HeaderForm::Json });
        };
        let text = match is_json {
            true => HeaderText::Form(HeaderForm::Json),
            false => context.types.header_text(schema, declared.explode(), report).ok()?,
        };
        let form = match text {
            HeaderText::Form(form) => form,
            HeaderText::Any => return None,
            HeaderText::Unwritable => {
                report.push(unwritable(self.spelled, operation, schema));
                return None;
            }
        };
        let plain = names::ident(declared.spelled, Case::Pascal).to_string();
        let of_status = format!("{} {plain}", status_words(declared.status));
        let endings: &[&str] = match declared.status {
            _ if declared.site.is_component("Header") => &[""],
            _ if declared.site.is_component("Response") => &[&plain],
            // `default` can become an error if another response is documented.
            Status::Default => &[&of_status],
            _ => &[&plain, &of_status],
        };
        let part = match declared.status {
            _ if declared.site.is_component("Header") => "header".to_owned(),
            _ if declared.site.is_component("Response") => format!("header {wire}"),
            _ => format!("header {wire} {of_status}"),
        };
        let origin = format!("the header `{}` of `{}`", self.spelled, operation.route());
        let ty = match context.types.lower(schema, declared.site.place(&part, endings, origin), report).ok()? {
            // A header without a value is absent. JSON text has `null`.
            Type::Nullable(inner) if form != HeaderForm::Json => *inner,
            ty => ty,
        };
        Some(Typed { ty, form })
    }
}

fn unwritable(name: &str, operation: &Operation, schema: &Node<'_>) -> Diagnostic {
    let message = format!(
        "the header `{name}` of `{}` has values that the style `simple` does not define: it is a string",
        operation.route()
    );
    Diagnostic::note(codes::HEADER_AS_TEXT, schema.span, message)
        .help("describe it under `content` as `application/json` if it is JSON, or else as a scalar, a list or an object of scalars")
}

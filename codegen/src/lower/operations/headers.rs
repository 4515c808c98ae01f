//! Lowers the headers of successful responses. A header has one name and one type in all responses of an operation.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::document::load::node::Node;
use crate::ir::ident::Ident;
use crate::ir::operation::{HeaderField, Operation, Status};
use crate::ir::types::Type;
use crate::lower::names;
use crate::lower::names::{Case, Wanted};
use crate::lower::operations::params::Context;
use crate::lower::operations::sites::Site;
use crate::lower::operations::status_words::status_words;
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
        let mut known: BTreeMap<&str, (Ident, Type)> = BTreeMap::new();
        for ((wire, header), name) in self.by_wire.iter().zip(names) {
            known.insert(wire, (name, header.ty(wire, context, operation, report)));
        }
        for (answer, headers) in operation.answers.success.iter_mut().zip(self.by_answer) {
            answer.headers = headers
                .into_iter()
                .filter_map(|(wire, node)| {
                    let (name, ty) = known.get(wire.as_str()).cloned()?;
                    let doc = node.get("description").and_then(Node::as_str).map(str::to_owned);
                    Some(HeaderField { name, wire, ty, doc })
                })
                .collect();
        }
    }
}

impl<'d, 's> Header<'d, 's> {
    /// Its type in all responses that have it; a string if the declarations differ.
    fn ty(&self, wire: &str, context: &mut Context<'_, 'd, 's>, operation: &Operation, report: &mut Report) -> Type {
        let mut types: Vec<(Option<&'d Node<'s>>, Type)> = Vec::new();
        for declared in &self.declared {
            let schema = declared.node.get("schema");
            let is_new = types.iter().all(|(other, _)| match (schema, other) {
                (Some(schema), Some(other)) => !context.types.are_equal(schema, other),
                (None, None) => false,
                _ => true,
            });
            if is_new {
                types.push((schema, self.lowered(wire, declared, context, operation, report)));
            }
        }
        match types.as_slice() {
            [(_, only)] => only.clone(),
            [] => Type::String,
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
                Type::String
            }
        }
    }

    /// Its type in one response.
    fn lowered(
        &self,
        wire: &str,
        declared: &Declaration<'d, 's>,
        context: &mut Context<'_, 'd, 's>,
        operation: &Operation,
        report: &mut Report,
    ) -> Type {
        let Some(schema) = declared.node.get("schema") else { return Type::String };
        if !is_plain(context, schema, report) {
            return Type::String;
        }
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
        context.types.lower(schema, declared.site.place(&part, endings, origin), report).unwrap_or(Type::String)
    }
}

/// Whether the text of a header can be read as its schema: a scalar, or scalars separated by commas.
fn is_plain<'d, 's>(context: &mut Context<'_, 'd, 's>, schema: &'d Node<'s>, report: &mut Report) -> bool {
    let Ok(schema) = context.refs.resolve(schema, report).map(|r| r.node) else { return false };
    match schema.get("type").and_then(Node::as_str) {
        Some("string" | "integer" | "number" | "boolean") => true,
        Some("array") => schema.get("items").is_some_and(|items| {
            let items = context.refs.resolve(items, report).ok().map(|r| r.node);
            let ty = items.and_then(|i| i.get("type")).and_then(Node::as_str);
            matches!(ty, Some("string" | "integer" | "number" | "boolean"))
        }),
        _ => false,
    }
}

//! The number of lines of generated code, estimated before any of them is written.

use crate::ir::Api;
use crate::ir::auth::Auth;
use crate::ir::body::{Body, ContentKind, Part};
use crate::ir::operation::{Answer, Operation, Param};
use crate::ir::types::{Field, Shape, TypeDef, TypeKind, UnionVariant};

/// The number of lines of an API's code.
#[derive(Clone, Debug)]
pub struct Extent {
    /// All of them.
    pub lines: usize,
    /// The part with the most lines, and how many.
    pub largest: (String, usize),
}

impl Extent {
    /// The number of lines for a whole API.
    pub fn of(api: &Api) -> Self {
        let mut extent = Self { lines: text(api.description.as_deref()), largest: (String::new(), 0) };
        extent.lines = extent.lines.saturating_add(auth(&api.auth));
        for def in &api.types {
            extent.add(type_def(def), || format!("the type of {}", def.origin));
        }
        for op in api.operations.iter().filter(|op| op.is_generated()) {
            extent.add(operation(op), || format!("`{}`", op.route()));
        }
        extent
    }

    fn add(&mut self, lines: usize, name: impl FnOnce() -> String) {
        self.lines = self.lines.saturating_add(lines);
        if lines > self.largest.1 {
            self.largest = (name(), lines);
        }
    }
}

/// The lines of a text of the document.
fn text(doc: Option<&str>) -> usize {
    doc.map_or(0, |doc| 2 + doc.bytes().filter(|b| matches!(b, b'\n' | b'\r' | b'\x0B' | b'\x0C')).count())
}

fn auth(auth: &Auth) -> usize {
    let needs = auth.requirements().iter().flat_map(|r| r.alternatives.iter().flatten());
    let needs: usize = needs.map(|need| 4 + need.scopes.len()).sum();
    let schemes: usize = auth.slots().map(|(_, scheme)| 54 + text(scheme.doc.as_deref())).sum();
    let asked = auth.conditions().iter().flat_map(|c| c.alternatives.iter().flatten());
    let asked: usize = asked.map(|need| 6 + need.scopes.len()).sum();
    schemes + 12 * auth.markers().len() + 20 * (auth.requirements().len() + auth.conditions().len()) + needs + asked
}

fn type_def(def: &TypeDef) -> usize {
    let kind = match &def.kind {
        TypeKind::Struct { fields, .. } => fields.iter().map(field).sum(),
        TypeKind::StringEnum(variants) => 4 * variants.len(),
        TypeKind::IntegerEnum(variants) => 4 * variants.len(),
        TypeKind::Union { variants, .. } => variants.iter().map(variant).sum(),
        TypeKind::Tuple { elements, .. } => 3 * elements.len(),
        TypeKind::Alias(_) => 0,
    };
    16 + text(def.doc.as_deref()) + kind
}

fn field(field: &Field) -> usize {
    14 + text(field.doc.as_deref())
}

fn variant(variant: &UnionVariant) -> usize {
    10 + variant.tags.len() + shape(&variant.shape)
}

fn shape(of: &Shape) -> usize {
    let constants: usize = of.constants.iter().map(|constant| 1 + constant.values.len()).sum();
    of.required.len() + of.known.len() + constants + of.items.as_deref().map_or(0, shape)
}

fn operation(op: &Operation) -> usize {
    let answers = op.answers.success.iter().chain(&op.answers.errors);
    38 + text(op.summary.as_deref())
        + text(op.doc.as_deref())
        + op.params.iter().map(param).sum::<usize>()
        + op.segments.len()
        + op.body.described().map_or(0, body)
        + answers.map(answer).sum::<usize>()
}

fn param(param: &Param) -> usize {
    10 + text(param.doc.as_deref())
}

fn body(body: &Body) -> usize {
    let content = |kind: &ContentKind| match kind {
        ContentKind::Multipart(parts) => 20 + parts.parts.iter().map(part).sum::<usize>(),
        ContentKind::Form(_, styled) => 10 + styled.len(),
        _ => 10,
    };
    12 + text(body.doc.as_deref()) + body.contents.iter().map(|c| content(&c.kind)).sum::<usize>()
}

fn part(part: &Part) -> usize {
    12 + text(part.doc.as_deref()) + part.headers.iter().map(|header| 8 + text(header.doc.as_deref())).sum::<usize>()
}

fn answer(answer: &Answer) -> usize {
    let headers: usize = answer.headers.iter().map(|h| 6 + text(h.doc.as_deref())).sum();
    8 + text(answer.doc.as_deref()) + headers
}

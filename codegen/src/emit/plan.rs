//! Decisions before any code is written: the module of each operation, and the names that cogen adds to those of the document.

use crate::config::options::Derive;
use crate::emit::types::derives;
use crate::ir::Api;
use crate::ir::body::Content;
use crate::ir::ident::Ident;
use crate::ir::operation::{Operation, ParamLocation};
use crate::ir::types::{Type, TypeKind};
use std::collections::{BTreeMap, BTreeSet};

/// The largest number of required parameters that are arguments; more are passed as one struct.
const MOST_ARGUMENTS: usize = 4;

/// Names that generated code takes from the prelude, unless the document has a type with that name.
const PRELUDE: &[&str] = &[
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Err",
    "From",
    "Into",
    "IntoFuture",
    "None",
    "Ok",
    "Option",
    "Result",
    "Some",
    "String",
    "Vec",
];

/// The API and the names of generated code; shared by the threads that write items.
pub struct Plan<'a> {
    /// The API.
    pub api: &'a Api,
    /// Whether names of the prelude are written as full paths, since a type of the API has one of them.
    pub qualified: bool,
    /// The generic parameter of the client for each scheme.
    pub slots: Vec<String>,
    /// The name of the constant of each requirement.
    pub needs: Vec<String>,
    /// The further traits that each type derives.
    pub derives: Vec<Vec<Derive>>,
    /// The operations that have methods, by module.
    pub groups: Vec<Group<'a>>,
}

/// A module of operations.
pub struct Group<'a> {
    /// Its name.
    pub name: &'a Ident,
    /// Its operations, in document order.
    pub operations: Vec<Planned<'a>>,
}

/// An operation, and the names that cogen adds to it.
pub struct Planned<'a> {
    /// The operation.
    pub op: &'a Operation,
    /// The struct of its required parameters, if there are too many for arguments.
    pub params: Option<String>,
    /// The struct of each multipart content of its body, in the order of the contents.
    pub forms: Vec<String>,
}

impl<'a> Plan<'a> {
    /// Chooses the names.
    pub fn new(api: &'a Api, derives: &[Derive]) -> Self {
        let generated = || api.operations.iter().filter(|op| op.is_generated());
        let mut taken: BTreeSet<String> =
            generated().flat_map(operation_types).map(|name| name.as_str().to_owned()).collect();

        let qualified = {
            let auth = api.auth.slots().map(|(_, s)| &s.name);
            let auth =
                auth.chain(api.auth.markers().map(|s| &s.name)).chain(api.auth.requirements().iter().map(|r| &r.name));
            let types = api.types.iter().map(|t| &t.name);
            let operations = generated().flat_map(operation_types);
            auth.chain(types).chain(operations).any(|name| PRELUDE.contains(&name.as_str()))
        };

        let mut groups: BTreeMap<&Ident, Vec<Planned<'a>>> = BTreeMap::new();
        for op in generated() {
            let mut name = |suffix: &str| fresh(format!("{}{suffix}", op.type_name), &mut taken);
            let params = (arguments(op).count() > MOST_ARGUMENTS).then(|| name("Params"));
            let contents = op.body.described().into_iter().flat_map(|b| &b.contents);
            let of_forms: Vec<&Content> = contents.filter(|content| content.kind.form().is_some()).collect();
            let forms = match of_forms.as_slice() {
                [_] => vec![name("Form")],
                several => several.iter().map(|content| name(&format!("{}Form", content.variant))).collect(),
            };
            groups.entry(&op.group).or_default().push(Planned { op, params, forms });
        }
        let groups = groups.into_iter().map(|(name, operations)| Group { name, operations }).collect();

        // A type parameter of the client must not hide a type in a method's signature, or a trait in its bounds.
        taken.extend(api.auth.slots().map(|(_, s)| s.name.as_str().to_owned()));
        taken.extend(api.auth.requirements().iter().map(|r| r.name.as_str().to_owned()));
        // A scheme called `self` is `Self_`; as the beginning of a longer name it needs no underscore.
        let slot = |name: &str| format!("{}Slot", name.trim_end_matches('_'));
        let slots = api.auth.slots().map(|(_, s)| fresh(slot(s.name.as_str()), &mut taken)).collect();

        let mut taken = BTreeSet::new();
        let needs = api.auth.requirements().iter().map(|r| fresh(shouting(r.name.as_str()), &mut taken)).collect();
        Self { api, qualified, slots, needs, derives: derives::of_types(api, derives), groups }
    }

    /// The type behind aliases.
    pub fn resolved<'t>(&'t self, ty: &'t Type) -> &'t Type {
        let mut ty = ty;
        // The bound ends a cycle of aliases, which earlier stages exclude.
        for _ in 0..64 {
            match ty {
                Type::Named(id) => match self.api.types.get(id.0 as usize).map(|t| &t.kind) {
                    Some(TypeKind::Alias(target)) => ty = target,
                    _ => return ty,
                },
                _ => return ty,
            }
        }
        ty
    }
}

/// The required parameters of an operation, which its method takes as arguments: those of the path first.
pub fn arguments(op: &Operation) -> impl Iterator<Item = &crate::ir::operation::Param> {
    op.params.iter().filter(|p| p.required || matches!(p.location, ParamLocation::Path { .. }))
}

/// The parameters that are setters.
pub fn options(op: &Operation) -> impl Iterator<Item = &crate::ir::operation::Param> {
    op.params.iter().filter(|p| !p.required && !matches!(p.location, ParamLocation::Path { .. }))
}

/// A name that is not in `taken`, and adds it.
pub fn fresh(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}{number}");
        number += 1;
    }
    candidate
}

/// `PetsAdminOrPetsWrite` as `PETS_ADMIN_OR_PETS_WRITE`.
fn shouting(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    let mut previous = '_';
    for c in name.chars() {
        if c.is_ascii_uppercase() && (previous.is_ascii_lowercase() || previous.is_ascii_digit()) {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
        previous = c;
    }
    out
}

/// The names of the types that an operation may define, except those that cogen adds.
fn operation_types(op: &Operation) -> impl Iterator<Item = &Ident> {
    let answers = &op.answers;
    [&op.type_name, &answers.success_name, &answers.error_name, &answers.headers_name]
        .into_iter()
        .chain(op.body.described().map(|b| &b.type_name))
}

//! The definitions of types, with the places that name them.

use crate::diagnostics::report::{Report, Span};
use crate::ir::ident::Ident;
use crate::ir::types::{Type, TypeDef, TypeId, TypeKind};
use crate::lower::names::{Case, ident};
use crate::lower::types::arena::names::placement::Placement;
use crate::lower::types::arena::names::places::Spot;
use crate::lower::types::arena::size::{boxes, graph, rings};
use crate::lower::types::facts::budget::MAX_DEPTH;

/// The definitions of a document. A [`TypeId`] is an index into them.
#[derive(Default)]
pub(crate) struct TypeArena {
    /// The definitions. Until their names are settled, each has the name that it would have if there were no others.
    pub(super) defs: Vec<TypeDef>,
    /// The possible locations of the schemas of the definitions, at least one for each.
    pub(super) placements: Vec<Placement>,
    /// Names that no type may have, because several items compete for them.
    pub(super) ambiguous: Vec<Ident>,
    /// For choices, the names of the properties that several variants have. No type has the name of the choice and of such a
    /// property.
    pub(super) shared_labels: Vec<(TypeId, Ident)>,
}

/// A state of the arena that can be restored.
#[derive(Clone, Copy)]
pub(crate) struct ArenaMark {
    pub(crate) defs: usize,
    placements: usize,
    shared_labels: usize,
}

impl TypeArena {
    /// The type after following its aliases.
    pub(crate) fn unaliased<'t>(&'t self, ty: &'t Type) -> &'t Type {
        let mut here = ty;
        for _ in 0..MAX_DEPTH {
            let Type::Named(id) = here else { break };
            let Some(TypeDef { kind: TypeKind::Alias(next), .. }) = self.defs.get(id.0 as usize) else { break };
            here = next;
        }
        here
    }

    /// A definition.
    pub(crate) fn definition(&self, id: TypeId) -> Option<&TypeDef> {
        self.defs.get(id.0 as usize)
    }

    pub(crate) fn push_definition(&mut self, mut placement: Placement) -> TypeId {
        let id = TypeId(u32::try_from(self.defs.len()).unwrap_or(u32::MAX));
        let kind = TypeKind::Alias(Type::Json);
        placement.id = id;
        let owner = placement.owner().and_then(|owner| self.definition(owner));
        let name = placement.plain_after(owner.map(|owner| &owner.name));
        self.placements.push(placement);
        self.defs.push(TypeDef {
            name,
            origin: String::new(),
            doc: None,
            deprecated: false,
            in_requests: false,
            in_answers: false,
            kind,
        });
        id
    }

    pub(crate) fn def_mut(&mut self, id: TypeId) -> Option<&mut TypeDef> {
        self.defs.get_mut(id.0 as usize)
    }

    pub(crate) fn is_alias(&self, id: TypeId) -> bool {
        matches!(self.definition(id), Some(TypeDef { kind: TypeKind::Alias(_), .. }))
    }

    pub(crate) fn name_of(&self, id: TypeId) -> String {
        self.defs.get(id.0 as usize).map(|d| d.name.to_string()).unwrap_or_default()
    }

    pub(crate) fn set_kind(&mut self, id: TypeId, kind: TypeKind) {
        if let Some(def) = self.def_mut(id) {
            def.kind = kind;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.defs.len()
    }

    pub(crate) fn definitions(&self) -> &[TypeDef] {
        &self.defs
    }

    /// Whether a definition was added since the arena had `len` definitions.
    pub(crate) fn is_since(&self, id: TypeId, len: usize) -> bool {
        id.0 as usize >= len
    }

    pub(crate) fn is_union(&self, ty: &Type) -> bool {
        let Type::Named(id) = self.unaliased(ty) else { return false };
        matches!(self.definition(*id), Some(def) if matches!(def.kind, TypeKind::Union { .. }))
    }

    /// Records another place at which lowering reaches a schema that became a definition.
    pub(crate) fn note_place(&mut self, id: TypeId, spot: Spot<'_>, span: Span) {
        let placement = Placement::at(&spot, id, span);
        if placement.owner() != Some(id) {
            self.placements.push(placement);
        }
    }

    /// Reserves a name for which several items compete: no type may have it.
    pub(crate) fn reserve_ambiguous(&mut self, name: &str) {
        self.ambiguous.push(ident(name, Case::Pascal));
    }

    /// Records the names of the properties that several variants of a choice have.
    pub(crate) fn note_shared_labels(&mut self, choice: TypeId, labels: &[Ident]) {
        self.shared_labels.extend(labels.iter().map(|label| (choice, label.clone())));
    }

    pub(crate) fn mark(&self) -> ArenaMark {
        ArenaMark { defs: self.defs.len(), placements: self.placements.len(), shared_labels: self.shared_labels.len() }
    }

    /// Removes the definitions made since a mark. No remaining definition refers to them.
    pub(crate) fn roll_back(&mut self, mark: ArenaMark) {
        self.defs.truncate(mark.defs);
        self.placements.truncate(mark.placements);
        self.shared_labels.truncate(mark.shared_labels);
    }

    /// The definitions, with recursive and large parts boxed, and with the directions in which each is sent.
    pub(crate) fn finish(mut self, requests: &[Type], responses: &[Type], report: &mut Report) -> Vec<TypeDef> {
        rings::open_alias_rings(&mut self.defs);
        rings::drop_self_variants(&mut self.defs, report);
        boxes::box_rings(&mut self.defs);
        boxes::box_large(&mut self.defs);
        graph::mark_directions(&mut self.defs, requests, responses);
        self.defs
    }

    /// Puts the definitions into another order, given as their old indices. Returns the new ids by the old ones.
    pub(crate) fn reorder(&mut self, old: &[usize]) -> Renumbering {
        let mut new_ids = vec![TypeId(0); old.len()];
        for (new, &old) in (0_u32..).zip(old) {
            if let Some(id) = new_ids.get_mut(old) {
                *id = TypeId(new);
            }
        }
        let new = Renumbering(new_ids);
        let mut defs: Vec<Option<TypeDef>> = std::mem::take(&mut self.defs).into_iter().map(Some).collect();
        self.defs = old.iter().filter_map(|&old| defs.get_mut(old)?.take()).collect();
        for placement in &mut self.placements {
            placement.renumber(&|id| new.id(id));
        }
        for (choice, _) in &mut self.shared_labels {
            *choice = new.id(*choice);
        }
        for def in &mut self.defs {
            graph::types_mut(&mut def.kind, &mut |ty| new.renumber(ty));
        }
        new
    }
}

/// The new ids of definitions that were put into another order.
pub(crate) struct Renumbering(Vec<TypeId>);

impl Renumbering {
    pub(crate) fn id(&self, old: TypeId) -> TypeId {
        self.0.get(old.0 as usize).copied().unwrap_or(old)
    }

    /// Changes the ids in a type.
    pub(crate) fn renumber(&self, ty: &mut Type) {
        graph::renumber(ty, &|id| self.id(id));
    }
}

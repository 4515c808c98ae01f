//! Lowers `oneOf` and `anyOf` to enums whose variants are distinguished by a discriminator or by their shape.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::document::load::node::Node;
use crate::ir::types::{JsonKind, Literal, Shape, Type, TypeId, TypeKind, UnionVariant};
use crate::lower::names::{Case, Wanted, ident};
use crate::lower::types::arena::names::places::Spot;
use crate::lower::types::arena::size::graph;
use crate::lower::types::facts::content::same_choice;
use crate::lower::types::facts::flat::Choice;
use crate::lower::types::facts::flat::Flat;
use crate::lower::types::lowering::choice::candidates::Candidate;
use crate::lower::types::lowering::choice::overlaps::Overlaps;
use crate::lower::types::lowering::choice::ranked::{Rank, Ranked, sort_by_rank};
use crate::lower::types::lowering::choice::shapes::Shapes;
use crate::lower::types::lowering::choice::variants::Labels;
use crate::lower::types::lowering::enums::Listed;
use crate::lower::types::lowering::lowered::Lowered;
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::kinds::Kinds;
use crate::lower::types::schema::read::Schema;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::rc::Rc;

/// Whether all variants are as a schema beside them says: it requires the property of the discriminator, or properties that each
/// variant requires, as ASP.NET Core writes it.
fn is_implied(part: &Schema<'_, '_>, choice: &Choice<'_, '_>, candidates: &[Candidate<'_, '_>]) -> bool {
    let tag = choice.discriminator.and_then(|d| d.get("propertyName")).and_then(Node::as_str);
    let in_all = |name: &str| candidates.iter().all(|one| one.facts.required.binary_search(&name).is_ok());
    part.restricts_by_required()
        && part
            .required
            .unwrap_or_default()
            .iter()
            .all(|name| name.as_str().is_some_and(|name| tag == Some(name) || in_all(name)))
}

/// The maximum number of variants to which the properties beside a `oneOf` are added, each as a new type.
const MAX_DISTRIBUTED: usize = 256;

impl<'d, 's> Types<'d, 's> {
    /// The type of a choice among several schemas, with the schemas that apply to all of them.
    pub(crate) fn lower_union(
        &mut self,
        flat: &Flat<'d, 's>,
        choice: &Choice<'d, 's>,
        words: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        let base_kinds = flat.parts.iter().fold(Kinds::default(), |kinds, part| kinds.or(part.described_kinds()));
        let mut candidates = self.candidates(choice, report)?;
        let adds_to = |part: &&Schema<'d, 's>| part.restricts() && !is_implied(part, choice, &candidates);
        let base: Vec<Schema<'d, 's>> = flat.parts.iter().filter(adds_to).copied().collect();
        if base.is_empty()
            && let Some(ty) = self.scalar_choice(&candidates, words, spot, report)?
        {
            if flat.whole && matches!(ty, Type::Named(_)) {
                self.remember(words.node, Lowered { ty: ty.clone(), nullable: words.allows_null() });
            }
            return Ok(ty);
        }
        if !matches!(base_kinds.one(), None | Some(JsonKind::Object)) {
            // `type: string` with a choice of formats or patterns: the choice only restricts the string.
            return match flat.parts.as_slice() {
                [only] if !flat.whole || !std::ptr::eq(only.node, words.node) => {
                    self.lower_schema(only.node, spot.at(only.home), report).map(|lowered| lowered.ty)
                }
                parts => self.lower_plain(parts, spot, report),
            };
        }
        let all_objects = candidates
            .iter()
            .all(|c| matches!(c.facts.kinds.one(), Some(JsonKind::Object)) || c.facts.kinds.is_empty());
        if !base.is_empty() && (!all_objects || candidates.len() > MAX_DISTRIBUTED) {
            let message = "`properties` beside a `oneOf` or `anyOf` with schemas that are not objects, or with too many: the type is `Json`";
            let warning = Diagnostic::warning(codes::TANGLED, choice.span, message);
            report.push(warning.help("move the properties into the schemas of the `oneOf` or `anyOf`"));
            return Ok(Type::Json);
        }
        if flat.whole
            && let Some(known) = self.equal_union(words, spot)
        {
            return Ok(known);
        }
        let id = self.open_definition(spot, words, report)?;
        if !base.is_empty() {
            self.add_base(id, &base, choice, &mut candidates, report)?;
        }
        drop_impossible(&mut candidates, report);
        if flat.whole {
            let nullable = self.facts.is_nullable(words.node);
            self.remember(words.node, Lowered { ty: Type::Named(id), nullable });
        }
        let owner = self.arena.name_of(id);
        let labels = self.labels(choice, &candidates);
        let lowered = self.lower_variants(id, choice, &mut candidates, &labels, report)?;
        let kind = self.union_kind(&candidates, lowered, labels, choice, &owner, report);
        self.arena.set_kind(id, kind);
        Ok(Type::Named(id))
    }

    /// The type of an equal inline union that was lowered before, so that a value of a response can be sent in a request. Its title does
    /// not count: generators of documents write the name of the property there. Nor does the order of its schemas, so that the types,
    /// and with them the names, do not depend on it.
    fn equal_union(&mut self, words: &Schema<'d, 's>, spot: Spot<'_>) -> Option<Type> {
        if matches!(spot, Spot::Component(_)) {
            return None;
        }
        let alike = self.unions.entry(self.facts.contents.choice_fingerprint(words.node)).or_default();
        let equal = alike.iter().find(|other| same_choice(words.node, other)).copied();
        let Some(equal) = equal else {
            alike.push(words.node);
            return None;
        };
        // The result is missing if the other union had an error.
        let known = self.results.get(std::ptr::from_ref(equal))?.clone();
        let Type::Named(id) = known.ty else { return None };
        self.arena.note_place(id, spot, words.node.span);
        self.remember(words.node, known.clone());
        Some(known.ty)
    }

    /// The types of the variants. All variants are lowered, also after an error in one of them.
    fn lower_variants(
        &mut self,
        id: TypeId,
        choice: &Choice<'d, 's>,
        candidates: &mut [Candidate<'d, 's>],
        labels: &Labels,
        report: &mut Report,
    ) -> Result<Vec<Type>, Reported> {
        let all: Vec<usize> = (0..candidates.len()).collect();
        let names = labels.settle(&all, &labels.wanted);
        let mut lowered = Vec::with_capacity(candidates.len());
        let mut failed = None;
        self.arena.note_shared_labels(id, &labels.shared);
        for ((candidate, name), alone) in candidates.iter_mut().zip(&names).zip(&labels.alone) {
            let spot = Spot::Variant { owner: id, name: name.as_str(), labels: alone, home: choice.home };
            match self.lower_variant(candidate, spot, report) {
                Ok(ty) => lowered.push(ty),
                Err(reported) => failed = Some(reported),
            }
        }
        failed.map_or(Ok(lowered), Err)
    }

    /// The type of a choice among scalars that is one type in Rust: one enum of all listed strings, a string or a number.
    fn scalar_choice(
        &mut self,
        candidates: &[Candidate<'d, 's>],
        words: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Option<Type>, Reported> {
        let Some(Scalars { types, listed, kinds }) = self.scalars(candidates) else { return Ok(None) };
        if !listed.is_empty() {
            self.afford_values(&listed, words.node.span, report)?;
            // A generated enum also accepts values that are not listed.
            return match kinds.one() {
                Some(JsonKind::String) if types.iter().all(|ty| *ty == Type::String) => {
                    self.string_enum(&listed, words, spot, report).map(Some)
                }
                Some(JsonKind::Integer) if types.iter().all(|ty| matches!(ty, Type::I32 | Type::I64)) => {
                    self.integer_enum(&listed, words, spot, report)
                }
                _ => Ok(None),
            };
        }
        if types.len() == 1 {
            return Ok(types.into_iter().next());
        }
        let is_number =
            |ty: &Type| matches!(ty, Type::I32 | Type::I64 | Type::U32 | Type::U64 | Type::I128 | Type::F64);
        let fractions = types.contains(&Type::F64);
        let wide = types.contains(&Type::I128);
        let widest = if fractions {
            Type::F64
        } else if wide {
            Type::I128
        } else {
            Type::I64
        };
        Ok(types.iter().all(is_number).then_some(widest))
    }

    /// The scalars of a choice; `None` if a candidate is not a scalar.
    fn scalars(&mut self, candidates: &[Candidate<'d, 's>]) -> Option<Scalars<'d>> {
        let mut scalars = Scalars { types: FxHashSet::default(), listed: Vec::new(), kinds: Kinds::default() };
        for candidate in candidates {
            let schema = Schema::peek(candidate.target).filter(|s| !s.has_composition())?;
            let values = schema.values().unwrap_or_default();
            scalars.kinds = scalars.kinds.or(schema.described_kinds());
            match schema.described_kinds().one()? {
                JsonKind::String | JsonKind::Integer if !values.is_empty() => {
                    // A constant with a title is an enum's value with a name (OpenAPI 3.1, "Annotated Enumerations").
                    let title = schema.title.filter(|_| values.len() == 1);
                    for value in values {
                        let text = value.as_scalar_text()?;
                        let label = title.map_or_else(|| text.clone(), Cow::Borrowed);
                        scalars.listed.push(Listed { label, text, span: value.span });
                    }
                }
                JsonKind::Array | JsonKind::Object | JsonKind::Any => return None,
                _ if !values.is_empty() => return None,
                kind => drop(scalars.types.insert(self.scalar(kind, &[schema]))),
            }
        }
        Some(scalars)
    }

    /// Adds the schemas beside a choice to each of its elements.
    fn add_base(
        &mut self,
        id: TypeId,
        base: &[Schema<'d, 's>],
        choice: &Choice<'d, 's>,
        candidates: &mut [Candidate<'d, 's>],
        report: &mut Report,
    ) -> Result<(), Reported> {
        for candidate in candidates {
            let mut flat = self.facts.flatten(&[(candidate.element, choice.home)], report)?;
            // A subtype that already includes the owner of the choice is not extended again.
            if flat.seen.contains(&choice.owner) {
                continue;
            }
            let of_choice = |part: &Schema<'d, 's>| {
                let home = if part.home == Home::Own { Home::Of(id) } else { part.home };
                Schema { home, ..*part }
            };
            flat.parts.splice(0..0, base.iter().map(of_choice));
            flat.whole = false;
            candidate.facts = Rc::new(self.facts.of_flat(&flat));
            candidate.flat = Some(flat);
        }
        Ok(())
    }

    fn lower_variant(
        &mut self,
        candidate: &mut Candidate<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        let element = candidate.element;
        // If a variant allows `null`, the union does.
        let Some(flat) = candidate.flat.take() else {
            return self.lower_schema(element, spot, report).map(|lowered| lowered.ty);
        };
        let words = Schema::read(element, report)?;
        self.one_level_deeper(element.span, report, |types, report| types.lower_flat(flat, &words, spot, report))
    }

    fn union_kind(
        &mut self,
        candidates: &[Candidate<'d, 's>],
        lowered: Vec<Type>,
        labels: Labels,
        choice: &Choice<'d, 's>,
        owner: &str,
        report: &mut Report,
    ) -> TypeKind {
        let Shapes { shapes, by_constants } = Shapes::of(candidates, &lowered, &mut self.facts);
        let tags = choice.discriminator.and_then(|d| self.tags(d, candidates, report));
        let scalar_tags = tags.as_ref().is_some_and(|tags| tags.are_scalars);
        let (kept, kept_for) = distinct(candidates, &lowered, tags.is_some());
        let mut wanted: Vec<Wanted> =
            kept.iter().map(|&index| self.labels_of_type(&lowered[index], &labels.wanted[index])).collect();
        // Schemas of one type become one variant, whose name does not depend on their order.
        for (label, at) in labels.wanted.iter().zip(&kept_for) {
            let Some((kept, named)) = at.and_then(|at| Some((kept.get(at)?, wanted.get_mut(at)?))) else { continue };
            if graph::named(&lowered[*kept]).is_some() && label.identity < named.identity {
                *named = self.labels_of_type(&lowered[*kept], label);
            }
        }
        // The string that is left out also competes for its name.
        let left_out = kept_for.iter().position(Option::is_none);
        wanted.extend(left_out.map(|index| self.labels_of_type(&lowered[index], &labels.wanted[index])));
        let named: Vec<usize> = kept.iter().copied().chain(left_out).collect();
        let names = labels.settle(&named, &wanted);
        let mut variants: Vec<Ranked> = Vec::with_capacity(kept.len());
        for (&index, name) in kept.iter().zip(names) {
            let (candidate, ty) = (&candidates[index], lowered[index].clone());
            let shape = if tags.is_some() { Shape::of(shapes[index].kind) } else { shapes[index].clone() };
            let span = candidate.element.span;
            if self.facts.budget.afford_copies(texts_of(&shape).into_iter(), span, report).is_err() {
                break;
            }
            let catches_all = ty == Type::Json || self.arena.is_union(&ty);
            let rank = Rank::of(&ty, &shape, catches_all);
            let variant =
                UnionVariant { name, ty, boxed: false, tags: Vec::new(), scalar_tags, is_default: false, shape };
            variants.push(Ranked { variant, rank, span: candidate.element.span, index });
        }
        for (own_tags, at) in tags.iter().flat_map(|tags| &tags.by_candidate).zip(&kept_for) {
            if let Some(ranked) = at.and_then(|at| variants.get_mut(at)) {
                ranked.variant.tags.extend(own_tags.iter().cloned());
            }
        }
        let default = tags.as_ref().and_then(|tags| *kept_for.get(tags.default?)?);
        if let Some(ranked) = default.and_then(|at| variants.get_mut(at)) {
            ranked.variant.is_default = true;
        }
        if tags.is_none() {
            let overlaps = Overlaps { candidates, owner, by_constants, several: choice.several };
            overlaps.report(&variants, report);
            sort_by_rank(&mut variants);
        }
        let variants = variants.into_iter().map(|r| r.variant).collect();
        let other = ident("Other", Case::Pascal);
        TypeKind::Union { discriminator: tags.map(|t| t.property), variants, other }
    }
}

/// Removes the candidates that no value is valid for.
fn drop_impossible(candidates: &mut Vec<Candidate<'_, '_>>, report: &mut Report) {
    candidates.retain(|candidate| {
        if candidate.facts.impossible {
            let message = "no value is valid for this schema: a required property must have different values";
            report.push(
                Diagnostic::warning(codes::IMPOSSIBLE_VARIANT, candidate.element.span, message)
                    .label("left out of the union"),
            );
        }
        !candidate.facts.impossible
    });
}

/// The lengths of the texts of a shape.
fn texts_of(shape: &Shape) -> Vec<usize> {
    let constants = shape.constants.iter().flat_map(|constant| {
        let values = constant.values.iter().map(|value| if let Literal::String(text) = value { text.len() } else { 8 });
        constant.path.iter().map(String::len).chain(values)
    });
    let mut lengths: Vec<usize> = shape.required.iter().chain(&shape.known).map(String::len).chain(constants).collect();
    lengths.extend(shape.items.as_deref().map(texts_of).into_iter().flatten());
    lengths
}

/// What the candidates of a choice among scalars describe.
struct Scalars<'d> {
    /// The types of the candidates without listed values.
    types: FxHashSet<Type>,
    /// The values that the other candidates list.
    listed: Vec<Listed<'d>>,
    kinds: Kinds,
}

/// The candidates that become variants, one for each type, and for each candidate the index of its variant.
fn distinct(candidates: &[Candidate<'_, '_>], lowered: &[Type], has_tags: bool) -> (Vec<usize>, Vec<Option<usize>>) {
    // The schema decides, because the definition of a component may not be complete yet.
    let has_string_enum = candidates.iter().zip(lowered).any(|(candidate, ty)| candidate.is_string_enum(ty));
    let mut by_type: FxHashMap<&Type, usize> = FxHashMap::default();
    let mut kept = Vec::with_capacity(lowered.len());
    let mut kept_for = Vec::with_capacity(lowered.len());
    for (index, ty) in lowered.iter().enumerate() {
        // An enum of strings also accepts strings that it does not list.
        if *ty == Type::String && has_string_enum && !has_tags {
            kept_for.push(None);
            continue;
        }
        let at = *by_type.entry(ty).or_insert(kept.len());
        if at == kept.len() {
            kept.push(index);
        }
        kept_for.push(Some(at));
    }
    (kept, kept_for)
}

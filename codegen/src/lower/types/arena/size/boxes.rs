//! Boxes fields and variants of recursive types and of large types.
//!
//! The result does not depend on the order of the schemas, because a box is part of a field's type, which an application uses.

use crate::ir::size::{Size, Sizes, by_value, by_value_first, held};
use crate::ir::types::{Element, Field, Type, TypeDef, TypeId, TypeKind, UnionVariant};
use crate::lower::types::arena::size::rings::alias_ends;
use std::cmp::Reverse;

/// The number of bytes above which a struct or a union boxes its fields. A value is moved several times while a response is
/// read, and in a debug build each move has its own stack slot.
const LARGE: u64 = 512;

/// A struct or a union of at most this many bytes is not boxed, because that would save little.
const SMALL: u64 = 24;

/// The number of bytes above which a struct with very many properties also boxes its strings, lists and maps.
const VERY_LARGE: u64 = 4 * 1024;

/// Boxes recursive types: every field of a struct that is part of a cycle, so that the start of the cycle does not matter, and
/// then every variant in the remaining cycles, which have no struct.
pub(crate) fn box_rings(defs: &mut [TypeDef]) {
    let ends = alias_ends(defs);
    let end = |id: TypeId| ends.get(id.0 as usize).copied().unwrap_or(id);
    for of_structs in [true, false] {
        let next = |id: TypeId| match defs.get(id.0 as usize) {
            Some(def) if end(id) == id => held(&def.kind).into_iter().map(end).collect(),
            _ => Vec::new(),
        };
        let rings = rings(defs.len(), &next);
        let ring = |id: TypeId| rings.get(end(id).0 as usize);
        for (index, def) in (0_u32..).zip(defs.iter_mut()) {
            let own = ring(TypeId(index));
            let is_inside = |ty: &Type| by_value(ty).is_some_and(|held| ring(held) == own);
            match &mut def.kind {
                TypeKind::Struct { fields, .. } if of_structs => {
                    fields.iter_mut().for_each(|f| f.boxed |= is_inside(&f.ty));
                }
                TypeKind::Union { variants, .. } if !of_structs => {
                    variants.iter_mut().for_each(|v| v.boxed |= is_inside(&v.ty));
                }
                TypeKind::Tuple { elements, .. } if !of_structs => {
                    elements.iter_mut().for_each(|e| e.boxed |= is_inside(&e.ty));
                }
                _ => {}
            }
        }
    }
}

/// Boxes the fields that make a struct or a union larger than [`LARGE`].
pub(crate) fn box_large(defs: &mut [TypeDef]) {
    let ends = alias_ends(defs);
    let composite: Vec<bool> = (ends.iter())
        .map(|end| defs.get(end.0 as usize))
        .map(|def| {
            def.is_some_and(|d| {
                matches!(d.kind, TypeKind::Struct { .. } | TypeKind::Union { .. } | TypeKind::Tuple { .. })
            })
        })
        .collect();
    let is_composite = |ty: &Type| by_value(ty).is_some_and(|id| composite.get(id.0 as usize) == Some(&true));
    let mut sizes = Sizes::new(defs.len());
    for id in by_value_first(defs) {
        let Some(def) = defs.get_mut(id.0 as usize) else { continue };
        box_fields(&mut def.kind, &sizes, LARGE, |ty, bytes| is_composite(ty) && bytes > SMALL);
        box_fields(&mut def.kind, &sizes, VERY_LARGE, |_, bytes| bytes > Size::BOX.bytes);
        if let TypeKind::Union { variants, .. } = &mut def.kind {
            let large = |v: &&mut UnionVariant| is_composite(&v.ty) && sizes.ty(&v.ty).bytes > LARGE;
            variants.iter_mut().filter(large).for_each(|v| v.boxed = true);
        }
        if let TypeKind::Tuple { elements, .. } = &mut def.kind {
            let large = |e: &&mut Element| is_composite(&e.ty) && sizes.ty(&e.ty).bytes > LARGE;
            elements.iter_mut().filter(large).for_each(|e| e.boxed = true);
        }
        let size = sizes.kind(&def.kind);
        sizes.set(id, size);
    }
}

/// Boxes fields of a struct until it has at most this many bytes: the largest first, and all fields of one size together.
fn box_fields(kind: &mut TypeKind, sizes: &Sizes, most: u64, may_box: impl Fn(&Type, u64) -> bool) {
    let mut bytes = sizes.kind(kind).bytes;
    let TypeKind::Struct { fields, .. } = kind else { return };
    if bytes <= most {
        return;
    }
    let mut candidates: Vec<(u64, &mut Field)> = (fields.iter_mut())
        .filter(|field| !field.boxed)
        .map(|field| (sizes.ty(&field.ty).bytes, field))
        .filter(|(bytes, field)| may_box(&field.ty, *bytes))
        .collect();
    candidates.sort_by_key(|(bytes, _)| Reverse(*bytes));
    for same in candidates.chunk_by_mut(|one, other| one.0 == other.0) {
        if bytes <= most {
            break;
        }
        for (_, field) in same {
            let before = sizes.field(field).bytes;
            field.boxed = true;
            bytes = (bytes - before).saturating_add(sizes.field(field).bytes);
        }
    }
}

/// The number of the cycle of each definition. A definition that is not in a cycle has its own number.
///
/// These are the strongly connected components, by Tarjan's algorithm without recursion.
fn rings(count: usize, next: &impl Fn(TypeId) -> Vec<TypeId>) -> Vec<Option<usize>> {
    let mut search = Search { marks: vec![None; count], rings: vec![None; count], open: Vec::new(), met: 0, found: 0 };
    for root in (0_u32..).take(count).map(TypeId) {
        let mut way = Vec::new();
        if search.enter(root) {
            way.push((root, next(root).into_iter()));
        }
        while let Some((here, rest)) = way.last_mut() {
            let here = *here;
            if let Some(to) = rest.next() {
                if search.enter(to) {
                    way.push((to, next(to).into_iter()));
                } else if search.ring(to).is_none() {
                    search.leads_back(here, search.mark(to).met);
                }
                continue;
            }
            way.pop();
            search.leave(here, way.last().map(|(holder, _)| *holder));
        }
    }
    search.rings
}

/// When a definition was visited, and the earliest visited definition that it reaches.
#[derive(Clone, Copy, Default)]
struct Mark {
    met: usize,
    back: usize,
}

/// The state of the search for cycles.
struct Search {
    marks: Vec<Option<Mark>>,
    rings: Vec<Option<usize>>,
    /// The visited definitions without a cycle so far.
    open: Vec<TypeId>,
    met: usize,
    found: usize,
}

impl Search {
    fn mark(&self, id: TypeId) -> Mark {
        self.marks.get(id.0 as usize).copied().flatten().unwrap_or_default()
    }

    fn ring(&self, id: TypeId) -> Option<usize> {
        self.rings.get(id.0 as usize).copied().flatten()
    }

    /// Marks a definition as visited; `false` if it was visited before.
    fn enter(&mut self, id: TypeId) -> bool {
        let Some(mark @ None) = self.marks.get_mut(id.0 as usize) else { return false };
        *mark = Some(Mark { met: self.met, back: self.met });
        self.met += 1;
        self.open.push(id);
        true
    }

    fn leads_back(&mut self, from: TypeId, to: usize) {
        if let Some(Some(mark)) = self.marks.get_mut(from.0 as usize) {
            mark.back = mark.back.min(to);
        }
    }

    /// Ends the visit of a definition. Its cycle is complete if it reaches no definition that was visited before it.
    fn leave(&mut self, here: TypeId, holder: Option<TypeId>) {
        let Mark { met, back } = self.mark(here);
        if let Some(holder) = holder {
            self.leads_back(holder, back);
        }
        if back < met {
            return;
        }
        while let Some(member) = self.open.pop() {
            if let Some(ring) = self.rings.get_mut(member.0 as usize) {
                *ring = Some(self.found);
            }
            if member == here {
                break;
            }
        }
        self.found += 1;
    }
}

#[cfg(test)]
mod tests {
    use crate::lower::types::tests::testing::schemas;

    /// The types of some schemas, one a line, sorted.
    fn types(of: &[(&str, String)]) -> Vec<String> {
        let members: Vec<String> = of.iter().map(|(name, schema)| format!("{name:?}: {schema}")).collect();
        let (written, report) = schemas(&format!("{{{}}}", members.join(", ")));
        assert!(!report.has_errors(), "{report}");
        let mut lines: Vec<String> = written.trim().lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }

    fn object(properties: &[(String, String)]) -> String {
        let members: Vec<String> = properties.iter().map(|(name, schema)| format!("{name:?}: {schema}")).collect();
        format!(r#"{{"type": "object", "properties": {{{}}}}}"#, members.join(", "))
    }

    fn reference(name: &str) -> String {
        format!(r##"{{"$ref": "#/components/schemas/{name}"}}"##)
    }

    fn strings(count: usize) -> Vec<(String, String)> {
        (0..count).map(|n| (format!("s{n:03}"), r#"{"type": "string"}"#.to_owned())).collect()
    }

    fn line<'l>(lines: &'l [String], name: &str) -> &'l str {
        let begin = [format!("struct {name} "), format!("union {name} ")];
        lines.iter().find(|line| begin.iter().any(|b| line.starts_with(b))).map_or("", String::as_str)
    }

    #[test]
    fn what_would_make_a_struct_large_is_boxed_the_largest_first() {
        let part = object(&strings(10));
        let small = object(&strings(1));
        let three = |names: [&str; 3]| object(&names.map(|name| (name.to_ascii_lowercase(), reference(name))));
        let lines = types(&[
            ("Two", object(&[("a".to_owned(), reference("Part")), ("b".to_owned(), reference("Part"))])),
            ("Three", three(["Part", "Other", "Small"])),
            ("Part", part),
            ("Other", object(&strings(15))),
            ("Small", small),
        ]);
        assert_eq!(line(&lines, "Two"), "struct Two { a: Part?, b: Part? }");
        assert_eq!(line(&lines, "Three"), "struct Three { part: Part?, other: Box<Other>?, small: Small? }");
    }

    #[test]
    fn values_of_one_size_are_boxed_together_and_a_variant_by_its_own_size() {
        let names = ["a", "b", "c"].map(|name| (name.to_owned(), reference("Part")));
        let union = format!(r#"{{"oneOf": [{}, {}, {{"type": "string"}}]}}"#, reference("Wide"), reference("Small"));
        let lines = types(&[
            ("Part", object(&strings(10))),
            ("All", object(&names)),
            ("Wide", object(&strings(22))),
            ("Small", object(&[("t".to_owned(), r#"{"type": "boolean"}"#.to_owned())])),
            ("Union", union),
        ]);
        assert_eq!(line(&lines, "All"), "struct All { a: Box<Part>?, b: Box<Part>?, c: Box<Part>? }");
        let union = line(&lines, "Union");
        assert!(union.contains("Wide(Box<Wide>)") && union.contains("Small(Small)"), "{union}");
    }

    #[test]
    fn very_many_strings_are_boxed_too() {
        let lines = types(&[("Wide", object(&strings(150))), ("Wider", object(&strings(200)))]);
        assert!(!line(&lines, "Wide").contains("Box"));
        assert_eq!(line(&lines, "Wider").matches("Box<String>?").count(), 200);
    }

    #[test]
    fn boxes_do_not_depend_on_the_order_of_schemas_and_properties() {
        let wide = object(&strings(12));
        let mut ring: Vec<(&str, String)> = vec![
            ("A", object(&[("b".to_owned(), reference("B")), ("w".to_owned(), reference("Wide"))])),
            ("B", object(&[("c".to_owned(), reference("C")), ("v".to_owned(), reference("Wide"))])),
            (
                "C",
                object(&[
                    ("a".to_owned(), reference("A")),
                    ("x".to_owned(), reference("Wide")),
                    ("y".to_owned(), reference("Wide")),
                ]),
            ),
            (
                "Holder",
                object(&[
                    ("a".to_owned(), reference("A")),
                    ("b".to_owned(), reference("B")),
                    ("c".to_owned(), reference("C")),
                ]),
            ),
            ("Wide", wide),
        ];
        let expected = types(&ring);
        assert_eq!(line(&expected, "A"), "struct A { b: Box<B>?, w: Wide? }");
        assert_eq!(line(&expected, "B"), "struct B { c: Box<C>?, v: Wide? }");
        for _ in 0..ring.len() {
            ring.rotate_left(1);
            assert_eq!(types(&ring), expected);
        }
        ring.reverse();
        assert_eq!(types(&ring), expected);
    }

    #[test]
    fn a_long_chain_and_a_long_ring_are_walked_without_recursion() {
        let chain = |last: String| {
            let link = |n: usize| object(&[("next".to_owned(), reference(&format!("L{}", n + 1)))]);
            let mut links: Vec<(String, String)> = (0..5_000).map(|n| (format!("L{n}"), link(n))).collect();
            links.push(("L5000".to_owned(), last));
            links
        };
        let count = |links: &[(String, String)]| {
            let links: Vec<(&str, String)> =
                links.iter().map(|(name, schema)| (name.as_str(), schema.clone())).collect();
            types(&links).iter().filter(|line| line.contains("Box<")).count()
        };
        assert_eq!(count(&chain(object(&strings(1)))), 0);
        assert_eq!(count(&chain(object(&[("next".to_owned(), reference("L0"))]))), 5_001);
    }
}

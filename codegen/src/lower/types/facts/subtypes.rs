//! The subtypes of components with a discriminator: the components that extend them by `allOf`
//! (OpenAPI Specification 3.0.4, "Models with Polymorphism Support").

use crate::document::load::node::{Member, Node};
use crate::document::references::Refs;
use rustc_hash::{FxHashMap, FxHashSet};

/// The subtypes of components.
#[derive(Default)]
pub(crate) struct Subtypes<'d, 's> {
    /// All subtypes of a component, in the order of the document, by the address of the component.
    by_parent: FxHashMap<*const Node<'s>, Vec<&'d Node<'s>>>,
    /// The components that a component extends, by its address.
    by_child: FxHashMap<*const Node<'s>, Vec<&'d Node<'s>>>,
}

impl<'d, 's> Subtypes<'d, 's> {
    /// Finds the subtypes of the components that have a discriminator and are not a choice themselves.
    pub(crate) fn of(schemas: &'d [Member<'s>], refs: &Refs<'d, 's>) -> Self {
        let mut direct: FxHashMap<*const Node<'s>, Vec<&'d Node<'s>>> = FxHashMap::default();
        let parents: Vec<&'d Node<'s>> = schemas.iter().map(|member| &member.value).filter(|s| is_parent(s)).collect();
        if parents.is_empty() {
            return Self::default();
        }
        for member in schemas {
            for part in member.value.get("allOf").and_then(Node::elements).unwrap_or_default() {
                if let Some(target) = refs.find_next(part) {
                    direct.entry(std::ptr::from_ref(target.node)).or_default().push(&member.value);
                }
            }
        }
        let order: FxHashMap<*const Node<'s>, usize> =
            schemas.iter().enumerate().map(|(at, member)| (std::ptr::from_ref(&member.value), at)).collect();
        let mut by_parent = FxHashMap::default();
        let mut by_child: FxHashMap<*const Node<'s>, Vec<&'d Node<'s>>> = FxHashMap::default();
        for parent in parents {
            let mut all: Vec<&'d Node<'s>> = Vec::new();
            let mut seen: FxHashSet<*const Node<'s>> = FxHashSet::from_iter([std::ptr::from_ref(parent)]);
            let mut waiting = vec![std::ptr::from_ref(parent)];
            while let Some(next) = waiting.pop() {
                for child in direct.get(&next).into_iter().flatten() {
                    if seen.insert(std::ptr::from_ref(*child)) {
                        all.push(child);
                        waiting.push(std::ptr::from_ref(*child));
                    }
                }
            }
            if !all.is_empty() {
                all.sort_by_key(|child| order.get(&std::ptr::from_ref(*child)));
                for child in &all {
                    by_child.entry(std::ptr::from_ref(*child)).or_default().push(parent);
                }
                by_parent.insert(std::ptr::from_ref(parent), all);
            }
        }
        Self { by_parent, by_child }
    }

    /// The subtypes of a component, if it has some.
    pub(crate) fn get(&self, parent: &'d Node<'s>) -> Option<&[&'d Node<'s>]> {
        self.by_parent.get(&std::ptr::from_ref(parent)).map(Vec::as_slice)
    }

    /// The discriminator of the only component that all of these extend: a choice among subtypes has the discriminator of their
    /// parent, as springdoc writes it.
    pub(crate) fn discriminator(&self, mut children: impl Iterator<Item = &'d Node<'s>>) -> Option<&'d Node<'s>> {
        let parents = |child: &'d Node<'s>| self.by_child.get(&std::ptr::from_ref(child));
        let mut common = parents(children.next()?)?.clone();
        for child in children {
            let others = parents(child)?;
            common.retain(|parent| others.iter().any(|other| std::ptr::eq(*parent, *other)));
        }
        match common.as_slice() {
            [only] => only.get("discriminator"),
            _ => None,
        }
    }

    /// Whether a component is a subtype of another one.
    pub(crate) fn has(&self, parent: &'d Node<'s>, child: &'d Node<'s>) -> bool {
        self.get(parent).is_some_and(|all| all.iter().any(|one| std::ptr::eq(*one, child)))
    }
}

fn is_parent(schema: &Node<'_>) -> bool {
    schema.get("discriminator").is_some() && ["oneOf", "anyOf"].iter().all(|word| schema.get(word).is_none())
}

//! Settles names independent of order: if several items compete for a name, none of them gets it.
//!
//! Each item has candidates, from the short name to the long ones. A candidate that two items have is not used, also if one of
//! them does not need it. Each item gets the first candidate that no other item has. The last candidate ends in a hash of the
//! item's identity. Names therefore do not depend on the order of the items. If the candidates of an item follow from the item
//! alone, its name never passes to another item, because another item with that candidate competes for it. A name changes its
//! meaning only if one item is removed and another one with that candidate is added.

use crate::ir::ident::Ident;
use crate::lower::names::{Case, certain, hashed, ident, numbered, style};
use rustc_hash::{FxHashMap, FxHashSet};

/// An item that needs a name.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The texts of the candidates, the best first.
    pub candidates: Vec<String>,
    /// A text that is different for each item. If all candidates are taken, the name ends in a hash of it.
    pub identity: String,
}

impl Wanted {
    /// An item that is named by its own text, and then by the text with the name of its style: `pet_id_camel`.
    pub fn text(text: &str) -> Self {
        let mut candidates = vec![text.to_owned()];
        candidates.extend(style::of(text).map(|style| format!("{text} {style}")));
        Self { candidates, identity: text.to_owned() }
    }
}

/// A namespace, with the form of its names and its reserved names.
#[derive(Clone, Debug)]
pub struct Namespace<'a> {
    /// How words are joined.
    pub case: Case,
    /// Names that have a meaning of their own: `new` becomes `new_`, `Unknown` becomes `UnknownValue`.
    pub reserved: &'a [&'a str],
    /// Names for which other items compete. An item uses its next candidate instead.
    pub contested: Vec<Ident>,
    /// Names that only the item of this index may get, also if it gets another name.
    pub claimed: Vec<(Ident, usize)>,
    /// Endings of names. An item that gets a name also has the name with each ending, and no other item has one of these.
    pub endings: &'a [&'a str],
}

impl<'a> Namespace<'a> {
    /// A namespace of plain names.
    pub fn new(case: Case, reserved: &'a [&'a str]) -> Self {
        Self { case, reserved, contested: Vec::new(), claimed: Vec::new(), endings: &[""] }
    }

    /// The identifiers for some items, in their order. Items with the same identity are distinguished by a number, in their
    /// order.
    pub fn settle(&self, items: &[Wanted]) -> Vec<Ident> {
        let candidate = |index: usize, level: usize| Some(ident(items.get(index)?.candidates.get(level)?, self.case));
        let identity = |index: usize| items.get(index).map(|item| item.identity.clone()).unwrap_or_default();
        self.settle_by(items.len(), &candidate, &identity)
    }

    /// The same for items whose candidates are computed on demand: `candidate` returns that of an item at a level, `None` after
    /// the last one.
    pub fn settle_by(
        &self,
        count: usize,
        candidate: &dyn Fn(usize, usize) -> Option<Ident>,
        identity: &dyn Fn(usize) -> String,
    ) -> Vec<Ident> {
        let mut settling = Settling { space: self, candidate, identity, owners: FxHashMap::default() };
        let taken = self.reserved.iter().copied().chain(self.contested.iter().map(Ident::as_str));
        settling.owners.extend(taken.map(|name| (name.to_owned(), None)));
        for (name, index) in &self.claimed {
            settling.claim(name.to_string(), *index);
        }
        // They are computed twice and not kept, because there can be very many.
        for index in 0..count {
            let names: Vec<Ident> = settling.names(index).collect();
            for name in names {
                for ending in self.endings {
                    settling.claim(with_ending(&name, ending), index);
                }
            }
        }
        let settled = (0..count).map(|index| settling.names(index).find(|name| settling.owns(name, index))).collect();
        settling.number_the_rest(settled)
    }
}

/// The identifiers for some items of one namespace, in their order.
pub fn settle(items: &[Wanted], case: Case, reserved: &[&str]) -> Vec<Ident> {
    Namespace::new(case, reserved).settle(items)
}

struct Settling<'a> {
    space: &'a Namespace<'a>,
    candidate: &'a dyn Fn(usize, usize) -> Option<Ident>,
    identity: &'a dyn Fn(usize) -> String,
    /// The only item that has a name as a candidate; `None` if several items have it, or the name is reserved.
    owners: FxHashMap<String, Option<usize>>,
}

impl Settling<'_> {
    fn claim(&mut self, name: String, index: usize) {
        let owner = self.owners.entry(name).or_insert(Some(index));
        if *owner != Some(index) {
            *owner = None;
        }
    }

    fn owns(&self, name: &Ident, index: usize) -> bool {
        let own = |ending: &&str| self.owners.get(&with_ending(name, ending)) == Some(&Some(index));
        self.space.endings.iter().all(own)
    }

    /// The candidates of an item, the best first. If it gets none of them, its name ends in a hash of its identity.
    fn names(&self, index: usize) -> impl Iterator<Item = Ident> {
        (0..).map_while(move |level| (self.candidate)(index, level)).map(|name| self.unreserved(name))
    }

    fn unreserved(&self, name: Ident) -> Ident {
        if !self.space.reserved.contains(&name.as_str()) {
            return name;
        }
        certain(format!("{name}{}", if self.space.case == Case::Pascal { "Value" } else { "_" }))
    }

    fn hash(&self, index: usize) -> Ident {
        let stem = (self.candidate)(index, 0).unwrap_or_else(|| ident("", self.space.case));
        hashed(stem.as_str(), &(self.identity)(index), self.space.case)
    }

    /// The settled names. The name of an item without a free candidate ends in a hash of its identity, and if another item has
    /// that name too, in a number, by identity.
    fn number_the_rest(&self, settled: Vec<Option<Ident>>) -> Vec<Ident> {
        let mut left: Vec<usize> = (0..settled.len()).filter(|&index| settled[index].is_none()).collect();
        left.sort_by_key(|&index| (self.identity)(index));
        let mut numbers: FxHashMap<Ident, u32> = FxHashMap::default();
        let mut given: FxHashSet<String> = FxHashSet::default();
        let mut found: FxHashMap<usize, Ident> = FxHashMap::default();
        for index in left {
            let stem = self.hash(index);
            let number = numbers.entry(stem.clone()).or_insert(0);
            let name = loop {
                *number += 1;
                let name = if *number == 1 { stem.clone() } else { numbered(&stem, *number, self.space.case) };
                let is_free = |name: String| !given.contains(&name) && !self.owners.contains_key(&name);
                if self.space.endings.iter().all(|ending| is_free(with_ending(&name, ending))) {
                    break name;
                }
            };
            given.extend(self.space.endings.iter().map(|ending| with_ending(&name, ending)));
            found.insert(index, name);
        }
        let names = settled.into_iter().enumerate();
        names.filter_map(|(index, settled)| settled.or_else(|| found.remove(&index))).collect()
    }
}

/// A stem with an ending. The underscore that keeps a stem from being a keyword (`Self_`) is not needed before more letters.
fn with_ending(stem: &Ident, ending: &str) -> String {
    let stem = if ending.is_empty() { stem.as_str() } else { stem.as_str().trim_end_matches('_') };
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(texts: &[&str]) -> Wanted {
        Wanted { candidates: texts.iter().map(|t| (*t).to_owned()).collect(), identity: texts.join(" ") }
    }

    fn names(items: &[Wanted], reserved: &[&str]) -> Vec<String> {
        settle(items, Case::Snake, reserved).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn competitors_all_take_their_longer_names() {
        let items = [wanted(&["get_pet", "get pet by id"]), wanted(&["get_pet", "get_pets by pet id"]), wanted(&["a"])];
        assert_eq!(names(&items, &[]), ["get_pet_by_id", "get_pets_by_pet_id", "a"]);
    }

    /// Two items with other candidates compete for `a`; the third item does not get it either.
    #[test]
    fn a_name_that_was_competed_for_is_nobodys() {
        let items = [wanted(&["a", "b"]), wanted(&["a", "c"]), wanted(&["x", "a", "d"]), wanted(&["x", "e"])];
        assert_eq!(names(&items, &[]), ["b", "c", "d", "e"]);
    }

    #[test]
    fn items_without_another_candidate_end_in_a_hash() {
        let items = [wanted(&["Read"]), wanted(&["read"])];
        let [one, other] = names(&items, &[]).try_into().unwrap_or_else(|_| unreachable!("two names"));
        assert!(one.starts_with("read_h") && other.starts_with("read_h") && one != other, "{one} {other}");
    }

    #[test]
    fn texts_of_one_word_list_are_told_apart_by_their_style() {
        let items = ["petId", "pet_id", "pet-id", "PetId", "PET_ID"].map(Wanted::text);
        let want = ["pet_id_camel", "pet_id_snake", "pet_id_kebab", "pet_id_pascal", "pet_id_screaming"];
        assert_eq!(names(&items, &[]), want);
    }

    #[test]
    fn contested_names_are_passed_over() {
        let space = Namespace { contested: vec![ident("a", Case::Snake)], ..Namespace::new(Case::Snake, &[]) };
        assert_eq!(
            space.settle(&[wanted(&["a", "b"]), wanted(&["c", "d"])]),
            [ident("b", Case::Snake), ident("c", Case::Snake)]
        );
    }

    #[test]
    fn a_claimed_name_is_for_one_item_only() {
        let claimed = vec![(ident("b", Case::Snake), 0), (ident("c", Case::Snake), 1)];
        let space = Namespace { claimed, ..Namespace::new(Case::Snake, &[]) };
        let names = |items: &[Wanted]| space.settle(items).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&[wanted(&["a"]), wanted(&["b", "c"]), wanted(&["d"])]), ["a", "c", "d"]);
        assert_eq!(names(&[wanted(&["b"]), wanted(&["a"]), wanted(&["c", "d"])]), ["b", "a", "d"]);
    }

    #[test]
    fn stems_with_equal_names_after_their_endings_all_go_on() {
        let space = Namespace { endings: &["", "Error"], ..Namespace::new(Case::Pascal, &[]) };
        let items = [wanted(&["Get", "GetA"]), wanted(&["GetError", "GetB"]), wanted(&["Put", "PutC"])];
        let stems = space.settle(&items);
        assert_eq!(stems.iter().map(Ident::as_str).collect::<Vec<_>>(), ["GetA", "GetB", "Put"]);
        let items = [wanted(&["Self"]), wanted(&["Same"]), wanted(&["Same"])];
        let stems = space.settle(&items);
        assert_eq!(stems[0].as_str(), "Self_");
        assert_eq!(stems[2], numbered(&stems[1], 2, Case::Pascal));
    }

    #[test]
    fn reserved_names_are_changed() {
        assert_eq!(names(&[wanted(&["new"]), wanted(&["fmt"])], &["new"]), ["new_", "fmt"]);
        assert_eq!(names(&[wanted(&["new"]), wanted(&["new_"])], &["new"]).len(), 2);
    }

    #[test]
    fn equal_items_get_numbers() {
        let names = names(&[wanted(&["same"]), wanted(&["same"]), wanted(&["same"])], &[]);
        assert!(names[0].starts_with("same_h") && names[1] == format!("{}_2", names[0]), "{names:?}");
        assert_eq!(names[2], format!("{}_3", names[0]));
    }

    #[test]
    fn order_does_not_count() {
        let texts: [&[&str]; 6] = [&["a", "b"], &["a", "c"], &["b"], &["c", "d"], &["e"], &["d", "e"]];
        let items: Vec<Wanted> = texts.iter().map(|t| wanted(t)).collect();
        let forward = names(&items, &[]);
        let mut reversed: Vec<Wanted> = items.clone();
        reversed.reverse();
        let mut backward = names(&reversed, &[]);
        backward.reverse();
        assert_eq!(forward, backward);
    }

    #[test]
    fn a_hundred_thousand_competitors_take_linear_time() {
        let items: Vec<Wanted> =
            (0..100_000).map(|i| Wanted { candidates: vec!["same".to_owned()], identity: i.to_string() }).collect();
        let mut all = names(&items, &[]);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 100_000);
    }
}

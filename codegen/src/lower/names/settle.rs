//! Names that do not depend on order: whoever competes for a name, none of them gets it.
//!
//! Each item brings candidates, from the short name to the long ones. An item starts with its first candidate. A candidate
//! that two items have come to is nobody's: both go on to their next one, also where the other has gone on before. The
//! result is the least fixed point of that rule, so it depends neither on the order of the items nor on chance, and adding
//! an item either leaves a name with its item or removes the name: it never passes to another item. The same holds for
//! removing one.

use super::{Case, certain, hashed, ident};
use crate::ir::ident::Ident;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// What is to be named.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Texts whose words make a name, the best first.
    pub candidates: Vec<String>,
    /// What it is, different for each item: the end of the name that is left when all candidates are taken is a hash of it.
    pub identity: String,
}

impl Wanted {
    /// An item that is named by its own text.
    pub fn text(text: &str) -> Self {
        Self { candidates: vec![text.to_owned()], identity: text.to_owned() }
    }
}

/// The identifiers for some items of one namespace, in their order.
///
/// No item gets a reserved name: `new` becomes `new_`, `Unknown` becomes `UnknownValue`. Items of one identity are told apart
/// by a number in their order.
pub fn settle(items: &[Wanted], case: Case, reserved: &[&str]) -> Vec<Ident> {
    let candidates: Vec<Vec<Ident>> = items.iter().map(|item| candidates(item, case, reserved)).collect();
    let mut level = vec![0_usize; items.len()];
    // Who came to a name first, and whether another one did too. Reserved names belong to nobody.
    let mut owners: FxHashMap<&str, Option<usize>> = reserved.iter().map(|&name| (name, None)).collect();
    let mut moved: Vec<usize> = (0..items.len()).rev().collect();
    while let Some(index) = moved.pop() {
        let Some(name) = candidates[index].get(level[index]) else { continue };
        match owners.entry(name.as_str()) {
            Entry::Vacant(free) => {
                free.insert(Some(index));
            }
            Entry::Occupied(mut taken) => {
                let first = taken.insert(None);
                for index in first.into_iter().chain([index]) {
                    level[index] += 1;
                    moved.push(index);
                }
            }
        }
    }
    numbered_where_left(items, &candidates, &level, reserved)
}

/// The settled names; an item without any candidate left (its hash is another item's) gets a number, by identity.
fn numbered_where_left(items: &[Wanted], candidates: &[Vec<Ident>], level: &[usize], reserved: &[&str]) -> Vec<Ident> {
    let settled = |index: usize| candidates[index].get(level[index]);
    let mut left: Vec<usize> = (0..items.len()).filter(|&index| settled(index).is_none()).collect();
    if left.is_empty() {
        return (0..items.len()).filter_map(settled).cloned().collect();
    }
    left.sort_by(|&a, &b| items[a].identity.cmp(&items[b].identity));
    let mut taken: FxHashMap<String, u32> = (0..items.len()).filter_map(settled).map(|n| (n.to_string(), 2)).collect();
    taken.extend(reserved.iter().map(|&name| (name.to_owned(), 2)));
    let mut numbered: FxHashMap<usize, Ident> = FxHashMap::default();
    for index in left {
        let Some(stem) = candidates[index].last() else { continue };
        let mut number = taken.get(stem.as_str()).copied().unwrap_or(1);
        let name = loop {
            let name = if number == 1 { stem.to_string() } else { format!("{stem}_{number}") };
            number += 1;
            if !taken.contains_key(&name) {
                break name;
            }
        };
        taken.insert(stem.to_string(), number);
        taken.entry(name.clone()).or_insert(2);
        numbered.insert(index, certain(name));
    }
    (0..items.len()).filter_map(|index| numbered.remove(&index).or_else(|| settled(index).cloned())).collect()
}

/// The identifiers that an item may get, without repetition; the last one ends in a hash of what it is.
fn candidates(item: &Wanted, case: Case, reserved: &[&str]) -> Vec<Ident> {
    let mut found: Vec<Ident> = Vec::with_capacity(item.candidates.len() + 1);
    for text in &item.candidates {
        let plain = ident(text, case);
        let plain = if reserved.contains(&plain.as_str()) {
            certain(format!("{plain}{}", if case == Case::Pascal { "Value" } else { "_" }))
        } else {
            plain
        };
        if !found.contains(&plain) {
            found.push(plain);
        }
    }
    let stem = item.candidates.first().map_or_else(|| ident("", case), |text| ident(text, case));
    found.push(hashed(stem.as_str(), &item.identity, case));
    found
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

    /// `a` is wanted by two that have gone on; the third, which comes to it last, does not get it either.
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

//! Every operation of a document with every kind of credential: what has to compile and what must not.

use crate::face::{Face, Filling};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The programs of one document.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    /// All calls that must compile.
    pub right: String,
    /// All calls that must not, each on its own line.
    pub wrong: String,
    /// The lines of `wrong` with such a call, with a description of the call.
    pub expected: BTreeMap<u32, String>,
    /// How many calls must compile.
    pub right_calls: usize,
}

/// The content of a slot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    Nothing,
    Id,
    Access(Vec<String>),
    User(Vec<String>),
    Machine(Vec<String>),
    Value,
}

impl Held {
    fn scopes(&self) -> Option<&[String]> {
        match self {
            Self::Access(s) | Self::User(s) | Self::Machine(s) => Some(s),
            Self::Nothing | Self::Id | Self::Value => None,
        }
    }

    fn has_id(&self) -> bool {
        matches!(self, Self::Id | Self::User(_))
    }

    fn type_name(&self, face: &Face, slot: usize) -> String {
        let filling = &face.slots[slot].filled_by;
        let (Filling::Token(name) | Filling::Value(name)) = filling;
        let grant = |scopes: &[String]| {
            scopes.iter().rev().fold("()".to_owned(), |rest, s| {
                format!("({}, {rest})", face.scopes.get(s).map_or("NoSuchScope", String::as_str))
            })
        };
        match self {
            Self::Nothing => "cogen_runtime::Missing".to_owned(),
            Self::Value => name.clone(),
            Self::Id => format!("cogen_runtime::IdToken<{name}>"),
            Self::Access(s) => format!("cogen_runtime::AccessToken<{name}, {}>", grant(s)),
            Self::User(s) => format!("cogen_runtime::UserSession<{name}, {}>", grant(s)),
            Self::Machine(s) => format!("cogen_runtime::Machine<{name}, {}>", grant(s)),
        }
    }
}

/// Writes the programs for the operations that `inspect` printed and the crate that was generated.
pub fn programs(operations: &[Value], face: &Face) -> Programs {
    let callable: Vec<&Value> = operations.iter().filter(|o| o["skipped"].is_null() && is_understood(o)).collect();
    let combinations = combinations(&callable, face);
    let mut made = Programs::default();
    let mut head = String::from("#![allow(unused, unreachable_code, clippy::all)]\nfn any<T>() -> T { loop {} }\n");
    for (index, held) in combinations.iter().enumerate() {
        let types: Vec<String> = held.iter().enumerate().map(|(slot, h)| h.type_name(face, slot)).collect();
        let arguments = if types.is_empty() { String::new() } else { format!("<{}>", types.join(", ")) };
        let _ = writeln!(head, "type C{index} = api::Client{arguments};");
    }
    made.right.clone_from(&head);
    made.wrong = head;
    let mut line = u32::try_from(made.wrong.lines().count()).unwrap_or(u32::MAX);
    for operation in callable {
        let name = operation["name"].as_str().unwrap_or_default();
        let arguments = face.methods.get(name).map(|a| a.join(", ")).unwrap_or_default();
        for (index, held) in combinations.iter().enumerate() {
            let call = format!("c.{name}({arguments})");
            if is_sufficient(operation, held, face) {
                let _ = writeln!(made.right, "fn f{}(c: &C{index}) {{ let _ = {call}; }}", made.right_calls);
                made.right_calls += 1;
            } else {
                line += 1;
                let _ = writeln!(made.wrong, "fn f{line}(c: &C{index}) {{ let _ = {call}; }}");
                made.expected.insert(line, format!("{} {} with {held:?}", operation["method"], operation["path"]));
            }
        }
    }
    made
}

fn is_understood(operation: &Value) -> bool {
    operation["authorization"].as_array().is_some_and(|a| !a.is_empty())
}

/// Alternatives of credentials, read from the output of `inspect` alone.
fn is_sufficient(operation: &Value, held: &[Held], face: &Face) -> bool {
    let alternatives = operation["authorization"].as_array().map(Vec::as_slice).unwrap_or_default();
    alternatives.iter().any(|all| {
        let all = all.as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter().all(|need| {
            // A Lambda authorizer that reads nothing from a request requires no credential.
            let is_lambda = need["kind"].as_str().is_some_and(|kind| kind.starts_with("lambda"));
            if is_lambda && need["sources"].as_array().is_some_and(Vec::is_empty) {
                return true;
            }
            let slot = face.slots.iter().position(|s| Some(s.scheme.as_str()) == need["scheme"].as_str());
            slot.is_some_and(|slot| satisfies(need, &held[slot]))
        })
    })
}

fn satisfies(need: &Value, held: &Held) -> bool {
    let granted = |held: &Held| {
        held.scopes().is_some_and(|scopes| {
            let asked = texts(&need["scopes"]);
            match need["match"].as_str() {
                Some("any") => asked.iter().any(|s| scopes.contains(s)),
                Some("all") => asked.iter().all(|s| scopes.contains(s)),
                _ => true,
            }
        })
    };
    match need["token"].as_str() {
        Some("id") => held.has_id(),
        Some("access") => granted(held),
        Some("any") => held.has_id() || granted(held),
        _ => *held == Held::Value,
    }
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

/// The clients to try: no credential, each credential alone, all of them, all but one, and every combination of
/// credentials that some operation needs together.
fn combinations(operations: &[&Value], face: &Face) -> BTreeSet<Vec<Held>> {
    let candidates: Vec<Vec<Held>> = (0..face.slots.len()).map(|slot| candidates(operations, face, slot)).collect();
    let nothing = vec![Held::Nothing; face.slots.len()];
    let everything: Vec<Held> = candidates.iter().map(|c| c.last().cloned().unwrap_or(Held::Nothing)).collect();
    let mut found = BTreeSet::from([nothing.clone(), everything.clone()]);
    for (slot, held) in candidates.iter().enumerate().flat_map(|(slot, all)| all.iter().map(move |h| (slot, h))) {
        let mut alone = nothing.clone();
        alone[slot] = held.clone();
        found.insert(alone);
        let mut without = everything.clone();
        without[slot] = held.clone();
        found.insert(without);
    }
    for together in slots_together(operations, face) {
        let mut products = vec![nothing.clone()];
        for slot in together {
            let widened = products.iter().flat_map(|base| {
                candidates[slot].iter().map(move |held| {
                    let mut one = base.clone();
                    one[slot] = held.clone();
                    one
                })
            });
            products = widened.take(400).collect();
        }
        found.extend(products);
    }
    found
}

fn slots_together(operations: &[&Value], face: &Face) -> BTreeSet<Vec<usize>> {
    let mut found = BTreeSet::new();
    for alternative in
        operations.iter().filter_map(|o| o["authorization"].as_array()).flatten().filter_map(Value::as_array)
    {
        let slots = alternative
            .iter()
            .filter_map(|n| face.slots.iter().position(|s| Some(s.scheme.as_str()) == n["scheme"].as_str()));
        let slots: BTreeSet<usize> = slots.collect();
        if slots.len() > 1 {
            found.insert(slots.into_iter().collect());
        }
    }
    found
}

/// The possible contents of a slot, the most powerful credential last.
fn candidates(operations: &[&Value], face: &Face, slot: usize) -> Vec<Held> {
    if matches!(face.slots[slot].filled_by, Filling::Value(_)) {
        return vec![Held::Nothing, Held::Value];
    }
    let mut asked: BTreeSet<Vec<String>> = BTreeSet::new();
    for need in
        operations.iter().filter_map(|o| o["authorization"].as_array()).flatten().filter_map(Value::as_array).flatten()
    {
        if need["scheme"].as_str() == Some(face.slots[slot].scheme.as_str()) {
            asked.insert(texts(&need["scopes"]));
        }
    }
    let every: Vec<String> = asked.iter().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let mut found =
        vec![Held::Nothing, Held::Id, Held::Access(Vec::new()), Held::User(Vec::new()), Held::Machine(Vec::new())];
    found.extend(every.iter().take(12).map(|s| Held::Access(vec![s.clone()])));
    for set in asked.iter().filter(|s| s.len() > 1).take(8) {
        found.push(Held::Machine(set.clone()));
        found.push(Held::Access(set[1..].to_vec()));
    }
    found.push(Held::Machine(every.clone()));
    found.push(Held::User(every));
    found
}

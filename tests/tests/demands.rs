//! No requirement is lost or guessed: if a key that bears security is changed, each operation has the same requirement as before,
//! or a diagnostic at that location reports it.
//!
//! Random documents are changed in one location: a key is removed, renamed, moved, or its value gets another type, a
//! reference or a condition. `COGEN_SEED` sets the seed, `COGEN_CASES` the number of changes (default 3000); 200,000 take
//! some minutes: `COGEN_CASES=200000 cargo test --release -p cogen-tests --test demands`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::Input;
use cogen::config::options::{Limits, Options};
use cogen::diagnostics::report::Report;
use cogen::diagnostics::report::{Diagnostic, Severity};
use cogen::document::load::node::{Node, Value as Tree};
use cogen::output::inspect;
use cogen::pipeline;
use cogen_tests::{rule, secured};
use fastrand::Rng;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::env;

const GATEWAY: &str = "x-amazon-apigateway-";
const ANY: &str = "x-amazon-apigateway-any-method";
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", ANY];

#[test]
fn every_operation_keeps_its_requirement_or_there_is_a_diagnostic() {
    let seed = number("COGEN_SEED", 1);
    let (mut changed, mut equal, mut reported) = (0_u64, 0_u64, 0_u64);
    let mut kinds: BTreeMap<&'static str, u64> = BTreeMap::new();
    for index in 0..number("COGEN_CASES", 3000) {
        let mut random = Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(index));
        let document = with_any_method(secured::document(3, &mut random), &mut random);
        let before = Read::of(&document);
        let Some(change) = Change::random(&document, &mut random) else { continue };
        let after = Read::of(&change.document);
        changed += 1;
        *kinds.entry(change.kind).or_default() += 1;
        for (route, demand) in before.demands.iter().filter(|(_, demand)| demand.is_some()) {
            match change.verdict(route, demand, &before, &after) {
                Verdict::Equal => equal += 1,
                Verdict::Reported => reported += 1,
                Verdict::Silent(found) => panic!(
                    "seed {seed}, case {index}: {} of {}\n`{route}` demanded {}\nand now demands {found}, without a word\n\
                     {:#}\nbecame\n{:#}\n{}",
                    change.kind,
                    change.pointer,
                    demand.as_deref().unwrap_or("?"),
                    document,
                    change.document,
                    after.report,
                ),
            }
        }
    }
    println!("{changed} changes {kinds:?}: {equal} operations as before, {reported} reported");
    assert!(kinds.len() >= 5 && reported * 20 > changed, "too few changes have an effect");
}

/// The document with an operation for any method, if it is a gateway document.
fn with_any_method(mut document: Value, random: &mut Rng) -> Value {
    let items = document["paths"].as_object_mut().unwrap();
    if let Some((_, item)) = items.iter_mut().next().filter(|_| random.u8(..3) == 0) {
        let item = item.as_object_mut().unwrap();
        let method = item.keys().next().cloned().unwrap_or_default();
        renamed(item, &method, ANY);
    }
    document
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().map_or(default, |text| text.parse().unwrap_or_else(|e| panic!("{name}: {e}")))
}

/// The result of reading a document.
struct Read {
    /// The requirement of each operation by route; `None` if the operation has an error.
    demands: BTreeMap<String, Option<String>>,
    report: Report,
    text: String,
}

impl Read {
    fn of(document: &Value) -> Self {
        let text = document.to_string();
        let input = Input { document: ("random.json".to_owned(), text.clone().into_bytes()), ..Input::default() };
        let mut report = Report::default();
        let api = pipeline::outline(&input, &Options::default(), &mut report);
        let lines = api.map(|api| inspect::json_lines(&api, text.len()).text).unwrap_or_default();
        let demands = lines.lines().map(|line| {
            let operation: Value = serde_json::from_str(line).unwrap();
            let route = format!("{} {}", operation["method"].as_str().unwrap(), operation["path"].as_str().unwrap());
            let known = operation["errors"] == json!([]);
            (route, known.then(|| plain(&operation["authorization"])))
        });
        Self { demands: demands.collect(), report, text }
    }
}

/// Alternatives and their credentials without order.
fn plain(authorization: &Value) -> String {
    let each = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let need = |need: &Value| {
        let scheme = if need["kind"] == "iam" { &Value::Null } else { &need["scheme"] };
        let scopes: BTreeSet<String> = each(&need["scopes"]).iter().map(Value::to_string).collect();
        format!("{scheme} {} {} {scopes:?} {} {}", need["kind"], need["token"], need["match"], need["sources"])
    };
    let all: BTreeSet<BTreeSet<String>> =
        each(authorization).iter().map(|all| each(all).iter().map(need).collect()).collect();
    format!("{all:?}")
}

enum Verdict {
    Equal,
    Reported,
    Silent(String),
}

/// A document with one change.
struct Change {
    document: Value,
    kind: &'static str,
    /// The location of the change.
    pointer: String,
    /// The locations in the document where a diagnostic counts.
    places: Vec<String>,
}

impl Change {
    /// Changes one location at random; `None` if the document has none.
    fn random(document: &Value, random: &mut Rng) -> Option<Self> {
        let found = security_keys(document);
        let pointer = found.get(random.usize(..found.len().max(1)))?.clone();
        let (holder, key) = pointer.rsplit_once('/')?;
        let (holder, key) = (holder.to_owned(), unescaped(key));
        let mut document = document.clone();
        let mut places = vec![holder.clone()];
        let members = document.pointer_mut(&holder)?.as_object_mut()?;
        let kind = match random.u8(..6) {
            0 => {
                members.shift_remove(&key);
                "removal"
            }
            1 | 2 => {
                let name = misspelled(&key, random);
                renamed(members, &key, &name);
                "renaming"
            }
            3 => {
                let value = members.shift_remove(&key)?;
                let targets = objects(&document);
                let target = random.choice(targets.iter())?.clone();
                let target_members = document.pointer_mut(&target)?.as_object_mut()?;
                if target_members.contains_key(&key) {
                    return None;
                }
                target_members.insert(key, value);
                places.push(target);
                "move"
            }
            4 => {
                let value = members.get_mut(&key)?;
                *value = retyped(value, random);
                "another type"
            }
            _ => {
                let value = members.get_mut(&key)?.take();
                let wrapped = if random.bool() {
                    json!({ "Fn::If": ["IsProd", value, { "Ref": "AWS::NoValue" }] })
                } else {
                    document["x-kept"] = json!({ "it": value });
                    json!({ "$ref": "#/x-kept/it" })
                };
                *document.pointer_mut(&pointer)? = wrapped;
                "reference or condition"
            }
        };
        Some(Self { document, kind, pointer, places })
    }

    fn verdict(&self, route: &str, demand: &Option<String>, before: &Read, after: &Read) -> Verdict {
        let now = after.demands.get(route);
        if now == Some(demand) {
            return Verdict::Equal;
        }
        if now == Some(&None) {
            // The operation is refused, with an error that it may share with others.
            return Verdict::Reported;
        }
        // An operation that could be called without a credential already had its diagnostic.
        let was_open = demand.as_deref().is_some_and(|demand| demand.contains("{}"));
        if self.has_diagnostic(route, before, after, was_open) {
            return Verdict::Reported;
        }
        // If the document is unambiguous without the key, or with it at another operation, that reading is correct; but an operation
        // that became open is always reported.
        let now = now.cloned().flatten().unwrap_or_else(|| "nothing that can be called".to_owned());
        let plainly = matches!(self.kind, "removal" | "move") && self.requires(route) && now != plain(&json!([[]]));
        if plainly { Verdict::Equal } else { Verdict::Silent(now) }
    }

    /// Whether the independent model finds a requirement in the changed document, or the operation is missing.
    fn requires(&self, route: &str) -> bool {
        let Some((method, path)) = route.split_once(' ') else { return false };
        let method = if method == "ANY" { ANY.to_owned() } else { method.to_ascii_lowercase() };
        let operation = &self.document["paths"][path][method];
        operation.is_null() || rule::authorization(&self.document, operation).is_some()
    }

    /// Whether a diagnostic is new (or any, if old ones count), and is at the operation, its path, the schemes, a root key or a changed
    /// location.
    fn has_diagnostic(&self, route: &str, before: &Read, after: &Read, old_ones: bool) -> bool {
        let old: BTreeSet<String> = before.report.diagnostics.iter().map(|d| described(d, &before.text)).collect();
        let fresh = |d: &&Diagnostic| old_ones || !old.contains(&described(d, &after.text));
        let mut fresh = after.report.diagnostics.iter().filter(fresh).peekable();
        if fresh.peek().is_none() {
            return false;
        }
        let callable = after.demands.get(route).is_some_and(Option::is_some);
        let path = route.split_once(' ').map_or("", |(_, path)| path);
        let mut places: Vec<String> = self.places.clone();
        places.push(format!("/paths/{}", escaped(path)));
        places.extend(
            ["/components/securitySchemes", "/securityDefinitions", "/security", "/info", "/x-kept"].map(str::to_owned),
        );
        let mut report = Report::default();
        let root = cogen::document::load::load(&after.text, 0, &Limits::default(), &mut report).unwrap();
        let ranges: Vec<(u32, u32)> = places.iter().filter_map(|location| range(&root, location)).collect();
        fresh.any(|d| {
            let spans = d.span.into_iter().chain(d.related.iter().map(|(span, _)| *span));
            // An operation that cannot be read, or is not found any more, gets no method.
            (d.severity == Severity::Error && !callable)
                || spans.into_iter().any(|s| ranges.iter().any(|(start, end)| (*start..=*end).contains(&s.start)))
        })
    }
}

/// A diagnostic with the text of its spans, which does not depend on their positions.
fn described(diagnostic: &Diagnostic, text: &str) -> String {
    let at = |start: u32| {
        let start = start as usize;
        text.get(start..(start + 12).min(text.len())).unwrap_or_default().to_owned()
    };
    let texts: Vec<String> =
        diagnostic.span.iter().chain(diagnostic.related.iter().map(|(s, _)| s)).map(|s| at(s.start)).collect();
    format!("{} {} {texts:?}", diagnostic.code, diagnostic.message)
}

/// The bytes from the key of a location (from its value at the root) to the end of its value.
fn range(root: &Node<'_>, pointer: &str) -> Option<(u32, u32)> {
    let (mut node, mut start) = (root, root.span.start);
    for key in pointer.split('/').skip(1) {
        let member = node.member(&unescaped(key))?;
        (node, start) = (&member.value, member.key_span.start);
    }
    Some((start, end(node)))
}

fn end(node: &Node<'_>) -> u32 {
    match &node.value {
        Tree::Array(elements) => elements.iter().map(end).max().unwrap_or(0).max(node.span.end),
        Tree::Object(members) => members.iter().map(|m| end(&m.value)).max().unwrap_or(0).max(node.span.end),
        _ => node.span.end,
    }
}

/// The pointers of all keys that bear security.
fn security_keys(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |holder: &str, value: &Value, wanted: &dyn Fn(&str) -> bool| {
        for key in value.as_object().into_iter().flat_map(Map::keys).filter(|key| wanted(key)) {
            found.push(format!("{holder}/{}", escaped(key)));
        }
    };
    add("", document, &|key| {
        matches!(key, "security" | "components" | "securityDefinitions" | "paths")
            || key.starts_with(GATEWAY) && !key.ends_with("validators")
    });
    add("/components", &document["components"], &|key| key == "securitySchemes");
    for (holder, schemes) in [
        ("/components/securitySchemes", document.pointer("/components/securitySchemes")),
        ("/securityDefinitions", document.get("securityDefinitions")),
    ] {
        let Some(schemes) = schemes else { continue };
        add(holder, schemes, &|_| true);
        for (name, scheme) in schemes.as_object().into_iter().flatten() {
            let holder = format!("{holder}/{}", escaped(name));
            let bears = |key: &str| matches!(key, "type" | "in" | "name" | "scheme") || key.starts_with(GATEWAY);
            add(&holder, scheme, &bears);
            let block = format!("{GATEWAY}authorizer");
            add(&format!("{holder}/{block}"), &scheme[&block], &|_| true);
        }
    }
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let holder = format!("/paths/{}", escaped(path));
        add(&holder, item, &|key| METHODS.contains(&key));
        for (method, operation) in item.as_object().into_iter().flatten() {
            let holder = format!("{holder}/{method}");
            add(&holder, operation, &|key| key == "security" || key == format!("{GATEWAY}auth"));
            let over = format!("{GATEWAY}auth");
            add(&format!("{holder}/{over}"), &operation[&over], &|_| true);
        }
    }
    found
}

/// The objects that a key can be moved to: the root, `info`, path items, operations and their responses, schemes.
fn objects(document: &Value) -> Vec<String> {
    let mut found = vec![String::new(), "/info".to_owned()];
    for holder in ["/components", "/components/securitySchemes", "/securityDefinitions"] {
        if let Some(members) = document.pointer(holder).and_then(Value::as_object) {
            found.push(holder.to_owned());
            if !holder.ends_with("components") {
                found.extend(members.keys().map(|name| format!("{holder}/{}", escaped(name))));
            }
        }
    }
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let holder = format!("/paths/{}", escaped(path));
        found.push(holder.clone());
        for (method, operation) in item.as_object().into_iter().flatten() {
            found.push(format!("{holder}/{method}"));
            if operation.get("responses").is_some() {
                found.push(format!("{holder}/{method}/responses"));
                found.push(format!("{holder}/{method}/responses/204"));
            }
        }
    }
    found
}

/// A misspelled key: case, a blank, another separator, a letter more, fewer, replaced or swapped.
fn misspelled(key: &str, random: &mut Rng) -> String {
    let mut letters: Vec<char> = key.chars().collect();
    let at = random.usize(..letters.len().max(1));
    match random.u8(..8) {
        0 => return key.to_ascii_uppercase(),
        1 => return key[..1].to_ascii_uppercase() + &key[1..],
        2 => return format!("{key} "),
        3 => return key.replace('-', "_"),
        4 => letters.insert(at, 'q'),
        5 if letters.len() > 3 => {
            letters.remove(at);
        }
        6 if letters.len() > at + 1 => letters.swap(at, at + 1),
        _ => letters[at] = 'q',
    }
    letters.into_iter().collect()
}

/// Another name for a key.
fn renamed(members: &mut Map<String, Value>, key: &str, name: &str) {
    let old = std::mem::take(members);
    members.extend(old.into_iter().map(|(k, v)| if k == key { (name.to_owned(), v) } else { (k, v) }));
}

/// A value of another type.
fn retyped(value: &Value, random: &mut Rng) -> Value {
    let others = [
        json!(null),
        json!(true),
        json!(7),
        json!("text"),
        json!([]),
        json!({}),
        json!([value]),
        json!({ "it": value }),
    ];
    let kind = |v: &Value| std::mem::discriminant(v);
    let others: Vec<&Value> = others.iter().filter(|other| kind(other) != kind(value)).collect();
    (*random.choice(others.iter()).unwrap()).clone()
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unescaped(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

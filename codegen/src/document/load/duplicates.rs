//! Keys that an object has twice: an error, or the first or the last one, as the configuration says.

use crate::config;
use crate::config::options::DuplicateKeys;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};
use crate::document::load::node::{Member, Node, Value};
use rustc_hash::{FxHashMap, FxHashSet};

/// Reports every duplicate key of an object, at its later location.
pub(crate) fn duplicates(members: &[Member<'_>], diagnostics: &mut Vec<Diagnostic>) {
    for (first, again) in pairs(members) {
        if diagnostics.len() < MOST_DIAGNOSTICS
            && let (Some(first), Some(again)) = (members.get(first), members.get(again))
        {
            diagnostics.push(refused(first, again).help(REMOVE));
        }
    }
}

/// Whether an object has a key twice.
pub(super) fn has_duplicates(members: &[Member<'_>]) -> bool {
    !pairs(members).is_empty()
}

/// Removes the members with duplicate keys that do not count, and reports all of them.
///
/// Where the choice could change what a client must present, or to which server, a duplicate key is always an error.
pub(super) fn settle(root: &mut Node<'_>, choice: DuplicateKeys, diagnostics: &mut Vec<Diagnostic>) {
    let is_template = ["Resources", "AWSTemplateFormatVersion"].iter().any(|key| root.get(key).is_some());
    let mut settling = Settling { choice, diagnostics, seen: FxHashSet::default() };
    settling.node(root, if is_template { Place::Template } else { Place::Document });
}

/// The maximum number of reported keys.
const MOST_DIAGNOSTICS: usize = 50;

const REMOVE: &str = "remove or rename one of the two keys";

struct Settling<'r> {
    choice: DuplicateKeys,
    diagnostics: &'r mut Vec<Diagnostic>,
    /// The reported keys. An alias of YAML repeats the value that contains them.
    seen: FxHashSet<Span>,
}

/// What the value at a place is a part of.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// A template, beside its API.
    Template,
    /// An API.
    Document,
    /// Security, or the servers that credentials are sent to.
    Security,
}

impl Settling<'_> {
    /// Settles the keys of a value. Returns whether it has a part that is about security.
    fn node(&mut self, node: &mut Node<'_>, place: Place) -> bool {
        match &mut node.value {
            Value::Array(elements) => elements.iter_mut().fold(false, |any, element| self.node(element, place) | any),
            Value::Object(members) => self.object(members, place),
            _ => false,
        }
    }

    fn object(&mut self, members: &mut Vec<Member<'_>>, place: Place) -> bool {
        let about_security: Vec<bool> = members
            .iter_mut()
            .map(|member| {
                let within = match &*member.key {
                    key if place == Place::Security || is_about_security(key) => Place::Security,
                    "paths" | "components" | "definitions" => Place::Document,
                    _ => place,
                };
                self.node(&mut member.value, within) | (within == Place::Security)
            })
            .collect();
        let mut removed: FxHashSet<usize> = FxHashSet::default();
        for (first, again) in pairs(members) {
            let (Some(one), Some(other)) = (members.get(first), members.get(again)) else { continue };
            let is_fixed = place != Place::Document
                || one.key == "$ref"
                || [first, again].iter().any(|&at| about_security.get(at).is_some_and(|about| *about))
                || (one.key.starts_with('/') && [one, other].iter().any(|item| item.value.get("$ref").is_some()));
            self.report(one, other, is_fixed);
            removed.insert(if self.choice == DuplicateKeys::Last { first } else { again });
        }
        if !removed.is_empty() {
            let mut at = 0..;
            members.retain(|_| at.next().is_some_and(|index| !removed.contains(&index)));
        }
        about_security.contains(&true)
    }

    fn report(&mut self, first: &Member<'_>, again: &Member<'_>, is_fixed: bool) {
        if self.diagnostics.len() >= MOST_DIAGNOSTICS || !self.seen.insert(again.key_span) {
            return;
        }
        let counts = match self.choice {
            DuplicateKeys::Refuse if is_fixed => return self.diagnostics.push(refused(first, again).help(REMOVE)),
            DuplicateKeys::Refuse => {
                let lines = config::lines("api", "duplicate-keys = \"first\" # or \"last\"");
                let help = format!("{REMOVE}, or state in cogen.toml which one counts:{lines}");
                return self.diagnostics.push(refused(first, again).help(help));
            }
            DuplicateKeys::First | DuplicateKeys::Last if is_fixed => {
                let note = "`duplicate-keys` does not apply to keys that decide about security";
                return self.diagnostics.push(refused(first, again).with_note(note).help(REMOVE));
            }
            DuplicateKeys::First => "first",
            DuplicateKeys::Last => "last",
        };
        let message = format!("duplicate key `{}`: the {counts} one counts, as cogen.toml states", again.key);
        let warning = Diagnostic::warning(codes::DUPLICATE_KEY, again.key_span, message).label("defined again here");
        self.diagnostics.push(warning.related(first.key_span, "first defined here"));
    }
}

fn refused(first: &Member<'_>, again: &Member<'_>) -> Diagnostic {
    Diagnostic::error(codes::DUPLICATE_KEY, again.key_span, format!("duplicate key `{}`", again.key))
        .label("defined again here")
        .related(first.key_span, "first defined here")
}

/// Whether the value of a key decides what a client must present, or where it sends it.
fn is_about_security(key: &str) -> bool {
    matches!(key, "security" | "securitySchemes" | "securityDefinitions" | "servers" | "host" | "schemes" | "basePath")
        || key.starts_with("x-amazon-apigateway-")
}

/// Each later member whose key an object has before, with the one before it.
fn pairs(members: &[Member<'_>]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // Most objects are small.
    if members.len() <= 16 {
        for (again, member) in members.iter().enumerate() {
            if let Some(before) = members[..again].iter().rposition(|m| m.key == member.key) {
                found.push((before, again));
            }
        }
        return found;
    }
    let mut last: FxHashMap<&str, usize> = FxHashMap::default();
    for (again, member) in members.iter().enumerate() {
        found.extend(last.insert(&member.key, again).map(|before| (before, again)));
    }
    found
}

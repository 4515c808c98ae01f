//! Joins a document that is split over several files into one document. Only files that the configuration lists are read.

mod content;
mod names;

use crate::config::options::Limits;
use crate::config::raise;
use crate::config::relative_path;
use crate::diagnostics::codes;
use crate::diagnostics::meter::Meter;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::document::bundle::content::{Content, Part};
use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Member, Node, Value};
use crate::document::references::{Beside, Refs, percent_decoded, pointer};
use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A further file of a document.
pub struct File<'s> {
    /// Its path, relative to the directory of the document, without `.` and `..`.
    pub path: String,
    /// Its content.
    pub root: Node<'s>,
}

/// Copies the definitions that a document refers to in other files into the document. Schemas, parameters, responses, bodies
/// and headers become components. Other references are replaced by their target. `name` is the file name of the document.
///
/// Returns the document, and the files that its references name. A reference to a file that is not listed stays unchanged, and
/// is an error when it is followed.
///
/// # Errors
/// The document and its files have too many values or too many nested references, or a path item and its target have the same
/// key.
pub fn bundle<'s>(
    mut root: Node<'s>,
    name: &str,
    files: &[File<'s>],
    limits: &Limits,
    report: &mut Report,
) -> Result<(Node<'s>, Beside), Reported> {
    let mut bundle = Bundle {
        files,
        by_path: files.iter().enumerate().map(|(index, file)| (file.path.as_str(), index)).collect(),
        refs: files.iter().map(|file| Refs::new(&file.root)).collect(),
        name,
        is_swagger: root.get("swagger").is_some() && root.get("openapi").is_none(),
        targets: IndexMap::new(),
        wanted: BTreeSet::new(),
        copied: values(limits.nodes),
        written_out: 0,
        error: None,
    };
    let own = names::aliases(&root, &bundle);
    bundle.walk(&mut root, Content::Root, None);
    let mut built: Vec<Node<'s>> = Vec::new();
    while let Some(target) = bundle.targets.get_index(built.len()).map(|(target, _)| target.clone()) {
        let Some(found) = bundle.found(target.file, &target.pointer) else { break };
        let Some(mut node) = bundle.copy(found) else { break };
        bundle.walk(&mut node, Content::One(target.part), Some(target.file));
        built.push(node);
    }
    if let Some(error) = bundle.error.take() {
        return Err(report.error(*error));
    }
    let listed = files.iter().map(|file| file.path.clone()).collect();
    let beside = Beside { listed, wanted: bundle.wanted.iter().cloned().collect() };
    names::settle(&mut root, &bundle, own, built);
    Ok((root, beside))
}

/// The target of a reference into another file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Target {
    part: Part,
    file: usize,
    pointer: String,
}

impl Target {
    /// The reference to the component that it becomes, before the component has a name.
    fn reference(&self, section: &[&str], files: &[File<'_>]) -> String {
        let path = files.get(self.file).map_or("", |file| &*file.path);
        format!("#/{}/{}", section.join("/"), names::escaped(&format!("{path}#{}", self.pointer)))
    }
}

struct Bundle<'f, 's> {
    files: &'f [File<'s>],
    by_path: FxHashMap<&'f str, usize>,
    /// Their locations.
    refs: Vec<Refs<'f, 's>>,
    name: &'f str,
    is_swagger: bool,
    /// The parts that become components, in the order in which they were found.
    targets: IndexMap<Target, ()>,
    /// Files that references name and that are not listed.
    wanted: BTreeSet<String>,
    /// The copied values.
    copied: Meter,
    /// The depth of nested references that are being replaced.
    written_out: usize,
    error: Option<Box<Diagnostic>>,
}

/// The target of a reference.
enum Lead {
    /// A location in the document itself.
    Document(String),
    /// A location in another file.
    File(usize, String),
    /// Elsewhere. The path is relative to the document.
    Elsewhere(String),
}

/// The maximum depth of nested references that are replaced: a path item can be a reference, and its operations too.
const MOST_WRITTEN_OUT: usize = 16;

impl<'f, 's> Bundle<'f, 's> {
    fn walk(&mut self, node: &mut Node<'s>, content: Content, at: Option<usize>) {
        if content == Content::Other || self.error.is_some() {
            return;
        }
        match &mut node.value {
            Value::Array(elements) => elements.iter_mut().for_each(|element| self.walk(element, content.element(), at)),
            Value::Object(members) => {
                if content == Content::Mapping {
                    members.iter_mut().for_each(|member| self.mapping(&mut member.value, at));
                    return;
                }
                if self.reference(members, content, at) {
                    self.write_out(node, content, at);
                    return;
                }
                for member in members.iter_mut().filter(|member| member.key != "$ref") {
                    self.walk(&mut member.value, content.member(&member.key), at);
                }
            }
            _ => {}
        }
    }

    /// Rewrites the `$ref` of an object for the joined document; `true` if the reference must be replaced by its target.
    fn reference(&mut self, members: &mut Members<'s>, content: Content, at: Option<usize>) -> bool {
        // A property can have the name `$ref`. Its value is then not a string.
        let Some(node) = edit::find_mut(members, "$ref").filter(|node| node.as_str().is_some()) else { return false };
        let part = if let Content::One(part) = content { Some(part) } else { None };
        match self.lead(node.as_str().unwrap_or_default(), at) {
            None => {}
            Some(Lead::Document(text) | Lead::Elsewhere(text)) => node.value = Value::String(text.into()),
            Some(Lead::File(file, pointer)) => {
                let section = part.and_then(|part| part.section(self.is_swagger));
                let Some((part, section)) = part.zip(section) else { return content.is_written_out() };
                let target = Target { part, file, pointer };
                node.value = Value::String(target.reference(section, self.files).into());
                self.targets.insert(target, ());
            }
        }
        false
    }

    /// A text of a `discriminator.mapping`: the name of a schema, or a reference.
    fn mapping(&mut self, node: &mut Node<'s>, at: Option<usize>) {
        let Some(text) = node.as_str().filter(|text| text.contains(['#', '/', '.'])) else { return };
        let Some(section) = Part::Schema.section(self.is_swagger) else { return };
        match self.lead(text, at) {
            None => {}
            Some(Lead::Document(text) | Lead::Elsewhere(text)) => node.value = Value::String(text.into()),
            Some(Lead::File(file, pointer)) => {
                let target = Target { part: Part::Schema, file, pointer };
                node.value = Value::String(target.reference(section, self.files).into());
                self.targets.insert(target, ());
            }
        }
    }

    /// The target of a reference; `None` if its text stays unchanged. A file that is not listed is recorded.
    fn lead(&mut self, text: &str, at: Option<usize>) -> Option<Lead> {
        let lead = self.followed(text, at)?;
        if let Lead::Elsewhere(text) = &lead {
            let path = text.split_once('#').map_or(text.as_str(), |(path, _)| path);
            if !self.by_path.contains_key(path) {
                self.wanted.insert(path.to_owned());
            }
        }
        Some(lead)
    }

    /// The target of a reference in a file; without a file, in the document itself.
    fn followed(&self, text: &str, at: Option<usize>) -> Option<Lead> {
        let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
        if path.is_empty() {
            // In the document itself, it stays unchanged.
            let file = at?;
            return Some(match self.found(file, fragment) {
                Some(_) => Lead::File(file, fragment.to_owned()),
                None => Lead::Elsewhere(format!("{}{text}", self.files.get(file)?.path)),
            });
        }
        let directory = at.and_then(|file| self.files.get(file)).map(|file| relative_path::directory(&file.path));
        let joined = relative_path::joined(&directory.unwrap_or_default(), &percent_decoded(path)?)?;
        if joined == self.name {
            return Some(Lead::Document(format!("#{fragment}")));
        }
        let elsewhere = match fragment {
            "" => joined.clone(),
            fragment => format!("{joined}#{fragment}"),
        };
        match self.by_path.get(joined.as_str()) {
            Some(&file) if self.found(file, fragment).is_some() => Some(Lead::File(file, fragment.to_owned())),
            // A single name can be the name of a schema.
            None if !joined.contains(['/', '.']) => None,
            _ => Some(Lead::Elsewhere(elsewhere)),
        }
    }

    /// The value in a file at the end of a JSON pointer.
    fn found(&self, file: usize, fragment: &str) -> Option<&'f Node<'s>> {
        let refs = self.refs.get(file)?;
        if fragment.is_empty() { refs.at(&[]) } else { refs.at(&pointer(&format!("#{fragment}"))?) }
    }

    /// Replaces an object with a `$ref` by its target. Keys beside the `$ref` take precedence over those of the target.
    fn write_out(&mut self, node: &mut Node<'s>, content: Content, at: Option<usize>) {
        let Some(text) = node.get("$ref").and_then(Node::as_str).map(str::to_owned) else { return };
        let Some(Lead::File(file, fragment)) = self.lead(&text, at) else { return };
        if self.written_out == MOST_WRITTEN_OUT {
            let message = format!("more than {MOST_WRITTEN_OUT} nested references lead to this value");
            self.error.get_or_insert(Box::new(
                Diagnostic::error(codes::REF_RING, node.span, message).help("refer to the value directly"),
            ));
            return;
        }
        let Some(found) = self.found(file, &fragment) else { return };
        let Some(mut target) = self.copy(found) else { return };
        self.written_out += 1;
        self.walk(&mut target, content, Some(file));
        self.written_out -= 1;
        if let Some(beside) = edit::members(node)
            && let Some(members) = edit::members(&mut target)
        {
            for mut member in std::mem::take(beside).into_iter().filter(|member| member.key != "$ref") {
                self.walk(&mut member.value, content.member(&member.key), at);
                if let Some(clash) = members.iter().find(|other| other.key == member.key) {
                    self.error.get_or_insert(Box::new(both(&member, clash)));
                }
                members.push(member);
            }
        }
        *node = target;
    }

    /// Copies a value of another file.
    fn copy(&mut self, node: &Node<'s>) -> Option<Node<'s>> {
        match self.copied.spend(edit::size(node), node.span) {
            Ok(()) => Some(node.clone()),
            Err(error) => {
                self.error.get_or_insert(error);
                None
            }
        }
    }
}

/// The meter of the values that are copied.
fn values(limit: usize) -> Meter {
    let message = format!("the document and its files contain more values than the limit of {limit}");
    Meter::new(limit, codes::TOO_MANY_NODES, message, raise("nodes", limit, None, "if this is intended"))
}

/// The error for a key that is both beside a `$ref` and in its target.
fn both(member: &Member<'_>, clash: &Member<'_>) -> Diagnostic {
    let message = format!(
        "`{}` is defined both here and in the target of the `$ref` beside it",
        crate::diagnostics::texts::excerpt(&member.key)
    );
    Diagnostic::error(codes::METHOD_TWICE, member.key_span, message)
        .related(clash.key_span, "also defined here")
        .with_note("OpenAPI does not define which of the two applies (OpenAPI 3.0.3, \"Path Item Object\")")
        .help("remove one of the two definitions")
}

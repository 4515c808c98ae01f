//! Merges an operation of the source document with its route in the export: the route adds what only the export describes, and
//! the authorization.

use crate::config::raise;
use crate::diagnostics::codes;
use crate::diagnostics::meter::Meter;
use crate::diagnostics::report::{Report, Reported, Span};
use crate::document::edit;
use crate::document::edit::Members;
use crate::document::join::Chosen;
use crate::document::join::routes;
use crate::document::join::routes::Match;
use crate::document::load::node::{Mark, Member, Node};
use crate::document::references::Refs;
use crate::document::spec;
use crate::document::spec::SpecOperation;
use crate::ir::operation::Method;
use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// The keys of an operation that are taken from the source document. All others, including authorization, are taken from the
/// export.
const DESCRIBED: &[&str] = &[
    "operationId",
    "tags",
    "summary",
    "description",
    "externalDocs",
    "deprecated",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "servers",
];

/// The joined paths, under construction.
pub(crate) struct Merge<'j, 'd, 's> {
    export: &'j Refs<'d, 's>,
    source: &'j Refs<'d, 's>,
    /// Whether the source document is also a gateway document, in which a missing body does not mean that there is none.
    is_source_gateway: bool,
    items: IndexMap<String, Item<'d, 's>>,
    /// The copied values.
    copied: Meter,
}

/// A path item, under construction.
struct Item<'d, 's> {
    span: Span,
    members: Members<'s>,
    /// The parameters of the path, if the source document has any for the path.
    parameters: Vec<Listed<'d, 's>>,
}

/// A parameter in a list.
#[derive(Clone, Copy)]
struct Listed<'d, 's> {
    /// The list's element, which may be a reference.
    element: &'d Node<'s>,
    /// The parameter that it refers to.
    target: &'d Node<'s>,
    /// Its location and its name, if it has both.
    key: Option<(&'d str, &'d str)>,
}

impl<'d> Listed<'d, '_> {
    fn same(&self) -> Option<(&'d str, Cow<'d, str>)> {
        let (part, name) = self.key?;
        Some((part, same_name(part, name)))
    }
}

/// A name by which parameters are compared: header names ignore case, and `+` marks a greedy path variable.
fn same_name<'n>(part: &str, name: &'n str) -> Cow<'n, str> {
    match part {
        "header" => Cow::Owned(name.to_ascii_lowercase()),
        "path" => Cow::Borrowed(name.trim_end_matches('+')),
        _ => Cow::Borrowed(name),
    }
}

impl<'j, 'd, 's> Merge<'j, 'd, 's> {
    pub(crate) fn new(
        export: &'j Refs<'d, 's>,
        source: &'j Refs<'d, 's>,
        is_source_gateway: bool,
        most: usize,
    ) -> Self {
        let message = format!("joining the two documents would copy more than {most} values");
        let help = raise("nodes", most, None, "if you trust these documents");
        let copied = Meter::new(most, codes::TOO_MUCH_COPIED, message, help);
        Self { export, source, is_source_gateway, items: IndexMap::new(), copied }
    }

    /// Whether an operation with a method and a path exists.
    pub(crate) fn has(&self, method: &Method, path: &str) -> bool {
        self.items.get(path).is_some_and(|item| edit::find(&item.members, &spec::key_of(method)).is_some())
    }

    /// Adds an operation of the source document, with the authorization of its route.
    pub(crate) fn described(
        &mut self,
        operation: &SpecOperation<'d, 's>,
        route: &SpecOperation<'d, 's>,
        chosen: &Chosen,
        report: &mut Report,
    ) -> Result<(), Reported> {
        let is_full = chosen.how == Match::Full;
        if !self.items.contains_key(&chosen.path) {
            let item = self.item(operation, self.source, &["summary", "description", "servers"], report)?;
            self.items.insert(chosen.path.clone(), item);
        }
        let mut members = Vec::new();
        for member in operation.node.members().unwrap_or_default() {
            if DESCRIBED.contains(&&*member.key) && !matches!(&*member.key, "parameters" | "responses") {
                members.push(self.member(member, report)?);
            }
        }
        for member in route.node.members().unwrap_or_default() {
            let is_wanted = match &*member.key {
                "parameters" | "responses" => false,
                // A property of the route itself.
                "isDefaultRoute" => chosen.how == Match::Default && operation.is_default_route(),
                "operationId" => is_full && route.method == operation.method,
                described if DESCRIBED.contains(&described) => is_full,
                _ => true,
            };
            if is_wanted && edit::find(&members, &member.key).is_none() {
                members.push(self.member(member, report)?);
            }
        }
        let parameters = self.parameters(operation, route, chosen, report)?;
        if !parameters.is_empty() {
            members.push(edit::member("parameters", edit::array(operation.node.span, parameters)));
        }
        if let Some(responses) = self.responses(operation.node, route.node, is_full, report)? {
            members.push(edit::member("responses", responses));
        }
        let has_body = edit::find(&members, "requestBody").is_some();
        let mut node = edit::object(operation.node.span, members);
        if !has_body && !self.is_source_gateway {
            node.mark = Some(Box::new(Mark::NoBody));
        }
        self.carry_item(route, &chosen.path, report)?;
        self.add(&chosen.path, operation, node);
        Ok(())
    }

    /// Adds a route as the export describes it.
    pub(crate) fn deployed(&mut self, route: &SpecOperation<'d, 's>, report: &mut Report) -> Result<(), Reported> {
        let mut node = self.copy(route.node, report)?;
        if self.items.contains_key(route.path) {
            let mut list = self.listed(self.export, route.node);
            let known: FxHashSet<_> = list.iter().filter_map(Listed::same).collect();
            let shared = route.items.iter().flat_map(|level| self.listed(self.export, level));
            list.extend(shared.filter(|l| l.same().is_none_or(|same| !known.contains(&same))).collect::<Vec<_>>());
            let elements = list.iter().map(|l| self.copy(l.element, report)).collect::<Result<Vec<_>, _>>()?;
            if let Some(members) = edit::members(&mut node)
                && !elements.is_empty()
            {
                edit::set(members, "parameters", edit::array(route.node.span, elements));
            }
        } else {
            let item = self.item(route, self.export, &["summary", "description"], report)?;
            self.items.insert(route.path.to_owned(), item);
        }
        self.carry_item(route, route.path, report)?;
        self.add(route.path, route, node);
        Ok(())
    }

    /// The `paths` of the joined document.
    pub(crate) fn into_paths(self, span: Span) -> Node<'s> {
        let path = |(path, item): (String, Item<'d, 's>)| Member {
            key: path.into(),
            key_span: item.span,
            value: edit::object(item.span, item.members),
        };
        edit::object(span, self.items.into_iter().map(path).collect())
    }

    fn add(&mut self, path: &str, operation: &SpecOperation<'d, 's>, node: Node<'s>) {
        if let Some(item) = self.items.get_mut(path) {
            let key = spec::key_of(&operation.method);
            item.members.push(Member { key, key_span: operation.span, value: node });
        }
    }

    /// A path item with the keys of the path, without methods.
    fn item(
        &mut self,
        operation: &SpecOperation<'d, 's>,
        refs: &Refs<'d, 's>,
        keys: &[&str],
        report: &mut Report,
    ) -> Result<Item<'d, 's>, Reported> {
        let mut members = Vec::new();
        for member in operation.items.iter().flat_map(|level| level.members().unwrap_or_default()) {
            if keys.contains(&&*member.key) && edit::find(&members, &member.key).is_none() {
                members.push(self.member(member, report)?);
            }
        }
        let mut parameters: Vec<Listed<'d, 's>> = Vec::new();
        for level in operation.items.iter() {
            let known: FxHashSet<_> = parameters.iter().filter_map(Listed::same).collect();
            let more = self.listed(refs, level).into_iter();
            parameters.extend(more.filter(|l| l.same().is_none_or(|same| !known.contains(&same))).collect::<Vec<_>>());
        }
        if !parameters.is_empty() {
            let elements = parameters.iter().map(|l| self.copy(l.element, report)).collect::<Result<Vec<_>, _>>()?;
            members.push(edit::member("parameters", edit::array(operation.path_span, elements)));
        }
        Ok(Item { span: operation.path_span, members, parameters })
    }

    /// Adds the other keys of the export's path item: servers, extensions, and security keys that have no effect there.
    fn carry_item(&mut self, route: &SpecOperation<'d, 's>, path: &str, report: &mut Report) -> Result<(), Reported> {
        for member in route.items.iter().flat_map(|level| level.members().unwrap_or_default()) {
            let key = &*member.key;
            let is_other = matches!(key, "parameters" | "$ref" | "summary" | "description");
            if is_other || spec::is_method(key) {
                continue;
            }
            let is_there = self.items.get(path).is_none_or(|item| edit::find(&item.members, key).is_some());
            if !is_there {
                let member = self.member(member, report)?;
                if let Some(item) = self.items.get_mut(path) {
                    item.members.push(member);
                }
            }
        }
        Ok(())
    }

    /// The parameters of the operation, and those that only the export describes.
    fn parameters(
        &mut self,
        operation: &SpecOperation<'d, 's>,
        route: &SpecOperation<'d, 's>,
        chosen: &Chosen,
        report: &mut Report,
    ) -> Result<Vec<Node<'s>>, Reported> {
        let own = self.listed(self.source, operation.node);
        let mut known: FxHashSet<(&str, Cow<'_, str>)> = own.iter().filter_map(Listed::same).collect();
        let shared = self.items.get(&chosen.path).map(|item| item.parameters.clone()).unwrap_or_default();
        known.extend(shared.iter().filter_map(Listed::same));
        let mut elements = own.iter().map(|l| self.copy(l.element, report)).collect::<Result<Vec<_>, _>>()?;
        let (deployed, called) = (routes::variables(route.path), routes::variables(&chosen.path));
        let holders = [route.node].into_iter().chain(route.items.iter().copied());
        let theirs: Vec<Listed<'d, 's>> = holders.flat_map(|holder| self.listed(self.export, holder)).collect();
        self.spend(theirs.len(), route.span, report)?;
        for listed in theirs {
            let Some((part, name)) = listed.key else { continue };
            if part != "path" {
                if known.insert((part, same_name(part, name))) {
                    elements.push(self.copy(listed.element, report)?);
                }
                continue;
            }
            // The names of both paths are in the same order.
            let at = deployed.iter().position(|variable| *variable == same_name(part, name));
            let is_parallel = chosen.how == Match::Full && deployed.len() == called.len();
            let Some(name) = at.filter(|_| is_parallel).and_then(|at| called.get(at)) else { continue };
            if known.insert((part, Cow::Borrowed(*name))) {
                let mut parameter = self.copy(listed.target, report)?;
                let span = listed.target.span;
                if let Some(members) = edit::members(&mut parameter) {
                    edit::set(members, "name", edit::text(span, (*name).to_owned()));
                }
                elements.push(parameter);
            }
        }
        Ok(elements)
    }

    /// The source document's responses, and the content that only the export describes.
    fn responses(
        &mut self,
        described: &'d Node<'s>,
        deployed: &'d Node<'s>,
        is_full: bool,
        report: &mut Report,
    ) -> Result<Option<Node<'s>>, Reported> {
        let (ours, theirs) = (described.get("responses"), deployed.get("responses").filter(|_| is_full));
        let (ours, theirs) = match (ours, theirs) {
            (None, None) => return Ok(None),
            (Some(only), None) | (None, Some(only)) => return self.copy(only, report).map(Some),
            (Some(ours), Some(theirs)) => (ours, theirs),
        };
        let (Some(members), Some(theirs)) = (ours.members(), theirs.members()) else {
            return self.copy(ours, report).map(Some);
        };
        self.spend(theirs.len(), deployed.span, report)?;
        let typed: FxHashMap<&str, &'d Member<'s>> =
            theirs.iter().filter(|m| is_typed(self.export, &m.value)).map(|m| (&*m.key, m)).collect();
        let mut merged = Vec::new();
        for member in members {
            let is_silent = self
                .source
                .find(&member.value)
                .is_some_and(|r| r.node.get("content").and_then(Node::members).is_none_or(<[Member<'_>]>::is_empty));
            let described = typed.get(&*member.key).filter(|_| is_silent);
            merged.push(self.member(described.copied().unwrap_or(member), report)?);
        }
        let is_success = |status: &str| status.starts_with('2') || status == "default";
        let has_success = members.iter().any(|m| is_success(&m.key));
        for member in theirs.iter().filter(|m| typed.contains_key(&*m.key)) {
            if edit::find(&merged, &member.key).is_none() && !(has_success && is_success(&member.key)) {
                merged.push(self.member(member, report)?);
            }
        }
        Ok(Some(edit::object(ours.span, merged)))
    }

    /// The parameters that a path item or an operation lists.
    fn listed(&self, refs: &Refs<'d, 's>, holder: &'d Node<'s>) -> Vec<Listed<'d, 's>> {
        let elements = holder.get("parameters").and_then(Node::elements).unwrap_or_default();
        let listed = |element: &'d Node<'s>| {
            let target = refs.find(element).map_or(element, |r| r.node);
            let key = target.get("in").and_then(Node::as_str).zip(target.get("name").and_then(Node::as_str));
            Listed { element, target, key }
        };
        elements.iter().map(listed).collect()
    }

    fn member(&mut self, member: &Member<'s>, report: &mut Report) -> Result<Member<'s>, Reported> {
        let value = self.copy(&member.value, report)?;
        Ok(Member { key: member.key.clone(), key_span: member.key_span, value })
    }

    /// Copies a value. A route that serves many operations is copied to each of them.
    fn copy(&mut self, node: &Node<'s>, report: &mut Report) -> Result<Node<'s>, Reported> {
        self.spend(edit::size(node), node.span, report)?;
        Ok(node.clone())
    }

    /// Counts values that are processed again for another operation.
    fn spend(&mut self, values: usize, span: Span, report: &mut Report) -> Result<(), Reported> {
        self.copied.spend(values, span).map_err(|error| report.error(*error))
    }
}

/// Whether a response has content with a schema other than the empty one or the gateway's `Empty` model.
fn is_typed<'d, 's>(refs: &Refs<'d, 's>, response: &'d Node<'s>) -> bool {
    const FREE: &[&str] = &["type", "title", "description", "$schema"];
    let is_free = |schema: &Node<'_>| {
        let only_object = schema.get("type").is_none_or(|t| t.as_str() == Some("object"));
        only_object && schema.members().unwrap_or_default().iter().all(|m| FREE.contains(&&*m.key))
    };
    let end = |node: &'d Node<'s>| refs.find(node).map(|resolved| resolved.node);
    let content = end(response).and_then(|response| response.get("content")).and_then(Node::members);
    let mut schemas = content.unwrap_or_default().iter().filter_map(|media| media.value.get("schema"));
    schemas.any(|schema| end(schema).is_some_and(|schema| !is_free(schema)))
}

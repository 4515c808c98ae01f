//! Converts the root of a document: moves its sections to those of 3.0, converts servers, and then each section.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};
use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Member, Node};
use crate::document::upgrade::paths::{each_item, is_body};
use crate::document::upgrade::shared::{Section, Shared};
use crate::document::upgrade::{Dialect, Upgrade};

/// The sections of Swagger 2.0 and their names in the `components` of 3.0.
const SECTIONS: &[(&str, &str)] = &[
    ("definitions", "schemas"),
    ("parameters", "parameters"),
    ("responses", "responses"),
    ("securityDefinitions", "securitySchemes"),
];

impl<'s> Upgrade<'_, 's> {
    /// Converts a document to 3.0.
    pub(crate) fn document(&mut self, root: &mut Node<'s>) {
        let span = root.span;
        let Some(members) = edit::members(root) else { return };
        self.version(members);
        self.only_31_sections(members, span);
        for (section, name) in SECTIONS {
            self.section(members, section, name);
        }
        self.servers(members);
        self.media_types(members);
        let shared = Shared {
            consumes: edit::take(members, "consumes").map(|m| m.value),
            produces: edit::take(members, "produces").map(|m| m.value),
            parameters: section_of(members, "parameters"),
            responses: section_of(members, "responses"),
        };
        if let Some(schemas) = component(members, "schemas") {
            self.hoist(schemas);
        }
        each_item(edit::find_mut(members, "paths"), |item| self.path_item(item, &shared));
        self.elsewhere(members, &shared);
        self.components(members, &shared);
    }

    /// One version key, `openapi: 3.0.3`, replaces the first.
    fn version(&mut self, members: &mut Members<'s>) {
        if self.dialect != Dialect::Swagger2 {
            edit::take(members, "swagger");
        }
        if let Some(member) = members.iter_mut().find(|m| matches!(&*m.key, "swagger" | "openapi")) {
            member.key = "openapi".into();
            if self.dialect != Dialect::OpenApi30 {
                member.value = edit::text(member.value.span, "3.0.3");
            }
        }
    }

    fn only_31_sections(&mut self, members: &mut Members<'s>, span: Span) {
        edit::take(members, "jsonSchemaDialect");
        if let Some(webhooks) = edit::take(members, "webhooks") {
            let message = "`webhooks` are requests that the API sends: no code is generated for them";
            self.report.push(Diagnostic::note(codes::WEBHOOKS_IGNORED, webhooks.key_span, message));
        }
        if self.dialect == Dialect::OpenApi31 && edit::find(members, "paths").is_none() {
            members.push(edit::member("paths", edit::object(span, Vec::new())));
        }
    }

    /// Moves a section of Swagger 2.0 to the components. Existing components take precedence.
    fn section(&mut self, members: &mut Members<'s>, section: &str, name: &'static str) {
        let is_section = edit::find(members, section).is_some_and(|n| n.members().is_some());
        let Some(mut moved) = is_section.then(|| edit::take(members, section)).flatten() else { return };
        self.form_of_section(section, moved.key_span);
        if edit::find(members, "components").is_none_or(|c| c.members().is_none()) {
            edit::set(members, "components", edit::object(moved.key_span, Vec::new()));
        }
        let Some(components) = edit::find_mut(members, "components").and_then(edit::members) else { return };
        match edit::find_mut(components, name).and_then(edit::members) {
            Some(existing) => {
                let mut known: std::collections::BTreeSet<String> =
                    existing.iter().map(|m| m.key.to_string()).collect();
                let more = edit::members(&mut moved.value).map(std::mem::take).unwrap_or_default();
                existing.extend(more.into_iter().filter(|m| known.insert(m.key.to_string())));
            }
            None => {
                edit::take(components, name);
                components.push(Member { key: name.into(), ..moved });
            }
        }
    }

    fn form_of_section(&mut self, section: &str, location: Span) {
        let form = match section {
            "definitions" => "`definitions` at the root",
            "parameters" => "`parameters` at the root",
            "responses" => "`responses` at the root",
            _ => "`securityDefinitions` at the root",
        };
        self.swagger_form(form, location);
    }

    /// `host`, `basePath` and `schemes` as `servers` (<https://swagger.io/specification/v2/#swagger-object>).
    fn servers(&mut self, members: &mut Members<'s>) {
        let host = edit::take(members, "host");
        let base = edit::take(members, "basePath");
        let schemes = edit::take(members, "schemes");
        let Some(span) = host.as_ref().or(base.as_ref()).map(|m| m.value.span) else { return };
        if edit::find(members, "servers").is_some() {
            return;
        }
        self.swagger_form("`host` and `basePath`", span);
        let path = base.as_ref().and_then(|b| b.value.as_str()).unwrap_or_default();
        let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
        let urls: Vec<Node<'s>> = match host.as_ref().map(|h| &h.value) {
            Some(node) => match node.as_str().map(str::trim) {
                Some("") => vec![edit::text(span, format!("{slash}{path}"))],
                Some(host) => {
                    let schemes = schemes.as_ref().and_then(|s| s.value.elements()).unwrap_or_default();
                    schemes_of(schemes)
                        .map(|scheme| edit::text(span, format!("{scheme}://{host}{slash}{path}")))
                        .collect()
                }
                // A CloudFormation function is kept for the stage that reads the servers.
                None => vec![node.clone()],
            },
            None => match base.as_ref().filter(|b| b.value.as_str().is_none()) {
                Some(base) => vec![base.value.clone()],
                None => vec![edit::text(span, format!("{slash}{path}"))],
            },
        };
        let servers = urls.into_iter().map(|url| edit::object(span, vec![edit::member("url", url)])).collect();
        members.push(edit::member("servers", edit::array(span, servers)));
    }

    fn components(&mut self, members: &mut Members<'s>, shared: &Shared<'s>) {
        if let Some(schemas) = component(members, "schemas") {
            self.component_schemas(schemas);
        }
        if let Some(parameters) = component(members, "parameters") {
            // Bodies were copied to the operations that use them.
            parameters.retain(|m| !is_body(&m.value));
            parameters.iter_mut().for_each(|m| self.parameter(&mut m.value));
        }
        for member in component(members, "headers").into_iter().flatten() {
            self.header(&mut member.value);
        }
        for member in component(members, "requestBodies").into_iter().flatten() {
            self.media(&mut member.value);
        }
        for member in component(members, "responses").into_iter().flatten() {
            self.response(&mut member.value, None, shared);
        }
        for member in component(members, "securitySchemes").into_iter().flatten() {
            self.security_scheme(&mut member.value);
        }
        let found = self.found_definitions();
        let Some(first) = found.first().map(|m| m.key_span) else { return };
        if edit::find(members, "components").is_none_or(|c| c.members().is_none()) {
            edit::set(members, "components", edit::object(first, Vec::new()));
        }
        let Some(components) = edit::find_mut(members, "components").and_then(edit::members) else { return };
        match edit::find_mut(components, "schemas").and_then(edit::members) {
            Some(schemas) => schemas.extend(found),
            None => edit::set(components, "schemas", edit::object(first, found)),
        }
    }
}

/// The members of a section of the components, mutable.
fn component<'a, 's>(members: &'a mut Members<'s>, name: &str) -> Option<&'a mut Members<'s>> {
    let components = edit::find_mut(members, "components").and_then(edit::members)?;
    edit::find_mut(components, name).and_then(edit::members)
}

/// A copy of those members of a section of the components that operations share.
fn section_of<'s>(members: &mut Members<'s>, name: &str) -> Section<'s> {
    let section = component(members, name);
    let wanted = |member: &&mut Member<'s>| match name {
        "parameters" => is_body(&member.value),
        "responses" => member.value.get("schema").is_some(),
        _ => true,
    };
    Section::new(section.into_iter().flatten().filter(wanted).map(|m| m.clone()))
}

/// The URL schemes of a server, the safest first, without those of WebSockets.
fn schemes_of(written: &[Node<'_>]) -> impl Iterator<Item = &'static str> {
    let has = |name: &str| written.iter().any(|s| s.as_str().is_some_and(|s| s.eq_ignore_ascii_case(name)));
    let (https, http) = (has("https"), has("http"));
    // Without a scheme, the scheme of the document's URL applies, which is `https` for API Gateway.
    [("https", https || !http), ("http", http)].into_iter().filter(|(_, is)| *is).map(|(name, _)| name)
}

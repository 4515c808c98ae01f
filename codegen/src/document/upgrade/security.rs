//! Converts security definitions of Swagger 2.0 to security schemes of OpenAPI 3.0. Extensions of API Gateway stay unchanged.

use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::Node;
use crate::document::upgrade::Upgrade;

impl Upgrade<'_, '_> {
    /// A security scheme in either form.
    pub(crate) fn security_scheme(&mut self, scheme: &mut Node<'_>) {
        let Some(members) = edit::members(scheme) else { return };
        let Some(kind) = edit::find(members, "type") else { return };
        let span = kind.span;
        match kind.as_str() {
            Some("basic") => {
                self.swagger_form("`type: basic`", span);
                edit::set(members, "type", edit::text(span, "http"));
                edit::set(members, "scheme", edit::text(span, "basic"));
            }
            Some("oauth2") => self.flow(members),
            _ => {}
        }
    }

    /// `flow`, `authorizationUrl`, `tokenUrl` and `scopes` as an entry of `flows`
    /// (<https://swagger.io/specification/v2/#security-scheme-object>).
    fn flow(&mut self, members: &mut Members<'_>) {
        let Some(flow) = edit::take(members, "flow") else { return };
        self.swagger_form("`flow`", flow.key_span);
        let name = match flow.value.as_str() {
            Some("accessCode" | "authorizationCode") => "authorizationCode",
            Some("application" | "clientCredentials") => "clientCredentials",
            Some("password") => "password",
            _ => "implicit",
        };
        let span = flow.value.span;
        let mut parts: Members<'_> =
            ["authorizationUrl", "tokenUrl"].iter().filter_map(|key| edit::take(members, key)).collect();
        parts.push(
            edit::take(members, "scopes").unwrap_or_else(|| edit::member("scopes", edit::object(span, Vec::new()))),
        );
        if edit::find(members, "flows").is_none() {
            let flows = vec![edit::member(name, edit::object(span, parts))];
            members.push(edit::member("flows", edit::object(span, flows)));
        }
    }
}

//! `README.md` of the generated crate: how to make a client, and what each operation needs.

use super::auth::{self, Filling, filling};
use super::manifest::crate_name;
use super::plan::{Plan, Planned};
use super::text;
use crate::ir::auth::{Audiences, Scheme, SchemeId};
use crate::options::Options;
use std::fmt::Write;

/// `README.md`.
pub fn write(plan: &Plan<'_>, options: &Options, marker: &str) -> String {
    let api = plan.api;
    let name = crate_name(api, options);
    let library = name.replace('-', "_");
    let mut out =
        format!("<!-- {} -->\n\n# {name}\n\nA Rust client of {}", in_comment(marker), text::inline(&api.title));
    out.push_str(".\n\n");
    if let Some(description) = api.description.as_deref() {
        let mut docs = text::Docs::new();
        docs.text(Some(description));
        out.push_str(&docs.markdown());
        out.push('\n');
    }
    out.push_str("Calling an operation without the credential that it needs does not compile.\n\n## A client\n\n");
    example(plan, &library, &mut out);
    credentials(plan, &mut out);
    environments(plan, &library, &mut out);
    operations(plan, &mut out);
    out.push_str("## Features\n\n- `serde`: `Serialize` and `Deserialize` for all types of the API.\n");
    out
}

/// The stored type and the way to it.
fn example(plan: &Plan<'_>, library: &str, out: &mut String) {
    let api = plan.api;
    let schemes: Vec<&Scheme> = api.auth.slots().map(|(_, scheme)| scheme).collect();
    let stored: Vec<String> = api.auth.slots().map(|(id, scheme)| stored_type(plan, id, scheme)).collect();
    let mut names: Vec<&str> = Vec::new();
    for scheme in &schemes {
        let name = match filling(scheme) {
            Filling::Token => "UserSession",
            Filling::ApiKey => "ApiKey",
            Filling::Iam => "Iam",
            Filling::Basic => "Basic",
            Filling::Bearer => "Bearer",
            Filling::Values => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    out.push_str("```rust\n");
    let markers: Vec<&str> = schemes
        .iter()
        .filter(|s| matches!(filling(s), Filling::Token | Filling::Values))
        .map(|s| s.name.as_str())
        .collect();
    let granted = stored.iter().any(|s| s.contains("grant!["));
    let _ = writeln!(out, "use {library}::{{Client{}}};", if granted { ", grant" } else { "" });
    if !markers.is_empty() {
        let _ = writeln!(out, "use {library}::auth::{{{}}};", markers.join(", "));
    }
    if granted {
        let _ = writeln!(out, "use {library}::scopes::*;");
    }
    if !names.is_empty() {
        let _ = writeln!(out, "use {library}::runtime::{{{}}};", names.join(", "));
    }
    let parameters = if stored.is_empty() { String::new() } else { format!("<{}>", stored.join(", ")) };
    let _ = writeln!(out, "\n/// The client as an application stores it.\ntype Api = Client{parameters};\n");
    let markers_of: Vec<&str> = api.auth.slots().map(|(id, _)| api.auth.marker(id).key.as_str()).collect();
    out.push_str("let api: Api = Client::builder()\n");
    if api.base_url.is_none() {
        out.push_str("    .base_url(\"https://…\")\n");
    }
    for (index, scheme) in schemes.iter().enumerate() {
        let given = match filling(scheme) {
            Filling::Token => {
                let mut later = plan.api.auth.slots().skip(index + 1);
                let own = |id| plan.api.auth.marker(id).key.as_str();
                let again = later.any(|(id, _)| markers_of.get(index) == Some(&own(id)));
                if again { "session.clone()" } else { "session" }.to_owned()
            }
            Filling::Values => {
                let fields: Vec<&str> = scheme.inputs().into_iter().map(|s| s.field.as_str()).collect();
                format!("{}::new({})", scheme.name, fields.join(", "))
            }
            Filling::ApiKey => "key".to_owned(),
            Filling::Iam => "credentials".to_owned(),
            Filling::Basic => "user, password".to_owned(),
            Filling::Bearer => "token".to_owned(),
        };
        let _ = writeln!(out, "    .{}({given})", scheme.slot);
    }
    out.push_str("    .build()?;\n```\n\n");
    match &api.base_url {
        Some(url) => {
            let _ = writeln!(out, "The base URL is {}, unless `base_url(…)` names another one.\n", text::code(url));
        }
        None => out.push_str("The document names no base URL, so `base_url(…)` must.\n\n"),
    }
}

/// What stands in a slot of the stored type: a session with the scopes that the operations ask, or the credential.
fn stored_type(plan: &Plan<'_>, id: SchemeId, scheme: &Scheme) -> String {
    match filling(scheme) {
        Filling::Token => {
            let mut needs = plan.api.auth.requirements().iter().flat_map(|r| &r.alternatives).flatten();
            match needs.find(|n| n.scheme == id && !n.scopes.is_empty()).and_then(|n| n.scopes.first()) {
                Some(scope) => format!("UserSession<{}, grant![{}]>", scheme.name, plan.api.auth[*scope].name),
                None => format!("UserSession<{}>", scheme.name),
            }
        }
        Filling::Values => scheme.name.to_string(),
        Filling::ApiKey => "ApiKey".to_owned(),
        Filling::Iam => "Iam".to_owned(),
        Filling::Basic => "Basic".to_owned(),
        Filling::Bearer => "Bearer".to_owned(),
    }
}

/// How each slot is filled.
fn credentials(plan: &Plan<'_>, out: &mut String) {
    let schemes = plan.api.auth.slots();
    if schemes.len() == 0 {
        out.push_str("No operation needs a credential.\n\n");
        return;
    }
    out.push_str("## Credentials\n\nA slot that no call needs may stay empty.\n\n");
    for (id, scheme) in schemes {
        let name = text::code(scheme.name.as_str());
        let way = match filling(scheme) {
            Filling::Token => format!(
                "tokens of {name}: a `UserSession` (ID and access token), a `Machine` (access token only), an `IdToken` or an `AccessToken`"
            ),
            Filling::Values => {
                let sources: Vec<String> = scheme
                    .inputs()
                    .into_iter()
                    .map(|s| {
                        format!("{} ({} {})", text::code(s.field.as_str()), s.location.as_str(), text::code(&s.name))
                    })
                    .collect();
                format!("{name}, one secret for each source: {}", sources.join(", "))
            }
            Filling::ApiKey => "an API key".to_owned(),
            Filling::Iam => "AWS credentials, with which requests are signed (SigV4)".to_owned(),
            Filling::Basic => "a user name and a password".to_owned(),
            Filling::Bearer => "a token, sent as `Authorization: Bearer …`".to_owned(),
        };
        let _ = writeln!(out, "- `.{}(…)`: {way}.", scheme.slot);
        for pool in &scheme.user_pools {
            let _ = writeln!(out, "  User pool {} in {}.", text::code(&pool.id), text::code(&pool.region));
        }
        if scheme.user_pools.is_empty() {
            for issuer in &scheme.issuers {
                let _ = writeln!(out, "  Issuer {}.", text::code(issuer));
            }
        }
        let marker = plan.api.auth.marker(id);
        if marker.key != scheme.key {
            let _ = writeln!(out, "  The same session as for {} fills it.", text::code(&marker.key));
        }
        if let Audiences::AudOrClientId(list) | Audiences::Aud(list) = &scheme.audiences {
            let names: Vec<String> = list.iter().map(|name| text::code(name)).collect();
            let _ = writeln!(out, "  It takes tokens of these app clients and resources: {}.", names.join(", "));
        }
        if let Some(client) = &scheme.app_client_id {
            let _ = writeln!(out, "  App client {}.", text::code(client));
        }
        if let Some(domain) = &scheme.domain {
            let _ = writeln!(out, "  Managed login at {}.", text::code(domain));
        }
    }
    out.push('\n');
}

/// The deployments to choose from.
fn environments(plan: &Plan<'_>, library: &str, out: &mut String) {
    let Some(first) = plan.api.environments.first() else { return };
    out.push_str("## Environments\n\nWhat an environment does not say is as in the document.\n\n");
    for environment in &plan.api.environments {
        let _ = writeln!(out, "- `environments::{}`", environment.constant);
        for line in super::environments::lines(environment) {
            let _ = writeln!(out, "  - {line}");
        }
    }
    let constant = &first.constant;
    let _ = writeln!(out, "\n```rust\nuse {library}::{{Client, environments}};\n");
    let with_pool = first.authorizers.iter().find_map(|authorizer| {
        plan.api.auth.slots().map(|(_, scheme)| scheme).find(|scheme| scheme.key == authorizer.key)
    });
    if let Some(scheme) = with_pool {
        let _ = writeln!(
            out,
            "// with `use {library}::runtime::UserPool;` and the runtime's feature `cognito` or `oauth`\nlet pool = \
             {library}::auth::{}::app_client_in(&environments::{constant})?;",
            scheme.name
        );
    }
    let _ = writeln!(out, "let client = Client::builder().environment(&environments::{constant});\n```\n");
}

fn operations(plan: &Plan<'_>, out: &mut String) {
    if plan.groups.is_empty() {
        return;
    }
    out.push_str("## Operations\n\n| Operation | Method | Credential |\n|---|---|---|\n");
    for group in &plan.groups {
        for Planned { op, .. } in &group.operations {
            let requirement = op.requirement.map(|id| &plan.api.auth[id]);
            let request = cell(&text::code(&op.route()));
            let credential = match requirement {
                Some(requirement) => cell(&auth::credential(plan, Some(requirement))),
                None => "none".to_owned(),
            };
            let _ = writeln!(out, "| {request} | `{}` | {credential} |", op.name);
        }
    }
    out.push('\n');
}

/// A bar ends a cell even inside of code.
fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

/// A text inside of an HTML comment, which two dashes would end.
fn in_comment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '-' && out.ends_with('-') {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

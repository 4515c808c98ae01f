//! `README.md` of the generated crate: how to make a client, and what each operation needs.

use crate::config::options::Options;
use crate::emit::auth;
use crate::emit::auth::{Filling, filling};
use crate::emit::package::manifest;
use crate::emit::package::manifest::crate_name;
use crate::emit::plan::{Plan, Planned};
use crate::emit::rust::text;
use crate::ir::auth::{Audiences, Scheme, SchemeId, SchemeKind};
use std::fmt::Write;

/// `README.md`.
pub fn write(plan: &Plan<'_>, options: &Options, marker: &str) -> String {
    let api = plan.api;
    let name = crate_name(api, options);
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
    example(plan, options, &name, &mut out);
    credentials(plan, &mut out);
    environments(plan, &name.replace('-', "_"), &mut out);
    operations(plan, &mut out);
    out.push_str("## Features\n\n- `serde`: `Serialize` and `Deserialize` for all types of the API.\n");
    runtime_features(plan, &mut out);
    out
}

/// What an application writes into its manifest, and how it makes a client: both can be pasted.
fn example(plan: &Plan<'_>, options: &Options, name: &str, out: &mut String) {
    let api = plan.api;
    let features = sign_in_features(plan);
    out.push_str(
        "In the manifest of an application beside this crate, where `path` leads to this directory:\n\n```toml\n",
    );
    let _ = writeln!(out, "[dependencies]\n{name} = {{ path = \"../{name}\" }}");
    if !features.is_empty() {
        let _ = writeln!(out, "cogen-runtime = {}", manifest::runtime(api, options, &features));
    }
    out.push_str("```\n\n```rust\n");
    let library = name.replace('-', "_");
    let slots: Vec<Slot> = api.auth.slots().map(|(id, scheme)| slot(plan, id, scheme)).collect();
    let stored: Vec<&str> = slots.iter().map(|slot| slot.stored.as_str()).collect();
    let types = stored.join(", ");
    let arguments: Vec<&str> = slots.iter().flat_map(|slot| &slot.arguments).map(String::as_str).collect();
    let parts = [("auth::", "auth, "), ("grant![", "grant, "), ("runtime::", "runtime, "), ("scopes::", "scopes")];
    let used = parts.into_iter().filter(|(part, _)| *part == "runtime::" || types.contains(part));
    let used: String = used.map(|(_, name)| name).collect();
    let _ = writeln!(out, "use {library}::{{Client, {}}};\n", used.trim_end_matches(", "));
    let parameters = if stored.is_empty() { String::new() } else { format!("<{types}>") };
    let _ = writeln!(out, "/// The client as an application stores it.\npub type Api = Client{parameters};\n");
    let arguments = arguments.iter().map(|argument| format!("\n    {argument},")).collect::<String>();
    let end = if arguments.is_empty() { "" } else { "\n" };
    let _ = writeln!(out, "/// Makes a client, with its credentials.");
    let _ =
        writeln!(out, "pub fn client({arguments}{end}) -> Result<Api, runtime::BuildError> {{\n    Client::builder()");
    if api.base_url.is_none() {
        out.push_str("        .base_url(\"https://api.example.com\")\n");
    }
    for slot in &slots {
        let _ = writeln!(out, "        .{}({})", slot.name, slot.given);
    }
    out.push_str("        .build()\n}\n```\n\n");
    match &api.base_url {
        Some(url) => {
            let _ = writeln!(out, "The base URL is {}, unless `base_url(…)` names another one.\n", text::code(url));
        }
        None => out.push_str("The document names no base URL, so `base_url(…)` must.\n\n"),
    }
}

/// A slot of the client in the example.
struct Slot {
    /// Its setter.
    name: String,
    /// What the stored type has in it.
    stored: String,
    /// The arguments that fill it.
    arguments: Vec<String>,
    /// What the setter is given.
    given: String,
}

fn slot(plan: &Plan<'_>, id: SchemeId, scheme: &Scheme) -> Slot {
    let name = scheme.slot.to_string();
    let (stored, arguments, given) = match filling(scheme) {
        Filling::Token | Filling::Values | Filling::Iam => {
            let stored = stored_type(plan, id, scheme);
            (stored.clone(), vec![format!("{name}: {stored}")], name.clone())
        }
        Filling::ApiKey => ("runtime::ApiKey".to_owned(), vec![format!("{name}: String")], name.clone()),
        Filling::Bearer => ("runtime::Bearer".to_owned(), vec![format!("{name}: String")], name.clone()),
        Filling::Basic => {
            let arguments = vec![format!("{name}_user: String"), format!("{name}_password: String")];
            ("runtime::Basic".to_owned(), arguments, format!("{name}_user, {name}_password"))
        }
    };
    Slot { name, stored, arguments, given }
}

/// What stands in a slot of the stored type: a session with the scopes that the operations ask, or the credential.
fn stored_type(plan: &Plan<'_>, id: SchemeId, scheme: &Scheme) -> String {
    match filling(scheme) {
        Filling::Token => {
            let mut needs = plan.api.auth.requirements().iter().flat_map(|r| &r.alternatives).flatten();
            match needs.find(|n| n.scheme == id && !n.scopes.is_empty()).and_then(|n| n.scopes.first()) {
                Some(scope) => {
                    let scope = &plan.api.auth[*scope].name;
                    format!("runtime::UserSession<auth::{}, grant![scopes::{scope}]>", scheme.name)
                }
                None => format!("runtime::UserSession<auth::{}>", scheme.name),
            }
        }
        Filling::Values => format!("auth::{}", scheme.name),
        Filling::ApiKey => "runtime::ApiKey".to_owned(),
        Filling::Iam => "runtime::Iam".to_owned(),
        Filling::Basic => "runtime::Basic".to_owned(),
        Filling::Bearer => "runtime::Bearer".to_owned(),
    }
}

/// The features of the runtime that bring the credentials of the document's schemes.
fn sign_in_features(plan: &Plan<'_>) -> Vec<&'static str> {
    let has = |kind: fn(&Scheme) -> bool| plan.api.auth.slots().any(|(_, scheme)| kind(scheme));
    let mut features = Vec::new();
    if has(is_user_pool) {
        features.extend(["cognito", "hosted-login"]);
    }
    if has(|scheme| filling(scheme) == Filling::Iam) {
        features.push("aws-config");
    }
    features
}

fn is_user_pool(scheme: &Scheme) -> bool {
    scheme.kind == SchemeKind::CognitoUserPools || !scheme.user_pools.is_empty()
}

/// What each feature of the runtime brings for the schemes of this document.
fn runtime_features(plan: &Plan<'_>, out: &mut String) {
    let features = sign_in_features(plan);
    if features.is_empty() {
        return;
    }
    out.push_str("\nFeatures of `cogen-runtime`, of which an application turns on what it uses:\n\n");
    for feature in features {
        let brings = match feature {
            "cognito" => "sign-in through the API of the user pool: passwords by SRP, codes, passkeys, self-service",
            "hosted-login" => {
                "managed login in a browser, and client credentials (the feature `oauth` alone has these)"
            }
            _ => "AWS keys from where the AWS command line finds them, `Iam::from_default_chain`",
        };
        let _ = writeln!(out, "- `{feature}`: {brings}.");
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

//! `README.md` of the generated crate: sign-in and a call, the credentials, and what each operation requires.

use crate::config::options::Options;
use crate::emit::auth;
use crate::emit::package::example;
use crate::emit::package::example::{Example, is_user_pool};
use crate::emit::package::manifest;
use crate::emit::package::manifest::crate_name;
use crate::emit::plan::{Plan, Planned};
use crate::emit::rust::text;
use crate::ir::auth::SchemeId;
use crate::ir::schemes::{Audiences, CredentialKind, Scheme};
use std::fmt::Write;

/// `README.md`.
pub fn write(plan: &Plan<'_>, options: &Options, marker: &str) -> String {
    let api = plan.api;
    let name = crate_name(api, options);
    let mut out =
        format!("<!-- {} -->\n\n# {name}\n\nRust client of {}.\n\n", in_comment(marker), text::inline(&api.title));
    if let Some(description) = api.description.as_deref() {
        let mut docs = text::Docs::new();
        docs.text(Some(description));
        out.push_str(&docs.markdown());
        out.push('\n');
    }
    out.push_str("A call without the credential that its operation requires does not compile.\n\n");
    if let Some(example) = example::write(plan, &name.replace('-', "_")) {
        getting_started(plan, options, &name, &example, &mut out);
    }
    credentials(plan, &mut out);
    environments(plan, &name.replace('-', "_"), &mut out);
    operations(plan, &mut out);
    out.push_str("## Features\n\n- `constructors`: the module `required`, with which a program makes values of types that are only in responses, and names \
         required fields.\n- `serde`: `Serialize` and `Deserialize` for all types of the API.\n");
    runtime_features(plan, &mut out);
    out
}

/// The dependencies of an application, and the example: both can be pasted.
fn getting_started(plan: &Plan<'_>, options: &Options, name: &str, example: &Example, out: &mut String) {
    let api = plan.api;
    out.push_str(
        "## Getting started\n\nIn the `Cargo.toml` of an application, with the path to this directory:\n\n```toml\n",
    );
    let _ = writeln!(out, "[dependencies]\n{name} = {{ path = \"../{name}\" }}");
    if !example.features.is_empty() {
        let _ = writeln!(out, "cogen-runtime = {}", manifest::runtime(api, options, &example.features));
    }
    let _ = write!(out, "```\n\n```rust\n{}```\n\n", example.code);
    match &api.base_url {
        Some(url) => {
            let _ = writeln!(
                out,
                "The base URL is {}. `Client::builder().base_url(…)` sets another one.\n",
                text::code(url)
            );
        }
        None => out.push_str("The document has no base URL, so each client needs `base_url(…)`.\n\n"),
    }
}

/// The features of the runtime that obtain credentials for the document's schemes.
fn sign_in_features(plan: &Plan<'_>) -> Vec<&'static str> {
    let has = |kind: fn(&Scheme) -> bool| plan.api.auth.slots().any(|(_, scheme)| kind(scheme));
    let mut features = Vec::new();
    if has(is_user_pool) {
        features.extend(["cognito", "hosted-login"]);
    }
    if has(|scheme| scheme.kind.credential() == CredentialKind::Iam) {
        features.push("aws-config");
    }
    features
}

/// What each feature of the runtime adds for the schemes of this document.
fn runtime_features(plan: &Plan<'_>, out: &mut String) {
    let features = sign_in_features(plan);
    if features.is_empty() {
        return;
    }
    out.push_str("\nFeatures of `cogen-runtime`, which an application enables as needed:\n\n");
    for feature in features {
        let adds = match feature {
            "cognito" => "sign-in through the user pool's API (passwords by SRP, codes, passkeys) and self-service",
            "hosted-login" => {
                "managed login in a browser, and client credentials (`oauth` adds client credentials only)"
            }
            _ => "AWS credentials from the default chain of the AWS SDK: `Iam::from_default_chain`",
        };
        let _ = writeln!(out, "- `{feature}`: {adds}.");
    }
}

/// The credential of each scheme.
fn credentials(plan: &Plan<'_>, out: &mut String) {
    let schemes = plan.api.auth.slots();
    if schemes.len() == 0 {
        out.push_str("No operation requires a credential.\n\n");
        return;
    }
    out.push_str(
        "## Credentials\n\nA client needs the credentials of the operations that it calls, and no others.\n\n",
    );
    for (id, scheme) in schemes {
        let _ = writeln!(out, "- `.{}(…)`: {}.", scheme.slot, credential(plan, id, scheme));
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
            let _ = writeln!(out, "  The session for {} is accepted here too.", text::code(&marker.key));
        }
        if let Audiences::AudOrClientId(list) | Audiences::Aud(list) = &scheme.audiences {
            let names: Vec<String> = list.iter().map(|name| text::code(name)).collect();
            let _ = writeln!(out, "  Accepted audiences (app clients and resources): {}.", names.join(", "));
        }
        if let Some(client) = &scheme.app_client_id {
            let _ = writeln!(out, "  App client {}.", text::code(client));
        }
        if let Some(domain) = &scheme.domain {
            let _ = writeln!(out, "  Managed login: {}.", text::code(domain));
        }
    }
    out.push('\n');
}

/// The credential of a scheme, as Markdown.
fn credential(plan: &Plan<'_>, id: SchemeId, scheme: &Scheme) -> String {
    let name = text::code(scheme.name.as_str());
    match scheme.kind.credential() {
        CredentialKind::Token => format!("tokens of {name}: a {}", auth::accepted_tokens(plan, id)),
        CredentialKind::Values => {
            let inputs = scheme.inputs().into_iter();
            let sources: Vec<String> = inputs
                .map(|s| format!("{} ({} {})", text::code(s.field.as_str()), s.location.as_str(), text::code(&s.name)))
                .collect();
            match sources.as_slice() {
                [] => name,
                [one] => format!("{name}, with {one}"),
                [start @ .., last] => format!("{name}, with {} and {last}", start.join(", ")),
            }
        }
        CredentialKind::ApiKey => "an API key".to_owned(),
        CredentialKind::Iam => "AWS credentials, which sign each request (Signature Version 4)".to_owned(),
        CredentialKind::Basic => "a user name and a password".to_owned(),
        CredentialKind::Bearer => "a token, sent as `Authorization: Bearer …`".to_owned(),
    }
}

/// The deployments that the configuration lists.
fn environments(plan: &Plan<'_>, library: &str, out: &mut String) {
    let Some(first) = plan.api.environments.first() else { return };
    out.push_str("## Environments\n\nValues that an environment does not set are those of the document.\n\n");
    for environment in &plan.api.environments {
        let _ = writeln!(out, "- `environments::{}`", environment.constant);
        for line in crate::emit::environments::lines(environment) {
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
            "// Needs `use {library}::runtime::UserPool;`, and the feature `cognito` or `oauth` of the runtime.\nlet app_client = \
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
            let request = cell(&text::code(&op.route()));
            let credential = match op.requirement.map(|id| &plan.api.auth[id]) {
                Some(requirement) if requirement.text.is_empty() => "none".to_owned(),
                Some(requirement) if requirement.is_optional() => format!("optional: {}", cell(&requirement.text)),
                Some(requirement) => cell(&requirement.text),
                None => "none".to_owned(),
            };
            let _ = writeln!(out, "| {request} | `{}` | {credential} |", op.name);
        }
    }
    out.push('\n');
}

/// The text of a table cell, which a bar would end even inside code.
fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

/// The text of an HTML comment, which two dashes could end.
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

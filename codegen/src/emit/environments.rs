//! `environments.rs`: the deployments that the configuration lists, as statics.

use crate::emit::plan::Plan;
use crate::emit::rust::spell::Speller;
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, ident, literal};
use crate::ir::environment::{Environment, EnvironmentAuthorizer};
use proc_macro2::TokenStream;
use quote::quote;

/// The items of the module; none if the configuration lists no environment.
pub fn write(plan: &Plan<'_>) -> TokenStream {
    let spell = Speller::beside_types(plan);
    let environments = &plan.api.environments;
    if environments.is_empty() {
        return TokenStream::new();
    }
    let each = environments.iter().map(|environment| constant(&spell, environment));
    let names: Vec<_> = environments.iter().map(|environment| ident(&environment.constant)).collect();
    let count = proc_macro2::Literal::usize_unsuffixed(names.len());
    let option = spell.option(syn::parse_quote!(&'static Environment));
    quote! {
        #[doc = " A deployment of this API."]
        pub type Environment = rt::Environment<super::auth::Api>;
        #(#each)*
        #[doc = " All environments."]
        pub static ALL: [&Environment; #count] = [#(&#names),*];
        #[doc = " The environment with this name, which may come from an argument or a variable of the process."]
        pub fn named(name: &str) -> #option {
            ALL.into_iter().find(|environment| environment.name() == name)
        }
    }
}

fn constant(spell: &Speller<'_>, environment: &Environment) -> TokenStream {
    let constant = ident(&environment.constant);
    let name = literal(&environment.name);
    let base_url = spell.optional(environment.base_url.as_deref().map(text::string));
    let authorizers = environment.authorizers.iter().map(|authorizer| {
        let key = literal(&authorizer.key);
        let [pool, client, domain] = [&authorizer.user_pool, &authorizer.app_client_id, &authorizer.domain]
            .map(|value| spell.optional(value.as_deref().map(text::string)));
        quote!(rt::EnvironmentAuthorizer::listed(#key, #pool, #client, #domain))
    });
    let mut docs = Docs::new();
    docs.line(format!("The environment {}.", text::code(&environment.name)));
    let lines = lines(environment);
    if !lines.is_empty() {
        docs.gap();
    }
    for line in lines {
        docs.line(format!("- {line}"));
    }
    quote! {
        #docs
        pub static #constant: Environment =
            rt::Environment::listed(#name, #base_url, const { &[#(#authorizers),*] });
    }
}

/// The values of an environment, in lines of Markdown.
pub fn lines(environment: &Environment) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(url) = &environment.base_url {
        lines.push(format!("base URL {}", text::code(url)));
    }
    for authorizer in &environment.authorizers {
        let EnvironmentAuthorizer { key, user_pool, app_client_id, domain } = authorizer;
        let parts = [("user pool", user_pool), ("app client", app_client_id), ("managed login", domain)];
        let parts: Vec<String> = parts
            .iter()
            .filter_map(|(what, value)| Some(format!("{what} {}", text::code(value.as_deref()?))))
            .collect();
        if !parts.is_empty() {
            lines.push(format!("{}: {}", text::code(key), parts.join(", ")));
        }
    }
    lines
}

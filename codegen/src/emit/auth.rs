//! Authorization: types for pools and scopes, typed credentials, and one trait for each distinct requirement.

use crate::emit::plan::Plan;
use crate::emit::rust::spell::{Speller, runtime};
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, fixed, ident, literal};
use crate::ir::auth::{Auth, Condition, Match, Need, Requirement, SchemeId, Scope, TokenKind};
use crate::ir::schemes::{Audiences, CredentialKind, Scheme, SchemeKind, SourceLocation};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The types of `auth.rs`: one for the API, and one for each scheme that has a credential type of its own.
pub fn write_schemes(plan: &Plan<'_>) -> TokenStream {
    let spell = Speller::beside_types(plan);
    let auth = &plan.api.auth;
    let mut tokens = quote! {
        #[doc = " Type tag that keeps this API's scopes apart from those of other generated crates."]
        #[derive(Clone, Copy, Debug)]
        pub enum Api {}
    };
    for (id, scheme) in auth.slots() {
        let marker = auth.marker(id);
        match scheme.kind.credential() {
            CredentialKind::Token if marker.name != scheme.name => tokens.extend(same_pool(scheme, marker)),
            CredentialKind::Token => tokens.extend(pool(&spell, scheme)),
            CredentialKind::Values => tokens.extend(values(&spell, scheme)),
            CredentialKind::ApiKey | CredentialKind::Iam | CredentialKind::Basic | CredentialKind::Bearer => {}
        }
    }
    tokens
}

/// A range of the requirements, for `auth.rs`.
pub fn write_requirements(plan: &Plan<'_>, range: Range<usize>) -> TokenStream {
    let mut tokens = TokenStream::new();
    for (requirement, constant) in
        plan.api.auth.requirements().iter().zip(&plan.needs).take(range.end).skip(range.start)
    {
        tokens.extend(needs(plan, requirement, constant));
        if !requirement.is_optional() {
            tokens.extend(demand(plan, requirement));
        }
    }
    tokens
}

/// A range of the conditions, for `demands.rs`.
pub fn write_conditions(plan: &Plan<'_>, range: Range<usize>) -> TokenStream {
    plan.api.auth.conditions().iter().take(range.end).skip(range.start).map(|c| condition(plan, c)).collect()
}

/// A range of the scopes, for `scopes.rs`.
pub fn write_scopes(plan: &Plan<'_>, range: Range<usize>) -> TokenStream {
    let scopes = plan.api.auth.markers();
    let bits = usize::BITS - scopes.len().saturating_sub(1).leading_zeros();
    scopes.enumerate().take(range.end).skip(range.start).map(|(index, scope)| scope_type(scope, index, bits)).collect()
}

/// The type of a user pool, or of another issuer of tokens.
fn pool(spell: &Speller<'_>, scheme: &Scheme) -> TokenStream {
    let name = ident(&scheme.name);
    let key = literal(&scheme.key);
    let option = spell.option(syn::parse_quote!(&'static str));
    let text = |value: Option<&str>| spell.optional(value.map(text::string));
    let issuers = scheme.issuers.iter().map(|i| literal(i));
    // Several pools leave open at which one to sign in.
    let only = if let [pool] = scheme.user_pools.as_slice() { Some(pool) } else { None };
    let region = text(scheme.region.as_deref());
    let pool_id = text(only.map(|p| p.id.as_str()));
    let (app_client, domain) = spell.plan.api.auth.published(scheme);
    let (app_client, domain) = (text(app_client), text(domain));
    let audiences = audiences(scheme);

    let mut docs = Docs::new();
    let is_pool = scheme.kind == SchemeKind::CognitoUserPools || !scheme.user_pools.is_empty();
    let kind = if is_pool { "The user pool of the authorizer" } else { "The token issuer of the authorizer" };
    docs.line(format!("{kind} {}.", text::code(&scheme.key)));
    if matches!(scheme.kind, SchemeKind::Jwt { experimental: true }) {
        docs.gap();
        docs.line("The support of JWT authorizers of REST APIs is experimental.");
    }
    docs.text(scheme.doc.as_deref());
    if !scheme.user_pools.is_empty() {
        docs.gap();
        let ids: Vec<String> = scheme.user_pools.iter().map(|p| text::code(&p.id)).collect();
        docs.line(format!("User pools: {}.", ids.join(", ")));
    }
    if let Audiences::AudOrClientId(list) | Audiences::Aud(list) = &scheme.audiences {
        docs.gap();
        let list: Vec<String> = list.iter().map(|name| text::code(name)).collect();
        docs.line(format!("Audiences: {}.", list.join(", ")));
    }
    quote! {
        #docs
        #[derive(Clone, Copy, Debug)]
        pub enum #name {}
        impl rt::Pool for #name {
            type Api = Api;
            const NAME: &'static str = #key;
            const ISSUERS: &'static [&'static str] = &[#(#issuers),*];
            const REGION: #option = #region;
            const POOL_ID: #option = #pool_id;
            const APP_CLIENT_ID: #option = #app_client;
            const DOMAIN: #option = #domain;
            #audiences
        }
    }
}

/// The type of an authorizer that accepts the tokens of another one: an alias, so that one session is a credential for both.
fn same_pool(scheme: &Scheme, marker: &Scheme) -> TokenStream {
    let (name, same) = (ident(&scheme.name), ident(&marker.name));
    let mut docs = Docs::new();
    docs.line(format!(
        "{} accepts the tokens of {}: one session is a credential for both.",
        text::code(&scheme.key),
        text::code(&marker.key)
    ));
    docs.text(scheme.doc.as_deref());
    quote! {
        #docs
        pub type #name = #same;
    }
}

/// The audiences of an authorizer, if the document states them.
fn audiences(scheme: &Scheme) -> TokenStream {
    let (rule, list) = match &scheme.audiences {
        Audiences::Any => return TokenStream::new(),
        Audiences::AudOrClientId(list) => (quote!(AudOrClientId), list),
        Audiences::Aud(list) => (quote!(Aud), list),
    };
    let list = list.iter().map(|name| literal(name));
    quote!(const AUDIENCES: rt::Audiences = rt::Audiences::#rule(&[#(#list),*]);)
}

/// The typed inputs of a Lambda authorizer, one for each source.
fn values(spell: &Speller<'_>, scheme: &Scheme) -> TokenStream {
    let name = ident(&scheme.name);
    let key = literal(&scheme.key);
    let inputs = scheme.inputs();
    let fields: Vec<_> = inputs.iter().map(|s| ident(&s.field)).collect();
    let into = spell.into(runtime("Secret"));
    let vec = spell.vec_path();
    let mut docs = Docs::new();
    docs.line(format!("The credentials for {}.", text::code(&scheme.key)));
    docs.text(scheme.doc.as_deref());
    docs.gap();
    for source in inputs {
        let location = match source.location {
            SourceLocation::Header => "the header",
            SourceLocation::Query => "the query parameter",
            SourceLocation::Cookie => "the cookie",
        };
        docs.line(format!("- {}: {location} {}", text::code(source.field.as_str()), text::code(&source.name)));
    }
    quote! {
        #docs
        #[derive(Clone)]
        pub struct #name { #(#fields: rt::Secret),* }
        impl #name {
            #[doc = " Creates the credential from the value for each location."]
            pub fn new(#(#fields: #into),*) -> Self { Self { #(#fields: #fields.into()),* } }
        }
        impl rt::ValuesCredential for #name {
            const SCHEME: &'static str = #key;
            fn into_values(self) -> #vec<rt::Secret> { ::std::vec![#(self.#fields),*] }
        }
        rt::filled_slot!(#name);
        rt::redacted_debug!(#name);
    }
}

/// The constant by which the runtime chooses credentials for a requirement.
fn needs(plan: &Plan<'_>, requirement: &Requirement, constant: &str) -> TokenStream {
    let constant = fixed(constant);
    let alternatives = requirement.alternatives.iter().map(|needs| {
        let needs = needs.iter().map(|need| {
            let slot = proc_macro2::Literal::usize_unsuffixed(plan.api.auth.slot(need.scheme));
            let kind = match need.token {
                Some(TokenKind::Id) => quote!(id_token),
                Some(TokenKind::Access) => quote!(access_token),
                Some(TokenKind::Any) => quote!(token),
                None => quote!(credential),
            };
            let scopes = need.scopes.iter().map(|s| literal(&plan.api.auth[*s].text));
            let scopes = match need.matching {
                _ if need.scopes.is_empty() => TokenStream::new(),
                Some(Match::All) => quote!(.all_of(&[#(#scopes),*])),
                Some(Match::Any) | None => quote!(.any_of(&[#(#scopes),*])),
            };
            quote!(rt::Need::#kind(#slot)#scopes)
        });
        quote!(&[#(#needs),*])
    });
    quote!(pub(crate) const #constant: rt::Needs = &[#(#alternatives),*];)
}

/// The trait that a client implements when its slots meet the conditions.
fn demand(plan: &Plan<'_>, requirement: &Requirement) -> TokenStream {
    let name = ident(&requirement.name);
    let conditions: Vec<&Condition> = requirement.conditions.iter().map(|&id| &plan.api.auth[id]).collect();
    let numbers: BTreeSet<usize> = conditions.iter().flat_map(|c| slots(plan, c)).collect();
    let numbers = numbers.into_iter().map(proc_macro2::Literal::usize_unsuffixed);
    let bounds = conditions.iter().map(|condition| {
        let held = slots(plan, condition).into_iter().map(proc_macro2::Literal::usize_unsuffixed);
        let held = together(held.map(|number| quote!(<C as rt::SlotAt<#number>>::Slot)).collect());
        let condition = ident(&condition.name);
        quote!(#held: super::demands::#condition)
    });
    let mut docs = Docs::new();
    docs.line(format!("Implemented by clients that hold {}.", requirement.text));
    quote! {
        #docs
        pub trait #name {}
        impl<C: #(rt::SlotAt<#numbers>)+*> #name for C where #(#bounds,)* {}
    }
}

/// The trait that the slots of a condition implement when they meet it.
///
/// The bound is on the slots and not on the client, so that the compiler names the credentials in them.
fn condition(plan: &Plan<'_>, condition: &Condition) -> TokenStream {
    let name = ident(&condition.name);
    let message = text::diagnostic(&condition.message);
    let label = text::diagnostic_of_self(&condition.held);
    let note = text::diagnostic(&condition.note);
    let written = type_note(plan, condition).map(|written| {
        let written = text::diagnostic(&written);
        quote!(, note = #written)
    });
    let auth = &plan.api.auth;
    let numbers = slots(plan, condition);
    let own: BTreeMap<usize, proc_macro2::Ident> =
        numbers.iter().map(|&number| (number, fixed(&plan.slots[number]))).collect();
    let needs = || condition.alternatives.iter().flatten();
    let scoped: BTreeSet<usize> =
        needs().filter(|need| !need.scopes.is_empty()).map(|need| auth.slot(need.scheme)).collect();
    let grants = scoped.iter().filter_map(|number| own.get(number));
    let alternatives = condition.alternatives.iter().map(|needs| {
        let met = needs.iter().filter_map(|need| Some(met(plan, need, own.get(&auth.slot(need.scheme))?)));
        fold("And", met.collect())
    });
    let holds = fold("Or", alternatives.collect());
    let parameters = own.values();
    let held = together(own.values().map(|slot| quote!(#slot)).collect());
    // A generic function that bounds its slot by this trait then needs no second bound.
    let is_slot = if own.len() == 1 { quote!(: rt::Slot) } else { TokenStream::new() };
    quote! {
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note #written)]
        pub trait #name #is_slot {}
        #[diagnostic::do_not_recommend]
        impl<#(#parameters: rt::Slot),*> #name for #held
        where #(#grants::Grant: rt::SlotGrant<super::auth::Api>,)* #holds: rt::True {}
    }
}

/// The note for a client whose type is written out: a type that does not name the credential has an empty slot.
fn type_note(plan: &Plan<'_>, condition: &Condition) -> Option<String> {
    let [alternative] = condition.alternatives.as_slice() else { return None };
    let [need] = alternative.as_slice() else { return None };
    let auth = &plan.api.auth;
    let scheme = &auth[need.scheme];
    let number = auth.slot(need.scheme) + 1;
    let is = if scheme.kind.takes_token() { "is a credential such as" } else { "is" };
    Some(format!(
        "where you write the client's type, in a struct or an argument, its type parameter {number} {is} `{}`",
        credential_type(need, auth, &Paths { types: "", scopes: "", runtime: "" })
    ))
}

/// The paths before the names of credential types, each with `::` at its end if it is not empty.
pub struct Paths {
    /// Before the types of pools and authorizers.
    pub types: &'static str,
    /// Before the types of scopes.
    pub scopes: &'static str,
    /// Before the types of the runtime.
    pub runtime: &'static str,
}

/// The type of a credential that meets a need: a user's session for tokens.
pub fn credential_type(need: &Need, auth: &Auth, paths: &Paths) -> String {
    let Paths { types, runtime, .. } = paths;
    let scheme = &auth[need.scheme];
    match scheme.kind.credential() {
        CredentialKind::Token => {
            let grant = grant(need, auth, paths).map(|grant| format!(", {grant}")).unwrap_or_default();
            format!("{runtime}UserSession<{types}{}{grant}>", scheme.name)
        }
        CredentialKind::Values => format!("{types}{}", scheme.name),
        CredentialKind::ApiKey => format!("{runtime}ApiKey"),
        CredentialKind::Iam => format!("{runtime}Iam"),
        CredentialKind::Basic => format!("{runtime}Basic"),
        CredentialKind::Bearer => format!("{runtime}Bearer"),
    }
}

/// The scopes that meet a need: `grant![PetsRead]`. `None` without scopes.
pub fn grant(need: &Need, auth: &Auth, paths: &Paths) -> Option<String> {
    let count = if need.matching == Some(Match::All) { need.scopes.len() } else { 1 };
    let scopes = need.scopes.iter().take(count).map(|&scope| format!("{}{}", paths.scopes, auth[scope].name));
    let scopes: Vec<String> = scopes.collect();
    (!scopes.is_empty()).then(|| format!("grant![{}]", scopes.join(", ")))
}

/// The credentials of a token scheme that meet the need of some operation, as Markdown: a machine's token is never an ID token.
pub fn accepted_tokens(plan: &Plan<'_>, id: SchemeId) -> String {
    let auth = &plan.api.auth;
    let needs = || auth.requirements().iter().flat_map(|r| &r.alternatives).flatten().filter(|need| need.scheme == id);
    let id_token = needs().any(|need| need.token != Some(TokenKind::Access));
    let access_token = needs().any(|need| need.token != Some(TokenKind::Id));
    let name = &auth.marker(id).name;
    let kinds =
        [("UserSession", true), ("Machine", access_token), ("AccessToken", access_token), ("IdToken", id_token)];
    let kinds: Vec<&str> = kinds.iter().filter(|(_, fits)| *fits).map(|(kind, _)| *kind).collect();
    let (last, first) = kinds.split_last().unwrap_or((&"UserSession", &[]));
    let first: Vec<String> = first.iter().map(|kind| format!("`{kind}<{name}>`")).collect();
    format!("{} or `{last}<{name}>`", first.join(", "))
}

/// The numbers of the slots that a condition checks.
fn slots(plan: &Plan<'_>, condition: &Condition) -> BTreeSet<usize> {
    condition.schemes().into_iter().map(|scheme| plan.api.auth.slot(scheme)).collect()
}

/// One type as it is, several as a tuple.
fn together(types: Vec<TokenStream>) -> TokenStream {
    match types.as_slice() {
        [one] => one.clone(),
        several => quote!((#(#several),*)),
    }
}

/// Whether one need is met, as a type.
fn met(plan: &Plan<'_>, need: &Need, slot: &proc_macro2::Ident) -> TokenStream {
    let shown = match need.token {
        None => quote!(rt::Filled<#slot>),
        Some(TokenKind::Id) => quote!(rt::Id<#slot>),
        Some(TokenKind::Access) => quote!(rt::Access<#slot>),
        Some(TokenKind::Any) => quote!(rt::Either<#slot>),
    };
    if need.scopes.is_empty() {
        return shown;
    }
    let granted = need.scopes.iter().map(|scope| {
        let scope = ident(&plan.api.auth[*scope].name);
        quote!(rt::Granted<super::auth::Api, #slot, super::scopes::#scope>)
    });
    let granted = fold(if need.matching == Some(Match::All) { "And" } else { "Or" }, granted.collect());
    quote!(rt::And<#shown, #granted>)
}

/// One type-level expression of several, as a balanced tree, which nests least.
///
/// Without operands it is `rt::No`, which no client meets.
fn fold(operator: &str, mut operands: Vec<TokenStream>) -> TokenStream {
    let operator = fixed(operator);
    while operands.len() > 1 {
        let mut pairs = Vec::with_capacity(operands.len().div_ceil(2));
        let mut rest = operands.into_iter();
        while let Some(left) = rest.next() {
            pairs.push(match rest.next() {
                Some(right) => quote!(rt::#operator<#left, #right>),
                None => left,
            });
        }
        operands = pairs;
    }
    operands.pop().unwrap_or_else(|| quote!(rt::No))
}

/// The type of a scope. Its id is its index in binary, so that two ids are compared bit by bit.
fn scope_type(scope: &Scope, index: usize, bits: u32) -> TokenStream {
    let name = ident(&scope.name);
    let scope_text = literal(&scope.text);
    // The runtime defines the one scope that every pool has: the only one that a sign-in with a password grants.
    let end = if scope.is_self_service() { quote!(rt::SelfServiceId) } else { quote!(()) };
    let id = (0..bits).fold(end, |rest, bit| {
        let bit = if index >> bit & 1 == 1 { quote!(rt::Yes) } else { quote!(rt::No) };
        quote!((#bit, #rest))
    });
    let mut docs = Docs::new();
    docs.line(format!("The scope {}.", text::code(&scope.text)));
    quote! {
        #docs
        #[derive(Clone, Copy, Debug)]
        pub enum #name {}
        impl rt::GeneratedScope for #name {
            type Id = #id;
        }
        impl rt::Scope<super::auth::Api> for #name {
            const NAME: &'static str = #scope_text;
        }
    }
}

//! Authorization: markers of pools and scopes, typed credentials, and one trait for each distinct requirement.

use crate::emit::plan::Plan;
use crate::emit::rust::spell::{Speller, runtime};
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, fixed, ident, literal};
use crate::ir::auth::{
    Audiences, Condition, Match, Need, Requirement, Scheme, SchemeKind, Scope, SourceLocation, TokenKind,
};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What `auth.rs` begins with.
pub fn write_schemes(plan: &Plan<'_>) -> TokenStream {
    let spell = Speller::beside_types(plan);
    let auth = &plan.api.auth;
    let mut tokens = quote! {
        #[doc = " The marker of this API: its scopes are not those of another one."]
        #[derive(Clone, Copy, Debug)]
        pub enum Api {}
    };
    for (id, scheme) in auth.slots() {
        let marker = auth.marker(id);
        match filling(scheme) {
            Filling::Token if marker.name != scheme.name => tokens.extend(same_pool(scheme, marker)),
            Filling::Token => tokens.extend(pool(&spell, scheme)),
            Filling::Values => tokens.extend(values(&spell, scheme)),
            Filling::ApiKey | Filling::Iam | Filling::Basic | Filling::Bearer => {}
        }
    }
    tokens
}

/// Some of the requirements, in `auth.rs`.
pub fn write_requirements(plan: &Plan<'_>, range: Range<usize>) -> TokenStream {
    let mut tokens = TokenStream::new();
    for (requirement, constant) in
        plan.api.auth.requirements().iter().zip(&plan.needs).take(range.end).skip(range.start)
    {
        tokens.extend(needs(plan, requirement, constant));
        if !is_optional(requirement) {
            tokens.extend(demand(plan, requirement));
        }
    }
    tokens
}

/// Some of the conditions, in `demands.rs`.
pub fn write_conditions(plan: &Plan<'_>, range: Range<usize>) -> TokenStream {
    plan.api.auth.conditions().iter().take(range.end).skip(range.start).map(|c| condition(plan, c)).collect()
}

/// Some of the scopes, in `scopes.rs`.
pub fn write_scopes(plan: &Plan<'_>, range: Range<usize>) -> TokenStream {
    let scopes = plan.api.auth.markers();
    let bits = usize::BITS - scopes.len().saturating_sub(1).leading_zeros();
    scopes.enumerate().take(range.end).skip(range.start).map(|(index, scope)| marker(scope, index, bits)).collect()
}

/// What the runtime takes for a scheme.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// An ID or access token.
    Token,
    /// A secret for each source.
    Values,
    /// An API key.
    ApiKey,
    /// AWS credentials, to sign with.
    Iam,
    /// A user name and a password.
    Basic,
    /// A token of the caller's own.
    Bearer,
}

/// What fills the slot of a scheme.
pub fn filling(scheme: &Scheme) -> Filling {
    match scheme.kind {
        SchemeKind::CognitoUserPools | SchemeKind::Jwt { .. } | SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => {
            Filling::Token
        }
        SchemeKind::LambdaToken | SchemeKind::LambdaRequest | SchemeKind::Lambda | SchemeKind::Http(_) => {
            Filling::Values
        }
        SchemeKind::Iam => Filling::Iam,
        SchemeKind::ApiKey => Filling::ApiKey,
        SchemeKind::Bearer => Filling::Bearer,
        SchemeKind::Basic => Filling::Basic,
    }
}

/// Whether a call may also be made without credentials, so that the compiler asks for none.
pub fn is_optional(requirement: &Requirement) -> bool {
    requirement.alternatives.iter().any(Vec::is_empty)
}

/// The credential that an operation needs, in a line of Markdown.
pub fn credential(plan: &Plan<'_>, requirement: Option<&Requirement>) -> String {
    let Some(requirement) = requirement else { return "none: this operation is open".to_owned() };
    let alternatives: Vec<String> = requirement
        .alternatives
        .iter()
        .filter(|needs| !needs.is_empty())
        .map(|needs| {
            let needs: Vec<String> = needs.iter().map(|need| need_in_words(plan, need)).collect();
            needs.join(" and ")
        })
        .collect();
    let words = alternatives.join(", or ");
    match (is_optional(requirement), words.is_empty()) {
        (_, true) => "none: this operation is open".to_owned(),
        (true, false) => format!("optional: {words}"),
        (false, false) => words,
    }
}

fn need_in_words(plan: &Plan<'_>, need: &Need) -> String {
    let scheme = &plan.api.auth[need.scheme];
    let name = text::code(scheme.name.as_str());
    let what = match filling(scheme) {
        Filling::Token => {
            let token = match need.token {
                Some(TokenKind::Id) => "an ID token",
                Some(TokenKind::Access) => "an access token",
                Some(TokenKind::Any) | None => "an ID or access token",
            };
            format!("{token} of {name}")
        }
        Filling::Values => format!("the credentials of {name}"),
        Filling::ApiKey => "an API key".to_owned(),
        Filling::Iam => "AWS credentials (SigV4)".to_owned(),
        Filling::Basic => format!("a user name and password for {name}"),
        Filling::Bearer => format!("a bearer token for {name}"),
    };
    let scopes: Vec<String> = need.scopes.iter().map(|s| text::code(&plan.api.auth[*s].text)).collect();
    if scopes.is_empty() {
        return what;
    }
    let conjunction = if need.matching == Some(Match::All) { " and " } else { " or " };
    format!("{what} granted {}", scopes.join(conjunction))
}

/// The marker of a user pool, or of another issuer of tokens.
fn pool(spell: &Speller<'_>, scheme: &Scheme) -> TokenStream {
    let name = ident(&scheme.name);
    let key = literal(&scheme.key);
    let option = spell.option(syn::parse_quote!(&'static str));
    let text = |value: Option<&str>| spell.optional(value.map(text::string));
    let issuers = scheme.issuers.iter().map(|i| literal(i));
    // With several pools none of them is the one to sign in at.
    let only = if let [pool] = scheme.user_pools.as_slice() { Some(pool) } else { None };
    let region = text(scheme.region.as_deref());
    let pool_id = text(only.map(|p| p.id.as_str()));
    let (app_client, domain) = spell.plan.api.auth.published(scheme);
    let (app_client, domain) = (text(app_client), text(domain));
    let audiences = audiences(scheme);

    let mut docs = Docs::new();
    let kind = match scheme.kind {
        SchemeKind::CognitoUserPools => "The user pool",
        SchemeKind::Jwt { experimental: true } => {
            "The issuer of tokens (a REST API's JWT authorizer, whose rules are not settled)"
        }
        _ => "The issuer of tokens",
    };
    docs.line(format!("{kind} {}.", text::code(&scheme.key)));
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

/// The marker of an authorizer that takes the tokens of another one: it is the same type, so that one session fills both.
fn same_pool(scheme: &Scheme, marker: &Scheme) -> TokenStream {
    let (name, same) = (ident(&scheme.name), ident(&marker.name));
    let mut docs = Docs::new();
    docs.line(format!(
        "{} takes the tokens of {}: one session fills the slots of both.",
        text::code(&scheme.key),
        text::code(&marker.key)
    ));
    docs.text(scheme.doc.as_deref());
    quote! {
        #docs
        pub type #name = #same;
    }
}

/// The audiences of an authorizer, where the document says them.
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
    docs.line(format!("The credentials of {}.", text::code(&scheme.key)));
    docs.text(scheme.doc.as_deref());
    for source in inputs {
        let place = match source.location {
            SourceLocation::Header => "the header",
            SourceLocation::Query => "the query parameter",
            SourceLocation::Cookie => "the cookie",
        };
        docs.line(format!("- {}: {place} {}", text::code(source.field.as_str()), text::code(&source.name)));
    }
    quote! {
        #docs
        #[derive(Clone)]
        pub struct #name { #(#fields: rt::Secret),* }
        impl #name {
            #[doc = " A value for each source."]
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

/// What the runtime is told of a requirement.
fn needs(plan: &Plan<'_>, requirement: &Requirement, constant: &str) -> TokenStream {
    let constant = fixed(constant);
    let alternatives = requirement.alternatives.iter().map(|needs| {
        let needs = needs.iter().map(|need| {
            let slot = proc_macro2::Literal::usize_unsuffixed(plan.api.auth.slot(need.scheme));
            let token = match need.token {
                Some(TokenKind::Id) => quote!(Some(rt::TokenKind::Id)),
                Some(TokenKind::Access) => quote!(Some(rt::TokenKind::Access)),
                Some(TokenKind::Any) => quote!(Some(rt::TokenKind::Any)),
                None => quote!(None),
            };
            let scopes = need.scopes.iter().map(|s| literal(&plan.api.auth[*s].text));
            let all = need.matching == Some(Match::All);
            quote!(rt::Need { slot: #slot, token: #token, scopes: &[#(#scopes),*], all: #all })
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
    docs.line(format!("Implemented by clients that hold {}.", credential(plan, Some(requirement))));
    quote! {
        #docs
        pub trait #name {}
        impl<C: #(rt::SlotAt<#numbers>)+*> #name for C where #(#bounds,)* {}
    }
}

/// The trait that the slots of a condition implement when they meet it.
///
/// It is asked of the slots and not of the client, so that the compiler names what is in them.
fn condition(plan: &Plan<'_>, condition: &Condition) -> TokenStream {
    let name = ident(&condition.name);
    let message = text::diagnostic(&condition.message);
    let label = text::diagnostic_of_self(&condition.held);
    let note = text::diagnostic(&condition.note);
    let written = where_written(plan, condition).map(|written| {
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
    // A generic function whose slot is bounded by the trait has its slot's bound, too.
    let is_slot = if own.len() == 1 { quote!(: rt::Slot) } else { TokenStream::new() };
    quote! {
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note #written)]
        pub trait #name #is_slot {}
        #[diagnostic::do_not_recommend]
        impl<#(#parameters: rt::Slot),*> #name for #held
        where #(#grants::Grant: rt::SlotGrant<super::auth::Api>,)* #holds: rt::True {}
    }
}

/// How a client's type, of a field or an argument, names the credential of a condition: one that does not has an empty slot.
fn where_written(plan: &Plan<'_>, condition: &Condition) -> Option<String> {
    let [alternative] = condition.alternatives.as_slice() else { return None };
    let [need] = alternative.as_slice() else { return None };
    let auth = &plan.api.auth;
    let scheme = &auth[need.scheme];
    let credential = match filling(scheme) {
        Filling::Token => {
            let asked = if need.matching == Some(Match::All) { need.scopes.len() } else { 1 };
            let scopes: Vec<&str> = need.scopes.iter().take(asked).map(|&scope| auth[scope].name.as_str()).collect();
            let grant = if scopes.is_empty() { String::new() } else { format!(", grant![{}]", scopes.join(", ")) };
            format!("a credential such as `UserSession<{}{grant}>`", scheme.name)
        }
        Filling::Values => format!("`{}`", scheme.name),
        Filling::ApiKey => "`ApiKey`".to_owned(),
        Filling::Iam => "`Iam`".to_owned(),
        Filling::Basic => "`Basic`".to_owned(),
        Filling::Bearer => "`Bearer`".to_owned(),
    };
    let number = auth.slot(need.scheme) + 1;
    Some(format!(
        "where this client's type is written, in a struct or an argument, its parameter {number} is {credential}"
    ))
}

/// The numbers of the slots that a condition is asked of.
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
/// Of no operands it is `rt::No`, which no client meets.
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

/// The marker of a scope. Its id is its index in binary, so that two of them are compared bit by bit.
fn marker(scope: &Scope, index: usize, bits: u32) -> TokenStream {
    let name = ident(&scope.name);
    let scope_text = literal(&scope.text);
    // The runtime knows one scope of every pool: the only one that a sign-in by password gives.
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

//! The client, its builder, and the static that describes the API to the runtime.

use crate::config::options::Options;
use crate::emit::auth;
use crate::emit::package::manifest::crate_name;
use crate::emit::plan::Plan;
use crate::emit::rust::spell::{Speller, generics, runtime};
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, ident, literal};
use crate::ir::auth::SchemeId;
use crate::ir::schemes::{CredentialKind, Scheme, SourceLocation};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// `client.rs`.
pub fn write(plan: &Plan<'_>, options: &Options) -> TokenStream {
    let spell = Speller::beside_types(plan);
    let slots = spell.slots();
    let parameters = generics(&slots);
    let mut tokens = definition(&spell, &slots, &parameters);
    tokens.extend(builder(&spell, &slots, &parameters));
    tokens.extend(description(&spell, plan, options));
    tokens
}

fn definition(spell: &Speller<'_>, slots: &[Ident], parameters: &TokenStream) -> TokenStream {
    let defaults = if slots.is_empty() { TokenStream::new() } else { quote!(<#(#slots = rt::Missing),*>) };
    let unchecked = unchecked(slots);
    let clone = spell.clone_path();
    let numbers = (0..slots.len()).map(proc_macro2::Literal::usize_unsuffixed);
    let schemes = spell.plan.api.auth.slots().enumerate();
    let replacements = schemes.map(|(index, (_, scheme))| replacement(spell, slots, index, scheme));

    let mut docs = Docs::new();
    docs.line(format!("Client of {}.", text::inline(&spell.plan.api.title)));
    docs.gap();
    docs.line("Each operation of the API is a method. [`Client::builder`] creates a client.");
    if !slots.is_empty() {
        docs.gap();
        docs.line(
            "Each type parameter is the credential for one authorizer; `Missing` until a method of the builder sets it.",
        );
    }
    quote! {
        rt::calls!();
        #docs
        pub struct Client #defaults { pub(crate) core: rt::TypedCore<(#(#slots,)*)> }
        impl Client {
            #[doc = " Creates a builder without credentials."]
            pub fn builder() -> ClientBuilder {
                ClientBuilder(rt::TypedBuilder::new(&API))
            }
        }
        impl #parameters Client #parameters {
            #[doc = " A client whose calls the compiler does not check, for a server that differs from its document."]
            #[doc = ""]
            #[doc = " A call whose credential is missing still fails before anything is sent."]
            pub fn dangerous(&self) -> Client #unchecked {
                Client { core: self.core.retyped() }
            }
            #(#replacements)*
        }
        #(impl #parameters rt::SlotAt<#numbers> for Client #parameters { type Slot = #slots; })*
        impl #parameters #clone for Client #parameters {
            fn clone(&self) -> Self {
                Self { core: self.core.clone() }
            }
        }
        impl #parameters ::core::fmt::Debug for Client #parameters {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.core, f)
            }
        }
    }
}

fn builder(spell: &Speller<'_>, slots: &[Ident], parameters: &TokenStream) -> TokenStream {
    let defaults = if slots.is_empty() { TokenStream::new() } else { quote!(<#(#slots = rt::Missing),*>) };
    let into_string = spell.into(spell.string());
    let result = spell.result_path();
    let ok = spell.ok();
    let schemes = spell.plan.api.auth.slots().enumerate();
    let setters = schemes.map(|(index, (id, scheme))| setter(spell, slots, index, id, scheme));
    quote! {
        #[doc = " Builder for [`Client`]."]
        #[must_use]
        pub struct ClientBuilder #defaults(rt::TypedBuilder<(#(#slots,)*)>);
        impl #parameters ClientBuilder #parameters {
            #[doc = " Sets the base URL of the API, such as `https://api.example.com/v1`."]
            pub fn base_url(self, url: #into_string) -> Self {
                Self(self.0.base_url(url.into()))
            }
            #[doc = " Sets the base URL to that of a deployment, if the deployment has one."]
            pub fn environment(self, environment: &rt::Environment<super::auth::Api>) -> Self {
                Self(self.0.environment(environment))
            }
            #[doc = " Allows a base URL with plain `http`, over which others on the network can read the credentials."]
            pub fn allow_http(self) -> Self {
                Self(self.0.allow_http())
            }
            #[doc = " Sets the HTTP client. It must not follow redirects."]
            pub fn http_client(self, client: rt::reqwest::Client) -> Self {
                Self(self.0.http_client(client))
            }
            #[doc = " Sets the time limit of a call, which includes all its attempts."]
            pub fn timeout(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }
            #[doc = " Sets when a failed call is sent again."]
            pub fn retry(self, retry: rt::Retry) -> Self {
                Self(self.0.retry(retry))
            }
            #[doc = " Adds a hook that is called for each attempt of each call."]
            pub fn hook(self, hook: impl rt::Hook + 'static) -> Self {
                Self(self.0.hook(hook))
            }
            #[doc = " Sets the largest size, in bytes, of a response body that is read into memory."]
            pub fn max_response_bytes(self, bytes: usize) -> Self {
                Self(self.0.max_response_bytes(bytes))
            }
            #(#setters)*
            #[doc = " Builds the client."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = " The base URL is missing or cannot be used, or a credential does not fit its authorizer."]
            pub fn build(self) -> #result<Client #parameters, rt::BuildError> {
                #ok(Client { core: self.0.build()? })
            }
        }
        impl #parameters ::core::fmt::Debug for ClientBuilder #parameters {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, f)
            }
        }
    }
}

/// The methods that take the credential of one scheme: their arguments, and what they make of it.
struct Setter {
    generic: TokenStream,
    arguments: TokenStream,
    /// The credential for the runtime.
    value: TokenStream,
    /// The type arguments of a client with the credential.
    filled: TokenStream,
}

impl Setter {
    fn of(spell: &Speller<'_>, slots: &[Ident], index: usize, scheme: &Scheme) -> Self {
        let credential = ident(&scheme.name);
        let secret = spell.into(runtime("Secret"));
        let mut generic = TokenStream::new();
        let (arguments, own, value) = match scheme.kind.credential() {
            CredentialKind::Token => {
                generic = quote!(<Credential: rt::TokenCredential<super::auth::#credential>>);
                (quote!(credential: Credential), quote!(Credential), quote!(credential.into_credential()))
            }
            CredentialKind::Values => (
                quote!(credentials: impl rt::ValuesOf<super::auth::#credential>),
                quote!(super::auth::#credential),
                quote!(rt::values_credential(credentials.into_values_of())),
            ),
            CredentialKind::ApiKey => {
                (quote!(key: #secret), quote!(rt::ApiKey), quote!(rt::ApiKey::new(key).into_credential()))
            }
            CredentialKind::Iam => (
                quote!(credentials: impl rt::SigningCredentials),
                quote!(rt::Iam),
                quote!(credentials.into_iam().into_credential()),
            ),
            CredentialKind::Basic => {
                let user = spell.into(spell.string());
                (
                    quote!(user: #user, password: #secret),
                    quote!(rt::Basic),
                    quote!(rt::Basic::new(user, password).into_credential()),
                )
            }
            CredentialKind::Bearer => {
                (quote!(token: #secret), quote!(rt::Bearer), quote!(rt::Bearer::new(token).into_credential()))
            }
        };
        let filled = slots.iter().enumerate().map(|(at, slot)| if at == index { own.clone() } else { quote!(#slot) });
        Self { generic, arguments, value, filled: quote!(<#(#filled),*>) }
    }
}

/// The method of the builder that sets the credential for one scheme.
fn setter(spell: &Speller<'_>, slots: &[Ident], index: usize, id: SchemeId, scheme: &Scheme) -> TokenStream {
    let Setter { generic, arguments, value, filled } = Setter::of(spell, slots, index, scheme);
    let (name, slot) = (ident(&scheme.slot), proc_macro2::Literal::usize_unsuffixed(index));
    let mut docs = Docs::new();
    docs.line(format!("Sets the credential for {}.", authorizer(scheme)));
    docs.gap();
    docs.line(accepts(spell.plan, id, scheme));
    docs.text(scheme.doc.as_deref());
    quote! {
        #docs
        pub fn #name #generic(self, #arguments) -> ClientBuilder #filled {
            ClientBuilder(self.0.slot(#slot, #value))
        }
    }
}

/// The method of the client that returns a client for another user.
fn replacement(spell: &Speller<'_>, slots: &[Ident], index: usize, scheme: &Scheme) -> TokenStream {
    let Setter { generic, arguments, value, filled } = Setter::of(spell, slots, index, scheme);
    let (name, slot) = (ident(&scheme.replacement), proc_macro2::Literal::usize_unsuffixed(index));
    let mut docs = Docs::new();
    docs.line(format!("Returns this client with another credential for {}.", authorizer(scheme)));
    docs.gap();
    docs.line("Both share connections and settings, so that a server can make one for each request.");
    quote! {
        #docs
        pub fn #name #generic(&self, #arguments) -> Client #filled {
            Client { core: self.core.with(#slot, #value) }
        }
    }
}

/// A scheme as an authorizer of the gateway, or as a security scheme of the document: "the `PetPool` authorizer".
fn authorizer(scheme: &Scheme) -> String {
    let key = text::code(&scheme.key);
    let is_authorizer = scheme.kind.is_lambda() || scheme.kind.takes_token();
    if is_authorizer { format!("the {key} authorizer") } else { format!("the security scheme {key}") }
}

/// The credentials that a setter accepts, in a sentence.
fn accepts(plan: &Plan<'_>, id: SchemeId, scheme: &Scheme) -> String {
    match scheme.kind.credential() {
        CredentialKind::Token => format!("Accepts a {}.", auth::accepted_tokens(plan, id)),
        CredentialKind::Values => format!("Accepts an {}.", text::code(&format!("auth::{}", scheme.name))),
        CredentialKind::ApiKey => "Accepts an API key.".to_owned(),
        CredentialKind::Iam => {
            "Accepts an `Iam`, or another type that converts into one; it signs each request (Signature Version 4)."
                .to_owned()
        }
        CredentialKind::Basic => "Accepts a user name and a password (HTTP basic authentication).".to_owned(),
        CredentialKind::Bearer => "Accepts a token, which is sent as `Authorization: Bearer`.".to_owned(),
    }
}

/// The static that describes the API to the runtime.
fn description(spell: &Speller<'_>, plan: &Plan<'_>, options: &Options) -> TokenStream {
    let name = literal(&crate_name(plan.api, options));
    let base_url = spell.optional(plan.api.base_url.as_deref().map(text::string));
    let schemes = plan.api.auth.slots().map(|(_, scheme)| {
        let key = literal(&scheme.key);
        let kind = match scheme.kind.credential() {
            CredentialKind::Token => quote!(Token),
            CredentialKind::Values => quote!(Values),
            CredentialKind::ApiKey => quote!(ApiKey),
            CredentialKind::Iam => quote!(Iam),
            CredentialKind::Basic => quote!(Basic),
            CredentialKind::Bearer => quote!(Bearer),
        };
        // The runtime sets the headers of a signature itself.
        let fixed = scheme.kind.fixed_location().filter(|_| scheme.kind.credential() != CredentialKind::Iam);
        let (sources, prefix) = match fixed {
            Some(fixed) if scheme.sources.is_empty() => (vec![location(fixed.location, fixed.name)], fixed.prefix),
            _ => (scheme.inputs().into_iter().map(|s| location(s.location, &s.name)).collect(), scheme.prefix),
        };
        let issuers = scheme.issuers.iter().map(|i| literal(i));
        let region = spell.optional(scheme.region.as_deref().map(text::string));
        quote! {
            rt::Scheme {
                name: #key, kind: rt::SchemeKind::#kind, sources: &[#(#sources),*], prefix: #prefix,
                issuers: &[#(#issuers),*], region: #region,
            }
        }
    });
    quote!(static API: rt::Api = rt::Api { name: #name, base_url: #base_url, schemes: &[#(#schemes),*] };)
}

fn location(location: SourceLocation, name: &str) -> TokenStream {
    let kind = match location {
        SourceLocation::Header => quote!(Header),
        SourceLocation::Query => quote!(Query),
        SourceLocation::Cookie => quote!(Cookie),
    };
    // The names of headers are compared without case; the `http` crate takes them in lower case.
    let name = match location {
        SourceLocation::Header => literal(&name.to_ascii_lowercase()),
        SourceLocation::Query | SourceLocation::Cookie => literal(name),
    };
    quote!(rt::Location::#kind(#name))
}

/// The type arguments of a client that the compiler does not check.
fn unchecked(slots: &[Ident]) -> TokenStream {
    if slots.is_empty() {
        return TokenStream::new();
    }
    let unchecked = slots.iter().map(|_| quote!(rt::Unchecked));
    quote!(<#(#unchecked),*>)
}

//! The client, its builder, and what the runtime is told of the API.

use crate::config::options::Options;
use crate::emit::auth::{Filling, filling};
use crate::emit::package::manifest::crate_name;
use crate::emit::plan::Plan;
use crate::emit::rust::spell::{Speller, generics, runtime};
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, ident, literal};
use crate::ir::auth::{Scheme, SchemeKind, SourceLocation};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// `client.rs`.
pub fn write(plan: &Plan<'_>, options: &Options) -> TokenStream {
    let spell = Speller::beside_types(plan);
    let slots = spell.slots();
    let parameters = generics(&slots);
    let mut tokens = definition(&spell, plan, options, &slots, &parameters);
    tokens.extend(builder(&spell, &slots, &parameters));
    tokens.extend(description(&spell, plan, options));
    tokens
}

fn definition(
    spell: &Speller<'_>,
    plan: &Plan<'_>,
    options: &Options,
    slots: &[Ident],
    parameters: &TokenStream,
) -> TokenStream {
    let defaults = if slots.is_empty() { TokenStream::new() } else { quote!(<#(#slots = rt::Missing),*>) };
    let unchecked = unchecked(slots);
    let clone = spell.clone_path();
    let (marker, empty) = phantom(slots);
    let numbers = (0..slots.len()).map(proc_macro2::Literal::usize_unsuffixed);

    let mut docs = Docs::new();
    docs.line(format!("A client of {}.", text::code(&crate_name(plan.api, options))));
    if !slots.is_empty() {
        docs.gap();
        docs.line("Each parameter is the slot of one credential, empty at first; the builder fills it.");
    }
    quote! {
        rt::calls!();
        #docs
        pub struct Client #defaults { pub(crate) core: rt::Core, #marker }
        impl Client {
            #[doc = " Begins a client; it has no credential yet."]
            pub fn builder() -> ClientBuilder {
                ClientBuilder { inner: rt::CoreBuilder::new(&API), #empty }
            }
        }
        impl #parameters Client #parameters {
            #[doc = " The same client, whose calls the compiler does not check: for a server that differs from its document."]
            #[doc = ""]
            #[doc = " What a call needs and the client does not hold is still an error, before anything is sent."]
            pub fn dangerous(&self) -> Client #unchecked {
                Client { core: self.core.clone(), #empty }
            }
        }
        #(impl #parameters rt::SlotAt<#numbers> for Client #parameters { type Slot = #slots; })*
        impl #parameters #clone for Client #parameters {
            fn clone(&self) -> Self {
                Self { core: self.core.clone(), #empty }
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
    let (marker, empty) = phantom(slots);
    let into_string = spell.into(spell.string());
    let result = spell.result_path();
    let ok = spell.ok();
    let setters =
        spell.plan.api.auth.slots().enumerate().map(|(index, (_, scheme))| setter(spell, slots, index, scheme));
    quote! {
        #[doc = " What a client is made of."]
        #[must_use]
        pub struct ClientBuilder #defaults { inner: rt::CoreBuilder, #marker }
        impl #parameters ClientBuilder #parameters {
            #[doc = " Where the API is, such as `https://api.example.com/v1`."]
            pub fn base_url(self, url: #into_string) -> Self {
                Self { inner: self.inner.base_url(url.into()), #empty }
            }
            #[doc = " The deployment to call: its base URL, where it names one."]
            pub fn environment(self, environment: &rt::Environment<super::auth::Api>) -> Self {
                Self { inner: self.inner.environment(environment), #empty }
            }
            #[doc = " Allows a base URL of plain `http`, over which anybody can read the credentials."]
            pub fn allow_http(self) -> Self {
                Self { inner: self.inner.allow_http(), #empty }
            }
            #[doc = " Sends through this client; it must not follow redirects."]
            pub fn http_client(self, client: rt::reqwest::Client) -> Self {
                Self { inner: self.inner.http_client(client), #empty }
            }
            #[doc = " How long one call may take, all its attempts included."]
            pub fn timeout(self, timeout: ::core::time::Duration) -> Self {
                Self { inner: self.inner.timeout(timeout), #empty }
            }
            #[doc = " When calls that fail are tried again."]
            pub fn retry(self, retry: rt::Retry) -> Self {
                Self { inner: self.inner.retry(retry), #empty }
            }
            #[doc = " Lets a hook see each attempt of each call."]
            pub fn hook(self, hook: impl rt::Hook + 'static) -> Self {
                Self { inner: self.inner.hook(hook), #empty }
            }
            #[doc = " How many bytes an answer may have that is read as a whole."]
            pub fn max_response_bytes(self, bytes: usize) -> Self {
                Self { inner: self.inner.max_response_bytes(bytes), #empty }
            }
            #(#setters)*
            #[doc = " The client; an error where its base URL is missing or cannot be used."]
            pub fn build(self) -> #result<Client #parameters, rt::BuildError> {
                #ok(Client { core: self.inner.build()?, #empty })
            }
        }
        impl #parameters ::core::fmt::Debug for ClientBuilder #parameters {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.inner, f)
            }
        }
    }
}

/// The setter that fills one slot.
fn setter(spell: &Speller<'_>, slots: &[Ident], index: usize, scheme: &Scheme) -> TokenStream {
    let name = ident(&scheme.slot);
    let slot = proc_macro2::Literal::usize_unsuffixed(index);
    let (_, empty) = phantom(slots);
    let credential = ident(&scheme.name);
    let secret = spell.into(runtime("Secret"));
    let (generic, arguments, filled, value) = match filling(scheme) {
        Filling::Token => (
            quote!(<Credential: rt::TokenCredential<super::auth::#credential>>),
            quote!(credential: Credential),
            quote!(Credential),
            quote!(credential.into_credential()),
        ),
        Filling::Values => (
            TokenStream::new(),
            quote!(credentials: impl rt::ValuesOf<super::auth::#credential>),
            quote!(super::auth::#credential),
            quote!(rt::values_credential(credentials.into_values_of())),
        ),
        Filling::ApiKey => (
            TokenStream::new(),
            quote!(key: #secret),
            quote!(rt::ApiKey),
            quote!(rt::ApiKey::new(key).into_credential()),
        ),
        Filling::Iam => (
            TokenStream::new(),
            quote!(credentials: impl rt::SigningCredentials),
            quote!(rt::Iam),
            quote!(credentials.into_iam().into_credential()),
        ),
        Filling::Basic => {
            let user = spell.into(spell.string());
            (
                TokenStream::new(),
                quote!(user: #user, password: #secret),
                quote!(rt::Basic),
                quote!(rt::Basic::new(user, password).into_credential()),
            )
        }
        Filling::Bearer => (
            TokenStream::new(),
            quote!(token: #secret),
            quote!(rt::Bearer),
            quote!(rt::Bearer::new(token).into_credential()),
        ),
    };
    let filled = slots.iter().enumerate().map(|(at, slot)| if at == index { filled.clone() } else { quote!(#slot) });
    let mut docs = Docs::new();
    docs.line(format!("Fills the slot of {}.", text::code(&scheme.key)));
    docs.text(scheme.doc.as_deref());
    quote! {
        #docs
        pub fn #name #generic(self, #arguments) -> ClientBuilder<#(#filled),*> {
            ClientBuilder { inner: self.inner.slot(#slot, #value), #empty }
        }
    }
}

/// The static datum that describes the API to the runtime.
fn description(spell: &Speller<'_>, plan: &Plan<'_>, options: &Options) -> TokenStream {
    let name = literal(&crate_name(plan.api, options));
    let base_url = spell.optional(plan.api.base_url.as_deref().map(text::string));
    let schemes = plan.api.auth.slots().map(|(_, scheme)| {
        let key = literal(&scheme.key);
        let kind = match filling(scheme) {
            Filling::Token => quote!(Token),
            Filling::Values => quote!(Values),
            Filling::ApiKey => quote!(ApiKey),
            Filling::Iam => quote!(Iam),
            Filling::Basic => quote!(Basic),
            Filling::Bearer => quote!(Bearer),
        };
        // The place of OpenAPI's own schemes of HTTP authentication is fixed (RFC 6750, RFC 7617).
        let standard = match scheme.kind {
            SchemeKind::OAuth2 | SchemeKind::OpenIdConnect | SchemeKind::Bearer => Some("Bearer "),
            SchemeKind::Basic => Some("Basic "),
            _ => None,
        };
        let (sources, prefix) = match standard {
            Some(prefix) if scheme.sources.is_empty() => (vec![quote!(rt::Location::Header("authorization"))], prefix),
            _ => (scheme.inputs().into_iter().map(place).collect(), scheme.prefix),
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

fn place(source: &crate::ir::auth::Source) -> TokenStream {
    match source.location {
        // Names of headers are compared without case; `http` takes them in lower case.
        SourceLocation::Header => {
            let name = literal(&source.name.to_ascii_lowercase());
            quote!(rt::Location::Header(#name))
        }
        SourceLocation::Query => {
            let name = literal(&source.name);
            quote!(rt::Location::Query(#name))
        }
        SourceLocation::Cookie => {
            let name = literal(&source.name);
            quote!(rt::Location::Cookie(#name))
        }
    }
}

/// The field that names the slots, and its value; nothing where there are none.
fn phantom(slots: &[Ident]) -> (TokenStream, TokenStream) {
    if slots.is_empty() {
        return (TokenStream::new(), TokenStream::new());
    }
    (quote!(slots: ::core::marker::PhantomData<fn() -> (#(#slots,)*)>), quote!(slots: ::core::marker::PhantomData))
}

/// The client whose slots count as filled.
fn unchecked(slots: &[Ident]) -> TokenStream {
    if slots.is_empty() {
        return TokenStream::new();
    }
    let unchecked = slots.iter().map(|_| quote!(rt::Unchecked));
    quote!(<#(#unchecked),*>)
}

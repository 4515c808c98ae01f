//! What a request carries: the type of a body, and how it is put into the request.

use super::plan::Planned;
use super::spell::Speller;
use super::text::{self, Docs, fixed, ident, literal};
use crate::ir::operation::{Body, Content, ContentKind, Part, PartContent};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// How a body is passed.
pub struct Passed {
    /// The type of the argument or of the setter.
    pub ty: TokenStream,
    /// Puts the argument of this name into the request of this name.
    pub put: TokenStream,
    /// The types that are defined for it.
    pub items: TokenStream,
}

/// The body of an operation, as the argument `name` that is put into `request`.
pub fn write(spell: &Speller<'_>, planned: &Planned<'_>, body: &Body, name: &Ident, request: &TokenStream) -> Passed {
    let mut items = TokenStream::new();
    let mut forms = planned.forms.iter();
    let contents: Vec<Carried<'_>> = body
        .contents
        .iter()
        .map(|content| {
            let form = matches!(content.kind, ContentKind::Multipart(_)).then(|| forms.next()).flatten();
            Carried { content, form: form.map(|name| fixed(name)) }
        })
        .collect();
    for carried in &contents {
        if let (Some(form), ContentKind::Multipart(parts)) = (&carried.form, &carried.content.kind) {
            multipart(spell, form, planned.op.name.as_str(), parts, &mut items);
        }
    }
    if let [only] = contents.as_slice() {
        let (ty, put) = only.as_argument(spell, &quote!(#name), request);
        return Passed { ty, put, items };
    }
    enumeration(spell, planned, body, &contents, &mut items);
    let ty = ident(&body.type_name);
    Passed { ty: quote!(#ty), put: quote!(#name.put(&mut #request);), items }
}

/// A content type, and the form that is generated for it.
struct Carried<'a> {
    content: &'a Content,
    form: Option<Ident>,
}

impl Carried<'_> {
    /// The type as an argument, and the statement that puts it into the request.
    fn as_argument(&self, spell: &Speller<'_>, name: &TokenStream, request: &TokenStream) -> (TokenStream, TokenStream) {
        let media = literal(&self.content.media_type);
        match &self.content.kind {
            ContentKind::Json(ty) => {
                let value = spell.by_reference(ty, name);
                (spell.argument(ty), quote!(#request.json(#media, #value);))
            }
            ContentKind::Form(ty) => {
                let value = spell.by_reference(ty, name);
                (spell.argument(ty), quote!(#request.form(#media, #value);))
            }
            ContentKind::Multipart(_) => {
                let form = &self.form;
                (quote!(#form), quote!(#request.multipart(#name.0);))
            }
            ContentKind::Text => (spell.into(spell.string()), quote!(#request.text(#media, #name.into());)),
            ContentKind::Bytes => (spell.into(quote!(rt::RequestBody)), quote!(#request.bytes(#media, #name);)),
        }
    }

    /// The type in a variant, owned, and the statement that puts it into the request.
    fn as_variant(&self, spell: &Speller<'_>, name: &TokenStream) -> (TokenStream, TokenStream) {
        let media = literal(&self.content.media_type);
        match &self.content.kind {
            ContentKind::Json(ty) => (spell.ty(ty), quote!(request.json(#media, &#name))),
            ContentKind::Form(ty) => (spell.ty(ty), quote!(request.form(#media, &#name))),
            ContentKind::Multipart(_) => {
                let form = &self.form;
                (quote!(#form), quote!(request.multipart(#name.0)))
            }
            ContentKind::Text => (spell.string(), quote!(request.text(#media, #name))),
            ContentKind::Bytes => (quote!(rt::RequestBody), quote!(request.bytes(#media, #name))),
        }
    }
}

/// The enum of a body that may be of several content types.
fn enumeration(spell: &Speller<'_>, planned: &Planned<'_>, body: &Body, contents: &[Carried<'_>], items: &mut TokenStream) {
    let name = ident(&body.type_name);
    let docs = format!(" The body of {}, in one of its content types.", text::code(planned.op.name.as_str()));
    let mut variants = TokenStream::new();
    let mut arms = TokenStream::new();
    for carried in contents {
        let variant = ident(&carried.content.variant);
        let media = format!(" {}", text::code(&carried.content.media_type));
        let (ty, put) = carried.as_variant(spell, &quote!(it));
        variants.extend(quote!(#[doc = #media] #variant(#ty),));
        arms.extend(quote!(Self::#variant(it) => #put,));
    }
    items.extend(quote! {
        #[doc = #docs]
        pub enum #name { #variants }
        impl #name {
            fn put(self, request: &mut rt::Request<'_>) {
                match self { #arms }
            }
        }
    });
}

/// The form of a multipart body: `new` with the parts that must be there, and a setter for each other one.
fn multipart(spell: &Speller<'_>, form: &Ident, method: &str, parts: &[Part], items: &mut TokenStream) {
    let docs = format!(" The parts of the body of {}.", text::code(method));
    let mut arguments = TokenStream::new();
    let mut puts = TokenStream::new();
    let mut setters = TokenStream::new();
    for part in parts {
        let name = ident(&part.name);
        if part.required {
            let (ty, put) = put_part(spell, part, &name, &quote!(parts));
            arguments.extend(quote!(#name: #ty,));
            puts.extend(put);
        } else {
            let (ty, put) = put_part(spell, part, &name, &quote!(self.0));
            let docs = Docs::of(part.doc.as_deref());
            let setter = if part.name.as_str() == "new" { fixed("new_part") } else { name.clone() };
            setters.extend(quote! {
                #docs
                pub fn #setter(mut self, #name: #ty) -> Self { #put self }
            });
        }
    }
    let mut new = Docs::new();
    new.line("With the parts that must be there.");
    for part in parts.iter().filter(|p| p.required) {
        if let Some(doc) = part.doc.as_deref().map(text::inline).filter(|doc| !doc.is_empty()) {
            new.gap();
            new.line(format!("{}: {doc}", text::code(part.name.as_str())));
        }
    }
    let body = if puts.is_empty() {
        quote!(Self(rt::Multipart::new()))
    } else {
        quote!(let mut parts_ = rt::Multipart::new(); #puts Self(parts_))
    };
    items.extend(quote! {
        #[doc = #docs]
        pub struct #form(rt::Multipart);
        impl #form {
            #new
            pub fn new(#arguments) -> Self { #body }
            #setters
        }
    });
}

/// The type in which a part is given, and the statement that adds it.
fn put_part(spell: &Speller<'_>, part: &Part, name: &Ident, parts: &TokenStream) -> (TokenStream, TokenStream) {
    // The argument may itself be called `parts`.
    let parts = if parts.to_string() == "parts" { quote!(parts_) } else { parts.clone() };
    let wire = literal(&part.wire);
    match &part.content {
        PartContent::File if part.repeated => (
            quote!(impl ::core::iter::IntoIterator<Item = rt::FilePart>),
            quote!(for part_ in #name { #parts.file(#wire, part_); }),
        ),
        PartContent::File => (quote!(rt::FilePart), quote!(#parts.file(#wire, #name);)),
        PartContent::Text(ty) | PartContent::Json(ty) => {
            let verb = fixed(if matches!(part.content, PartContent::Text(_)) { "text" } else { "json" });
            if part.repeated {
                let ty = spell.ty(ty);
                return (quote!(&[#ty]), quote!(for part_ in #name { #parts.#verb(#wire, part_); }));
            }
            let value = spell.by_reference(ty, &quote!(#name));
            (spell.argument(ty), quote!(#parts.#verb(#wire, #value);))
        }
    }
}

/// The docs of a body, where the document says something of it.
pub fn docs(body: &Body, docs: &mut Docs) {
    if let Some(words) = body.doc.as_deref().map(text::inline).filter(|words| !words.is_empty()) {
        docs.gap();
        docs.line(format!("Body: {words}"));
    }
}

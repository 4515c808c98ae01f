//! Request bodies: their types, and how they are put into the request.

use crate::emit::plan::Planned;
use crate::emit::rust::spell::{Speller, runtime};
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, fixed, ident, literal};
use crate::emit::rust::tree;
use crate::ir::operation::{Body, Content, ContentKind, Part, PartContent, form_arguments};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, Item, Stmt, Type};

/// A body as an argument or a setter.
pub struct Passed {
    /// The type of the argument or of the setter.
    pub ty: Type,
    /// Puts the argument into the request.
    pub put: Stmt,
    /// The types that are defined for it.
    pub items: Vec<Item>,
}

/// The body of an operation, as the argument `name` that is put into `request`.
pub fn write(spell: &Speller<'_>, planned: &Planned<'_>, body: &Body, name: &str, request: Expr) -> Passed {
    let mut items = Vec::new();
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
        let (ty, put) = only.as_argument(spell, name, request);
        return Passed { ty, put: tree::statement(put), items };
    }
    enumeration(spell, planned, body, &contents, &mut items);
    let request: Expr = syn::parse_quote!(&mut #request);
    Passed {
        ty: tree::named(tree::path(&[body.type_name.as_str()])),
        put: tree::statement(tree::method(tree::local(name), "put", [request])),
        items,
    }
}

/// A content type, and the form that is generated for it.
struct Carried<'a> {
    content: &'a Content,
    form: Option<Ident>,
}

impl Carried<'_> {
    /// The type as an argument, and the call that puts it into the request.
    fn as_argument(&self, spell: &Speller<'_>, name: &str, request: Expr) -> (Type, Expr) {
        match &self.content.kind {
            ContentKind::Json(ty) | ContentKind::Form(ty) => {
                (spell.argument(ty), self.put(request, spell.by_reference(ty, name)))
            }
            ContentKind::Text => {
                (spell.into(spell.string()), self.put(request, tree::method(tree::local(name), "into", [])))
            }
            ContentKind::Bytes => (spell.into(runtime("RequestBody")), self.put(request, tree::local(name))),
            ContentKind::Multipart(_) => (self.form(), self.put(request, self.parts(name))),
        }
    }

    /// The type in a variant, owned, and the call that puts it into the request.
    fn as_variant(&self, spell: &Speller<'_>, name: &str) -> (Type, Expr) {
        let request = tree::local("request");
        match &self.content.kind {
            ContentKind::Json(ty) | ContentKind::Form(ty) => {
                (spell.ty(ty), self.put(request, tree::reference(tree::local(name))))
            }
            ContentKind::Text => (spell.string(), self.put(request, tree::local(name))),
            ContentKind::Bytes => (runtime("RequestBody"), self.put(request, tree::local(name))),
            ContentKind::Multipart(_) => (self.form(), self.put(request, self.parts(name))),
        }
    }

    fn put(&self, request: Expr, value: Expr) -> Expr {
        let media = || text::string(&self.content.media_type);
        match &self.content.kind {
            ContentKind::Json(_) => tree::method(request, "json", [media(), value]),
            ContentKind::Form(_) => tree::method(request, "form", [media(), value]),
            ContentKind::Text => tree::method(request, "text", [media(), value]),
            ContentKind::Bytes => tree::method(request, "bytes", [media(), value]),
            ContentKind::Multipart(_) => tree::method(request, "multipart", [value]),
        }
    }

    /// The type of the form that is generated for a multipart content.
    fn form(&self) -> Type {
        match &self.form {
            Some(form) => tree::named(form.clone().into()),
            None => runtime("Multipart"),
        }
    }

    /// The parts of such a form.
    fn parts(&self, name: &str) -> Expr {
        let name = fixed(name);
        syn::parse_quote!(#name.0)
    }
}

/// The enum of a body that may be of several content types.
fn enumeration(
    spell: &Speller<'_>,
    planned: &Planned<'_>,
    body: &Body,
    contents: &[Carried<'_>],
    items: &mut Vec<Item>,
) {
    let name = ident(&body.type_name);
    let docs = format!(" The body of {}, in one of its content types.", text::code(planned.op.name.as_str()));
    let mut variants = TokenStream::new();
    let mut arms = TokenStream::new();
    for carried in contents {
        let variant = ident(&carried.content.variant);
        let media = format!(" {}", text::code(&carried.content.media_type));
        let (ty, put) = carried.as_variant(spell, "it");
        variants.extend(quote!(#[doc = #media] #variant(#ty),));
        arms.extend(quote!(Self::#variant(it) => #put,));
    }
    items.extend(tree::items(quote! {
        #[doc = #docs]
        pub enum #name { #variants }
        impl #name {
            fn put(self, request: &mut rt::Request<'_>) {
                match self { #arms }
            }
        }
    }));
}

/// The form of a multipart body: `new` with the required parts, and a setter for each optional part.
fn multipart(spell: &Speller<'_>, form: &Ident, method: &str, parts: &[Part], items: &mut Vec<Item>) {
    let docs = format!(" The parts of the body of {}.", text::code(method));
    let mut arguments = TokenStream::new();
    let mut puts = TokenStream::new();
    let mut setters = TokenStream::new();
    for part in form_arguments(parts) {
        let name = ident(&part.name);
        let (ty, _) = put_part(spell, part, &name, &quote!(parts_));
        arguments.extend(quote!(#name: #ty,));
    }
    for part in parts {
        let name = ident(&part.name);
        if part.required {
            let (_, put) = put_part(spell, part, &name, &quote!(parts_));
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
    new.line(format!("Creates a `{form}` with its required parts. Optional parts have setters."));
    for part in form_arguments(parts) {
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
    items.extend(tree::items(quote! {
        #[doc = #docs]
        pub struct #form(rt::Multipart);
        impl #form {
            #new
            pub fn new(#arguments) -> Self { #body }
            #setters
        }
    }));
}

/// The type of a part as an argument, and the statement that adds it to `parts`.
fn put_part(spell: &Speller<'_>, part: &Part, name: &Ident, parts: &TokenStream) -> (TokenStream, TokenStream) {
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
            let (argument, value) = (spell.argument(ty), spell.by_reference(ty, part.name.as_str()));
            (quote!(#argument), quote!(#parts.#verb(#wire, #value);))
        }
    }
}

/// Adds the document's description of a body.
pub fn docs(body: &Body, docs: &mut Docs) {
    if let Some(words) = body.doc.as_deref().map(text::inline).filter(|words| !words.is_empty()) {
        docs.gap();
        docs.line(format!("Body: {words}"));
    }
}

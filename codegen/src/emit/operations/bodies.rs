//! Request bodies: their types, and how they are put into the request.

use crate::emit::operations::forms;
use crate::emit::operations::styles::style;
use crate::emit::plan::Planned;
use crate::emit::rust::spell::{Speller, runtime};
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, fixed, ident, literal};
use crate::emit::rust::tree;
use crate::ir::body::{Body, Content, ContentKind, Parts, StyledMember};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, Item, Stmt, Type};

/// A body as an argument or a setter.
pub struct Passed {
    /// The type of the argument or of the setter.
    pub ty: Type,
    /// The lifetime that the type is generic in.
    pub lifetime: Option<syn::LifetimeParam>,
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
            let form = content.kind.form().and_then(|parts| Some((fixed(forms.next()?), parts)));
            Carried { content, form }
        })
        .collect();
    for (form, parts) in contents.iter().filter_map(|carried| carried.form.as_ref()) {
        items.append(&mut forms::write(spell, form, planned.op.name.as_str(), parts));
    }
    if let [only] = contents.as_slice() {
        let (ty, put) = only.as_argument(spell, name, request);
        return Passed { ty, lifetime: None, put: tree::statement(put), items };
    }
    let (ty, borrows) = enumeration(spell, planned, body, &contents, &mut items);
    let request: Expr = syn::parse_quote!(&mut #request);
    let into = matches!(ty, Type::ImplTrait(_));
    let given = if into { tree::method(tree::local(name), "into", []) } else { tree::local(name) };
    let lifetime = borrows.then(|| syn::parse_quote!('a));
    Passed { ty, lifetime, put: tree::statement(tree::method(given, "put", [request])), items }
}

/// A content type, and the form that is generated for it.
struct Carried<'a> {
    content: &'a Content,
    form: Option<(Ident, &'a Parts)>,
}

impl Carried<'_> {
    /// The type as an argument, and the call that puts it into the request.
    fn as_argument(&self, spell: &Speller<'_>, name: &str, request: Expr) -> (Type, Expr) {
        let into = || tree::method(tree::local(name), "into", []);
        match &self.content.kind {
            ContentKind::Json(ty) | ContentKind::Form(ty, _) | ContentKind::Members(ty) => {
                (spell.argument(ty), self.put(request, spell.by_reference(ty, name)))
            }
            ContentKind::Text => (spell.into(spell.string()), self.put(request, into())),
            ContentKind::Bytes => (spell.into(runtime("RequestBody")), self.put(request, tree::local(name))),
            ContentKind::Ranged if self.has_usual_type() => {
                (spell.into(runtime("MediaBody")), self.put(request, into()))
            }
            ContentKind::Ranged => (runtime("MediaBody"), self.put(request, tree::local(name))),
            ContentKind::Multipart(_) => (self.form(), self.put(request, self.parts(name))),
        }
    }

    /// The type in a variant, which borrows what an argument would borrow, and the call that puts it into the request.
    fn as_variant(&self, spell: &Speller<'_>, name: &str) -> (Type, Expr) {
        let request = tree::local("request");
        match &self.content.kind {
            ContentKind::Json(ty) | ContentKind::Form(ty, _) | ContentKind::Members(ty) => {
                let mut argument = spell.argument(ty);
                if let Type::Reference(reference) = &mut argument {
                    reference.lifetime = Some(syn::parse_quote!('a));
                }
                (argument, self.put(request, spell.by_reference(ty, name)))
            }
            ContentKind::Text => (spell.string(), self.put(request, tree::local(name))),
            ContentKind::Bytes => (runtime("RequestBody"), self.put(request, tree::local(name))),
            ContentKind::Ranged => (runtime("MediaBody"), self.put(request, tree::local(name))),
            ContentKind::Multipart(_) => (self.form(), self.put(request, self.parts(name))),
        }
    }

    fn put(&self, request: Expr, value: Expr) -> Expr {
        let media = || text::string(&self.content.media_type);
        match &self.content.kind {
            ContentKind::Json(_) => tree::method(request, "json", [media(), value]),
            ContentKind::Form(_, styled) => tree::method(request, "form", [media(), styles_of(styled), value]),
            ContentKind::Members(_) => tree::method(request, "multipart_of", [value]),
            ContentKind::Text => tree::method(request, "text", [media(), value]),
            ContentKind::Bytes => tree::method(request, "bytes", [media(), value]),
            ContentKind::Ranged => tree::method(request, "media", [media(), value]),
            ContentKind::Multipart(parts) => {
                tree::method(request, "multipart", [forms::format(&self.content.media_type, parts), value])
            }
        }
    }

    /// Whether the range of media types has that of texts or bytes that do not name theirs.
    fn has_usual_type(&self) -> bool {
        let range = self.content.media_type.to_ascii_lowercase();
        ["*/*", "text/*", "application/*"].iter().any(|usual| range.split(';').next() == Some(usual))
    }

    /// The type of a multipart body: the form that is generated for it, or any parts.
    fn form(&self) -> Type {
        match &self.form {
            Some((form, _)) => tree::named(form.clone().into()),
            None => runtime("Multipart"),
        }
    }

    /// The parts of such a body.
    fn parts(&self, name: &str) -> Expr {
        let name = fixed(name);
        if self.form.is_some() { syn::parse_quote!(#name.0) } else { syn::parse_quote!(#name) }
    }
}

/// The members of a form that have a style of their own.
fn styles_of(styled: &[StyledMember]) -> Expr {
    let styled = styled.iter().map(|member| {
        let (wire, style) = (literal(&member.wire), style(member.serialization));
        quote!((#wire, #style))
    });
    syn::parse_quote!(&[#(#styled),*])
}

/// The enum of a body that may be of several content types. Returns the type of the argument, and whether
/// it borrows. JSON is also taken by itself.
fn enumeration(
    spell: &Speller<'_>,
    planned: &Planned<'_>,
    body: &Body,
    contents: &[Carried<'_>],
    items: &mut Vec<Item>,
) -> (Type, bool) {
    let name = ident(&body.type_name);
    let docs = format!(" The body of {}, in one of its content types.", text::code(planned.op.name.as_str()));
    let mut variants = TokenStream::new();
    let mut arms = TokenStream::new();
    let mut borrows = false;
    let mut json = None;
    for carried in contents {
        let variant = ident(&carried.content.variant);
        let media = format!(" {}", text::code(&carried.content.media_type));
        let (ty, put) = carried.as_variant(spell, "it");
        borrows |= matches!(ty, Type::Reference(_));
        variants.extend(quote!(#[doc = #media] #variant(#ty),));
        arms.extend(quote!(Self::#variant(it) => #put,));
        if matches!(carried.content.kind, ContentKind::Json(_)) && json.is_none() {
            json = Some((variant, ty));
        }
    }
    let parameters = borrows.then(|| quote!(<'a>));
    let elided = borrows.then(|| quote!(<'_>));
    items.extend(tree::items(quote! {
        #[doc = #docs]
        pub enum #name #parameters { #variants }
        impl #name #elided {
            fn put(self, request: &mut rt::Request<'_>) {
                match self { #arms }
            }
        }
    }));
    let ty: Type = syn::parse_quote!(#name #parameters);
    let Some((variant, json)) = json else { return (ty, borrows) };
    let from = spell.path_to();
    items.extend(tree::items(quote! {
        impl #parameters #from<#json> for #name #parameters {
            fn from(json: #json) -> Self { Self::#variant(json) }
        }
    }));
    (spell.into(ty), borrows)
}

/// Adds the document's description of a body.
pub fn docs(body: &Body, docs: &mut Docs) {
    if let Some(words) = body.doc.as_deref().map(text::inline).filter(|words| !words.is_empty()) {
        docs.gap();
        docs.line(format!("Body: {words}"));
    }
}

//! The types of multipart bodies: `new` with the required parts, and a setter for each optional part.

use crate::emit::operations::styles::style;
use crate::emit::rust::spell::Speller;
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, ident, literal};
use crate::emit::rust::tree;
use crate::ir::body::{Part, PartContent, PartHeader, Parts, form_arguments};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, Item};

/// The type of a multipart body whose parts are described, with the name of its operation's method.
pub fn write(spell: &Speller<'_>, form: &Ident, method: &str, parts: &Parts) -> Vec<Item> {
    let writer = Writer { spell };
    let docs = format!(" The parts of the body of {}.", text::code(method));
    let arguments: TokenStream = form_arguments(&parts.parts).into_iter().map(|part| writer.arguments(part)).collect();
    let required = parts.parts.iter().filter(|part| part.required);
    let body = required.fold(quote!(rt::Multipart::new()), |form, part| writer.added(part, form));
    let setters: TokenStream = parts.parts.iter().map(|part| writer.setters(part)).collect();
    let others = parts.open.then(others);
    let new = new_docs(form, &parts.parts);
    tree::items(quote! {
        #[doc = #docs]
        pub struct #form(rt::Multipart);
        impl #form {
            #new
            pub fn new(#arguments) -> Self { Self(#body) }
            #setters
            #others
        }
    })
}

/// How the runtime writes a body, as an expression of type `rt::MultipartFormat`.
pub fn format(media_type: &str, parts: &Parts) -> Expr {
    if media_type.eq_ignore_ascii_case("multipart/form-data") {
        return tree::value(tree::path(&["rt", "FORM_DATA"]));
    }
    let media_type = literal(media_type);
    let order = parts.parts.iter().map(|part| literal(&part.wire));
    syn::parse_quote!(rt::MultipartFormat { media_type: #media_type, order: &[#(#order),*] })
}

fn new_docs(form: &Ident, parts: &[Part]) -> Docs {
    let mut docs = Docs::new();
    docs.line(format!("Creates a `{form}` with its required parts. Optional parts have setters."));
    for part in form_arguments(parts) {
        if let Some(doc) = part.doc.as_deref().map(text::inline).filter(|doc| !doc.is_empty()) {
            docs.gap();
            docs.line(format!("{}: {doc}", text::code(part.name.as_str())));
        }
    }
    docs
}

/// The method for parts that the document does not describe.
fn others() -> TokenStream {
    quote! {
        #[doc = " Adds parts that the document does not describe."]
        pub fn with_parts(self, add: impl ::core::ops::FnOnce(rt::Multipart) -> rt::Multipart) -> Self {
            Self(add(self.0))
        }
    }
}

struct Writer<'a> {
    spell: &'a Speller<'a>,
}

impl Writer<'_> {
    /// The setter of an optional part, and those of the optional headers of a part.
    fn setters(&self, part: &Part) -> TokenStream {
        let mut setters = TokenStream::new();
        let wire = literal(&part.wire);
        if !part.required {
            let name = ident(&part.name);
            let setter = if part.name.as_str() == "new" { quote!(new_part) } else { quote!(#name) };
            let docs = Docs::of(part.doc.as_deref());
            let arguments = self.arguments(part);
            let added = self.added(part, quote!(self.0.again(#wire)));
            setters.extend(quote! {
                #docs
                pub fn #setter(self, #arguments) -> Self { Self(#added) }
            });
        }
        for header in part.headers.iter().filter(|header| !header.required) {
            let name = ident(&header.name);
            let mut docs = Docs::new();
            docs.line(format!("Sets the header {} of the part {}.", text::code(&header.wire), text::code(&part.wire)));
            docs.gap();
            docs.text(header.doc.as_deref());
            let (ty, added) = (self.spell.argument(&header.ty), self.header(part, header, quote!(self.0)));
            setters.extend(quote! {
                #docs
                pub fn #name(self, #name: #ty) -> Self { Self(#added) }
            });
        }
        setters
    }

    /// The arguments for a part: its value, and its required headers.
    fn arguments(&self, part: &Part) -> TokenStream {
        let name = ident(&part.name);
        let ty = match &part.content {
            PartContent::File if part.repeated => quote!(impl ::core::iter::IntoIterator<Item = rt::FilePart>),
            PartContent::File => quote!(rt::FilePart),
            PartContent::Text(ty) | PartContent::Json(ty) | PartContent::Styled(ty, _) if part.repeated => {
                let ty = self.spell.ty(ty);
                quote!(&[#ty])
            }
            PartContent::Text(ty) | PartContent::Json(ty) | PartContent::Styled(ty, _) => {
                let ty = self.spell.argument(ty);
                quote!(#ty)
            }
        };
        let headers = part.headers.iter().filter(|header| header.required).map(|header| {
            let (name, ty) = (ident(&header.name), self.spell.argument(&header.ty));
            quote!(#name: #ty,)
        });
        quote!(#name: #ty, #(#headers)*)
    }

    /// `form` with a part and its required headers.
    fn added(&self, part: &Part, form: TokenStream) -> TokenStream {
        let name = ident(&part.name);
        let form = if part.repeated {
            let added = self.part(part, quote!(form), quote!(part));
            let items = if part.content.ty().is_some() { quote!(#name.iter()) } else { quote!(#name.into_iter()) };
            quote!(#items.fold(#form, |form, part| #added))
        } else {
            let value = match part.content.ty() {
                Some(ty) => {
                    let value = self.spell.by_reference(ty, part.name.as_str());
                    quote!(#value)
                }
                None => quote!(#name),
            };
            self.part(part, form, value)
        };
        let required = part.headers.iter().filter(|header| header.required);
        required.fold(form, |form, header| self.header(part, header, form))
    }

    /// `form` with a part of this value.
    fn part(&self, part: &Part, form: TokenStream, value: TokenStream) -> TokenStream {
        let wire = literal(&part.wire);
        let media_type = part.media_type.as_deref().map(literal);
        match (&part.content, media_type) {
            (PartContent::File, Some(media_type)) => quote!(#form.file_as(#wire, #media_type, #value)),
            (PartContent::File, None) => quote!(#form.file(#wire, #value)),
            (PartContent::Text(_), Some(media_type)) => {
                let media_type = self.spell.optional(Some(syn::parse_quote!(#media_type)));
                quote!(#form.text_as(#wire, #media_type, #value))
            }
            (PartContent::Text(_), None) => quote!(#form.text(#wire, #value)),
            (PartContent::Json(_), media_type) => {
                let media_type = media_type.unwrap_or_else(|| literal("application/json"));
                quote!(#form.json_as(#wire, #media_type, #value))
            }
            (PartContent::Styled(_, of), _) => {
                let style = style(*of);
                quote!(#form.styled(#wire, #style, #value))
            }
        }
    }

    /// `form` with a header of a part.
    fn header(&self, part: &Part, header: &PartHeader, form: TokenStream) -> TokenStream {
        let (part, wire) = (literal(&part.wire), literal(&header.wire));
        let value = self.spell.by_reference(&header.ty, header.name.as_str());
        quote!(#form.header_of(#part, #wire, #value))
    }
}

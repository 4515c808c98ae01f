//! Parts of the definitions of all kinds of types: docs, the `Json` implementation, literals.

use crate::emit::rust::text;
use crate::emit::rust::text::Docs;
use crate::emit::rust::tree;
use crate::emit::rust::tree::template;
use crate::ir::types::{Literal, TypeDef};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ItemImpl};

/// The attributes of a type: its docs, and `#[deprecated]`.
pub fn head(def: &TypeDef) -> Vec<Attribute> {
    let mut docs = Docs::new();
    docs.text(def.doc.as_deref());
    docs.gap();
    docs.line(format!("In the document: {}.", text::inline(&def.origin)));
    let mut attributes = docs.attributes();
    attributes.extend(deprecated(def.deprecated));
    attributes
}

/// `#[deprecated]` or nothing.
pub fn deprecated(deprecated: bool) -> Option<Attribute> {
    deprecated.then(|| template!(Attribute: #[deprecated]))
}

/// The implementation of `rt::Json`, its two functions empty: `read(value)`, then `write(&self, out)`.
///
/// They are inline so that the crates that call them compile them, and an application compiles only those it uses.
pub fn json_impl(def: &TypeDef) -> ItemImpl {
    let mut item = template!(ItemImpl:
        impl rt::Json for Name {
            #[inline]
            fn read(value: &rt::Value<'_>) -> rt::Read<Self> {}
            #[inline]
            fn write(&self, out: &mut rt::Writer<'_>) {}
        }
    );
    *item.self_ty = tree::named(tree::path(&[def.name.as_str()]));
    item
}

/// `self.name`
pub fn own(name: &str) -> Expr {
    tree::member(tree::local("self"), name)
}

/// An integer literal; its sign is a token of its own.
pub fn signed(n: i64) -> TokenStream {
    let magnitude = proc_macro2::Literal::u64_unsuffixed(n.unsigned_abs());
    if n < 0 { quote!(-#magnitude) } else { quote!(#magnitude) }
}

/// The docs of the value that the service uses if the client sends none.
pub fn default_docs(default: &Literal) -> String {
    format!("If it is absent, the service uses {}.", text::code(&shown(default)))
}

/// A default as the document writes it.
pub fn shown(default: &Literal) -> String {
    match default {
        Literal::Bool(value) => value.to_string(),
        Literal::Integer(n) => n.to_string(),
        Literal::Float(n) => n.to_string(),
        Literal::String(text) => text.clone(),
    }
}

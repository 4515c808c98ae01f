//! How types and paths are spelled in generated code.

use super::plan::Plan;
use super::text::{fixed, ident};
use crate::ir::types::{Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

/// Spells types as they are seen from one module.
pub struct Speller<'a> {
    /// What is settled.
    pub plan: &'a Plan<'a>,
    inside_types: bool,
}

impl<'a> Speller<'a> {
    /// As seen from `types.rs`.
    pub fn in_types(plan: &'a Plan<'a>) -> Self {
        Self { plan, inside_types: true }
    }

    /// As seen from a module that says `use …::types`.
    pub fn beside_types(plan: &'a Plan<'a>) -> Self {
        Self { plan, inside_types: false }
    }

    /// A type, owned.
    pub fn ty(&self, ty: &Type) -> TokenStream {
        match ty {
            Type::Bool => quote!(bool),
            Type::I32 => quote!(i32),
            Type::I64 => quote!(i64),
            Type::U32 => quote!(u32),
            Type::U64 => quote!(u64),
            Type::F32 => quote!(f32),
            Type::F64 => quote!(f64),
            Type::String => self.string(),
            Type::Secret => quote!(rt::Secret),
            Type::Date => quote!(rt::Date),
            Type::DateTime => quote!(rt::DateTime),
            Type::Uuid => quote!(rt::Uuid),
            Type::Base64 => quote!(rt::Base64),
            Type::Json => quote!(rt::Any),
            Type::Named(id) => self.named(*id),
            Type::Array(element) => {
                let element = self.ty(element);
                if self.plan.qualified { quote!(::std::vec::Vec<#element>) } else { quote!(Vec<#element>) }
            }
            Type::Map(value) => {
                let value = self.ty(value);
                let string = self.string();
                quote!(::std::collections::BTreeMap<#string, #value>)
            }
            Type::Nullable(inner) => self.option(self.ty(inner)),
            Type::Replaced(path) => {
                let segments = path.iter().map(ident);
                quote!(rt::Foreign<#(::#segments)*>)
            }
        }
    }

    /// A type as an argument takes it: text and what is not a scalar by reference.
    pub fn argument(&self, ty: &Type) -> TokenStream {
        match self.plan.resolved(ty) {
            Type::String => quote!(&str),
            Type::Array(element) => {
                let element = self.ty(element);
                quote!(&[#element])
            }
            resolved if is_copied(resolved) => self.ty(ty),
            _ => {
                let ty = self.ty(ty);
                quote!(&#ty)
            }
        }
    }

    /// A reference to the argument of this name, as the runtime takes it.
    pub fn by_reference(&self, ty: &Type, name: &TokenStream) -> TokenStream {
        if is_copied(self.plan.resolved(ty)) { quote!(&#name) } else { name.clone() }
    }

    /// A type of the API.
    pub fn named(&self, id: TypeId) -> TokenStream {
        // An id without a type is a fault of an earlier stage; JSON holds whatever it would have been.
        let Some(def) = self.plan.api.types.get(id.0 as usize) else { return quote!(rt::Any) };
        let name = ident(&def.name);
        if self.inside_types { quote!(#name) } else { quote!(types::#name) }
    }

    /// `String`
    pub fn string(&self) -> TokenStream {
        if self.plan.qualified { quote!(::std::string::String) } else { quote!(String) }
    }

    /// `Option<T>`
    pub fn option(&self, inner: TokenStream) -> TokenStream {
        if self.plan.qualified { quote!(::core::option::Option<#inner>) } else { quote!(Option<#inner>) }
    }

    /// `Box<T>`
    pub fn boxed(&self, inner: TokenStream) -> TokenStream {
        let path = self.box_path();
        quote!(#path<#inner>)
    }

    /// `Box`
    pub fn box_path(&self) -> TokenStream {
        if self.plan.qualified { quote!(::std::boxed::Box) } else { quote!(Box) }
    }

    /// `impl Into<T>`
    pub fn into(&self, target: TokenStream) -> TokenStream {
        if self.plan.qualified { quote!(impl ::core::convert::Into<#target>) } else { quote!(impl Into<#target>) }
    }

    /// `Some`
    pub fn some(&self) -> TokenStream {
        if self.plan.qualified { quote!(::core::option::Option::Some) } else { quote!(Some) }
    }

    /// `None`
    pub fn none(&self) -> TokenStream {
        if self.plan.qualified { quote!(::core::option::Option::None) } else { quote!(None) }
    }

    /// `Ok`
    pub fn ok(&self) -> TokenStream {
        if self.plan.qualified { quote!(::core::result::Result::Ok) } else { quote!(Ok) }
    }

    /// `Some(…)` or `None`
    pub fn optional(&self, value: Option<TokenStream>) -> TokenStream {
        match value {
            Some(value) => {
                let some = self.some();
                quote!(#some(#value))
            }
            None => self.none(),
        }
    }

    /// The generic parameters of the client.
    pub fn slots(&self) -> Vec<proc_macro2::Ident> {
        self.plan.slots.iter().map(|slot| fixed(slot)).collect()
    }
}

/// `<A, B>` or nothing.
pub fn generics(parameters: &[proc_macro2::Ident]) -> TokenStream {
    if parameters.is_empty() { TokenStream::new() } else { quote!(<#(#parameters),*>) }
}

/// Whether values of a type are passed as they are.
fn is_copied(resolved: &Type) -> bool {
    matches!(
        resolved,
        Type::Bool | Type::I32 | Type::I64 | Type::U32 | Type::U64 | Type::F32 | Type::F64 | Type::Date | Type::Uuid
    )
}

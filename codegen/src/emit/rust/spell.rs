//! The spelling of types and paths in generated code.

use crate::emit::plan::Plan;
use crate::emit::rust::text::fixed;
use crate::emit::rust::tree;
use crate::ir::types::{Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Path};

/// Spells types as they are seen from one module.
pub struct Speller<'a> {
    /// The API and its names.
    pub plan: &'a Plan<'a>,
    inside_types: bool,
}

impl<'a> Speller<'a> {
    /// As seen from `types.rs`.
    pub fn in_types(plan: &'a Plan<'a>) -> Self {
        Self { plan, inside_types: true }
    }

    /// As seen from a module with `use …::types`.
    pub fn beside_types(plan: &'a Plan<'a>) -> Self {
        Self { plan, inside_types: false }
    }

    /// A type, owned.
    pub fn ty(&self, ty: &Type) -> syn::Type {
        let name = match ty {
            Type::Bool => "bool",
            Type::I32 => "i32",
            Type::I64 => "i64",
            Type::U32 => "u32",
            Type::U64 => "u64",
            Type::I128 => "i128",
            Type::F64 => "f64",
            Type::String => return self.string(),
            Type::Secret => return runtime("Secret"),
            Type::Date => return runtime("Date"),
            Type::DateTime => return runtime("DateTime"),
            Type::Uuid => return runtime("Uuid"),
            Type::Base64 => return runtime("Base64"),
            Type::MimeBase64 => return runtime("MimeBase64"),
            Type::Json => return runtime("Any"),
            Type::Named(id) => return self.named(*id),
            Type::Array(element) => return tree::applied(self.std(&["std", "vec", "Vec"]), [self.ty(element)]),
            Type::Map(value) => {
                let map = tree::absolute(&["std", "collections", "BTreeMap"]);
                return tree::applied(map, [self.string(), self.ty(value)]);
            }
            Type::Nullable(inner) => return self.option(self.ty(inner)),
            Type::Replaced(path) => {
                let segments: Vec<&str> = path.iter().map(|segment| segment.as_str()).collect();
                let target = tree::named(tree::absolute(&segments));
                return tree::applied(tree::path(&["rt", "Foreign"]), [target]);
            }
        };
        tree::named(tree::path(&[name]))
    }

    /// A type as an argument: scalars by value, all others by reference.
    pub fn argument(&self, ty: &Type) -> syn::Type {
        match self.plan.resolved(ty) {
            Type::String => tree::pointer(tree::named(tree::path(&["str"]))),
            Type::Array(element) => tree::pointer(tree::slice(self.ty(element))),
            resolved if is_copied(resolved) => self.ty(ty),
            _ => tree::pointer(self.ty(ty)),
        }
    }

    /// The argument of this name, as a reference for the runtime.
    pub fn by_reference(&self, ty: &Type, name: &str) -> Expr {
        let argument = tree::local(name);
        if is_copied(self.plan.resolved(ty)) { tree::reference(argument) } else { argument }
    }

    /// A type of the API.
    fn named(&self, id: TypeId) -> syn::Type {
        // An id without a type would be a bug of an earlier stage; `Any` holds every JSON value.
        let Some(def) = self.plan.api.types.get(id.0 as usize) else { return runtime("Any") };
        let name = def.name.as_str();
        tree::named(if self.inside_types { tree::path(&[name]) } else { tree::path(&["types", name]) })
    }

    /// A name of the prelude, as a whole path where a type of the API has that name.
    fn std(&self, path: &[&str]) -> Path {
        if self.plan.qualified { tree::absolute(path) } else { tree::path(path.get(path.len() - 1..).unwrap_or(path)) }
    }

    /// `String`
    pub fn string(&self) -> syn::Type {
        tree::named(self.std(&["std", "string", "String"]))
    }

    /// `Vec`
    pub fn vec_path(&self) -> Path {
        self.std(&["std", "vec", "Vec"])
    }

    /// `Result`
    pub fn result_path(&self) -> Path {
        self.std(&["core", "result", "Result"])
    }

    /// `Clone`
    pub fn clone_path(&self) -> Path {
        self.std(&["core", "clone", "Clone"])
    }

    /// `From`
    pub fn path_to(&self) -> Path {
        self.std(&["core", "convert", "From"])
    }

    /// `Box`
    pub fn box_path(&self) -> Path {
        self.std(&["std", "boxed", "Box"])
    }

    /// `Box::new`
    pub fn box_new(&self) -> Path {
        let mut new = self.box_path();
        new.segments.push(fixed("new").into());
        new
    }

    /// `Some`
    pub fn some(&self) -> Path {
        self.std(&["core", "option", "Option", "Some"])
    }

    /// `None`
    pub fn none(&self) -> Path {
        self.std(&["core", "option", "Option", "None"])
    }

    /// `Ok`
    pub fn ok(&self) -> Path {
        self.std(&["core", "result", "Result", "Ok"])
    }

    /// `Option<T>`
    pub fn option(&self, inner: syn::Type) -> syn::Type {
        tree::applied(self.std(&["core", "option", "Option"]), [inner])
    }

    /// `Box<T>`
    pub fn boxed(&self, inner: syn::Type) -> syn::Type {
        tree::applied(self.box_path(), [inner])
    }

    /// `impl Into<T>`
    pub fn into(&self, target: syn::Type) -> syn::Type {
        let mut ty = tree::template!(syn::TypeImplTrait: impl Into);
        let path = tree::applied(self.std(&["core", "convert", "Into"]), [target]);
        if let (Some(syn::TypeParamBound::Trait(bound)), syn::Type::Path(path)) = (ty.bounds.first_mut(), path) {
            bound.path = path.path;
        }
        syn::Type::ImplTrait(ty)
    }

    /// `Some(…)` or `None`
    pub fn optional(&self, value: Option<Expr>) -> Expr {
        match value {
            Some(value) => tree::call(self.some(), [value]),
            None => tree::value(self.none()),
        }
    }

    /// The generic parameters of the client.
    pub fn slots(&self) -> Vec<proc_macro2::Ident> {
        self.plan.slots.iter().map(|slot| fixed(slot)).collect()
    }
}

/// `rt::Name`
pub fn runtime(name: &str) -> syn::Type {
    tree::named(tree::path(&["rt", name]))
}

/// `<A, B>` or nothing.
pub fn generics(parameters: &[proc_macro2::Ident]) -> TokenStream {
    if parameters.is_empty() { TokenStream::new() } else { quote!(<#(#parameters),*>) }
}

/// Whether values of a type are passed by value.
fn is_copied(resolved: &Type) -> bool {
    matches!(
        resolved,
        Type::Bool | Type::I32 | Type::I64 | Type::U32 | Type::U64 | Type::I128 | Type::F64 | Type::Date | Type::Uuid
    )
}

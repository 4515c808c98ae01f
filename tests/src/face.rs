//! The public interface of a generated crate, read from its source: methods, credential slots, scope markers.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use syn::{Expr, FnArg, GenericArgument, ImplItem, Item, ItemImpl, Lit, PathArguments, ReturnType, Type};

/// The interface of a generated crate, whose name in a program is `api`.
#[derive(Clone, Debug, Default)]
pub struct Face {
    /// The client's methods, with an expression for each argument that compiles and is never run.
    pub methods: BTreeMap<String, Vec<&'static str>>,
    /// The credential slots in the order of the client's type parameters.
    pub slots: Vec<Slot>,
    /// The scope markers by the scope's text, as paths.
    pub scopes: BTreeMap<String, String>,
}

/// A credential slot.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The security scheme's name in the document.
    pub scheme: String,
    /// The credential for the slot.
    pub filled_by: Filling,
}

/// The credential of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filling {
    /// A token of the user pool of this marker, as a path.
    Token(String),
    /// A value of this type.
    Value(String),
}

impl Face {
    /// Reads the interface of a crate from its directory.
    ///
    /// # Errors
    /// If a file can't be read or is not Rust, or the crate does not have the form of generated crates.
    pub fn read(directory: &Path) -> Result<Self, String> {
        let mut face = Self::default();
        let mut fillings = BTreeMap::new();
        let mut schemes = Vec::new();
        for file in rust_files(&directory.join("src"))? {
            let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            let parsed = syn::parse_file(&text).map_err(|e| format!("{}: {e}", file.display()))?;
            for item in &parsed.items {
                match item {
                    Item::Impl(block) if is_of(block, "Client") && block.trait_.is_none() => face.add_methods(block),
                    Item::Impl(block) if is_of(block, "ClientBuilder") && block.trait_.is_none() => {
                        add_fillings(block, &mut fillings)
                    }
                    Item::Impl(block) => face.add_scope(block),
                    Item::Static(item) if item.ident == "API" => {
                        scheme_names(item.expr.to_token_stream(), &mut schemes)
                    }
                    _ => {}
                }
            }
        }
        for (index, scheme) in schemes.into_iter().enumerate() {
            let filled_by = fillings.remove(&index).ok_or_else(|| format!("no setter fills the slot of `{scheme}`"))?;
            face.slots.push(Slot { scheme, filled_by });
        }
        Ok(face)
    }

    fn add_methods(&mut self, block: &ItemImpl) {
        for item in &block.items {
            let ImplItem::Fn(method) = item else { continue };
            if !matches!(method.sig.inputs.first(), Some(FnArg::Receiver(_))) {
                continue;
            }
            let arguments = method
                .sig
                .inputs
                .iter()
                .filter_map(|a| if let FnArg::Typed(t) = a { Some(placeholder(&t.ty)) } else { None });
            self.methods.insert(method.sig.ident.to_string(), arguments.collect());
        }
    }

    fn add_scope(&mut self, block: &ItemImpl) {
        let Some((path, _)) = &block.trait_ else { return };
        if path.segments.last().is_none_or(|s| s.ident != "Scope") {
            return;
        }
        for item in &block.items {
            if let ImplItem::Const(constant) = item
                && constant.ident == "NAME"
                && let Expr::Lit(literal) = &constant.expr
                && let Lit::Str(text) = &literal.lit
            {
                self.scopes.insert(text.value(), format!("api::scopes::{}", block.self_ty.to_token_stream()));
            }
        }
    }
}

/// The Rust files below a directory.
///
/// # Errors
/// If it can't be read.
pub fn rust_files(directory: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let mut found = Vec::new();
    let entries = fs::read_dir(directory).map_err(|e| format!("{}: {e}", directory.display()))?;
    for entry in entries {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.is_dir() {
            found.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn is_of(block: &ItemImpl, name: &str) -> bool {
    matches!(&*block.self_ty, Type::Path(path) if path.path.segments.last().is_some_and(|s| s.ident == name))
}

/// An argument for a call that only has to compile: its type is sufficient, except for `impl Into<…>`.
fn placeholder(ty: &Type) -> &'static str {
    let Type::ImplTrait(bounds) = ty else { return "any()" };
    if bounds.to_token_stream().to_string().contains("RequestBody") { "Vec::<u8>::new()" } else { "String::new()" }
}

/// A setter's result differs from its builder in one type parameter, which is the slot that it fills.
fn add_fillings(block: &ItemImpl, fillings: &mut BTreeMap<usize, Filling>) {
    let own: Vec<String> = block.generics.type_params().map(|p| p.ident.to_string()).collect();
    for item in &block.items {
        let ImplItem::Fn(method) = item else { continue };
        let ReturnType::Type(_, result) = &method.sig.output else { continue };
        let Some(arguments) = arguments_of(result, "ClientBuilder") else { continue };
        for (index, argument) in arguments.iter().enumerate() {
            let text = argument.to_token_stream().to_string();
            if own.get(index) == Some(&text) {
                continue;
            }
            let pool = method.sig.generics.type_params().find(|p| p.ident == text.as_str()).and_then(|p| {
                let bound =
                    p.bounds.iter().map(|b| b.to_token_stream().to_string()).find(|b| b.contains("TokenCredential"))?;
                bound.split_once('<').and_then(|(_, rest)| rest.rsplit_once('>')).map(|(inner, _)| outside(inner))
            });
            fillings.insert(index, pool.map_or_else(|| Filling::Value(outside(&text)), Filling::Token));
        }
    }
}

fn arguments_of<'t>(ty: &'t Type, name: &str) -> Option<Vec<&'t GenericArgument>> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|s| s.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    Some(arguments.args.iter().collect())
}

/// A path of the generated crate, as written in another crate.
fn outside(path: &str) -> String {
    let mut path = path.replace(' ', "");
    let mut own = false;
    while let Some(rest) = path.strip_prefix("super::").or_else(|| path.strip_prefix("crate::")) {
        path = rest.to_owned();
        own = true;
    }
    if let Some(rest) = path.strip_prefix("rt::") {
        return format!("cogen_runtime::__rt::v1::{rest}");
    }
    if own { format!("api::{path}") } else { path }
}

/// The `name` of each `Scheme { … }` literal, in order.
fn scheme_names(tokens: TokenStream, found: &mut Vec<String>) {
    let mut after_scheme = false;
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                if after_scheme && let Some(name) = name_in(group.stream()) {
                    found.push(name);
                } else {
                    scheme_names(group.stream(), found);
                }
                after_scheme = false;
            }
            TokenTree::Ident(ident) => after_scheme = ident == "Scheme",
            _ => after_scheme = false,
        }
    }
}

fn name_in(tokens: TokenStream) -> Option<String> {
    let mut trees = tokens.into_iter();
    while let Some(tree) = trees.next() {
        if matches!(&tree, TokenTree::Ident(i) if i == "name") {
            trees.next()?;
            let literal: syn::LitStr = syn::parse2(trees.next()?.into()).ok()?;
            return Some(literal.value());
        }
    }
    None
}

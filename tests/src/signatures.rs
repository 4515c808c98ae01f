//! The arguments of a generated crate's methods, read from its source: arguments, setters, forms, the variants of bodies.

use crate::face::rust_files;
use proc_macro2::TokenStream;
use quote::ToTokens;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use syn::{
    Fields, FnArg, GenericArgument, ImplItem, Item, Pat, PathArguments, ReturnType, Signature, Type, TypeParamBound,
};

/// The signatures of a crate, whose name in a program is `api`.
#[derive(Clone, Debug, Default)]
pub struct Signatures {
    /// The client's methods.
    pub methods: BTreeMap<String, Method>,
    /// The types of its operations and credentials, by their path: `operations::pets::ListPets`.
    pub types: BTreeMap<String, Defined>,
    /// The setters of the client's builder.
    pub builder: BTreeMap<String, Vec<Argument>>,
}

/// A method of the client.
#[derive(Clone, Debug)]
pub struct Method {
    /// The module that defines it, `operations::pets`.
    pub module: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// The name of its return type, without type parameters.
    pub gives: String,
}

/// A defined type.
#[derive(Clone, Debug, Default)]
pub struct Defined {
    /// The fields of a struct, or the variants of an enum with their content.
    pub members: Vec<Argument>,
    /// Whether it is an enum.
    pub is_enum: bool,
    /// The arguments of `new`.
    pub new: Vec<Argument>,
    /// Its setters.
    pub setters: Vec<(String, Vec<Argument>)>,
}

/// A name and a type.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: Type,
}

impl Signatures {
    /// Reads a crate's signatures from its directory.
    ///
    /// # Errors
    /// If a file can't be read or is not Rust.
    pub fn read(directory: &Path) -> Result<Self, String> {
        let mut found = Self::default();
        let source = directory.join("src");
        for file in rust_files(&source)? {
            let module = file
                .strip_prefix(&source)
                .unwrap_or(&file)
                .with_extension("")
                .to_string_lossy()
                .replace(['/', '\\'], "::");
            if module == "types" {
                continue;
            }
            let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            let parsed = syn::parse_file(&text).map_err(|e| format!("{}: {e}", file.display()))?;
            parsed.items.iter().for_each(|item| found.add(&module, item));
        }
        Ok(found)
    }

    fn add(&mut self, module: &str, item: &Item) {
        match item {
            Item::Struct(item) => {
                let fields = item
                    .fields
                    .iter()
                    .filter_map(|f| Some(Argument { name: f.ident.as_ref()?.to_string(), ty: f.ty.clone() }));
                self.defined(module, &item.ident.to_string()).members = fields.collect();
            }
            Item::Enum(item) => {
                let variants = item.variants.iter().filter_map(|v| match &v.fields {
                    Fields::Unnamed(fields) => {
                        Some(Argument { name: v.ident.to_string(), ty: fields.unnamed.first()?.ty.clone() })
                    }
                    Fields::Named(_) | Fields::Unit => None,
                });
                let members = variants.collect();
                let defined = self.defined(module, &item.ident.to_string());
                (defined.members, defined.is_enum) = (members, true);
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let Some(name) = name_of(&block.self_ty) else { return };
                for item in &block.items {
                    let ImplItem::Fn(function) = item else { continue };
                    let signature = &function.sig;
                    let (method, arguments) = (signature.ident.to_string(), arguments(signature));
                    match (name.as_str(), receiver(signature)) {
                        ("Client", Some("&self")) => {
                            let gives = result(signature).and_then(name_of).unwrap_or_default();
                            self.methods.insert(method, Method { module: module.to_owned(), arguments, gives });
                        }
                        ("ClientBuilder", Some(_)) => drop(self.builder.insert(method, arguments)),
                        (_, Some("mut self" | "self")) if method != "with_parts" => {
                            self.defined(module, &name).setters.push((method, arguments))
                        }
                        (_, None) if method == "new" => self.defined(module, &name).new = arguments,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn defined(&mut self, module: &str, name: &str) -> &mut Defined {
        self.types.entry(format!("{module}::{name}")).or_default()
    }
}

/// The last name of a path without references and parameters; of a `Call<'_, ListPets>` the name of its operation.
pub fn name_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            match &last.arguments {
                PathArguments::AngleBracketed(of) if last.ident == "Call" => {
                    let operation = of.args.last().and_then(|arg| match arg {
                        GenericArgument::Type(ty) => Some(ty),
                        _ => None,
                    });
                    operation.and_then(name_of)
                }
                _ => Some(last.ident.to_string()),
            }
        }
        Type::Reference(reference) => name_of(&reference.elem),
        // `impl Into<Name<'a>>`
        Type::ImplTrait(bounds) => bounds.bounds.iter().find_map(|bound| {
            let TypeParamBound::Trait(bound) = bound else { return None };
            let PathArguments::AngleBracketed(of) = &bound.path.segments.last()?.arguments else { return None };
            of.args.iter().find_map(|arg| if let GenericArgument::Type(ty) = arg { name_of(ty) } else { None })
        }),
        _ => None,
    }
}

/// A type's tokens without spaces and lifetimes.
pub fn spelled(ty: &Type) -> String {
    ty.to_token_stream().to_string().replace("'a ", "").replace(' ', "")
}

fn arguments(signature: &Signature) -> Vec<Argument> {
    let typed = signature.inputs.iter().filter_map(|a| if let FnArg::Typed(typed) = a { Some(typed) } else { None });
    let named = typed.filter_map(|t| if let Pat::Ident(name) = &*t.pat { Some((name, &t.ty)) } else { None });
    named.map(|(name, ty)| Argument { name: name.ident.to_string(), ty: (**ty).clone() }).collect()
}

fn receiver(signature: &Signature) -> Option<&'static str> {
    let FnArg::Receiver(receiver) = signature.inputs.first()? else { return None };
    let text: TokenStream = receiver.to_token_stream();
    Some(match text.to_string().replace(' ', "").as_str() {
        "&self" => "&self",
        "mutself" => "mut self",
        _ => "self",
    })
}

fn result(signature: &Signature) -> Option<&Type> {
    if let ReturnType::Type(_, ty) = &signature.output { Some(ty) } else { None }
}

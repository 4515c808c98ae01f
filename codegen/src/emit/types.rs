//! Structs and aliases; enums are in `enums.rs`, unions in `unions.rs`.

use super::plan::Plan;
use super::spell::Speller;
use super::text::{self, Docs, fixed, ident, literal};
use super::{enums, unions};
use crate::ir::ident::Ident;
use crate::ir::types::{Field, Literal, Presence, Type, TypeDef, TypeKind};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use std::ops::Range;

/// Some of the types of the API, and one line that gives them `Debug`.
pub fn write(plan: &Plan<'_>, range: Range<usize>) -> TokenStream {
    let spell = Speller::in_types(plan);
    let types = &plan.api.types[range];
    let mut tokens = TokenStream::new();
    for def in types {
        match &def.kind {
            TypeKind::Struct { fields, additional } => structure(&spell, def, fields, additional.as_ref(), &mut tokens),
            TypeKind::StringEnum(variants) => enums::of_strings(&spell, def, variants, &mut tokens),
            TypeKind::IntegerEnum(variants) => enums::of_integers(&spell, def, variants, &mut tokens),
            TypeKind::Union { discriminator, variants, other } => {
                unions::write(&spell, def, discriminator.as_deref(), variants, other, &mut tokens);
            }
            TypeKind::Alias(target) => alias(&spell, def, target, &mut tokens),
        }
    }
    let named: Vec<_> = types.iter().filter(|t| !matches!(t.kind, TypeKind::Alias(_))).map(|t| ident(&t.name)).collect();
    if !named.is_empty() {
        tokens.extend(quote!(rt::debug!(#(#named),*);));
    }
    tokens
}

/// `Serialize` and `Deserialize` for all types.
pub fn write_serde(plan: &Plan<'_>) -> TokenStream {
    let named = plan.api.types.iter().filter(|t| !matches!(t.kind, TypeKind::Alias(_))).map(|t| ident(&t.name));
    quote!(rt::serde_impls!(#(super::types::#named),*);)
}

/// What stands before the definition of a type: its docs and whether it should not be used any more.
pub fn head(def: &TypeDef) -> TokenStream {
    let mut docs = Docs::new();
    docs.text(def.doc.as_deref());
    docs.gap();
    docs.line(format!("In the document: {}.", origin(&def.origin)));
    let deprecated = deprecated(def.deprecated);
    quote!(#docs #deprecated)
}

/// `#[deprecated]` or nothing.
pub fn deprecated(deprecated: bool) -> TokenStream {
    if deprecated { quote!(#[deprecated]) } else { TokenStream::new() }
}

/// The origin of a type, in which code stands in backticks already.
fn origin(origin: &str) -> String {
    text::inline(origin)
}

fn alias(spell: &Speller<'_>, def: &TypeDef, target: &Type, tokens: &mut TokenStream) {
    let head = head(def);
    let name = ident(&def.name);
    let target = spell.ty(target);
    tokens.extend(quote!(#head pub type #name = #target;));
}

fn structure(
    spell: &Speller<'_>,
    def: &TypeDef,
    fields: &[Field],
    additional: Option<&(Ident, Type)>,
    tokens: &mut TokenStream,
) {
    let head = head(def);
    let name = ident(&def.name);
    let rest = additional.map(|(name, ty)| Rest { name: ident(name), ty: spell.ty(&Type::Map(Box::new(ty.clone()))) });

    let definitions = fields.iter().map(|field| definition(spell, field));
    let more = rest.as_ref().map(|Rest { name, ty }| quote!(#[doc = " The other properties."] pub #name: #ty,));
    let json = json(spell, def, fields, rest.as_ref());
    tokens.extend(quote! {
        #head
        #[derive(Clone)]
        #[non_exhaustive]
        pub struct #name { #(#definitions)* #more }
        #json
    });

    let mut methods = TokenStream::new();
    if def.in_requests {
        constructor(spell, fields, rest.as_ref(), &mut methods);
    }
    for field in fields {
        or_default(spell, field, fields, &mut methods);
    }
    if !methods.is_empty() {
        tokens.extend(quote!(impl #name { #methods }));
    }
}

/// The field of the properties that the document does not name.
struct Rest {
    name: proc_macro2::Ident,
    ty: TokenStream,
}

fn definition(spell: &Speller<'_>, field: &Field) -> TokenStream {
    let mut docs = Docs::of(field.doc.as_deref());
    if let Some(default) = &field.default {
        docs.gap();
        docs.line(format!("Where it is absent, the service takes {}.", text::code(&shown(default))));
    }
    let deprecated = deprecated(field.deprecated);
    let name = ident(&field.name);
    let ty = stored(spell, field);
    quote!(#docs #deprecated pub #name: #ty,)
}

/// The type of a field without what its presence adds.
fn inner(spell: &Speller<'_>, field: &Field) -> TokenStream {
    let ty = spell.ty(&field.ty);
    if field.boxed { spell.boxed(ty) } else { ty }
}

fn stored(spell: &Speller<'_>, field: &Field) -> TokenStream {
    let ty = inner(spell, field);
    match field.presence() {
        Presence::Always => ty,
        Presence::Optional | Presence::Nullable => spell.option(ty),
        Presence::OptionalNullable => quote!(rt::Optional<#ty>),
    }
}

fn json(spell: &Speller<'_>, def: &TypeDef, fields: &[Field], rest: Option<&Rest>) -> TokenStream {
    let name = ident(&def.name);
    let ok = spell.ok();
    let mut reads = TokenStream::new();
    let mut writes = TokenStream::new();
    for field in fields {
        let name = ident(&field.name);
        let wire = literal(&field.wire);
        let verb = fixed(match field.presence() {
            Presence::Always | Presence::Nullable => "required",
            Presence::Optional => "optional",
            Presence::OptionalNullable => "tristate",
        });
        reads.extend(quote!(#name: object.#verb(#wire)?,));
        writes.extend(quote!(out.#verb(#wire, &self.#name);));
    }
    if let Some(Rest { name, .. }) = rest {
        let known = fields.iter().map(|f| literal(&f.wire));
        reads.extend(quote!(#name: object.rest(&[#(#known),*])?,));
        writes.extend(quote!(out.rest(&self.#name);));
    }
    let open = if reads.is_empty() { quote!(rt::Object::new(value)?;) } else { quote!(let mut object = rt::Object::new(value)?;) };
    quote! {
        impl rt::Json for #name {
            fn read(value: &rt::Value<'_>) -> rt::Read<Self> {
                #open
                #ok(Self { #reads })
            }
            fn write(&self, out: &mut rt::Writer<'_>) {
                out.begin_object();
                #writes
                out.end_object();
            }
        }
    }
}

/// `new` with what is required, and a setter for all else.
fn constructor(spell: &Speller<'_>, fields: &[Field], rest: Option<&Rest>, methods: &mut TokenStream) {
    let mut arguments = TokenStream::new();
    let mut values = TokenStream::new();
    let mut setters = TokenStream::new();
    let none = spell.none();
    for field in fields {
        let name = ident(&field.name);
        let (argument, value) = given(spell, field, &name);
        match field.presence() {
            Presence::Always => {
                arguments.extend(quote!(#name: #argument,));
                if is_plain(&value, &name) { values.extend(quote!(#name,)) } else { values.extend(quote!(#name: #value,)) }
            }
            Presence::Nullable => {
                let ty = stored(spell, field);
                arguments.extend(quote!(#name: #ty,));
                values.extend(quote!(#name,));
            }
            Presence::Optional | Presence::OptionalNullable => {
                let absent = if field.presence() == Presence::Optional { none.clone() } else { quote!(rt::Optional::Absent) };
                values.extend(quote!(#name: #absent,));
                let there = if field.presence() == Presence::Optional { spell.some() } else { quote!(rt::Optional::Value) };
                setters.extend(quote! {
                    pub fn #name(mut self, #name: #argument) -> Self {
                        self.#name = #there(#value);
                        self
                    }
                });
            }
        }
    }
    if let Some(Rest { name, ty }) = rest {
        values.extend(quote!(#name: ::core::default::Default::default(),));
        setters.extend(quote! {
            pub fn #name(mut self, #name: #ty) -> Self {
                self.#name = #name;
                self
            }
        });
    }
    methods.extend(quote! {
        #[doc = " With what is required; all else has a setter of its name."]
        pub fn new(#arguments) -> Self { Self { #values } }
        #setters
    });
}

/// The type in which a setter takes a field, and the value to store.
fn given(spell: &Speller<'_>, field: &Field, name: &proc_macro2::Ident) -> (TokenStream, TokenStream) {
    let ty = spell.ty(&field.ty);
    let (ty, value) = match spell.plan.resolved(&field.ty) {
        Type::String | Type::Secret => (spell.into(ty), quote!(#name.into())),
        _ => (ty, name.to_token_stream()),
    };
    if field.boxed {
        let path = spell.box_path();
        return (ty, quote!(#path::new(#value)));
    }
    (ty, value)
}

fn is_plain(value: &TokenStream, name: &proc_macro2::Ident) -> bool {
    let mut trees = value.clone().into_iter();
    matches!((trees.next(), trees.next()), (Some(proc_macro2::TokenTree::Ident(i)), None) if i == *name)
}

/// `fn limit_or_default(&self)`: the value, or what the service takes without one.
fn or_default(spell: &Speller<'_>, field: &Field, fields: &[Field], methods: &mut TokenStream) {
    let Some(default) = &field.default else { return };
    let accessor = format!("{}_or_default", field.name.as_str().trim_end_matches('_'));
    if field.presence() != Presence::Optional || field.boxed || fields.iter().any(|f| f.name.as_str() == accessor) {
        return;
    }
    let name = ident(&field.name);
    let accessor = fixed(&accessor);
    let docs = format!(" The value, or {} where it is absent.", text::code(&shown(default)));
    let (ty, body) = match (spell.plan.resolved(&field.ty), default) {
        (Type::String, Literal::String(value)) => {
            let value = literal(value);
            (quote!(&str), quote!(self.#name.as_deref().unwrap_or(#value)))
        }
        (resolved, value) => match scalar(resolved, value) {
            Some(value) => (spell.ty(&field.ty), quote!(self.#name.unwrap_or(#value))),
            None => return,
        },
    };
    methods.extend(quote! {
        #[doc = #docs]
        pub fn #accessor(&self) -> #ty { #body }
    });
}

/// A default as a value of a scalar type, where it is one of that type.
fn scalar(ty: &Type, default: &Literal) -> Option<TokenStream> {
    match (ty, default) {
        (Type::Bool, Literal::Bool(value)) => Some(value.to_token_stream()),
        (Type::I32, Literal::Integer(n)) => i32::try_from(*n).ok().map(|n| signed(n.into())),
        (Type::I64, Literal::Integer(n)) => Some(signed(*n)),
        (Type::U32, Literal::Integer(n)) => u32::try_from(*n).ok().map(|n| signed(n.into())),
        (Type::U64, Literal::Integer(n)) => u64::try_from(*n).ok().map(|_| signed(*n)),
        (Type::F32 | Type::F64, Literal::Integer(n)) => float(*n as f64),
        (Type::F64, Literal::Float(n)) => float(*n),
        // Nearest `f32`, since a longer literal is the same number.
        (Type::F32, Literal::Float(n)) => (n.abs() <= f64::from(f32::MAX)).then(|| float(*n)).flatten(),
        _ => None,
    }
}

/// An integer literal; its sign is a token of its own.
pub fn signed(n: i64) -> TokenStream {
    let magnitude = proc_macro2::Literal::u64_unsuffixed(n.unsigned_abs());
    if n < 0 { quote!(-#magnitude) } else { quote!(#magnitude) }
}

fn float(n: f64) -> Option<TokenStream> {
    if !n.is_finite() {
        return None;
    }
    let magnitude = proc_macro2::Literal::f64_unsuffixed(n.abs());
    Some(if n.is_sign_negative() { quote!(-#magnitude) } else { quote!(#magnitude) })
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

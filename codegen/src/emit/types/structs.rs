//! Structs: fields, JSON, a constructor with setters.

use crate::emit::operations::parts::{default_docs, deprecated, head, json_impl, own, shown, signed};
use crate::emit::rust::spell::Speller;
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, fixed, ident, literal};
use crate::emit::rust::tree;
use crate::emit::rust::tree::template;
use crate::emit::types::reading;
use crate::emit::types::reading::Reading;
use crate::ir::ident::Ident;
use crate::ir::types::{Field, Literal, Presence, Type, TypeDef, constructor_arguments};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ImplItem, Item, ItemImpl, ItemStruct, Path, Stmt};

/// A struct, its JSON and its methods.
pub fn write(
    spell: &Speller<'_>,
    def: &TypeDef,
    fields: &[Field],
    additional: Option<&(Ident, Type)>,
    items: &mut Vec<Item>,
) {
    let rest = additional.map(|(name, ty)| Rest { name: name.as_str(), ty: Type::Map(Box::new(ty.clone())) });

    let mut item = template!(ItemStruct: #[derive(Clone)] #[non_exhaustive] pub struct Name {});
    item.attrs.splice(..0, head(def));
    item.ident = ident(&def.name);
    let more = rest.as_ref().map(|Rest { name, ty }| {
        let mut docs = Docs::new();
        docs.line("Properties that the document does not name.");
        tree::field(docs.attributes(), name, spell.ty(ty))
    });
    item.fields = tree::fields(fields.iter().map(|field| definition(spell, field)).chain(more));
    items.push(Item::Struct(item));
    items.push(json(spell, def, fields, rest.as_ref()));

    let mut methods = Vec::new();
    if def.in_requests {
        constructor(spell, def, fields, rest.as_ref(), &mut methods);
    }
    for field in fields {
        methods.extend(or_default(spell, field, fields));
    }
    if !methods.is_empty() {
        let mut block = template!(ItemImpl: impl Name {});
        *block.self_ty = tree::named(tree::path(&[def.name.as_str()]));
        block.items = methods;
        items.push(Item::Impl(block));
    }
}

/// The field of the properties that the document does not name, a map.
struct Rest<'a> {
    name: &'a str,
    ty: Type,
}

fn definition(spell: &Speller<'_>, field: &Field) -> syn::Field {
    let mut docs = Docs::of(field.doc.as_deref());
    if let Some(default) = &field.default {
        docs.gap();
        docs.line(default_docs(default));
    }
    let mut attributes = docs.attributes();
    attributes.extend(deprecated(field.deprecated));
    tree::field(attributes, field.name.as_str(), stored(spell, field))
}

/// The type of a field in its struct.
pub(super) fn stored(spell: &Speller<'_>, field: &Field) -> syn::Type {
    let ty = spell.ty(&field.ty);
    let ty = if field.boxed { spell.boxed(ty) } else { ty };
    match field.presence() {
        Presence::Always => ty,
        Presence::Optional | Presence::Nullable | Presence::OrEmpty => spell.option(ty),
        Presence::OptionalNullable => tree::applied(tree::path(&["rt", "Optional"]), [ty]),
    }
}

fn json(spell: &Speller<'_>, def: &TypeDef, fields: &[Field], rest: Option<&Rest<'_>>) -> Item {
    let mut values = Vec::with_capacity(fields.len() + 1);
    let mut writes = Vec::with_capacity(fields.len() + 3);
    writes.push(template!(Stmt: out.begin_object();));
    for field in fields {
        let name = field.name.as_str();
        let verb = match field.presence() {
            Presence::Always | Presence::Nullable => "required",
            Presence::Optional => "optional",
            Presence::OrEmpty => "or_empty",
            Presence::OptionalNullable => "tristate",
        };
        let read = match field.presence() {
            Presence::OptionalNullable if field.empty_is_none => "tristate_or_empty",
            _ if field.empty_is_none => "or_empty",
            _ => verb,
        };
        let wire = text::string(&field.wire);
        let value = tree::attempt(tree::method(tree::local("object"), read, [wire.clone()]));
        values.push(Reading { name: name.to_owned(), ty: stored(spell, field), value });
        writes.push(tree::statement(tree::method(tree::local("out"), verb, [wire, tree::reference(own(name))])));
    }
    if let Some(Rest { name, ty }) = rest {
        let known = tree::array(fields.iter().map(|f| text::string(&f.wire)));
        let value = tree::attempt(tree::method(tree::local("object"), "rest", [known]));
        values.push(Reading { name: (*name).to_owned(), ty: spell.ty(ty), value });
        writes.push(tree::statement(tree::method(tree::local("out"), "rest", [tree::reference(own(name))])));
    }
    writes.push(template!(Stmt: out.end_object();));
    let open = if values.is_empty() {
        template!(Stmt: rt::Object::new(value)?;)
    } else {
        template!(Stmt: let mut object = rt::Object::new(value)?;)
    };
    let mut read = vec![open];
    read.extend(reading::body(spell, &ident(&def.name), values));

    let mut item = json_impl(def);
    tree::fill(&mut item, [read, writes]);
    Item::Impl(item)
}

/// `new` with the required fields, and a setter for each optional field.
fn constructor(
    spell: &Speller<'_>,
    def: &TypeDef,
    fields: &[Field],
    rest: Option<&Rest<'_>>,
    methods: &mut Vec<ImplItem>,
) {
    let mut new = template!(syn::ImplItemFn: pub fn new() -> Self {});
    let mut docs = Docs::new();
    let mut values = Vec::with_capacity(fields.len() + 1);
    let mut setters = Vec::new();
    new.sig.inputs.extend(constructor_arguments(fields).into_iter().map(|field| {
        let is_nullable = matches!(field.presence(), Presence::Nullable | Presence::OrEmpty);
        let ty = if is_nullable { stored(spell, field) } else { taken(spell, field).0 };
        tree::argument(field.name.as_str(), ty)
    }));
    for field in fields {
        let name = field.name.as_str();
        let constant = field.constant.as_ref().and_then(|constant| constant_value(constant, &field.ty));
        let (absent, there) = match field.presence() {
            Presence::Always if constant.is_some() => {
                values.push(tree::given(name, constant.unwrap_or_else(|| tree::local(name))));
                continue;
            }
            Presence::Nullable | Presence::OrEmpty => {
                values.push(tree::shorthand(name));
                continue;
            }
            Presence::Always => {
                let (_, value) = taken(spell, field);
                values.push(match value {
                    Expr::Path(_) => tree::shorthand(name),
                    value => tree::given(name, value),
                });
                continue;
            }
            Presence::Optional => (spell.none(), spell.some()),
            Presence::OptionalNullable => (optional("Absent"), optional("Value")),
        };
        let (ty, value) = taken(spell, field);
        // A constant that is the default is sent, since a union may select the variant by it.
        let initial = match constant.filter(|_| field.constant == field.default) {
            Some(constant) => tree::call(there.clone(), [constant]),
            None => tree::value(absent),
        };
        values.push(tree::given(name, initial));
        let set = tree::assign(own(name), tree::call(there, [value]));
        setters.push(tree::setter(Vec::new(), name, name, ty, [tree::statement(set)]));
    }
    if let Some(Rest { name, ty }) = rest {
        let empty = tree::absolute(&["core", "default", "Default", "default"]);
        values.push(tree::given(name, tree::call(empty, [])));
        let set = tree::assign(own(name), tree::local(name));
        setters.push(tree::setter(Vec::new(), name, name, spell.ty(ty), [tree::statement(set)]));
    }
    let required = constructor_arguments(fields).len();
    let with = if required == 0 { "without fields" } else { "with its required fields" };
    let optional = if setters.is_empty() { "" } else { " Optional fields have setters." };
    docs.line(format!("Creates {} {with}.{optional}", text::with_article(def.name.as_str())));
    new.attrs = docs.attributes();
    new.block.stmts.push(tree::result(tree::structure(tree::path(&["Self"]), values)));
    methods.push(ImplItem::Fn(new));
    methods.append(&mut setters);
}

/// `rt::Optional::Name`
fn optional(name: &str) -> Path {
    tree::path(&["rt", "Optional", name])
}

/// The only value of a field as an expression of its type.
pub(super) fn constant_value(constant: &Literal, ty: &Type) -> Option<Expr> {
    let from = tree::absolute(&["core", "convert", "From", "from"]);
    let tokens = match (constant, ty) {
        (Literal::Bool(value), _) => quote!(#value),
        (Literal::Float(number), _) => float(*number)?,
        (Literal::Integer(number), Type::F64) => float(*number as f64)?,
        (Literal::Integer(number), Type::I32 | Type::U32 | Type::I64 | Type::U64 | Type::I128) => {
            signed(*number).into_token_stream()
        }
        (Literal::Integer(number), _) => {
            let number = signed(*number);
            quote!(#from(#number))
        }
        (Literal::String(text), _) => {
            let text = literal(text);
            quote!(#from(#text))
        }
    };
    syn::parse2(tokens).ok()
}

/// The type of a field as an argument, and the value to store.
fn taken(spell: &Speller<'_>, field: &Field) -> (syn::Type, Expr) {
    let ty = spell.ty(&field.ty);
    let value = tree::local(field.name.as_str());
    let (ty, value) = match spell.plan.resolved(&field.ty) {
        Type::String | Type::Secret => (spell.into(ty), tree::method(value, "into", [])),
        _ => (ty, value),
    };
    if !field.boxed {
        return (ty, value);
    }
    (ty, tree::call(spell.box_new(), [value]))
}

/// `fn limit_or_default(&self)`: the value, or the service's default.
fn or_default(spell: &Speller<'_>, field: &Field, fields: &[Field]) -> Option<ImplItem> {
    let default = field.default.as_ref()?;
    let accessor = format!("{}_or_default", field.name.as_str().trim_end_matches('_'));
    if field.presence() != Presence::Optional || field.boxed || fields.iter().any(|f| f.name.as_str() == accessor) {
        return None;
    }
    let name = ident(&field.name);
    let accessor = fixed(&accessor);
    let mut docs = Docs::new();
    docs.line(format!("The value, or {} if it is absent.", text::code(&shown(default))));
    let (ty, body) = match (spell.plan.resolved(&field.ty), default) {
        (Type::String, Literal::String(value)) => {
            let value = literal(value);
            (quote!(&str), quote!(self.#name.as_deref().unwrap_or(#value)))
        }
        (resolved, value) => {
            let value = scalar(resolved, value)?;
            (spell.ty(&field.ty).to_token_stream(), quote!(self.#name.unwrap_or(#value)))
        }
    };
    Some(syn::parse_quote! {
        #docs
        pub fn #accessor(&self) -> #ty { #body }
    })
}

/// A default as an expression of a scalar type; `None` if it is not a value of that type.
fn scalar(ty: &Type, default: &Literal) -> Option<TokenStream> {
    match (ty, default) {
        (Type::Bool, Literal::Bool(value)) => Some(value.to_token_stream()),
        (Type::I32, Literal::Integer(n)) => i32::try_from(*n).ok().map(|n| signed(n.into())),
        (Type::I64 | Type::I128, Literal::Integer(n)) => Some(signed(*n)),
        (Type::U32, Literal::Integer(n)) => u32::try_from(*n).ok().map(|n| signed(n.into())),
        (Type::U64, Literal::Integer(n)) => u64::try_from(*n).ok().map(|_| signed(*n)),
        (Type::F64, Literal::Integer(n)) => float(*n as f64),
        (Type::F64, Literal::Float(n)) => float(*n),
        _ => None,
    }
}

fn float(n: f64) -> Option<TokenStream> {
    if !n.is_finite() {
        return None;
    }
    let magnitude = proc_macro2::Literal::f64_unsuffixed(n.abs());
    Some(if n.is_sign_negative() { quote!(-#magnitude) } else { quote!(#magnitude) })
}

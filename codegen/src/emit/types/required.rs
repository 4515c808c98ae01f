//! The module `required`: for each struct that has no safe `new`, a struct of its required fields, which becomes the whole one.
//!
//! One line for each: the macro of the runtime writes the rest, if its feature `constructors` is on.

use crate::emit::plan::Plan;
use crate::emit::rust::spell::Speller;
use crate::emit::types::structs::{constant_value, stored};
use crate::ir::ident::Ident;
use crate::ir::types::{Field, Presence, Type, TypeDef, TypeKind, constructor_arguments};
use quote::ToTokens;
use std::fmt::Write;

/// The largest number of required fields that are arguments of `new` alone.
const MOST_ARGUMENTS: usize = 4;

/// Whether the module has anything.
pub fn is_empty(plan: &Plan<'_>) -> bool {
    structs(plan).next().is_none()
}

/// The content of the module.
pub fn write(plan: &Plan<'_>) -> String {
    let spell = Speller::beside_types(plan);
    let (mut required, mut empty) = (String::new(), String::new());
    // Writing to a `String` cannot fail.
    for (def, fields, additional) in structs(plan) {
        let arguments = constructor_arguments(fields);
        let rest = rest(fields, additional, &spell);
        if arguments.is_empty() {
            let _ = writeln!(empty, "    {} {rest};", def.name);
            continue;
        }
        let typed: Vec<String> =
            arguments.iter().map(|field| format!("{}: {}", field.name, taken(&spell, field))).collect();
        let _ = writeln!(required, "    {} {{ {} }} {rest};", def.name, typed.join(", "));
    }
    let sections = [("constructors", required), ("empty", empty)].into_iter().filter(|(_, lines)| !lines.is_empty());
    sections.map(|(name, lines)| format!("rt::{name}! {{\n{lines}}}\n")).collect::<Vec<_>>().join("\n")
}

type Struct<'p> = (&'p TypeDef, &'p [Field], Option<&'p (Ident, Type)>);

/// The structs that are only in responses, and those whose `new` has many arguments or two of one type side by side.
fn structs<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = Struct<'p>> {
    plan.api.types.iter().filter_map(|def| match &def.kind {
        TypeKind::Struct { fields, additional } if !def.in_requests || is_mistakable(fields) => {
            Some((def, fields.as_slice(), additional.as_ref()))
        }
        _ => None,
    })
}

fn is_mistakable(fields: &[Field]) -> bool {
    let arguments = constructor_arguments(fields);
    let is_same =
        |pair: &[&Field]| matches!(pair, [one, other] if one.ty == other.ty && one.nullable == other.nullable);
    arguments.len() > MOST_ARGUMENTS || arguments.windows(2).any(is_same)
}

/// The type of a required field.
fn taken(spell: &Speller<'_>, field: &Field) -> String {
    let ty = match field.presence() {
        Presence::Nullable | Presence::OrEmpty => stored(spell, field),
        _ => spell.ty(&field.ty),
    };
    let tokens = ty.to_token_stream().to_string();
    [(" :: ", "::"), (":: ", "::"), (" < ", "<"), (" >", ">"), (" ,", ",")]
        .iter()
        .fold(tokens, |text, (spaced, plain)| text.replace(spaced, plain))
}

/// The other fields: those that are empty at first, and those with a value.
fn rest(fields: &[Field], additional: Option<&(Ident, Type)>, spell: &Speller<'_>) -> String {
    let (mut absent, mut constants) = (Vec::new(), Vec::new());
    for field in fields {
        let constant = || field.constant.as_ref().and_then(|constant| constant_value(constant, &field.ty));
        match field.presence() {
            Presence::Always if field.constant.is_none() => {}
            Presence::Nullable | Presence::OrEmpty if field.constant.is_none() => {}
            Presence::Always => {
                constants.extend(constant().map(|value| format!("{}: {}", field.name, value.to_token_stream())));
            }
            Presence::Optional if field.constant.is_some() && field.constant == field.default => {
                let some = spell.some().to_token_stream().to_string();
                constants
                    .extend(constant().map(|value| format!("{}: {some}({})", field.name, value.to_token_stream())));
            }
            _ => absent.push(field.name.to_string()),
        }
    }
    absent.extend(additional.map(|(name, _)| name.to_string()));
    format!("[{}] ({})", absent.join(", "), constants.join(", "))
}

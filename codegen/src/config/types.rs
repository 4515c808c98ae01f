//! The table `[types]`: the Rust types of schemas, formats and properties.

use crate::config::checks;
use crate::config::options::{Derive, Options, ValueTypes};
use crate::config::reader::{Entry, InvalidValue, Key, Reader, each};
use crate::diagnostics::report::Reported;
use crate::diagnostics::texts::nearest;
use crate::ir::types::Type;

pub(super) const TYPES: &[Key<Options>] = &[
    ("replace", |r, e, o| {
        each(r.members(e)?, |member| {
            let path = r.parsed(&member, checks::type_path)?;
            o.places.keep("types.replace", member.key, member.key_span);
            o.replace_types.insert(member.key.to_owned(), path);
            Ok(())
        })
    }),
    ("formats", |r, e, o| choices(r, e, "types.formats", format, value, o)),
    ("properties", |r, e, o| choices(r, e, "types.properties", property, value, o)),
    ("derives", |r, e, o| r.list(e, derive).map(|derives| o.derives = derives)),
    ("lenient", |r, e, o| choices(r, e, "types.lenient", format_or_property, lenient, o)),
];

fn derive(text: &str) -> Result<Derive, InvalidValue> {
    match text {
        "Eq" => Ok(Derive::Eq),
        "Hash" => Ok(Derive::Hash),
        "PartialOrd" => Ok(Derive::PartialOrd),
        "Ord" => Ok(Derive::Ord),
        "Clone" | "Debug" | "PartialEq" => {
            Err(InvalidValue::new("all types have this trait").help("remove it from the list"))
        }
        "Default" => Err(InvalidValue::new("a type has this trait if it has no required fields")
            .help("remove it from the list; types that are only in responses have it with the feature `constructors`")),
        "Serialize" | "Deserialize" => Err(InvalidValue::new("a feature of the generated crate adds this trait")
            .help("remove it from the list, and turn on the feature `serde`")),
        _ => {
            Err(InvalidValue::new("not a trait that can be derived").help("write `Eq`, `Hash`, `PartialOrd` or `Ord`"))
        }
    }
}

/// What a key of a table is.
enum Subject {
    Format(String),
    Property(String),
}

/// What a value of a table says.
enum Choice {
    Type(Type),
    /// `empty-is-none`
    EmptyIsNone,
}

/// A table of choices.
fn choices(
    reader: &mut Reader<'_>,
    entry: &Entry<'_>,
    table: &'static str,
    key: fn(&str) -> Result<Subject, InvalidValue>,
    value: fn(&str) -> Result<Choice, InvalidValue>,
    options: &mut Options,
) -> Result<(), Reported> {
    each(reader.members(entry)?, |member| {
        let subject = reader.parsed_key(entry, &member, key)?;
        let choice = reader.parsed(&member, value)?;
        options.places.keep(table, member.key, member.key_span);
        let ValueTypes { formats, properties, empty_formats, empty_properties } = &mut options.value_types;
        match (subject, choice) {
            (Subject::Format(format), Choice::Type(ty)) => drop(formats.insert(format, ty)),
            (Subject::Format(format), Choice::EmptyIsNone) => drop(empty_formats.insert(format, table)),
            (Subject::Property(property), Choice::Type(ty)) => drop(properties.insert(property, ty)),
            (Subject::Property(property), Choice::EmptyIsNone) => drop(empty_properties.insert(property, table)),
        }
        Ok(())
    })
}

fn format(text: &str) -> Result<Subject, InvalidValue> {
    if text.is_empty() || text.contains(char::is_control) {
        return Err(InvalidValue::new("not a format").help("write a `format` of the document, such as `date-time`"));
    }
    Ok(Subject::Format(text.to_owned()))
}

fn property(text: &str) -> Result<Subject, InvalidValue> {
    match text.split_once('.') {
        Some((owner, property)) if !owner.is_empty() && !property.is_empty() => Ok(Subject::Property(text.to_owned())),
        _ => Err(InvalidValue::new("not a property")
            .help("write the name of a schema and of its property, such as `Pet.birthday`")),
    }
}

fn format_or_property(text: &str) -> Result<Subject, InvalidValue> {
    if text.contains('.') { property(text) } else { format(text) }
}

fn value(text: &str) -> Result<Choice, InvalidValue> {
    if let Ok(lenient) = lenient(text) {
        return Ok(lenient);
    }
    if text.contains("::") {
        return checks::type_path(text).map(|path| Choice::Type(Type::Replaced(path)));
    }
    if let Some((_, ty)) = named().into_iter().find(|(name, _)| *name == text) {
        return Ok(Choice::Type(ty));
    }
    let all = named();
    let names = all.iter().map(|(name, _)| *name).chain([MIME, EMPTY_IS_NONE]);
    let listed = names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let help = format!("write one of {listed}, or the absolute path of a type, such as `::my_crate::Money`");
    Err(InvalidValue::new("unknown type").help(match nearest(text, names) {
        Some(near) => format!("did you mean `{near}`? Else {help}"),
        None => help,
    }))
}

fn lenient(text: &str) -> Result<Choice, InvalidValue> {
    match text {
        EMPTY_IS_NONE => Ok(Choice::EmptyIsNone),
        MIME => Ok(Choice::Type(Type::MimeBase64)),
        _ => Err(InvalidValue::new("unknown leniency").help(
            "write `empty-is-none`, to read the empty string as no value, or `mime`, to read base64 with line breaks",
        )),
    }
}

const EMPTY_IS_NONE: &str = "empty-is-none";

const MIME: &str = "mime";

/// The types by their names.
fn named() -> [(&'static str, Type); 13] {
    [
        ("String", Type::String),
        ("Secret", Type::Secret),
        ("Date", Type::Date),
        ("DateTime", Type::DateTime),
        ("Uuid", Type::Uuid),
        ("Base64", Type::Base64),
        ("i32", Type::I32),
        ("i64", Type::I64),
        ("u32", Type::U32),
        ("u64", Type::U64),
        ("i128", Type::I128),
        ("f64", Type::F64),
        ("Json", Type::Json),
    ]
}

//! UUIDs, which keep their spelling.

use crate::json::mismatch::{Mismatch, Read};
use crate::json::traits::Json;
use crate::json::tree::value::Value;
use crate::json::types::text::CONFIGURED;
use crate::json::writer::Writer;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::str::FromStr;

/// A UUID (RFC 9562) that is written as it was read: in upper or lower case, with or without hyphens, in braces, or as a URN.
///
/// Services compare the text of an id that they receive, and not all of them write UUIDs in lower case. Two UUIDs are equal if
/// their bits are. `*uuid` is the [`uuid::Uuid`]; one that is made from it is written in lower case with hyphens.
///
/// ```
/// use cogen_runtime::__rt::v1::Uuid;
///
/// let id: Uuid = "67E55044-10B1-426F-9247-BB680E5FE0C8".parse()?;
/// assert_eq!(id.to_string(), "67E55044-10B1-426F-9247-BB680E5FE0C8");
/// assert_eq!(id, *id);
/// assert_eq!(Uuid::from(*id).to_string(), "67e55044-10b1-426f-9247-bb680e5fe0c8");
/// # Ok::<(), cogen_runtime::__rt::v1::uuid::Error>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct Uuid {
    id: uuid::Uuid,
    /// One bit for each of the 32 digits: whether it is a capital letter.
    capitals: u32,
    form: Form,
}

/// The characters around the digits.
#[derive(Clone, Copy, Default)]
enum Form {
    #[default]
    Hyphenated,
    Simple,
    Braced,
    Urn,
}

impl Uuid {
    /// Creates a UUID that is written in lower case with hyphens.
    pub const fn new(id: uuid::Uuid) -> Self {
        Self { id, capitals: 0, form: Form::Hyphenated }
    }
}

impl From<uuid::Uuid> for Uuid {
    fn from(id: uuid::Uuid) -> Self {
        Self::new(id)
    }
}

impl From<Uuid> for uuid::Uuid {
    fn from(uuid: Uuid) -> Self {
        uuid.id
    }
}

impl Deref for Uuid {
    type Target = uuid::Uuid;

    fn deref(&self) -> &uuid::Uuid {
        &self.id
    }
}

impl FromStr for Uuid {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        let id = uuid::Uuid::parse_str(text)?;
        let form = match (text.as_bytes().first(), text.len()) {
            (Some(b'{'), _) => Form::Braced,
            (_, 32) => Form::Simple,
            (_, 36) => Form::Hyphenated,
            _ => Form::Urn,
        };
        let digits = text.get(form.prefix().len()..).unwrap_or_default().bytes().filter(u8::is_ascii_hexdigit);
        let capitals = digits.fold(0, |capitals, digit| (capitals << 1) | u32::from(digit.is_ascii_uppercase()));
        Ok(Self { id, capitals, form })
    }
}

impl Form {
    fn prefix(self) -> &'static str {
        match self {
            Self::Hyphenated | Self::Simple => "",
            Self::Braced => "{",
            Self::Urn => "urn:uuid:",
        }
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = uuid::Uuid::encode_buffer();
        let text = match self.form {
            Form::Hyphenated => &*self.id.hyphenated().encode_lower(&mut buffer),
            Form::Simple => self.id.simple().encode_lower(&mut buffer),
            Form::Braced => self.id.braced().encode_lower(&mut buffer),
            Form::Urn => self.id.urn().encode_lower(&mut buffer),
        };
        if self.capitals == 0 {
            return f.write_str(text);
        }
        let (prefix, digits) = text.split_at(self.form.prefix().len());
        f.write_str(prefix)?;
        let mut capitals = self.capitals;
        digits.chars().try_for_each(|c| {
            if !c.is_ascii_hexdigit() {
                return fmt::Write::write_char(f, c);
            }
            let is_capital = capitals >> 31 == 1;
            capitals <<= 1;
            fmt::Write::write_char(f, if is_capital { c.to_ascii_uppercase() } else { c })
        })
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq for Uuid {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl PartialEq<uuid::Uuid> for Uuid {
    fn eq(&self, other: &uuid::Uuid) -> bool {
        self.id == *other
    }
}

impl Eq for Uuid {}

impl Hash for Uuid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl PartialOrd for Uuid {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Uuid {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id.cmp(&other.id)
    }
}

impl Json for Uuid {
    fn read(value: &Value<'_>) -> Read<Self> {
        let uuid = value.as_str().and_then(|text| text.parse().ok());
        uuid.ok_or_else(|| Mismatch::of("a UUID", value).advised(CONFIGURED))
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.string(&self.to_string());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::json_text;

    #[test]
    fn a_uuid_keeps_its_spelling() {
        for text in [
            "67e55044-10b1-426f-9247-bb680e5fe0c8",
            "67E55044-10B1-426F-9247-BB680E5FE0C8",
            "67e55044-10B1-426f-9247-bB680e5fe0C8",
            "F7e55044-10b1-426f-9247-bb680e5fe0cF",
            "67E5504410B1426F9247BB680E5FE0C8",
            "67e5504410b1426f9247bb680e5fe0c8",
            "{67E55044-10B1-426F-9247-BB680E5FE0C8}",
            "urn:uuid:67E55044-10b1-426f-9247-bb680e5fe0c8",
            "00000000-0000-0000-0000-000000000000",
        ] {
            let uuid = Uuid::read(&Value::String(text)).unwrap();
            assert_eq!(json_text(&uuid).unwrap(), format!("{text:?}").as_bytes());
            assert_eq!(*uuid, uuid::Uuid::parse_str(text).unwrap());
            assert_eq!(uuid, Uuid::from(*uuid));
        }
        for wrong in ["", "67e5", "67e55044-10b1-426f-9247-bb680e5fe0c", "67e55044-10b1-426f-9247-bb680e5fe0cg"] {
            assert!(Uuid::read(&Value::String(wrong)).is_err(), "{wrong}");
        }
    }
}

//! Values that are text in JSON: dates, times, base64.

use crate::json::mismatch::{Mismatch, Read};
use crate::json::traits::Json;
use crate::json::tree::value::Value;
use crate::json::variants::string;
use crate::json::writer::Writer;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime};

/// A date and time as the service wrote it.
///
/// It is kept as text, since not all services follow RFC 3339, and some compare the text that they receive.
/// [`DateTime::to_time`] parses it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime(String);

impl DateTime {
    /// Creates it from a text, which is not checked.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parses the text.
    ///
    /// # Errors
    /// Fails if the text is not a date and time of RFC 3339.
    pub fn to_time(&self) -> Result<OffsetDateTime, DateTimeError> {
        OffsetDateTime::parse(&self.0, &Rfc3339).map_err(|_| DateTimeError(()))
    }
}

impl TryFrom<OffsetDateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(time: OffsetDateTime) -> Result<Self, DateTimeError> {
        time.format(&Rfc3339).map(Self).map_err(|_| DateTimeError(()))
    }
}

impl TryFrom<&DateTime> for OffsetDateTime {
    type Error = DateTimeError;

    fn try_from(text: &DateTime) -> Result<Self, DateTimeError> {
        text.to_time()
    }
}

impl FromStr for DateTime {
    type Err = DateTimeError;

    /// Reads a time of RFC 3339, and keeps its text. [`DateTime::new`] accepts any text.
    fn from_str(text: &str) -> Result<Self, DateTimeError> {
        OffsetDateTime::parse(text, &Rfc3339).map(|_| Self(text.to_owned())).map_err(|_| DateTimeError(()))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a time of RFC 3339, or the year is not between 0 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTimeError(());

impl fmt::Display for DateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date and time of RFC 3339, such as 2026-02-17T06:33:15Z")
    }
}

impl std::error::Error for DateTimeError {}

impl Json for DateTime {
    fn read(value: &Value<'_>) -> Read<Self> {
        string(value).map(Self::new)
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.string(&self.0);
    }
}

impl Json for Date {
    fn read(value: &Value<'_>) -> Read<Self> {
        let date = value.as_str().and_then(date);
        date.ok_or_else(|| Mismatch::of("a date such as 2026-02-17", value).advised(CONFIGURED))
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.string(&format!("{:04}-{:02}-{:02}", self.year(), u8::from(self.month()), self.day()));
    }
}

/// Bytes that are base64 in JSON (RFC 4648). The standard and the URL-safe alphabet are read, with or without padding. The standard
/// alphabet is written, with padding.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Base64(pub Vec<u8>);

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64({} bytes)", self.0.len())
    }
}

impl Deref for Base64 {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Base64 {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Json for Base64 {
    fn read(value: &Value<'_>) -> Read<Self> {
        let bytes = value.as_str().and_then(|text| STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok());
        bytes.map(Self).ok_or_else(|| Mismatch::of("base64", value).advised(CONFIGURED))
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.string(&STANDARD.encode(&self.0));
    }
}

/// Bytes that are base64 with line breaks in JSON, as in MIME (RFC 2045, section 6.8). Characters that do not belong to the alphabet
/// are ignored. It is written as [`Base64`] is, without line breaks.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct MimeBase64(pub Vec<u8>);

impl fmt::Debug for MimeBase64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MimeBase64({} bytes)", self.0.len())
    }
}

impl Deref for MimeBase64 {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl From<Vec<u8>> for MimeBase64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for MimeBase64 {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Json for MimeBase64 {
    fn read(value: &Value<'_>) -> Read<Self> {
        let plain =
            |text: &str| text.bytes().filter(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte)).collect();
        let bytes = value.as_str().and_then(|text| STANDARD.decode::<Vec<u8>>(plain(text)).ok());
        bytes.map(Self).ok_or_else(|| Mismatch::of("base64", value))
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.string(&STANDARD.encode(&self.0));
    }
}

/// Where the configuration of the generator can choose another type for a value that is not read.
pub(super) const CONFIGURED: &str = "`[types.properties]` in cogen.toml can choose another type";

/// Base64 in the URL-safe alphabet, as in JWTs, with or without padding.
pub(crate) const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Base64 in the standard alphabet. It is written with padding.
pub(crate) const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

fn date(text: &str) -> Option<Date> {
    let digits = |range| text.get(range).filter(|part: &&str| part.bytes().all(|byte| byte.is_ascii_digit()));
    if text.len() != 10 || text.get(4..5) != Some("-") || text.get(7..8) != Some("-") {
        return None;
    }
    let month = Month::try_from(digits(5..7)?.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(digits(0..4)?.parse().ok()?, month, digits(8..10)?.parse().ok()?).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::json_text;

    fn text(value: &str) -> Value<'_> {
        Value::String(value)
    }

    #[test]
    fn dates_are_calendar_dates() {
        let day = Date::read(&text("2024-02-29")).unwrap();
        assert_eq!(json_text(&day).unwrap(), b"\"2024-02-29\"");
        for wrong in ["2023-02-29", "2024-2-29", "2024-02-29T00:00:00Z", "+024-02-29", "", "2024-13-01", "äääää"] {
            assert!(Date::read(&text(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_time_keeps_its_text() {
        let other = DateTime::read(&text("2026-02-17 06:33:15UTC")).unwrap();
        assert_eq!(other.as_str(), "2026-02-17 06:33:15UTC");
        assert!(other.to_time().is_err());
        assert!("2026-02-17 06:33:15UTC".parse::<DateTime>().is_err());
        assert_eq!("2026-02-17T06:33:15.5+01:00".parse(), Ok(DateTime::new("2026-02-17T06:33:15.5+01:00")));
        let good = DateTime::new("2026-02-17T06:33:15.5+01:00");
        assert_eq!(DateTime::try_from(good.to_time().unwrap()).unwrap(), good);
    }

    #[test]
    fn base64_is_read_in_both_alphabets() {
        for spelling in ["+/8=", "+/8", "-_8=", "-_8"] {
            assert_eq!(Base64::read(&text(spelling)).unwrap().0, [0xfb, 0xff], "{spelling}");
        }
        assert!(Base64::read(&text("!")).is_err());
        assert_eq!(json_text(&Base64(vec![0xfb, 0xff])).unwrap(), b"\"+/8=\"");
    }

    #[test]
    fn base64_of_mime_has_line_breaks() {
        for spelling in ["+/8=", "+/\r\n8=\r\n", "+/8", " + /8="] {
            assert_eq!(MimeBase64::read(&text(spelling)).unwrap().0, [0xfb, 0xff], "{spelling}");
        }
        assert!(MimeBase64::read(&text("A")).is_err());
        assert!(Base64::read(&text("+/\r\n8=")).is_err());
        assert_eq!(json_text(&MimeBase64(vec![0xfb, 0xff])).unwrap(), b"\"+/8=\"");
    }

    #[test]
    fn an_error_names_the_configuration() {
        let error = Date::read(&text("canary")).unwrap_err().in_field("birthday").to_string();
        let advice = "`[types.properties]` in cogen.toml can choose another type";
        assert_eq!(error, format!("at `birthday`: expected a date such as 2026-02-17, found a string ({advice})"));
    }
}

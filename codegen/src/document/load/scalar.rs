//! The values of plain YAML scalars, by the core schema of YAML 1.2 (<https://yaml.org/spec/1.2.2/#103-core-schema>).

use crate::document::load::node::Value;
use std::borrow::Cow;

/// The value of a plain scalar. Numbers are converted to the form of JSON: hexadecimal and octal to decimal, without a leading
/// `+` or `.`.
pub(crate) fn plain(text: Cow<'_, str>) -> Value<'_> {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(&text) {
            Some(Written::AsIs) => Value::Number(text),
            Some(Written::As(decimal)) => Value::Number(Cow::Owned(decimal)),
            None => Value::String(text),
        },
    }
}

/// Whether YAML parsers disagree on whether a plain scalar is a number: `012`, `0b1`, `1_000`, `12:30:45`.
pub(crate) fn is_ambiguous(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}

enum Written {
    /// In the form of JSON.
    AsIs,
    As(String),
}

fn number(text: &str) -> Option<Written> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        b'0'..=b'9' | b'.' => (false, text),
        _ => return None,
    };
    if let Some(hex) = text.strip_prefix("0x") {
        return radix(hex, 16);
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return radix(octal, 8);
    }
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let exponent_digits = exponent.map(|e| e.strip_prefix(['-', '+']).unwrap_or(e));
    let sound = all_digits(whole)
        && fraction.is_none_or(all_digits)
        && !(whole.is_empty() && fraction.is_none_or(str::is_empty))
        && exponent_digits.is_none_or(|e| !e.is_empty() && all_digits(e))
        // `012` and `00.5` are strings, see `is_ambiguous`.
        && !(whole.len() > 1 && whole.starts_with('0'));
    if !sound {
        return None;
    }
    if !text.starts_with('+') && !whole.is_empty() && fraction != Some("") {
        return Some(Written::AsIs);
    }
    let mut decimal = String::with_capacity(text.len() + 1);
    decimal.push_str(if negative { "-" } else { "" });
    decimal.push_str(if whole.is_empty() { "0" } else { whole });
    if let Some(fraction) = fraction.filter(|f| !f.is_empty()) {
        decimal.push('.');
        decimal.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        decimal.push('e');
        decimal.push_str(exponent);
    }
    Some(Written::As(decimal))
}

fn radix(digits: &str, radix: u32) -> Option<Written> {
    // YAML does not allow a sign after `0x`, although Rust does.
    let sound = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    sound.then(|| u128::from_str_radix(digits, radix).ok()).flatten().map(|n| Written::As(n.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(text: &str) -> String {
        match plain(Cow::Borrowed(text)) {
            Value::Null => "null".into(),
            Value::Bool(b) => b.to_string(),
            Value::Number(n) => format!("number {n}"),
            Value::String(s) => format!("string {s}"),
            Value::Array(_) | Value::Object(_) => "no scalar".into(),
        }
    }

    #[test]
    fn the_core_schema_decides() {
        for (text, meaning) in [
            ("", "null"),
            ("~", "null"),
            ("Null", "null"),
            ("nUll", "string nUll"),
            ("TRUE", "true"),
            ("no", "string no"),
            ("on", "string on"),
            ("yes", "string yes"),
            ("y", "string y"),
            ("0", "number 0"),
            ("-0", "number -0"),
            ("12", "number 12"),
            ("+12", "number 12"),
            ("-3.5", "number -3.5"),
            (".5", "number 0.5"),
            ("-.5", "number -0.5"),
            ("1.", "number 1"),
            ("1.e3", "number 1e3"),
            ("1e999", "number 1e999"),
            ("0x1F", "number 31"),
            ("0o17", "number 15"),
            ("0x", "string 0x"),
            ("0x+1", "string 0x+1"),
            ("-0x1", "string -0x1"),
            ("012", "string 012"),
            ("1_000", "string 1_000"),
            ("3.0.1", "string 3.0.1"),
            (".", "string ."),
            ("-", "string -"),
            ("+", "string +"),
            ("e5", "string e5"),
            ("1e", "string 1e"),
            (".inf", "string .inf"),
            ("2016-09-02", "string 2016-09-02"),
            ("0xFFFFFFFFFFFFFFFF", "number 18446744073709551615"),
            ("é", "string é"),
            ("-é", "string -é"),
        ] {
            assert_eq!(read_as(text), meaning, "{text:?}");
        }
    }

    #[test]
    fn leading_zeros_are_ambiguous_and_nothing_else() {
        assert!(["012", "-007", "00", "0089"].iter().all(|t| is_ambiguous(t)));
        assert!(!["0", "10", "0.5", "0x1", "1_000", "", "-"].iter().any(|t| is_ambiguous(t)));
    }
}

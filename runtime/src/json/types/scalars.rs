//! How numbers, booleans, strings, lists and maps are read and written.

use crate::json::depth::Level;
use crate::json::mismatch::{Mismatch, Read};
use crate::json::numbers::whole;
use crate::json::object::Object;
use crate::json::traits::Json;
use crate::json::tree::value::{Kind, Value, nearest};
use crate::json::types::elements::List;
use crate::json::types::text::CONFIGURED;
use crate::json::variants::string;
use crate::json::writer::Writer;
use crate::secret::Secret;
use std::collections::BTreeMap;

impl Json for () {
    fn read(_: &Value<'_>) -> Read<Self> {
        Ok(())
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.null();
    }
}

impl Json for bool {
    fn read(value: &Value<'_>) -> Read<Self> {
        match value {
            Value::Bool(it) => Ok(*it),
            Value::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Value::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            other => Err(Mismatch::of("a boolean", other)),
        }
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.boolean(*self);
    }
}

impl Json for i64 {
    fn read(value: &Value<'_>) -> Read<Self> {
        let number = match value {
            Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)?.try_into().ok()),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| no_integer("an integer", "an integer of 64 bits", value))
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.integer(*self);
    }
}

impl Json for u64 {
    fn read(value: &Value<'_>) -> Read<Self> {
        let number = match value {
            Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)?.try_into().ok()),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        let in_range = "an integer of 64 bits that is not negative";
        number.ok_or_else(|| no_integer("an integer that is not negative", in_range, value))
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.unsigned(*self);
    }
}

/// The mismatch of a value that is not an integer, or not one in range.
fn no_integer(expected: &'static str, in_range: &'static str, value: &Value<'_>) -> Mismatch {
    if value.is(Kind::Integer) {
        return Mismatch::of(in_range, value).advised(CONFIGURED);
    }
    Mismatch::of(expected, value)
}

/// An integer of any size that JSON texts have in practice. The type is chosen in `[types]` of `cogen.toml`.
impl Json for i128 {
    fn read(value: &Value<'_>) -> Read<Self> {
        let number = match value {
            Value::Number(number) => {
                let short = number.as_i64().map(Self::from).or_else(|| number.as_u64().map(Self::from));
                short.or_else(|| whole(number.as_f64()?))
            }
            Value::Wide(number) => Some(**number),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| Mismatch::of("an integer of 128 bits", value))
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.wide(*self);
    }
}

impl Json for i32 {
    fn read(value: &Value<'_>) -> Read<Self> {
        let number = i64::read(value).ok().and_then(|wide| wide.try_into().ok());
        number.ok_or_else(|| Mismatch::of("an integer of 32 bits", value))
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.integer((*self).into());
    }
}

impl Json for u32 {
    fn read(value: &Value<'_>) -> Read<Self> {
        let number = u64::read(value).ok().and_then(|wide| wide.try_into().ok());
        number.ok_or_else(|| Mismatch::of("an integer of 32 bits that is not negative", value))
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.unsigned((*self).into());
    }
}

impl Json for f64 {
    fn read(value: &Value<'_>) -> Read<Self> {
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::Wide(number) => Some(nearest(**number)),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| Mismatch::of("a number", value))
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.float(*self);
    }
}

impl Json for String {
    fn read(value: &Value<'_>) -> Read<Self> {
        string(value).map(str::to_owned)
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.string(self);
    }

    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Json for Secret {
    fn read(value: &Value<'_>) -> Read<Self> {
        string(value).map(Secret::new)
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.secret(self);
    }
}

impl Json for serde_json::Value {
    const TAKES_NULL: bool = true;

    fn read(value: &Value<'_>) -> Read<Self> {
        Ok(value.to_any())
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.any(self);
    }
}

impl<T: Json> Json for Option<T> {
    fn read(value: &Value<'_>) -> Read<Self> {
        match value {
            Value::Null => Ok(None),
            other => T::read(other).map(Some),
        }
    }

    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Some(value) => value.write(out),
            None => out.null(),
        }
    }
}

impl<T: Json> Json for Box<T> {
    const TAKES_NULL: bool = T::TAKES_NULL;

    fn read(value: &Value<'_>) -> Read<Self> {
        T::read(value).map(Box::new)
    }

    fn write(&self, out: &mut Writer<'_>) {
        (**self).write(out);
    }
}

impl<T: Json> Json for Vec<T> {
    fn read(value: &Value<'_>) -> Read<Self> {
        let elements = List::of(value)?;
        let _level = Level::begin()?;
        let mut read = Self::with_capacity(elements.capacity());
        for element in elements {
            let index = read.len();
            // Without a separate binding, the stack frame has one copy less of a large element.
            T::read(&element).map(|element| read.push(element)).map_err(|error| error.in_element(index))?;
        }
        Ok(read)
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.begin_array();
        for item in self {
            out.element(item);
        }
        out.end_array();
    }
}

impl<T: Json> Json for BTreeMap<String, T> {
    fn read(value: &Value<'_>) -> Read<Self> {
        Object::new(value)?.rest(&[])
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.begin_object();
        out.rest(self);
        out.end_object();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::{Tree, json_text};

    fn read<T: Json>(text: &str) -> Read<T> {
        T::read(&Tree::parse(text.as_bytes()).unwrap().root())
    }

    #[test]
    fn integers_are_exact_or_refused() {
        assert_eq!(read::<i64>("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(read::<i64>("3.0"), Ok(3));
        assert!(read::<i64>("3.5").is_err());
        assert!(read::<i64>("9223372036854775808").is_err());
        assert!(read::<i64>("1e300").is_err());
        assert_eq!(read::<u64>("18446744073709551615"), Ok(u64::MAX));
        assert!(read::<u64>("-1").is_err());
        assert!(read::<i32>("2147483648").is_err());
        assert!(read::<u32>("4294967296").is_err());
        assert!(read::<i64>("\"3\"").is_err());
        assert_eq!(read::<i64>("1e3"), Ok(1000));
        assert_eq!(read::<i64>("9007199254740993.0"), Ok(9_007_199_254_740_993));
        assert_eq!(read::<i64>("-9.223372036854775807e18"), Ok(-i64::MAX));
        assert_eq!(read::<u64>("1e19"), Ok(10_000_000_000_000_000_000));
        assert_eq!(read::<u64>("18446744073709551615.00"), Ok(u64::MAX));
        assert!(read::<u64>("18446744073709551616").is_err());
        assert!(read::<u64>("18446744073709551617").is_err());
    }

    #[test]
    fn integers_of_128_bits_are_exact() {
        for text in
            ["0", "-1", "18446744073709551616", "18446744073709551617", "-170141183460469231731687303715884105728"]
        {
            let number = read::<i128>(text).unwrap();
            assert_eq!(json_text(&number).unwrap(), text.as_bytes());
        }
        assert_eq!(read::<i128>("1e30"), Ok(10_i128.pow(30)));
        assert!(read::<i128>("1e40").is_err());
        assert!(read::<i128>("0.5").is_err());
        assert_eq!(read::<f64>("18446744073709551617"), Ok(18_446_744_073_709_551_616.0));
    }

    #[test]
    fn only_text_from_outside_of_json_is_converted() {
        assert_eq!(i64::read(&Value::Text("42")), Ok(42));
        assert_eq!(bool::read(&Value::Text("True")), Ok(true));
        assert_eq!(Vec::<u32>::read(&Value::Text("1, 2,3")), Ok(vec![1, 2, 3]));
        assert!(i64::read(&Value::String("42")).is_err());
    }

    #[test]
    fn a_written_value_is_read_again() {
        let map = BTreeMap::from([("a\"\n".to_owned(), vec![Some(1.5_f64), None]), ("b".to_owned(), vec![])]);
        let text = json_text(&map).unwrap();
        assert_eq!(text, br#"{"a\"\n":[1.5,null],"b":[]}"#);
        assert_eq!(read::<BTreeMap<String, Vec<Option<f64>>>>(std::str::from_utf8(&text).unwrap()), Ok(map));
    }

    #[test]
    fn floats_of_32_bits_are_written_with_few_digits() {
        assert_eq!(json_text(&f64::NAN).unwrap(), b"null");
    }
}

//! Numbers that are integers, whatever way they are written.

/// A float as an integer, if it is exactly one. The negative zero is not.
pub(super) fn whole(float: f64) -> Option<i128> {
    /// 2^127, the first float beyond `i128`.
    const END: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;
    #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
    (float.fract() == 0.0 && !(float == 0.0 && float.is_sign_negative()) && (-END..END).contains(&float))
        .then_some(float as i128)
}

/// The integer that a JSON number is, if it is exactly one: `7`, `7.0`, `0.7e1`. Zero is left out, since it can be negative.
pub(super) fn integer(text: &str) -> Option<i128> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(positive) => ("-", positive),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    let dropped = i64::try_from(digits.len() - significant.len()).ok()?;
    // The power of ten of the last significant digit.
    let power = exponent.parse::<i64>().ok()?.checked_add(dropped)?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let significant = significant.trim_start_matches('0');
    let zeros = usize::try_from(power).ok().filter(|zeros| zeros.saturating_add(significant.len()) <= MOST_DIGITS)?;
    if significant.is_empty() {
        return None;
    }
    format!("{sign}{significant}{}", "0".repeat(zeros)).parse().ok()
}

/// The digits of the largest `i128`.
const MOST_DIGITS: usize = 39;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_recognized_in_any_form() {
        for (text, want) in [
            ("7", Some(7)),
            ("7.0", Some(7)),
            ("0.7e1", Some(7)),
            ("-70e-1", Some(-7)),
            ("1.5e3", Some(1500)),
            ("9007199254740993.00", Some(9_007_199_254_740_993)),
            ("9.007199254740993E+15", Some(9_007_199_254_740_993)),
            ("170141183460469231731687303715884105727", Some(i128::MAX)),
            ("-170141183460469231731687303715884105728", Some(i128::MIN)),
            ("170141183460469231731687303715884105728", None),
            ("7.5", None),
            ("1e-3", None),
            ("0.0", None),
            ("1e99999999999999999999", None),
            ("1e1000000000", None),
            ("1e-9223372036854775808", None),
        ] {
            assert_eq!(integer(text), want, "{text}");
        }
    }
}

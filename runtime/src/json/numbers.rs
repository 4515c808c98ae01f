//! Doubles that are integers.

/// A float as an integer, if it is exactly one. The negative zero is not.
pub(super) fn whole(float: f64) -> Option<i64> {
    /// 2^63, the first float beyond `i64`.
    const END: f64 = 9_223_372_036_854_775_808.0;
    #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
    (float.fract() == 0.0 && !(float == 0.0 && float.is_sign_negative()) && (-END..END).contains(&float))
        .then_some(float as i64)
}

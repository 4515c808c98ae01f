//! The lifetime of a session's tokens.

use crate::random::chance;
use crate::refresh::lifetime::{Lifetime, Margin, Margins};
use crate::session::tokens::content::TokenContent;
use std::time::{Duration, SystemTime};

/// The lifetime of a token that was received now with `expires_in`. `early` is the margin that the application set.
///
/// The clock of the issuer can differ from the local clock, so the lifetime is `exp` minus `iat`. If `expires_in` is shorter, it is
/// used. Claims that are not valid give a short lifetime.
pub(crate) fn received(
    now: SystemTime,
    expires_in: Option<Duration>,
    content: &TokenContent,
    early: Option<Duration>,
) -> Lifetime {
    let claimed = match content {
        TokenContent::Claims(claims) => match (claims.issued_at, claims.expires_at) {
            (Some(issued), Some(end)) => Some(end.duration_since(issued).unwrap_or(MIN_LIFETIME)),
            // Without `iat` the clock of the issuer is not known, so `expires_in` is used.
            (None, Some(end)) if expires_in.is_none() => end.duration_since(now).ok(),
            _ => None,
        },
        TokenContent::Opaque => None,
        TokenContent::Invalid => Some(MIN_LIFETIME),
    };
    let lifetime = match (claimed, expires_in) {
        (Some(claimed), Some(expires_in)) => claimed.min(expires_in),
        (one, other) => one.or(other).unwrap_or(MIN_LIFETIME),
    };
    let lifetime = lifetime.clamp(MIN_LIFETIME, MAX_LIFETIME);
    until(now, now.checked_add(lifetime).unwrap_or(now), early)
}

/// The lifetime of a token that expires at `end` by the local clock.
pub(crate) fn until(now: SystemTime, end: SystemTime, early: Option<Duration>) -> Lifetime {
    let soft = early.map_or(SOFT_MARGIN, |early| Margin { longest: early, divisor: 2 });
    let spread = if early.is_none() { chance() } else { 0.0 };
    Lifetime::until(now, end, Margins { soft, hard: HARD_MARGIN, spread })
}

/// Whether a token was received a short time ago.
pub(crate) fn is_young(life: &Lifetime, now: SystemTime) -> bool {
    now.duration_since(life.from).is_ok_and(|age| age < YOUNG_AGE)
}

/// How long before its expiry a token is replaced by default.
const SOFT_MARGIN: Margin = Margin { longest: Duration::from_secs(300), divisor: 5 };

/// How long before its expiry a token is not used any more.
const HARD_MARGIN: Margin = Margin { longest: Duration::from_secs(5), divisor: 10 };

/// The shortest lifetime, so that an issuer with a lifetime of 0 does not cause a refresh for every call. If the token has expired,
/// the API refuses it.
const MIN_LIFETIME: Duration = Duration::from_secs(30);

/// The longest lifetime: tokens of Cognito are valid for a day at most.
const MAX_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// A younger token is not replaced after a refusal.
const YOUNG_AGE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refresh::lifetime::Age;
    use crate::testing::pool::token;

    const NOW: u64 = 1_800_000_000;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// The seconds until the hard end and until the earliest soft end of a token with these claims.
    fn ends(claims: &str, expires_in: Option<u64>) -> (u64, u64) {
        let content = TokenContent::read(&token(claims));
        let life = received(at(NOW), expires_in.map(Duration::from_secs), &content, None);
        let seconds = |time: SystemTime| time.duration_since(at(NOW)).map_or(0, |left| left.as_secs());
        let earliest = life.end - SOFT_MARGIN.of(life.end.duration_since(at(NOW)).unwrap_or_default());
        assert!(earliest <= life.soft && life.soft <= life.hard, "{life:?}");
        (seconds(life.hard), seconds(earliest))
    }

    #[test]
    fn r12_ends_are_by_the_local_clock_at_receipt() {
        for skew in [-3600_i64, 0, 3600, -86_400 * 365] {
            let issued = NOW.checked_add_signed(skew).unwrap_or_default();
            let claims = format!(r#"{{"iat":{issued},"exp":{}}}"#, issued + 3600);
            assert_eq!(ends(&claims, Some(3600)), (3595, 3300), "the issuer's clock is off by {skew} s");
            assert_eq!(ends(&claims, Some(600)), (595, 480), "the shorter of `exp` and `expires_in` is used");
        }
        let claims = format!(r#"{{"iat":{NOW},"exp":{}}}"#, NOW + 300);
        assert_eq!(ends(&claims, Some(3600)), (295, 240), "the shorter of `exp` and `expires_in` is used");
        assert_eq!(ends(&claims, None), (295, 240));
    }

    #[test]
    fn r12_invalid_claims_give_a_short_lifetime_and_do_not_overflow() {
        let short = (27, 24);
        for exp in [r#""soon""#, "-1", "9223372036854775808", "18446744073709551616", "1e300", "null", "[]", "{}"] {
            let claims = format!(r#"{{"iat":{NOW},"exp":{exp}}}"#);
            assert_eq!(ends(&claims, Some(3600)), short, "exp {exp}");
            assert_eq!(ends(&claims, Some(u64::MAX)), short, "exp {exp}");
            let claims = format!(r#"{{"iat":{exp},"exp":{}}}"#, NOW + 3600);
            assert_eq!(ends(&claims, Some(3600)), short, "iat {exp}");
        }
        assert_eq!(ends(&format!(r#"{{"iat":{NOW},"exp":0}}"#), Some(3600)), short, "`exp` is before `iat`");
        assert_eq!(ends("{}", Some(0)), short);
        assert_eq!(ends("{}", None), short);
        assert_eq!(ends(&format!(r#"{{"iat":{NOW},"exp":{NOW}}}"#), Some(0)), short);
        assert_eq!(ends(r#"{"iat":0,"exp":253402300799}"#, Some(u64::MAX)).0, 86_395);
        assert_eq!(ends("{}", Some(3600)), (3595, 3300), "without `exp`, `expires_in` is used");
        let content = TokenContent::read("opaque");
        assert!(matches!(content, TokenContent::Opaque));
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(i64::MAX as u64);
        let life = received(far, Some(Duration::MAX), &content, Some(Duration::MAX));
        assert_eq!(life.age(far), Age::Past, "an end that can't be represented is past, and does not panic");
    }

    #[test]
    fn the_application_sets_the_soft_margin() {
        let soft = |early: u64| {
            let life = until(at(NOW), at(NOW + 3600), Some(Duration::from_secs(early)));
            life.soft.duration_since(at(NOW)).map_or(0, |left| left.as_secs())
        };
        assert_eq!(soft(60), 3540);
        assert_eq!(soft(0), 3595, "not later than the hard end");
        assert_eq!(soft(100_000), 1800, "at most half of its lifetime");
    }
}

//! When a token is replaced, and when it is not used any more, by the local clock.

use crate::token::claims::{UnverifiedClaims, has_jwt_form};
use std::time::{Duration, SystemTime};

/// The lifetime of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    /// When it was received.
    pub from: SystemTime,
    /// The soft end: from then on one task replaces it, while the others still use it.
    pub soft: SystemTime,
    /// The hard end: from then on it is not used, so that it does not expire during a call.
    pub hard: SystemTime,
    /// When it expires.
    pub end: SystemTime,
}

/// The age of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    Good,
    /// It is past its soft end: valid, but to be replaced.
    Aging,
    Past,
}

/// The content of a token.
#[derive(Debug)]
pub(crate) enum TokenContent {
    Claims(Box<UnverifiedClaims>),
    /// Not a JWT, which is allowed (RFC 6749, section 1.4).
    Opaque,
    /// A JWT with claims that are not valid.
    Invalid,
}

impl TokenContent {
    pub(crate) fn read(token: &str) -> Self {
        match UnverifiedClaims::read(token) {
            Ok(claims) => Self::Claims(Box::new(claims)),
            Err(_) if has_jwt_form(token) => Self::Invalid,
            Err(_) => Self::Opaque,
        }
    }

    pub(crate) fn claims(&self) -> Option<&UnverifiedClaims> {
        match self {
            Self::Claims(claims) => Some(claims),
            _ => None,
        }
    }
}

impl Lifetime {
    /// The lifetime of a token that was received now with `expires_in`.
    ///
    /// The clock of the issuer can differ from the local clock, so the lifetime is `exp` minus `iat`. If `expires_in` is shorter, it is
    /// used. Claims that are not valid give a short lifetime.
    pub(crate) fn received(
        now: SystemTime,
        expires_in: Option<Duration>,
        content: &TokenContent,
        early: Option<Duration>,
    ) -> Self {
        let own = match content {
            TokenContent::Claims(claims) => match (claims.issued_at, claims.expires_at) {
                (Some(issued), Some(end)) => Some(end.duration_since(issued).unwrap_or(MIN_LIFETIME)),
                // Without `iat` the clock of the issuer is not known, so `expires_in` is used.
                (None, Some(end)) if expires_in.is_none() => end.duration_since(now).ok(),
                _ => None,
            },
            TokenContent::Opaque => None,
            TokenContent::Invalid => Some(MIN_LIFETIME),
        };
        let lifetime = match (own, expires_in) {
            (Some(own), Some(said)) => own.min(said),
            (one, other) => one.or(other).unwrap_or(MIN_LIFETIME),
        };
        let lifetime = lifetime.clamp(MIN_LIFETIME, MAX_LIFETIME);
        Self::until(now, now.checked_add(lifetime).unwrap_or(now), early)
    }

    /// The lifetime of a token that expires at `end` by the local clock.
    pub(crate) fn until(now: SystemTime, end: SystemTime, early: Option<Duration>) -> Self {
        let left = end.duration_since(now).unwrap_or_default();
        let hard = HARD_MARGIN.min(left / 10);
        let soft = early.map_or_else(|| SOFT_MARGIN.min(left / 5), |early| early.min(left / 2)).max(hard);
        let before = |margin| end.checked_sub(margin).unwrap_or(end);
        Self { from: now, soft: before(soft), hard: before(hard), end }
    }

    pub(crate) fn age(&self, now: SystemTime) -> Age {
        if now >= self.hard {
            return Age::Past;
        }
        // If the clock was set back, the age of the token is not known.
        let put_back = self.from.duration_since(now).is_ok_and(|before| before > CLOCK_STEP_TOLERANCE);
        if now >= self.soft || put_back { Age::Aging } else { Age::Good }
    }

    /// Whether it was received a short time ago.
    pub(crate) fn is_young(&self, now: SystemTime) -> bool {
        now.duration_since(self.from).is_ok_and(|age| age < YOUNG_AGE)
    }
}

/// How long before its expiry a token is replaced by default: this, or a fifth of its lifetime.
const SOFT_MARGIN: Duration = Duration::from_secs(300);

/// How long before its expiry a token is not used any more: this, or a tenth of its lifetime.
const HARD_MARGIN: Duration = Duration::from_secs(5);

/// The shortest lifetime, so that an issuer with a lifetime of 0 does not cause a refresh for every call. If the token has expired,
/// the API refuses it.
const MIN_LIFETIME: Duration = Duration::from_secs(30);

/// The longest lifetime: tokens of Cognito are valid for a day at most.
const MAX_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Clock steps up to this size are tolerated.
const CLOCK_STEP_TOLERANCE: Duration = Duration::from_secs(60);

/// A younger token is not replaced after a refusal.
const YOUNG_AGE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::pool::token;

    const NOW: u64 = 1_800_000_000;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// How long a token with these claims is handed out, and until when it is not replaced.
    fn life(claims: &str, expires_in: Option<u64>) -> (u64, u64) {
        let content = TokenContent::read(&token(claims));
        let life = Lifetime::received(at(NOW), expires_in.map(Duration::from_secs), &content, None);
        let seconds = |time: SystemTime| time.duration_since(at(NOW)).map_or(0, |left| left.as_secs());
        (seconds(life.hard), seconds(life.soft))
    }

    #[test]
    fn r12_ends_are_by_our_clock_at_receipt() {
        for skew in [-3600_i64, 0, 3600, -86_400 * 365] {
            let issued = NOW.checked_add_signed(skew).unwrap_or_default();
            let claims = format!(r#"{{"iat":{issued},"exp":{}}}"#, issued + 3600);
            assert_eq!(life(&claims, Some(3600)), (3595, 3300), "a clock off by {skew} s");
            assert_eq!(life(&claims, Some(600)), (595, 480), "the shorter of two words counts");
        }
        let claims = format!(r#"{{"iat":{NOW},"exp":{}}}"#, NOW + 300);
        assert_eq!(life(&claims, Some(3600)), (295, 240), "a token's own end");
        assert_eq!(life(&claims, None), (295, 240));
    }

    #[test]
    fn r12_odd_claims_live_shortly_and_overflow_nothing() {
        let short = (27, 24);
        for exp in [r#""soon""#, "-1", "9223372036854775808", "18446744073709551616", "1e300", "null", "[]", "{}"] {
            let claims = format!(r#"{{"iat":{NOW},"exp":{exp}}}"#);
            assert_eq!(life(&claims, Some(3600)), short, "exp {exp}");
            assert_eq!(life(&claims, Some(u64::MAX)), short, "exp {exp}");
            let claims = format!(r#"{{"iat":{exp},"exp":{}}}"#, NOW + 3600);
            assert_eq!(life(&claims, Some(3600)), short, "iat {exp}");
        }
        assert_eq!(life(&format!(r#"{{"iat":{NOW},"exp":0}}"#), Some(3600)), short, "an end before the beginning");
        assert_eq!(life("{}", Some(0)), short);
        assert_eq!(life("{}", None), short);
        assert_eq!(life(&format!(r#"{{"iat":{NOW},"exp":{NOW}}}"#), Some(0)), short);
        assert_eq!(life(r#"{"iat":0,"exp":253402300799}"#, Some(u64::MAX)).0, 86_395);
        assert_eq!(life("{}", Some(3600)), (3595, 3300), "no `exp`: the answer's word");
        let content = TokenContent::read("opaque");
        assert!(matches!(content, TokenContent::Opaque));
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(i64::MAX as u64);
        let life = Lifetime::received(far, Some(Duration::MAX), &content, Some(Duration::MAX));
        assert_eq!(life.age(far), Age::Past, "the end of time is past, not a panic");
    }

    #[test]
    fn a_clock_put_back_ages_a_token() {
        let life = Lifetime::until(at(NOW), at(NOW + 3600), None);
        assert_eq!(life.age(at(NOW - 30)), Age::Good);
        assert_eq!(life.age(at(NOW - 3600)), Age::Aging);
        assert_eq!(life.age(at(NOW)), Age::Good);
        assert_eq!(life.age(at(NOW + 3300)), Age::Aging);
        assert_eq!(life.age(at(NOW + 3595)), Age::Past);
        assert_eq!(life.age(at(NOW + 86_400)), Age::Past);
    }

    #[test]
    fn the_margin_is_the_applications() {
        let soft = |early: u64| {
            let life = Lifetime::until(at(NOW), at(NOW + 3600), Some(Duration::from_secs(early)));
            life.soft.duration_since(at(NOW)).map_or(0, |left| left.as_secs())
        };
        assert_eq!(soft(60), 3540);
        assert_eq!(soft(0), 3595, "not later than the hard end");
        assert_eq!(soft(100_000), 1800, "at most half of its life");
    }
}

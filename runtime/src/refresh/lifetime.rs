//! When a token or a key is replaced, and when it is not used any more, by the local clock.

use std::time::{Duration, SystemTime};

/// The lifetime of a token or of AWS keys.
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

/// How long before its expiry a token or a key is replaced, and not used any more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Margins {
    pub soft: Margin,
    pub hard: Margin,
    /// By how much the soft end is later, from 0 to 1: random, so that sessions that began together are not refreshed together.
    pub spread: f64,
}

/// A time before an expiry: at most `longest`, and at most the lifetime divided by `divisor`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Margin {
    pub longest: Duration,
    pub divisor: u32,
}

/// The age of a token or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    Good,
    /// It is past its soft end: valid, but to be replaced.
    Aging,
    Past,
}

impl Margin {
    pub(crate) fn of(self, lifetime: Duration) -> Duration {
        self.longest.min(lifetime / self.divisor)
    }
}

impl Lifetime {
    /// The lifetime of a value that expires at `end` by the local clock. The soft end is not later than the hard end.
    pub(crate) fn until(now: SystemTime, end: SystemTime, margins: Margins) -> Self {
        let left = end.duration_since(now).unwrap_or_default();
        let hard = margins.hard.of(left);
        let soft = margins.soft.of(left).mul_f64(1.0 - MOST_SPREAD * margins.spread).max(hard);
        let before = |margin| end.checked_sub(margin).unwrap_or(end);
        Self { from: now, soft: before(soft), hard: before(hard), end }
    }

    pub(crate) fn age(&self, now: SystemTime) -> Age {
        if now >= self.hard {
            return Age::Past;
        }
        // If the clock was set back, the age is not known.
        let is_set_back = self.from.duration_since(now).is_ok_and(|before| before > CLOCK_STEP_TOLERANCE);
        if now >= self.soft || is_set_back { Age::Aging } else { Age::Good }
    }
}

/// The greatest part of the soft margin that is left out.
const MOST_SPREAD: f64 = 0.2;

/// Clock steps up to this size are tolerated.
const CLOCK_STEP_TOLERANCE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;
    const MARGINS: Margins = Margins { soft: margin(300, 5), hard: margin(5, 10), spread: 0.0 };

    const fn margin(seconds: u64, divisor: u32) -> Margin {
        Margin { longest: Duration::from_secs(seconds), divisor }
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn margins_are_limited_by_the_lifetime() {
        let ends = |seconds, margins| {
            let life = Lifetime::until(at(NOW), at(NOW + seconds), margins);
            [life.soft, life.hard].map(|end| end.duration_since(at(NOW)).map_or(0, |left| left.as_secs()))
        };
        assert_eq!(ends(3600, MARGINS), [3300, 3595]);
        assert_eq!(ends(30, MARGINS), [24, 27]);
        assert_eq!(ends(0, MARGINS), [0, 0]);
        assert_eq!(ends(3600, Margins { soft: margin(0, 1), ..MARGINS }), [3595, 3595], "not later than the hard end");
        assert_eq!(ends(3600, Margins { spread: 1.0, ..MARGINS }), [3360, 3595]);
        assert_eq!(ends(3600, Margins { spread: 0.5, ..MARGINS }), [3330, 3595]);
        assert_eq!(ends(3600, Margins { hard: margin(0, 1), ..MARGINS }), [3300, 3600]);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_a_token_age() {
        let life = Lifetime::until(at(NOW), at(NOW + 3600), MARGINS);
        assert_eq!(life.age(at(NOW - 30)), Age::Good);
        assert_eq!(life.age(at(NOW - 3600)), Age::Aging);
        assert_eq!(life.age(at(NOW)), Age::Good);
        assert_eq!(life.age(at(NOW + 3300)), Age::Aging);
        assert_eq!(life.age(at(NOW + 3595)), Age::Past);
        assert_eq!(life.age(at(NOW + 86_400)), Age::Past);
    }
}

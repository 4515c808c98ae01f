//! The pause after failed refreshes, which grows with each failure.

use std::time::{Duration, SystemTime};

/// How long the pauses are: each has twice the limit of the one before, up to the longest, and is random between half of its limit
/// and the limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    /// The limit of the first pause.
    pub first: Duration,
    /// The highest limit.
    pub longest: Duration,
    /// Whether there is no pause after the first failure. The next pause has twice the first limit.
    pub retries_at_once: bool,
}

/// The number of failures since the last success, and until when there is no other attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FailurePause {
    count: u32,
    at: SystemTime,
    until: SystemTime,
}

impl Backoff {
    /// The pause after failure number `count`; the first is 1. `chance` is a random number between 0 and 1.
    pub(crate) fn pause(&self, count: u32, chance: f64) -> Duration {
        if count <= 1 && self.retries_at_once {
            return Duration::ZERO;
        }
        let limit = self.first.saturating_mul(1 << count.saturating_sub(1).min(MAX_DOUBLINGS)).min(self.longest);
        limit.mul_f64(0.5 + 0.5 * chance)
    }
}

/// The limit does not double more often, so that it does not overflow.
const MAX_DOUBLINGS: u32 = 16;

impl FailurePause {
    /// The pause after a failure at `now`. `previous` is that of the failure before, if there was no success in between.
    pub(crate) fn after(previous: Option<&Self>, now: SystemTime, backoff: Backoff, chance: f64) -> Self {
        let count = previous.map_or(1, |previous| previous.count.saturating_add(1));
        Self { count, at: now, until: now.checked_add(backoff.pause(count, chance)).unwrap_or(now) }
    }

    /// Whether there is no other attempt at this time. If the clock was set back, the pause ends.
    pub(crate) fn lasts(&self, now: SystemTime) -> bool {
        self.at <= now && now < self.until
    }

    /// How long it still lasts.
    #[cfg(feature = "session")]
    pub(crate) fn left(&self, now: SystemTime) -> Duration {
        if self.lasts(now) { self.until.duration_since(now).unwrap_or_default() } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff =
        Backoff { first: Duration::from_secs(5), longest: Duration::from_secs(60), retries_at_once: false };

    /// The seconds of the pauses after failures one after the other.
    fn pauses(backoff: Backoff, chance: f64) -> Vec<f64> {
        let mut pauses = Vec::new();
        let mut last = None;
        for _ in 0..6 {
            let pause = FailurePause::after(last.as_ref(), SystemTime::UNIX_EPOCH, backoff, chance);
            pauses.push(pause.until.duration_since(pause.at).unwrap_or_default().as_secs_f64());
            last = Some(pause);
        }
        pauses
    }

    #[test]
    fn a_pause_grows_with_each_failure_up_to_the_longest() {
        assert_eq!(pauses(BACKOFF, 1.0), [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]);
        assert_eq!(pauses(BACKOFF, 0.0), [2.5, 5.0, 10.0, 20.0, 30.0, 30.0]);
        assert_eq!(pauses(Backoff { retries_at_once: true, ..BACKOFF }, 1.0), [0.0, 10.0, 20.0, 40.0, 60.0, 60.0]);
        let last = FailurePause { count: u32::MAX, at: SystemTime::UNIX_EPOCH, until: SystemTime::UNIX_EPOCH };
        let next = FailurePause::after(Some(&last), last.at, BACKOFF, 1.0);
        assert_eq!((next.count, next.until), (u32::MAX, last.at + BACKOFF.longest));
    }

    #[test]
    fn a_pause_ends_at_its_time_and_when_the_clock_is_set_back() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        let pause = FailurePause::after(None, now, BACKOFF, 1.0);
        assert!(pause.lasts(now) && pause.lasts(now + Duration::from_secs(4)));
        assert!(!pause.lasts(now + BACKOFF.first));
        assert!(!pause.lasts(now - Duration::from_secs(1)));
    }
}

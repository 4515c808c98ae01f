//! The time, asked through a trait so that tests and applications can bring their own.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// Tells the time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time now.
    fn now(&self) -> SystemTime;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that stands at one time, for tests.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub SystemTime);

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        self.0
    }
}

/// By how many seconds a server's clock is ahead of ours, as far as its answers have shown.
#[derive(Debug, Default)]
pub(crate) struct Skew(AtomicI64);

impl Skew {
    /// The server's time at our time `now`.
    pub(crate) fn server_time(&self, now: SystemTime) -> SystemTime {
        let skew = self.0.load(Ordering::Relaxed);
        let size = Duration::from_secs(skew.unsigned_abs());
        let moved = if skew < 0 { now.checked_sub(size) } else { now.checked_add(size) };
        moved.unwrap_or(now)
    }

    /// Learns from an answer of the time `server`, come at our time `now`, to what was signed at the time `signed`. Whether
    /// the clocks were to blame: AWS takes signatures of up to five minutes from its own time, and an answer may be half
    /// a minute on its way.
    pub(crate) fn learn(&self, signed: SystemTime, now: SystemTime, server: SystemTime) -> bool {
        if distance(signed, server).unsigned_abs() < MAX_SIGNATURE_AGE.as_secs() {
            return false;
        }
        self.0.store(distance(now, server), Ordering::Relaxed);
        true
    }
}

const MAX_SIGNATURE_AGE: Duration = Duration::from_secs(4 * 60);

/// Whole seconds from one time to another.
fn distance(from: SystemTime, to: SystemTime) -> i64 {
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match to.duration_since(from) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_put_right_and_a_small_drift_is_not_blamed() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let skew = Skew::default();
        assert_eq!(skew.server_time(at(10_000)), at(10_000));
        assert!(!skew.learn(at(10_000), at(10_001), at(10_239)));
        assert_eq!(skew.server_time(at(10_000)), at(10_000));
        assert!(skew.learn(at(10_000), at(10_002), at(13_602)));
        assert_eq!(skew.server_time(at(10_002)), at(13_602));
        // Another call that was signed before this was known learns the same.
        assert!(skew.learn(at(10_000), at(10_003), at(13_603)));
        // One that was signed after it was not refused for the time.
        assert!(!skew.learn(at(13_604), at(10_004), at(13_604)));
        assert!(skew.learn(at(13_604), at(10_004), at(1_000)));
        assert_eq!(skew.server_time(at(10_004)), at(1_000));
    }
}

//! Clocks: a trait, so that tests and applications can use their own.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// A source of the current time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Returns the current time.
    fn now(&self) -> SystemTime;
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that always returns the same time, for tests.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub SystemTime);

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        self.0
    }
}

/// By how many seconds the clock of the server is ahead of the local clock, as its responses have shown.
#[derive(Debug, Default)]
pub(crate) struct Skew(AtomicI64);

impl Skew {
    /// The time of the server at the local time `now`.
    pub(crate) fn server_time(&self, now: SystemTime) -> SystemTime {
        let skew = self.0.load(Ordering::Relaxed);
        let size = Duration::from_secs(skew.unsigned_abs());
        let moved = if skew < 0 { now.checked_sub(size) } else { now.checked_add(size) };
        moved.unwrap_or(now)
    }

    /// Records the clock difference after a signature was refused: it had the time `signed`, and the response had the time `server`
    /// and arrived at the local time `now`. Returns whether the difference explains the refusal. AWS accepts signatures that are at
    /// most five minutes old, and a response can take half a minute.
    pub(crate) fn learn(&self, signed: SystemTime, now: SystemTime, server: SystemTime) -> bool {
        if distance(signed, server).unsigned_abs() < MAX_SIGNATURE_AGE.as_secs() {
            return false;
        }
        self.0.store(distance(now, server), Ordering::Relaxed);
        true
    }
}

const MAX_SIGNATURE_AGE: Duration = Duration::from_secs(4 * 60);

/// The seconds from one time to another.
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
    fn a_clock_difference_is_corrected_and_a_small_one_is_not() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let skew = Skew::default();
        assert_eq!(skew.server_time(at(10_000)), at(10_000));
        assert!(!skew.learn(at(10_000), at(10_001), at(10_239)));
        assert_eq!(skew.server_time(at(10_000)), at(10_000));
        assert!(skew.learn(at(10_000), at(10_002), at(13_602)));
        assert_eq!(skew.server_time(at(10_002)), at(13_602));
        // The refusal of another call that was signed before gives the same difference.
        assert!(skew.learn(at(10_000), at(10_003), at(13_603)));
        // A call that was signed with the difference was not refused for its time.
        assert!(!skew.learn(at(13_604), at(10_004), at(13_604)));
        assert!(skew.learn(at(13_604), at(10_004), at(1_000)));
        assert_eq!(skew.server_time(at(10_004)), at(1_000));
    }
}

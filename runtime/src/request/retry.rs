//! When a call is tried again, how long it waits before, and how much of that a client may do.

use crate::response::gateway::GatewayError;
use http::header::{DATE, HeaderMap, RETRY_AFTER};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// When a failed call is tried again: of a client by its builder, of one call by its `retry`.
///
/// Tried again are
/// - calls that were throttled and calls that reached no server, whatever their method: nothing was done;
/// - calls that broke off or were answered 429, 500, 502, 503 or 504, if their method is idempotent (RFC 9110, section
///   9.2.2); the others if [`any_method`](Self::any_method) says so.
///
/// Never are a used-up quota, a body that is a stream (unless [`RequestBody::repeatable`](crate::RequestBody::repeatable)
/// makes it anew), and calls whose time would be over before the next try. A token that was refused and replaced, and a
/// clock that was put right, cost one more try each, under any policy.
///
/// Pauses are random between nothing and a limit that doubles ("Exponential Backoff And Jitter", AWS Architecture Blog);
/// the server's `Retry-After` is waited for beside, up to [`longest_pause`](Self::longest_pause).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    first_pause: Duration,
    longest_pause: Duration,
    budget: u32,
    any_method: bool,
}

impl Retry {
    /// Up to three attempts; pauses of up to 200 ms at first and 20 s at most; a budget of 100.
    pub fn standard() -> Self {
        Self {
            attempts: 3,
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(20),
            budget: 100,
            any_method: false,
        }
    }

    /// One attempt.
    pub fn none() -> Self {
        Self { attempts: 1, ..Self::standard() }
    }

    /// How often a call is sent at most, the first time included.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The limit of the first pause; that of each further one is twice as long.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// The longest pause, whatever the server asks for.
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }

    /// How many retries all calls of a client may make together before five successes have to pay for the next one, so
    /// that a service in trouble is not hit harder by all its clients. It counts where the policy is a client's.
    #[must_use]
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    /// Tries calls again whose method is not idempotent (POST, PATCH) as well: for operations that may be done twice.
    #[must_use]
    pub fn any_method(mut self) -> Self {
        self.any_method = true;
        self
    }

    /// Whether another attempt may follow, by number (the first is 1) and reason.
    pub(crate) fn allows(&self, attempt: u32, idempotent: bool, again: Repeatable) -> bool {
        let fits = match again {
            Repeatable::Never => false,
            Repeatable::IfIdempotent => idempotent || self.any_method,
            Repeatable::Always => true,
        };
        fits && attempt < self.attempts
    }

    /// How long to wait after an attempt; `random` is any number.
    pub(crate) fn pause(&self, attempt: u32, asked: Option<Duration>, random: u64) -> Duration {
        let limit = self.first_pause.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        let share = (random >> 32) as u32;
        let jitter = limit.min(self.longest_pause).mul_f64(f64::from(share) / f64::from(u32::MAX));
        asked.unwrap_or_default().min(self.longest_pause).saturating_add(jitter).min(self.longest_pause)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::standard()
    }
}

/// Whether a failure is one that another attempt may mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeatable {
    Never,
    /// It may have been done, or half of it.
    IfIdempotent,
    /// Nothing was done.
    Always,
}

impl Repeatable {
    /// What an answer says. A quota that is used up stays so; a throttled call did not get past the gateway.
    pub(crate) fn after(status: u16, gateway: Option<GatewayError>) -> Self {
        match (status, gateway) {
            (_, Some(GatewayError::QuotaExceeded)) => Self::Never,
            (_, Some(GatewayError::Throttled)) => Self::Always,
            (429 | 500 | 502 | 503 | 504, _) => Self::IfIdempotent,
            _ => Self::Never,
        }
    }
}

/// What a client's calls may spend on retries: a bucket that retries empty and successes fill ("Retry behavior", AWS SDKs
/// and Tools Reference Guide).
#[derive(Debug)]
pub(crate) struct Budget {
    left: AtomicU32,
    full: u32,
}

/// What a retry costs, in successes.
const RETRY_COST: u32 = 5;

impl Budget {
    pub(crate) fn of(retry: &Retry) -> Self {
        let full = retry.budget.saturating_mul(RETRY_COST);
        Self { left: AtomicU32::new(full), full }
    }

    /// Takes what a retry costs, if it is there.
    pub(crate) fn take(&self) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(RETRY_COST)).is_ok()
    }

    /// Puts in what a success brings: what it cost if it was a retry, else one.
    pub(crate) fn put(&self, retried: bool) {
        // Almost always it is full, and then nothing is written that other processors would have to hear of.
        if self.left.load(Ordering::Relaxed) < self.full {
            let more = if retried { RETRY_COST } else { 1 };
            let fill = |left: u32| Some(left.saturating_add(more).min(self.full));
            let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fill);
        }
    }
}

/// How long the server asks to wait: `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). Anything else says
/// nothing, and a date that is past asks for no wait.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    Some(http_date(text)?.duration_since(now).unwrap_or_default())
}

/// The server's time, from its answer.
pub(crate) fn server_time(headers: &HeaderMap) -> Option<SystemTime> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

/// A date as HTTP writes it (RFC 9110, section 5.6.7): one of RFC 5322, in GMT.
fn http_date(text: &str) -> Option<SystemTime> {
    OffsetDateTime::parse(text, &Rfc2822).ok().map(SystemTime::from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    const S: Duration = Duration::from_secs(1);
    const MOST: u64 = u64::MAX;

    /// 21 October 2015, 07:28:00 GMT.
    const NOW: Duration = Duration::from_secs(1_445_412_480);

    fn asked(value: &str) -> Option<Duration> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
        retry_after(&headers, UNIX_EPOCH + NOW)
    }

    #[test]
    fn r18_retry_after_is_read_in_both_forms_and_nothing_else() {
        assert_eq!(asked("120"), Some(120 * S));
        assert_eq!(asked(" 0 "), Some(Duration::ZERO));
        assert_eq!(asked("Wed, 21 Oct 2015 07:30:00 GMT"), Some(120 * S));
        assert_eq!(asked("Wed, 21 Oct 2015 07:27:59 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("1000000000"), Some(1_000_000_000 * S));
        assert_eq!(asked("99999999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        for text in ["", "1e9", "-1", "+5", "1.5", "soon", "Wed, 99 Oct 2015 07:28:00 GMT", "0x10"] {
            assert_eq!(asked(text), None, "{text}");
        }
    }

    #[test]
    fn r18_pauses_grow_and_end_at_the_cap() {
        let retry = Retry::standard().first_pause(S).longest_pause(20 * S);
        let longest = |attempt| retry.pause(attempt, None, MOST);
        assert_eq!(
            [1, 2, 3, 5, 6, 31, 32, 33, u32::MAX].map(longest),
            [1, 2, 4, 16, 20, 20, 20, 20, 20].map(|n| n * S)
        );
        assert_eq!(retry.pause(4, None, 0), Duration::ZERO);
        // What the server asks for comes beside the random part, and both end at the cap.
        assert_eq!(retry.pause(1, Some(5 * S), 0), 5 * S);
        assert_eq!(retry.pause(1, Some(5 * S), MOST), 6 * S);
        for asked in ["1000000000", "99999999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(retry.pause(1, self::asked(asked), MOST), 20 * S);
        }
        assert_eq!(
            Retry::standard().first_pause(Duration::MAX).longest_pause(Duration::MAX).pause(9, None, 0),
            Duration::ZERO
        );
    }

    #[test]
    fn r18_the_budget_ends_and_successes_fill_it() {
        let budget = Budget::of(&Retry::standard().budget(2));
        assert!(budget.take() && budget.take() && !budget.take());
        (0..4).for_each(|_| budget.put(false));
        assert!(!budget.take());
        budget.put(false);
        assert!(budget.take() && !budget.take());
        (0..100).for_each(|_| budget.put(true));
        assert!(budget.take() && budget.take() && !budget.take());
        assert!(!Budget::of(&Retry::standard().budget(0)).take());
    }

    #[test]
    fn what_may_have_been_done_is_repeated_only_if_that_changes_nothing() {
        let retry = Retry::standard();
        let throttled = Repeatable::after(429, Some(GatewayError::Throttled));
        let failed = Repeatable::after(503, Some(GatewayError::Unavailable));
        assert!(retry.allows(1, false, throttled) && retry.allows(2, true, failed));
        assert!(!retry.allows(1, false, failed) && !retry.allows(3, true, failed));
        assert!(retry.any_method().allows(1, false, failed));
        assert_eq!(Repeatable::after(429, Some(GatewayError::QuotaExceeded)), Repeatable::Never);
        assert_eq!(Repeatable::after(429, None), Repeatable::IfIdempotent);
        for status in [200, 302, 400, 401, 403, 404, 409, 501, 505] {
            assert_eq!(Repeatable::after(status, None), Repeatable::Never, "{status}");
        }
        assert!(!Retry::none().allows(1, true, throttled));
    }
}

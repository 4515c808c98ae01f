//! The retry policy: which calls are retried, after which pause, and the retry budget of a client.

use crate::response::gateway::GatewayError;
use http::header::{DATE, HeaderMap, RETRY_AFTER};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The retry policy of a client (`retry` of its builder) or of one call (`retry` of the call).
///
/// These calls are retried:
/// - calls that were throttled, and calls whose connection failed, with any method, since the service did nothing;
/// - calls whose connection broke, and calls with the status 429, 500, 502, 503 or 504, if their method is idempotent (RFC 9110,
///   section 9.2.2), or they have an idempotency key (`[idempotency]` in `cogen.toml`), or [`any_method`](Self::any_method) is set.
///
/// A call is not retried if the quota of a usage plan is used up, if its body is a stream (except
/// [`RequestBody::repeatable`](crate::RequestBody::repeatable)), or if the pause would exceed its time limit. With any policy, a call
/// is sent once more after a refused token was replaced, and once more after a clock difference was corrected.
///
/// A pause is random between zero and a limit that doubles with each attempt ("Exponential Backoff And Jitter", AWS Architecture
/// Blog). `Retry-After` of the server is added, up to [`longest_pause`](Self::longest_pause).
///
/// ```
/// use cogen_runtime::Retry;
/// use std::time::Duration;
///
/// let patient = Retry::standard().attempts(6).longest_pause(Duration::from_secs(60));
/// let never = Retry::none();
/// # let _ = (patient, never);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    first_pause: Duration,
    longest_pause: Duration,
    budget: u32,
    any_method: bool,
}

impl Retry {
    /// Creates the standard policy: at most three attempts, a first pause of at most 200 ms, later pauses of at most 20 s, and a
    /// budget of 100 retries.
    pub fn standard() -> Self {
        Self {
            attempts: 3,
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(20),
            budget: 100,
            any_method: false,
        }
    }

    /// Creates a policy without retries.
    pub fn none() -> Self {
        Self { attempts: 1, ..Self::standard() }
    }

    /// Sets the maximum number of attempts, including the first.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the limit of the first pause. The limit doubles with each further pause.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Sets the longest pause, which also limits `Retry-After`.
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }

    /// Sets the retry budget of a client: how many retries all its calls can make before each further retry needs five successful
    /// calls. The budget limits the load on a service that fails. It has no effect in the policy of one call.
    #[must_use]
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    /// Also retries calls with a method that is not idempotent (POST, PATCH). Use it if the operation can run twice.
    #[must_use]
    pub fn any_method(mut self) -> Self {
        self.any_method = true;
        self
    }

    /// Whether another attempt is allowed after attempt number `attempt` (the first is 1).
    pub(crate) fn allows(&self, attempt: u32, idempotent: bool, again: Repeatable) -> bool {
        let fits = match again {
            Repeatable::Never => false,
            Repeatable::IfIdempotent => idempotent || self.any_method,
            Repeatable::Always => true,
        };
        fits && attempt < self.attempts
    }

    /// The pause after an attempt. `chance` is a random number between 0 and 1.
    pub(crate) fn pause(&self, attempt: u32, asked: Option<Duration>, chance: f64) -> Duration {
        let limit = self.first_pause.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        let jitter = limit.min(self.longest_pause).mul_f64(chance);
        asked.unwrap_or_default().min(self.longest_pause).saturating_add(jitter).min(self.longest_pause)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::standard()
    }
}

/// Whether a failed attempt can be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeatable {
    Never,
    /// The service may have processed the request, completely or in part.
    IfIdempotent,
    /// The service did not process the request.
    Always,
}

impl Repeatable {
    /// Whether an attempt with this response can be repeated. A throttled request did not pass the gateway.
    pub(crate) fn after(status: u16, gateway: Option<GatewayError>) -> Self {
        match (status, gateway) {
            (_, Some(GatewayError::QuotaExceeded)) => Self::Never,
            (_, Some(GatewayError::Throttled)) => Self::Always,
            (429 | 500 | 502 | 503 | 504, _) => Self::IfIdempotent,
            _ => Self::Never,
        }
    }
}

/// The retry budget of a client: a token bucket that retries empty and successes fill ("Retry behavior", AWS SDKs and Tools
/// Reference Guide).
#[derive(Debug)]
pub(crate) struct Budget {
    left: AtomicU32,
    full: u32,
}

/// The cost of a retry, in successes.
const RETRY_COST: u32 = 5;

impl Budget {
    pub(crate) fn of(retry: &Retry) -> Self {
        let full = retry.budget.saturating_mul(RETRY_COST);
        Self { left: AtomicU32::new(full), full }
    }

    /// Takes the cost of a retry; false if the budget is too low.
    pub(crate) fn take(&self) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(RETRY_COST)).is_ok()
    }

    /// Adds a success: the cost of a retry if it was one, else 1.
    pub(crate) fn put(&self, retried: bool) {
        // The budget is almost always full. Without a write, the cache line is not invalidated on other processors.
        if self.left.load(Ordering::Relaxed) < self.full {
            let more = if retried { RETRY_COST } else { 1 };
            let fill = |left: u32| Some(left.saturating_add(more).min(self.full));
            let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fill);
        }
    }
}

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). Other values are ignored. A past date is a pause of zero.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    Some(http_date(text)?.duration_since(now).unwrap_or_default())
}

/// The time of the server, from its response.
pub(crate) fn server_time(headers: &HeaderMap) -> Option<SystemTime> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

/// Reads an HTTP date (RFC 9110, section 5.6.7).
fn http_date(text: &str) -> Option<SystemTime> {
    OffsetDateTime::parse(text, &Rfc2822).ok().map(SystemTime::from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    const S: Duration = Duration::from_secs(1);
    const MOST: f64 = 1.0;

    /// 21 October 2015, 07:28:00 GMT.
    const NOW: Duration = Duration::from_secs(1_445_412_480);

    fn asked(value: &str) -> Option<Duration> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
        retry_after(&headers, UNIX_EPOCH + NOW)
    }

    #[test]
    fn r18_retry_after_is_read_as_seconds_and_as_date() {
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
    fn r18_pauses_grow_up_to_the_longest_pause() {
        let retry = Retry::standard().first_pause(S).longest_pause(20 * S);
        let longest = |attempt| retry.pause(attempt, None, MOST);
        assert_eq!(
            [1, 2, 3, 5, 6, 31, 32, 33, u32::MAX].map(longest),
            [1, 2, 4, 16, 20, 20, 20, 20, 20].map(|n| n * S)
        );
        assert_eq!(retry.pause(4, None, 0.0), Duration::ZERO);
        // `Retry-After` is added to the random part, and the sum is at most the longest pause.
        assert_eq!(retry.pause(1, Some(5 * S), 0.0), 5 * S);
        assert_eq!(retry.pause(1, Some(5 * S), MOST), 6 * S);
        for asked in ["1000000000", "99999999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(retry.pause(1, self::asked(asked), MOST), 20 * S);
        }
        assert_eq!(
            Retry::standard().first_pause(Duration::MAX).longest_pause(Duration::MAX).pause(9, None, 0.0),
            Duration::ZERO
        );
    }

    #[test]
    fn r18_retries_empty_the_budget_and_successes_fill_it() {
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
    fn requests_that_may_have_been_processed_are_repeated_if_idempotent() {
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

//! How a request that was throttled is repeated: after growing random pauses, as long as its caller waits.

#[cfg(any(feature = "cognito", feature = "hosted-login"))]
use crate::random::chance;
use crate::refresh::backoff::Backoff;
#[cfg(any(feature = "cognito", feature = "hosted-login"))]
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// The pauses. A service that throttles is asked by many: 10,000 sessions that come back at once to a pool that takes 120 requests in a
/// second send seven requests each, and have their tokens after 95 seconds, of which 84 are inevitable.
pub(crate) const PAUSES: Backoff =
    Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(20), retries_at_once: false };

/// How long a request is repeated if its caller waits longer.
pub(crate) const LONGEST: Duration = Duration::from_secs(300);

/// The time in which a request can be repeated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// `None` if it overflows.
    until: Option<Instant>,
}

impl Patience {
    /// Begins now.
    pub(crate) fn of(limit: Duration) -> Self {
        Self { until: Instant::now().checked_add(limit) }
    }

    /// Waits for the pause. Returns false at once if the time ends before it.
    pub(crate) async fn wait(&self, pause: Duration) -> bool {
        let end = Instant::now().checked_add(pause);
        if end.is_none() || self.until.is_some_and(|until| end > Some(until)) {
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }
}

/// Sends a request, and again while it is throttled, for at most `limit`.
///
/// # Errors
/// The error of the last attempt.
#[cfg(any(feature = "cognito", feature = "hosted-login"))]
pub(crate) async fn repeated<T, E, F>(
    limit: Duration,
    is_throttled: fn(&E) -> bool,
    mut send: impl FnMut() -> F,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    let patience = Patience::of(limit);
    let mut count = 0;
    loop {
        let outcome = send().await;
        count += 1;
        let again = outcome.as_ref().err().is_some_and(is_throttled);
        if !again || !patience.wait(PAUSES.pause(count, chance())).await {
            return outcome;
        }
    }
}

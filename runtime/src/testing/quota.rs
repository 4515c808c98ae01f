//! The request quota of a service, for tests.

#![allow(clippy::unwrap_used)]

use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// A limit on the requests in each second, by the clock of the runtime, which a test can pause.
pub(crate) struct Quota {
    per_second: usize,
    /// When the second began, and the requests in it.
    second: Mutex<(Instant, usize)>,
}

impl Quota {
    pub(crate) fn of(per_second: usize) -> Self {
        Self { per_second, second: Mutex::new((Instant::now(), 0)) }
    }

    /// Whether the service takes another request.
    pub(crate) fn take(&self) -> bool {
        let mut second = self.second.lock().unwrap();
        if second.0.elapsed() >= Duration::from_secs(1) {
            *second = (Instant::now(), 0);
        }
        second.1 += 1;
        second.1 <= self.per_second
    }
}

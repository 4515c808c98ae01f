//! One piece of work for all who need it: begun by the first, done in a task of its own, awaited by any number.

use crate::flows::{AuthError, AuthErrorKind};
use std::fmt;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// At most one flight is under way.
///
/// It flies in a task of its own: a passenger who leaves, or panics, holds up nobody.
pub(crate) struct Flight {
    current: Mutex<Option<Airborne>>,
    /// Longer than all its time limits together.
    longest: Duration,
}

struct Airborne {
    landed: watch::Receiver<bool>,
    since: Instant,
}

/// How one gets on.
pub(crate) enum Boarding {
    /// The flight began for us.
    First(Landing),
    /// It was under way.
    Joined(Landing),
    /// It landed since we looked.
    Landed,
}

/// The end of a flight.
pub(crate) struct Landing {
    landed: watch::Receiver<bool>,
    longest: Duration,
}

impl Flight {
    /// `exchange` is the time limit of one exchange with the pool.
    pub(crate) fn new(exchange: Duration) -> Self {
        Self { current: Mutex::default(), longest: STORE.saturating_add(exchange.saturating_mul(EXCHANGES)) }
    }

    /// Joins the flight that is under way; otherwise begins `work`, if it is still needed.
    ///
    /// # Errors
    /// If there is no Tokio runtime to begin it on.
    pub(crate) fn board<W>(
        &self,
        needed: impl FnOnce() -> bool,
        work: impl FnOnce() -> W,
    ) -> Result<Boarding, AuthError>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let mut slot = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(airborne) = &*slot
            && airborne.is_under_way(self.longest)
        {
            return Ok(Boarding::Joined(self.landing(airborne.landed.clone())));
        }
        if !needed() {
            return Ok(Boarding::Landed);
        }
        let runtime = Handle::try_current().map_err(|_| {
            AuthError::because(AuthErrorKind::Configuration, "refresh", "a refresh needs a Tokio runtime to run on")
        })?;
        let (land, landed) = watch::channel(false);
        let work = work();
        runtime.spawn(async move {
            work.await;
            land.send_replace(true);
        });
        *slot = Some(Airborne { landed: landed.clone(), since: Instant::now() });
        Ok(Boarding::First(self.landing(landed)))
    }

    fn landing(&self, landed: watch::Receiver<bool>) -> Landing {
        Landing { landed, longest: self.longest }
    }
}

impl Airborne {
    fn is_under_way(&self, longest: Duration) -> bool {
        // A sender that is gone without landing panicked, or went down with its runtime; one that takes longer than all
        // its time limits together is on a runtime that stands still.
        self.landed.has_changed().is_ok() && !*self.landed.borrow() && self.since.elapsed() < longest
    }
}

impl Landing {
    /// Waits for the end; false if the flight was lost.
    pub(crate) async fn wait(mut self) -> bool {
        let landed = self.landed.wait_for(|landed| *landed);
        matches!(tokio::time::timeout(self.longest, landed).await, Ok(Ok(_)))
    }
}

impl fmt::Debug for Flight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flight(..)")
    }
}

/// Longer than what a store may take: a lock, readings and writings.
const STORE: Duration = Duration::from_secs(240);

/// As many exchanges with the pool as one refresh can come to: with and without the device, each in the newer way and up
/// to three times in the older one, and all that again with the tokens of another process.
const EXCHANGES: u32 = 16;

//! One piece of work for all tasks that need it: the first task starts it, the others wait for it.

use std::fmt;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// Runs at most one piece of work at a time.
///
/// The work runs in a task of its own, so a waiting task that is cancelled or panics does not affect the others.
pub(crate) struct SingleFlight {
    current: Mutex<Option<Running>>,
    /// Work that takes longer is given up: longer than all time limits inside it together.
    limit: Duration,
}

struct Running {
    finished: watch::Receiver<bool>,
    since: Instant,
}

/// How a task takes part in the work.
pub(crate) enum Joined {
    /// This task started the work.
    Started(Completion),
    /// Another task had started it.
    Waiting(Completion),
    /// The work is not needed any more.
    NotNeeded,
}

/// The end of the work.
pub(crate) struct Completion {
    finished: watch::Receiver<bool>,
    limit: Duration,
}

/// There is no Tokio runtime to run the work on.
#[derive(Debug)]
pub(crate) struct NoRuntime;

impl SingleFlight {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { current: Mutex::default(), limit }
    }

    /// Joins the work that is running; otherwise starts `work`, if it is still needed.
    pub(crate) fn join<W>(&self, needed: impl FnOnce() -> bool, work: impl FnOnce() -> W) -> Result<Joined, NoRuntime>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = &*current
            && running.is_running(self.limit)
        {
            return Ok(Joined::Waiting(self.completion(running.finished.clone())));
        }
        if !needed() {
            return Ok(Joined::NotNeeded);
        }
        let runtime = Handle::try_current().map_err(|_| NoRuntime)?;
        let (finish, finished) = watch::channel(false);
        let work = work();
        runtime.spawn(async move {
            work.await;
            finish.send_replace(true);
        });
        *current = Some(Running { finished: finished.clone(), since: Instant::now() });
        Ok(Joined::Started(self.completion(finished)))
    }

    fn completion(&self, finished: watch::Receiver<bool>) -> Completion {
        Completion { finished, limit: self.limit }
    }
}

impl Running {
    fn is_running(&self, limit: Duration) -> bool {
        // A sender that was dropped before it finished panicked, or ended with its runtime. Work that takes longer than its
        // limit is on a runtime that makes no progress.
        self.finished.has_changed().is_ok() && !*self.finished.borrow() && self.since.elapsed() < limit
    }
}

impl Completion {
    /// Waits for the end of the work; false if it ended without a result.
    pub(crate) async fn wait(mut self) -> bool {
        let finished = self.finished.wait_for(|finished| *finished);
        matches!(tokio::time::timeout(self.limit, finished).await, Ok(Ok(_)))
    }
}

impl fmt::Debug for SingleFlight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SingleFlight(..)")
    }
}

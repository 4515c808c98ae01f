//! One piece of work for all tasks that need it: the first task starts it, the others wait for its result.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// Runs at most one piece of work at a time.
///
/// The work runs in a task of its own, so a waiting task that is cancelled or panics does not affect the others.
pub(crate) struct SingleFlight<T> {
    current: Mutex<Option<Running<T>>>,
    /// Work that takes longer is given up: longer than all time limits inside it together.
    limit: Duration,
}

struct Running<T> {
    /// The task of the work owns the sender, and only the waiting tasks keep the result, which can be a secret.
    result: Weak<watch::Sender<Option<T>>>,
    since: Instant,
}

/// How a task takes part in the work.
pub(crate) enum Joined<T> {
    /// This task started the work.
    Started(Completion<T>),
    /// Another task had started it.
    Waiting(Completion<T>),
    /// The work is not needed any more.
    NotNeeded,
}

/// The end of the work.
pub(crate) struct Completion<T> {
    result: watch::Receiver<Option<T>>,
    limit: Duration,
}

/// There is no Tokio runtime to run the work on.
#[derive(Debug)]
pub(crate) struct NoRuntime;

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { current: Mutex::new(None), limit }
    }

    /// Joins the work that is running; otherwise starts `work`, if it is still needed.
    pub(crate) fn join<W>(
        &self,
        needed: impl FnOnce() -> bool,
        work: impl FnOnce() -> W,
    ) -> Result<Joined<T>, NoRuntime>
    where
        W: Future<Output = T> + Send + 'static,
    {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(result) = current.as_ref().and_then(|running| running.result(self.limit)) {
            return Ok(Joined::Waiting(Completion { result, limit: self.limit }));
        }
        if !needed() {
            return Ok(Joined::NotNeeded);
        }
        let runtime = Handle::try_current().map_err(|_| NoRuntime)?;
        let (finish, result) = watch::channel(None);
        let finish = Arc::new(finish);
        *current = Some(Running { result: Arc::downgrade(&finish), since: Instant::now() });
        let work = work();
        runtime.spawn(async move {
            finish.send_replace(Some(work.await));
        });
        Ok(Joined::Started(Completion { result, limit: self.limit }))
    }
}

impl<T> Running<T> {
    /// The result to wait for; `None` if the work is not running any more.
    fn result(&self, limit: Duration) -> Option<watch::Receiver<Option<T>>> {
        // A sender that was dropped before it sent a result panicked, or ended with its runtime. Work that takes longer than its
        // limit is on a runtime that makes no progress.
        let sender = self.result.upgrade().filter(|_| self.since.elapsed() < limit)?;
        let result = sender.subscribe();
        let is_running = result.borrow().is_none();
        is_running.then_some(result)
    }
}

impl<T: Clone> Completion<T> {
    /// Waits for the result of the work; `None` if it ended without one.
    pub(crate) async fn wait(mut self) -> Option<T> {
        let result = self.result.wait_for(Option::is_some);
        tokio::time::timeout(self.limit, result).await.ok()?.ok()?.clone()
    }

    /// Waits a short time for the result of the work, which continues without this task; `None` if there is none yet.
    ///
    /// The task that started the work waits so, also if it does not need the result: if the program ends or is suspended after its
    /// call, the result would be lost.
    pub(crate) async fn wait_briefly(self) -> Option<T> {
        tokio::time::timeout(BRIEF_WAIT, self.wait()).await.ok()?
    }
}

/// How long the task that started the work waits for it while it does not need the result.
const BRIEF_WAIT: Duration = Duration::from_secs(3);

impl<T> fmt::Debug for SingleFlight<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SingleFlight(..)")
    }
}

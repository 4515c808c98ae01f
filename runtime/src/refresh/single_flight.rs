//! One piece of work for all tasks that need it: the first task starts it, the others wait for its result.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
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
    pulse: Arc<Pulse>,
    since: Instant,
}

/// Whether the task of the work makes progress. A runtime that no thread drives runs none of its tasks.
struct Pulse {
    /// When the task last ran.
    last: Mutex<Instant>,
    /// Whether a task that waited found that it does not run.
    abandoned: AtomicBool,
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
    pulse: Arc<Pulse>,
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
        if let Some(completion) = current.as_ref().and_then(|running| running.completion(self.limit)) {
            return Ok(Joined::Waiting(completion));
        }
        if !needed() {
            return Ok(Joined::NotNeeded);
        }
        let runtime = Handle::try_current().map_err(|_| NoRuntime)?;
        let (finish, result) = watch::channel(None);
        let finish = Arc::new(finish);
        let pulse = Arc::new(Pulse { last: Mutex::new(Instant::now()), abandoned: AtomicBool::new(false) });
        *current = Some(Running { result: Arc::downgrade(&finish), pulse: Arc::clone(&pulse), since: Instant::now() });
        let work = work();
        let beating = Arc::clone(&pulse);
        runtime.spawn(async move {
            finish.send_replace(Some(beating.during(work).await));
        });
        Ok(Joined::Started(Completion { result, pulse, limit: self.limit }))
    }

    /// The work that is running, if there is any.
    pub(crate) fn running(&self) -> Option<Completion<T>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.completion(self.limit)
    }
}

impl<T> Running<T> {
    /// The work to wait for; `None` if it is not running any more.
    fn completion(&self, limit: Duration) -> Option<Completion<T>> {
        // A sender that was dropped before it sent a result panicked, or ended with its runtime.
        let abandoned = self.since.elapsed() >= limit || self.pulse.abandoned.load(Ordering::Relaxed);
        let sender = self.result.upgrade().filter(|_| !abandoned)?;
        let result = sender.subscribe();
        let is_running = result.borrow().is_none();
        is_running.then(|| Completion { result, pulse: Arc::clone(&self.pulse), limit })
    }
}

impl<T: Clone> Completion<T> {
    /// Waits for the result of the work; `None` if it ended without one, or if its runtime is not driven any more.
    pub(crate) async fn wait(mut self) -> Option<T> {
        let began = tokio::time::Instant::now();
        while began.elapsed() < self.limit {
            let result = self.result.wait_for(Option::is_some);
            if let Ok(finished) = tokio::time::timeout(BEAT, result).await {
                return finished.ok()?.clone();
            }
            // After a suspension of the whole process every task has not run for long. One that can run does so now.
            if self.pulse.has_stopped() {
                tokio::time::sleep(BEAT * 2).await;
                if self.pulse.has_stopped() {
                    break;
                }
            }
        }
        self.pulse.abandoned.store(true, Ordering::Relaxed);
        None
    }
}

impl Pulse {
    /// Runs the work, and records at every beat that its task runs.
    async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            let outcome = tokio::time::timeout(BEAT, &mut work).await;
            *self.last() = Instant::now();
            if let Ok(value) = outcome {
                return value;
            }
        }
    }

    fn has_stopped(&self) -> bool {
        self.last().elapsed() > STOPPED
    }

    fn last(&self) -> MutexGuard<'_, Instant> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often the task of the work shows that it runs.
const BEAT: Duration = Duration::from_secs(1);

/// A task that has not run for this long is on a runtime that no thread drives. Others do not wait for it.
const STOPPED: Duration = Duration::from_secs(5);

impl<T> fmt::Debug for SingleFlight<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SingleFlight(..)")
    }
}

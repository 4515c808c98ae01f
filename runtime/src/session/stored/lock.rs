//! The lock of a session in its store, which the next work of the same session takes over from work that does not run any more.

use crate::auth::error::AuthError;
use crate::session::stored::entry::StoreEntry;
use crate::store::session_store::LockGuard;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The lock of a session. At most one piece of work of the session runs at a time and holds it.
#[derive(Default)]
pub(crate) struct SessionLock(Mutex<Slot>);

#[derive(Default)]
struct Slot {
    /// Counts the work that held the lock.
    number: u64,
    guard: Option<LockGuard>,
}

/// The lock while work holds it. Dropping it releases the lock, unless other work has taken it over.
pub(crate) struct HeldSessionLock<'l> {
    lock: &'l SessionLock,
    number: u64,
}

impl SessionLock {
    /// Takes the lock over from work on a runtime that no thread drives, or waits for it.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn hold(&self, entry: &StoreEntry) -> Result<HeldSessionLock<'_>, AuthError> {
        if let Some(held) = self.take_over() {
            return Ok(held);
        }
        let guard = entry.lock().await?;
        let mut slot = self.slot();
        slot.number += 1;
        slot.guard = Some(guard);
        Ok(HeldSessionLock { lock: self, number: slot.number })
    }

    fn take_over(&self) -> Option<HeldSessionLock<'_>> {
        let mut slot = self.slot();
        slot.guard.as_ref()?;
        slot.number += 1;
        Some(HeldSessionLock { lock: self, number: slot.number })
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for HeldSessionLock<'_> {
    fn drop(&mut self) {
        let mut slot = self.lock.slot();
        if slot.number == self.number {
            slot.guard = None;
        }
    }
}

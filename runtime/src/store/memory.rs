//! A store in memory.

use crate::boxed::BoxFuture;
use crate::store::error::StoreError;
use crate::store::record::{Record, Replaced, Revision, Stored};
use crate::store::session_store::{LockGuard, SessionStore};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A store in memory, for one process. Clones share the sessions.
///
/// ```
/// # fn example<PetPool: cogen_runtime::UserPool>() {
/// use cogen_runtime::store::MemoryStore;
///
/// let app = PetPool::app_client("1example23456789").store(MemoryStore::new());
/// # let _ = app;
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<MemoryRecords>>);

#[derive(Default)]
struct MemoryRecords {
    records: BTreeMap<String, Stored>,
    locks: BTreeMap<String, Arc<tokio::sync::Mutex<()>>>,
    /// The number of writes. Each is a new revision, also of a record that was removed before.
    written: u64,
}

impl MemoryStore {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, act: impl FnOnce(&mut MemoryRecords) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SessionStore for MemoryStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
        Box::pin(std::future::ready(Ok(self.with(|memory| memory.records.get(key).cloned()))))
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Revision>,
        record: Option<&'a Record>,
    ) -> BoxFuture<'a, Result<Replaced, StoreError>> {
        let replaced = self.with(|memory| {
            let current = memory.records.get(key);
            if current.map(|stored| &stored.revision) != expected {
                return Replaced::Conflict(current.cloned());
            }
            let Some(record) = record else {
                memory.records.remove(key);
                return Replaced::Done(None);
            };
            memory.written += 1;
            let revision = Revision::new(memory.written.to_string());
            memory.records.insert(key.to_owned(), Stored { record: record.clone(), revision: revision.clone() });
            Replaced::Done(Some(revision))
        });
        Box::pin(std::future::ready(Ok(replaced)))
    }

    fn lock<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
        let user = self.user_of_lock(key);
        Box::pin(async move {
            let held = Arc::clone(&user.lock).lock_owned().await;
            Ok(LockGuard::new(HeldLock { _held: held, _user: user }))
        })
    }
}

/// A task that holds a lock or waits for it.
struct LockUser {
    store: MemoryStore,
    key: String,
    lock: Arc<tokio::sync::Mutex<()>>,
}

/// The lock is released before its user is dropped.
struct HeldLock {
    _held: tokio::sync::OwnedMutexGuard<()>,
    _user: LockUser,
}

impl MemoryStore {
    fn user_of_lock(&self, key: &str) -> LockUser {
        let lock = self.with(|memory| Arc::clone(memory.locks.entry(key.to_owned()).or_default()));
        LockUser { store: self.clone(), key: key.to_owned(), lock }
    }
}

impl Drop for LockUser {
    fn drop(&mut self) {
        self.store.with(|memory| {
            // One is that of the map, and one that of this user.
            if Arc::strong_count(&self.lock) == 2 {
                memory.locks.remove(&self.key);
            }
        });
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryStore { .. }")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lock_that_nobody_holds_or_waits_for_takes_no_memory() {
        let store = MemoryStore::new();
        let locks = || store.with(|memory| memory.locks.len());
        let first = store.lock("key").await.unwrap();
        let waits = store.lock("key");
        let gives_up = store.lock("key");
        drop(gives_up);
        drop(first);
        assert_eq!(locks(), 1, "a task waits");
        let second = waits.await.unwrap();
        let mut third = store.lock("key");
        assert!(
            std::future::poll_fn(|context| std::task::Poll::Ready(third.as_mut().poll(context))).await.is_pending()
        );
        drop(third);
        drop(second);
        assert_eq!(locks(), 0);
    }
}

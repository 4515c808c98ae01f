//! The trait of a store.

use crate::boxed::BoxFuture;
use crate::store::error::StoreError;
use crate::store::record::{Record, Replaced, Revision, Stored};
use std::fmt;
use std::sync::Arc;

/// A store of session records by key: in memory, in files, in a keyring, or in your database.
///
/// A store does not know tokens. It stores texts, and replaces a text only if it is still the one that was read. A session writes new
/// tokens to the store *before* it uses them, and reads them again if another process can have refreshed. So several processes or machines
/// can share one session with a rotating refresh token.
#[doc = ""]
#[doc = include_str!("shared_store.md")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep sessions",
    label = "expected a `SessionStore`",
    note = "files in a directory: `FileStore` (feature `file-store`); the platform's keyring: `KeyringStore` (feature `keyring`); as long as \
            the process runs: `MemoryStore`; implement `SessionStore` for your database"
)]
pub trait SessionStore: Send + Sync {
    /// Returns the record at `key`.
    ///
    /// # Errors
    /// Fails if the store can't be read. A record that exists and can't be read is an error, never `None`.
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Stored>, StoreError>>;

    /// Stores `record` at `key`, or removes the current record (`None`), if its revision is still `expected` (`None`: if there is no record).
    /// Otherwise it changes nothing and returns the current record.
    ///
    /// When the future is ready, the record must survive a crash of the process.
    ///
    /// # Errors
    /// Fails if the store can't be written. The previous record must then be unchanged.
    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Revision>,
        record: Option<&'a Record>,
    ) -> BoxFuture<'a, Result<Replaced, StoreError>>;

    /// Makes sure that a record of up to `bytes` bytes can be written at `key`, and keeps its space until the guard is dropped. A session
    /// calls it before it sends its refresh token: if tokens rotate, an answer that can't be stored is lost with the process.
    ///
    /// The default checks nothing.
    ///
    /// # Errors
    /// Fails if the record could not be written: the disk is full, the quota is used up, the store is read-only or can't be reached. The
    /// session then keeps its old tokens, and the pool is not asked.
    fn reserve<'a>(&'a self, key: &'a str, bytes: usize) -> BoxFuture<'a, Result<Reservation, StoreError>> {
        let _ = (key, bytes);
        Box::pin(std::future::ready(Ok(Reservation::none())))
    }

    /// Waits for the exclusive right to refresh the session at `key`. Dropping the guard releases it. The lock of a process that dies must
    /// end: use a lock of the operating system, or a lease of about 30 seconds.
    ///
    /// The default has no lock. It is sufficient if refresh tokens do not rotate: two processes can refresh at the same time, and
    /// [`replace`](Self::replace) decides which tokens are kept.
    ///
    /// # Errors
    /// Fails if the lock is not available in reasonable time.
    fn lock<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
        let _ = key;
        Box::pin(std::future::ready(Ok(LockGuard::none())))
    }
}

/// The right to refresh a session. Dropping it releases the right.
#[must_use = "the lock is released when this is dropped"]
pub struct LockGuard(#[expect(dead_code, reason = "it is held for its drop")] Option<Box<dyn Send>>);

impl LockGuard {
    /// Creates a guard that holds `guard` until it is dropped.
    pub fn new(guard: impl Send + 'static) -> Self {
        Self(Some(Box::new(guard)))
    }

    /// Creates a guard without a lock.
    pub fn none() -> Self {
        Self(None)
    }
}

/// Space for a record. Dropping it releases what was not used.
#[must_use = "the space is released when this is dropped"]
pub struct Reservation(#[expect(dead_code, reason = "it is held for its drop")] Option<Box<dyn Send>>);

impl Reservation {
    /// Creates a reservation that holds `guard` until it is dropped.
    pub fn new(guard: impl Send + 'static) -> Self {
        Self(Some(Box::new(guard)))
    }

    /// Creates a reservation of a store that has nothing to reserve.
    pub fn none() -> Self {
        Self(None)
    }
}

impl fmt::Debug for Reservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reservation(..)")
    }
}

impl fmt::Debug for LockGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LockGuard(..)")
    }
}

/// Stores behind a pointer, so that a program can choose its store when it runs.
macro_rules! store_behind {
    ($pointer:ident) => {
        #[diagnostic::do_not_recommend]
        impl<S: SessionStore + ?Sized> SessionStore for $pointer<S> {
            fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
                (**self).load(key)
            }

            fn replace<'a>(
                &'a self,
                key: &'a str,
                expected: Option<&'a Revision>,
                record: Option<&'a Record>,
            ) -> BoxFuture<'a, Result<Replaced, StoreError>> {
                (**self).replace(key, expected, record)
            }

            fn reserve<'a>(&'a self, key: &'a str, bytes: usize) -> BoxFuture<'a, Result<Reservation, StoreError>> {
                (**self).reserve(key, bytes)
            }

            fn lock<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
                (**self).lock(key)
            }
        }
    };
}

store_behind!(Arc);
store_behind!(Box);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::memory::MemoryStore;

    #[tokio::test]
    async fn a_store_can_be_chosen_at_run_time() {
        let memory = MemoryStore::new();
        let stores: [Box<dyn SessionStore>; 2] = [Box::new(memory.clone()), Box::new(Arc::new(memory.clone()))];
        let record = Record::new("text");
        for (number, store) in stores.iter().enumerate() {
            let key = number.to_string();
            assert!(matches!(store.replace(&key, None, Some(&record)).await.unwrap(), Replaced::Done(Some(_))));
            drop((store.lock(&key).await.unwrap(), store.reserve(&key, 1).await.unwrap()));
            assert_eq!(memory.load(&key).await.unwrap().unwrap().record, record);
        }
    }
}

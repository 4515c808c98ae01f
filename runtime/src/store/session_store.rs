//! Where sessions are kept between runs, and shared between tasks, processes and machines.

use crate::boxed::BoxFuture;
use crate::store::error::StoreError;
use crate::store::record::{Record, Replaced, Revision, Stored};
use std::fmt;

/// Keeps session records by key: in memory, in a file, in a keyring, in a database of one's own.
///
/// A store knows nothing of tokens. It keeps texts, and answers one question well: is what I replace still what I read?
/// A session writes new tokens here *before* it uses them, and reads again whenever another may have been faster; so
/// several processes, or a fleet of machines, share one session without burning a rotating refresh token.
#[doc = ""]
#[doc = include_str!("fleet.md")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep sessions",
    label = "expected a `SessionStore`",
    note = "files in a directory: `FileStore` (feature `file-store`); the platform's keyring: `KeyringStore` (feature `keyring`); as long as \
            the process runs: `MemoryStore`; implement `SessionStore` for a database of one's own"
)]
pub trait SessionStore: Send + Sync {
    /// What is kept at `key`.
    ///
    /// # Errors
    /// If the store can't be read. A record that is there and can't be read is an error, never `None`.
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Stored>, StoreError>>;

    /// Keeps `record` at `key`, or removes what is there (`None`), if that is still the revision `expected` (`None`: if
    /// nothing is there). Otherwise nothing changes, and the answer is what is there now.
    ///
    /// When this answers, the record outlasts a crash of the process.
    ///
    /// # Errors
    /// If the store can't be written; then what was there is still there, whole.
    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Revision>,
        record: Option<&'a Record>,
    ) -> BoxFuture<'a, Result<Replaced, StoreError>>;

    /// Waits until nobody else refreshes the session at `key`; the guard's drop lets the next one go on. A holder that
    /// dies must not hold it for ever: a lock of the operating system, or a lease of about 30 seconds.
    ///
    /// Without a lock (as here by default) nothing breaks where refresh tokens do not rotate: two processes may refresh at
    /// once, and [`replace`](Self::replace) settles which tokens stay.
    ///
    /// # Errors
    /// If the lock can't be had in reasonable time.
    fn lock<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
        let _ = key;
        Box::pin(std::future::ready(Ok(LockGuard::none())))
    }
}

/// Holds the right to refresh; dropping it gives it back.
#[must_use = "the lock is given back when this is dropped"]
pub struct LockGuard(#[expect(dead_code, reason = "it is held for its drop")] Option<Box<dyn Send>>);

impl LockGuard {
    /// Holds `guard` as long as the lock is needed.
    pub fn new(guard: impl Send + 'static) -> Self {
        Self(Some(Box::new(guard)))
    }

    /// A guard of nothing.
    pub fn none() -> Self {
        Self(None)
    }
}

impl fmt::Debug for LockGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LockGuard(..)")
    }
}

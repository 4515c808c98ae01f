//! Stores whose operations block. They run on threads that may block.

use crate::boxed::BoxFuture;
use crate::store::blocking::blocking;
use crate::store::directory::folder::MAX_RECORD_BYTES;
use crate::store::directory::lock::LockFiles;
use crate::store::envelope;
use crate::store::error::StoreError;
use crate::store::record::{Record, Replaced, Revision, Stored};
use crate::store::session_store::LockGuard;
use std::sync::Arc;

/// A store whose operations block.
pub(super) trait BlockingStore: Send + Sync + 'static {
    fn locks(&self) -> &LockFiles;

    /// Reads the record at `key`. The write lock is not held.
    fn load(&self, key: &str) -> Result<Option<Stored>, StoreError>;

    /// Reads the record at `key`. The write lock is held.
    fn read(&self, key: &str) -> Result<Option<Stored>, StoreError>;

    /// Writes the text of a record. The write lock is held.
    fn write(&self, key: &str, text: &[u8]) -> Result<(), StoreError>;

    /// Removes the record at `key`, if there is one. The write lock is held.
    fn remove(&self, key: &str) -> Result<(), StoreError>;
}

pub(super) fn load<'a, S: BlockingStore>(
    store: &Arc<S>,
    key: &str,
) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
    let (store, key) = (Arc::clone(store), key.to_owned());
    Box::pin(blocking(move || store.load(&key)))
}

pub(super) fn replace<'a, S: BlockingStore>(
    store: &Arc<S>,
    key: &str,
    expected: Option<&Revision>,
    record: Option<&Record>,
) -> BoxFuture<'a, Result<Replaced, StoreError>> {
    let (store, key) = (Arc::clone(store), key.to_owned());
    let (expected, record) = (expected.cloned(), record.cloned());
    Box::pin(blocking(move || compare_and_replace(&*store, &key, expected.as_ref(), record.as_ref())))
}

pub(super) fn lock<'a, S: BlockingStore>(store: &S, key: &str) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
    store.locks().of_session(key).guard()
}

fn compare_and_replace(
    store: &impl BlockingStore,
    key: &str,
    expected: Option<&Revision>,
    record: Option<&Record>,
) -> Result<Replaced, StoreError> {
    let sealed = record.map(|record| envelope::seal(key, record));
    if sealed.as_ref().is_some_and(|(text, _)| text.len() > MAX_RECORD_BYTES) {
        return Err(StoreError::new(format!("a session of more than {MAX_RECORD_BYTES} bytes can't be stored")));
    }
    let _lock = store.locks().of_writing().block()?;
    let current = store.read(key)?;
    if current.as_ref().map(|stored| &stored.revision) != expected {
        return Ok(Replaced::Conflict(current));
    }
    Ok(Replaced::Done(match sealed {
        Some((text, revision)) => {
            store.write(key, text.as_bytes())?;
            Some(revision)
        }
        None => {
            store.remove(key)?;
            None
        }
    }))
}

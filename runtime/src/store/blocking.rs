//! Blocking store operations on threads that may block.

use crate::boxed::BoxFuture;
use crate::store::error::StoreError;
use crate::store::record::{Record, Replaced, Revision, Stored};
use std::sync::Arc;

/// Reads on a thread that may block.
pub(super) fn load<'a, S: Send + Sync + 'static>(
    store: &Arc<S>,
    key: &str,
    act: fn(&S, &str) -> Result<Option<Stored>, StoreError>,
) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
    let (store, key) = (Arc::clone(store), key.to_owned());
    Box::pin(blocking(move || act(&store, &key)))
}

/// The replace function of a store: key, expected revision, new record.
type Replacing<S> = fn(&S, &str, Option<&Revision>, Option<&Record>) -> Result<Replaced, StoreError>;

/// Replaces on a thread that may block. It runs to its end even if the future is dropped.
pub(super) fn replace<'a, S: Send + Sync + 'static>(
    store: &Arc<S>,
    key: &str,
    expected: Option<&Revision>,
    record: Option<&Record>,
    act: Replacing<S>,
) -> BoxFuture<'a, Result<Replaced, StoreError>> {
    let (store, key) = (Arc::clone(store), key.to_owned());
    let (expected, record) = (expected.cloned(), record.cloned());
    Box::pin(blocking(move || act(&store, &key, expected.as_ref(), record.as_ref())))
}

/// Runs a function on a thread that may block.
pub(super) async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(act).await {
        Ok(done) => done,
        Err(stopped) => {
            Err(StoreError::new("the runtime is shutting down, so the store was not used").with_source(stopped))
        }
    }
}

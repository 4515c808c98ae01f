//! Runs blocking functions on threads that may block.

use crate::store::error::StoreError;

/// Runs a function on a thread that may block. It runs to its end even if the future is dropped.
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

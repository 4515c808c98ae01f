//! What waits for the disk, away from the tasks.

use super::StoreError;

/// Runs it on a thread that may wait.
pub(super) async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(act).await {
        Ok(done) => done,
        Err(stopped) => Err(StoreError::new("the program is ending, so the store was not asked").with_source(stopped)),
    }
}

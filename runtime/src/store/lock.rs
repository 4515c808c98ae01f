//! Locks between processes: advisory locks of the operating system, polled so that no thread of the runtime is blocked.

use crate::boxed::BoxFuture;
use crate::store::blocking::blocking;
use crate::store::directory::folder::Directory;
use crate::store::envelope::file_stem;
use crate::store::error::StoreError;
use crate::store::session_store::LockGuard;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The first pause between two attempts. Each pause is 1.5 times as long as the previous, up to the longest. A blocking lock of the system can't
/// be cancelled, so that a runtime could not shut down.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(40);

/// How long to wait for the write lock of another process. A write takes milliseconds.
const WRITE_WAIT: Duration = Duration::from_secs(5);

/// A lock to acquire. The system releases it when its process ends.
#[derive(Clone)]
pub(super) struct Lock {
    directory: Arc<Path>,
    name: Arc<str>,
    wait: Duration,
}

/// A lock that is held until this is dropped.
pub(super) struct HeldLock(#[expect(dead_code, reason = "closing the file releases the lock")] File);

impl Lock {
    /// The lock of the session at `key`, held during a refresh.
    pub(super) fn of_session(directory: &Path, key: &str, wait: Duration) -> Self {
        Self { directory: directory.into(), name: format!("{}.lock", file_stem(key)).into(), wait }
    }

    /// The lock of the store, held during a write.
    pub(super) fn of_writing(directory: &Path) -> Self {
        Self { directory: directory.into(), name: "write.lock".into(), wait: WRITE_WAIT }
    }

    /// Waits in a task, and returns the guard of a store.
    pub(super) fn guard<'a>(self) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
        Box::pin(async { Ok(LockGuard::new(self.wait().await?)) })
    }

    /// Waits in a task.
    async fn wait(self) -> Result<HeldLock, StoreError> {
        let mut patience = Patience::new(self.wait);
        loop {
            let lock = self.clone();
            if let Some(held) = blocking(move || lock.attempt()).await? {
                return Ok(held);
            }
            tokio::time::sleep(patience.pause().ok_or_else(|| self.still_held())?).await;
        }
    }

    /// Waits in a thread.
    pub(super) fn block(self) -> Result<HeldLock, StoreError> {
        let mut patience = Patience::new(self.wait);
        loop {
            if let Some(held) = self.attempt()? {
                return Ok(held);
            }
            std::thread::sleep(patience.pause().ok_or_else(|| self.still_held())?);
        }
    }

    /// Opens the file for each attempt, so that a removed lock file is not locked.
    fn attempt(&self) -> Result<Option<HeldLock>, StoreError> {
        let file = Directory::create(&self.directory)?.open_lock(&self.name)?;
        match file.try_lock() {
            Ok(()) if removed(&file) => Ok(None),
            Ok(()) => Ok(Some(HeldLock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            Err(TryLockError::Error(error)) => Err(no_locks(&self.directory, error)),
        }
    }

    fn still_held(&self) -> StoreError {
        StoreError::new(format!(
            "another process has held {} for {} seconds: try again, or look for a process that hangs or was stopped",
            self.directory.join(&*self.name).display(),
            self.wait.as_secs(),
        ))
    }
}

/// The rest of a wait.
struct Patience {
    /// `None` if the wait overflows.
    until: Option<Instant>,
    next: Duration,
}

impl Patience {
    fn new(wait: Duration) -> Self {
        Self { until: Instant::now().checked_add(wait), next: FIRST_PAUSE }
    }

    /// The pause before the next attempt; `None` after the last.
    fn pause(&mut self) -> Option<Duration> {
        let left = self.until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
        let pause = Some(self.next.min(left)).filter(|pause| !pause.is_zero());
        self.next = (self.next * 3 / 2).min(LONGEST_PAUSE);
        pause
    }
}

fn no_locks(directory: &Path, error: io::Error) -> StoreError {
    StoreError::new(format!(
        "the file system of {} gives no locks, so two processes could use one refresh token twice: name a directory on a \
         local disk with `FileStore::at`, or use another store",
        directory.display()
    ))
    .with_source(error)
}

/// Whether the file was removed from its directory. Other processes then lock another file.
#[cfg(unix)]
fn removed(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
}

#[cfg(not(unix))]
fn removed(_: &File) -> bool {
    // A file that is open can't be removed there.
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn r16_a_file_system_without_locks_is_refused_with_its_mend() {
        let error = no_locks(Path::new("/nfs/sessions"), rustix::io::Errno::NOLCK.into());
        let text = error.to_string();
        assert!(
            text.contains("/nfs/sessions") && text.contains("local disk") && text.contains("FileStore::at"),
            "{text}"
        );
        assert!(error.source().is_some_and(|source| source.to_string().contains("No locks")));
    }
}

//! Locks between processes: advisory locks of the operating system, polled so that no thread of the runtime is blocked.

use crate::boxed::BoxFuture;
use crate::store::blocking::blocking;
use crate::store::directory::folder::Directory;
use crate::store::envelope::file_stem;
use crate::store::error::StoreError;
use crate::store::session_store::LockGuard;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The first pause between two attempts. Each pause is 1.5 times as long as the previous, up to the longest. A blocking lock of the
/// system is not used, since it can't be cancelled when a runtime shuts down.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(40);

/// How long to wait for the lock of a session by default.
const SESSION_WAIT: Duration = Duration::from_secs(30);

/// How long to wait for the write lock of another process. A write takes milliseconds.
const WRITE_WAIT: Duration = Duration::from_secs(5);

/// The lock files of a store in a directory.
#[derive(Clone)]
pub(in crate::store) struct LockFiles {
    pub directory: PathBuf,
    /// How long to wait for the lock of a session.
    pub wait: Duration,
}

/// A lock to acquire. The system releases it when its process ends.
#[derive(Clone)]
pub(in crate::store) struct Lock {
    directory: Arc<Path>,
    name: Arc<str>,
    wait: Duration,
}

/// A lock that is held until this is dropped.
pub(in crate::store) struct HeldLock(#[expect(dead_code, reason = "closing the file releases the lock")] File);

impl LockFiles {
    /// The lock files in `directory`, with the default wait of 30 seconds.
    pub(in crate::store) fn at(directory: PathBuf) -> Self {
        Self { directory, wait: SESSION_WAIT }
    }

    /// The lock of the session at `key`, held during a refresh.
    pub(in crate::store) fn of_session(&self, key: &str) -> Lock {
        self.lock(&format!("{}.lock", file_stem(key)), self.wait)
    }

    /// The write lock of the store.
    pub(in crate::store) fn of_writing(&self) -> Lock {
        self.lock("write.lock", WRITE_WAIT)
    }

    fn lock(&self, name: &str, wait: Duration) -> Lock {
        Lock { directory: self.directory.as_path().into(), name: name.into(), wait }
    }
}

impl Lock {
    /// Waits in a task, and returns the guard of a store.
    pub(in crate::store) fn guard<'a>(self) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
        Box::pin(async { Ok(LockGuard::new(self.wait().await?)) })
    }

    /// Waits in a task.
    async fn wait(self) -> Result<HeldLock, StoreError> {
        let mut pauses = Pauses::new(self.wait);
        loop {
            let lock = self.clone();
            if let Some(held) = blocking(move || lock.attempt()).await? {
                return Ok(held);
            }
            tokio::time::sleep(pauses.next_pause().ok_or_else(|| self.still_held())?).await;
        }
    }

    /// Waits in a thread.
    pub(in crate::store) fn block(self) -> Result<HeldLock, StoreError> {
        let mut pauses = Pauses::new(self.wait);
        loop {
            if let Some(held) = self.attempt()? {
                return Ok(held);
            }
            std::thread::sleep(pauses.next_pause().ok_or_else(|| self.still_held())?);
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

/// The pauses between the attempts, until the wait ends.
struct Pauses {
    /// `None` if the wait overflows.
    until: Option<Instant>,
    pause: Duration,
}

impl Pauses {
    fn new(wait: Duration) -> Self {
        Self { until: Instant::now().checked_add(wait), pause: FIRST_PAUSE }
    }

    /// The pause before the next attempt; `None` after the last.
    fn next_pause(&mut self) -> Option<Duration> {
        let left = self.until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
        let pause = Some(self.pause.min(left)).filter(|pause| !pause.is_zero());
        self.pause = (self.pause * 3 / 2).min(LONGEST_PAUSE);
        pause
    }
}

fn no_locks(directory: &Path, error: io::Error) -> StoreError {
    StoreError::new(format!(
        "the file system of {} has no locks, so two processes could use the same refresh token: name a directory on a local \
         disk with `FileStore::at`, or use another store",
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
    fn r16_a_file_system_without_locks_is_refused_with_a_help_text() {
        let error = no_locks(Path::new("/nfs/sessions"), rustix::io::Errno::NOLCK.into());
        let text = error.to_string();
        assert!(
            text.contains("/nfs/sessions") && text.contains("local disk") && text.contains("FileStore::at"),
            "{text}"
        );
        assert!(error.source().is_some_and(|source| source.to_string().contains("No locks")));
    }
}

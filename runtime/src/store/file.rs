//! A store of files, shared by the processes of one machine.

use crate::boxed::BoxFuture;
use crate::store::blocking::blocking;
use crate::store::blocking_store::BlockingStore;
use crate::store::directory::folder::{Directory, ReservedFile};
use crate::store::directory::lock::LockFiles;
use crate::store::envelope::Unreadable;
use crate::store::error::StoreError;
use crate::store::record::{Record, Replaced, Revision, Stored};
use crate::store::session_store::{LockGuard, Reservation, SessionStore};
use crate::store::{blocking_store, envelope, home};
use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A store of files: one file for each session of a user on one machine. Several processes can share it.
///
/// ```no_run
/// # fn example<PetPool: cogen_runtime::UserPool>() -> Result<(), cogen_runtime::store::StoreError> {
/// use cogen_runtime::store::FileStore;
///
/// let app = PetPool::app_client("1example23456789").store(FileStore::in_home("pets")?);
/// # let _ = app;
/// # Ok(())
/// # }
/// ```
///
/// A file has mode 0600 in a directory of mode 0700, and its name is a hash of the key. It is replaced atomically: written to a new file,
/// synchronized to the disk and renamed, so that a process that is killed leaves the old or the new record. Locks are those of the
/// operating system, and end with their process. Symbolic links are not followed. Before a refresh, the space of the new record is
/// reserved, so that a full disk is detected before the refresh token is sent.
///
/// Files that other users can read, files of another user, damaged files and files of a newer version are refused with an error that says
/// what to do, and are never overwritten. On Windows, permissions are those of the user profile, and are not checked.
///
/// The tokens in the files are not encrypted: programs of the user can read them. Do not use a network file system, on which locks of two
/// machines can be independent. The store needs a Tokio runtime.
#[derive(Clone)]
pub struct FileStore(Arc<Files>);

struct Files {
    locks: LockFiles,
    /// Files with space for the next records, by key.
    reserved: Mutex<HashMap<String, ReservedFile>>,
    /// Whether the files of processes that died during a write were removed.
    swept: AtomicBool,
}

impl FileStore {
    /// Opens the store of the program `app` in the state directory of the platform: `$XDG_STATE_HOME/<app>/sessions` or
    /// `~/.local/state/<app>/sessions`; `~/Library/Application Support/<app>/sessions` on macOS;
    /// `%LOCALAPPDATA%\<app>\sessions` on Windows.
    ///
    /// # Errors
    /// Fails if `app` is not a valid directory name, if there is no home directory, or as [`at`](Self::at) does.
    pub fn in_home(app: &str) -> Result<Self, StoreError> {
        Self::at(home::sessions_of(app)?)
    }

    /// Opens the store in a directory, which is created if it does not exist.
    ///
    /// # Errors
    /// Fails if the directory can't be created, is a symbolic link, belongs to another user, or is readable for other users.
    pub fn at(directory: impl AsRef<Path>) -> Result<Self, StoreError> {
        Ok(Self::with(LockFiles::at(Directory::create_absolute(directory.as_ref())?)))
    }

    /// Sets how long to wait for the lock of another process; 30 seconds if it is not set.
    #[must_use]
    pub fn lock_wait(self, wait: Duration) -> Self {
        Self::with(LockFiles { wait, ..self.0.locks.clone() })
    }

    fn with(locks: LockFiles) -> Self {
        Self(Arc::new(Files { locks, reserved: Mutex::default(), swept: AtomicBool::new(false) }))
    }
}

impl SessionStore for FileStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
        blocking_store::load(&self.0, key)
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Revision>,
        record: Option<&'a Record>,
    ) -> BoxFuture<'a, Result<Replaced, StoreError>> {
        blocking_store::replace(&self.0, key, expected, record)
    }

    fn reserve<'a>(&'a self, key: &'a str, bytes: usize) -> BoxFuture<'a, Result<Reservation, StoreError>> {
        let (files, key) = (Arc::clone(&self.0), key.to_owned());
        Box::pin(blocking(move || {
            let reserved = Directory::create(&files.locks.directory)?.reserve(&file_name(&key), bytes)?;
            files.reserved().insert(key.clone(), reserved);
            Ok(Reservation::new(FileReservation { files, key }))
        }))
    }

    fn lock<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
        blocking_store::lock(&*self.0, key)
    }
}

/// Removes the reserved file, if it was not used.
struct FileReservation {
    files: Arc<Files>,
    key: String,
}

impl Drop for FileReservation {
    fn drop(&mut self) {
        self.files.reserved().remove(&self.key);
    }
}

impl Files {
    fn reserved(&self) -> MutexGuard<'_, HashMap<String, ReservedFile>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BlockingStore for Files {
    fn locks(&self) -> &LockFiles {
        &self.locks
    }

    fn load(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        self.read(key)
    }

    fn read(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        match Directory::find(&self.locks.directory)? {
            Some(directory) => read(&directory, key),
            None => Ok(None),
        }
    }

    fn write(&self, key: &str, text: &[u8]) -> Result<(), StoreError> {
        let directory = Directory::create(&self.locks.directory)?;
        if !self.swept.swap(true, Ordering::Relaxed) {
            directory.sweep();
        }
        let reserved = self.reserved().remove(key);
        match reserved {
            Some(reserved) => directory.write_reserved(reserved, &file_name(key), text),
            None => directory.write(&file_name(key), text),
        }
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        Directory::create(&self.locks.directory)?.remove(&file_name(key))
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("directory", &self.0.locks.directory).finish_non_exhaustive()
    }
}

fn file_name(key: &str) -> String {
    format!("{}.session", envelope::file_stem(key))
}

fn read(directory: &Directory, key: &str) -> Result<Option<Stored>, StoreError> {
    let name = file_name(key);
    let Some(bytes) = directory.read(&name)? else { return Ok(None) };
    envelope::open(key, &bytes).map(Some).map_err(|unreadable| {
        let path = directory.path_of(&name);
        let path = path.display();
        StoreError::new(match unreadable {
            Unreadable::Damaged => format!("{path} is damaged or not a session file: remove it and sign in again"),
            Unreadable::Newer => {
                format!("{path} was written by a newer version of this program: update it, or remove the file and sign in again")
            }
            Unreadable::OtherKey => {
                format!("{path} has the session of another key, so it was renamed: rename it back, or remove it and sign in again")
            }
        })
    })
}

#[cfg(all(test, unix))]
mod tests;

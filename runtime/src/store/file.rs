//! A store of files, shared by the processes of one machine.

use crate::boxed::BoxFuture;
use crate::store::directory::folder::{Directory, MAX_RECORD_BYTES};
use crate::store::envelope::Unreadable;
use crate::store::error::StoreError;
use crate::store::lock::Lock;
use crate::store::record::{Record, Replaced, Revision, Stored};
use crate::store::session_store::{LockGuard, SessionStore};
use crate::store::{blocking, envelope, home};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Keeps each session in a file of its own, for one user of one machine; any number of processes share them.
///
/// A file has mode 0600 in a directory of mode 0700, and its name is a hash of the key. It is replaced whole: written
/// beside the old one, forced to the disk, renamed; so a process killed at any moment leaves the old record or the new one.
/// Locks are the operating system's, and end with their holder. No symbolic link is followed, neither for the directory
/// itself nor for a file in it.
///
/// What others may read, what belongs to another user, a damaged file and one that a newer version wrote are refused
/// with an error that says the mend; nothing of it is overwritten. On Windows, permissions are those of the user's
/// profile, and are not looked at.
///
/// The tokens in the files are not encrypted: whoever can act as the user can read them. Files are for one machine; over a
/// network file system two machines may have locks that don't know of each other. It needs a Tokio runtime.
#[derive(Clone)]
pub struct FileStore(Arc<Files>);

struct Files {
    directory: PathBuf,
    lock_wait: Duration,
    swept: AtomicBool,
}

impl FileStore {
    /// Sessions of the program `app`, where the platform keeps state: `$XDG_STATE_HOME/<app>/sessions` or
    /// `~/.local/state/<app>/sessions`; `~/Library/Application Support/<app>/sessions` on macOS;
    /// `%LOCALAPPDATA%\<app>\sessions` on Windows.
    ///
    /// # Errors
    /// If `app` can't be a directory's name, there is no home directory, or the directory is refused as by
    /// [`at`](Self::at).
    pub fn in_home(app: &str) -> Result<Self, StoreError> {
        Self::at(home::sessions_of(app)?)
    }

    /// Sessions in a directory of one's own, made if it is not there.
    ///
    /// # Errors
    /// If it can't be made, is a symbolic link, belongs to another user, or others may look into it.
    pub fn at(directory: impl AsRef<Path>) -> Result<Self, StoreError> {
        let directory = self::directory(directory.as_ref())?;
        Ok(Self(Arc::new(Files { directory, lock_wait: Duration::from_secs(30), swept: AtomicBool::new(false) })))
    }

    /// The same sessions, with another bound on the wait for a process that refreshes; 30 seconds if not set.
    #[must_use]
    pub fn lock_wait(self, wait: Duration) -> Self {
        let directory = self.0.directory.clone();
        Self(Arc::new(Files { directory, lock_wait: wait, swept: AtomicBool::new(false) }))
    }
}

impl SessionStore for FileStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
        blocking::load(&self.0, key, Files::load)
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Revision>,
        record: Option<&'a Record>,
    ) -> BoxFuture<'a, Result<Replaced, StoreError>> {
        blocking::replace(&self.0, key, expected, record, Files::replace)
    }

    fn lock<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
        Lock::of_session(&self.0.directory, key, self.0.lock_wait).guard()
    }
}

impl Files {
    fn load(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        match Directory::find(&self.directory)? {
            Some(directory) => read(&directory, key),
            None => Ok(None),
        }
    }

    fn replace(&self, key: &str, expected: Option<&Revision>, record: Option<&Record>) -> Result<Replaced, StoreError> {
        let sealed = record.map(|record| envelope::seal(key, record));
        if sealed.as_ref().is_some_and(|(text, _)| text.len() > MAX_RECORD_BYTES) {
            return Err(StoreError::new(format!("a session of more than {MAX_RECORD_BYTES} bytes is not kept")));
        }
        let _held = Lock::of_writing(&self.directory).block()?;
        let directory = Directory::create(&self.directory)?;
        if !self.swept.swap(true, Ordering::Relaxed) {
            directory.sweep();
        }
        let there = read(&directory, key)?;
        if there.as_ref().map(|stored| &stored.revision) != expected {
            return Ok(Replaced::Conflict(there));
        }
        let name = file_name(key);
        Ok(Replaced::Done(match sealed {
            Some((text, revision)) => {
                directory.write(&name, text.as_bytes())?;
                Some(revision)
            }
            None => {
                directory.remove(&name)?;
                None
            }
        }))
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("directory", &self.0.directory).finish_non_exhaustive()
    }
}

/// The absolute path of a directory that is there now, and for us alone.
pub(super) fn directory(path: &Path) -> Result<PathBuf, StoreError> {
    let absolute = std::path::absolute(path).map_err(|error| {
        StoreError::new("the name of the directory is empty or relative to nowhere: name an absolute one")
            .with_source(error)
    })?;
    // Without a slash at the end, which would make the system follow a link.
    let directory: PathBuf = absolute.components().collect();
    Directory::create(&directory)?;
    Ok(directory)
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
            Unreadable::Damaged => format!("{path} is damaged, or no session file: remove it and sign in again"),
            Unreadable::Newer => {
                format!("{path} was written by a newer version of this program: update it, or remove the file and sign in again")
            }
            Unreadable::OtherKey => {
                format!("{path} holds the session of another key, so it was moved: move it back, or remove it and sign in again")
            }
        })
    })
}

#[cfg(all(test, unix))]
mod tests;

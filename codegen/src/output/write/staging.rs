//! The staging directory for new files. Its lock allows one run at a time.

use crate::diagnostics::codes;
use crate::output::write::{WriteError, metadata, plain, unreadable, unwritable, write_error};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

const NAME: &str = ".cogen.new";
const LOCK: &str = "lock";

/// The locked staging directory, which is removed on drop.
pub(crate) struct Staging {
    path: PathBuf,
    /// The system releases the lock when the process ends, also after a crash.
    lock: Option<File>,
}

impl Staging {
    /// Creates the directory in the output directory, or reuses that of an interrupted run.
    pub(crate) fn open(directory: &Path) -> Result<Self, WriteError> {
        let path = directory.join(NAME);
        match metadata(&path)? {
            None => fs::create_dir(&path)
                .or_else(|e| if e.kind() == std::io::ErrorKind::AlreadyExists { Ok(()) } else { Err(e) })
                .map_err(|e| unwritable(&path, &e))?,
            Some(found) if found.is_dir() => {}
            Some(_) => return Err(super::foreign(&path)),
        }
        let at = path.join(LOCK);
        metadata(&at)?;
        let lock = File::options().create(true).truncate(false).write(true).open(&at);
        let lock = lock.map_err(|e| match e.kind() {
            // The other run has just ended.
            std::io::ErrorKind::NotFound => busy(directory),
            _ => unwritable(&at, &e),
        })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy(directory)),
            // The file system does not support locks. Concurrent runs are rare enough to continue.
            Err(TryLockError::Error(e)) if e.kind() == std::io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(e)) => return Err(unwritable(&at, &e)),
        }
        if !is_in_place(&lock, &at) {
            return Err(busy(directory));
        }
        let staging = Self { path, lock: Some(lock) };
        staging.clear()?;
        Ok(staging)
    }

    /// The path of the directory.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the output directory contains nothing else.
    pub(crate) fn is_alone(&self, directory: &Path) -> Result<bool, WriteError> {
        for entry in fs::read_dir(directory).map_err(|e| unreadable(directory, &e))? {
            if entry.map_err(|e| unreadable(directory, &e))?.file_name() != NAME {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Removes the files of an interrupted run.
    fn clear(&self) -> Result<(), WriteError> {
        for entry in fs::read_dir(&self.path).map_err(|e| unreadable(&self.path, &e))? {
            let entry = entry.map_err(|e| unreadable(&self.path, &e))?;
            if entry.file_name() != LOCK {
                fs::remove_file(entry.path()).map_err(|e| unwritable(&entry.path(), &e))?;
            }
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = self.clear();
        if cfg!(windows) {
            // Windows cannot remove an open file.
            self.lock = None;
        }
        // The lock file is removed once, while it is locked. A run that then gets the lock of the removed file detects that it
        // is no longer in place, and a new lock file keeps the directory from being removed.
        let _ = fs::remove_file(self.path.join(LOCK));
        let _ = fs::remove_dir(&self.path);
    }
}

fn busy(directory: &Path) -> WriteError {
    let message = format!("another run of cogen is writing into `{}`", plain(directory).display());
    write_error(codes::FILE_BUSY, message, "wait until the other run ends, or use a different directory for each run")
}

/// Whether the locked file is still at its path: the run that had the lock before removes the file when it ends.
#[cfg(unix)]
fn is_in_place(lock: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |m: fs::Metadata| (m.dev(), m.ino());
    lock.metadata().map(identity).ok() == fs::metadata(path).map(identity).ok()
}

#[cfg(not(unix))]
fn is_in_place(_: &File, path: &Path) -> bool {
    path.exists()
}

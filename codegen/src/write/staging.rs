//! The directory in which new files wait for their places; who holds its lock may write.

use super::{Fault, fault, metadata, plain, unreadable, unwritable};
use crate::codes;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

const NAME: &str = ".cogen.new";
const LOCK: &str = "lock";

/// The staging directory, locked; it goes when this goes.
pub(super) struct Staging {
    path: PathBuf,
    /// The system gives the lock back when the process ends, however it ends.
    lock: Option<File>,
}

impl Staging {
    /// Makes it in the output directory, or takes over what a run left that was cut off.
    pub(super) fn open(directory: &Path) -> Result<Self, Fault> {
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
            // The run that had it has just ended.
            std::io::ErrorKind::NotFound => busy(directory),
            _ => unwritable(&at, &e),
        })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy(directory)),
            // A file system without locks: what is left is that most runs are alone.
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

    /// The directory.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether nothing else is in the output directory.
    pub(super) fn is_alone(&self, directory: &Path) -> Result<bool, Fault> {
        for entry in fs::read_dir(directory).map_err(|e| unreadable(directory, &e))? {
            if entry.map_err(|e| unreadable(directory, &e))?.file_name() != NAME {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Removes what an earlier run left.
    fn clear(&self) -> Result<(), Fault> {
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
            // An open file can't be removed there.
            self.lock = None;
        }
        // The lock file goes once and while it is locked: whoever gets the lock of the removed file sees that it is
        // no longer in place, and whoever makes a new one keeps the directory from going.
        let _ = fs::remove_file(self.path.join(LOCK));
        let _ = fs::remove_dir(&self.path);
    }
}

fn busy(directory: &Path) -> Fault {
    let message = format!("another run of cogen is writing into `{}`", plain(directory).display());
    fault(codes::FILE_BUSY, message, "wait until the other run ends, or use a different directory for each run")
}

/// Whether the locked file is still the one that others find: the run that had it before removes it at its end.
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

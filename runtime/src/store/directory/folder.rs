//! A directory of files that only their owner can read. Each file is replaced atomically.

use crate::store::directory::sys;
use crate::store::directory::sys::For;
use crate::store::error::StoreError;
use std::fs::{File, Metadata};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use zeroize::Zeroizing;

/// The most a file may hold; a session with all its tokens has about 10 KB.
pub(in crate::store) const MAX_RECORD_BYTES: usize = 1 << 20;

/// How the names of files end that are still being written. One that stays was left behind by a process that died.
const UNFINISHED: &str = ".new";

/// An open directory that only its owner can read.
pub(in crate::store) struct Directory {
    handle: sys::Handle,
    path: PathBuf,
}

impl Directory {
    /// Opens the directory, and creates it if it does not exist.
    pub(in crate::store) fn create(path: &Path) -> Result<Self, StoreError> {
        if let Some(found) = Self::find(path)? {
            return Ok(found);
        }
        sys::create(path).map_err(|error| failed("the directory can't be made", path, error))?;
        Self::find(path)?.ok_or_else(|| StoreError::new(format!("{} was removed meanwhile: try again", path.display())))
    }

    /// Opens the directory if it exists.
    pub(in crate::store) fn find(path: &Path) -> Result<Option<Self>, StoreError> {
        let handle = match sys::open(path) {
            Ok(handle) => handle,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) if is_link(path) => {
                return Err(StoreError::new(format!(
                    "{} is a symbolic link, and sessions are not kept behind one: name the directory it points to",
                    path.display()
                )));
            }
            Err(error) => return Err(failed("the directory can't be opened", path, error)),
        };
        let metadata = handle.metadata().map_err(|error| failed("the directory can't be looked at", path, error))?;
        if !metadata.is_dir() {
            return Err(StoreError::new(format!("{} is not a directory: name one", path.display())));
        }
        match sys::not_ours(&metadata, path) {
            Some(refusal) => Err(StoreError::new(refusal)),
            None => Ok(Some(Self { handle, path: path.to_owned() })),
        }
    }

    /// Opens the file to be locked, and makes it if it isn't there.
    pub(in crate::store) fn open_lock(&self, name: &str) -> Result<File, StoreError> {
        let file = self.handle.open(name, For::Locking).map_err(|error| self.not_opened(name, error))?;
        self.check(name, &file)?;
        Ok(file)
    }

    /// Reads the file, if it exists.
    pub(in crate::store) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let file = match self.handle.open(name, For::Reading) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.not_opened(name, error)),
        };
        let length = self.check(name, &file)?.len();
        let path = self.path_of(name);
        let too_long = || {
            StoreError::new(format!(
                "{} holds more than {MAX_RECORD_BYTES} bytes, so it is no session: remove it and sign in again",
                path.display()
            ))
        };
        // Made as large as the file: growing would leave copies of the tokens behind.
        let length = usize::try_from(length).ok().filter(|length| *length <= MAX_RECORD_BYTES).ok_or_else(too_long)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(length + 1));
        file.take(MAX_RECORD_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| failed("the file can't be read", &path, error))?;
        if bytes.len() > MAX_RECORD_BYTES { Err(too_long()) } else { Ok(Some(bytes)) }
    }

    /// Replaces the file: the new file is complete on the disk before it is renamed.
    pub(in crate::store) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let unfinished = self.unfinished(name);
        let written = self
            .handle
            .open(&unfinished, For::Writing)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| self.handle.rename(&unfinished, name));
        if let Err(error) = written {
            // What is there is still there; the rest is only tidiness.
            let _ = self.handle.remove(&unfinished);
            return Err(failed("the file can't be written; what it held is still there", &self.path_of(name), error));
        }
        self.sync()
    }

    /// Removes the file, if it is there.
    pub(in crate::store) fn remove(&self, name: &str) -> Result<(), StoreError> {
        match self.handle.remove(name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failed("the file can't be removed", &self.path_of(name), error))
            }
            _ => self.sync(),
        }
    }

    /// Removes what processes left behind that died while they wrote. Only for who holds the lock for writing.
    pub(in crate::store) fn sweep(&self) {
        let Ok(entries) = std::fs::read_dir(&self.path) else { return };
        for name in entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()) {
            if name.ends_with(UNFINISHED) {
                // One that can't be removed does no harm: its name is never used again.
                let _ = self.handle.remove(&name);
            }
        }
    }

    /// Where the file is, for messages.
    pub(in crate::store) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn sync(&self) -> Result<(), StoreError> {
        self.handle.sync().map_err(|error| failed("the directory can't be written to the disk", &self.path, error))
    }

    fn check(&self, name: &str, file: &File) -> Result<Metadata, StoreError> {
        let path = self.path_of(name);
        let metadata = file.metadata().map_err(|error| failed("the file can't be looked at", &path, error))?;
        if !metadata.is_file() {
            return Err(StoreError::new(format!("{} is not a file: remove it", path.display())));
        }
        match sys::not_ours(&metadata, &path) {
            Some(refusal) => Err(StoreError::new(refusal)),
            None => Ok(metadata),
        }
    }

    fn not_opened(&self, name: &str, error: io::Error) -> StoreError {
        let path = self.path_of(name);
        if is_link(&path) {
            return StoreError::new(format!(
                "{} is a symbolic link, and none is followed: remove it, and look who made it",
                path.display()
            ));
        }
        failed("the file can't be opened", &path, error)
    }

    /// A name that no other process uses, on this machine or another.
    fn unfinished(&self, name: &str) -> String {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        format!("{name}.{}-{since:x}-{number}{UNFINISHED}", std::process::id())
    }
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.file_type().is_symlink())
}

fn failed(what: &str, path: &Path, error: io::Error) -> StoreError {
    let help = match error.kind() {
        io::ErrorKind::PermissionDenied => ": give this user the right to it, or name another directory",
        io::ErrorKind::ReadOnlyFilesystem => ": name a directory on a file system that can be written",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ": make room on the disk",
        _ => "",
    };
    StoreError::new(format!("{what}: {} ({error}){help}", path.display())).with_source(error)
}

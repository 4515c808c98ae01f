//! A directory of files that only their owner can read. Each file is replaced atomically.

use crate::store::directory::sys;
use crate::store::directory::sys::Purpose;
use crate::store::error::StoreError;
use std::fs::{File, Metadata};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use zeroize::Zeroizing;

/// The maximum size of a file. A session with all its tokens has about 10 KB.
pub(in crate::store) const MAX_RECORD_BYTES: usize = 1 << 20;

/// The suffix of files that are being written. A process that died during a write leaves such a file.
const UNFINISHED: &str = ".new";

/// A file with space for the next version of another file. Dropping it removes it.
pub(in crate::store) struct ReservedFile {
    file: File,
    name: String,
    path: PathBuf,
    renamed: bool,
}

/// An open directory that only its owner can read.
pub(in crate::store) struct Directory {
    handle: sys::Handle,
    path: PathBuf,
}

impl Directory {
    /// Creates and checks the directory, and returns its absolute path.
    pub(in crate::store) fn create_absolute(path: &Path) -> Result<PathBuf, StoreError> {
        let absolute = std::path::absolute(path).map_err(|error| {
            StoreError::new("the name of the directory can't be made absolute: name an absolute path")
                .with_source(error)
        })?;
        // Remove a slash at the end, with which the system would follow a link.
        let path: PathBuf = absolute.components().collect();
        Self::create(&path)?;
        Ok(path)
    }

    /// Opens the directory, and creates it if it does not exist.
    pub(in crate::store) fn create(path: &Path) -> Result<Self, StoreError> {
        if let Some(found) = Self::find(path)? {
            return Ok(found);
        }
        sys::create(path).map_err(|error| failed("the directory can't be created", path, error))?;
        Self::find(path)?
            .ok_or_else(|| StoreError::new(format!("another process removed {}: try again", path.display())))
    }

    /// Opens the directory if it exists.
    pub(in crate::store) fn find(path: &Path) -> Result<Option<Self>, StoreError> {
        let handle = match sys::open(path) {
            Ok(handle) => handle,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) if is_link(path) => {
                return Err(StoreError::new(format!(
                    "{} is a symbolic link, which is not followed: name the directory that it points to",
                    path.display()
                )));
            }
            Err(error) => return Err(failed("the directory can't be opened", path, error)),
        };
        let metadata =
            handle.metadata().map_err(|error| failed("the metadata of the directory can't be read", path, error))?;
        if !metadata.is_dir() {
            return Err(StoreError::new(format!("{} is not a directory: name a directory", path.display())));
        }
        match sys::not_ours(&metadata, path) {
            Some(refusal) => Err(StoreError::new(refusal)),
            None => Ok(Some(Self { handle, path: path.to_owned() })),
        }
    }

    /// Opens the file to lock it, and creates it if it does not exist.
    pub(in crate::store) fn open_lock(&self, name: &str) -> Result<File, StoreError> {
        let file = self.handle.open(name, Purpose::Lock).map_err(|error| self.not_opened(name, error))?;
        self.check(name, &file)?;
        Ok(file)
    }

    /// Reads the file, if it exists.
    pub(in crate::store) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let file = match self.handle.open(name, Purpose::Read) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.not_opened(name, error)),
        };
        let length = self.check(name, &file)?.len();
        let path = self.path_of(name);
        let too_long = || {
            StoreError::new(format!(
                "{} has more than {MAX_RECORD_BYTES} bytes, so it is not a session file: remove it and sign in again",
                path.display()
            ))
        };
        // Allocated at the size of the file, since growing would leave copies of the tokens in memory.
        let length = usize::try_from(length).ok().filter(|length| *length <= MAX_RECORD_BYTES).ok_or_else(too_long)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(length + 1));
        file.take(MAX_RECORD_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| failed("the file can't be read", &path, error))?;
        if bytes.len() > MAX_RECORD_BYTES { Err(too_long()) } else { Ok(Some(bytes)) }
    }

    /// Replaces the file: the new file is complete on the disk before it is renamed.
    pub(in crate::store) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let new = self.new_file(name)?;
        self.finish(new, name, bytes).map_err(|error| self.unchanged(name, error))?;
        self.sync()
    }

    /// Creates a file of `length` zeros, whose space a later [`Self::write_reserved`] uses.
    pub(in crate::store) fn reserve(&self, name: &str, length: usize) -> Result<ReservedFile, StoreError> {
        let mut new = self.new_file(name)?;
        new.file.write_all(&vec![0; length]).map_err(|error| self.unchanged(name, error))?;
        Ok(new)
    }

    /// Replaces the file as [`Self::write`] does, in the space of a reserved file.
    pub(in crate::store) fn write_reserved(
        &self,
        reserved: ReservedFile,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        match self.finish(reserved, name, bytes) {
            Ok(()) => self.sync(),
            // Another process can have removed the file, or the text is longer than expected.
            Err(_) => self.write(name, bytes),
        }
    }

    fn new_file(&self, name: &str) -> Result<ReservedFile, StoreError> {
        let unfinished = self.unfinished(name);
        let file = self.handle.open(&unfinished, Purpose::Write).map_err(|error| self.unchanged(name, error))?;
        Ok(ReservedFile { file, path: self.path_of(&unfinished), name: unfinished, renamed: false })
    }

    fn finish(&self, mut new: ReservedFile, name: &str, bytes: &[u8]) -> io::Result<()> {
        new.file.rewind()?;
        new.file.write_all(bytes)?;
        new.file.set_len(bytes.len() as u64)?;
        new.file.sync_all()?;
        self.handle.rename(&new.name, name)?;
        new.renamed = true;
        Ok(())
    }

    fn unchanged(&self, name: &str, error: io::Error) -> StoreError {
        failed("the file can't be written, and is unchanged", &self.path_of(name), error)
    }

    /// Removes the file, if it exists.
    pub(in crate::store) fn remove(&self, name: &str) -> Result<(), StoreError> {
        match self.handle.remove(name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failed("the file can't be removed", &self.path_of(name), error))
            }
            _ => self.sync(),
        }
    }

    /// Removes the files of processes that died during a write. The caller holds the write lock.
    pub(in crate::store) fn sweep(&self) {
        let Ok(entries) = std::fs::read_dir(&self.path) else { return };
        for name in entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()) {
            if name.ends_with(UNFINISHED) {
                // The name of a file that can't be removed is never used again.
                let _ = self.handle.remove(&name);
            }
        }
    }

    /// The path of the file, for messages.
    pub(in crate::store) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn sync(&self) -> Result<(), StoreError> {
        self.handle.sync().map_err(|error| failed("the directory can't be synchronized to the disk", &self.path, error))
    }

    fn check(&self, name: &str, file: &File) -> Result<Metadata, StoreError> {
        let path = self.path_of(name);
        let metadata =
            file.metadata().map_err(|error| failed("the metadata of the file can't be read", &path, error))?;
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
                "{} is a symbolic link, which is not followed: remove it, and check who created it",
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

impl Drop for ReservedFile {
    fn drop(&mut self) {
        if !self.renamed {
            // If this fails, `sweep` removes it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.file_type().is_symlink())
}

fn failed(what: &str, path: &Path, error: io::Error) -> StoreError {
    let help = match error.kind() {
        io::ErrorKind::PermissionDenied => ": give this user access, or name another directory",
        io::ErrorKind::ReadOnlyFilesystem => ": name a directory on a writable file system",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ": free space on the disk",
        _ => "",
    };
    StoreError::new(format!("{what}: {} ({error}){help}", path.display())).with_source(error)
}

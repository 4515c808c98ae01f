//! A directory by its path, for platforms without Unix permissions. The permissions are those of the user profile.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Why a file is opened. It is created for a write, and also for a lock if it does not exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Write,
    Lock,
}

pub(super) struct Handle(PathBuf);

/// Creates the directory and its missing parents.
pub(super) fn create(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(path)
}

pub(super) fn open(path: &Path) -> io::Result<Handle> {
    path.symlink_metadata().map(|_| Handle(path.to_owned()))
}

impl Handle {
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.0.symlink_metadata()
    }

    pub(super) fn open(&self, name: &str, purpose: Purpose) -> io::Result<File> {
        let mut options = OpenOptions::new();
        match purpose {
            Purpose::Read => options.read(true),
            Purpose::Write => options.write(true).create_new(true),
            Purpose::Lock => options.read(true).write(true).create(true).truncate(false),
        };
        #[cfg(windows)]
        {
            // A link itself is opened (FILE_FLAG_OPEN_REPARSE_POINT), and then refused because it is not a file.
            use std::os::windows::fs::OpenOptionsExt as _;
            options.custom_flags(0x0020_0000);
        }
        options.open(self.0.join(name))
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.0.join(from), self.0.join(to))
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.0.join(name))
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        // There is no operation that synchronizes a directory.
        Ok(())
    }
}

/// Why a file or a directory is not private to this user. It is not checked.
pub(super) fn not_ours(_: &Metadata, _: &Path) -> Option<String> {
    None
}

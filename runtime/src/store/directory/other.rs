//! A directory by its path, where there are no Unix permissions: the user's profile keeps others out by itself.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A file is opened to be read, made to be written, or opened or made to be locked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    Reading,
    Writing,
    Locking,
}

pub(super) struct Handle(PathBuf);

/// Makes the directory, and those above it that are missing.
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

    pub(super) fn open(&self, name: &str, purpose: For) -> io::Result<File> {
        let mut options = OpenOptions::new();
        match purpose {
            For::Reading => options.read(true),
            For::Writing => options.write(true).create_new(true),
            For::Locking => options.read(true).write(true).create(true).truncate(false),
        };
        #[cfg(windows)]
        {
            // A link is opened itself (FILE_FLAG_OPEN_REPARSE_POINT), and then refused since it is no file.
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
        // A directory can't be synced there.
        Ok(())
    }
}

/// Why a file or directory is not for us alone: that is not asked here.
pub(super) fn not_ours(_: &Metadata, _: &Path) -> Option<String> {
    None
}

//! An open directory, and files that are opened in it by name, so that no link is followed and the directory can't be exchanged.

use rustix::fs::{AtFlags, Mode, OFlags};
use std::fs::{DirBuilder, File, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::Path;

/// A file is opened to be read, made to be written, or opened or made to be locked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    Reading,
    Writing,
    Locking,
}

pub(super) struct Handle(File);

/// Makes the directory, and those above it that are missing, for their owner alone.
pub(super) fn create(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

pub(super) fn open(path: &Path) -> io::Result<Handle> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(Handle(rustix::fs::open(path, flags, Mode::empty())?.into()))
}

impl Handle {
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.0.metadata()
    }

    pub(super) fn open(&self, name: &str, purpose: For) -> io::Result<File> {
        // NONBLOCK: a pipe in the place of the file would wait for its other end.
        let always = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let flags = match purpose {
            For::Reading => OFlags::RDONLY,
            For::Writing => OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL,
            For::Locking => OFlags::RDWR | OFlags::CREATE,
        };
        Ok(rustix::fs::openat(&self.0, name, flags | always, Mode::RUSR | Mode::WUSR)?.into())
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?)
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        match self.0.sync_all() {
            // Some file systems have nothing to write for a directory, and say so.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
            other => other,
        }
    }
}

/// Says why other users can access a file or directory, and what to do.
pub(super) fn not_ours(metadata: &Metadata, path: &Path) -> Option<String> {
    not_of(rustix::process::geteuid().as_raw(), metadata, path)
}

fn not_of(user: u32, metadata: &Metadata, path: &Path) -> Option<String> {
    let (owner, mode, path) = (metadata.uid(), metadata.mode() & 0o7777, path.display());
    if owner != user {
        return Some(format!(
            "{path} belongs to user {owner}, and this program runs as user {user}: run it as its owner, or run \
             `chown {user} {path}` if you trust what is in it"
        ));
    }
    if mode & 0o077 == 0 {
        return None;
    }
    Some(if metadata.is_dir() {
        format!(
            "other users may look into {path} (mode {mode:o}): run `chmod 700 {path}`, or name another directory if its \
             file system keeps no permissions"
        )
    } else {
        format!(
            "other users may read {path} (mode {mode:o}), so its tokens may have been copied: sign out everywhere, remove \
             the file and sign in again; or run `chmod 600 {path}` if nobody else could"
        )
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn r16_a_file_of_another_owner_is_refused() {
        let metadata = File::open("/dev/null").unwrap().metadata().unwrap();
        let refused = not_of(metadata.uid() + 1, &metadata, Path::new("/x/y")).unwrap();
        assert!(refused.contains("belongs to user") && refused.contains("chown"), "{refused}");
    }
}

//! An open directory and its files, which are opened relative to it, so that no link is followed and the directory can't be replaced.

use rustix::fs::{AtFlags, Mode, OFlags};
use std::fs::{DirBuilder, File, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::Path;

/// Why a file is opened. It is created for a write, and also for a lock if it does not exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Write,
    Lock,
}

pub(super) struct Handle(File);

/// Creates the directory and its missing parents, with access for their owner only.
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

    pub(super) fn open(&self, name: &str, purpose: Purpose) -> io::Result<File> {
        // NONBLOCK, since opening a pipe would wait for its other end.
        let always = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let flags = match purpose {
            Purpose::Read => OFlags::RDONLY,
            Purpose::Write => OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL,
            Purpose::Lock => OFlags::RDWR | OFlags::CREATE,
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
            // Some file systems do not support this for directories.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
            other => other,
        }
    }
}

/// Why a file or a directory is not private to this user, and what to do.
pub(super) fn not_ours(metadata: &Metadata, path: &Path) -> Option<String> {
    not_of(rustix::process::geteuid().as_raw(), metadata, path)
}

fn not_of(user: u32, metadata: &Metadata, path: &Path) -> Option<String> {
    let (owner, mode, path) = (metadata.uid(), metadata.mode() & 0o7777, path.display());
    if owner != user {
        return Some(format!(
            "{path} belongs to user {owner}, and this program runs as user {user}: run it as its owner, or run \
             `chown {user} {path}` if you trust its content"
        ));
    }
    if mode & 0o077 == 0 {
        return None;
    }
    Some(if metadata.is_dir() {
        format!(
            "other users can read {path} (mode {mode:o}): run `chmod 700 {path}`, or name another directory if its file \
             system has no permissions"
        )
    } else {
        format!(
            "other users can read {path} (mode {mode:o}), so its tokens can have been copied: sign out everywhere, remove \
             the file and sign in again; or run `chmod 600 {path}` if no other user had access"
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

//! Lets Cargo detect that a missing file is created.
//!
//! Cargo runs a build script at each build if a watched path does not exist. In a watched directory, however, it checks all
//! files, follows links, and ignores a broken link. So it watches a directory below `OUT_DIR` with one link to the file. Both
//! get an old modification time, because Cargo treats everything newer than the last run of the script as changed.

use std::path::{Path, PathBuf};

/// The path that Cargo must watch to detect the file; `None` if there is no such path.
pub(super) fn watched(file: &Path, out_dir: Option<&Path>) -> Option<PathBuf> {
    let file = std::path::absolute(file).ok()?;
    let out_dir = std::path::absolute(out_dir?).ok()?;
    link(&file, &out_dir).or_else(|| {
        // The directory of the file, unless it is that of the package, whose files change at each build.
        let parent = file.parent()?;
        (parent.is_dir() && !out_dir.starts_with(parent)).then(|| parent.to_owned())
    })
}

/// A directory that contains only a link to the file.
#[cfg(unix)]
fn link(file: &Path, out_dir: &Path) -> Option<PathBuf> {
    use rustc_hash::FxBuildHasher;
    use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};
    use std::fs;
    use std::hash::BuildHasher;

    let directory = out_dir.join(format!("cogen-watch-{:016x}", FxBuildHasher.hash_one(file)));
    let link = directory.join("cogen.toml");
    if fs::read_link(&link).ok().as_deref() != Some(file) {
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).ok()?;
        std::os::unix::fs::symlink(file, &link).ok()?;
    }
    let long_ago = Timespec { tv_sec: 1, tv_nsec: 0 };
    let times = Timestamps { last_access: long_ago, last_modification: long_ago };
    for path in [&link, &directory] {
        utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW).ok()?;
    }
    Some(directory)
}

/// On this system, users cannot create links by default.
#[cfg(not(unix))]
fn link(_file: &Path, _out_dir: &Path) -> Option<PathBuf> {
    None
}

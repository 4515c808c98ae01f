//! How cargo can be made to notice a file that does not exist yet.
//!
//! A path that does not exist makes cargo run a build script each time. In a directory, though, it looks at all files, follows
//! links, and ignores a link that leads nowhere. So it is given a directory below `OUT_DIR` with one link to the file. Both are
//! dated back, since cargo takes what is newer than the run of the script for a change.

use std::path::{Path, PathBuf};

/// What cargo is to watch for the file to appear; `None` where nothing would do.
pub(super) fn watched(file: &Path, out_dir: Option<&Path>) -> Option<PathBuf> {
    let file = std::path::absolute(file).ok()?;
    let out_dir = std::path::absolute(out_dir?).ok()?;
    link(&file, &out_dir).or_else(|| {
        // The directory of the file, unless it is that of the package, in which files change with each build.
        let parent = file.parent()?;
        (parent.is_dir() && !out_dir.starts_with(parent)).then(|| parent.to_owned())
    })
}

/// A directory that holds nothing but a link to the file.
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

/// Links need rights that users do not have by default.
#[cfg(not(unix))]
fn link(_file: &Path, _out_dir: &Path) -> Option<PathBuf> {
    None
}

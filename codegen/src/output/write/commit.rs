//! Replaces several files together, or none of them.

use crate::output::write::{WriteError, unwritable};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file with its new content.
pub(crate) struct Change<'t> {
    pub target: PathBuf,
    pub text: &'t str,
}

/// Writes all contents into the staging directory, then renames each file to its target. After a failure, the earlier renames
/// are undone.
pub(crate) fn commit(
    directory: &Path,
    staging: &Path,
    changes: &[Change<'_>],
    rename: &dyn Fn(&Path, &Path) -> io::Result<()>,
) -> Result<(), WriteError> {
    for (i, change) in changes.iter().enumerate() {
        let new = staging.join(format!("new.{i}"));
        create(&new, change.text).map_err(|e| unwritable(&change.target, &e))?;
    }
    let mut done = Done::default();
    for (i, change) in changes.iter().enumerate() {
        let new = staging.join(format!("new.{i}"));
        let old = staging.join(format!("old.{i}"));
        if let Err(error) = done.replace(directory, &new, &old, &change.target, rename) {
            done.take_back();
            return Err(unwritable(&change.target, &error));
        }
    }
    // The next commit must not find files of this one in the staging directory.
    for i in 0..changes.len() {
        let _ = fs::remove_file(staging.join(format!("old.{i}")));
    }
    Ok(())
}

/// Creates a file, which must not exist.
pub(crate) fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::options().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// The completed steps, in order.
#[derive(Default)]
struct Done {
    directories: Vec<PathBuf>,
    files: Vec<(PathBuf, Option<PathBuf>)>,
}

impl Done {
    fn replace(
        &mut self,
        directory: &Path,
        new: &Path,
        old: &Path,
        target: &Path,
        rename: &dyn Fn(&Path, &Path) -> io::Result<()>,
    ) -> io::Result<()> {
        let missing: Vec<&Path> = target.ancestors().skip(1).take_while(|p| *p != directory && !p.exists()).collect();
        for parent in missing.into_iter().rev() {
            fs::create_dir(parent)?;
            self.directories.push(parent.to_owned());
        }
        let kept = match fs::symlink_metadata(target) {
            Ok(_) => {
                // The old content remains at its path until the rename replaces it.
                fs::hard_link(target, old).or_else(|_| fs::copy(target, old).map(drop))?;
                Some(old.to_owned())
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(e),
        };
        rename(new, target)?;
        self.files.push((target.to_owned(), kept));
        Ok(())
    }

    fn take_back(self) {
        for (target, kept) in self.files.into_iter().rev() {
            let _ = match kept {
                Some(old) => fs::rename(old, target),
                None => fs::remove_file(target),
            };
        }
        for directory in self.directories.into_iter().rev() {
            let _ = fs::remove_dir(directory);
        }
    }
}

//! Files from memory to disk: the old crate whole or the new crate whole, and nothing that is not cogen's.

mod commit;
mod marker;
mod staging;

use crate::codes;
use crate::diagnostics::{Diagnostic, Severity};
use crate::files::Files;
use commit::Change;
use staging::Staging;
use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Why files were not written.
pub type Fault = Box<Diagnostic>;

/// What a run changed on disk; paths below the output directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The files that are new or have changed.
    pub written: Vec<String>,
    /// How many files were as they should be, and were not touched.
    pub unchanged: usize,
    /// The files of an earlier run that this one has no use for.
    pub removed: Vec<String>,
}

/// Writes a crate into a directory, which is made with its parents if need be.
///
/// All files are written beside the old ones first and then take their places one by one, each in a moment; where that
/// fails, the old files come back. Files that have not changed are not touched. The file `.cogen` lists what was
/// written, so that the next run knows its own.
///
/// # Errors
///
/// A directory that is neither new, empty nor cogen's, a file in the way that cogen did not write, a link in place of
/// the directory or of anything in it, another run at work in it, and what the system refuses. Nothing has changed then.
pub fn write(files: &Files, directory: &Path) -> Result<Written, Fault> {
    // A trailing slash would have the system look through a link.
    let directory = &plain(directory);
    let made = make_directory(directory)?;
    let result = Staging::open(directory).and_then(|staging| write_staged(files, directory, &staging));
    if made && result.is_err() {
        // Only if it is empty.
        let _ = std::fs::remove_dir(directory);
    }
    result
}

/// Writes one file, with its parents if need be, in one moment; `false` if it was as it should be.
///
/// # Errors
///
/// A file in the way without `@generated` in one of its first lines, a link or a directory in the way, and what the
/// system refuses. Nothing has changed then.
pub fn write_file(text: &str, path: &Path) -> Result<bool, Fault> {
    match regular_file(path)? {
        Some(old) if old == text.as_bytes() => return Ok(false),
        Some(old) if !is_generated(&old) => return Err(foreign(path)),
        _ => {}
    }
    let directory = plain(path.parent().unwrap_or(Path::new("")));
    std::fs::create_dir_all(&directory).map_err(|e| unwritable(&directory, &e))?;
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    let new = directory.join(name);
    let done = commit::create(&new, text).and_then(|()| std::fs::rename(&new, path));
    if let Err(error) = done {
        let _ = std::fs::remove_file(&new);
        return Err(unwritable(path, &error));
    }
    Ok(true)
}

/// The content of a file that may not be there; a link or a directory in its place is an error.
pub(crate) fn regular_file(path: &Path) -> Result<Option<Vec<u8>>, Fault> {
    let Some(metadata) = metadata(path)? else { return Ok(None) };
    if !metadata.is_file() {
        return Err(foreign(path));
    }
    std::fs::read(path).map(Some).map_err(|e| unreadable(path, &e))
}

/// The files of an earlier run, as its marker lists them.
#[cfg(any(feature = "cli", feature = "fuzzing", test))]
pub(crate) fn listed(directory: &Path) -> Result<BTreeSet<String>, Fault> {
    Ok(marker::read(directory)?.unwrap_or_default())
}

/// Goes from the output directory down to a file without looking through a link; the path is relative.
pub(crate) fn walk(directory: &Path, path: &str) -> Result<PathBuf, Fault> {
    let mut at = directory.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        if parts.peek().is_some() && metadata(&at)?.is_some_and(|m| !m.is_dir()) {
            return Err(foreign(&at));
        }
    }
    Ok(at)
}

/// The path without what it does not need; `.` if nothing is left.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let plain: PathBuf = path.components().collect();
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Fault {
    let message = format!("cannot read `{}`: {error}", path.display());
    fault(codes::FILE_READ, message, "check the path and its permissions")
}

fn write_staged(files: &Files, directory: &Path, staging: &Staging) -> Result<Written, Fault> {
    one_path_each(files)?;
    let earlier = match marker::read(directory)? {
        Some(earlier) => earlier,
        None if staging.is_alone(directory)? => BTreeSet::new(),
        None => return Err(foreign_directory(directory)),
    };
    let mut written = Written::default();
    let mut changes = Vec::new();
    let listed: BTreeSet<&str> = files.0.iter().map(|(path, _)| path.as_str()).collect();
    for (path, text) in &files.0 {
        let target = walk(directory, path.as_str())?;
        match regular_file(&target)? {
            Some(old) if old == text.as_bytes() => {
                written.unchanged += 1;
                continue;
            }
            Some(_) if !earlier.contains(path.as_str()) => return Err(foreign(&target)),
            _ => {}
        }
        written.written.push(path.as_str().to_owned());
        changes.push(Change { target, text });
    }
    let mut stale = Vec::new();
    for path in earlier.iter().filter(|path| !listed.contains(path.as_str())) {
        let target = walk(directory, path)?;
        // Whoever took the line out has taken the file over.
        if regular_file(&target)?.is_some_and(|old| is_generated(&old)) {
            stale.push((path, target));
        }
    }
    // For as long as files change places, the marker lists the old and the new ones.
    let both: BTreeSet<&str> = earlier.iter().map(String::as_str).chain(listed.iter().copied()).collect();
    let both = marker::text(both.into_iter());
    let mine = marker::text(listed.into_iter());
    let own = directory.join(marker::NAME);
    let rename = |from: &Path, to: &Path| std::fs::rename(from, to);
    if !changes.is_empty() || !stale.is_empty() || regular_file(&own)?.as_deref() != Some(mine.as_bytes()) {
        changes.insert(0, Change { target: own.clone(), text: &both });
        commit::commit(directory, staging.path(), &changes, &rename)?;
        for (path, target) in stale {
            std::fs::remove_file(&target).map_err(|e| unwritable(&target, &e))?;
            remove_empty_parents(directory, &target);
            written.removed.push(path.clone());
        }
        if both != mine {
            commit::commit(directory, staging.path(), &[Change { target: own, text: &mine }], &rename)?;
        }
    }
    Ok(written)
}

/// Makes the output directory if there is none, and tells whether it did.
fn make_directory(directory: &Path) -> Result<bool, Fault> {
    match metadata(directory)? {
        Some(metadata) if metadata.is_dir() => return Ok(false),
        Some(_) => return Err(foreign(directory)),
        None => {}
    }
    if let Some(parent) = directory.parent() {
        std::fs::create_dir_all(parent).map_err(|e| unwritable(parent, &e))?;
    }
    match std::fs::create_dir(directory) {
        Ok(()) => Ok(true),
        // Another run was faster; the lock decides between them.
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(unwritable(directory, &e)),
    }
}

/// What stands at a path, if anything does; a link is an error.
fn metadata(path: &Path) -> Result<Option<std::fs::Metadata>, Fault> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {
            let message = format!("`{}` is a symbolic link, which cogen does not follow", path.display());
            Err(fault(codes::FILE_LINK, message, "replace the link with a directory or a file, or remove it"))
        }
        Ok(metadata) => Ok(Some(metadata)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(unreadable(path, &e)),
    }
}

/// No two files of one name, also where the system does not tell letters of different case apart.
fn one_path_each(files: &Files) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for (path, _) in &files.0 {
        if !seen.insert(path.as_str().to_ascii_lowercase()) {
            let message = format!("two generated files have the same path `{path}`");
            return Err(fault(codes::FILE_WRITE, message, "rename one of the operations or tags in cogen.toml"));
        }
    }
    Ok(())
}

/// Whether one of the first lines says that the file is generated.
fn is_generated(content: &[u8]) -> bool {
    const LINES: usize = 5;
    content.split(|b| *b == b'\n').take(LINES).any(|line| line.windows(MARK.len()).any(|w| w == MARK))
}

const MARK: &[u8] = b"@generated";

fn remove_empty_parents(directory: &Path, file: &Path) {
    // Only empty directories can be removed so; the first that is not ends it.
    let parents = file.ancestors().skip(1).take_while(|parent| *parent != directory);
    parents.take_while(|parent| std::fs::remove_dir(parent).is_ok()).for_each(drop);
}

fn foreign(path: &Path) -> Fault {
    let message = format!("`{}` exists and was not written by cogen", path.display());
    fault(codes::FILE_FOREIGN, message, "move it, or choose another output with `-o`")
}

fn foreign_directory(directory: &Path) -> Fault {
    let message = format!("the directory `{}` contains files and was not written by cogen", directory.display());
    let help = "choose a new or empty directory with `-o`. A crate that cogen wrote contains the file `.cogen`: keep it under \
                version control";
    fault(codes::FILE_FOREIGN, message, help)
}

fn unwritable(path: &Path, error: &io::Error) -> Fault {
    let message = format!("cannot write `{}`: {error}", path.display());
    fault(codes::FILE_WRITE, message, "check the path, its permissions and the free disk space")
}

fn fault(code: crate::diagnostics::Code, message: String, help: &str) -> Fault {
    Box::new(Diagnostic::new(Severity::Error, code, None, message).help(help))
}

#[cfg(test)]
mod tests;

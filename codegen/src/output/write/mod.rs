//! Writes the files of a crate to disk: all of them or none, and only files that cogen wrote before.

mod commit;
mod marker;
mod staging;

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Severity};
use crate::output::files::Files;
use crate::output::write::commit::Change;
use crate::output::write::staging::Staging;
use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The error of a write.
pub type WriteError = Box<Diagnostic>;

/// The changes of a run on disk. Paths are relative to the output directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The new and the changed files.
    pub written: Vec<String>,
    /// The number of unchanged files, which were not written.
    pub unchanged: usize,
    /// The removed files of an earlier run.
    pub removed: Vec<String>,
}

/// Writes a crate into a directory, which is created with its parents if it does not exist.
///
/// All files are written into a staging directory first. Then each is renamed to its target, which is atomic. If a rename
/// fails, the old files are restored. Unchanged files are not written. The file `.cogen` lists the written files, so that the
/// next run recognizes them.
///
/// # Errors
///
/// The directory exists, is not empty and was not written by cogen; a file that cogen did not write has the path of a generated
/// file; the directory or a file in it is a symbolic link; another run is writing into the directory; or an operating system
/// error. Nothing is changed in these cases.
pub fn write(files: &Files, directory: &Path) -> Result<Written, WriteError> {
    // With a trailing slash, the system would follow a link.
    let directory = &plain(directory);
    let made = make_directory(directory)?;
    let result = Staging::open(directory).and_then(|staging| write_staged(files, directory, &staging));
    if made && result.is_err() {
        // This fails if the directory is not empty.
        let _ = std::fs::remove_dir(directory);
    }
    result
}

/// Writes one file atomically, and creates its parents if they do not exist; `false` if the file is unchanged.
///
/// # Errors
///
/// The file exists without `@generated` in one of its first lines; the path is a symbolic link or a directory; or an operating
/// system error. Nothing is changed in these cases.
pub fn write_file(text: &str, path: &Path) -> Result<bool, WriteError> {
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

/// The content of a file, if it exists. A link or a directory at its path is an error.
pub(crate) fn regular_file(path: &Path) -> Result<Option<Vec<u8>>, WriteError> {
    let Some(metadata) = metadata(path)? else { return Ok(None) };
    if !metadata.is_file() {
        return Err(foreign(path));
    }
    std::fs::read(path).map(Some).map_err(|e| unreadable(path, &e))
}

/// The files of an earlier run, from its marker.
#[cfg(any(feature = "cli", feature = "internals", test))]
pub(crate) fn listed(directory: &Path) -> Result<BTreeSet<String>, WriteError> {
    Ok(marker::read(directory)?.unwrap_or_default())
}

/// The path of a file below the output directory. No component may be a link. `path` is relative.
pub(crate) fn walk(directory: &Path, path: &str) -> Result<PathBuf, WriteError> {
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

/// The path without redundant components; `.` if it is empty.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let plain: PathBuf = path.components().collect();
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

pub(crate) fn unreadable(path: &Path, error: &io::Error) -> WriteError {
    let message = format!("cannot read `{}`: {error}", path.display());
    write_error(codes::FILE_READ, message, "check the path and its permissions")
}

fn write_staged(files: &Files, directory: &Path, staging: &Staging) -> Result<Written, WriteError> {
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
        // A file without the mark was taken over by the user.
        if regular_file(&target)?.is_some_and(|old| is_generated(&old)) {
            stale.push((path, target));
        }
    }
    // While files are replaced, the marker lists the old and the new ones.
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

/// Creates the output directory if it does not exist; `true` if it was created.
fn make_directory(directory: &Path) -> Result<bool, WriteError> {
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
        // Another run created it at the same time. The lock decides which run continues.
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(unwritable(directory, &e)),
    }
}

/// The metadata of a path, if it exists. A link is an error.
fn metadata(path: &Path) -> Result<Option<std::fs::Metadata>, WriteError> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {
            let message = format!("`{}` is a symbolic link, which cogen does not follow", path.display());
            Err(write_error(codes::FILE_LINK, message, "replace the link with a directory or a file, or remove it"))
        }
        Ok(metadata) => Ok(Some(metadata)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(unreadable(path, &e)),
    }
}

/// Checks that no two files have the same path, also on file systems that ignore case.
fn one_path_each(files: &Files) -> Result<(), WriteError> {
    let mut seen = BTreeSet::new();
    for (path, _) in &files.0 {
        if !seen.insert(path.as_str().to_ascii_lowercase()) {
            let message = format!("two generated files have the same path `{path}`");
            return Err(write_error(codes::FILE_WRITE, message, "rename one of the operations or tags in cogen.toml"));
        }
    }
    Ok(())
}

/// Whether one of the first lines has the mark of a generated file.
fn is_generated(content: &[u8]) -> bool {
    const LINES: usize = 5;
    content.split(|b| *b == b'\n').take(LINES).any(|line| line.windows(MARK.len()).any(|w| w == MARK))
}

const MARK: &[u8] = b"@generated";

fn remove_empty_parents(directory: &Path, file: &Path) {
    // `remove_dir` fails for the first directory that is not empty, which ends the loop.
    let parents = file.ancestors().skip(1).take_while(|parent| *parent != directory);
    parents.take_while(|parent| std::fs::remove_dir(parent).is_ok()).for_each(drop);
}

fn foreign(path: &Path) -> WriteError {
    let message = format!("`{}` exists and was not written by cogen", path.display());
    write_error(codes::FILE_FOREIGN, message, "move it, or choose another output with `-o`")
}

fn foreign_directory(directory: &Path) -> WriteError {
    let message = format!("the directory `{}` contains files and was not written by cogen", directory.display());
    let help = "choose a new or empty directory with `-o`. A crate that cogen wrote contains the file `.cogen`: keep it under \
                version control";
    write_error(codes::FILE_FOREIGN, message, help)
}

fn unwritable(path: &Path, error: &io::Error) -> WriteError {
    let message = format!("cannot write `{}`: {error}", path.display());
    write_error(codes::FILE_WRITE, message, "check the path, its permissions and the free disk space")
}

fn write_error(code: crate::diagnostics::report::Code, message: String, help: &str) -> WriteError {
    Box::new(Diagnostic::new(Severity::Error, code, None, message).help(help))
}

#[cfg(test)]
mod tests;

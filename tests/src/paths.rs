//! Paths: the workspace, the documents, the corpus, scratch directories.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The directory of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo's target directory, which the crates that tests generate share.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => root().join(directory),
        None => root().join("target"),
    }
}

/// An empty directory with this name below the target directory.
///
/// # Errors
/// If it can't be emptied or created.
pub fn scratch(name: &str) -> io::Result<PathBuf> {
    let directory = target().join("cogen-tests").join(name);
    match fs::remove_dir_all(&directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::create_dir_all(&directory)?;
    Ok(directory)
}

/// The corpus of real documents, which is not part of this repository: `COGEN_CORPUS`, or `../shared/corpus`.
pub fn corpus() -> Option<PathBuf> {
    let named = env::var_os("COGEN_CORPUS").map(PathBuf::from);
    let directory = named.unwrap_or_else(|| root().join("../shared/corpus"));
    directory.is_dir().then_some(directory)
}

/// The documents below a directory, by name: JSON, YAML, and files that only claim to be (`.html`).
///
/// # Errors
/// If the directory can't be read.
pub fn documents(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let known = path.extension().is_some_and(|e| ["json", "yaml", "yml", "html"].iter().any(|k| e == *k));
        if known {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The last part of a path, as text.
pub fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

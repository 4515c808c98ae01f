//! Paths of files in references, relative to the directory of the document.

/// The directory of a file, as its segments.
pub(crate) fn directory(path: &str) -> Vec<&str> {
    let mut segments: Vec<&str> = path.split('/').collect();
    segments.pop();
    segments
}

/// Converts a path relative to a directory to a path relative to the document: `../a.yaml` in `b/c` is `b/a.yaml`. `None` if it
/// leaves the directory of the document, or is an absolute path or a URL.
pub(crate) fn joined(directory: &[&str], path: &str) -> Option<String> {
    let is_elsewhere = path.starts_with('/') || path.contains(['\\', '\0']) || path.split('/').next()?.contains(':');
    if path.is_empty() || is_elsewhere {
        return None;
    }
    let mut segments = directory.to_vec();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            segment => segments.push(segment),
        }
    }
    (!segments.is_empty()).then(|| segments.join("/"))
}

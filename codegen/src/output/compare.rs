//! Compares files in memory with those on disk, as a unified diff.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Severity};
use crate::output::files::Files;
use crate::output::write::{WriteError, listed, plain, regular_file, walk};
use similar::TextDiff;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// The changes that bring a directory up to date, as a unified diff for `patch -p1` and `git apply`; empty if nothing differs.
/// Files of an earlier run that are no longer generated are differences. Files that cogen did not write are ignored.
///
/// # Errors
///
/// The directory does not exist; it or a compared file is a symbolic link; or an operating system error.
pub fn compare(files: &Files, directory: &Path) -> Result<String, WriteError> {
    let directory = plain(directory);
    // A link is not a directory.
    if !std::fs::symlink_metadata(&directory).is_ok_and(|m| m.is_dir()) {
        let message = format!("the directory `{}` does not exist", directory.display());
        let none = Diagnostic::new(Severity::Error, codes::FILE_READ, None, message);
        return Err(Box::new(none.help("run `cogen generate` with the same arguments to create it")));
    }
    let earlier = listed(&directory)?;
    compare_with(files, &earlier, |path| regular_file(&walk(&directory, path)?))
}

/// Compares with files that a function reads. `earlier` lists those of an earlier run.
///
/// # Errors
///
/// The errors of the function.
pub fn compare_with(
    files: &Files,
    earlier: &BTreeSet<String>,
    read: impl Fn(&str) -> Result<Option<Vec<u8>>, WriteError>,
) -> Result<String, WriteError> {
    let mut diff = String::new();
    let own: BTreeSet<&str> = files.0.iter().map(|(path, _)| path.as_str()).collect();
    for (path, new) in &files.0 {
        unified(path.as_str(), read(path.as_str())?, Some(new), &mut diff);
    }
    for path in earlier.iter().filter(|path| !own.contains(path.as_str())) {
        unified(path, read(path)?, None, &mut diff);
    }
    Ok(diff)
}

/// Compares one file.
///
/// # Errors
///
/// The path is a symbolic link or a directory, or an operating system error.
pub fn compare_one(text: &str, path: &Path) -> Result<String, WriteError> {
    let mut diff = String::new();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    unified(&name, regular_file(path)?, Some(text), &mut diff);
    Ok(diff)
}

/// The bytes with `\r\n` replaced by `\n`, unless a line ends with `\n` only: then the file was changed by hand.
fn without_carriage_returns(bytes: Vec<u8>) -> Vec<u8> {
    let ends = |pair: &[u8]| pair == b"\r\n";
    let crlf = bytes.windows(2).filter(|pair| ends(pair)).count();
    if crlf == 0 || crlf != bytes.iter().filter(|byte| **byte == b'\n').count() {
        return bytes;
    }
    let mut out = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if !bytes.get(at..at + 2).is_some_and(ends) {
            out.push(*byte);
        }
    }
    out
}

fn unified(path: &str, old: Option<Vec<u8>>, new: Option<&str>, diff: &mut String) {
    // Git can check out files with the line ends of the system (`core.autocrlf`), which are equivalent.
    let old = old.map(without_carriage_returns);
    if old.as_deref() == new.map(str::as_bytes) {
        return;
    }
    let old_name = if old.is_some() { format!("a/{path}") } else { "/dev/null".into() };
    let new_name = if new.is_some() { format!("b/{path}") } else { "/dev/null".into() };
    let old = old.unwrap_or_default();
    let old = String::from_utf8_lossy(&old);
    // An exact comparison of two large, different files would take minutes. After the timeout, the diff is coarser but still
    // correct.
    let lines = TextDiff::configure().timeout(Duration::from_secs(2)).diff_lines(&*old, new.unwrap_or_default());
    let hunks = lines.unified_diff().header(&old_name, &new_name).to_string();
    if hunks.is_empty() {
        // A file is not UTF-8, or one of them is empty: there are no lines to show.
        diff.push_str(&format!("--- {old_name}\n+++ {new_name}\n"));
    }
    diff.push_str(&hunks);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::compare;
    use crate::diagnostics::codes;
    use crate::output::files::{Files, RelPath};
    use crate::output::write::write;
    use std::fs;

    #[test]
    fn line_ends_of_the_system_are_no_difference() {
        let out = std::env::temp_dir().join(format!("cogen-compare-crlf-{}", std::process::id()));
        let _ = fs::remove_dir_all(&out);
        let files = Files(vec![(RelPath::fixed("src/lib.rs"), "// @generated\na\nb\n".to_owned())]);
        write(&files, &out).unwrap();
        for name in [".cogen", "src/lib.rs"] {
            let text = fs::read_to_string(out.join(name)).unwrap();
            fs::write(out.join(name), text.replace('\n', "\r\n")).unwrap();
        }
        assert_eq!(compare(&files, &out).unwrap(), "");
        fs::write(out.join("src/lib.rs"), "// @generated\r\na\r\nc\r\n").unwrap();
        let diff = compare(&files, &out).unwrap();
        assert!(diff.contains("\n a\n-c\n+b\n") && !diff.contains('\r'), "{diff}");
        // No tool writes both line ends in one file.
        fs::write(out.join("src/lib.rs"), "// @generated\r\na\nb\n").unwrap();
        assert!(compare(&files, &out).unwrap().contains("-// @generated\r\n"));
        fs::remove_dir_all(out).unwrap();
    }

    #[test]
    fn a_diff_tells_what_differs_and_nothing_else() {
        let out = std::env::temp_dir().join(format!("cogen-compare-{}", std::process::id()));
        let _ = fs::remove_dir_all(&out);
        let file = |path, text: &str| (RelPath::fixed(path), format!("// @generated\n{text}"));
        let old = Files(vec![file("src/lib.rs", "a\nb\n"), file("src/same.rs", "s\n"), file("src/stale.rs", "t\n")]);
        let new = Files(vec![file("src/lib.rs", "a\nc\n"), file("src/same.rs", "s\n"), file("src/new.rs", "n\n")]);
        assert_eq!(compare(&old, &out).unwrap_err().code, codes::FILE_READ);
        write(&old, &out).unwrap();
        assert_eq!(compare(&old, &out).unwrap(), "");
        let expected = "\
--- a/src/lib.rs
+++ b/src/lib.rs
@@ -1,3 +1,3 @@
 // @generated
 a
-b
+c
--- /dev/null
+++ b/src/new.rs
@@ -0,0 +1,2 @@
+// @generated
+n
--- a/src/stale.rs
+++ /dev/null
@@ -1,2 +0,0 @@
-// @generated
-t
";
        assert_eq!(compare(&new, &out).unwrap(), expected);
        write(&new, &out).unwrap();
        assert_eq!(compare(&new, &out).unwrap(), "");
        // A byte that is not UTF-8 is a difference.
        fs::write(out.join("src/same.rs"), b"// @generated\ns\xff\n").unwrap();
        assert!(compare(&new, &out).unwrap().contains("-s\u{fffd}\n+s\n"));
        fs::remove_dir_all(out).unwrap();
    }
}

//! Reads the input files of a run, and combines the options of the configuration and of the caller.

use crate::config;
use crate::config::options::Options;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Severity};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The name of the configuration file in the directory of a document.
pub const CONFIG: &str = "cogen.toml";

/// The input files of a run, each with the name for messages.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The document.
    pub document: (String, Vec<u8>),
    /// The source document of an export, which describes what the export does not.
    pub schemas: Option<(String, Vec<u8>)>,
    /// Other files of the document, or of the source document if there is one.
    pub files: Vec<InputFile>,
    /// The text of `cogen.toml`. Its options are passed separately.
    pub config: Option<(String, String)>,
}

/// Another file of a document.
#[derive(Clone, Debug, Default)]
pub struct InputFile {
    /// Its path as references name it: relative to the directory of the document, without `.` and `..`.
    pub path: String,
    /// The name for messages.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The paths of the input files.
#[derive(Clone, Debug, Default)]
pub struct InputPaths {
    /// The document; `-` is standard input.
    pub document: PathBuf,
    /// The configuration. By default, `cogen.toml` in the directory of the document is read if it exists.
    pub config: Option<PathBuf>,
    /// The source document, which overrides that of the configuration.
    pub schemas: Option<PathBuf>,
}

/// The input files and the options of a run.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The files.
    pub input: Input,
    /// The options of the configuration, with the changes of the caller.
    pub options: Options,
}

impl InputPaths {
    /// Whether the document is read from standard input.
    pub fn is_stdin(&self) -> bool {
        self.document == Path::new("-")
    }

    /// The path of the configuration, which may not exist. A document from standard input has no default configuration.
    pub fn config_path(&self) -> Option<PathBuf> {
        let beside = || (!self.is_stdin()).then(|| self.document.with_file_name(CONFIG));
        self.config.clone().or_else(beside)
    }

    /// The path of the source document, if the caller or the configuration sets one.
    pub fn schemas_path(&self, options: &Options) -> Option<PathBuf> {
        let configured = || {
            let beside = self.config_path()?;
            Some(beside.with_file_name(options.schemas.as_ref()?))
        };
        self.schemas.clone().or_else(configured)
    }

    /// The other files of the document (of the source document, if there is one), by their path in references and their path on
    /// disk.
    pub fn file_paths(&self, options: &Options) -> Vec<(String, PathBuf)> {
        let whole = self.schemas_path(options).or_else(|| (!self.is_stdin()).then(|| self.document.clone()));
        let Some(whole) = whole.or_else(|| self.config_path()) else { return Vec::new() };
        options.files.iter().map(|file| (file.clone(), whole.with_file_name(file))).collect()
    }

    /// Reads all files. `set` applies the options of the caller, which override the configuration.
    ///
    /// # Errors
    /// A file cannot be read, or the configuration has errors.
    pub fn gather(&self, set: impl FnOnce(&mut Options), report: &mut Report) -> Result<Gathered, Reported> {
        let mut options = Options::default();
        let mut config = None;
        if let Some(path) = self.config_path()
            && (self.config.is_some() || path.exists())
        {
            let name = path.display().to_string();
            let bytes = read(&path, options.limits.bytes, report)?;
            let Ok(text) = String::from_utf8(bytes) else {
                let message = format!("`{name}` is not UTF-8, which TOML requires");
                return Err(fail(report, message, "save it as UTF-8"));
            };
            let base = report.sources.add(name.clone(), text.as_str());
            options = config::read(&text, base, report)?;
            config = Some((name, text));
        }
        set(&mut options);
        let most = options.limits.bytes;
        let document = if self.is_stdin() {
            let bytes = read_from(io::stdin().lock(), most);
            ("<stdin>".to_owned(), unless_failed(bytes, Path::new("standard input"), report))
        } else {
            (self.document.display().to_string(), read(&self.document, most, report))
        };
        // Both are read before the run stops, so that the errors of both are reported.
        let schemas = match self.schemas_path(&options) {
            Some(path) => Some((path.display().to_string(), read(&path, most, report)?)),
            None => None,
        };
        let mut left = most;
        let files = self.file_paths(&options).into_iter().map(|(path, on_disk)| {
            let bytes = read_below(&path, &on_disk, left, report)?;
            let Some(rest) = left.checked_sub(bytes.len()) else {
                let message = format!("the files listed in `files` have more than {most} bytes in total");
                return Err(fail(report, message, &config::raise("bytes", most, None, "if this is intended")));
            };
            left = rest;
            Ok(InputFile { path, name: on_disk.display().to_string(), bytes })
        });
        let files: Vec<Result<InputFile, Reported>> = files.collect();
        let document = (document.0, document.1?);
        let files = files.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Gathered { input: Input { document, schemas, files, config }, options })
    }
}

/// One byte more than the limit is enough for the stage that reports it.
fn read_from(from: impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1) as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read(path: &Path, most: usize, report: &mut Report) -> Result<Vec<u8>, Reported> {
    unless_failed(File::open(path).and_then(|file| read_from(file, most)), path, report)
}

/// Reads another file, which must be below the directory of the document after resolving links.
fn read_below(path: &str, on_disk: &Path, most: usize, report: &mut Report) -> Result<Vec<u8>, Reported> {
    let directory = path.split('/').fold(on_disk, |at, _| at.parent().unwrap_or(at));
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    if let (Ok(directory), Ok(file)) = (directory.canonicalize(), on_disk.canonicalize())
        && !file.starts_with(&directory)
    {
        let message =
            format!("`{}` is a symbolic link to a file outside the directory of the document", on_disk.display());
        return Err(fail(report, message, "copy the file into the directory, and list the copy in `files`"));
    }
    read(on_disk, most, report)
}

fn unless_failed(bytes: io::Result<Vec<u8>>, path: &Path, report: &mut Report) -> Result<Vec<u8>, Reported> {
    bytes.map_err(|e| {
        let help = match e.kind() {
            io::ErrorKind::NotFound => "check the path and the current directory",
            io::ErrorKind::IsADirectory => "give the path of a file in the directory",
            _ => "check the permissions of the file",
        };
        fail(report, format!("cannot read `{}`: {e}", path.display()), help)
    })
}

fn fail(report: &mut Report, message: String, help: &str) -> Reported {
    report.error(Diagnostic::new(Severity::Error, codes::FILE_READ, None, message).help(help))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Gathered, InputPaths};
    use crate::diagnostics::report::Report;
    use std::fs;
    use std::path::PathBuf;

    fn gather(paths: &InputPaths) -> (Option<Gathered>, Report) {
        let mut report = Report::default();
        (paths.gather(|o| o.keep_going = true, &mut report).ok(), report)
    }

    /// A new directory with `api.yaml` and the directory `sub`.
    fn directory(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("cogen-inputs-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("sub")).unwrap();
        fs::write(root.join("api.yaml"), "openapi: 3.0.1").unwrap();
        root
    }

    #[test]
    fn the_configuration_in_the_directory_of_the_document_is_read() {
        let root = directory("configuration");
        let mut paths = InputPaths { document: root.join("api.yaml"), ..InputPaths::default() };
        let (found, _) = gather(&paths);
        let found = found.unwrap();
        assert!(found.input.config.is_none() && found.options.keep_going);

        fs::write(root.join("cogen.toml"), "api.schemas = \"sub/source.yaml\"\ncrate.name = \"pets\"").unwrap();
        let (found, report) = gather(&paths);
        assert!(found.is_none() && report.diagnostics[0].message.contains("source.yaml"));
        fs::write(root.join("sub/source.yaml"), "x").unwrap();
        let found = gather(&paths).0.unwrap();
        assert_eq!(found.options.crate_name.as_deref(), Some("pets"));
        assert_eq!(found.input.schemas.unwrap().1, b"x");

        // The paths of the caller take precedence, and must exist.
        fs::write(root.join("other.toml"), "crate.name = \"other\"").unwrap();
        paths.config = Some(root.join("other.toml"));
        paths.schemas = Some(root.join("api.yaml"));
        let found = gather(&paths).0.unwrap();
        assert_eq!(found.options.crate_name.as_deref(), Some("other"));
        assert_eq!(found.input.schemas.unwrap().1, b"openapi: 3.0.1");
        paths.config = Some(root.join("none.toml"));
        assert!(gather(&paths).0.is_none());

        // A document beyond the limit is read one byte beyond it and no further.
        fs::write(root.join("other.toml"), "limits.bytes = 3").unwrap();
        paths.config = Some(root.join("other.toml"));
        assert_eq!(gather(&paths).0.unwrap().input.document.1, b"open");

        // A directory is not a document. Both errors are reported.
        paths =
            InputPaths { document: root.join("sub"), schemas: Some(PathBuf::from("/none")), ..InputPaths::default() };
        let (found, report) = gather(&paths);
        assert!(found.is_none());
        assert_eq!(report.diagnostics.len(), 2);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn other_files_are_listed_and_below_the_directory_of_the_document() {
        let root = directory("files");
        let (document, config) = (root.join("api.yaml"), Some(root.join("other.toml")));
        let paths = InputPaths { document, config, ..InputPaths::default() };
        fs::write(root.join("other.toml"), "api.files = [\"sub/pet.yaml\", \"./toy.yaml\"]").unwrap();
        let (found, report) = gather(&paths);
        assert!(found.is_none() && report.diagnostics.len() == 2, "{report}");
        assert!(report.diagnostics[0].message.contains("pet.yaml"), "{report}");
        fs::write(root.join("sub/pet.yaml"), "type: string").unwrap();
        fs::write(root.join("toy.yaml"), "type: number").unwrap();
        let files = gather(&paths).0.unwrap().input.files;
        let read: Vec<(&str, &[u8])> = files.iter().map(|file| (&*file.path, &*file.bytes)).collect();
        assert_eq!(read, [("sub/pet.yaml", &b"type: string"[..]), ("toy.yaml", b"type: number")]);
        let listed = "api.files = [\"sub/pet.yaml\", \"toy.yaml\"]\nlimits.bytes = 20\n";
        fs::write(root.join("other.toml"), listed).unwrap();
        assert!(gather(&paths).1.to_string().contains("more than 20 bytes in total"));
        #[cfg(unix)]
        {
            fs::remove_file(root.join("toy.yaml")).unwrap();
            std::os::unix::fs::symlink("/dev/null", root.join("toy.yaml")).unwrap();
            let (found, report) = gather(&paths);
            assert!(found.is_none() && report.to_string().contains("a file outside the directory"), "{report}");
        }
        fs::remove_dir_all(root).unwrap();
    }
}

//! The API for build scripts: generates a client into `OUT_DIR`.

use crate::config;
use crate::config::options::{Options, SecurityMode};
use crate::diagnostics::codes;
use crate::diagnostics::render::printable;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Severity};
use crate::document::inputs::InputPaths;
use crate::output::write::write_file;
use crate::pipeline::{Generated, generate};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

mod absent;

/// Generates a client in a build script.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), cogen::Report> {
///     cogen::Builder::new("openapi.yaml").write_to_out_dir()
/// }
/// ```
///
/// The crate includes the client in a module. It must depend on `cogen-runtime`, with the feature `sigv4` if the API has
/// operations with IAM authorization, and on the crates of the types under `[types.replace]`:
///
/// ```ignore
/// mod petstore {
///     include!(concat!(env!("OUT_DIR"), "/petstore.rs"));
/// }
/// ```
///
/// The file has the crate name of `cogen generate` in `snake_case`: `[crate] name` of `cogen.toml`, or else a name made from
/// the title of the document. [`Builder::file_name`] sets another one. Relative paths are relative to the directory of the
/// package, in which Cargo runs build scripts. Setters override `cogen.toml`.
#[derive(Clone, Debug)]
#[must_use = "nothing is generated until `write_to_out_dir` is called"]
pub struct Builder {
    paths: InputPaths,
    file_name: Option<String>,
    base_url: Option<String>,
    resource: Option<String>,
    include_cors: Option<bool>,
    keep_going: Option<bool>,
    security: Option<SecurityMode>,
    quiet: bool,
}

impl Builder {
    /// A client of the API that a document describes. `cogen.toml` in the directory of the document is read if it exists.
    pub fn new(document: impl Into<PathBuf>) -> Self {
        Self {
            paths: InputPaths { document: document.into(), ..InputPaths::default() },
            file_name: None,
            base_url: None,
            resource: None,
            include_cors: None,
            keep_going: None,
            security: None,
            quiet: false,
        }
    }

    /// Reads this configuration file, which must exist.
    pub fn config(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.config = Some(path.into());
        self
    }

    /// Takes names, parameters, bodies and responses from this source document of an export.
    pub fn schemas(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.schemas = Some(path.into());
        self
    }

    /// The logical ID of the API in a CloudFormation, SAM or CDK template with several APIs.
    pub fn resource(mut self, name: impl Into<String>) -> Self {
        self.resource = Some(name.into());
        self
    }

    /// The name of the file in `OUT_DIR`, such as `petstore.rs`.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// The base URL, an absolute `https` or `http` URL. It overrides the servers of the document.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Whether methods are generated for `OPTIONS` operations that only serve CORS preflight requests.
    pub fn include_cors(mut self, include: bool) -> Self {
        self.include_cors = Some(include);
        self
    }

    /// Whether an operation with errors is left out instead of failing the build.
    pub fn keep_going(mut self, keep_going: bool) -> Self {
        self.keep_going = Some(keep_going);
        self
    }

    /// Whether the `security` lists of the document follow the rules of API Gateway or of OpenAPI.
    pub fn security(mut self, mode: SecurityMode) -> Self {
        self.security = Some(mode);
        self
    }

    /// Whether warnings are not passed to Cargo.
    pub fn quiet(mut self, quiet: bool) -> Self {
        self.quiet = quiet;
        self
    }

    /// Writes the client into `OUT_DIR` as one file. Cargo runs the script again if the document, the source document or the
    /// configuration changes. If `cogen.toml` is added later, Cargo detects it on Unix; on other systems only if the document
    /// is in a separate directory, all files of which are then watched.
    ///
    /// # Errors
    ///
    /// A report of the errors: of the document or the configuration, of reading or writing files, or because the process is not
    /// a build script. Its `Debug` form, which a failing build script prints, is readable text.
    pub fn write_to_out_dir(self) -> Result<(), Report> {
        let outcome = self.run(std::env::var_os("OUT_DIR").map(PathBuf::from).as_deref());
        print!("{}", outcome.directives);
        outcome.result
    }

    fn run(&self, out_dir: Option<&Path>) -> Outcome {
        let mut directives = String::new();
        let mut rerun_if_changed = |path: &Path| {
            let _ = writeln!(directives, "cargo::rerun-if-changed={}", printable(&path.display().to_string()));
        };
        rerun_if_changed(&self.paths.document);
        if let Some(config) = self.paths.config_path() {
            let is_named = self.paths.config.is_some();
            let watched = if is_named || config.exists() { Some(config) } else { absent::watched(&config, out_dir) };
            watched.iter().for_each(|path| rerun_if_changed(path));
        }
        let mut report = Report::default();
        let gathered = self.paths.gather(|_| {}, &mut report);
        let options = gathered.as_ref().map_or_else(|_| Options::default(), |g| g.options.clone());
        self.paths.schemas_path(&options).iter().for_each(|path| rerun_if_changed(path));
        self.paths.file_paths(&options).iter().for_each(|(_, path)| rerun_if_changed(path));
        let mut fail = |message: String, help: &str| {
            report.push(Diagnostic::new(Severity::Error, codes::BUILD_SCRIPT, None, message).help(help));
        };
        if out_dir.is_none() {
            fail(
                "the environment variable `OUT_DIR` is not set".into(),
                "call `write_to_out_dir` in a build script \
                                                                          (`build.rs`), which Cargo runs",
            );
        }
        if let Some(name) = self.file_name.as_deref().filter(|name| !is_file_name(name)) {
            fail(
                format!("`{}` is not a valid name for a Rust file", printable(name)),
                "use a name such as `petstore.rs`",
            );
        }
        let base_url = self.base_url.as_deref().map(config::base_url).transpose();
        if let Err(invalid) = &base_url {
            fail(
                format!("invalid base URL: {}", invalid.reason),
                "write an absolute URL such as `https://api.example.com/v1`",
            );
        }
        let (Ok(gathered), Some(out_dir), Ok(base_url)) = (gathered, out_dir, base_url) else {
            return Outcome { directives, result: Err(report) };
        };
        if report.has_errors() {
            return Outcome { directives, result: Err(report) };
        }
        let mut options = gathered.options;
        self.set(&mut options, base_url);
        let generated = generate(&gathered.input, &options, &mut report);
        if !self.quiet {
            directives.push_str(&warnings(&report));
        }
        Outcome { result: self.write(generated, &options, out_dir, report), directives }
    }

    fn set(&self, options: &mut Options, base_url: Option<String>) {
        options.single_file = true;
        options.base_url = base_url.or(options.base_url.take());
        options.resource = self.resource.clone().or(options.resource.take());
        options.include_cors = self.include_cors.unwrap_or(options.include_cors);
        options.keep_going = self.keep_going.unwrap_or(options.keep_going);
        options.security = self.security.unwrap_or(options.security);
    }

    fn write(
        &self,
        generated: Result<Generated, Reported>,
        options: &Options,
        out_dir: &Path,
        mut report: Report,
    ) -> Result<(), Report> {
        let Ok(generated) = generated else { return Err(report) };
        let Some((_, text)) = generated.files.0.first() else { return Err(report) };
        let module = || options.crate_name_for(&generated.api.title).replace('-', "_");
        let name = self.file_name.clone().unwrap_or_else(|| format!("{}.rs", module()));
        if let Err(error) = write_file(text, &out_dir.join(name)) {
            report.push(*error);
            return Err(report);
        }
        Ok(())
    }
}

/// The directives for Cargo, and the result.
struct Outcome {
    directives: String,
    result: Result<(), Report>,
}

/// Cargo shows the warnings. Errors are returned in the report.
fn warnings(report: &Report) -> String {
    let is_warning = |d: &&Diagnostic| d.severity == Severity::Warning;
    let diagnostics = report.diagnostics.iter().filter(is_warning).cloned().collect();
    report.part(diagnostics).cargo_lines()
}

fn is_file_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    name.len() > ".rs".len() && name.ends_with(".rs") && !name.starts_with('.') && name.bytes().all(plain)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Builder, Report, warnings};
    use crate::diagnostics::report::{Code, Diagnostic, Span};
    use std::path::Path;

    #[test]
    fn cargo_is_told_what_to_watch_even_if_nothing_comes_of_it() {
        let out = std::env::temp_dir().join(format!("cogen-build-script-{}", std::process::id()));
        let outcome = Builder::new("api/none.yaml").schemas("source.yaml").run(Some(&out));
        let mut lines = outcome.directives.lines();
        assert_eq!(lines.next(), Some("cargo::rerun-if-changed=api/none.yaml"));
        // Cargo runs the script at each build if a watched path does not exist.
        let watched = lines.next().and_then(|line| line.strip_prefix("cargo::rerun-if-changed=")).unwrap();
        assert_eq!(Path::new(watched).is_dir(), cfg!(unix), "{watched}");
        assert_eq!(lines.next(), Some("cargo::rerun-if-changed=source.yaml"));
        let _ = std::fs::remove_dir_all(&out);
        let error = format!("{:?}", outcome.result.unwrap_err());
        assert!(
            error.contains("cannot read `api/none.yaml`") && error.contains("cannot read `source.yaml`"),
            "{error}"
        );
        let outcome = Builder::new("a\ncargo::rustc-env=X=1").config("b.toml").run(None);
        assert!(outcome.directives.lines().all(|line| line.starts_with("cargo::rerun-if-changed=")));
        assert!(outcome.directives.contains("=b.toml"));
    }

    #[test]
    fn every_error_of_the_caller_is_reported() {
        let outcome = Builder::new("none.yaml").file_name("../x.rs").base_url("ftp://x").run(None);
        let error = format!("{:?}", outcome.result.unwrap_err());
        for part in ["`OUT_DIR`", "`../x.rs` is not a valid name", "invalid base URL", "cannot read `none.yaml`"] {
            assert!(error.contains(part), "{part}: {error}");
        }
    }

    #[test]
    fn a_warning_can_not_become_a_directive() {
        let mut report = Report::default();
        let _ = report.sources.add("a.yaml", "x: 1\ncargo::rustc-env=X=1\n");
        let text = "bad\ncargo::rustc-env=X=1\rcargo::rustc-env=Y=1";
        report.push(Diagnostic::warning(Code("COGEN-T001"), Span { start: 0, end: 20 }, text).help(text));
        report.push(Diagnostic::note(Code("COGEN-T001"), Span::default(), "a note is not shown"));
        let directives = warnings(&report);
        assert!(directives.contains("bad") && !directives.contains("a note"));
        assert!(directives.lines().all(|line| line.starts_with("cargo::warning=")), "{directives}");
        assert!(!directives.contains('\r'));
    }
}

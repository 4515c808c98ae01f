//! `cogen generate`: writes the client crate of a document.

use crate::cli::args::{Form, Generate, Source};
use crate::cli::terminal::Terminal;
use crate::cli::{Exit, gather};
use crate::config;
use crate::config::options::Options;
use crate::diagnostics::codes;
use crate::diagnostics::report::Report;
use crate::diagnostics::report::{Diagnostic, Severity};
use crate::ir::Api;
use crate::ir::operation::Operation;
use crate::output::inspect::{counted, is_secured};
use crate::output::write;
use crate::pipeline::{Generated, generate};
use std::path::{Component, Path, PathBuf};

pub fn run(args: &Generate, terminal: &Terminal) -> Exit {
    let made = match make(&args.source, &args.form, args.output.as_deref(), terminal) {
        Ok(made) => made,
        Err(exit) => return exit,
    };
    match write_down(args.output.as_deref(), &made, terminal) {
        Ok(path) => {
            terminal.status("Generated", &summary(&path, &made, terminal));
            for operation in left_out(&made.generated.api) {
                let error = operation.errors.first().map_or("", String::as_str);
                terminal.status("Left out", &format!("{}: {error}", operation.route()));
            }
            Exit::Done
        }
        Err(error) => {
            fail(terminal, &error);
            Exit::Usage
        }
    }
}

/// The generated code, with the options of the configuration and the command line.
pub struct Made {
    pub generated: Generated,
    pub options: Options,
    notes: usize,
}

/// Generates the code for an output. Errors are printed; [`Exit::No`] if the document has errors.
pub fn make(source: &Source, form: &Form, output: Option<&Path>, terminal: &Terminal) -> Result<Made, Exit> {
    let runtime = form.runtime_path.as_deref().map(checked_runtime).transpose();
    let runtime = runtime.map_err(|error| {
        fail(terminal, &error);
        Exit::Usage
    })?;
    let set = |options: &mut Options| {
        options.include_cors |= source.include_cors;
        options.single_file |= form.single_file;
        options.keep_going |= form.keep_going;
        if options.crate_name.is_none() && !options.single_file {
            options.crate_name = output.and_then(crate_name_of);
        }
        if runtime.is_some() {
            options.runtime.git = None;
            options.runtime.reference = None;
        }
    };
    let (mut gathered, mut report) = gather(source, set, terminal)?;
    if let Some(runtime) = &runtime {
        // The name of the directory can depend on the title of the document, which is not read yet, but its depth does not.
        let directory = output.map_or_else(|| PathBuf::from("client"), Path::to_owned);
        let path = runtime_path(runtime, &directory).map_err(|error| {
            fail(terminal, &error);
            Exit::Usage
        })?;
        gathered.options.runtime.path = Some(path);
    }
    let generated = generate(&gathered.input, &gathered.options, &mut report);
    terminal.report(&report, false);
    let Ok(generated) = generated else { return Err(Exit::No) };
    Ok(Made { generated, options: gathered.options, notes: report.count(Severity::Note) })
}

/// The text and the path of the file, for `--single-file`. `output` is the path of the file or of its directory.
pub fn single_file<'m>(output: Option<&Path>, made: &'m Made) -> Option<(&'m str, PathBuf)> {
    let (name, text) = made.generated.files.0.first().filter(|_| made.options.single_file)?;
    let path = match output {
        Some(file) if file.extension().is_some_and(|e| e == "rs") => file.to_owned(),
        Some(directory) => directory.join(name.as_str()),
        None => PathBuf::from(name.as_str()),
    };
    Some((text, path))
}

/// Prints an error that does not concern a document.
pub fn fail(terminal: &Terminal, error: &Diagnostic) {
    terminal.report(&Report::default().part(vec![error.clone()]), false);
}

fn write_down(output: Option<&Path>, made: &Made, terminal: &Terminal) -> Result<PathBuf, write::WriteError> {
    if let Some((text, path)) = single_file(output, made) {
        let verb = if write::write_file(text, &path)? { "Wrote" } else { "Unchanged" };
        terminal.detail(verb, &path.display().to_string());
        return Ok(path);
    }
    let default = || PathBuf::from(made.options.crate_name_for(&made.generated.api.title));
    let directory = output.map_or_else(default, Path::to_owned);
    let done = write::write(&made.generated.files, &directory)?;
    for path in &done.written {
        terminal.detail("Wrote", path);
    }
    for path in &done.removed {
        terminal.detail("Removed", path);
    }
    if done.unchanged > 0 {
        terminal.detail("Unchanged", &counted(done.unchanged, "file"));
    }
    Ok(directory)
}

/// `petstore: 42 operations, 17 types (12 secured)`.
fn summary(path: &Path, made: &Made, terminal: &Terminal) -> String {
    let api = &made.generated.api;
    let methods = || api.operations.iter().filter(|o| o.is_generated());
    let secured = methods().filter(|o| is_secured(o)).count();
    let (operations, types) = (counted(methods().count(), "operation"), counted(api.types.len(), "type"));
    let mut text = format!("{}: {operations}, {types} ({secured} secured)", path.display());
    let faulty = left_out(api).count();
    if faulty > 0 {
        text.push_str(&format!("; {} left out because of errors", counted(faulty, "operation")));
    }
    if made.notes > 0 && !terminal.is_verbose() {
        text.push_str(&format!("; {} (shown with -v)", counted(made.notes, "note")));
    }
    text
}

/// The operations that `--keep-going` leaves out.
fn left_out(api: &Api) -> impl Iterator<Item = &Operation> {
    api.operations.iter().filter(|o| o.skipped.is_none() && !o.errors.is_empty())
}

/// The name of the output directory, if it is a valid crate name.
fn crate_name_of(output: &Path) -> Option<String> {
    let absolute = std::path::absolute(output).ok()?;
    let name = absolute.file_name()?.to_str()?;
    config::is_crate_name(name).then(|| name.to_owned())
}

fn runtime_error(message: String) -> Box<Diagnostic> {
    let help = "pass the directory of the package `cogen-runtime`, which contains its Cargo.toml";
    Box::new(Diagnostic::new(Severity::Error, codes::RUNTIME_PATH, None, message).help(help))
}

/// The directory of the runtime, if it contains a package.
fn checked_runtime(path: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    if !path.join("Cargo.toml").is_file() {
        return Err(runtime_error(format!("`{}` does not contain a Cargo.toml", path.display())));
    }
    Ok(path.to_owned())
}

/// The path of the runtime for the manifest of the crate: relative to the crate, unless an absolute path was given.
fn runtime_path(path: &Path, output: &Path) -> Result<String, Box<Diagnostic>> {
    let found = if path.is_absolute() { Ok(path.to_owned()) } else { relative(path, output) };
    let found = found.map_err(|e| runtime_error(format!("cannot find `{}`: {e}", path.display())))?;
    match found.to_str() {
        Some(text) => Ok(text.replace(std::path::MAIN_SEPARATOR, "/")),
        None => {
            Err(runtime_error(format!("the path `{}` is not UTF-8, which a Cargo manifest requires", found.display())))
        }
    }
}

/// The relative path from one directory to another. The directories do not need to exist.
fn relative(to: &Path, from: &Path) -> std::io::Result<PathBuf> {
    let (to, from) = (real(to)?, real(from)?);
    let shared = to.components().zip(from.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(shared)).collect();
    Ok(if way.as_os_str().is_empty() { PathBuf::from(".") } else { way })
}

/// The absolute path, with the links of its existing part resolved.
fn real(path: &Path) -> std::io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    for above in absolute.ancestors() {
        // Not every tool supports the extended-length paths of Windows.
        let found = if cfg!(windows) { Ok(above.to_owned()) } else { above.canonicalize() };
        if let (Ok(found), Ok(rest)) = (found, absolute.strip_prefix(above)) {
            return Ok(found.join(rest));
        }
    }
    Ok(absolute)
}

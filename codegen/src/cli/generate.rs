//! `cogen generate`: a document becomes a crate on disk.

use super::args::{Form, Generate, Source};
use super::terminal::Terminal;
use super::{Exit, gather};
use cogen::diagnostics::{Diagnostic, Severity};
use cogen::generate::{Generated, generate};
use cogen::inspect::{counted, is_secured};
use cogen::ir::Api;
use cogen::ir::operation::Operation;
use cogen::options::Options;
use cogen::{Report, codes, write};
use std::path::{Path, PathBuf};

pub fn run(args: &Generate, terminal: &Terminal) -> Exit {
    let made = match make(&args.source, &args.form, terminal) {
        Ok(made) => made,
        Err(exit) => return exit,
    };
    match write_down(args.output.as_deref(), &made, terminal) {
        Ok(place) => {
            terminal.status("Generated", &summary(&place, &made, terminal));
            for operation in left_out(&made.generated.api) {
                let error = operation.errors.first().map_or("", String::as_str);
                terminal.status("Left out", &format!("{}: {error}", operation.route()));
            }
            Exit::Done
        }
        Err(fault) => {
            fail(terminal, &fault);
            Exit::Usage
        }
    }
}

/// What a document makes under the options of the configuration and the command line.
pub struct Made {
    pub generated: Generated,
    pub options: Options,
    notes: usize,
}

/// Makes it, or says why not; [`Exit::No`] when the document is refused.
pub fn make(source: &Source, form: &Form, terminal: &Terminal) -> Result<Made, Exit> {
    let runtime = form.runtime_path.as_deref().map(runtime_path).transpose();
    let runtime = runtime.map_err(|fault| {
        fail(terminal, &fault);
        Exit::Usage
    })?;
    let set = |options: &mut Options| {
        options.include_cors |= source.include_cors;
        options.single_file |= form.single_file;
        options.keep_going |= form.keep_going;
        if runtime.is_some() {
            options.runtime.path = runtime;
            options.runtime.git = None;
        }
    };
    let (gathered, mut report) = gather(source, set, terminal)?;
    let generated = generate(&gathered.input, &gathered.options, &mut report);
    terminal.report(&report, false);
    let Some(generated) = generated else { return Err(Exit::No) };
    Ok(Made { generated, options: gathered.options, notes: report.count(Severity::Note) })
}

/// The one file of the single-file form: its text, and its place where `output` names it or its directory.
pub fn single_file<'m>(output: Option<&Path>, made: &'m Made) -> Option<(&'m str, PathBuf)> {
    let (name, text) = made.generated.files.0.first().filter(|_| made.options.single_file)?;
    let path = match output {
        Some(file) if file.extension().is_some_and(|e| e == "rs") => file.to_owned(),
        Some(directory) => directory.join(name.as_str()),
        None => PathBuf::from(name.as_str()),
    };
    Some((text, path))
}

/// Tells of a fault outside of any document.
pub fn fail(terminal: &Terminal, fault: &Diagnostic) {
    terminal.report(&Report::default().part(vec![fault.clone()]), false);
}

fn write_down(output: Option<&Path>, made: &Made, terminal: &Terminal) -> Result<PathBuf, write::Fault> {
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
fn summary(place: &Path, made: &Made, terminal: &Terminal) -> String {
    let api = &made.generated.api;
    let methods = || api.operations.iter().filter(|o| o.skipped.is_none() && o.errors.is_empty());
    let secured = methods().filter(|o| is_secured(o)).count();
    let (operations, types) = (counted(methods().count(), "operation"), counted(api.types.len(), "type"));
    let mut text = format!("{}: {operations}, {types} ({secured} secured)", place.display());
    let faulty = left_out(api).count();
    if faulty > 0 {
        text.push_str(&format!("; {} left out for their errors", counted(faulty, "operation")));
    }
    if made.notes > 0 && !terminal.is_verbose() {
        text.push_str(&format!("; {} with -v", counted(made.notes, "note")));
    }
    text
}

/// The operations that `--keep-going` leaves out.
fn left_out(api: &Api) -> impl Iterator<Item = &Operation> {
    api.operations.iter().filter(|o| o.skipped.is_none() && !o.errors.is_empty())
}

/// The directory of the runtime, so that it is found from wherever the crate is written.
fn runtime_path(path: &Path) -> Result<String, Box<Diagnostic>> {
    let fault = |message: String| {
        let help = "name the directory of the package `cogen-runtime`; in cogen.toml, `[runtime] path` counts from the \
                    generated crate";
        Box::new(Diagnostic::new(Severity::Error, codes::RUNTIME_PATH, None, message).help(help))
    };
    if !path.join("Cargo.toml").is_file() {
        return Err(fault(format!("`{}` holds no Cargo.toml", path.display())));
    }
    // The long form of Windows is not understood by every tool.
    let absolute = if cfg!(windows) { std::path::absolute(path) } else { path.canonicalize() };
    let absolute = absolute.map_err(|e| fault(format!("`{}` can't be found: {e}", path.display())))?;
    let text = absolute.to_str().map(str::to_owned);
    text.ok_or_else(|| fault(format!("`{}` is not UTF-8, as a manifest must be", absolute.display())))
}

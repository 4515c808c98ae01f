//! Generates the files of a crate from the bytes of a document, without access to disk, network or processes.

use crate::config::options::Options;
use crate::config::{lines, missing_dependency, raise, skip_lines};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Severity};
use crate::document::bundle;
use crate::document::bundle::File;
use crate::document::inputs::Input;
use crate::document::join;
use crate::document::load;
use crate::document::load::node::Node;
use crate::document::references::{Beside, Refs};
use crate::document::spec;
use crate::document::template;
use crate::document::template::Definitions;
use crate::document::upgrade;
use crate::document::values;
use crate::emit;
use crate::ir::Api;
use crate::ir::extent::Extent;
use crate::ir::operation::Operation;
use crate::lower;
use crate::lower::Document;
use crate::output::files::Files;
use crate::output::inspect::counted;
use std::sync::Arc;

/// The result.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The files of the crate.
    pub files: Files,
    /// The API they were made from.
    pub api: Api,
}

/// Generates a crate.
///
/// # Errors
/// The document or the options have errors, unless `keep_going` leaves out the operations that have them.
pub fn generate(input: &Input, options: &Options, report: &mut Report) -> Result<Generated, Reported> {
    let document = &input.document.0;
    let Ok(api) = api(input, options, report) else {
        return Err(report.error(nothing_generated(document, None, report.count(Severity::Error))));
    };
    if check(&api, options, report).is_err() {
        return Err(report.error(nothing_generated(document, Some(&api), report.count(Severity::Error))));
    }
    let files = emit::emit(&api, options);
    Ok(Generated { files, api })
}

/// Checks that a crate can be generated from an API.
fn check(api: &Api, options: &Options, report: &mut Report) -> Result<(), Reported> {
    check_dependencies(options, report)?;
    if !options.keep_going {
        report.without_errors()?;
    }
    check_extent(api, options, report)
}

/// The last error of a run that generates no code. Its help says how to leave out the operations with errors, if there are
/// others.
fn nothing_generated(document: &str, api: Option<&Api>, errors: usize) -> Diagnostic {
    let message = format!("no code is generated for `{document}`: {}", counted(errors, "error"));
    let error = Diagnostic::new(Severity::Error, codes::NOTHING_GENERATED, None, message);
    let operations = || api.iter().flat_map(|api| &api.operations).filter(|o| o.skipped.is_none());
    let faulty: Vec<String> = operations().filter(|o| !o.errors.is_empty()).map(Operation::route).collect();
    let good = operations().filter(|o| o.errors.is_empty()).count();
    if faulty.is_empty() || good == 0 {
        return error;
    }
    let these = if faulty.len() == 1 { "the operation that has errors" } else { "the operations that have errors" };
    error.help(format!(
        "to leave out {these} and generate the other {}, use `--keep-going`, or list what to leave out in cogen.toml:{}",
        counted(good, "operation"),
        skip_lines(faulty.iter().map(String::as_str))
    ))
}

/// Checks that the crates of `[types.replace]` are dependencies of the generated crate. A single file uses the dependencies of
/// the crate that includes it.
fn check_dependencies(options: &Options, report: &mut Report) -> Result<(), Reported> {
    let missing = if options.single_file { None } else { missing_dependency(options) };
    let Some((schema, name, span)) = missing else { return Ok(()) };
    let message = format!(
        "`{schema}` in `[types.replace]` needs the crate `{name}`, which is not a dependency of the generated crate"
    );
    let line = format!("{name} = {{ path = \"../{name}\" }}");
    let help = format!(
        "add the dependency in cogen.toml, with a version, or with a path relative to the generated crate:{}",
        lines("dependencies", &line)
    );
    Err(report.error(Diagnostic::new(Severity::Error, codes::NO_DEPENDENCY, span, message).help(help)))
}

/// Checks that the code is within the limit of lines.
fn check_extent(api: &Api, options: &Options, report: &mut Report) -> Result<(), Reported> {
    let (extent, most) = (Extent::of(api), options.limits.lines);
    if extent.lines <= most {
        return Ok(());
    }
    let (name, lines) = &extent.largest;
    let message = format!(
        "the generated code would have about {} lines, more than the limit of {most}, {lines} of them for {name}",
        extent.lines
    );
    let help = raise("lines", most, Some(extent.lines), "if you trust this document");
    Err(report.error(Diagnostic::new(Severity::Error, codes::TOO_MANY_LINES, None, message).help(help)))
}

/// The API that a crate is generated from.
///
/// # Errors
/// The document cannot be read. Errors of single operations are in the API.
pub fn api(input: &Input, options: &Options, report: &mut Report) -> Result<Api, Reported> {
    read_api(input, options, report, Depth::Whole)
}

/// Reads operations and authorization only. `inspect` shows them also for documents whose schemas have errors.
///
/// # Errors
/// The document cannot be read. Errors of single operations are in the API.
pub fn outline(input: &Input, options: &Options, report: &mut Report) -> Result<Api, Reported> {
    read_api(input, options, report, Depth::Outline)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Outline,
    Whole,
}

fn read_api(input: &Input, options: &Options, report: &mut Report, depth: Depth) -> Result<Api, Reported> {
    let decode = |name: &str, bytes, report: &mut Report| load::decode(bytes, name, &options.limits, report);
    let (name, bytes) = &input.document;
    let first = decode(name, bytes, report)?;
    let second = match &input.schemas {
        Some((name, bytes)) => Some((name, decode(name, bytes, report)?)),
        None => None,
    };
    let files = input.files.iter().map(|file| Ok((&*file.path, decode(&file.name, &file.bytes, report)?)));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let mut reader = Reader { options, used: values::Used::new(), report };
    let files =
        files.iter().map(|(path, (text, base))| reader.file(path, text, *base)).collect::<Result<Vec<_>, _>>()?;
    let resource = options.resource.as_deref();
    let (mut root, mut beside) =
        reader.document(&first, name, resource, if second.is_some() { &[] } else { &files })?;
    if let Some((name, source)) = &second {
        let (source, files) = reader.document(source, name, resource, &files)?;
        root = join::join(root, source, &files, options, reader.report)?;
        beside = files;
    }
    let Reader { used, report, .. } = reader;
    values::report_unused(&options.values, &used, report);
    let refs = Refs::new(&root).beside(&beside);
    let spec = spec::read(&root, &refs, &options.limits, report);
    let document = Document { spec, refs: &refs, is_joined: second.is_some() };
    Ok(match depth {
        Depth::Outline => lower::outline(&document, options, report),
        Depth::Whole => lower::lower(&document, options, report),
    })
}

/// Reads the files of a run.
struct Reader<'r, 'o> {
    options: &'o Options,
    used: values::Used<'o>,
    report: &'r mut Report,
}

impl Reader<'_, '_> {
    /// Another file of a document, with its placeholders replaced.
    fn file<'s>(&mut self, path: &str, text: &'s str, base: u32) -> Result<File<'s>, Reported> {
        let mut root = load::load_with(text, base, &self.options.limits, self.options.duplicate_keys, self.report)?;
        let none = Definitions::default();
        values::fill(&mut root, &none, &self.options.values, &mut self.used, self.report);
        Ok(File { path: path.to_owned(), root })
    }

    /// A document of OpenAPI 3.0, with its placeholders replaced and the definitions of its other files; and the files that it
    /// refers to.
    fn document<'s>(
        &mut self,
        (text, base): &'s (Arc<str>, u32),
        name: &str,
        resource: Option<&str>,
        files: &[File<'s>],
    ) -> Result<(Node<'s>, Beside), Reported> {
        let (options, report) = (self.options, &mut *self.report);
        let root = load::load_with(text, *base, &options.limits, options.duplicate_keys, report)?;
        let (mut root, definitions) = template::document(root, resource, report)?;
        values::fill(&mut root, &definitions, &options.values, &mut self.used, report);
        template::settled(&root, report)?;
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let (root, beside) = bundle::bundle(root, name, files, &options.limits, report)?;
        Ok((upgrade::upgrade(root, report)?, beside))
    }
}

//! The road from a document's bytes to the files of a crate; it touches no disk, socket or process.

use crate::codes;
use crate::config::{lines, missing_dependency, raise, skip_lines};
use crate::diagnostics::{Diagnostic, Report, Severity};
use crate::emit;
use crate::files::Files;
use crate::inspect::counted;
use crate::ir::Api;
use crate::ir::extent::Extent;
use crate::ir::operation::Operation;
use crate::load;
use crate::load::node::Node;
use crate::lower::{self, Document};
use crate::options::Options;
use crate::resolve::Refs;
use crate::spec;
use crate::upgrade;
use crate::values;

/// What a run reads: each file with the name to print.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The document.
    pub document: (String, Vec<u8>),
    /// The document that holds the schemas of an HTTP API's export.
    pub schemas: Option<(String, Vec<u8>)>,
    /// The text of `cogen.toml`; its options come beside it, already read.
    pub config: Option<(String, String)>,
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The files of the crate.
    pub files: Files,
    /// The API they were made from.
    pub api: Api,
}

/// Generates a crate. `None` where the report has errors, unless `keep_going` leaves out what has them.
pub fn generate(input: &Input, options: &Options, report: &mut Report) -> Option<Generated> {
    let api = api(input, options, report);
    let refused = match &api {
        Some(_) if !has_dependencies(options, report) => true,
        Some(api) => (report.has_errors() && !options.keep_going) || !is_affordable(api, options, report),
        None => true,
    };
    if refused {
        report.push(nothing_generated(&input.document.0, api.as_ref(), report.count(Severity::Error)));
        return None;
    }
    let api = api?;
    let files = emit::emit(&api, options);
    Some(Generated { files, api })
}

/// The last error of a run that generates nothing; it says how to leave out the operations with errors, where others are left.
fn nothing_generated(document: &str, api: Option<&Api>, errors: usize) -> Diagnostic {
    let message = format!("nothing is generated from `{document}`: {}", counted(errors, "error"));
    let error = Diagnostic::new(Severity::Error, codes::NOTHING_GENERATED, None, message);
    let operations = || api.iter().flat_map(|api| &api.operations).filter(|o| o.skipped.is_none());
    let faulty: Vec<String> = operations().filter(|o| !o.errors.is_empty()).map(Operation::route).collect();
    let good = operations().filter(|o| o.errors.is_empty()).count();
    if faulty.is_empty() || good == 0 {
        return error;
    }
    let these = if faulty.len() == 1 { "the operation that has errors" } else { "the operations that have errors" };
    error.help(format!(
        "`--keep-going` (`keep-going = true` under `[api]`) leaves out {these} and generates the other {}; so does `[skip]` in \
         cogen.toml:{}",
        counted(good, "operation"),
        skip_lines(faulty.iter().map(String::as_str))
    ))
}

/// Whether the crates that `[types.replace]` names are dependencies of the generated crate; an error is reported if not. Code
/// that is included into a crate of the user's own uses the dependencies of that crate.
fn has_dependencies(options: &Options, report: &mut Report) -> bool {
    let missing = if options.single_file { None } else { missing_dependency(options) };
    let Some((schema, name, place)) = missing else { return true };
    let message = format!(
        "`{schema}` in `[types.replace]` is of the crate `{name}`, which is no dependency of the generated crate"
    );
    let line = format!("{name} = {{ path = \"../{name}\" }}");
    let help = format!(
        "add it in cogen.toml, by a version, or by a path that counts from the generated crate:{}",
        lines("dependencies", &line)
    );
    report.push(Diagnostic::new(Severity::Error, codes::NO_DEPENDENCY, place, message).help(help));
    false
}

/// Whether the code has no more lines than it may; an error is reported if it has.
fn is_affordable(api: &Api, options: &Options, report: &mut Report) -> bool {
    let (extent, most) = (Extent::of(api), options.limits.lines);
    if extent.lines <= most {
        return true;
    }
    let (name, lines) = &extent.largest;
    let message = format!(
        "the generated code would have about {} lines, more than the limit of {most}; {lines} of them are for {name}",
        extent.lines
    );
    let help = raise("lines", most, Some(extent.lines), "if this document is to be trusted");
    report.push(Diagnostic::new(Severity::Error, codes::TOO_MANY_LINES, None, message).help(help));
    false
}

/// The API that a crate would be generated from, with all that was reported on the way.
pub fn api(input: &Input, options: &Options, report: &mut Report) -> Option<Api> {
    read_api(input, options, report, Depth::Whole)
}

/// Reads operations and authorization only: what `inspect` shows, also for documents whose schemas have faults.
pub fn outline(input: &Input, options: &Options, report: &mut Report) -> Option<Api> {
    read_api(input, options, report, Depth::Outline)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Outline,
    Whole,
}

fn read_api(input: &Input, options: &Options, report: &mut Report, depth: Depth) -> Option<Api> {
    let (name, bytes) = &input.document;
    let (text, base) = load::decode(bytes, name, &options.limits, report)?;
    let second = match input.schemas.as_ref().filter(|_| depth == Depth::Whole) {
        Some((name, bytes)) => Some(load::decode(bytes, name, &options.limits, report)?),
        None => None,
    };
    let root = read(&text, base, options, report)?;
    let schemas_root = match &second {
        Some((text, base)) => Some(read(text, *base, options, report)?),
        None => None,
    };
    let refs = Refs::new(&root);
    let document = Document { spec: spec::read(&root, &refs, &options.limits, report), refs: &refs };
    if depth == Depth::Outline {
        return Some(lower::outline(&document, options, report));
    }
    let schemas_refs = schemas_root.as_ref().map(Refs::new);
    let schemas = match (&schemas_root, &schemas_refs) {
        (Some(root), Some(refs)) => Some(Document { spec: spec::read(root, refs, &options.limits, report), refs }),
        _ => None,
    };
    Some(lower::lower(&document, schemas.as_ref(), options, report))
}

/// Bytes to a document of OpenAPI 3.0 with its placeholders filled.
fn read<'s>(text: &'s str, base: u32, options: &Options, report: &mut Report) -> Option<Node<'s>> {
    let mut root = load::load(text, base, &options.limits, report)?;
    values::fill(&mut root, &options.values, report);
    upgrade::upgrade(root, report)
}

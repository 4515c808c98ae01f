//! The road from a document's bytes to the files of a crate; it touches no disk, socket or process.

use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Severity};
use crate::emit;
use crate::files::Files;
use crate::ir::Api;
use crate::ir::extent::Extent;
use crate::join;
use crate::load;
use crate::load::node::Node;
use crate::lower::{self, Document};
use crate::options::Options;
use crate::resolve::Refs;
use crate::spec;
use crate::template;
use crate::upgrade;
use crate::values;

/// What a run reads: each file with the name to print.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The document.
    pub document: (String, Vec<u8>),
    /// The source document beside an export, which describes what the export does not.
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
    let api = api(input, options, report)?;
    if report.has_errors() && !options.keep_going {
        return None;
    }
    if !is_affordable(&api, options, report) {
        return None;
    }
    let files = emit::emit(&api, options);
    Some(Generated { files, api })
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
    let help = "raise `lines` under `[limits]` in cogen.toml, if this document is to be trusted";
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
    let second = match &input.schemas {
        Some((name, bytes)) => Some(load::decode(bytes, name, &options.limits, report)?),
        None => None,
    };
    let mut used = values::Used::new();
    let resource = options.resource.as_deref();
    let mut root = read(&text, base, resource, options, &mut used, report)?;
    if let Some((text, base)) = &second {
        let source = read(text, *base, None, options, &mut used, report)?;
        root = join::join(root, source, options, report)?;
    }
    values::report_unused(&options.values, &used, report);
    let refs = Refs::new(&root);
    let spec = spec::read(&root, &refs, &options.limits, report);
    let document = Document { spec, refs: &refs, is_joined: second.is_some() };
    Some(match depth {
        Depth::Outline => lower::outline(&document, options, report),
        Depth::Whole => lower::lower(&document, options, report),
    })
}

/// Bytes to a document of OpenAPI 3.0 with its placeholders filled.
fn read<'s, 'o>(
    text: &'s str,
    base: u32,
    resource: Option<&str>,
    options: &'o Options,
    used: &mut values::Used<'o>,
    report: &mut Report,
) -> Option<Node<'s>> {
    let root = load::load(text, base, &options.limits, report)?;
    let mut root = template::document(root, resource, report)?;
    values::fill_one(&mut root, &options.values, used, report);
    if !template::is_settled(&root, report) {
        return None;
    }
    upgrade::upgrade(root, report)
}

//! `cogen inspect`: lists the operations and the credentials that they require.

use crate::cli::args::{Format, Inspect};
use crate::cli::terminal::Terminal;
use crate::cli::{Exit, gather};
use crate::output::inspect::{json_lines, table};
use crate::pipeline::outline;

pub fn run(args: &Inspect, terminal: &Terminal) -> Exit {
    let set = |options: &mut crate::config::options::Options| options.include_cors |= args.source.include_cors;
    let (gathered, mut report) = match gather(&args.source, set, terminal) {
        Ok(gathered) => gathered,
        Err(exit) => return exit,
    };
    let api = outline(&gathered.input, &gathered.options, &mut report);
    let mut is_whole = true;
    if let Ok(api) = &api {
        let document = gathered.input.document.1.len();
        let listing = match args.format {
            Format::Table => table(api, document),
            Format::Json => json_lines(api, document),
        };
        is_whole = listing.is_whole;
        terminal.print(&listing.text);
        if args.format == Format::Table {
            terminal.print("\n");
        }
    }
    terminal.report(&report, args.format == Format::Table);
    match api {
        Ok(api) if is_whole && !report.has_errors() && api.operations.iter().all(|o| o.errors.is_empty()) => Exit::Done,
        _ => Exit::No,
    }
}

//! `cogen inspect`: what each operation demands.

use super::args::{Format, Inspect};
use super::terminal::Terminal;
use super::{Exit, gather};
use cogen::generate::outline;
use cogen::inspect::{json_lines, table};

pub fn run(args: &Inspect, terminal: &Terminal) -> Exit {
    let set = |options: &mut cogen::options::Options| options.include_cors |= args.source.include_cors;
    let (gathered, mut report) = match gather(&args.source, set, terminal) {
        Ok(gathered) => gathered,
        Err(exit) => return exit,
    };
    let api = outline(&gathered.input, &gathered.options, &mut report);
    if let Some(api) = &api {
        terminal.print(&match args.format {
            Format::Table => table(api) + "\n",
            Format::Json => json_lines(api),
        });
    }
    terminal.report(&report, args.format == Format::Table);
    match api {
        Some(api) if !report.has_errors() && api.operations.iter().all(|o| o.errors.is_empty()) => Exit::Done,
        _ => Exit::No,
    }
}

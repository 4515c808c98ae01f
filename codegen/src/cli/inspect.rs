//! `cogen inspect`: what each operation demands.

use super::args::{Format, Inspect};
use super::terminal::Terminal;
use super::{Exit, gather};
use cogen::generate::outline;
use cogen::inspect::{json_lines, table};

pub fn run(args: &Inspect, terminal: &Terminal) -> Exit {
    let gathered = match gather(&args.source, |options| options.include_cors |= args.source.include_cors, terminal) {
        Ok(gathered) => gathered,
        Err(exit) => return exit,
    };
    let (api, report) = outline(&gathered.input, &gathered.options);
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

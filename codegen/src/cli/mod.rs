//! What each command does, from its arguments to its exit status.

mod args;
mod check;
mod explain;
mod generate;
mod inspect;
mod terminal;

use crate::cli::args::{Args, Command, Source};
use crate::cli::terminal::Terminal;
use crate::config::options::Options;
use crate::diagnostics::report::Report;
use crate::document::inputs::Gathered;
use clap::{CommandFactory, Parser};
use std::process::ExitCode;

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return terminal::usage(&error),
    };
    let terminal = Terminal::new(&args);
    let exit = match &args.command {
        Command::Generate(args) => generate::run(args, &terminal),
        Command::Check(args) => check::run(args, &terminal),
        Command::Inspect(args) => inspect::run(args, &terminal),
        Command::Explain { code } => explain::run(code.as_deref(), &terminal),
        Command::Completions { shell } => completions(*shell, &terminal),
    };
    ExitCode::from(exit as u8)
}

/// The exit statuses, as the help of each command tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// All is well.
    Done = 0,
    /// The document is refused, or what was compared differs.
    No = 1,
    /// The command can't be carried out as it was given.
    Usage = 2,
}

/// The files of a command, with a report that has no error yet; or its exit status when they can't be had.
fn gather(source: &Source, set: impl FnOnce(&mut Options), terminal: &Terminal) -> Result<(Gathered, Report), Exit> {
    let mut report = Report::default();
    let set = |options: &mut Options| {
        options.resource = source.resource.clone().or_else(|| options.resource.take());
        set(options);
    };
    match source.places().gather(set, &mut report) {
        Some(gathered) if !report.has_errors() => Ok((gathered, report)),
        _ => {
            terminal.report(&report, false);
            Err(Exit::Usage)
        }
    }
}

fn completions(shell: clap_complete::Shell, terminal: &Terminal) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "cogen", &mut script);
    terminal.print(&String::from_utf8_lossy(&script));
    Exit::Done
}

//! The commands, from their arguments to their exit status.

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

/// Runs the command given by the arguments of the process.
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

/// The exit statuses, as documented in the help of each command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Success.
    Done = 0,
    /// The document has errors, or the compared files differ.
    No = 1,
    /// The command cannot run: invalid arguments, configuration or files.
    Usage = 2,
}

/// The input files of a command, with a report without errors; or the exit status if they cannot be read.
fn gather(source: &Source, set: impl FnOnce(&mut Options), terminal: &Terminal) -> Result<(Gathered, Report), Exit> {
    let mut report = Report::default();
    let set = |options: &mut Options| {
        options.resource = source.resource.clone().or_else(|| options.resource.take());
        set(options);
    };
    match source.paths().gather(set, &mut report) {
        Ok(gathered) if !report.has_errors() => Ok((gathered, report)),
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

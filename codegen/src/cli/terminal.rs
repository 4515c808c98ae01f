//! The only place that prints.

use super::args::{Args, MessageFormat};
use anstream::AutoStream;
use anstream::stream::RawStream;
use clap::{ColorChoice, ValueEnum};
use cogen::Report;
use cogen::diagnostics::Severity;
use cogen::render::{self, printable};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::process::ExitCode;

/// Standard output and standard error, and how much to say on them.
pub struct Terminal {
    colored: bool,
    quiet: bool,
    verbose: bool,
    format: MessageFormat,
}

impl Terminal {
    /// As the arguments and the environment (`NO_COLOR`, `CLICOLOR_FORCE`, `TERM`) want it.
    pub fn new(args: &Args) -> Self {
        let colored = match args.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_colored(&io::stderr()),
        };
        Self { colored, quiet: args.quiet, verbose: args.verbose, format: args.message_format }
    }

    /// Whether more is to be said.
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// What a command was run for, to standard output. A reader that has read enough is no error.
    pub fn print(&self, text: &str) {
        let mut out = io::stdout().lock();
        if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush())
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.error(&format!("cannot write to standard output: {error}"));
        }
    }

    /// Whether messages are JSON.
    pub fn is_json(&self) -> bool {
        self.format == MessageFormat::Json
    }

    /// The same for text that a document may have a say in: GitHub Actions looks for commands in all that is printed.
    pub fn print_foreign(&self, text: &str) {
        if self.format != MessageFormat::Github || text.is_empty() {
            return self.print(text);
        }
        // Nobody can know the word that ends it (GitHub Docs, "Workflow commands", "Stopping and starting workflow commands").
        let word = format!("cogen-{:016x}", RandomState::new().build_hasher().finish());
        self.print(&format!("::stop-commands::{word}\n{}\n::{word}::\n", text.trim_end_matches('\n')));
    }

    /// A report, to standard error; notes only if asked for, here or on the command line.
    pub fn report(&self, report: &Report, notes: bool) {
        let least = match (self.quiet, self.verbose || notes) {
            (true, _) => Severity::Error,
            (false, false) => Severity::Warning,
            (false, true) => Severity::Note,
        };
        let diagnostics: Vec<_> = report.diagnostics.iter().filter(|d| d.severity <= least).cloned().collect();
        if !diagnostics.is_empty() {
            let part = report.part(diagnostics);
            match self.format {
                MessageFormat::Text => self.to_stderr(&format!("{}\n\n", part.text(self.colored).trim_end())),
                MessageFormat::Json => self.to_stderr(&part.json_lines()),
                MessageFormat::Github => self.to_stderr(&part.github_lines()),
            }
        }
    }

    /// A line in cargo's way: `   Generated petstore: …`.
    pub fn status(&self, verb: &str, text: &str) {
        if !self.quiet {
            self.line(verb, text, "\x1b[1;32m");
        }
    }

    /// A line on what becomes of one file.
    pub fn detail(&self, verb: &str, text: &str) {
        if self.verbose && !self.quiet {
            self.line(verb, text, "\x1b[1;36m");
        }
    }

    /// An error that no report holds.
    pub fn error(&self, text: &str) {
        match self.format {
            MessageFormat::Text => {}
            MessageFormat::Json => return self.to_stderr(&render::json_error(text)),
            MessageFormat::Github => return self.to_stderr(&render::github_error(text)),
        }
        let (on, off) = if self.colored { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
        self.to_stderr(&format!("{on}error{off}: {}\n", printable(text)));
    }

    fn line(&self, verb: &str, text: &str, color: &str) {
        if self.is_json() {
            return;
        }
        let (on, off) = if self.colored { (color, "\x1b[0m") } else { ("", "") };
        self.to_stderr(&format!("{on}{verb:>12}{off} {}\n", printable(text)));
    }

    fn to_stderr(&self, text: &str) {
        // Old Windows consoles need help with colours. Nobody is left to tell if this fails.
        let _ = AutoStream::new(io::stderr().lock(), self.choice()).write_all(text.as_bytes());
    }

    fn choice(&self) -> anstream::ColorChoice {
        if self.colored { anstream::ColorChoice::Always } else { anstream::ColorChoice::Never }
    }
}

/// What the arguments can't be, or the help that was asked for; in the format of messages that they ask for.
pub fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let message = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    let line = match asked_format() {
        _ if !error.use_stderr() => None,
        Some(MessageFormat::Json) => Some(render::json_error(message)),
        Some(MessageFormat::Github) => Some(render::github_error(message)),
        Some(MessageFormat::Text) | None => None,
    };
    // Nobody is left to tell if standard error can't be written.
    let _ = match line {
        Some(line) => io::stderr().lock().write_all(line.as_bytes()),
        None => error.print(),
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// The format that the arguments name, which need not be right as a whole.
fn asked_format() -> Option<MessageFormat> {
    let mut arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        let value = match argument.strip_prefix("--message-format") {
            Some("") => arguments.next(),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        if let Some(value) = value {
            return MessageFormat::from_str(&value, true).ok();
        }
    }
    None
}

/// A paragraph in lines that fit a terminal.
pub fn wrapped(text: &str) -> String {
    const WIDTH: usize = 90;
    let mut out = String::new();
    let mut width = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
    }
    out
}

fn is_colored(stream: &impl RawStream) -> bool {
    AutoStream::choice(stream) != anstream::ColorChoice::Never
}

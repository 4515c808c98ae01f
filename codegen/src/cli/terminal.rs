//! Prints to standard output and standard error. No other module does.

use crate::cli::args::{Args, MessageFormat};
use crate::diagnostics::render;
use crate::diagnostics::render::printable;
use crate::diagnostics::report::Report;
use crate::diagnostics::report::Severity;
use anstream::AutoStream;
use anstream::stream::RawStream;
use clap::{ColorChoice, ValueEnum};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::process::ExitCode;

/// Standard output and standard error, with the options for messages.
pub struct Terminal {
    colored: bool,
    quiet: bool,
    verbose: bool,
    format: MessageFormat,
}

impl Terminal {
    /// Applies the arguments and the environment (`NO_COLOR`, `CLICOLOR_FORCE`, `TERM`).
    pub fn new(args: &Args) -> Self {
        let colored = match args.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_colored(&io::stderr()),
        };
        Self { colored, quiet: args.quiet, verbose: args.verbose, format: args.message_format }
    }

    /// Whether `--verbose` is set.
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Prints the result of a command to standard output. A closed pipe is not an error.
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

    /// Prints text that can contain text of a document. GitHub Actions looks for commands in everything that is printed.
    pub fn print_foreign(&self, text: &str) {
        if self.format != MessageFormat::Github || text.is_empty() {
            return self.print(text);
        }
        // The word that ends it is random (GitHub Docs, "Workflow commands", "Stopping and starting workflow commands").
        let word = format!("cogen-{:016x}", RandomState::new().build_hasher().finish());
        self.print(&format!("::stop-commands::{word}\n{}\n::{word}::\n", text.trim_end_matches('\n')));
    }

    /// Prints a report to standard error. Notes are included if `notes` or `--verbose` is set.
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

    /// Prints a line in the style of Cargo: `   Generated petstore: …`.
    pub fn status(&self, verb: &str, text: &str) {
        if !self.quiet {
            self.line(verb, text, "\x1b[1;32m");
        }
    }

    /// Prints a line about one file.
    pub fn detail(&self, verb: &str, text: &str) {
        if self.verbose && !self.quiet {
            self.line(verb, text, "\x1b[1;36m");
        }
    }

    /// Prints an error without a code.
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
        // `AutoStream` supports colors on old Windows consoles. An error cannot be reported anywhere else.
        let _ = AutoStream::new(io::stderr().lock(), self.choice()).write_all(text.as_bytes());
    }

    fn choice(&self) -> anstream::ColorChoice {
        if self.colored { anstream::ColorChoice::Always } else { anstream::ColorChoice::Never }
    }
}

/// Prints an error of the arguments, in the requested format of messages, or the requested help.
pub fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let message = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    let line = match asked_format() {
        _ if !error.use_stderr() => None,
        Some(MessageFormat::Json) => Some(render::json_error(message)),
        Some(MessageFormat::Github) => Some(render::github_error(message)),
        Some(MessageFormat::Text) | None => None,
    };
    // An error of standard error cannot be reported anywhere else.
    let _ = match line {
        Some(line) => io::stderr().lock().write_all(line.as_bytes()),
        None => error.print(),
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// The requested format of messages, also if other arguments are invalid.
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

/// Wraps a paragraph to the width of a terminal.
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

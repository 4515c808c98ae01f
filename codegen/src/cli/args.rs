//! The arguments of the command line.

use crate::document::inputs::InputPaths;
use clap::{ColorChoice, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// Generates Rust clients for Amazon API Gateway, whose methods do not compile without the right credential
#[derive(Debug, Parser)]
#[command(name = "cogen", version, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,

    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose", display_order = 100)]
    pub quiet: bool,

    /// Also print notes, and what happens to each file
    #[arg(short, long, global = true, display_order = 101)]
    pub verbose: bool,

    /// The format of messages: text, one JSON object per line, or GitHub workflow commands
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text", display_order = 102)]
    pub message_format: MessageFormat,

    /// When to use colors
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 103)]
    pub color: ColorChoice,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Generate a client crate from a document
    #[command(after_help = GENERATE_HELP)]
    Generate(Generate),
    /// Check that a client crate is up to date with its document
    #[command(after_help = CHECK_HELP)]
    Check(Check),
    /// List the operations of a document and the credentials they require
    #[command(after_help = INSPECT_HELP)]
    Inspect(Inspect),
    /// Explain a diagnostic code, or list all codes
    Explain {
        /// The code, such as COGEN-L021 or l21; lists all codes if omitted
        code: Option<String>,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, clap::Args)]
pub struct Generate {
    #[command(flatten)]
    pub source: Source,

    /// The output directory, or the output file with --single-file [default: the name of the crate]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath, display_order = 0)]
    pub output: Option<PathBuf>,

    #[command(flatten)]
    pub form: Form,
}

#[derive(Debug, clap::Args)]
pub struct Check {
    #[command(flatten)]
    pub source: Source,

    /// The directory to check, or the file with --single-file
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath, display_order = 0)]
    pub output: PathBuf,

    #[command(flatten)]
    pub form: Form,
}

#[derive(Debug, clap::Args)]
pub struct Inspect {
    #[command(flatten)]
    pub source: Source,

    /// The output format: a table, or one JSON object per line
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Json,
}

/// The format of messages. GitHub Actions shows its workflow commands at the lines of a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    Text,
    Json,
    Github,
}

/// The input.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// The OpenAPI document (Swagger 2.0, OpenAPI 3.0 or 3.1, as JSON or YAML), or `-` for standard input
    #[arg(value_name = "DOC", value_hint = ValueHint::FilePath)]
    pub document: PathBuf,

    /// The configuration file [default: cogen.toml in the directory of the document, if it exists]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// The source document of an export, from which names, parameters, bodies and responses are taken
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub schemas: Option<PathBuf>,

    /// The logical ID of the API in a CloudFormation, SAM or CDK template with several APIs
    #[arg(long, value_name = "NAME")]
    pub resource: Option<String>,

    /// Include OPTIONS operations that only serve CORS preflight requests
    #[arg(long)]
    pub include_cors: bool,
}

/// The output.
#[derive(Debug, clap::Args)]
pub struct Form {
    /// Use cogen-runtime from this directory instead of the registry
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub runtime_path: Option<PathBuf>,

    /// Generate one .rs file instead of a crate
    #[arg(long)]
    pub single_file: bool,

    /// Leave out operations with errors instead of failing
    #[arg(long)]
    pub keep_going: bool,
}

impl Source {
    /// The paths of the input files.
    pub fn paths(&self) -> InputPaths {
        InputPaths { document: self.document.clone(), config: self.config.clone(), schemas: self.schemas.clone() }
    }
}

const GENERATE_HELP: &str = "\
With --single-file, -o is the path of the .rs file, or the directory that contains it.

All files are replaced together. Unchanged files are not rewritten. Files that cogen did not write are never
overwritten. Files of an earlier run that are no longer generated are removed.

Exit status: 0 if the crate was written; 1 if the document has errors; 2 for invalid arguments, an invalid
configuration, or a file that cannot be read or written.";

const CHECK_HELP: &str = "\
With --single-file, -o is the path of the .rs file, or the directory that contains it.

The differences are printed as a unified diff.

Exit status: 0 if the crate is up to date; 1 if it is not; 2 for invalid arguments, an invalid configuration,
a document with errors, or a file that cannot be read.";

const INSPECT_HELP: &str = "\
The operations are printed to standard output, diagnostics to standard error.

Exit status: 0 if the document has no errors; 1 if it has errors; 2 for invalid arguments, an invalid
configuration, or a file that cannot be read.";

#[cfg(test)]
mod tests {
    use super::Args;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_fit_together() {
        Args::command().debug_assert();
    }
}

//! The arguments of the command line.

use crate::document::inputs::Places;
use clap::{ColorChoice, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// Rust clients for APIs of Amazon API Gateway, whose methods do not compile without the right credential
#[derive(Debug, Parser)]
#[command(name = "cogen", version, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,

    /// Say only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose", display_order = 100)]
    pub quiet: bool,

    /// Say more: notes, and what becomes of each file
    #[arg(short, long, global = true, display_order = 101)]
    pub verbose: bool,

    /// How messages are written: for people, one JSON object a line, or as GitHub's workflow commands
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text", display_order = 102)]
    pub message_format: MessageFormat,

    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 103)]
    pub color: ColorChoice,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the client crate of a document
    #[command(after_help = GENERATE_HELP)]
    Generate(Generate),
    /// Compare a client crate with its document, for CI
    #[command(after_help = CHECK_HELP)]
    Check(Check),
    /// List the operations of a document with the credentials they demand
    #[command(after_help = INSPECT_HELP)]
    Inspect(Inspect),
    /// Tell more of the code of a message, or list all codes
    Explain {
        /// The code, such as COGEN-L021 or l21 [default: all of them, a line each]
        code: Option<String>,
    },
    /// Print a script that completes cogen's arguments in a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, clap::Args)]
pub struct Generate {
    #[command(flatten)]
    pub source: Source,

    /// The directory of the crate, or the one file [default: the crate's name]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath, display_order = 0)]
    pub output: Option<PathBuf>,

    #[command(flatten)]
    pub form: Form,
}

#[derive(Debug, clap::Args)]
pub struct Check {
    #[command(flatten)]
    pub source: Source,

    /// The directory of the crate, or the one file
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath, display_order = 0)]
    pub output: PathBuf,

    #[command(flatten)]
    pub form: Form,
}

#[derive(Debug, clap::Args)]
pub struct Inspect {
    #[command(flatten)]
    pub source: Source,

    /// A table for people, or one JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Json,
}

/// How messages are written: for people, as one JSON object a line, or as the workflow commands of GitHub Actions, which shows
/// them at the lines of a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    Text,
    Json,
    Github,
}

/// What is read.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// The OpenAPI document: Swagger 2.0 or OpenAPI 3, JSON or YAML; `-` is standard input
    #[arg(value_name = "DOC", value_hint = ValueHint::FilePath)]
    pub document: PathBuf,

    /// The configuration [default: cogen.toml beside the document, if there is one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// The source document beside an export: names, parameters, bodies and answers come from it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub schemas: Option<PathBuf>,

    /// The API in a template of CloudFormation, SAM or the CDK that holds several
    #[arg(long, value_name = "NAME")]
    pub resource: Option<String>,

    /// Also take OPTIONS operations that only answer browsers' preflight requests
    #[arg(long)]
    pub include_cors: bool,
}

/// What is made.
#[derive(Debug, clap::Args)]
pub struct Form {
    /// Take cogen-runtime from this directory instead of the registry
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub runtime_path: Option<PathBuf>,

    /// One .rs file instead of a crate
    #[arg(long)]
    pub single_file: bool,

    /// Leave out operations with errors instead of refusing the document
    #[arg(long)]
    pub keep_going: bool,
}

impl Source {
    /// Where the files are.
    pub fn places(&self) -> Places {
        Places { document: self.document.clone(), config: self.config.clone(), schemas: self.schemas.clone() }
    }
}

const GENERATE_HELP: &str = "\
With --single-file, -o names the .rs file or the directory it goes into.

Files are replaced all together; files that have not changed are not touched, files that cogen did not
write are never overwritten, and those of an earlier run that are of no more use are removed.

Exit status: 0 the crate is written; 1 the document is refused; 2 wrong usage or configuration, or a file
that can't be read or written.";

const CHECK_HELP: &str = "\
With --single-file, -o names the .rs file or the directory it is in.

What would change is printed as a unified diff.

Exit status: 0 the crate is what the document says; 1 it differs; 2 wrong usage or configuration, a document
that is refused, or a file that can't be read.";

const INSPECT_HELP: &str = "\
The operations go to standard output, what there is to say of them to standard error.

Exit status: 0 all is understood; 1 the document is refused or the security of an operation can't be
understood; 2 wrong usage or configuration, or a file that can't be read.";

#[cfg(test)]
mod tests {
    use super::Args;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_fit_together() {
        Args::command().debug_assert();
    }
}

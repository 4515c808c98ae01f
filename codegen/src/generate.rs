//! The road from bytes to files.

use crate::diagnostics::Report;
use crate::files::Files;
use crate::ir::Api;
use crate::options::Options;

/// What a run reads, already in memory.
#[derive(Clone, Debug)]
pub struct Input {
    /// The document: the name to print, and its bytes.
    pub document: (String, Vec<u8>),
    /// The source document that holds the schemas.
    pub schemas: Option<(String, Vec<u8>)>,
    /// The configuration that the options were read from, for the places in it.
    pub config: Option<(String, String)>,
}

/// What a run made.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The files of the crate, or the one file of `--single-file`.
    pub files: Files,
    /// The API they were made from.
    pub api: Api,
}

/// Generates a crate.
pub fn generate(_input: &Input, _options: &Options) -> (Option<Generated>, Report) {
    (None, Report::default())
}

/// Reads a document as far as its operations are known.
pub fn outline(_input: &Input, _options: &Options) -> (Option<Api>, Report) {
    (None, Report::default())
}

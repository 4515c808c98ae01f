//! R4 and R13: no secret in the output of any public type, in an error, a panic or a log at TRACE.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod logs;
#[path = "../support/mod.rs"]
mod support;
mod types;
mod values;

use std::collections::BTreeSet;
use std::fmt::{Debug, Display};

/// The text that every secret of these tests contains, in whatever encoding it appears.
pub const CANARY: &str = "CANARYcanary0";

/// The names of the types that were checked.
#[derive(Default)]
pub struct Looked(BTreeSet<String>);

impl Looked {
    /// Checks both forms of a value's `Debug`.
    pub fn at<T: Debug + ?Sized>(&mut self, name: &str, value: &T) {
        for shown in [format!("{value:?}"), format!("{value:#?}")] {
            assert!(is_clean(&shown), "`{name}` shows a secret: {shown}");
        }
        self.0.insert(name.to_owned());
    }

    /// Checks an error: both forms of `Debug`, `Display`, and all its sources.
    pub fn at_error<E: std::error::Error>(&mut self, name: &str, error: &E) {
        self.at(name, error);
        let mut next: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = next {
            self.at_text(name, error);
            next = error.source();
        }
    }

    pub fn at_text<T: Display + ?Sized>(&mut self, name: &str, value: &T) {
        let shown = value.to_string();
        assert!(is_clean(&shown), "`{name}` prints a secret: {shown}");
    }
}

/// Whether a text contains no secret: neither the canary nor the claims of a token that has it as its signature.
pub fn is_clean(text: &str) -> bool {
    !text.contains(CANARY) && !text.contains("eyJ") && !text.contains(&base64(CANARY))
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    // Without the last digits, which depend on the next bytes.
    base64::engine::general_purpose::STANDARD.encode(text).trim_end_matches('=').chars().take(12).collect()
}

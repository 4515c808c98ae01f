//! A report as text.

use crate::diagnostics::{Report, Severity};
use std::fmt::{self, Write};

/// The report as text, one diagnostic after the other.
pub fn text(report: &Report, _color: bool) -> String {
    let mut out = String::new();
    for diagnostic in &report.diagnostics {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let _ = writeln!(out, "{severity}[{}]: {}", diagnostic.code, diagnostic.message);
        if let Some(help) = &diagnostic.help {
            let _ = writeln!(out, "  = help: {help}");
        }
    }
    out
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(self, false))
    }
}

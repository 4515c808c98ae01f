//! A document as cogen reads it: the requirements of its operations and the diagnostics, as short texts.

use cogen::Input;
use cogen::config;
use cogen::diagnostics::report::Report;
use cogen::diagnostics::report::Severity;
use cogen::ir::Api;
use cogen::output::inspect;
use cogen::pipeline::outline;
use serde_json::Value;

/// What cogen reads from a document.
pub struct Read {
    /// The operations and their requirements.
    pub api: Api,
    /// The diagnostics.
    pub report: Report,
}

impl Read {
    /// Reads without a configuration.
    pub fn of(document: &str) -> Self {
        Self::with(document, "")
    }

    /// Reads with a configuration.
    pub fn with(document: &str, toml: &str) -> Self {
        let mut report = Report::default();
        let base = report.sources.add("cogen.toml", toml);
        let options = config::read(toml, base, &mut report).unwrap_or_else(|_| panic!("{report}"));
        let input = Input { document: ("api.yaml".to_owned(), document.as_bytes().to_vec()), ..Input::default() };
        let api = outline(&input, &options, &mut report).unwrap_or_else(|_| panic!("{report}"));
        Self { api, report }
    }

    /// `GET /a: Pool id | Key -`, `GET /b: open`, `GET /c: error`: the alternatives, each with the credentials that are needed together.
    pub fn demands(&self) -> Vec<String> {
        let lines = inspect::json_lines(&self.api, usize::MAX).text;
        let each = |value: &Value| value.as_array().unwrap().clone();
        let need = |need: &Value| {
            let word = |key: &str| need[key].as_str().unwrap_or("-").to_owned();
            let scopes: Vec<String> = each(&need["scopes"]).iter().map(|s| s.as_str().unwrap().to_owned()).collect();
            let scopes =
                if scopes.is_empty() { String::new() } else { format!(" {}({})", word("match"), scopes.join(" ")) };
            format!("{} {}{scopes}", word("scheme"), word("token"))
        };
        let line = |line: &str| {
            let operation: Value = serde_json::from_str(line).unwrap();
            let alternatives: Vec<String> = each(&operation["authorization"])
                .iter()
                .map(|all| each(all).iter().map(need).collect::<Vec<_>>().join(" & "))
                .collect();
            let demand = match (operation["errors"] == serde_json::json!([]), operation["skipped"].is_string()) {
                (false, _) => "error".to_owned(),
                (_, true) => "skipped".to_owned(),
                _ if alternatives.iter().all(String::is_empty) => "open".to_owned(),
                _ => alternatives.join(" | "),
            };
            format!("{} {}: {demand}", operation["method"].as_str().unwrap(), operation["path"].as_str().unwrap())
        };
        lines.lines().map(line).collect()
    }

    /// `error COGEN-A010 7`: severity, code and line of each diagnostic that has a location.
    pub fn reported(&self) -> Vec<String> {
        let each = self.report.diagnostics.iter().map(|d| {
            let line = d.span.map_or(0, |span| {
                let file = self.report.sources.file(span).unwrap();
                let offset = (span.start - file.base) as usize;
                file.text[..offset].matches('\n').count() + 1
            });
            let severity = match d.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            format!("{severity} {} {line}", d.code)
        });
        each.collect()
    }

    /// Whether there is such a diagnostic.
    pub fn reports(&self, severity: &str, code: &str) -> bool {
        self.reported().iter().any(|line| line.starts_with(&format!("{severity} {code} ")))
    }
}

//! `cogen explain`: explains one diagnostic code, or lists all codes.

use crate::cli::Exit;
use crate::cli::terminal::{Terminal, wrapped};
use crate::diagnostics::codes;
use crate::diagnostics::codes::Explained;
use crate::diagnostics::render;
use std::fmt::Write;

pub fn run(code: Option<&str>, terminal: &Terminal) -> Exit {
    let Some(code) = code else {
        terminal.print(&listed(terminal.is_json()));
        return Exit::Done;
    };
    let Some(explained) = codes::explain(code) else {
        terminal.error(
            "unknown diagnostic code: write it as `COGEN-L021`, `L021` or `l21`; `cogen explain` without a code lists all codes",
        );
        return Exit::Usage;
    };
    terminal.print(&if terminal.is_json() { render::json_explained(&explained) } else { text(&explained) });
    Exit::Done
}

fn text(explained: &Explained) -> String {
    let mut out = format!("{}\n\n{}\n", explained.code, wrapped(explained.text));
    out.push_str("\nExample:\n");
    if let Some(arguments) = explained.example.arguments() {
        let _ = writeln!(out, "\n    $ cogen {}", arguments.join(" "));
    }
    for file in explained.example.files {
        let _ = writeln!(out, "\n{}:\n", file.name);
        for line in file.text.lines() {
            let _ = writeln!(out, "{}", format!("    {line}").trim_end());
        }
    }
    out
}

/// All codes, one per line, with the first sentence of the explanation.
fn listed(json: bool) -> String {
    let all = codes::all();
    if json {
        return all.map(|explained| render::json_explained(&explained)).collect();
    }
    let mut out = String::new();
    for explained in all {
        let _ = writeln!(out, "{}  {}", explained.code, explained.first_sentence());
    }
    out
}

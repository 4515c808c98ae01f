//! `cogen explain`: what a code means, or all codes.

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
            "no such code; a code looks like `COGEN-L021` or, in short, `l21`, and `cogen explain` without one lists all",
        );
        return Exit::Usage;
    };
    terminal.print(&if terminal.is_json() { render::json_explained(&explained) } else { text(&explained) });
    Exit::Done
}

fn text(explained: &Explained) -> String {
    let mut out = format!("{}\n\n{}\n", explained.code, wrapped(explained.text));
    if let Some(example) = explained.example {
        out.push_str("\nExample:\n\n");
        for line in example.lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
    out
}

/// All codes: a line each, with the first sentence of its explanation.
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

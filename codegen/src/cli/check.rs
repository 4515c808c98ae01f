//! `cogen check`: compares the crate on disk with the document.

use crate::cli::Exit;
use crate::cli::args::Check;
use crate::cli::generate::{fail, make, single_file};
use crate::cli::terminal::Terminal;
use crate::output::compare::{compare, compare_one};

pub fn run(args: &Check, terminal: &Terminal) -> Exit {
    let Ok(made) = make(&args.source, &args.form, Some(&args.output), terminal) else { return Exit::Usage };
    let diff = match single_file(Some(&args.output), &made) {
        Some((text, path)) => compare_one(text, &path),
        None => compare(&made.generated.files, &args.output),
    };
    let output = args.output.display();
    match diff {
        Ok(diff) if diff.is_empty() => {
            terminal.status("Checked", &format!("{output} is up to date"));
            Exit::Done
        }
        Ok(diff) => {
            terminal.print_foreign(&diff);
            terminal.error(&format!(
                "`{output}` is out of date; run `cogen generate` with the same arguments to update it"
            ));
            Exit::No
        }
        Err(error) => {
            fail(terminal, &error);
            Exit::Usage
        }
    }
}

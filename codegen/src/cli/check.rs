//! `cogen check`: is the crate on disk what the document says?

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
    let place = args.output.display();
    match diff {
        Ok(diff) if diff.is_empty() => {
            terminal.status("Checked", &format!("{place}: it is what the document says"));
            Exit::Done
        }
        Ok(diff) => {
            terminal.print_foreign(&diff);
            terminal.error(&format!(
                "`{place}` is not what the document says; `cogen generate` with the same arguments brings it up to date"
            ));
            Exit::No
        }
        Err(fault) => {
            fail(terminal, &fault);
            Exit::Usage
        }
    }
}

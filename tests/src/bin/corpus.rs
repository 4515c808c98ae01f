//! Runs the generator over the corpus: `cargo run -p cogen-tests --bin corpus [-- --all]`.
//!
//! Every document is generated; a sample of the crates is compiled, all of them with `--all`. A warning is a failure.

use cogen_tests::corpus::{self, Outcome};
use cogen_tests::crates::Workspace;
use cogen_tests::paths;
use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, String> {
    let Some(directory) = paths::corpus() else {
        println!("corpus: skipped, since it is not installed (COGEN_CORPUS names its directory)");
        return Ok(true);
    };
    let all = env::args().any(|a| a == "--all");
    let documents = corpus::documents(&directory).map_err(|e| e.to_string())?;
    let listed = corpus::refusals().map_err(|e| e.to_string())?;
    let mut workspace = Workspace::new("corpus").map_err(|e| e.to_string())?;
    let outcomes = corpus::generate(&documents, &mut workspace)?;
    let mut faults = corpus::faults(&outcomes, &listed);
    let generated = outcomes.iter().filter(|o| o.member.is_some()).count();
    println!("corpus: {generated} of {} documents generated, {} refused", outcomes.len(), outcomes.len() - generated);
    for folder in ["gateway", "derived", "general"] {
        let own = || outcomes.iter().filter(|o| o.name.starts_with(folder));
        println!("  {folder}: {} of {}", own().filter(|o| o.member.is_some()).count(), own().count());
    }
    let chosen = if all { Vec::new() } else { sample(&outcomes) };
    let verdicts = workspace.check(&chosen)?;
    let with_messages = corpus::with_messages(&outcomes, &verdicts, &chosen);
    let compiled = if all { generated } else { chosen.len() };
    println!("corpus: {} of {compiled} crates compile without a warning", compiled - with_messages.len());
    faults.extend(with_messages);
    for fault in &faults {
        println!("- {fault}");
    }
    Ok(faults.is_empty())
}

/// Two of three crates, and all of the general documents except the largest: this takes a minute or two.
fn sample(outcomes: &[Outcome]) -> Vec<String> {
    let small = outcomes.iter().filter(|o| !o.name.contains("api.github.com"));
    let chosen = small.enumerate().filter(|(index, o)| index % 3 != 0 || o.name.starts_with("general/"));
    chosen.filter_map(|(_, o)| o.member.clone()).collect()
}

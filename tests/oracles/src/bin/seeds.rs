//! Writes the seeds of each fuzz target: `seeds DIRECTORY` creates a directory of files for each.

use cogen_oracles::{TARGETS, seeds};
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let directory = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "seeds".into()));
    for (target, _) in TARGETS {
        let own = directory.join(target);
        fs::create_dir_all(&own)?;
        for (index, bytes) in seeds::of(target).iter().enumerate() {
            fs::write(own.join(format!("{index:04}")), bytes)?;
        }
    }
    Ok(())
}

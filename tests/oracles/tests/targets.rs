//! The fuzz targets without a fuzzer: a few thousand cases each with a fixed seed, and every input that ever failed.
//!
//! `COGEN_CASES` is the number of cases of each target, `COGEN_SEED` another seed. A case that fails is written to
//! `target/fuzz-failures`; move it to `fuzz/regressions/TARGET` when the fault is fixed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_oracles::random::{Random, case};
use cogen_oracles::{TARGETS, payloads, seeds, target};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a target on its seeds and on cases derived from them.
fn run(name: &str, cases: u64) {
    let target = target(name).expect("a target with this name");
    let seeds = seeds::of(name);
    let mut random = Random::new(number("COGEN_SEED", 20) ^ name.len() as u64);
    let cases = number("COGEN_CASES", cases);
    let made = (0..cases)
        .map(|n| if n % 4 == 0 { case(&mut random, &[], &[]) } else { case(&mut random, &seeds, payloads::WORDS) });
    for bytes in seeds.iter().cloned().chain(made) {
        if catch_unwind(AssertUnwindSafe(|| target(&bytes))).is_err() {
            let directory = root().join("target/fuzz-failures");
            fs::create_dir_all(&directory).expect("a directory");
            let path = directory.join(format!("{name}-{:016x}", hash(&bytes)));
            fs::write(&path, &bytes).expect("a writable file");
            panic!("{name} fails on {}:\n{}", path.display(), String::from_utf8_lossy(&bytes));
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

#[test]
fn load() {
    run("load", 4_000);
}

#[test]
fn upgrade() {
    run("upgrade", 4_000);
}

#[test]
fn generate() {
    run("generate", 1_000);
}

#[test]
fn mutations() {
    run("mutations", 1_000);
}

#[test]
fn docs() {
    run("docs", 10_000);
}

#[test]
fn config() {
    run("config", 4_000);
}

#[test]
fn requests() {
    run("requests", 4_000);
}

#[test]
fn answers() {
    run("answers", 4_000);
}

#[test]
fn callback() {
    run("callback", 10_000);
}

#[test]
fn json() {
    run("json", 20_000);
}

#[test]
fn store() {
    run("store", 4_000);
}

#[test]
fn commands() {
    run("commands", 4_000);
}

#[test]
fn recorded_failures_stay_fixed() {
    for (name, target) in TARGETS {
        let Ok(entries) = fs::read_dir(root().join("fuzz/regressions").join(name)) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            assert!(catch_unwind(|| target(&bytes)).is_ok(), "{}", path.display());
        }
    }
}

#[test]
fn every_target_has_its_file_and_its_test() {
    let this = include_str!("targets.rs");
    for (name, _) in TARGETS {
        assert!(this.contains(&format!("run(\"{name}\",")), "no test runs `{name}`");
        assert!(root().join(format!("fuzz/fuzz_targets/{name}.rs")).is_file(), "`{name}` has no fuzz target");
    }
}

//! The fuzz targets by name.

use crate::{answers, callback, commands, config, docs, generate, json, load, mutations, requests, store, upgrade};

/// A target: takes any bytes, and panics if something does not hold.
pub type Target = fn(&[u8]);

/// All targets; `fuzz/fuzz_targets` has a file for each.
pub const TARGETS: &[(&str, Target)] = &[
    ("load", load),
    ("upgrade", upgrade),
    ("generate", generate),
    ("mutations", mutations),
    ("docs", docs),
    ("config", config),
    ("requests", requests),
    ("answers", answers),
    ("callback", callback),
    ("json", json),
    ("store", store),
    ("commands", commands),
];

/// The target with a name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(own, _)| *own == name).map(|(_, target)| *target)
}

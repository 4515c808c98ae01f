//! The fuzz targets by name.

use crate::{answers, callback, commands, config, docs, generate, json, load, mutations, requests, store, upgrade};

/// A target: any bytes in, a panic where something does not hold.
pub type Target = fn(&[u8]);

/// All of them; `fuzz/fuzz_targets` holds a file of each name.
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

/// The target of a name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(own, _)| *own == name).map(|(_, target)| *target)
}

#![no_main]
//! See `cogen_oracles::json`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::json(bytes));

#![no_main]
//! See `cogen_oracles::config`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::config(bytes));

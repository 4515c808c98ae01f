#![no_main]
//! See `cogen_oracles::load`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::load(bytes));

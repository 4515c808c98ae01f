#![no_main]
//! See `cogen_oracles::generate`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::generate(bytes));

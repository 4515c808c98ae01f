#![no_main]
//! See `cogen_oracles::mutations`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::mutations(bytes));

#![no_main]
//! See `cogen_oracles::docs`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::docs(bytes));

#![no_main]
//! See `cogen_oracles::callback`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::callback(bytes));

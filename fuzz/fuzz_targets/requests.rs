#![no_main]
//! See `cogen_oracles::requests`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::requests(bytes));

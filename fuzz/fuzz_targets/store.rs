#![no_main]
//! See `cogen_oracles::store`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::store(bytes));

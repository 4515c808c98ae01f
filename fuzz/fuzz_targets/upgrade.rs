#![no_main]
//! See `cogen_oracles::upgrade`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::upgrade(bytes));

#![no_main]
//! See `cogen_oracles::answers`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::answers(bytes));

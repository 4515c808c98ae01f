#![no_main]
//! See `cogen_oracles::commands`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cogen_oracles::commands(bytes));

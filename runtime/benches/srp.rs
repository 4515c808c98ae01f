//! The arithmetic of one SRP sign-in: a fresh exchange, and the proof for a server's answer. `bench/srp` runs it beside
//! other clients.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use cogen_runtime::fuzzing::srp::{Exchange, Identity, Reply};
use std::time::{Instant, SystemTime};

const IDENTITY: Identity<'_> = Identity { realm: "AbCdEf123", name: "alice", password: "Passw0rd!" };

fn main() {
    let rounds: usize = std::env::var("ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    // Any public value of the group will do: the work is the same.
    let public = Exchange::start().expect("random numbers").public();
    let reply = Reply { public: &public, salt: "8dfc2e4d9a3b15c6f01e7a2b4c5d6e7f", secret_block: "c2VjcmV0IGJsb2Nr" };
    let mut micros: Vec<u128> = (0..rounds)
        .map(|_| {
            let begin = Instant::now();
            let exchange = Exchange::start().expect("random numbers");
            std::hint::black_box(exchange.public());
            std::hint::black_box(exchange.claim(IDENTITY, reply, SystemTime::now()).expect("a proof"));
            begin.elapsed().as_micros()
        })
        .collect();
    micros.sort_unstable();
    println!("{:.3}", micros[rounds / 2] as f64 / 1000.0);
}

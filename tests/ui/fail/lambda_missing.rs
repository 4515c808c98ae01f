//! The credential of a Lambda authorizer is missing.

use cogen_test_apis::{lambda, shelter};

fn call(pets: &shelter::Client, kennel: &shelter::types::Kennel, tickets: &lambda::Client) {
    let _ = pets.put_kennel("k", kennel);
    let _ = tickets.get_token();
    let _ = tickets.get_several();
    let _ = tickets.get_several_and_key();
    let _ = tickets.get_shape_unknown();
}

fn main() {}

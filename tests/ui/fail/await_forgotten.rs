//! A call is used as its response, before it is sent.

use cogen_test_apis::shelter::Client;

fn value(pets: &Client) {
    let _ = pets.get_pet("1").into_inner();
    let _ = pets.get_pet("1").status();
}

fn main() {}

//! No user is signed in.

use cogen_test_apis::shelter::Client;

fn call(pets: &Client) {
    let _ = pets.get_pets();
}

fn main() {}

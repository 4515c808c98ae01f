//! A pool is written in a client's type in place of the credential of it.

use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(pets: &Client<ShelterPool>) {
    let _ = pets.get_pets();
}

fn main() {}

//! A client's type names a user pool instead of a credential of it.

use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(pets: &Client<ShelterPool>) {
    let _ = pets.get_pets();
}

fn main() {}

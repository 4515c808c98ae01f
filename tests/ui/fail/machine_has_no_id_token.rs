//! An ID token is required, which client credentials do not give.

use cogen_runtime::{Machine, grant};
use cogen_test_apis::shelter::{Client, auth::ShelterPool, scopes::ShelterPetsAdmin};

fn call(pets: &Client<Machine<ShelterPool, grant![ShelterPetsAdmin]>>) {
    let _ = pets.get_pets();
}

fn main() {}

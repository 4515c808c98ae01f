//! A session of a sign-in by password has no scope of an API.

use cogen_runtime::{SelfService, UserSession};
use cogen_test_apis::shelter::{Client, auth::ShelterPool, types::NewPet};

fn call(pets: &Client<UserSession<ShelterPool, SelfService>>, pet: &NewPet) {
    let _ = pets.post_pets(pet);
}

fn main() {}

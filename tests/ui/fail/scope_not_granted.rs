//! The session does not have the scope.

use cogen_runtime::UserSession;
use cogen_test_apis::shelter::{Client, auth::ShelterPool, types::NewPet};

fn call(pets: &Client<UserSession<ShelterPool>>, pet: &NewPet) {
    let _ = pets.post_pets(pet);
}

fn main() {}

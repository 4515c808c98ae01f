//! An ID token is passed where an access token is required.

use cogen_runtime::IdToken;
use cogen_test_apis::shelter::{Client, auth::ShelterPool, types::NewPet};

fn call(pets: &Client<IdToken<ShelterPool>>, pet: &NewPet) {
    let _ = pets.post_pets(pet);
}

fn main() {}

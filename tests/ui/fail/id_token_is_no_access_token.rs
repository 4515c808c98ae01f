//! An ID token does not open what wants an access token.

use cogen_runtime::IdToken;
use cogen_test_apis::shelter::{Client, auth::ShelterPool, types::NewPet};

fn call(pets: &Client<IdToken<ShelterPool>>, pet: &NewPet) {
    let _ = pets.post_pets(pet);
}

fn main() {}

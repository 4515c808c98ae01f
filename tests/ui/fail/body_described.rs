//! A body is set in addition to the one that the document describes.

use cogen_runtime::{UserSession, grant};
use cogen_test_apis::shelter::{Client, auth::ShelterPool, scopes::ShelterPetsWrite, types::NewPet};

fn call(pets: &Client<UserSession<ShelterPool, grant![ShelterPetsWrite]>>, pet: &NewPet) {
    let _ = pets.post_pets(pet).json(&1);
    let _ = pets.get_pet("1").body("text/plain", "hello");
}

fn main() {}

//! A required parameter is missing: required parameters and bodies are arguments.

use cogen_runtime::{UserSession, grant};
use cogen_test_apis::shelter::{Client, auth::ShelterPool, scopes::ShelterPetsWrite};

fn call(pets: &Client<UserSession<ShelterPool, grant![ShelterPetsWrite]>>) {
    let _ = pets.get_pet();
    let _ = pets.post_pets();
}

fn main() {}

//! A sign-in by password grants no scope of the API, which the operation requires.

use cogen_runtime::{SelfService, UserSession};
use cogen_test_apis::shelter::{Client, auth::ShelterPool, types::NewPet};

fn call(session: UserSession<ShelterPool, SelfService>, pet: &NewPet) -> Result<(), cogen_runtime::BuildError> {
    let client = Client::builder().shelter_pool(session).build()?;
    let _ = client.post_pets(pet);
    Ok(())
}

fn main() {}

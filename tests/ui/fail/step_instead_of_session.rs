//! A sign-in that may still need a challenge response is passed as a session.

use cogen_runtime::{AuthError, UserPool};
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

async fn call() -> Result<(), AuthError> {
    let step = ShelterPool::app_client("client").sign_in("rex", "password").await?;
    let pets = Client::builder().shelter_pool(step).build().unwrap();
    let _ = pets.get_pets();
    Ok(())
}

fn main() {}

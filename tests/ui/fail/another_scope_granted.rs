//! The session has another scope.

use cogen_runtime::{ApiKey, Missing, UserSession, grant};
use cogen_test_apis::shelter::{Client, auth::ShelterPool, scopes::ShelterPetsWrite};

fn call(pets: &Client<UserSession<ShelterPool, grant![ShelterPetsWrite]>, Missing, Missing, Missing, ApiKey>) {
    let _ = pets.delete_pet("1");
}

fn main() {}

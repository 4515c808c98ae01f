//! The credentials of a client's type are not in the order of its slots.

use cogen_runtime::{ApiKey, Missing, UserSession};
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(pets: &Client<ApiKey, Missing, Missing, Missing, UserSession<ShelterPool>>) {
    let _ = pets.get_pets();
}

fn main() {}

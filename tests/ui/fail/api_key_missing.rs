//! The authorizer is satisfied, but the API key is missing.

use cogen_runtime::{Machine, grant};
use cogen_test_apis::shelter::{Client, auth::ShelterPool, scopes::ShelterPetsAdmin};

fn call(pets: &Client<Machine<ShelterPool, grant![ShelterPetsAdmin]>>) {
    let _ = pets.delete_pet("1");
    let _ = pets.get_metrics();
}

fn main() {}

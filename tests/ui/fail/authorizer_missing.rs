//! The API key is set, but the authorizer is not satisfied.

use cogen_runtime::{ApiKey, Missing};
use cogen_test_apis::shelter::Client;

fn call(pets: &Client<Missing, Missing, Missing, Missing, ApiKey>) {
    let _ = pets.delete_pet("1");
}

fn main() {}

//! A finished sign-in is passed instead of the session in it.

use cogen_runtime::cognito::Finished;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(finished: Finished<ShelterPool>) {
    let _ = Client::builder().shelter_pool(finished);
}

fn main() {}

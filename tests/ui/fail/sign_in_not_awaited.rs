//! A sign-in is passed as a session before it has begun.

use cogen_runtime::UserPool;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call() {
    let session = ShelterPool::app_client("client").sign_in("rex", "password");
    let _ = Client::builder().shelter_pool(session);
}

fn main() {}

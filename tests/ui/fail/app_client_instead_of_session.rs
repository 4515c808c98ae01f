//! An app client is passed as a session, before anyone has signed in.

use cogen_runtime::UserPool;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call() {
    let _ = Client::builder().shelter_pool(ShelterPool::app_client("client"));
}

fn main() {}

//! An app client is given as a session: nobody is signed in.

use cogen_runtime::UserPool;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call() {
    let _ = Client::builder().shelter_pool(ShelterPool::app_client("client"));
}

fn main() {}

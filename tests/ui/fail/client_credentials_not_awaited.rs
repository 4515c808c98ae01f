//! Client credentials are passed as a session before they are sent.

use cogen_runtime::UserPool;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call() {
    let machine = ShelterPool::app_client("client").client_credentials("https://auth.example.com", "secret");
    let _ = Client::builder().shelter_pool(machine);
}

fn main() {}

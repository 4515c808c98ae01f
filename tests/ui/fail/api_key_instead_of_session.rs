//! A credential of another kind is passed for a user pool.

use cogen_runtime::{ApiKey, Bearer};
use cogen_test_apis::shelter::Client;

fn call() {
    let _ = Client::builder().shelter_pool(ApiKey::new("key"));
    let _ = Client::builder().shelter_pool(Bearer::new("token"));
}

fn main() {}

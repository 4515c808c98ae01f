//! A `Result` is passed as a session, with its error unhandled.

use cogen_runtime::UserSession;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(id: &str, access: &str) {
    let _ = Client::builder().shelter_pool(UserSession::<ShelterPool>::from_tokens(id, access));
}

fn main() {}

//! A session of a sign-in by password has no scope of an API.

use cogen_runtime::{SelfService, UserSession};
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(session: UserSession<ShelterPool, SelfService>) {
    let client = Client::builder().shelter_pool(session).build().unwrap();
    let _ = client.SCOPED();
}

fn main() {}

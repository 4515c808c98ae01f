//! An `Option` of a session is passed as a session.

use cogen_runtime::UserSession;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(kept: Option<UserSession<ShelterPool>>) {
    let _ = Client::builder().shelter_pool(kept);
}

fn main() {}

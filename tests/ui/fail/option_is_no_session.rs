//! A session that a store may not have is given as one.

use cogen_runtime::UserSession;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(kept: Option<UserSession<ShelterPool>>) {
    let _ = Client::builder().shelter_pool(kept);
}

fn main() {}

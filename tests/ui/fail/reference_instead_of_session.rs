//! A reference to a session is passed; the client owns its session, which is a clone.

use cogen_runtime::UserSession;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(session: &UserSession<ShelterPool>) {
    let _ = Client::builder().shelter_pool(session);
}

fn main() {}

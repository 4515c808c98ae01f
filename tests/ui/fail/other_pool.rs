//! A session of one user pool is passed for another one.

use cogen_runtime::UserSession;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(session: UserSession<ShelterPool>) {
    let _ = Client::builder().staff(session);
}

fn main() {}

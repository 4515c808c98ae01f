//! A session is passed where AWS credentials are required.

use cogen_runtime::UserSession;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

fn call(session: UserSession<ShelterPool>) {
    let _ = Client::builder().sigv4(session);
}

fn main() {}

//! A path is passed as a session store.

use cogen_runtime::UserPool;
use cogen_test_apis::shelter::auth::ShelterPool;

fn call() {
    let _ = ShelterPool::app_client("client").store("/var/lib/sessions");
}

fn main() {}

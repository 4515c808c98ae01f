//! A path is given where a store of sessions is asked for.

use cogen_runtime::UserPool;
use cogen_test_apis::shelter::auth::ShelterPool;

fn call() {
    let _ = ShelterPool::app_client("client").store("/var/lib/sessions");
}

fn main() {}

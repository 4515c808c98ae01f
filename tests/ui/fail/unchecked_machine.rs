//! A machine can't ask for whatever there is, and hold every scope.

use cogen_runtime::{AuthError, Machine, Unchecked, UserPool};
use cogen_test_apis::shelter::auth::ShelterPool;

async fn machine() -> Result<Machine<ShelterPool>, AuthError> {
    let asking = ShelterPool::app_client("client").client_credentials("https://auth.example.com", "secret");
    asking.grant::<Unchecked>().await
}

fn main() {}

//! The marker of unchecked clients is used as the scopes of client credentials.

use cogen_runtime::{AuthError, Machine, Unchecked, UserPool};
use cogen_test_apis::shelter::auth::ShelterPool;

async fn machine() -> Result<Machine<ShelterPool>, AuthError> {
    let asking = ShelterPool::app_client("client").client_credentials("https://auth.example.com", "secret");
    asking.grant::<Unchecked>().await
}

fn main() {}

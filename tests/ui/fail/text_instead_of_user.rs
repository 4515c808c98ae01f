//! An access token as text is passed to an account operation.

use cogen_runtime::{AuthError, Secret, UserPool};
use cogen_test_apis::shelter::auth::ShelterPool;

async fn show(token: Secret) -> Result<(), AuthError> {
    let account = ShelterPool::app_client("client").account(&token).await?;
    let _ = account.username;
    Ok(())
}

fn main() {}

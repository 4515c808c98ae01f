//! A token is passed where a token provider is required.

use cogen_runtime::{Machine, TokenError};
use cogen_test_apis::shelter::auth::ShelterPool;

async fn call(token: &str) -> Result<Machine<ShelterPool>, TokenError> {
    Machine::from_provider(token.to_owned()).await
}

fn main() {}

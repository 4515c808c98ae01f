//! A string is passed as the token of a user pool.

use cogen_test_apis::shelter::Client;

fn call(token: String) -> Result<(), cogen_runtime::BuildError> {
    let pets = Client::builder().shelter_pool("eyJhbGciOi…").staff(token).build()?;
    let _ = pets.get_pets();
    Ok(())
}

fn main() {}

//! An application that uses a checked-in generated client, with tokens that it got elsewhere.
//!
//! `PETSTORE_ID_TOKEN=… PETSTORE_ACCESS_TOKEN=… cargo run -p petstore-app`

use cogen_runtime::UserSession;
use petstore_client::auth::{self, PetPool};
use petstore_client::scopes::PetsRead;
use petstore_client::{Client, grant};
use std::error::Error;

/// The client as this application stores it.
type Pets = Client<UserSession<PetPool, grant![PetsRead]>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let token = |name: &str| std::env::var(name).map_err(|_| format!("set {name} to a token of the user pool"));
    let session = UserSession::from_tokens(token("PETSTORE_ID_TOKEN")?, token("PETSTORE_ACCESS_TOKEN")?)?;
    let mut client = Client::builder().pet_pool(session);
    if let Ok(url) = std::env::var("PETSTORE_URL") {
        client = client.base_url(url).allow_http();
    }
    let pets: Pets = client.build()?;
    println!("{}", greet(&pets).await?);
    Ok(())
}

/// The name of the signed-in user, and the first pets that they may see.
async fn greet(pets: &Pets) -> Result<String, Box<dyn Error>> {
    let me = pets.get_profile().await?; // an ID token
    let names = names_of(pets).await?;
    Ok(format!("Hello {}, here are {}", me.name, names.join(", ")))
}

/// A helper for any client that may read pets, whatever other credentials it has.
async fn names_of<P, K, S>(pets: &Client<P, K, S>) -> Result<Vec<String>, Box<dyn Error>>
where
    Client<P, K, S>: auth::PetsAdminOrPetsRead,
{
    let page = pets.list_pets().limit(3).await?; // an access token
    Ok(page.pets.iter().map(|pet| pet.name.clone()).collect())
}

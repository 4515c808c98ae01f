//! A program without a user (OAuth client credentials). It gets its token with the app client's id and secret, keeps it, and
//! replaces it before it expires, once for all tasks.
//!
//! `PETSTORE_CLIENT_ID=… PETSTORE_CLIENT_SECRET=… cargo run -p machine`

use cogen_runtime::{Machine, UserPool as _};
use petstore_client::auth::PetPool;
use petstore_client::scopes::{PetsRead, PetsWrite};
use petstore_client::types::NewPet;
use petstore_client::{Client, grant};
use std::env::var;
use std::error::Error;

/// A machine never has an ID token, so `get_profile()` of this client does not compile.
type Pets = Client<Machine<PetPool, grant![PetsRead, PetsWrite]>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let needed = |name: &str| var(name).map_err(|_| format!("set {name} to the value of your app client"));
    let pool = PetPool::app_client(needed("PETSTORE_CLIENT_ID")?);
    let domain = var("PETSTORE_DOMAIN").unwrap_or("https://auth.example.com".to_owned());
    let machine = pool.client_credentials(domain, needed("PETSTORE_CLIENT_SECRET")?).grant().await?;

    let mut client = Client::builder().pet_pool(machine);
    if let Ok(url) = var("PETSTORE_URL") {
        client = client.base_url(url).allow_http();
    }
    let pets: Pets = client.build()?;
    let kim = pets.create_pet(&NewPet::new("Kim")).await?;
    println!("took in {} as {}; there are {} now", kim.name, kim.id, pets.list_pets().await?.pets.len());
    Ok(())
}

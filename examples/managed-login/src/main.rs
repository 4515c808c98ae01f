//! Managed login: the user signs in on the user pool's pages in the browser (authorization code with PKCE). The program does
//! not see the password.
//!
//! `cargo run -p managed-login`, or with `--show` to open the URL yourself.

use cogen_runtime::{UserPool as _, UserSession};
use petstore_client::auth::PetPool;
use petstore_client::scopes::PetsRead;
use petstore_client::{Client, grant};
use std::env::{args, var};
use std::error::Error;

type Pets = Client<UserSession<PetPool, grant![PetsRead]>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let pool = PetPool::published_app_client().ok_or("the document names no app client")?;
    let domain = var("PETSTORE_DOMAIN").unwrap_or("https://auth.example.com".to_owned());
    // The callback URL must be registered with the app client exactly so, since Cognito compares its text. Where the port can be in use,
    // register several and list them: `.redirects([…])` uses the first one that is free.
    let redirect = var("PETSTORE_REDIRECT").unwrap_or("http://localhost:8400/callback".to_owned());
    let login = pool.managed_login(domain).redirect(redirect).grant::<grant![PetsRead]>();
    let session = if args().any(|argument| argument == "--show") {
        let show = |url: &_| {
            println!("sign in at {url}");
            Ok(())
        };
        login.open_with(show).await?
    } else {
        login.open_browser().await?
    };

    let mut client = Client::builder().pet_pool(session.clone());
    if let Ok(url) = var("PETSTORE_URL") {
        client = client.base_url(url).allow_http();
    }
    let pets: Pets = client.build()?;
    let page = pets.list_pets().limit(3).await?;
    let names: Vec<_> = page.pets.iter().map(|pet| pet.name.as_str()).collect();
    println!("hello {}, here are {}", pets.get_profile().await?.name, names.join(", "));
    // Revokes the refresh token and removes the session.
    session.session().ok_or("a session")?.sign_out().await?;
    Ok(())
}

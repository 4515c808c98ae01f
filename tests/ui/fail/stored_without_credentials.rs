//! The type of a stored client names no credentials, so its slots are empty.

use cogen_runtime::UserSession;
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

struct App {
    pets: Client,
}

fn made(session: UserSession<ShelterPool>) -> Result<App, cogen_runtime::BuildError> {
    Ok(App { pets: Client::builder().shelter_pool(session).build()? })
}

fn used(app: &App) {
    let _ = app.pets.get_pets();
}

fn main() {}

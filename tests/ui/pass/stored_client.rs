//! The stored client type is one readable line, and an application can hold it, clone it and send it to other tasks.

use cogen_runtime::{ApiKey, Missing, UserSession, grant};
use cogen_test_apis::shelter::{Client, auth::ShelterPool, scopes::ShelterPetsAdmin};

type Pets = Client<UserSession<ShelterPool, grant![ShelterPetsAdmin]>, Missing, Missing, Missing, ApiKey>;

#[derive(Clone, Debug)]
struct App {
    pets: Pets,
}

fn needs<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}

fn use_it(app: &App) {
    let _ = app.pets.clone().delete_pet("1");
}

fn main() {
    needs::<App>();
    let _ = use_it;
}

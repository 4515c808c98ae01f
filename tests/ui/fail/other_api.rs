//! The session has a scope of another API.

use cogen_runtime::{UserSession, grant};
use cogen_test_apis::library::scopes::LibraryBooksWrite;
use cogen_test_apis::shelter::{Client, auth::ShelterPool, types::NewPet};

fn call(pets: &Client<UserSession<ShelterPool, grant![LibraryBooksWrite]>>, pet: &NewPet) {
    let _ = pets.post_pets(pet);
}

fn main() {}

//! A generic helper has a weaker bound than the operation that it calls.

use cogen_test_apis::shelter::{Client, auth::IdTokenOfShelterPool, types::NewPet};

fn add_pet<A, B, C, D, E>(pets: &Client<A, B, C, D, E>, pet: &NewPet)
where
    Client<A, B, C, D, E>: IdTokenOfShelterPool,
{
    let _ = pets.get_pets();
    let _ = pets.post_pets(pet);
}

fn main() {}

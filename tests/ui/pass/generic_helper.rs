//! A helper that is generic over the client, bounded by the requirement that it needs.

use cogen_runtime::{ApiKey, Machine, Missing, UserSession, grant};
use cogen_test_apis::shelter::auth::{IdTokenOfShelterPool, ShelterPetsAdminOrShelterPetsWrite, ShelterPool};
use cogen_test_apis::shelter::scopes::{ShelterPetsAdmin, ShelterPetsWrite};
use cogen_test_apis::shelter::{Client, types::NewPet};

fn add_pet<A, B, C, D, E>(pets: &Client<A, B, C, D, E>, pet: &NewPet)
where
    Client<A, B, C, D, E>: ShelterPetsAdminOrShelterPetsWrite,
{
    let _ = pets.post_pets(pet);
}

fn add_and_list<A, B, C, D, E>(pets: &Client<A, B, C, D, E>, pet: &NewPet)
where
    Client<A, B, C, D, E>: ShelterPetsAdminOrShelterPetsWrite + IdTokenOfShelterPool,
{
    add_pet(pets, pet);
    let _ = pets.get_pets();
}

fn callers(
    user: &Client<UserSession<ShelterPool, grant![ShelterPetsWrite]>>,
    machine: &Client<Machine<ShelterPool, grant![ShelterPetsAdmin]>, Missing, Missing, Missing, ApiKey>,
    pet: &NewPet,
) {
    add_pet(user, pet);
    add_pet(machine, pet);
    add_and_list(user, pet);
}

fn main() {
    let _ = callers;
}

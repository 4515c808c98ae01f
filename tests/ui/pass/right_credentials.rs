//! Each kind of credential satisfies the operations that accept it.

use cogen_runtime::{AccessToken, ApiKey, Bearer, Iam, IdToken, Machine, Missing, UserSession, grant};
use cogen_test_apis::shelter::types::{Kennel, NewPet};
use cogen_test_apis::{iam, lambda, library, orders, plain, shelter, sixty};
use shelter::auth::{Door, ShelterPool, Staff};
use shelter::scopes::{ShelterPetsAdmin, ShelterPetsWrite};

fn open(pets: &shelter::Client) {
    let _ = pets.get_pet("1");
}

fn session(pets: &shelter::Client<UserSession<ShelterPool, grant![ShelterPetsWrite]>>, pet: &NewPet) {
    let _ = (pets.get_pets(), pets.post_pets(pet), pets.get_pet("1"));
}

fn id_token(pets: &shelter::Client<IdToken<ShelterPool>>) {
    let _ = pets.get_pets();
}

fn any_of_two_scopes(
    admin: &shelter::Client<Machine<ShelterPool, grant![ShelterPetsAdmin]>>,
    both: &shelter::Client<AccessToken<ShelterPool, grant![ShelterPetsAdmin, ShelterPetsWrite]>>,
    pet: &NewPet,
) {
    let _ = (admin.post_pets(pet), both.post_pets(pet));
}

fn authorizer_and_key(pets: &shelter::Client<Machine<ShelterPool, grant![ShelterPetsAdmin]>, Missing, Missing, Missing, ApiKey>) {
    let _ = (pets.delete_pet("1"), pets.get_metrics());
}

fn the_others(pets: &shelter::Client<Missing, UserSession<Staff>, Door, Iam>, kennel: &Kennel) {
    let _ = (pets.get_reports(), pets.post_reports(), pets.put_kennel("k", kennel));
}

fn two_pools(
    books: &library::Client<UserSession<library::auth::Readers, grant![library::scopes::LibraryBooksRead]>, Missing, Missing>,
) {
    let _ = (books.get_me(), books.get_books(), books.health_check());
}

fn either_token(
    id: &orders::Client<IdToken<orders::auth::Customers>>,
    access: &orders::Client<AccessToken<orders::auth::Customers>>,
    order: &orders::types::Order,
) {
    let _ = (id.place_order(order), access.place_order(order));
}

fn lambda_sources(tickets: lambda::ClientBuilder) -> Result<(), cogen_runtime::BuildError> {
    let client = tickets.several(lambda::auth::Several::new("tenant", "signature")).api_key("key").build()?;
    let _ = (client.get_several(), client.get_several_and_key());
    Ok(())
}

fn signatures(client: &iam::Client<Iam, ApiKey>) {
    let _ = (client.get_scheme(), client.get_scheme_and_key(), client.get_operation(), client.get_none_with_key());
}

fn alternatives(bearer: &plain::Client<Bearer>) {
    let _ = (bearer.inherits(), bearer.optional(), bearer.either_of());
}

fn built(plain: plain::ClientBuilder) -> Result<(), cogen_runtime::BuildError> {
    let client = plain.key_in_query("key").basic("user", "password").build()?;
    let _ = (client.either_of(), client.optional(), client.with_basic(), client.or_of_ands());
    Ok(())
}

fn one_of_sixty(client: &sixty::Client<Machine<sixty::auth::Pool, grant![sixty::scopes::OrdersAudit]>>) {
    let _ = (client.everything(), client.audit_orders());
}

fn unchecked(pets: &shelter::Client) {
    let _ = pets.dangerous().get_pets();
}

fn main() {}

//! Every call has the same type, with all methods of a call, whatever its request.

use cogen_runtime::{ApiKey, Missing, Retry, UserSession, grant};
use cogen_test_apis::shelter::{Call, Client, auth::ShelterPool, operations, scopes::ShelterPetsWrite, types::NewPet};
use std::time::Duration;

type Pets = Client<UserSession<ShelterPool, grant![ShelterPetsWrite]>, Missing, Missing, cogen_runtime::Iam, ApiKey>;

fn stored<'c>(pets: &'c Pets, pet: &NewPet) -> Call<'c, operations::pets::PostPets> {
    pets.post_pets(pet).timeout(Duration::from_secs(5)).retry(Retry::none()).header("x-trace", "1").query("page", 2)
}

fn undescribed(pets: &Pets) {
    let _ = pets.post_reports().json(&[1, 2]).json("again").body("text/csv", "a,b");
    let _ = pets.any_assets_proxy(cogen_runtime::__rt::v1::http::Method::PUT, "a?b=c").body("image/png", vec![1_u8]);
}

async fn sent(pets: &Pets, pet: &NewPet) {
    let _ = stored(pets, pet).await;
    let _ = stored(pets, pet).send().await;
    let _ = stored(pets, pet).send_with(ApiKey::new("key")).await;
    let _ = stored(pets, pet).build();
    let _ = stored(pets, pet).build_authorized().await;
}

fn main() {}

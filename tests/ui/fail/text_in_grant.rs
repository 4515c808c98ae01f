//! Scopes are written as strings in `grant!`.

use cogen_runtime::{UserSession, grant};
use cogen_test_apis::shelter::{auth::ShelterPool, scopes::ShelterPetsAdmin};

fn one(_: UserSession<ShelterPool, grant!["shelter/pets.write"]>) {}

fn second(_: UserSession<ShelterPool, grant![ShelterPetsAdmin, "shelter/pets.write"]>) {}

fn main() {}

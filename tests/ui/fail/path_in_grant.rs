//! A scope is written in `grant!` as it is spelled in tokens.

use cogen_runtime::{UserSession, grant};
use cogen_test_apis::shelter::auth::ShelterPool;

fn one(_: UserSession<ShelterPool, grant![shelter/pets.write]>) {}

fn main() {}

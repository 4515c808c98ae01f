//! A type that is not a scope is written in `grant!`.

use cogen_runtime::{UserSession, grant};
use cogen_test_apis::shelter::auth::ShelterPool;

fn one(_: UserSession<ShelterPool, grant![ShelterPool]>) {}

fn main() {}

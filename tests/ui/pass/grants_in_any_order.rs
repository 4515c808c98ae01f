//! Grants of the same scopes are one type, in whatever order they are written.

use cogen_runtime::{UserSession, grant};
use cogen_test_apis::shelter::auth::ShelterPool;
use cogen_test_apis::shelter::scopes::{ShelterPetsAdmin, ShelterPetsWrite};

type Writer = UserSession<ShelterPool, grant![ShelterPetsWrite, ShelterPetsAdmin]>;

fn take(_: Writer) {}

fn give(session: UserSession<ShelterPool, grant![ShelterPetsAdmin, ShelterPetsWrite]>) {
    take(session);
}

fn twice(session: UserSession<ShelterPool, grant![ShelterPetsAdmin, ShelterPetsWrite, ShelterPetsAdmin]>) -> Writer {
    session
}

fn main() {
    let _ = (give, twice);
}

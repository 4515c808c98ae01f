//! Scopes of another API are requested.

use cogen_runtime::{AccessToken, TokenError, grant};
use cogen_test_apis::library::scopes::LibraryBooksRead;
use cogen_test_apis::shelter::auth::ShelterPool;

fn token(jwt: &str) -> Result<AccessToken<ShelterPool, grant![LibraryBooksRead]>, TokenError> {
    AccessToken::<ShelterPool>::from_jwt(jwt)?.try_grant::<grant![LibraryBooksRead]>()
}

fn main() {}

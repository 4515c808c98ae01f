//! A scope that is written by hand is none, whether its number is empty or another one's.

use cogen_runtime::{AccessToken, Scope, TokenError, grant};
use cogen_test_apis::shelter::auth::{Api, ShelterPool};
use cogen_test_apis::shelter::scopes::ShelterPetsAdmin;

enum Empty {}

impl Scope<Api> for Empty {
    const NAME: &'static str = "openid";
    type Id = ();
}

enum Copied {}

impl Scope<Api> for Copied {
    const NAME: &'static str = "openid";
    type Id = <ShelterPetsAdmin as Scope<Api>>::Id;
}

fn token(jwt: &str) -> Result<AccessToken<ShelterPool, grant![Copied]>, TokenError> {
    AccessToken::from_jwt(jwt)
}

fn main() {}

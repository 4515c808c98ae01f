//! The marker of unchecked clients is used as a set of scopes, for a token, or for one whose scopes are looked up.

use cogen_runtime::{AccessToken, TokenError, Unchecked, UserSession};
use cogen_test_apis::shelter::auth::ShelterPool;

fn token(jwt: &str) -> Result<AccessToken<ShelterPool, Unchecked>, TokenError> {
    AccessToken::<ShelterPool, Unchecked>::from_jwt(jwt)
}

fn opaque(text: &str) -> AccessToken<ShelterPool, Unchecked> {
    AccessToken::<ShelterPool, Unchecked>::opaque(text)
}

fn narrowed(session: UserSession<ShelterPool>) {
    let _ = session.try_grant::<Unchecked>();
}

fn main() {}

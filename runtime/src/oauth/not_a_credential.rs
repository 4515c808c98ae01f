//! Client credentials in place of a credential: the compiler says what to write.

use crate::credential::offered::in_place_of_a_credential;

in_place_of_a_credential! {
    NotAsked: TakesClientCredentials,
    "these client credentials were not sent yet: they are not a session of `{Self}`",
    "expected a `Machine`, found `ClientCredentials` without `.await`",
    "write `.grant::<grant![..]>().await?` behind it, with the scopes that the operations need";
    [Q, G] crate::oauth::client_credentials::ClientCredentials<Q, G>;
}

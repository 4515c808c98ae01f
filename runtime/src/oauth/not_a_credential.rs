//! Client credentials in place of a credential: the compiler says what to write.

use crate::credential::offered::in_place_of_a_credential;

in_place_of_a_credential! {
    NotAsked: TakesClientCredentials,
    "these client credentials were not sent: they are not a session of `{Self}`",
    "expected a `Machine`, found `ClientCredentials` without `.await`",
    "add `.grant::<grant![..]>().await?` with the scopes that the operations require";
    [Q, G] crate::oauth::client_credentials::ClientCredentials<Q, G>;
}

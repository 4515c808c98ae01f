//! An app client in place of a credential: the compiler says what to write.

use crate::credential::offered::in_place_of_a_credential;

in_place_of_a_credential! {
    Application: TakesAppClient,
    "an app client is not a credential of `{Self}`: no user is signed in",
    "expected a session, found an `AppClient`",
    "sign in with it: `app_client.sign_in(user, password).await?.done()?`, `app_client.managed_login(..)` or \
     `app_client.client_credentials(..)`";
    [Q] crate::app_client::client::AppClient<Q>;
}

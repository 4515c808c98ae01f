//! A type of the application is passed as a credential of a user pool, even if it claims to have every scope.

use cogen_runtime::{AnyCredential, ApiKey, TokenCredential, Unchecked, __rt::v1 as rt};
use cogen_test_apis::shelter::{Client, auth::ShelterPool};

struct Mine;

impl rt::Slot for Mine {
    type Filled = rt::Yes;
    type IdToken = rt::Yes;
    type AccessToken = rt::Yes;
    type Grant = Unchecked;
}

impl TokenCredential<ShelterPool> for Mine {
    fn into_credential(self) -> AnyCredential {
        ApiKey::new("no token at all").into()
    }
}

fn call(mine: Mine, any: AnyCredential) {
    let _ = Client::builder().shelter_pool(mine);
    let _ = Client::builder().shelter_pool(any);
    let _ = Client::builder().shelter_pool(Unchecked);
}

fn main() {}

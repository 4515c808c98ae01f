//! An operation requires all of its scopes by the rules of OpenAPI: one of them is not enough.

use cogen_runtime::AccessToken;
use cogen_runtime::grant;
use cogen_test_apis::plain::{Client, auth::Oauth, scopes::Read};

fn call(token: AccessToken<Oauth, grant![Read]>) -> Result<(), cogen_runtime::BuildError> {
    let client = Client::builder().oauth(token).build()?;
    let _ = client.no_scopes();
    let _ = client.all_scopes();
    Ok(())
}

fn main() {}

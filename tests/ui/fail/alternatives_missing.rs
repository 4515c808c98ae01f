//! OpenAPI's own rules: none of the alternatives is there, or only half of one.

use cogen_test_apis::plain::Client;

fn call(nobody: &Client) -> Result<(), cogen_runtime::BuildError> {
    let _ = nobody.inherits();
    let _ = nobody.either_of();
    let bearer = Client::builder().bearer("token").build()?;
    let _ = bearer.both_of();
    let _ = bearer.or_of_ands();
    let _ = bearer.with_basic();
    let _ = bearer.all_scopes();
    Ok(())
}

fn main() {}

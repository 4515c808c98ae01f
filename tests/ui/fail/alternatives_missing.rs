//! A document without extensions of the gateway: no alternative is satisfied, or only a part of one.

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

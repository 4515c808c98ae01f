//! A type of the application is used as a set of scopes, which only `grant!` creates.

use cogen_runtime::{GrantOf, __rt::v1 as rt};
use cogen_test_apis::shelter::auth::Api;

struct All;

impl GrantOf<Api> for All {
    fn names(_: &mut Vec<&'static str>) {}
}

struct More;

impl rt::SlotGrant<Api> for More {
    type Has<S: rt::Scope<Api>> = rt::Yes;
}

fn main() {}

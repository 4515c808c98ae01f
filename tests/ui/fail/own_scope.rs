//! A type of the application is used as a scope.

use cogen_runtime::Scope;
use cogen_test_apis::shelter::auth::Api;

enum Mine {}

impl Scope<Api> for Mine {
    const NAME: &'static str = "openid";
}

fn main() {}

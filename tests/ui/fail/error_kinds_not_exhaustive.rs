//! A `match` on an error kind has no `_` arm, which later versions need.

use cogen_runtime::GatewayError;

fn call(error: GatewayError) -> bool {
    match error {
        GatewayError::Unauthorized | GatewayError::TokenExpired => true,
    }
}

fn main() {}

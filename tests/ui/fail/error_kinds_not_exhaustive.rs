//! Later versions know more kinds of errors: a `match` needs `_`.

use cogen_runtime::GatewayError;

fn call(error: GatewayError) -> bool {
    match error {
        GatewayError::Unauthorized | GatewayError::TokenExpired => true,
    }
}

fn main() {}

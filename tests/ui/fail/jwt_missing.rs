//! A JWT authorizer gets no token, or a token without one of the scopes.

use cogen_runtime::{AccessToken, IdToken};
use cogen_test_apis::orders::{Client, auth::Customers, types::Order};

fn call(nobody: &Client, id: &Client<IdToken<Customers>>, access: &Client<AccessToken<Customers>>, order: &Order) {
    let _ = nobody.place_order(order);
    let _ = id.list_orders();
    let _ = access.list_orders();
}

fn main() {}

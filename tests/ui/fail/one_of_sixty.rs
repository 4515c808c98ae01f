//! An API has sixty scopes, and the message is still readable.

use cogen_runtime::{UserSession, grant};
use cogen_test_apis::sixty::{Client, auth::Pool, scopes::BillingRead};

fn call(client: &Client<UserSession<Pool, grant![BillingRead]>>) {
    let _ = client.list_billing();
    let _ = client.create_billing();
    let _ = client.list_orders();
}

fn nothing(client: &Client<UserSession<Pool>>) {
    let _ = client.everything();
}

fn main() {}

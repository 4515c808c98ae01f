//! The credential of one Lambda authorizer is passed for another one.

use cogen_test_apis::lambda::{Client, auth::Single};

fn call(single: Single) {
    let _ = Client::builder().several(single);
    let _ = Client::builder().single("value");
}

fn main() {}

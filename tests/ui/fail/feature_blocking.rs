//! The feature for programs that are not async is off.

use cogen_test_apis::shelter::Client;

fn call(pets: &Client) {
    let _ = pets.get_pet("1").send_blocking();
}

fn main() {}

//! A text does not fill the slot of a pool: it says neither whose token it is nor of which kind.

use cogen_test_apis::shelter::Client;

fn main() {
    let _ = Client::builder().staff("eyJhbGciOi…");
}

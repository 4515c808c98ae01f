//! AWS credentials are missing.

use cogen_test_apis::{iam, shelter};

fn call(pets: &shelter::Client, client: &iam::Client) {
    let _ = pets.post_reports();
    let _ = pets.any_assets_proxy(http_method(), "a");
    let _ = client.get_operation();
}

fn http_method() -> cogen_runtime::__rt::v1::http::Method {
    Default::default()
}

fn main() {}

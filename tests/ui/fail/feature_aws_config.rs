//! The feature for finding AWS credentials is off.

use cogen_runtime::Iam;

async fn call() {
    let keys = Iam::from_default_chain().await.unwrap();
}

fn main() {}

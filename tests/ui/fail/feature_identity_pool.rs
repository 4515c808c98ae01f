//! The feature for identity pools is off.

use cogen_runtime::IdentityPool;

fn call(pool: &IdentityPool) {
    let _ = pool.unauthenticated();
}

fn main() {}

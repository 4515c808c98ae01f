//! A user pool in one process: the user-pool API with SRP, MFA and remembered devices, the OAuth endpoints of
//! its domain, and a petstore behind an authorizer. For tests and for trying things out: it keeps its state in memory
//! only.

mod account;
mod api;
mod authorizer;
mod oauth;
mod petstore;
mod pool;
mod refresh;
mod sign_in;
mod srp;
mod state;
mod tokens;
mod totp;

pub use petstore::{Asked, Petstore};
pub use pool::{Builder, TestPool};
pub use totp::totp;

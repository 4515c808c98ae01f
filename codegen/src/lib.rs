//! From the OpenAPI document of an Amazon API Gateway to a Rust client crate whose methods demand the right credential.

pub mod diagnostics;
pub mod files;
pub mod ir;
pub mod load;
pub mod lower;
pub mod options;
pub mod resolve;

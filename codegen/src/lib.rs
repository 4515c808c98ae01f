//! From the OpenAPI document of an Amazon API Gateway to a Rust client crate whose methods demand the right credential.

pub mod codes;
pub mod diagnostics;
pub mod files;
pub mod ir;
pub mod load;
pub mod options;
pub mod render;
pub mod upgrade;
pub mod values;

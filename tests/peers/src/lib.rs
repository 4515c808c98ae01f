//! Servers and libraries of other projects that the tests run against. The tests start and stop them, on the loopback interface only.

mod aws;
mod browser;
mod events;
mod gateway;
mod installed;
mod ministack;
mod oidc;
mod oracle;
mod pool;
mod process;
mod program;

pub use aws::Aws;
pub use browser::{Browser, http};
pub use events::EventStreams;
pub use gateway::{http_api, rest_api};
pub use installed::{frameworks_node, frameworks_python, skipped};
pub use ministack::Ministack;
pub use oidc::OidcProvider;
pub use oracle::{Expected, Judge};
pub use pool::{App, For, Pool};
pub use process::{Server, free_port};
pub use program::Program;

/// The error of a peer that is missing or fails; it says what to do.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

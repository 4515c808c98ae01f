//! Sessions: tokens that are refreshed, from sign-in to sign-out.

pub(crate) mod events;
pub(crate) mod handle;
#[cfg(feature = "oauth")]
pub(crate) mod machines;
pub(crate) mod open;
pub(crate) mod provider;
pub(crate) mod refresh;
pub(crate) mod settings;
pub(crate) mod shared;
pub(crate) mod sign_out;
pub(crate) mod source;
pub(crate) mod state;
pub(crate) mod stored;
pub(crate) mod tokens;

pub use events::{Events, SessionEvent};
pub use handle::Session;
pub use tokens::claims::UnverifiedIdClaims;

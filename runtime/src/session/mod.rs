//! Sessions: tokens that are refreshed, from sign-in to sign-out.

pub(crate) mod claims;
pub(crate) mod entry;
pub(crate) mod events;
pub(crate) mod handle;
pub(crate) mod inner;
#[cfg(feature = "oauth")]
pub(crate) mod machines;
pub(crate) mod open;
pub(crate) mod provider;
pub(crate) mod record;
pub(crate) mod refresh;
pub(crate) mod settings;
pub(crate) mod sign_out;
pub(crate) mod source;
pub(crate) mod state;

pub use claims::UnverifiedIdClaims;
pub use events::{Events, SessionEvent};
pub use handle::Session;

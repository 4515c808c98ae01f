//! Managed login: sign-in in a browser at the domain of a user pool.

pub(crate) mod listener;
pub(crate) mod login;
pub(crate) mod pending;
pub(crate) mod returned;

pub use login::{ManagedLogin, Prompt};
pub use pending::PendingLogin;

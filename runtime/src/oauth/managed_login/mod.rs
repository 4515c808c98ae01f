//! Managed login: sign-in in a browser at the domain of a user pool.

pub(crate) mod listener;
pub(crate) mod login;
pub(crate) mod pending;
pub(crate) mod redirect;
pub(crate) mod returned;
pub(crate) mod tokens;

pub use login::{ManagedLogin, Prompt};
pub use pending::PendingLogin;
pub use tokens::{AccessOnly, IdAndAccess, LoginTokens};

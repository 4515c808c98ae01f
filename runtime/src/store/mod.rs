//! Stores of sessions, which keep them between runs and share them between tasks, processes and machines.

#[cfg(feature = "file-store")]
pub(crate) mod blocking;
#[cfg(feature = "file-store")]
mod blocking_store;
#[cfg(feature = "file-store")]
pub(crate) mod directory;
#[cfg(feature = "file-store")]
pub(crate) mod envelope;
pub(crate) mod error;
#[cfg(feature = "file-store")]
pub(crate) mod file;
#[cfg(feature = "file-store")]
pub(crate) mod home;
#[cfg(feature = "keyring")]
pub(crate) mod keyring;
pub(crate) mod memory;
pub(crate) mod record;
pub(crate) mod session_store;

pub use error::StoreError;
#[cfg(feature = "file-store")]
pub use file::FileStore;
#[cfg(feature = "keyring")]
pub use keyring::KeyringStore;
pub use memory::MemoryStore;
pub use record::{Record, Replaced, Revision, Stored};
pub use session_store::{LockGuard, Reservation, SessionStore};

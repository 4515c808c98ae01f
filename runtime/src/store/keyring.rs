//! A store in the keyring of the platform: Secret Service, Keychain, Credential Manager.

mod entries;

use crate::boxed::BoxFuture;
use crate::store::blocking_store::BlockingStore;
use crate::store::directory::folder::Directory;
use crate::store::directory::lock::LockFiles;
use crate::store::envelope::Unreadable;
use crate::store::error::StoreError;
use crate::store::record::{Record, Replaced, Revision, Stored};
use crate::store::session_store::{LockGuard, SessionStore};
use crate::store::{blocking_store, envelope, home};
use entries::{Entries, EntryContent, refused};
use keyring_core::CredentialStore;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A store in the keyring of the user, which most platforms encrypt with the login of the user.
///
/// ```no_run
/// # fn example<PetPool: cogen_runtime::UserPool>() -> Result<(), cogen_runtime::store::StoreError> {
/// use cogen_runtime::store::KeyringStore;
///
/// let app = PetPool::app_client("1example23456789").store(KeyringStore::new("pets")?);
/// # let _ = app;
/// # Ok(())
/// # }
/// ```
///
/// Keyrings have no locks and no atomic comparison, so the store uses lock files in the directory of a
/// [`FileStore`](super::FileStore). They contain no secret. A record that is longer than an entry is stored in parts. The entry that is
/// written last names the valid parts, so that a process that is killed leaves the old or the new record.
///
/// The user can be asked to unlock the keyring; reads and writes wait for that. The store needs a Tokio runtime.
#[derive(Clone)]
pub struct KeyringStore(Arc<KeyringSessions>);

#[derive(Clone)]
struct KeyringSessions {
    entries: Entries,
    locks: LockFiles,
}

impl KeyringStore {
    /// Opens the store of the program `app` in the keyring of the platform: the Secret Service of the session's D-Bus on Linux and the BSDs,
    /// the login Keychain on macOS, the Credential Manager on Windows. On other platforms see [`within`](Self::within).
    ///
    /// # Errors
    /// Fails if `app` is not a valid directory name, if no keyring is running, as on most servers, or if the directory of the lock files can't
    /// be created, as in [`FileStore::in_home`](super::FileStore::in_home).
    pub fn new(app: &str) -> Result<Self, StoreError> {
        let locks = home::sessions_of(app)?;
        // In a new thread, since the client of the Secret Service can start a runtime, which is not allowed in a task.
        let keyring = std::thread::spawn(platform).join().map_err(|_| no_keyring(None))?;
        Self::within(keyring.map_err(|error| no_keyring(Some(error)))?, app, locks)
    }

    /// Opens the store of the program `app` in any keyring of `keyring-core`, such as that of the kernel on Linux without Secret Service.
    /// `locks` is the directory of the lock files, which must be the same in all processes.
    ///
    /// The Linux kernel deletes its keys at a reboot or earlier, and allows 20,000 bytes for all keys of a user: about three sessions.
    ///
    /// # Errors
    /// Fails as [`FileStore::at`](super::FileStore::at) does.
    pub fn within(keyring: Arc<CredentialStore>, app: &str, locks: impl AsRef<Path>) -> Result<Self, StoreError> {
        let locks = LockFiles::at(Directory::create_absolute(locks.as_ref())?);
        Ok(Self(Arc::new(KeyringSessions { entries: Entries::new(keyring, app), locks })))
    }

    /// Sets how long to wait for the lock of another process; 30 seconds if it is not set.
    #[must_use]
    pub fn lock_wait(self, wait: Duration) -> Self {
        let KeyringSessions { entries, locks } = KeyringSessions::clone(&self.0);
        Self(Arc::new(KeyringSessions { entries, locks: LockFiles { wait, ..locks } }))
    }

    /// Sets the maximum size of an entry in bytes. Longer records are stored in parts. If it is not set, it is 2,400 on Windows, whose limit is
    /// 2,560, and 30,000 on other platforms, which is more than a session needs.
    #[must_use]
    pub fn max_entry_bytes(self, bytes: usize) -> Self {
        let entries = self.0.entries.clone().with_limit(bytes);
        Self(Arc::new(KeyringSessions { entries, ..KeyringSessions::clone(&self.0) }))
    }
}

impl SessionStore for KeyringStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
        blocking_store::load(&self.0, key)
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Revision>,
        record: Option<&'a Record>,
    ) -> BoxFuture<'a, Result<Replaced, StoreError>> {
        blocking_store::replace(&self.0, key, expected, record)
    }

    fn lock<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
        blocking_store::lock(&*self.0, key)
    }
}

impl BlockingStore for KeyringSessions {
    fn locks(&self) -> &LockFiles {
        &self.locks
    }

    fn load(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        let stem = envelope::file_stem(key);
        match self.entries.find(&stem)? {
            EntryContent::Nothing => Ok(None),
            EntryContent::Whole(bytes) => self.open(&stem, key, &bytes).map(Some),
            // The lock prevents that parts are replaced during the read.
            EntryContent::InParts(_) => {
                let _lock = self.locks.of_writing().block()?;
                self.read(key)
            }
        }
    }

    fn read(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        let stem = envelope::file_stem(key);
        self.entries.read(&stem)?.map(|bytes| self.open(&stem, key, &bytes)).transpose()
    }

    fn write(&self, key: &str, text: &[u8]) -> Result<(), StoreError> {
        self.entries.write(&envelope::file_stem(key), text)
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.entries.remove(&envelope::file_stem(key))
    }
}

impl KeyringSessions {
    fn open(&self, stem: &str, key: &str, bytes: &[u8]) -> Result<Stored, StoreError> {
        envelope::open(key, bytes).map_err(|unreadable| {
            refused(match unreadable {
                Unreadable::Damaged => "is damaged: remove it and sign in again",
                Unreadable::Newer => {
                    "was written by a newer version of this program: update it, or remove the entry and sign in again"
                }
                Unreadable::OtherKey => "has the session of another key: remove it and sign in again",
            }, self.entries.app(), stem)
        })
    }
}

impl fmt::Debug for KeyringStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyringStore").field("app", &self.0.entries.app()).finish_non_exhaustive()
    }
}

fn no_keyring(error: Option<keyring_core::Error>) -> StoreError {
    let message = "no keyring is running: start one (gnome-keyring, KWallet), or use a `FileStore`";
    match error {
        Some(error) => entries::with_cause(StoreError::new(message), error),
        None => StoreError::new(message),
    }
}

#[cfg(all(unix, not(any(target_vendor = "apple", target_os = "android"))))]
fn platform() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn platform() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn platform() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(windows, target_os = "macos", all(unix, not(any(target_vendor = "apple", target_os = "android"))))))]
fn platform() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(keyring_core::Error::NotSupportedByStore("name a keyring with `KeyringStore::within`".to_owned()))
}

#[cfg(all(test, unix))]
mod tests;

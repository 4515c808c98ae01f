//! A session in its store. Each operation has a time limit.

#[cfg(feature = "cognito")]
use crate::auth::device::Device;
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::session::source::RefreshEndpoint;
use crate::session::stored::record;
use crate::session::tokens::session_tokens::SessionTokens;
use crate::store::error::StoreError;
use crate::store::record::{Record, Replaced, Revision, Stored};
use crate::store::session_store::{LockGuard, Reservation, SessionStore};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// The entry of a session in a store.
#[derive(Clone)]
pub(crate) struct StoreEntry {
    pub store: Arc<dyn SessionStore>,
    pub key: String,
    /// How long before its expiry a token is replaced.
    pub early: Option<Duration>,
}

/// A session that was read from a store.
pub(crate) struct StoredSession {
    pub tokens: SessionTokens,
    pub place: RefreshEndpoint,
    pub revision: Revision,
}

/// The outcome of a write.
pub(crate) enum WriteOutcome {
    At(Revision),
    /// Another process was faster. This is the current entry.
    Another(Option<Box<StoredSession>>),
}

impl StoreEntry {
    pub(crate) async fn lock(&self) -> Result<LockGuard, AuthError> {
        within(LOCK_TIMEOUT, self.store.lock(&self.key)).await
    }

    pub(crate) async fn load(&self) -> Result<Option<StoredSession>, AuthError> {
        let stored = within(READ_TIMEOUT, self.store.load(&self.key)).await?;
        stored.map(|stored| self.found(&stored)).transpose()
    }

    /// Makes sure that new tokens can be written.
    pub(crate) async fn reserve(
        &self,
        tokens: &SessionTokens,
        place: &RefreshEndpoint,
    ) -> Result<Reservation, AuthError> {
        let bytes = record::written(tokens, place).expose().len() + GROWTH;
        within(WRITE_TIMEOUT, self.store.reserve(&self.key, bytes)).await
    }

    /// Writes the session if the entry still has the revision `expected`.
    pub(crate) async fn write(
        &self,
        tokens: &SessionTokens,
        place: &RefreshEndpoint,
        expected: Option<&Revision>,
    ) -> Result<WriteOutcome, AuthError> {
        let record = record::written(tokens, place);
        let mut tries = 0;
        let replaced = loop {
            match within(WRITE_TIMEOUT, self.store.replace(&self.key, expected, Some(&record))).await {
                Err(_) if tries < WRITE_RETRY_PAUSES.len() => {
                    tokio::time::sleep(WRITE_RETRY_PAUSES[tries]).await;
                    tries += 1;
                }
                outcome => break outcome?,
            }
        };
        match replaced {
            Replaced::Done(Some(revision)) => Ok(WriteOutcome::At(revision)),
            // A write whose result was lost can have succeeded.
            Replaced::Conflict(Some(stored)) if stored.record == record => Ok(WriteOutcome::At(stored.revision)),
            Replaced::Conflict(Some(stored)) => {
                self.found(&stored).map(|found| WriteOutcome::Another(Some(Box::new(found))))
            }
            Replaced::Conflict(None) => Ok(WriteOutcome::Another(None)),
            Replaced::Done(None) => {
                Err(failed("the store returned no revision of the session that it wrote: correct its `replace`"))
            }
        }
    }

    /// Writes the session of a new sign-in in place of any entry, also of one that can't be read.
    pub(crate) async fn put(&self, tokens: &SessionTokens, place: &RefreshEndpoint) -> Result<Revision, AuthError> {
        let record = record::written(tokens, place);
        self.overwrite(&record).await
    }

    /// Writes the device in place of any entry.
    #[cfg(feature = "cognito")]
    pub(crate) async fn put_device(&self, device: &Device) -> Result<Revision, AuthError> {
        self.overwrite(&record::device_written(device)).await
    }

    /// Reads the device.
    #[cfg(feature = "cognito")]
    pub(crate) async fn load_device(&self) -> Result<Option<(Device, Revision)>, AuthError> {
        let stored = within(READ_TIMEOUT, self.store.load(&self.key)).await?;
        Ok(stored.and_then(|stored| Some((record::device_read(&stored.record)?, stored.revision))))
    }

    /// Writes a user name in place of any entry.
    #[cfg(feature = "cognito")]
    pub(crate) async fn put_name(&self, name: &str) -> Result<Revision, AuthError> {
        self.overwrite(&record::name_written(name)).await
    }

    /// Reads the user name.
    pub(crate) async fn load_name(&self) -> Result<Option<String>, AuthError> {
        let stored = within(READ_TIMEOUT, self.store.load(&self.key)).await?;
        Ok(stored.and_then(|stored| record::name_read(&stored.record)))
    }

    async fn overwrite(&self, record: &Record) -> Result<Revision, AuthError> {
        // Another process can hold the lock for a refresh of the session that this one replaces, and can hang or be stopped. The write
        // itself is safe without the lock.
        let _lock = match tokio::time::timeout(OVERWRITE_WAIT, self.lock()).await {
            Ok(lock) => Some(lock?),
            Err(_) => None,
        };
        let mut expected = within(READ_TIMEOUT, self.store.load(&self.key)).await?.map(|stored| stored.revision);
        for _ in 0..MAX_OVERWRITES {
            match within(WRITE_TIMEOUT, self.store.replace(&self.key, expected.as_ref(), Some(record))).await? {
                Replaced::Done(Some(revision)) => return Ok(revision),
                Replaced::Done(None) => break,
                Replaced::Conflict(there) => expected = there.map(|stored| stored.revision),
            }
        }
        Err(failed("the session was not stored, since other processes write it at the same time: try again"))
    }

    /// Removes the session if the entry still has the revision `expected`. Returns whether it was removed.
    pub(crate) async fn remove(&self, expected: &Revision) -> Result<bool, AuthError> {
        let replaced = within(WRITE_TIMEOUT, self.store.replace(&self.key, Some(expected), None)).await?;
        Ok(matches!(replaced, Replaced::Done(_)))
    }

    fn found(&self, stored: &Stored) -> Result<StoredSession, AuthError> {
        let (tokens, place) = record::read(&stored.record, self.early)?;
        Ok(StoredSession { tokens, place, revision: stored.revision.clone() })
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, AuthError> {
    match tokio::time::timeout(limit, work).await {
        Ok(outcome) => outcome.map_err(|error| failed(&error.to_string()).with_source(error)),
        Err(_) => Err(failed("the store did not respond in time: check that it is reachable")),
    }
}

fn failed(why: &str) -> AuthError {
    AuthError::because(AuthErrorKind::Store, "session store", why)
}

/// Another process can hold the lock during its refresh. The lease of a process that died ends after about 30 seconds.
const LOCK_TIMEOUT: Duration = Duration::from_secs(60);
const READ_TIMEOUT: Duration = Duration::from_secs(10);
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the write of a sign-in waits for a refresh of the session that it replaces.
const OVERWRITE_WAIT: Duration = Duration::from_secs(1);

/// By how many bytes new tokens can be longer than the old ones, for example with more groups, and what a store adds.
const GROWTH: usize = 16 * 1024;

/// How often the write of a sign-in is repeated after conflicts.
const MAX_OVERWRITES: u32 = 8;

/// The pauses before a failed write is repeated. Tokens that are not written are lost with this process.
const WRITE_RETRY_PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(400)];

//! The records of a store.

use crate::secret::Secret;

/// The text of a session in a versioned format. It contains the tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record(Secret);

impl Record {
    /// Creates a record from the text in a store.
    pub fn new(text: impl Into<Secret>) -> Self {
        Self(text.into())
    }

    /// Returns the text to store. It contains tokens, so it is a secret.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The revision of a record: a counter, a hash, an `ETag`. It is not a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision(String);

impl Revision {
    /// Creates a revision from its name in the store.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Returns its name in the store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A record with its revision.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The record.
    pub record: Record,
    /// Its revision.
    pub revision: Revision,
}

/// The outcome of [`SessionStore::replace`](super::SessionStore::replace).
#[derive(Clone, Debug)]
pub enum Replaced {
    /// The record was replaced, with its new revision; `None` after a removal.
    Done(Option<Revision>),
    /// The expected revision was not current. Nothing was changed, and this is the current record.
    Conflict(Option<Stored>),
}

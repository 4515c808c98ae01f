//! What a store keeps.

use crate::secret::Secret;

/// A session as it is kept: a text of a versioned format, with the tokens in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record(Secret);

impl Record {
    /// Takes what a store kept.
    pub fn new(text: impl Into<Secret>) -> Self {
        Self(text.into())
    }

    /// The text to keep. It holds tokens: whoever reads it is the user.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Which writing of a record it is: a counter, a hash, an `ETag`. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision(String);

impl Revision {
    /// Takes the store's own name for it.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The store's own name for it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A record, and which writing of it this is.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The record.
    pub record: Record,
    /// Which writing of it.
    pub revision: Revision,
}

/// How a replacement went.
#[derive(Clone, Debug)]
pub enum Replaced {
    /// It is done; `None` after a removal.
    Done(Option<Revision>),
    /// Another was faster: this is there now, and nothing was changed.
    Conflict(Option<Stored>),
}

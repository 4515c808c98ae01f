//! The entries of a keyring: texts, whole or in parts, each replaced atomically.

use crate::store::directory::folder::MAX_RECORD_BYTES;
use crate::store::error::StoreError;
use keyring_core::{CredentialStore, Entry, Error};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The default maximum size of an entry. The limit of Windows is 2,560 bytes.
const DEFAULT_ENTRY_BYTES: usize = if cfg!(windows) { 2400 } else { 30_000 };

/// The smallest maximum size, with room for the entry that names the parts.
const MIN_ENTRY_BYTES: usize = 64;

/// The prefix of an entry that names the parts: `cogen parts 1 <slot> <number>`.
const PARTS: &str = "cogen parts 1 ";

/// The entries of one program.
#[derive(Clone)]
pub(super) struct Entries {
    keyring: Arc<CredentialStore>,
    app: Arc<str>,
    limit: usize,
}

/// The content of an entry.
pub(super) enum EntryContent {
    Nothing,
    Whole(Zeroizing<Vec<u8>>),
    InParts(Parts),
}

/// The valid parts of a text. There are two slots, so that the new parts are complete before they replace the old ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    slot: Slot,
    number: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    A,
    B,
}

impl Entries {
    pub(super) fn new(keyring: Arc<CredentialStore>, app: &str) -> Self {
        Self { keyring, app: app.into(), limit: DEFAULT_ENTRY_BYTES }
    }

    pub(super) fn with_limit(self, bytes: usize) -> Self {
        Self { limit: bytes.max(MIN_ENTRY_BYTES), ..self }
    }

    pub(super) fn app(&self) -> &str {
        &self.app
    }

    /// Reads the entry with this name, without its parts, which another process can replace at the same time.
    pub(super) fn find(&self, name: &str) -> Result<EntryContent, StoreError> {
        let Some(bytes) = self.get(name)? else { return Ok(EntryContent::Nothing) };
        let Some(rest) = bytes.strip_prefix(PARTS.as_bytes()) else { return Ok(EntryContent::Whole(bytes)) };
        let parts = std::str::from_utf8(rest).ok().and_then(|rest| rest.split_once(' ')).and_then(|(slot, number)| {
            let slot = [Slot::A, Slot::B].into_iter().find(|known| known.name() == slot)?;
            let number = number.parse().ok().filter(|number| *number <= MAX_RECORD_BYTES / MIN_ENTRY_BYTES + 1)?;
            Some(Parts { slot, number })
        });
        parts.map(EntryContent::InParts).ok_or_else(|| self.damaged(name))
    }

    /// Reads the text with this name, if there is one. The caller holds the write lock.
    pub(super) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let parts = match self.find(name)? {
            EntryContent::Nothing => return Ok(None),
            EntryContent::Whole(bytes) => return Ok(Some(bytes)),
            EntryContent::InParts(parts) => parts,
        };
        let found = (0..parts.number)
            .map(|number| self.get(&part_name(name, parts.slot, number))?.ok_or_else(|| self.damaged(name)));
        let found: Vec<_> = found.collect::<Result<_, _>>()?;
        // Allocated at its final size, since growing would leave copies of the tokens in memory.
        let mut text = Zeroizing::new(Vec::with_capacity(found.iter().map(|part| part.len()).sum()));
        found.iter().for_each(|part| text.extend_from_slice(part));
        Ok(Some(text))
    }

    /// Writes the text. The caller holds the write lock.
    pub(super) fn write(&self, name: &str, text: &[u8]) -> Result<(), StoreError> {
        let old = match self.find(name)? {
            EntryContent::InParts(parts) => Some(parts),
            EntryContent::Nothing | EntryContent::Whole(_) => None,
        };
        let new = if text.len() <= self.limit {
            self.set(name, text)?;
            None
        } else {
            let slot = if old.is_some_and(|parts| parts.slot == Slot::A) { Slot::B } else { Slot::A };
            let parts = text.chunks(self.limit);
            let number = parts.len();
            for (number, part) in parts.enumerate() {
                self.set(&part_name(name, slot, number), part)?;
            }
            self.set(name, format!("{PARTS}{} {number}", slot.name()).as_bytes())?;
            Some(Parts { slot, number })
        };
        // The new text is valid already. Parts that can't be removed now are removed after the next write.
        let _ = self.sweep(name, new);
        Ok(())
    }

    /// Removes the text, if there is one. The caller holds the write lock.
    pub(super) fn remove(&self, name: &str) -> Result<(), StoreError> {
        self.delete(name)?;
        self.sweep(name, None)
    }

    /// Removes all parts except the valid ones: those of the previous text, and of processes that died during a write or a removal.
    ///
    /// The last part is removed first, so that the parts that are left are found by counting, whenever it is interrupted.
    fn sweep(&self, name: &str, valid: Option<Parts>) -> Result<(), StoreError> {
        for slot in [Slot::A, Slot::B] {
            let first = valid.filter(|parts| parts.slot == slot).map_or(0, |parts| parts.number);
            let mut end = first;
            while self.get(&part_name(name, slot, end))?.is_some() {
                end += 1;
            }
            for number in (first..end).rev() {
                self.delete(&part_name(name, slot, number))?;
            }
        }
        Ok(())
    }

    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        match self.entry(name).and_then(|entry| entry.get_secret()) {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(self.failed("can't be read", name, error)),
        }
    }

    fn set(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let set = self.entry(name).and_then(|entry| entry.set_secret(bytes));
        set.map_err(|error| self.failed("can't be written, and is unchanged", name, error))
    }

    /// Removes the entry. Returns whether there was one.
    fn delete(&self, name: &str) -> Result<bool, StoreError> {
        match self.entry(name).and_then(|entry| entry.delete_credential()) {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(self.failed("can't be removed", name, error)),
        }
    }

    fn entry(&self, name: &str) -> keyring_core::Result<Entry> {
        self.keyring.build(&self.app, name, None)
    }

    fn damaged(&self, name: &str) -> StoreError {
        refused("is damaged: remove it and sign in again", &self.app, name)
    }

    fn failed(&self, what: &str, name: &str, error: Error) -> StoreError {
        let help = match &error {
            Error::NoStorageAccess(_) => ": unlock the keyring, and allow this program to use it",
            Error::TooLong(..) => ": set a smaller `max_entry_bytes`",
            Error::Ambiguous(_) => ": several entries have this name; remove them and sign in again",
            _ => "",
        };
        with_cause(refused(&format!("{what}{help}"), &self.app, name), error)
    }
}

impl Slot {
    fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}

/// An error that names the entry.
pub(super) fn refused(what: &str, app: &str, name: &str) -> StoreError {
    StoreError::new(format!("the entry {name:?} of {app:?} in the keyring {what}"))
}

/// Adds the error of the platform as the source. Errors of the keyring crate are replaced by a text, since some contain the stored text.
pub(super) fn with_cause(error: StoreError, cause: Error) -> StoreError {
    match cause {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => error.with_source(cause),
        Error::NoEntry => error.with_source("there is no such entry"),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => error.with_source("the data of the entry is not valid"),
        Error::BadStoreFormat(_) => error.with_source("the data of the keyring is not valid"),
        Error::TooLong(_, most) => error.with_source(format!("the longest entry has {most} characters")),
        Error::Invalid(parameter, reason) => error.with_source(format!("{parameter}: {reason}")),
        Error::Ambiguous(_) => error.with_source("there are several entries with this name"),
        Error::NoDefaultStore => error.with_source("there is no default keyring"),
        Error::NotSupportedByStore(reason) => error.with_source(reason),
        _ => error,
    }
}

fn part_name(name: &str, slot: Slot, number: usize) -> String {
    format!("{name}.{}.{number}", slot.name())
}

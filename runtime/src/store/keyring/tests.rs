//! The keyring store: with keyrings that fail at any operation or have small entries, and with the keyring of the platform.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, Entry, Error};
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

const APP: &str = "petstore";

/// A keyring with a maximum size of its entries, which fails after a number of operations.
#[derive(Clone, Debug)]
struct Keyring {
    entries: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    max_bytes: usize,
    operations: Arc<Mutex<u32>>,
}

#[derive(Debug)]
struct Item(Keyring, String);

impl Keyring {
    fn new(max_bytes: usize) -> Self {
        Self { entries: Arc::default(), max_bytes, operations: Arc::new(Mutex::new(u32::MAX)) }
    }

    fn stops_after(&self, operations: u32) {
        *self.operations.lock().unwrap() = operations;
    }

    fn names(&self) -> Vec<String> {
        self.entries.lock().unwrap().keys().cloned().collect()
    }
}

impl Item {
    fn operation(&self) -> keyring_core::Result<()> {
        let mut left = self.0.operations.lock().unwrap();
        *left = left.checked_sub(1).ok_or_else(|| Error::NoStorageAccess("the keyring does not respond".into()))?;
        Ok(())
    }
}

impl CredentialStoreApi for Keyring {
    fn vendor(&self) -> String {
        "test".to_owned()
    }

    fn id(&self) -> String {
        "test".to_owned()
    }

    fn build(&self, app: &str, user: &str, _: Option<&HashMap<&str, &str>>) -> keyring_core::Result<Entry> {
        Ok(Entry::new_with_credential(Arc::new(Item(self.clone(), format!("{app} {user}")))))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl CredentialApi for Item {
    fn set_secret(&self, secret: &[u8]) -> keyring_core::Result<()> {
        self.operation()?;
        if secret.len() > self.0.max_bytes {
            return Err(Error::TooLong("secret".to_owned(), self.0.max_bytes.try_into().unwrap()));
        }
        self.0.entries.lock().unwrap().insert(self.1.clone(), secret.to_vec());
        Ok(())
    }

    fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
        self.operation()?;
        self.0.entries.lock().unwrap().get(&self.1).cloned().ok_or(Error::NoEntry)
    }

    fn delete_credential(&self) -> keyring_core::Result<()> {
        self.operation()?;
        self.0.entries.lock().unwrap().remove(&self.1).map(drop).ok_or(Error::NoEntry)
    }

    fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A directory for the lock files that is removed after the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("cogen-keyring-store-{}-{number}", std::process::id())))
    }

    fn store(&self, keyring: &Keyring) -> KeyringStore {
        KeyringStore::within(Arc::new(keyring.clone()), APP, &self.0).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn put(store: &KeyringStore, key: &str, expected: Option<&Revision>, text: &str) -> Revision {
    match store.replace(key, expected, Some(&Record::new(text))).await.unwrap() {
        Replaced::Done(Some(revision)) => revision,
        other => panic!("{other:?}"),
    }
}

async fn text(store: &KeyringStore, key: &str) -> Option<String> {
    store.load(key).await.unwrap().map(|stored| stored.record.expose().to_owned())
}

/// Stores, replaces, locks and removes records, and reports conflicts.
async fn works(store: &KeyringStore, long: &str) {
    assert!(store.load("alice").await.unwrap().is_none());
    let first = put(store, "alice", None, "one").await;
    put(store, "bob", None, "other").await;
    let second = put(store, "alice", Some(&first), long).await;
    assert_eq!(text(store, "alice").await.as_deref(), Some(long));
    match store.replace("alice", Some(&first), Some(&Record::new("late"))).await.unwrap() {
        Replaced::Conflict(Some(current)) => {
            assert_eq!((current.record.expose(), &current.revision), (long, &second));
        }
        other => panic!("{other:?}"),
    }
    let held = store.lock("alice").await.unwrap();
    assert!(store.clone().lock_wait(Duration::from_millis(20)).lock("alice").await.is_err());
    drop(held);
    assert!(matches!(store.replace("alice", Some(&second), None).await.unwrap(), Replaced::Done(None)));
    assert_eq!(text(store, "alice").await, None);
    let bob = store.load("bob").await.unwrap().unwrap();
    assert!(matches!(store.replace("bob", Some(&bob.revision), None).await.unwrap(), Replaced::Done(None)));
}

#[tokio::test]
async fn it_stores_records() {
    let scratch = Scratch::new();
    let keyring = Keyring::new(usize::MAX);
    works(&scratch.store(&keyring), &"ü\0".repeat(9000)).await;
    assert!(keyring.names().is_empty(), "{:?}", keyring.names());
}

#[tokio::test]
async fn it_works_with_the_mock_of_the_keyring_crate() {
    let scratch = Scratch::new();
    let mock = keyring_core::mock::Store::new().unwrap();
    works(&KeyringStore::within(mock, APP, &scratch.0).unwrap(), "two").await;
}

#[tokio::test]
async fn a_record_that_is_longer_than_an_entry_is_stored_in_parts() {
    let scratch = Scratch::new();
    // The limit of the Credential Manager of Windows.
    let keyring = Keyring::new(2560);
    let whole = scratch.store(&keyring);
    let error = whole.replace("alice", None, Some(&Record::new("x".repeat(5000)))).await.unwrap_err().to_string();
    assert!(error.contains("max_entry_bytes"), "{error}");
    assert!(keyring.names().is_empty());

    let store = whole.max_entry_bytes(2400);
    works(&store, &"x".repeat(20_000)).await;
    assert!(keyring.names().is_empty(), "all parts of the session are removed: {:?}", keyring.names());
    let mut revision = None;
    for length in [9000, 20_000, 3000, 100, 5000, 5001] {
        revision = Some(put(&store, "alice", revision.as_ref(), &"y".repeat(length)).await);
        assert_eq!(text(&store, "alice").await.unwrap().len(), length);
        let parts = (length + 150).div_ceil(2400);
        assert_eq!(keyring.names().len(), if parts == 1 { 1 } else { parts + 1 }, "{:?}", keyring.names());
    }
}

#[tokio::test]
async fn r9_a_failure_at_any_operation_leaves_the_old_record_or_the_new_one() {
    let scratch = Scratch::new();
    let (short, long, longer) = ("s".repeat(100), "l".repeat(700), "L".repeat(1100));
    for (old, new) in [(&short, &long), (&long, &short), (&long, &longer), (&longer, &long), (&short, &short)] {
        let mut stopped_at = 0;
        let finished = loop {
            let keyring = Keyring::new(256);
            let store = scratch.store(&keyring).max_entry_bytes(256);
            let revision = put(&store, "alice", None, old).await;
            keyring.stops_after(stopped_at);
            let outcome = store.replace("alice", Some(&revision), Some(&Record::new(new.as_str()))).await;
            keyring.stops_after(u32::MAX);
            let current = store.load("alice").await.unwrap().unwrap();
            match &outcome {
                Ok(_) => assert_eq!(current.record.expose(), new),
                Err(error) => {
                    assert_eq!(current.record.expose(), old, "it is unchanged");
                    assert!(error.to_string().contains("unlock the keyring"), "{error}");
                }
            }
            // The next write removes the parts that were left.
            put(&store, "alice", Some(&current.revision), &longer).await;
            assert_eq!(keyring.names().len(), 6, "{:?}", keyring.names());
            if outcome.is_ok() && stopped_at > 40 {
                break stopped_at;
            }
            stopped_at += 1;
        };
        assert!(finished < 100);
    }
}

/// A fragment that stays in the keyring is a part of a refresh token.
#[tokio::test]
async fn whatever_was_interrupted_a_later_removal_leaves_nothing() {
    let scratch = Scratch::new();
    for next in [None, Some("short".to_owned()), Some("l".repeat(700))] {
        for stopped_at in 0..40 {
            let keyring = Keyring::new(256);
            let store = scratch.store(&keyring).max_entry_bytes(256);
            let revision = put(&store, "alice", None, &"x".repeat(1100)).await;
            keyring.stops_after(stopped_at);
            let record = next.as_deref().map(Record::new);
            let _outcome = store.replace("alice", Some(&revision), record.as_ref()).await;
            keyring.stops_after(u32::MAX);
            // The program continues: it signs in again, and signs out.
            let current = store.load("alice").await.unwrap().map(|stored| stored.revision);
            let revision = put(&store, "alice", current.as_ref(), "again").await;
            assert!(matches!(store.replace("alice", Some(&revision), None).await.unwrap(), Replaced::Done(None)));
            assert_eq!(keyring.names(), Vec::<String>::new(), "stopped at {stopped_at}");
        }
    }
}

#[tokio::test]
async fn an_incomplete_record_is_refused() {
    let scratch = Scratch::new();
    let keyring = Keyring::new(256);
    let store = scratch.store(&keyring).max_entry_bytes(256);
    let revision = put(&store, "alice", None, &"x".repeat(700)).await;
    let names = keyring.names();
    let (main, part) = (names[0].clone(), names[1].clone());
    for (name, bytes, message) in [
        (&part, None, "is damaged"),
        (&part, Some(b"other".to_vec()), "is damaged"),
        (&main, Some(b"cogen parts 1 c 3".to_vec()), "is damaged"),
        (&main, Some(b"cogen parts 1 a 99999999999".to_vec()), "is damaged"),
        (&main, Some(b"\xff".to_vec()), "is damaged"),
        (&main, Some(b"cogen session 2\n".to_vec()), "newer version"),
    ] {
        let before = keyring.entries.lock().unwrap().clone();
        match bytes {
            Some(bytes) => keyring.entries.lock().unwrap().insert(name.clone(), bytes),
            None => keyring.entries.lock().unwrap().remove(name),
        };
        let changed = keyring.entries.lock().unwrap().clone();
        for error in [
            store.load("alice").await.unwrap_err(),
            store.replace("alice", Some(&revision), Some(&Record::new("new"))).await.unwrap_err(),
        ] {
            assert!(error.to_string().contains(message), "{error}");
        }
        assert_eq!(*keyring.entries.lock().unwrap(), changed, "nothing was overwritten");
        *keyring.entries.lock().unwrap() = before;
    }
    assert!(text(&store, "alice").await.is_some());
}

#[test]
fn errors_contain_no_part_of_a_record() {
    let scratch = Scratch::new();
    let entries = Entries::new(Arc::new(Keyring::new(9)), APP);
    for error in [
        Error::BadEncoding(b"canary".to_vec()),
        Error::BadDataFormat(b"canary".to_vec(), "malformed".into()),
        Error::PlatformFailure("no response".into()),
    ] {
        let error = entries::with_cause(refused("can't be read", entries.app(), "name"), error);
        let shown = format!("{error} {error:?} {error:#?}");
        // As bytes it would be 99, 97, 110, ...
        assert!(!shown.contains("canary") && !shown.contains("99"), "{shown}");
    }
    let keyring = Keyring::new(usize::MAX);
    keyring.entries.lock().unwrap().insert("canary".to_owned(), b"canary".to_vec());
    assert!(!format!("{:?}", scratch.store(&keyring)).contains("canary"));
}

/// Uses the keyring of the desktop. Without a desktop:
///
/// ```sh
/// dbus-run-session -- sh -c 'echo -n secret | gnome-keyring-daemon --unlock --components=secrets &&
///     cargo test -p cogen-runtime --features keyring --lib -- --ignored keyring_of_the_platform'
/// ```
#[tokio::test]
#[ignore = "needs the keyring of the platform"]
async fn it_works_with_the_keyring_of_the_platform() {
    let store = KeyringStore::new(&format!("cogen-test-{}", std::process::id())).unwrap();
    works(&store, &"x".repeat(20_000)).await;
    works(&store.max_entry_bytes(2400), &"x".repeat(20_000)).await;
}

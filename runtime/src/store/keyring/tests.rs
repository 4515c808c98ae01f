//! The keyring store on keyrings that stop at any operation or keep little in an entry, and on the platform's own.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, Entry, Error};
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

const APP: &str = "petstore";

/// A keyring that takes no more than so many bytes in an entry, and stops working after so many operations.
#[derive(Clone, Debug)]
struct Keyring {
    entries: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    most_bytes: usize,
    operations: Arc<Mutex<u32>>,
}

#[derive(Debug)]
struct Item(Keyring, String);

impl Keyring {
    fn new(most_bytes: usize) -> Self {
        Self { entries: Arc::default(), most_bytes, operations: Arc::new(Mutex::new(u32::MAX)) }
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
        *left = left.checked_sub(1).ok_or_else(|| Error::NoStorageAccess("the keyring is gone".into()))?;
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
        if secret.len() > self.0.most_bytes {
            return Err(Error::TooLong("secret".to_owned(), self.0.most_bytes.try_into().unwrap()));
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

/// A directory for the locks that is gone after the test.
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

/// Keeps, replaces, conflicts, locks and removes.
async fn serves(store: &KeyringStore, long: &str) {
    assert!(store.load("alice").await.unwrap().is_none());
    let first = put(store, "alice", None, "one").await;
    put(store, "bob", None, "other").await;
    let second = put(store, "alice", Some(&first), long).await;
    assert_eq!(text(store, "alice").await.as_deref(), Some(long));
    match store.replace("alice", Some(&first), Some(&Record::new("late"))).await.unwrap() {
        Replaced::Conflict(Some(there)) => {
            assert_eq!((there.record.expose(), &there.revision), (long, &second));
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
async fn it_is_a_store() {
    let scratch = Scratch::new();
    let keyring = Keyring::new(usize::MAX);
    serves(&scratch.store(&keyring), &"ü\0".repeat(9000)).await;
    assert!(keyring.names().is_empty(), "{:?}", keyring.names());
}

#[tokio::test]
async fn the_mock_of_the_keyring_crate_serves_too() {
    let scratch = Scratch::new();
    let mock = keyring_core::mock::Store::new().unwrap();
    serves(&KeyringStore::within(mock, APP, &scratch.0).unwrap(), "two").await;
}

#[tokio::test]
async fn what_is_too_long_for_an_entry_is_kept_in_parts() {
    let scratch = Scratch::new();
    // Windows' Credential Manager.
    let keyring = Keyring::new(2560);
    let whole = scratch.store(&keyring);
    let error = whole.replace("alice", None, Some(&Record::new("x".repeat(5000)))).await.unwrap_err().to_string();
    assert!(error.contains("max_entry_bytes"), "{error}");
    assert!(keyring.names().is_empty());

    let store = whole.max_entry_bytes(2400);
    serves(&store, &"x".repeat(20_000)).await;
    assert!(keyring.names().is_empty(), "no part of a session stays behind: {:?}", keyring.names());
    let mut revision = None;
    for length in [9000, 20_000, 3000, 100, 5000, 5001] {
        revision = Some(put(&store, "alice", revision.as_ref(), &"y".repeat(length)).await);
        assert_eq!(text(&store, "alice").await.unwrap().len(), length);
        let parts = (length + 150).div_ceil(2400);
        assert_eq!(keyring.names().len(), if parts == 1 { 1 } else { parts + 1 }, "{:?}", keyring.names());
    }
}

#[tokio::test]
async fn r9_stopped_at_any_operation_it_holds_the_old_record_or_the_new_one() {
    let scratch = Scratch::new();
    let (short, long, longer) = ("s".repeat(100), "l".repeat(700), "L".repeat(1100));
    for (old, new) in [(&short, &long), (&long, &short), (&long, &longer), (&longer, &long), (&short, &short)] {
        let mut stopped_at = 0;
        let finished = loop {
            let keyring = Keyring::new(256);
            let store = scratch.store(&keyring).max_entry_bytes(256);
            let revision = put(&store, "alice", None, old).await;
            keyring.stops_after(stopped_at);
            let answer = store.replace("alice", Some(&revision), Some(&Record::new(new.as_str()))).await;
            keyring.stops_after(u32::MAX);
            let there = store.load("alice").await.unwrap().unwrap();
            match &answer {
                Ok(_) => assert_eq!(there.record.expose(), new),
                Err(error) => {
                    assert_eq!(there.record.expose(), old, "what was there is still there");
                    assert!(error.to_string().contains("unlock the keyring"), "{error}");
                }
            }
            // Whatever was left behind is gone after the next writing.
            put(&store, "alice", Some(&there.revision), &longer).await;
            assert_eq!(keyring.names().len(), 6, "{:?}", keyring.names());
            if answer.is_ok() && stopped_at > 40 {
                break stopped_at;
            }
            stopped_at += 1;
        };
        assert!(finished < 100);
    }
}

#[tokio::test]
async fn what_is_not_whole_is_refused() {
    let scratch = Scratch::new();
    let keyring = Keyring::new(256);
    let store = scratch.store(&keyring).max_entry_bytes(256);
    let revision = put(&store, "alice", None, &"x".repeat(700)).await;
    let names = keyring.names();
    let (main, part) = (names[0].clone(), names[1].clone());
    for (name, bytes, says) in [
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
            assert!(error.to_string().contains(says), "{error}");
        }
        assert_eq!(*keyring.entries.lock().unwrap(), changed, "nothing was overwritten");
        *keyring.entries.lock().unwrap() = before;
    }
    assert!(text(&store, "alice").await.is_some());
}

#[test]
fn errors_hold_nothing_of_what_was_kept() {
    let scratch = Scratch::new();
    let entries = Entries::new(Arc::new(Keyring::new(9)), APP);
    for error in [
        Error::BadEncoding(b"canary".to_vec()),
        Error::BadDataFormat(b"canary".to_vec(), "malformed".into()),
        Error::PlatformFailure("no answer".into()),
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

/// On a desktop it asks the keyring that is there; without one:
///
/// ```sh
/// dbus-run-session -- sh -c 'echo -n secret | gnome-keyring-daemon --unlock --components=secrets &&
///     cargo test -p cogen-runtime --features keyring --lib -- --ignored platforms_own_keyring'
/// ```
#[tokio::test]
#[ignore = "needs the platform's keyring"]
async fn the_platforms_own_keyring_serves() {
    let store = KeyringStore::new(&format!("cogen-test-{}", std::process::id())).unwrap();
    serves(&store, &"x".repeat(20_000)).await;
    serves(&store.max_entry_bytes(2400), &"x".repeat(20_000)).await;
}

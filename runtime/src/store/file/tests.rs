//! The file store: what it stores, and what it refuses.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::store::directory::folder::MAX_RECORD_BYTES;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

/// A directory that is removed after the test. The directory of the store is in it.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("cogen-file-store-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn sessions(&self) -> PathBuf {
        self.0.join("sessions")
    }

    fn store(&self) -> FileStore {
        FileStore::at(self.sessions()).unwrap()
    }

    /// The file of the key.
    fn file(&self, key: &str) -> PathBuf {
        self.sessions().join(file_name(key))
    }

    /// A store with a record at the key, and its file and revision.
    async fn with(&self, key: &str, text: &str) -> (FileStore, PathBuf, Revision) {
        let store = self.store();
        let revision = put(&store, key, None, text).await;
        (store, self.file(key), revision)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn put(store: &FileStore, key: &str, expected: Option<&Revision>, text: &str) -> Revision {
    match store.replace(key, expected, Some(&Record::new(text))).await.unwrap() {
        Replaced::Done(Some(revision)) => revision,
        other => panic!("{other:?}"),
    }
}

async fn text(store: &FileStore, key: &str) -> Option<String> {
    store.load(key).await.unwrap().map(|stored| stored.record.expose().to_owned())
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

/// The store does not read, write or remove the record at the key, and the error contains `help`. The file is unchanged.
async fn refuses(store: &FileStore, key: &str, file: &Path, revision: Option<&Revision>, help: &str) {
    let before = fs::read(file).ok();
    let record = Record::new("canary");
    for error in [
        store.load(key).await.unwrap_err(),
        store.replace(key, revision, Some(&record)).await.unwrap_err(),
        store.replace(key, None, Some(&record)).await.unwrap_err(),
        store.replace(key, revision, None).await.unwrap_err(),
    ] {
        let message = error.to_string();
        assert!(message.contains(help) && message.contains(file.to_str().unwrap()), "{message}");
        assert!(!format!("{error:?}").contains("canary"));
    }
    assert_eq!(fs::read(file).ok(), before);
}

#[tokio::test]
async fn a_record_is_stored_replaced_and_removed() {
    let scratch = Scratch::new();
    let store = scratch.store();
    assert!(store.load("alice").await.unwrap().is_none());
    let first = put(&store, "alice", None, "one").await;
    put(&store, "bob/../alice", None, "other").await;
    let second = put(&store, "alice", Some(&first), "two").await;
    // As another process, which has its own store.
    let stored = scratch.store().load("alice").await.unwrap().unwrap();
    assert_eq!((stored.record.expose(), &stored.revision), ("two", &second));
    assert!(matches!(store.replace("alice", Some(&second), None).await.unwrap(), Replaced::Done(None)));
    assert_eq!(text(&store, "alice").await, None);
    assert_eq!(text(&store, "bob/../alice").await.as_deref(), Some("other"));
    assert!(matches!(store.replace("alice", None, None).await.unwrap(), Replaced::Done(None)));
}

#[tokio::test]
async fn a_replacement_of_an_old_revision_is_a_conflict() {
    let scratch = Scratch::new();
    let (store, _, first) = scratch.with("alice", "one").await;
    let second = put(&store, "alice", Some(&first), "two").await;
    let record = Record::new("three");
    for (expected, new) in [(None, Some(&record)), (Some(&first), Some(&record)), (Some(&first), None)] {
        match store.replace("alice", expected, new).await.unwrap() {
            Replaced::Conflict(Some(current)) => {
                assert_eq!((current.record.expose(), &current.revision), ("two", &second));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(store.replace("bob", Some(&first), Some(&record)).await.unwrap(), Replaced::Conflict(None)));
    assert_eq!(text(&store, "alice").await.as_deref(), Some("two"));
}

#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    let scratch = Scratch::new();
    let store = FileStore::at(scratch.0.join("state/app/sessions")).unwrap();
    put(&store, "alice", None, "tokens").await;
    drop(store.lock("alice").await.unwrap());
    for directory in ["state", "state/app", "state/app/sessions"] {
        assert_eq!(mode(&scratch.0.join(directory)), 0o700, "{directory}");
    }
    let files: Vec<_> =
        fs::read_dir(scratch.0.join("state/app/sessions")).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(files.len(), 3, "the session, its lock, the write lock: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    let shown = format!("{store:?} {:?}", store.load("alice").await.unwrap());
    assert!(!shown.contains("tokens"), "{shown}");
}

#[tokio::test]
async fn r16_a_file_that_other_users_can_read_is_refused() {
    let scratch = Scratch::new();
    let (store, file, revision) = scratch.with("alice", "tokens").await;
    for wide in [0o644, 0o640, 0o604, 0o620] {
        fs::set_permissions(&file, Permissions::from_mode(wide)).unwrap();
        refuses(&store, "alice", &file, Some(&revision), "chmod 600").await;
        assert_eq!(mode(&file), wide);
    }
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(text(&store, "alice").await.as_deref(), Some("tokens"), "the help text is right");
}

#[tokio::test]
async fn r16_a_directory_that_other_users_can_read_is_refused() {
    let scratch = Scratch::new();
    let (store, file, revision) = scratch.with("alice", "tokens").await;
    fs::set_permissions(scratch.sessions(), Permissions::from_mode(0o755)).unwrap();
    let error = FileStore::at(scratch.sessions()).unwrap_err().to_string();
    assert!(error.contains("chmod 700"), "{error}");
    // A store that was opened before refuses it too, and works again when the mode is corrected.
    assert!(store.load("alice").await.is_err());
    assert!(store.lock("alice").await.is_err());
    assert!(store.replace("alice", Some(&revision), None).await.is_err());
    assert!(file.exists());
    fs::set_permissions(scratch.sessions(), Permissions::from_mode(0o700)).unwrap();
    assert_eq!(text(&store, "alice").await.as_deref(), Some("tokens"));
}

#[tokio::test]
async fn r16_symbolic_links_are_not_followed() {
    let scratch = Scratch::new();
    let (store, file, revision) = scratch.with("alice", "tokens").await;
    let victim = scratch.0.join("victim");
    fs::rename(&file, &victim).unwrap();
    symlink(&victim, &file).unwrap();
    refuses(&store, "alice", &file, Some(&revision), "symbolic link").await;

    // Following a link whose target does not exist would create the target.
    let target = scratch.0.join("target");
    for name in [file_name("bob"), format!("{}.lock", envelope::file_stem("bob"))] {
        symlink(&target, scratch.sessions().join(name)).unwrap();
    }
    refuses(&store, "bob", &scratch.file("bob"), None, "symbolic link").await;
    let error = store.lock("bob").await.unwrap_err().to_string();
    assert!(error.contains("symbolic link"), "{error}");
    assert!(!target.exists());

    let link = scratch.0.join("link");
    symlink(scratch.sessions(), &link).unwrap();
    for name in [link.clone(), link.join(""), link.join(".")] {
        let error = FileStore::at(&name).unwrap_err().to_string();
        assert!(error.contains("symbolic link"), "{}: {error}", name.display());
    }
}

#[tokio::test]
async fn r16_a_truncated_file_is_refused() {
    let scratch = Scratch::new();
    let (store, file, revision) = scratch.with("alice", "tokens").await;
    let whole = fs::read(&file).unwrap();
    for length in [0, 1, 20, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        refuses(&store, "alice", &file, Some(&revision), "remove it and sign in again").await;
    }
    fs::remove_file(&file).unwrap();
    put(&store, "alice", None, "new").await;
    assert_eq!(text(&store, "alice").await.as_deref(), Some("new"), "the help text is right");
}

#[tokio::test]
async fn r16_a_file_of_a_newer_version_is_refused() {
    let scratch = Scratch::new();
    let (store, file, revision) = scratch.with("alice", "tokens").await;
    fs::write(&file, "cogen session 2\nanother format\n").unwrap();
    refuses(&store, "alice", &file, Some(&revision), "newer version").await;
}

#[tokio::test]
async fn r16_a_file_under_another_key_is_refused() {
    let scratch = Scratch::new();
    let (store, file, revision) = scratch.with("alice", "tokens").await;
    fs::rename(&file, scratch.file("bob")).unwrap();
    refuses(&store, "bob", &scratch.file("bob"), Some(&revision), "another key").await;
}

#[tokio::test]
async fn r16_a_directory_a_pipe_and_a_large_file_are_refused_at_once() {
    let scratch = Scratch::new();
    let store = scratch.store();
    fs::create_dir(scratch.file("directory")).unwrap();
    fs::set_permissions(scratch.file("directory"), Permissions::from_mode(0o700)).unwrap();
    assert!(store.load("directory").await.is_err());

    // Opening a pipe for reading waits for a writer.
    let pipe = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, scratch.file("pipe"), rustix::fs::FileType::Fifo, pipe, 0).unwrap();
    let error = store.load("pipe").await.unwrap_err().to_string();
    assert!(error.contains("is not a file"), "{error}");

    let huge = fs::File::create(scratch.file("huge")).unwrap();
    huge.set_permissions(Permissions::from_mode(0o600)).unwrap();
    huge.set_len(1 << 40).unwrap();
    let error = store.load("huge").await.unwrap_err().to_string();
    assert!(error.contains("is not a session file"), "{error}");
    assert!(store.replace("long", None, Some(&Record::new("x".repeat(MAX_RECORD_BYTES)))).await.is_err());
}

#[tokio::test]
async fn r16_a_path_that_is_not_a_directory_is_refused() {
    let scratch = Scratch::new();
    let file = scratch.0.join("file");
    fs::write(&file, "").unwrap();
    for (directory, message) in
        [(file.clone(), "can't be opened"), (file.join("in"), "can't be"), (PathBuf::new(), "absolute")]
    {
        let error = FileStore::at(&directory).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    assert!(FileStore::in_home("../elsewhere").is_err());
}

#[tokio::test]
async fn r16_a_store_works_after_its_directory_was_removed() {
    let scratch = Scratch::new();
    let (store, _, revision) = scratch.with("alice", "one").await;
    let held = store.lock("alice").await.unwrap();
    fs::remove_dir_all(scratch.sessions()).unwrap();
    assert_eq!(text(&store, "alice").await, None);
    assert!(matches!(
        store.replace("alice", Some(&revision), Some(&Record::new("two"))).await.unwrap(),
        Replaced::Conflict(None)
    ));
    put(&store, "alice", None, "two").await;
    assert_eq!(text(&scratch.store(), "alice").await.as_deref(), Some("two"));
    drop(held);
}

#[tokio::test]
async fn files_of_a_killed_process_are_removed() {
    let scratch = Scratch::new();
    let left = scratch.sessions().join(format!("{}.1-2-3.new", file_name("alice")));
    let _ = scratch.store();
    fs::write(&left, "half of the tok").unwrap();
    let (store, ..) = scratch.with("bob", "tokens").await;
    assert!(!left.exists());
    assert_eq!(text(&store, "bob").await.as_deref(), Some("tokens"));
}

#[tokio::test]
async fn a_lock_is_exclusive_and_the_wait_for_it_ends() {
    let scratch = Scratch::new();
    let (one, other) = (scratch.store(), scratch.store().lock_wait(Duration::from_millis(50)));
    let held = one.lock("alice").await.unwrap();
    drop(other.lock("bob").await.unwrap());
    let error = other.lock("alice").await.unwrap_err().to_string();
    assert!(error.contains("another process has held"), "{error}");
    drop(held);
    let held = other.lock("alice").await.unwrap();

    // A wait that is cancelled does not leave a lock.
    let waiting = one.lock("alice");
    assert!(tokio::time::timeout(Duration::from_millis(30), waiting).await.is_err());
    drop(held);
    drop(other.clone().lock_wait(Duration::from_secs(20)).lock("alice").await.unwrap());
}

#[tokio::test(flavor = "current_thread")]
async fn waiting_for_a_lock_does_not_block_the_runtime() {
    let scratch = Scratch::new();
    let (one, other) = (scratch.store(), scratch.store());
    let held = one.lock("alice").await.unwrap();
    let waiting = tokio::spawn(async move { other.lock("alice").await.map(drop) });
    // This continues on the same thread while the other task waits.
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(!waiting.is_finished());
    drop(held);
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_lock_of_a_removed_file_is_not_waited_for() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let held = store.lock("alice").await.unwrap();
    fs::remove_file(scratch.sessions().join(format!("{}.lock", envelope::file_stem("alice")))).unwrap();
    drop(store.lock("alice").await.unwrap());
    drop(held);
}

#[tokio::test]
async fn a_cancelled_replacement_is_completed() {
    let scratch = Scratch::new();
    let (store, _, first) = scratch.with("alice", "one").await;
    let record = Record::new("two");
    {
        // Polled once, so that it starts, and then dropped.
        let mut replacing = store.replace("alice", Some(&first), Some(&record));
        let polled =
            std::future::poll_fn(|context| std::task::Poll::Ready(replacing.as_mut().poll(context).is_ready()));
        polled.await;
    }
    let until = Instant::now() + Duration::from_secs(20);
    while text(&store, "alice").await.as_deref() != Some("two") {
        assert!(Instant::now() < until, "it was never written");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_replacement_of_many_writers_is_lost() {
    const WRITERS: u32 = 8;
    const EACH: u32 = 12;
    let scratch = Scratch::new();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let store = scratch.store();
            tokio::spawn(async move {
                let mut current = store.load("count").await.unwrap();
                for _ in 0..EACH {
                    loop {
                        let count = current.as_ref().map_or(0, |stored| stored.record.expose().parse::<u32>().unwrap());
                        let record = Record::new((count + 1).to_string());
                        let expected = current.as_ref().map(|stored| &stored.revision);
                        match store.replace("count", expected, Some(&record)).await.unwrap() {
                            Replaced::Done(Some(revision)) => {
                                current = Some(Stored { record, revision });
                                break;
                            }
                            Replaced::Conflict(newer) => current = newer,
                            Replaced::Done(None) => panic!("nothing was removed"),
                        }
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(text(&scratch.store(), "count").await.unwrap(), (WRITERS * EACH).to_string());
}

//! A store that can't be written (R16), and locks that are held by processes that do not run.

use super::*;
use crate::auth::error::AuthErrorKind;
use crate::store::FileStore;
use crate::token::error::TokenErrorKind;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A directory that is removed after the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cogen-{name}-{}", std::process::id()));
        Self(path)
    }

    fn store(&self) -> FileStore {
        FileStore::at(&self.0).unwrap()
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl World {
    async fn in_files(&self, store: FileStore) -> Session {
        self.sign_in(&self.app().store(store)).await.session().unwrap().clone()
    }
}

/// The process can't write files of more than a kilobyte, as on a disk that is full. The test runs itself with that limit.
#[cfg(unix)]
#[test]
fn r16_on_a_full_disk_the_pool_is_not_asked() {
    // The signal of the limit is ignored, so that the write fails with an error.
    let script = "trap '' XFSZ; exec \"$0\" --exact --ignored --nocapture \"$1\"";
    let child = module_path!().split_once("::").unwrap().1.to_owned() + "::in_a_process_that_can_write_little";
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .arg(child)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[tokio::test]
#[ignore = "run by `r16_on_a_full_disk_the_pool_is_not_asked`"]
async fn in_a_process_that_can_write_little() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let world = World::new().await;
    world.set(|script| script.rotates = true);
    let scratch = Scratch::new("full");
    let session = world.in_files(scratch.store()).await;
    let before = scratch.files();
    let unlimited = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, Rlimit { current: Some(1024), maximum: unlimited.maximum }).unwrap();
    let error = session.refresh().await.unwrap_err();
    assert_eq!((error.kind(), world.requests()), (AuthErrorKind::Store, 0), "{error}");
    assert_eq!((generation(&session).await, session.over()), (1, None), "the old token is used");
    world.clock.forward(7200);
    let error = access(&session).await.unwrap_err();
    assert_ne!(error.kind(), TokenErrorKind::SessionEnded, "{error}");
    assert_eq!((world.requests(), session.over()), (0, None));

    setrlimit(Resource::Fsize, unlimited).unwrap();
    world.clock.forward(61);
    assert_eq!((generation(&session).await, world.requests()), (2, 1));
    assert_eq!(scratch.files(), before, "the reserved file is gone");
    let restored = world.app().store(scratch.store()).restore("alice").await.unwrap().unwrap();
    assert_eq!(restored.session().unwrap().id_claims().unwrap().subject(), Some("u-1"));
}

#[tokio::test]
async fn the_space_of_a_refresh_that_failed_is_released() {
    let world = World::new().await;
    let scratch = Scratch::new("released");
    let session = world.in_files(scratch.store()).await;
    let before = scratch.files();
    world.does(Does::Answers(500, "{}".to_owned()));
    assert!(session.refresh().await.is_err());
    assert_eq!(scratch.files(), before);
}

/// A stopped process holds the lock for its refresh. The sign-in replaces that session.
#[tokio::test]
async fn a_sign_in_does_not_wait_for_the_lock_of_a_refresh() {
    use crate::store::SessionStore as _;
    let world = World::new().await;
    let store = MemoryStore::new();
    world.kept(&store).await;
    let key = format!("user/{POOL_ID}/client/alice");
    let _lock = store.lock(&key).await.unwrap();
    let signed_in = tokio::time::timeout(Duration::from_secs(10), world.kept(&store)).await.unwrap();
    assert!(signed_in.is_kept());
}

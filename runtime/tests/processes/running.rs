//! R16 for a running session: whatever happens to its file, it continues with its tokens, and the documented fix works.

use crate::Scratch;
use crate::pool::Pool;
use crate::rotation::app;
use cogen_runtime::auth::TokenSet;
use cogen_runtime::{AuthErrorKind, TokenKind, TokenProvider as _};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

type Change = fn(&Path);

/// What happens to the file, what the error says, and the fix.
const CHANGES: [(Change, &str, Change); 5] = [
    (|file| mode(file, 0o644), "chmod 600", |file| mode(file, 0o600)),
    (|file| mode(file.parent().unwrap(), 0o755), "chmod 700", |file| mode(file.parent().unwrap(), 0o700)),
    (
        |file| {
            fs::rename(file, elsewhere(file)).unwrap();
            symlink(elsewhere(file), file).unwrap();
        },
        "symbolic link",
        |file| fs::rename(elsewhere(file), file).unwrap(),
    ),
    (
        |file| {
            fs::copy(file, elsewhere(file)).unwrap();
            fs::write(file, &fs::read(file).unwrap()[..100]).unwrap();
        },
        "is damaged",
        |file| fs::rename(elsewhere(file), file).unwrap(),
    ),
    (
        |file| {
            fs::copy(file, elsewhere(file)).unwrap();
            fs::write(file, "cogen session 9\n").unwrap();
        },
        "newer version",
        |file| fs::rename(elsewhere(file), file).unwrap(),
    ),
];

#[tokio::test]
async fn r16_a_running_session_survives_every_refusal_of_its_file() {
    let scratch = Scratch::new("running");
    let pool = Pool::start(Duration::ZERO).await;
    let app = app(&scratch.0, &pool.url);
    let user = app.session_from(TokenSet::from_refresh_token(pool.sign_in()).kept_as("alice")).await.unwrap();
    let session = user.session().unwrap();
    let file = session_file(&scratch.0);
    for (change, says, fix) in CHANGES {
        let before = pool.counts().rotations;
        change(&file);
        let error = session.refresh().await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::Store);
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!(session.over(), None, "{says}");
        session.token(TokenKind::Access).await.unwrap();
        assert_eq!(pool.counts().rotations, before, "no token was used that could not be stored: {says}");
        let error = app.restore("alice").await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");

        fix(&file);
        session.refresh().await.unwrap();
        assert!(session.is_kept());
        assert!(app.restore("alice").await.unwrap().is_some());
    }
    assert_eq!(pool.counts().refused, 0);
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn elsewhere(file: &Path) -> PathBuf {
    file.with_extension("elsewhere")
}

fn session_file(store: &Path) -> PathBuf {
    let mut files = fs::read_dir(store).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|extension| extension == "session")).unwrap()
}

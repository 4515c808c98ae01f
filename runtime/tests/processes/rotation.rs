//! Processes that share sessions whose refresh tokens rotate, and are killed at random.

use crate::pool::Pool;
use crate::random::Random;
use crate::role::{Arguments, Process, start};
use crate::support::PetPool;
use crate::{Scratch, variable_or};
use cogen_runtime::auth::TokenSet;
use cogen_runtime::store::FileStore;
use cogen_runtime::{AppClient, UserSession};
use std::path::Path;
use std::time::Duration;

const PROCESSES: usize = 8;
const SESSIONS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r9_no_session_is_lost_when_processes_are_killed_at_random() {
    let rotations = variable_or("COGEN_CASES", 1000);
    let scratch = Scratch::new("rotation");
    let pool = Pool::start(Duration::from_secs(60)).await;
    let app = app(&scratch.0, &pool.url);
    for session in 0..SESSIONS {
        let tokens = TokenSet::from_refresh_token(pool.sign_in()).kept_as(name(session));
        app.session_from(tokens).await.unwrap();
    }
    let mut random = Random::new("rotation");
    let begin = || start("rotate", &scratch.0, std::slice::from_ref(&pool.url));
    let mut processes: Vec<Process> = (0..PROCESSES).map(|_| begin()).collect();
    let (mut kills, mut next) = (0, 10);
    while pool.counts().rotations < rotations {
        tokio::time::sleep(Duration::from_micros(random.below(3000) as u64)).await;
        for process in &mut processes {
            assert!(!process.has_ended(), "a process ended by itself: it lost a session");
        }
        if pool.counts().rotations >= next {
            let victim = &mut processes[random.below(PROCESSES)];
            victim.kill();
            *victim = begin();
            kills += 1;
            next = pool.counts().rotations + random.below(8);
        }
    }
    drop(processes);
    let counts = pool.counts();
    println!("{kills} kills: {counts:?}");
    assert_eq!(counts.refused, 0, "{counts:?}");
    for session in 0..SESSIONS {
        let session = restored(&app, session).await;
        session.session().unwrap().refresh().await.unwrap();
    }
}

/// The process: refreshes each session in turn.
pub async fn rotate(arguments: Arguments) {
    let app = app(Path::new(&arguments.store), &arguments.more[0]);
    let mut sessions = Vec::new();
    for session in 0..SESSIONS {
        sessions.push(restored(&app, session).await);
    }
    for session in sessions.iter().cycle() {
        let session = session.session().unwrap();
        if let Err(error) = session.refresh().await {
            // A temporary error keeps the session, and the refresh is tried again.
            eprintln!("{error}");
            assert_eq!(session.over(), None, "{error}");
        }
        assert!(session.is_kept());
    }
}

async fn restored(app: &AppClient<PetPool>, session: usize) -> UserSession<PetPool> {
    app.restore(&name(session)).await.unwrap().expect("the session is in the store")
}

pub fn app(store: &Path, url: &str) -> AppClient<PetPool> {
    AppClient::of_pool("us-east-1_AbC123", "client").endpoint(url).store(FileStore::at(store).unwrap())
}

fn name(session: usize) -> String {
    format!("user-{session}")
}

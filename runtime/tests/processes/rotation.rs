//! Processes that share sessions whose refresh tokens rotate, and are killed at random.

use crate::part::{Process, Told, start};
use crate::pool::Pool;
use crate::random::Random;
use crate::{Scratch, set_or};
use cogen_runtime::store::{FileStore, Record, Replaced, SessionStore as _};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

const PROCESSES: usize = 8;
const SESSIONS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r9_processes_killed_at_random_lose_no_session() {
    let rotations = set_or("COGEN_ROTATIONS", 1000);
    let scratch = Scratch::new("rotation");
    let store = FileStore::at(&scratch.0).unwrap();
    let pool = Pool::start(Duration::from_secs(60)).await;
    for session in 0..SESSIONS {
        let first = Record::new(pool.sign_in());
        store.replace(&key(session), None, Some(&first)).await.unwrap();
    }
    let mut random = Random::new("rotation");
    let mut processes: Vec<_> = (0..PROCESSES).map(|_| begin(&scratch, &pool)).collect();
    let (mut kills, mut next) = (0, 10);
    while pool.counts().rotations < rotations {
        tokio::time::sleep(Duration::from_micros(random.below(3000) as u64)).await;
        for process in &mut processes {
            assert!(!process.has_ended(), "a process ended by itself: it lost a session");
        }
        if pool.counts().rotations >= next {
            let victim = &mut processes[random.below(PROCESSES)];
            victim.kill();
            *victim = begin(&scratch, &pool);
            kills += 1;
            next = pool.counts().rotations + random.below(8);
        }
    }
    drop(processes);
    let counts = pool.counts();
    println!("{kills} kills: {counts:?}");
    assert_eq!(counts.refused, 0, "{counts:?}");
    for session in 0..SESSIONS {
        let stored = store.load(&key(session)).await.unwrap().unwrap();
        assert!(pool.refresh(stored.record.expose()).is_ok(), "session {session} is lost");
    }
}

/// The process: refreshes each session in turn, by the protocol that a session keeps to.
pub async fn rotate(told: Told) {
    let store = FileStore::at(&told.store).unwrap();
    let mut known = vec![None; SESSIONS];
    for session in (0..SESSIONS).cycle() {
        let key = key(session);
        let held = store.lock(&key).await.unwrap();
        let stored = store.load(&key).await.unwrap().unwrap();
        let known = &mut known[session];
        // Another was faster: its tokens are newer than those this process knew.
        if known.as_ref().is_some_and(|revision| *revision != stored.revision) {
            *known = Some(stored.revision);
            continue;
        }
        let record = Record::new(ask(&told.more[0], stored.record.expose()).await);
        let Replaced::Done(revision) = store.replace(&key, Some(&stored.revision), Some(&record)).await.unwrap() else {
            panic!("the lock is held, so nobody else writes");
        };
        *known = revision;
        drop(held);
    }
}

async fn ask(address: &str, token: &str) -> String {
    let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
    stream.write_all(format!("{token}\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_line(&mut answer).await.unwrap();
    answer.trim_end().strip_prefix("token ").unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn key(session: usize) -> String {
    format!("us-east-1_Example/client/user-{session}")
}

fn begin(scratch: &Scratch, pool: &Pool) -> Process {
    start("rotate", &scratch.0, std::slice::from_ref(&pool.address))
}

//! What it costs to take a valid token from a session while 64 tasks do.
//!
//! ```console
//! cargo bench -p cogen-runtime --features cognito --bench token
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench ends where something is wrong")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cogen_runtime::auth::TokenSet;
use cogen_runtime::{AppClient, Pool, Session, TokenKind, TokenProvider};
use std::hint::black_box;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

enum Api {}
enum PetPool {}
impl Pool for PetPool {
    type Api = Api;
    const NAME: &'static str = "PetPool";
    const ISSUERS: &'static [&'static str] = &[];
    const REGION: Option<&'static str> = None;
    const POOL_ID: Option<&'static str> = None;
    const APP_CLIENT_ID: Option<&'static str> = None;
    const DOMAIN: Option<&'static str> = None;
}

const TASKS: usize = 64;
const ROUNDS: usize = 400;
/// A single taking is about as long as a look at the clock, so that is what is timed.
const TAKEN_AT_ONCE: usize = 256;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let session = runtime.block_on(session());
    for (what, tasks) in [("one task", 1), ("64 tasks", TASKS)] {
        let median = runtime.block_on(median(&session, tasks));
        println!("taking a valid token from a session, {what}: median {median:.0} ns");
        if std::env::args().any(|arg| arg == "--check") {
            assert!(median < 200.0, "the bound is 200 ns");
        }
    }
}

/// The median over all tasks of what one taking took, in nanoseconds.
async fn median(session: &Session, tasks: usize) -> f64 {
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(ROUNDS);
                for _ in 0..ROUNDS {
                    let begun = Instant::now();
                    for _ in 0..TAKEN_AT_ONCE {
                        black_box(session.token(black_box(TokenKind::Access)).await.unwrap());
                    }
                    times.push(begun.elapsed().as_nanos() as f64 / TAKEN_AT_ONCE as f64);
                    tokio::task::yield_now().await;
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// A session with tokens of the usual size, good for an hour.
async fn session() -> Session {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(3600);
    let token = |kind: &str| {
        let filler = "x".repeat(600);
        let claims = format!(
            r#"{{"token_use":"{kind}","sub":"u-1","exp":{},"scope":"pets/read pets/write","jti":"{filler}"}}"#,
            now.as_secs()
        );
        format!("e30.{}.{}", URL_SAFE_NO_PAD.encode(claims), "s".repeat(342))
    };
    let app = AppClient::<PetPool>::of_pool("us-east-1_AbC123", "client");
    let user = app.session_from(TokenSet::from_tokens(token("id"), token("access"))).await.unwrap();
    user.session().unwrap().clone()
}

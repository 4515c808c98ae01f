//! Calls from programs that are not async.
#![cfg(feature = "blocking")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::{ApiKey, ErrorKind, blocking};
use support::*;

#[test]
fn a_program_without_an_async_runtime_makes_calls() {
    let server = blocking::wait(Server::start([json(200, "1"), json(404, "{}")])).unwrap();
    let core = builder(&server).slot(KEY, ApiKey::new("k")).build().unwrap();
    assert_eq!(get(&core, &WITH_KEY).send_blocking().unwrap().into_inner(), 1);
    let error = get(&core, &WITH_KEY).send_blocking().unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Documented, 404));
    assert_eq!(server.seen()[0].header("x-api-key"), ["k"]);
    // Several threads at once share one connection pool.
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let core = core.clone();
            std::thread::spawn(move || get(&core, &WITH_KEY).send_blocking().is_ok())
        })
        .collect();
    assert!(threads.into_iter().all(|thread| thread.join().unwrap()));
}

#[test]
fn background_tasks_continue_between_calls() {
    let (send, receive) = std::sync::mpsc::channel();
    let begun = blocking::wait(async { drop(tokio::spawn(async move { send.send(7) })) });
    begun.unwrap();
    assert_eq!(receive.recv_timeout(std::time::Duration::from_secs(60)).unwrap(), 7);
}

#[tokio::test]
async fn a_blocking_call_inside_an_async_runtime_is_an_error_with_the_fix() {
    let server = Server::start([]).await;
    let core = core(&server);
    let error = get(&core, &OPEN).send_blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().contains("`.await` the call"), "{error}");
    assert!(blocking::wait(async {}).unwrap_err().to_string().contains("`.await` the call"));
    assert!(server.seen().is_empty());
    // A separate thread may block.
    let there = std::thread::spawn(move || get(&core, &OPEN).send_blocking().is_ok());
    while !there.is_finished() {
        tokio::task::yield_now().await;
    }
    assert!(there.join().unwrap());
}

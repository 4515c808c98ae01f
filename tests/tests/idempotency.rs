//! Idempotency keys, as a generated client sends them to a server on the loopback interface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_runtime::Retry;
use cogen_test_apis::idempotency::Client;
use cogen_test_apis::idempotency::types::Order;
use cogen_tests::loopback::{Response, Server, response};
use std::time::Duration;

fn client(server: &Server) -> Client {
    let retry = Retry::standard().attempts(3).first_pause(Duration::from_millis(1));
    Client::builder().base_url(&server.url).allow_http().retry(retry).build().unwrap()
}

fn made() -> Response {
    response(200, "", "")
}

fn keys(server: &Server) -> Vec<String> {
    server.seen().iter().map(|seen| seen.header("idempotency-key").to_owned()).collect()
}

#[tokio::test]
async fn each_call_has_a_key_of_its_own_which_its_attempts_share() {
    let server = Server::start([response(500, "", ""), response(503, "", ""), made(), made()]).unwrap();
    let client = client(&server);
    client.create_order(&Order::new(1)).await.unwrap();
    client.create_order(&Order::new(1)).await.unwrap();
    let keys = keys(&server);
    assert!(keys[0] == keys[1] && keys[1] == keys[2] && keys[2] != keys[3], "{keys:?}");
    for key in &keys {
        let bytes = key.as_bytes();
        assert!(bytes.len() == 36 && bytes[14] == b'4' && b"89ab".contains(&bytes[19]), "{key}");
    }
}

#[tokio::test]
async fn the_caller_can_choose_the_key() {
    let server = Server::start([response(500, "", ""), made(), made(), made()]).unwrap();
    let client = client(&server);
    client.create_order(&Order::new(1)).idempotency_key("a-1").await.unwrap();
    client.pay_order("7").idempotency_key("a-2").await.unwrap();
    client.pay_order("7").await.unwrap();
    let keys = keys(&server);
    assert_eq!(keys[..3], ["a-1", "a-1", "a-2"]);
    assert_eq!(keys[3].len(), 36);
}

#[tokio::test]
async fn other_operations_have_no_key_and_are_not_repeated() {
    let server = Server::start([response(500, "", ""), made()]).unwrap();
    let client = client(&server);
    let error = client.cancel_order("7").await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 500);
    assert_eq!(keys(&server), [""]);
}

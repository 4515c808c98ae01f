//! The pages of operations, as a generated client reads them from a server on the loopback interface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_runtime::{ApiKey, ErrorKind, Retry};
use cogen_test_apis::pages::Client;
use cogen_test_apis::pages::types::{ListByOffsetAnswerDataItem, Page, Pet, Search};
use cogen_tests::loopback::{Response, Server, response};

fn client(server: &Server) -> Client<ApiKey> {
    let builder = Client::builder().base_url(format!("{}/v1", server.url)).allow_http().retry(Retry::none());
    builder.key("secret").build().unwrap()
}

fn json(body: &str) -> Response {
    response(200, "content-type: application/json\r\n", body)
}

fn linked(link: &str, body: &str) -> Response {
    response(200, &format!("content-type: application/json\r\nlink: {link}\r\n"), body)
}

/// The targets of the requests, without the API key.
fn targets(server: &Server) -> Vec<String> {
    let seen = server.seen();
    assert!(seen.iter().all(|seen| seen.target.matches("apikey=secret").count() == 1), "{seen:?}");
    let without = |target: &str| target.replace("apikey=secret", "").trim_end_matches(['?', '&']).to_owned();
    seen.iter().map(|seen| without(&seen.target)).collect()
}

/// All items of a stream, until its first error.
macro_rules! all {
    ($stream:expr, $map:expr) => {{
        let (mut stream, mut found, mut failed) = ($stream, Vec::new(), None);
        while let Some(item) = stream.next().await {
            match item {
                Ok(item) => found.push($map(item)),
                Err(error) => failed = Some(error),
            }
        }
        (found, failed)
    }};
}

#[tokio::test]
async fn a_token_of_the_response_is_sent_with_the_next_request() {
    let first = r#"{"pets":[{"name":"a"},{"name":"b"}],"nextToken":"x&/ y"}"#;
    let script = || [json(first), json(r#"{"nextToken":"z"}"#), json(r#"{"pets":[{"name":"c"}],"nextToken":null}"#)];
    let server = Server::start(script().into_iter().chain(script())).unwrap();
    let client = client(&server);
    let (names, failed) = all!(client.list_by_query().limit(2).items_("own").items(), |pet: Pet| pet.name);
    assert_eq!(names, ["a", "b", "c"]);
    assert!(failed.is_none());
    let expected = [
        "/v1/by-query?limit=2&items=own",
        "/v1/by-query?limit=2&items=own&nextToken=x%26%2F%20y",
        "/v1/by-query?limit=2&items=own&nextToken=z",
    ];
    assert_eq!(targets(&server), expected);
    let (counts, failed) = all!(client.list_by_query().pages(), |page: cogen_runtime::Response<Page>| {
        page.pets.as_ref().map(Vec::len)
    });
    assert_eq!(counts, [Some(2), None, Some(1)]);
    assert!(failed.is_none());
}

#[tokio::test]
async fn a_token_that_repeats_and_an_error_status_end_the_pages() {
    let page = |token: &str| json(&format!(r#"{{"pets":[{{"name":"{token}"}}],"nextToken":"{token}"}}"#));
    let gone = response(404, "content-type: application/json\r\n", r#"{"why":"gone"}"#);
    let odd = json(r#"{"pets":[{"name":1}],"nextToken":"z"}"#);
    let server = Server::start([page("a"), page("b"), page("a"), page("a"), gone, odd]).unwrap();
    let client = client(&server);
    let name = |pet: Pet| pet.name;
    let (names, failed) = all!(client.list_by_query().items(), name);
    assert_eq!(
        (names, failed.unwrap().kind()),
        (vec!["a".to_owned(), "b".to_owned(), "a".to_owned()], ErrorKind::Pagination)
    );
    let (names, failed) = all!(client.list_by_query().items(), name);
    let failed = failed.unwrap();
    assert_eq!((names.len(), failed.documented().unwrap().why.as_str()), (1, "gone"));
    let (names, failed) = all!(client.list_by_query().items(), name);
    assert_eq!((names.len(), failed.unwrap().kind()), (0, ErrorKind::Decode));
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn a_key_of_the_response_is_sent_in_the_body() {
    let server = Server::start([
        json(r#"{"result":{"hits":[{"name":"a"}],"lastEvaluatedKey":{"id":"1"}}}"#),
        json(r#"{"result":{"hits":[],"lastEvaluatedKey":{"id":"2"}}}"#),
        json(r#"{"result":{"hits":[{"name":"b"}],"lastEvaluatedKey":{}}}"#),
    ])
    .unwrap();
    let (client, search) = (client(&server), Search::new("dog"));
    let (names, failed) = all!(client.search(&search).items(), |pet: Pet| pet.name);
    assert!(failed.is_none());
    assert_eq!(names, ["a", "b"]);
    let bodies: Vec<String> = server.seen().iter().map(|seen| seen.body.clone()).collect();
    let expected =
        [r#"{"word":"dog"}"#, r#"{"startKey":{"id":"1"},"word":"dog"}"#, r#"{"startKey":{"id":"2"},"word":"dog"}"#];
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(bodies.iter().map(|body| parsed(body)).collect::<Vec<_>>(), expected.map(parsed));
    assert!(server.seen().iter().all(|seen| seen.header("content-type") == "application/json"));
}

#[tokio::test]
async fn pages_and_offsets_count_until_a_page_is_empty() {
    let pets = |names: &[&str]| {
        json(&format!("[{}]", names.iter().map(|n| format!(r#"{{"name":"{n}"}}"#)).collect::<Vec<_>>().join(",")))
    };
    let data = |numbers: &str| json(&format!(r#"{{"data":[{numbers}],"tags":["x"]}}"#));
    let server = Server::start([
        pets(&["a", "b"]),
        pets(&["c"]),
        pets(&[]),
        pets(&["d"]),
        pets(&[]),
        data(r#"{"n":1},{"n":2}"#),
        data(r#"{"n":3}"#),
        data(""),
    ])
    .unwrap();
    let client = client(&server);
    let name = |pet: Pet| pet.name;
    assert_eq!(all!(client.list_by_page().items(), name).0, ["a", "b", "c"]);
    assert_eq!(all!(client.list_by_page().page(7).items(), name).0, ["d"]);
    assert_eq!(all!(client.list_by_offset().limit(2).items(), |item: ListByOffsetAnswerDataItem| item.n).0, [1, 2, 3]);
    let expected = [
        "/v1/by-page",
        "/v1/by-page?page=2",
        "/v1/by-page?page=3",
        "/v1/by-page?page=7",
        "/v1/by-page?page=8",
        "/v1/by-offset?limit=2",
        "/v1/by-offset?limit=2&skip=2",
        "/v1/by-offset?limit=2&skip=3",
    ];
    assert_eq!(targets(&server), expected);
}

#[tokio::test]
async fn a_link_is_followed_on_its_own_path_only() {
    let server = Server::start([
        linked(
            "</v1/by-link/a%2Fb?q=x%20y&page=2&apikey=other>; rel=\"next\", <https://other.example/>; rel=last",
            r#"[{"name":"a"}]"#,
        ),
        linked("<?page=3>; rel=next", r#"[{"name":"b"}]"#),
        linked("<?page=1>; rel=prev", r#"[{"name":"c"}]"#),
        linked("<https://other.example/v1/by-link/a?page=2>; rel=next", "[]"),
        linked("</v1/by-link/b?page=2>; rel=next", "[]"),
    ])
    .unwrap();
    let client = client(&server);
    let name = |pet: Pet| pet.name;
    let (names, failed) = all!(client.list_by_link("a/b").q("x y").items(), name);
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(names, ["a", "b", "c"]);
    let expected = ["/v1/by-link/a%2Fb?q=x%20y", "/v1/by-link/a%2Fb?q=x%20y&page=2", "/v1/by-link/a%2Fb?page=3"];
    assert_eq!(targets(&server), expected);
    for _ in 0..2 {
        let (pages, failed) = all!(client.list_by_link("a").pages(), |_| ());
        assert_eq!((pages.len(), failed.unwrap().kind()), (1, ErrorKind::Pagination));
    }
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn a_url_of_the_response_is_followed_on_its_own_path_only() {
    let page = |next: &str| json(&format!(r#"{{"next":{next},"results":[{{"name":"a"}}]}}"#));
    let script =
        [page("\"?page=2\""), page("\"/v1/by-url?page=3&q=%2F\""), page("null"), page("\"http://other.example/\"")];
    let server = Server::start(script).unwrap();
    let client = client(&server);
    let (names, failed) = all!(client.list_by_url().items(), |pet: Pet| pet.name);
    assert!(names.len() == 3 && failed.is_none(), "{names:?} {failed:?}");
    assert_eq!(targets(&server), ["/v1/by-url", "/v1/by-url?page=2", "/v1/by-url?page=3&q=%2F"]);
    let (names, failed) = all!(client.list_by_url().items(), |pet: Pet| pet.name);
    assert_eq!((names.len(), failed.unwrap().kind()), (1, ErrorKind::Pagination));
}

/// A page of pets with the other members of the response.
fn pets(names: &[&str], more: &str) -> Response {
    let names: Vec<String> = names.iter().map(|name| format!(r#"{{"name":"{name}"}}"#)).collect();
    json(&format!(r#"{{"pets":[{}]{more}}}"#, names.join(",")))
}

#[tokio::test]
async fn a_response_says_whether_there_are_more_pages() {
    let server = Server::start([
        pets(&["a"], r#","has_more":true"#),
        pets(&[], r#","has_more":true"#),
        pets(&["b"], r#","has_more":false"#),
        pets(&["c"], ""),
        pets(&[], ""),
        pets(&["d"], r#","last":false"#),
        pets(&["e"], r#","last":true"#),
        pets(&["f"], r#","cursor":"x","has_more":true"#),
        pets(&["g"], r#","cursor":"y","has_more":false"#),
    ])
    .unwrap();
    let client = client(&server);
    let name = |pet: Pet| pet.name;
    assert_eq!(all!(client.list_by_more().items(), name).0, ["a", "b"]);
    // A response that does not say it is followed by another page, until a page is empty.
    assert_eq!(all!(client.list_by_more().items(), name).0, ["c"]);
    assert_eq!(all!(client.list_by_last().items(), name).0, ["d", "e"]);
    assert_eq!(all!(client.list_by_token_more().items(), name).0, ["f", "g"]);
    let expected = [
        "/v1/by-more",
        "/v1/by-more?page=2",
        "/v1/by-more?page=3",
        "/v1/by-more",
        "/v1/by-more?page=2",
        "/v1/by-last",
        "/v1/by-last?page=1",
        "/v1/by-token-more",
        "/v1/by-token-more?after=x",
    ];
    assert_eq!(targets(&server), expected);
}

#[tokio::test]
async fn the_number_of_all_items_or_pages_ends_the_pages() {
    let server = Server::start([
        pets(&["a", "b"], r#","meta":{"total":3}"#),
        pets(&["c"], r#","meta":{"total":3}"#),
        pets(&["c"], r#","meta":{"total":"3"}"#),
        pets(&["d", "e"], r#","total":3"#),
        pets(&["f"], r#","total":3"#),
        // The items before the caller's own page are not known.
        pets(&["g"], r#","total":3"#),
        pets(&[], r#","total":3"#),
        pets(&["h"], r#","pages":2"#),
        pets(&["i"], r#","pages":2"#),
        pets(&["j"], r#","pages":2"#),
    ])
    .unwrap();
    let client = client(&server);
    let name = |pet: Pet| pet.name;
    assert_eq!(all!(client.list_by_total().items(), name).0, ["a", "b", "c"]);
    assert_eq!(all!(client.list_by_total().offset(2).items(), name).0, ["c"]);
    assert_eq!(all!(client.list_by_page_total().items(), name).0, ["d", "e", "f"]);
    assert_eq!(all!(client.list_by_page_total().page(2).items(), name).0, ["g"]);
    assert_eq!(all!(client.list_by_count().items(), name).0, ["h", "i"]);
    assert_eq!(all!(client.list_by_count().page(2).items(), name).0, ["j"]);
    assert_eq!(server.seen().len(), 10);
}

#[tokio::test]
async fn a_short_page_ends_the_pages_where_the_size_is_known() {
    let server = Server::start([
        pets(&["a", "b"], ""),
        pets(&["c"], ""),
        pets(&["d", "e"], ""),
        pets(&["f"], ""),
        pets(&["g", "h", "i"], ""),
        pets(&[], ""),
    ])
    .unwrap();
    let client = client(&server);
    let name = |pet: Pet| pet.name;
    assert_eq!(all!(client.list_by_size().items(), name).0, ["a", "b", "c"]);
    // The size that the caller asks for is the one that counts.
    assert_eq!(all!(client.list_by_size().size(3).items(), name).0, ["d", "e"]);
    assert_eq!(all!(client.list_by_size().size(1).items(), name).0, ["f", "g", "h", "i"]);
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn a_404_is_the_end_only_after_a_page_and_only_if_the_configuration_says_so() {
    let gone = || response(404, "content-type: application/json\r\n", r#"{"why":"gone"}"#);
    let failed = response(500, "", "");
    let server =
        Server::start([pets(&["a"], ""), gone(), gone(), pets(&["b"], ""), failed, json(r#"[{"name":"c"}]"#), gone()])
            .unwrap();
    let client = client(&server);
    let name = |pet: Pet| pet.name;
    let (names, failed) = all!(client.list_by404().items(), name);
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(names, ["a"]);
    let (names, failed) = all!(client.list_by404().items(), name);
    assert_eq!((names.len(), failed.unwrap().status().unwrap().as_u16()), (0, 404));
    let (names, failed) = all!(client.list_by404().items(), name);
    assert_eq!((names.len(), failed.unwrap().status().unwrap().as_u16()), (1, 500));
    let (names, failed) = all!(client.list_by_page().items(), name);
    assert_eq!((names.len(), failed.unwrap().status().unwrap().as_u16()), (1, 404));
}

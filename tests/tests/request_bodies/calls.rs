//! Calls the operations of `specs/ok/bodies-encoded.yaml`, and compares what the server read with what was sent.

use bodies_encoded::operations::{drf, drffile, mixed, parts, related};
use bodies_encoded::{Client, types};
use cogen_runtime::__rt::v1::serde::de::DeserializeOwned;
use cogen_runtime::__rt::v1::serde_json::{self, Value, json};
use cogen_runtime::{FilePart, MediaBody, Multipart, RequestBody};

/// The fields of a form.
fn fields(body: &Value) -> Vec<(String, String)> {
    let text = |field: &Value, key: &str| field[key].as_str().unwrap_or_default().to_owned();
    body["fields"].as_array().unwrap().iter().map(|field| (text(field, "name"), text(field, "text"))).collect()
}

fn same(seen: &[(String, String)], expected: &[(&str, &str)]) {
    let seen: Vec<(&str, &str)> = seen.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let (mut seen, mut expected) = (seen, expected.to_vec());
    seen.sort_unstable();
    expected.sort_unstable();
    assert_eq!(seen, expected);
}

macro_rules! read {
    ($call:expr) => {{
        let seen = $call.send().await.unwrap().into_inner();
        (seen["media_type"].as_str().unwrap().to_owned(), seen)
    }};
}

fn main() {
    let url = std::env::args().nth(1).unwrap();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(call_all(&url));
}

async fn call_all(url: &str) {
    let client = Client::builder().base_url(url).allow_http().build().unwrap();
    let body: types::StripeBody = value(
        r#"{"currency":"usd","address":{"city":"Zürich & more","lines":["a","b"]},"items":[{"price":"p1"},{"price":"p2"}],
            "expand":["x","y"],"csv":["a","b"],"json":[1,2],"url":"http://a/b?c=d"}"#,
    );
    let (_, seen) = read!(client.stripe(&body));
    same(
        &fields(&seen["body"]),
        &[
            ("currency", "usd"),
            ("address[city]", "Zürich & more"),
            ("address[lines][0]", "a"),
            ("address[lines][1]", "b"),
            ("items[0][price]", "p1"),
            ("items[1][price]", "p2"),
            ("expand[0]", "x"),
            ("expand[1]", "y"),
            ("csv", "a,b"),
            ("json", "[1,2]"),
            ("url", "http://a/b?c=d"),
        ],
    );

    // Parts with media types, headers and styles; a setter that is called again replaces the part.
    let meta = value(r#"{"a":"1"}"#);
    let form = parts::PartsForm::new(&meta, FilePart::new(b"png").file_name("a.png"), 5)
        .ids(&[9])
        .ids(&[1, 2])
        .note("n")
        .photos([FilePart::new("p1").media_type("image/gif"), FilePart::new("p2")])
        .photo_x_note("hello")
        .deep(&value(r#"{"x":3}"#))
        .csv("a,b")
        .with_parts(|parts| parts.text("more", "1").text("more", "2"));
    let (media, seen) = read!(client.parts(form));
    assert_eq!(media, "multipart/form-data");
    same(
        &fields(&seen["body"]),
        &[
            ("meta", r#"{"a":"1"}"#),
            ("ids", "[1,2]"),
            ("note", "\"n\""),
            ("deep[x]", "3"),
            ("csv", "a,b"),
            ("more", "1"),
            ("more", "2"),
        ],
    );
    assert_eq!(
        seen["body"]["files"],
        json!([
            { "name": "photo", "file": "a.png", "type": "image/png", "headers": { "X-Rate": "5", "X-Note": "hello" }, "text": "png" },
            { "name": "photos", "file": "file", "type": "image/gif", "headers": {}, "text": "p1" },
            { "name": "photos", "file": "file", "type": "application/octet-stream", "headers": {}, "text": "p2" },
        ])
    );
    let labels = seen["labels"].to_string();
    assert!(labels.contains("text/csv") && labels.matches("application/json").count() == 3, "{labels}");

    // Parts by name, of a stream too.
    let form = Multipart::new().text("a", "1").file("f", FilePart::new("x"));
    let (_, seen) = read!(client.any().body(form));
    assert_eq!((seen["body"]["fields"][0]["text"].as_str(), seen["body"]["files"][0]["text"].as_str()), (Some("1"), Some("x")));
    let (_, seen) = read!(client.map(Multipart::new().file("one", FilePart::new("1")).file("two", FilePart::new("2"))));
    assert_eq!(seen["body"]["files"].as_array().unwrap().len(), 2);

    let (media, seen) = read!(client.mixed(mixed::MixedForm::new().a("b")));
    assert_eq!(media, "multipart/mixed");
    assert_eq!(seen["body"], json!([{ "name": "a", "type": "text/plain", "text": "b" }]));
    let form = related::RelatedForm::new(FilePart::new("img").media_type("image/png"), &value(r#"{"n":"m"}"#));
    let (media, seen) = read!(client.related(form));
    assert_eq!((media.as_str(), seen["type"].as_str()), ("multipart/related", Some("application/json")));
    assert_eq!(
        seen["body"],
        json!([
            { "name": "z", "type": "application/json", "text": "{\"n\":\"m\"}" },
            { "name": "a", "type": "image/png", "text": "img" },
        ])
    );

    // One schema in several media types.
    let pet: types::Pet = value(r#"{"name":"Rex","tags":["a","b"],"owner":{"n":"o"}}"#);
    let (media, seen) = read!(client.aspnet(&pet));
    assert_eq!((media.as_str(), &seen["body"]["name"]), ("application/json", &json!("Rex")));
    let (media, _) = read!(client.drf(&pet));
    assert_eq!(media, "application/json");
    let expected = [("name", "Rex"), ("tags", "a"), ("tags", "b"), ("owner", r#"{"n":"o"}"#)];
    let (media, seen) = read!(client.drf(drf::DrfBody::Form(&pet)));
    assert_eq!(media, "application/x-www-form-urlencoded");
    same(&fields(&seen["body"]), &expected);
    let (media, seen) = read!(client.drf(drf::DrfBody::Multipart(&pet)));
    assert_eq!(media, "multipart/form-data");
    same(&fields(&seen["body"]), &expected);
    let form = drffile::DrffileForm::new(FilePart::new("x"), "n").price(&value(r#""1.20""#));
    let (_, seen) = read!(client.drffile().body(drffile::DrffileBody::Multipart(form)));
    assert_eq!(seen["body"]["files"][0]["name"], "file");
    same(&fields(&seen["body"]), &[("name", "n"), ("price", "1.20")]);

    // Ranges: the caller names the media type.
    let (media, seen) = read!(client.star(b"bytes"));
    assert_eq!((media.as_str(), &seen["body"]), ("application/octet-stream", &json!("bytes")));
    let (media, _) = read!(client.star(MediaBody::new("image/png", RequestBody::from("x"))));
    assert_eq!(media, "image/png");
    let (media, seen) = read!(client.text("text"));
    assert_eq!((media.as_str(), &seen["body"]), ("text/plain", &json!("text")));
    let (media, _) = read!(client.image(MediaBody::new("image/webp", "x")));
    assert_eq!(media, "image/webp");
    let error = client.image(MediaBody::new("text/plain", "x")).send().await.unwrap_err().to_string();
    assert!(error.contains("`text/plain`") && error.contains("`image/*`"), "{error}");
    let (media, _) = read!(client.obj(&pet));
    assert_eq!(media, "application/json");
}

/// A value of a generated type.
fn value<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

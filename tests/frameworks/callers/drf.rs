//! Calls every operation of the Django REST framework application.

use crate::check;
use crate::checks::{Checked, Fault, it, refused, same, same_json, texts, undocumented, IDENT, understood};
use cogen_runtime::{DateTime, FilePart, Response};
use drf_client::Client;
use drf_client::operations::authors::AuthorsCreateBody;
use drf_client::operations::upload::UploadForm;
use drf_client::types::*;
use serde_json::json;
use std::collections::BTreeMap;
use time::macros::date;


/// Fails if the application did not understand exactly these values.
fn seen(found: &Response<Seen>, expected: &[(&str, &str)]) -> Checked {
    understood(&found.values, expected)
}

pub async fn run(url: &str) {
    let client = Client::builder().base_url(url).allow_http().build().expect("a client");
    parameters(&client).await;
    resource(&client).await;
    bodies(&client).await;
    answers(&client).await;
}

async fn parameters(client: &Client) {
    check!("query", {
        // Absent in a query is `False` and an empty list to DRF, as in the form of a browser.
        seen(&client.query("x").await?, &[("text", "str:x"), ("flag", "bool:False"), ("numbers", "[]")])?;
        let call = client.query("a&b ü").count(7).size(2.0).flag(true).day(date!(2024 - 02 - 29));
        let call = call.moment(&DateTime::new("2024-02-29T12:00:00Z")).clock("08:30:00").length("1 02:00:00");
        let call = call.ident(IDENT).price("1.20").color(&it("a/b")).level(&it(10));
        let call = call.tags(&texts(&["x", "y,z"])).numbers(&[it(1), it(3)]);
        seen(
            &call.await?,
            &[
                ("text", "str:a&b ü"),
                ("count", "int:7"),
                ("size", "float:2.0"),
                ("flag", "bool:True"),
                ("day", "date:2024-02-29"),
                ("moment", "datetime:2024-02-29T12:00:00+00:00"),
                ("clock", "time:08:30:00"),
                ("length", "timedelta:1 day, 2:00:00"),
                ("ident", "UUID:6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b"),
                ("price", "Decimal:1.20"),
                ("color", "str:a/b"),
                ("level", "int:10"),
                ("tags", "[str:x str:y,z]"),
                ("numbers", "[int:1 int:3]"),
            ],
        )?;
    });
    check!("located", {
        let call = client.located(IDENT, 5, "t=1").x_count(-3).session("s/1").ids(&[1, 2]);
        let call = call.deep(&BTreeMap::from([("key".to_owned(), "a b".to_owned())]));
        seen(
            &call.await?,
            &[
                ("ident", "UUID:6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b"),
                ("count", "int:5"),
                ("token", "str:t=1"),
                ("number", "str:-3"),
                ("session", "str:s/1"),
                ("ids", "str:1,2"),
                ("deep", "{deep[key]=str:a b}"),
            ],
        )?;
    });
}

fn author() -> Author {
    let author =
        Author::new("A B", "9.50", None).password("hidden").email("a@example.com").site("").color(it("dark blue"));
    let author = author.level(it(10)).born(date!(2024 - 02 - 29)).active(false).size(Size::new(1.0));
    let author = author.sizes(vec![Size::new(2.0).height(3.0)]).labels(BTreeMap::from([("k".to_owned(), 1)]));
    author.extra(json!([null, {"a": 1}])).address("127.0.0.1").slug("a-b")
}

async fn resource(client: &Client) {
    check!("authors_create", {
        let answer = client.authors_create(&author()).await?;
        same(answer.status().as_u16(), 201)?;
        same(answer.headers().get("x-password").and_then(|v| v.to_str().ok()), Some("hidden"))?;
        same_json(
            answer.value(),
            json!({
                "id": 1, "created": "2024-02-29T00:00:00Z", "name": "A B", "email": "a@example.com", "site": "",
                "color": "dark blue", "level": 10, "price": "9.50", "weight": null, "born": "2024-02-29", "active": false,
                "size": {"width": 1, "height": 1.5}, "sizes": [{"width": 2, "height": 3}], "labels": {"k": 1},
                "extra": [null, {"a": 1}], "address": "127.0.0.1", "slug": "a-b"
            }),
        )?;
        let form = Author::new("Form", "1.00", Some(0.5)).password("p&q").active(true);
        let answer = client.authors_create(AuthorsCreateBody::Form(&form)).await?;
        same(answer.headers().get("x-password").and_then(|v| v.to_str().ok()), Some("p&q"))?;
        same(answer.weight, Some(0.5))?;
        let form =
            Author::new("Multi", "2.00", Some(1.0)).password("parts").color(it("red")).level(it(10)).active(true);
        let answer = client.authors_create(AuthorsCreateBody::Multipart(&form)).await?;
        same(answer.headers().get("x-password").and_then(|v| v.to_str().ok()), Some("parts"))?;
        same_json(&answer.color.value(), json!("red"))?;
        same_json(&answer.level, json!(10))?;
    });
    check!("authors_list", { same(client.authors_list().await?.len(), 3)? });
    check!("authors_retrieve", {
        same(client.authors_retrieve(2).await?.name.as_str(), "Form")?;
        same(client.authors_retrieve(99).await.err().and_then(|e| e.status()).map(|s| s.as_u16()), Some(404))?;
    });
    check!("authors_update", {
        let changed = Author::new("Changed", "3.00", Some(2.0)).password("p");
        let answer = client.authors_update(2, &changed).await?;
        same(answer.name.as_str(), "Changed")?;
        same(answer.id, Some(2))?;
    });
    check!("authors_partial_update", {
        let change = PatchedAuthor::new().price("4.00");
        let answer = client.authors_partial_update(2).body(&change).await?;
        same(answer.name.as_str(), "Changed")?;
        same(answer.price.as_str(), "4.00")?;
    });
    check!("authors_destroy", { same(client.authors_destroy(2).await?.status().as_u16(), 204)? });
}

async fn bodies(client: &Client) {
    check!("save_pet", {
        let cat = client.save_pet().body(&Pet::Cat(Cat::new(9))).await?;
        same_json(cat.value(), json!({"kind": "cat", "lives": 9}))?;
        let dog = client.save_pet().body(&Pet::Dog(Dog::new(true))).await?;
        same_json(dog.value(), json!({"kind": "dog", "good": true}))?;
    });
    check!("save_thing", {
        let thing: Thing = it(json!({
            "numbers": [1, 2], "grid": [[1.0, 0.5], []], "chosen": ["b", "a"], "ident": IDENT.to_string(),
            "moment": "2024-02-29T12:00:00Z", "clock": "08:30:00", "length": "1 02:00:00", "big": 4611686018427387904_i64,
            "anything": null, "text_by_key": {"a": null, "b": "x"}
        }));
        seen(
            &client.save_thing(&thing).await?,
            &[
                ("numbers", "[int:1 int:2]"),
                ("grid", "[[float:1.0 float:0.5] []]"),
                ("chosen", "[str:a str:b]"),
                ("ident", "UUID:6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b"),
                ("moment", "datetime:2024-02-29T12:00:00+00:00"),
                ("clock", "time:08:30:00"),
                ("length", "timedelta:1 day, 2:00:00"),
                ("big", "int:4611686018427387904"),
                ("anything", "NoneType:None"),
                ("text_by_key", "{a=NoneType:None b=str:x}"),
                ("hidden", "str:hidden"),
            ],
        )?;
        let mut wrong = thing;
        wrong.numbers = vec![];
        let error = refused(client.save_thing(&wrong).await)?;
        same_json(&error, json!({"numbers": ["This list may not be empty."]}))?;
    });
    check!("login", {
        let form = Login::new("p&w=+ü", "me").remember(true).day(date!(2024 - 02 - 29)).numbers(vec![1, 2]);
        seen(
            &client.login(&form).await?,
            &[
                ("user", "str:me"),
                ("password", "str:p&w=+ü"),
                ("remember", "bool:True"),
                ("day", "date:2024-02-29"),
                ("numbers", "[int:1 int:2]"),
            ],
        )?;
    });
    check!("upload", {
        let file = |name: &str| FilePart::new(name.to_owned()).file_name(name).media_type("text/plain");
        let form = UploadForm::new(file("f"), "1.20", "T");
        let expected = [("title", "str:T"), ("price", "Decimal:1.20"), ("file", "file:f text/plain 66")];
        seen(&client.upload().body(form).await?, &expected)?;
        let form = UploadForm::new(file("f"), "1.20", "T").cover(file("c")).pages(vec![file("p"), file("q")]);
        seen(
            &client.upload().body(form.labels(&texts(&["x", "y,z"]))).await?,
            &[
                ("title", "str:T"),
                ("price", "Decimal:1.20"),
                ("file", "file:f text/plain 66"),
                ("cover", "file:c text/plain 63"),
                ("pages", "[file:p text/plain 70 file:q text/plain 71]"),
                ("labels", "[str:x str:y,z]"),
            ],
        )?;
    });
    check!("upload_raw", {
        let answer = client.upload_raw().body(vec![0_u8, 255]).await?;
        seen(&answer, &[("body", "str:00ff"), ("content_type", "str:application/octet-stream")])?;
    });
}

async fn answers(client: &Client) {
    check!("text", { same(client.text().await?.as_str(), "grün")? });
    check!("image", { same(&client.image().await?[..], &b"\x89PNG\x00\xff"[..])? });
    check!("nothing", { same(client.nothing().await?.status().as_u16(), 204)? });
    check!("scalar", { same_json(client.scalar().await?.value(), json!("2024-02-29T00:00:00Z"))? });
    check!("counted", {
        let answer = client.counted().await?;
        same(answer.headers.x_total, Some(42))?;
        same(answer.value().value.as_slice(), [1, 2])?;
    });
    check!("csv", { same(client.csv().await?.as_str(), "a,b\n1,2\n")? });
    check!("schema_retrieve", {
        let document = client.schema_retrieve().format(&it("json")).await?;
        same(document.get("openapi").and_then(|version| version.as_str()), Some("3.0.3"))?;
    });
}

//! Calls every operation of the NestJS application.

use crate::check;
use crate::checks::{Checked, events, it, json, refused, same, same_json, texts, undocumented, IDENT, understood};
use cogen_runtime::{DateTime, FilePart, Response};
use nestjs_client::Client;
use nestjs_client::operations::forms::{UploadFieldsForm, UploadManyForm, UploadOneForm};
use nestjs_client::operations::parameters::PathScalarsParams;
use nestjs_client::types::*;
use serde_json::json;
use std::collections::BTreeMap;


/// Fails if the application did not understand exactly these values.
fn seen(found: &Response<Seen>, expected: &[(&str, &str)]) -> Checked {
    understood(&found.values, expected)
}

pub async fn run(url: &str) {
    let client = Client::builder().base_url(url).allow_http().build().expect("a client");
    parameters(&client).await;
    bodies(&client).await;
    forms(&client).await;
    answers(&client).await;
}

async fn parameters(client: &Client) {
    check!("path_scalars", {
        let params = PathScalarsParams {
            count: 7.0,
            flag: true,
            ident: IDENT.to_string(),
            text: "a b/ü".to_owned(),
            color: Color::DarkBlue,
            size: 0.5,
        };
        seen(
            &client.path_scalars(&params).await?,
            &[
                ("count", "number:7"),
                ("flag", "boolean:true"),
                ("ident", "string:6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b"),
                ("text", "string:a b/ü"),
                ("color", "string:dark blue"),
                ("size", "string:0.5"),
            ],
        )?;
    });
    check!("query", {
        seen(&client.query("x").await?, &[("text", "string:x"), ("limit", "number:20")])?;
        let call = client.query("a&b").limit(3).size(2.0).color(&Color::AB).level(&it(10)).tags(&texts(&["x", "y,z"]));
        let call = call.numbers(&[1.0, 2.0]).since(&DateTime::new("2024-02-29T12:00:00Z")).maybe("m");
        seen(
            &call.await?,
            &[
                ("text", "string:a&b"),
                ("limit", "number:3"),
                ("size", "number:2"),
                ("color", "string:a/b"),
                ("level", "number:10"),
                ("tags", "[string:x string:y,z]"),
                ("numbers", "[number:1 number:2]"),
                ("since", "Date:2024-02-29T12:00:00.000Z"),
                ("maybe", "string:m"),
            ],
        )?;
    });
    check!("query_styles", {
        let call = client.query_styles(&[1.0, 2.5]).words(&texts(&["a", "b"])).colors(&[it("red"), it("dark blue")]);
        let expected = [("ids", "string:1,2.5"), ("words", "string:a|b"), ("colors", "[string:red string:dark blue]")];
        seen(&call.await?, &expected)?;
    });
    check!("headers", {
        let answer = client.headers("t, u").x_count(5).await?;
        seen(&answer, &[("token", "string:t, u"), ("count", "string:5")])?;
    });
}

async fn bodies(client: &Client) {
    check!("create_item", {
        let item: Item = it(json!({
            "name": "Lamp", "count": 3, "weight": null, "color": "red", "ident": IDENT.to_string(),
            "made": "2024-02-29T12:00:00.000Z", "size": {"width": 1}, "sizes": [{"width": 2, "height": 0.25}]
        }));
        let part = item.clone();
        let item = item.note("n").level(it(10)).email("a@example.com").other(Size::new(3.0)).parts(vec![part]);
        let item = item.labels(BTreeMap::from([("k".to_owned(), 1)])).either(ItemEither::String("7".to_owned()));
        let item = item.pet(ItemPet::Dog(Dog::new(true))).grid(vec![vec![1.0, 0.5], vec![]]);
        let answer = client.create_item(&item).await?;
        let size = |width: f64| json!({"width": width, "height": 1.5});
        same(answer.made_by.as_deref(), Some("the application"))?;
        same_json(
            answer.value(),
            json!({
                "name": "Lamp", "count": 3, "weight": null, "note": "n", "color": "red", "level": 10, "ident": IDENT.to_string(),
                "email": "a@example.com", "made": "2024-02-29T12:00:00.000Z", "size": size(1.0), "other": size(3.0),
                "sizes": [{"width": 2, "height": 0.25}],
                "parts": [{
                    "name": "Lamp", "count": 3, "weight": null, "color": "red", "ident": IDENT.to_string(),
                    "made": "2024-02-29T12:00:00.000Z", "size": size(1.0), "sizes": [{"width": 2, "height": 0.25}]
                }],
                "labels": {"k": 1}, "either": "7", "pet": {"kind": "dog", "good": true}, "grid": [[1, 0.5], []],
                "made_by": "the application"
            }),
        )?;
        let mut wrong = item;
        wrong.count = 101;
        let problem = refused(client.create_item(&wrong).await)?;
        same(problem.status_code, 400)?;
        same(problem.message.as_str(), "count: count must not be greater than 100")?;
    });
    check!("change_item", {
        let change = ItemChange::new().count(4).pet(ItemPet::Cat(Cat::new(9)));
        let expected = "ItemChange{count=number:4 pet=Cat{kind=string:cat lives=number:9}}";
        seen(&client.change_item(5.0, &change).await?, &[("id", "number:5"), ("change", expected)])?;
    });
    check!("save_pets", {
        let pets = vec![it(json!({"kind": "cat", "lives": 9})), it(json!({"kind": "dog", "good": false}))];
        let answer = client.save_pets(&pets).await?;
        same_json(answer.value(), json!([{"kind": "cat", "lives": 9}, {"kind": "dog", "good": false}]))?;
    });
    check!("save_texts", {
        same(client.save_texts(&texts(&["a", "b"])).await?.as_slice(), texts(&["A", "B"]).as_slice())?
    });
    check!("save_anything", {
        let body = BTreeMap::from([("a".to_owned(), json!([1, null])), ("b".to_owned(), json!({"c": "d"}))]);
        same(client.save_anything(&body).await?.value(), &body)?;
    });
}

async fn forms(client: &Client) {
    check!("login", {
        let form = Login::new("m&e ü").age(7).tags(texts(&["x", "y"]));
        let expected = "Login{age=number:7 tags=[string:x string:y] user=string:m&e ü}";
        seen(&client.login(&form).await?, &[("login", expected)])?;
    });
    check!("upload_one", {
        let file = FilePart::new(vec![0, 255]).file_name("a b.bin").media_type("image/png");
        let answer = client.upload_one(UploadOneForm::new(file, "T").count(3)).await?;
        seen(&answer, &[("file", "string:a b.bin image/png 00ff"), ("title", "string:T"), ("count", "number:3")])?;
    });
    check!("upload_many", {
        let file = |name: &str| FilePart::new(name.to_owned()).file_name(name).media_type("text/plain");
        let answer = client.upload_many(UploadManyForm::new([file("a"), file("b")])).await?;
        seen(&answer, &[("files", "[string:a text/plain 61 string:b text/plain 62]")])?;
    });
    check!("upload_fields", {
        let file = |name: &str| FilePart::new(name.to_owned()).file_name(name).media_type("text/plain");
        let form = UploadFieldsForm::new(file("a"), &Size::new(2.0)).labels(&texts(&["x", "y"]));
        let size = ("size", r#"string:{"width":2}"#);
        let labels = ("labels", "[string:x string:y]");
        let expected = [("avatar", "string:a text/plain 61"), ("cover", "string:none"), size, labels];
        seen(&client.upload_fields(form).await?, &expected)?;
        let form = UploadFieldsForm::new(file("a"), &Size::new(2.0)).cover(file("c")).labels(&texts(&["x", "y"]));
        let expected = [("avatar", "string:a text/plain 61"), ("cover", "string:c text/plain 63"), size, labels];
        seen(&client.upload_fields(form).await?, &expected)?;
    });
}

async fn answers(client: &Client) {
    check!("hello", { same(client.hello().await?.as_str(), "Hello World!")? });
    check!("number", { same(*client.number().await?.value(), 42.5)? });
    check!("flag", { same(*client.flag().await?.value(), true)? });
    check!("found", {
        same(client.found(1.0).await?.width, 1.0)?;
        same(refused(client.found(2.0).await)?.message.as_str(), "not here")?;
    });
    check!("nothing", { same(client.nothing().await?.status().as_u16(), 204)? });
    check!("image", { same(&client.image().await?[..], &b"\x89PNG\x00\xff"[..])? });
    check!("counted", {
        let answer = client.counted().await?;
        same(answer.headers.x_total, Some(42))?;
        same(answer.value().value.as_slice(), [1.0, 2.0])?;
    });
    check!("exists", {
        same(client.exists(1.0).await?.status().as_u16(), 200)?;
        same(client.exists(2.0).await.err().and_then(|e| e.status()).map(|s| s.as_u16()), Some(404))?;
    });
    check!("events", {
        let all = events(client.events().await?.into_inner()).await?;
        let all: Vec<_> = all.iter().map(|(name, id, size)| (name.as_str(), id.as_str(), size.width)).collect();
        same(all, [("message", "1", 1.0), ("size", "2", 2.0)])?;
    });
}

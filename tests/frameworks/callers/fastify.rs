//! Calls every operation of the Fastify application.

use crate::check;
use crate::checks::{Checked, Fault, events, it, items, json, refused, same, same_json, texts, undocumented, IDENT, understood};
use cogen_runtime::{DateTime, FilePart, Response};
use fastify_client::Client;
use fastify_client::operations::answers::{StatusesAnswer, StatusesError};
use fastify_client::operations::forms::UploadForm;
use fastify_client::operations::parameters::PathScalarsParams;
use fastify_client::types::{
    Dog, Item, ItemEither, ItemPet, LoginBody, SaveInlineBody, SaveInlineBodyA, Seen, Size, Tree,
};
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
    bodies(&client).await;
    forms(&client).await;
    answers(&client).await;
}

async fn parameters(client: &Client) {
    check!("path_scalars", {
        let params = PathScalarsParams {
            count: -7,
            size: 2.0,
            text: "a b/ü".to_owned(),
            flag: true,
            ident: IDENT,
            color: it("dark blue"),
        };
        seen(
            &client.path_scalars(&params).await?,
            &[
                ("count", "number:-7"),
                ("size", "number:2"),
                ("text", "string:a b/ü"),
                ("flag", "boolean:true"),
                ("ident", "string:6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b"),
                ("color", "string:dark blue"),
            ],
        )?;
    });
    check!("query", {
        seen(&client.query("x").await?, &[("text", "string:x"), ("flag", "boolean:false"), ("limit", "number:20")])?;
        let call = client.query("a&b+ü").count(7).size(2.0).flag(true).color(&it("a/b")).level(&it(10));
        let call = call.day(date!(2024 - 02 - 29)).moment(&DateTime::new("2024-02-29T12:00:00+02:00"));
        let call = call.words(&texts(&["x", "y,z"])).numbers(&[1, 2]).limit(5);
        seen(
            &call.await?,
            &[
                ("text", "string:a&b+ü"),
                ("count", "number:7"),
                ("size", "number:2"),
                ("flag", "boolean:true"),
                ("color", "string:a/b"),
                ("level", "number:10"),
                ("day", "string:2024-02-29"),
                ("moment", "string:2024-02-29T12:00:00+02:00"),
                ("words", "[string:x string:y,z]"),
                ("numbers", "[number:1 number:2]"),
                ("limit", "number:5"),
            ],
        )?;
    });
    check!("headers", {
        let answer = client.headers("t, u").x_count(5).x_flag(false).await?;
        seen(&answer, &[("token", "string:t, u"), ("count", "number:5"), ("flag", "boolean:false")])?;
    });
}

async fn bodies(client: &Client) {
    let item = || {
        let item: Item = it(json!({
            "name": "Lamp", "count": 3, "weight": null, "color": "red", "made": "2024-02-29", "size": {"width": 1},
            "place": [1.5, 2], "pet": {"kind": "dog", "good": true}
        }));
        let item =
            item.note("n").level(it(10)).ratio(it(0.5)).updated(DateTime::new("2024-02-29T12:00:00Z")).ident(IDENT);
        let item = item.sizes(vec![Size::new(2.0).height(0.25)]).labels(BTreeMap::from([("k".to_owned(), 1)]));
        let item = item.by_pattern(BTreeMap::from([("x-a".to_owned(), 2)])).either(ItemEither::Integer(7));
        item.fixed(it(7)).free(json!({"a": [null]}))
    };
    check!("create_item", {
        let answer = client.create_item(&item()).await?;
        same(answer.status().as_u16(), 201)?;
        same_json(
            answer.value(),
            json!({
                "name": "Lamp", "count": 3, "weight": null, "note": "n", "color": "red", "level": 10, "ratio": 0.5,
                "made": "2024-02-29", "updated": "2024-02-29T12:00:00Z", "ident": IDENT.to_string(),
                "size": {"width": 1, "height": 1.5, "unit": "mm"}, "sizes": [{"width": 2, "height": 0.25, "unit": "mm"}],
                "place": [1.5, 2], "labels": {"k": 1}, "by_pattern": {"x-a": 2}, "either": 7,
                "pet": {"kind": "dog", "good": true}, "fixed": 7, "free": {"a": [null]}
            }),
        )?;
        let mut wrong = item();
        wrong.count = 101;
        let problem = refused(client.create_item(&wrong).await)?;
        same(problem.status_code, 400)?;
        same(problem.message.as_str(), "body/count must be <= 100")?;
    });
    check!("see_item", {
        let mut item = item();
        item.pet = it(json!({"kind": "cat", "lives": 9}));
        let answer = client.see_item(&item).await?;
        let part = |name: &str| answer.values.get(name).cloned().unwrap_or_default();
        same(part("pet"), "{kind=string:cat lives=number:9}")?;
        same(part("place"), "[number:1.5 number:2]")?;
        same(part("weight"), "object:null")?;
        same(part("by_pattern"), "{x-a=number:2}")?;
    });
    check!("save_pets", {
        let pets = [it(json!({"kind": "cat", "lives": 9})), it(json!({"kind": "dog", "good": false}))];
        let answer = client.save_pets(&pets).await?;
        same_json(answer.value(), json!([{"kind": "cat", "lives": 9}, {"kind": "dog", "good": false}]))?;
    });
    check!("save_tree", {
        let tree = Tree::new(1).children(vec![Tree::new(2)]).next(Tree::new(3).children(vec![Tree::new(4)]));
        let expected =
            json!({"value": 1, "children": [{"value": 2}], "next": {"value": 3, "children": [{"value": 4}]}});
        same_json(client.save_tree(&tree).await?.value(), expected)?;
    });
    check!("save_inline", {
        let body = SaveInlineBody::new(SaveInlineBodyA::new(1)).list(vec![it(json!({"c": "x"}))]);
        seen(&client.save_inline(&body).await?, &[("a", "{b=number:1}"), ("list", "[{c=string:x}]")])?;
    });
    check!("save_text", { same(client.save_text("grün").await?.as_str(), "GRÜN")? });
}

async fn forms(client: &Client) {
    check!("login", {
        let form = LoginBody::new("m&e ü").age(7).remember(true).tags(texts(&["x", "y"]));
        seen(
            &client.login(&form).await?,
            &[
                ("user", "string:m&e ü"),
                ("age", "number:7"),
                ("remember", "boolean:true"),
                ("tags", "[string:x string:y]"),
            ],
        )?;
    });
    check!("upload", {
        let file = |name: &str| FilePart::new(name.to_owned()).file_name(name).media_type("text/plain");
        let answer = client.upload(UploadForm::new(file("f"), "T ü").count(3).more(file("m"))).await?;
        seen(
            &answer,
            &[
                ("file", "string:f text/plain 66"),
                ("title", "string:T ü"),
                ("count", "string:3"),
                ("more", "string:m text/plain 6d"),
            ],
        )?;
        let answer = client.upload(UploadForm::new(file("f"), "T")).await?;
        same(answer.values.get("more").map(String::as_str), Some("string:none"))?;
    });
}

async fn answers(client: &Client) {
    check!("hello", { same(client.hello().await?.as_str(), "Hello")? });
    check!("plain", { same(client.plain().await?.as_str(), "grün")? });
    check!("image", { same(&client.image().await?[..], &b"\x89PNG\x00\xff"[..])? });
    check!("statuses", {
        match client.statuses(200).await?.into_inner() {
            StatusesAnswer::Ok(size) => same(size.width, 1.0)?,
            other => return Err(Fault(format!("{other:?}"))),
        }
        match client.statuses(202).await?.into_inner() {
            StatusesAnswer::Accepted(later) => same(later, texts(&["later"]))?,
            other => return Err(Fault(format!("{other:?}"))),
        }
        match refused(client.statuses(404).await)? {
            StatusesError::ClientError(problem) => same(problem.message.as_str(), "not here")?,
            other => return Err(Fault(format!("{other:?}"))),
        }
        match refused(client.statuses(503).await)? {
            StatusesError::Default(odd) => same(odd.odd, true)?,
            other => return Err(Fault(format!("{other:?}"))),
        }
    });
    check!("nothing", { same(client.nothing().await?.status().as_u16(), 204)? });
    check!("counted", {
        let answer = client.counted().await?;
        same(answer.headers.x_total, Some(42))?;
        same(answer.headers.x_next.as_deref(), Some("a b"))?;
        same(answer.value().value.as_slice(), [1, 2])?;
    });
    check!("exists_head", {
        same(client.exists_head(1).await?.status().as_u16(), 200)?;
        same(client.exists_head(2).await.err().and_then(|e| e.status()).map(|s| s.as_u16()), Some(404))?;
    });
    check!("lines", {
        same_json(&items(client.lines().await?.into_inner()).await?, json!([{"width": 1}, {"width": 2}]))?;
    });
    check!("events", {
        let all = events(client.events().await?.into_inner()).await?;
        let all: Vec<_> = all.iter().map(|(name, _, text)| (name.as_str(), text.as_str())).collect();
        same(all, [("message", "1"), ("last", "2")])?;
    });
}

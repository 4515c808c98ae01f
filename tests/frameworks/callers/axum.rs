//! Calls every operation of the axum application.

use crate::check;
use crate::checks::{Checked, Fault, it, json, refused, same, same_json, texts, undocumented, IDENT, understood};
use axum_client::Client;
use axum_client::operations::answers::StatusesAnswer;
use axum_client::operations::forms::UploadForm;
use axum_client::operations::parameters::PathScalarsParams;
use axum_client::types::*;
use cogen_runtime::{FilePart, Response};
use serde_json::json;


/// Fails if the application did not understand exactly these values.
fn seen(found: &Response<Seen>, expected: &[(&str, &str)]) -> Checked {
    understood(&found.values, expected)
}

pub async fn run(url: &str) {
    let client = Client::builder().base_url(url).allow_http().build().expect("a client");
    parameters(&client).await;
    bodies(&client).await;
    unions(&client).await;
    forms(&client).await;
    answers(&client).await;
}

async fn parameters(client: &Client) {
    check!("path_scalars", {
        let params = PathScalarsParams {
            small: -5,
            count: i64::MIN,
            big: it(9_007_199_254_740_993_i64),
            size: 2.0,
            narrow: it(0.5),
            flag: true,
            letter: "ü".to_owned(),
            text: "a b/c?".to_owned(),
            ident: IDENT,
            color: Color::DarkBlue,
        };
        seen(
            &client.path_scalars(&params).await?,
            &[
                ("small", "-5"),
                ("count", "-9223372036854775808"),
                ("big", "9007199254740993"),
                ("size", "2.0"),
                ("narrow", "0.5"),
                ("flag", "true"),
                ("letter", "'ü'"),
                ("text", "\"a b/c?\""),
                ("ident", "6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b"),
                ("color", "DarkBlue"),
            ],
        )?;
    });
    check!("query", {
        let none = "None";
        seen(
            &client.query("x").await?,
            &[
                ("text", "\"x\""),
                ("count", none),
                ("flag", "false"),
                ("color", none),
                ("words", "[]"),
                ("numbers", "[]"),
                ("limit", none),
                ("order_by", none),
            ],
        )?;
        let call = client.query("a&b+ü").count(7).flag(true).color(&Color::Red).words(&texts(&["x", "y,z"]));
        seen(
            &call.numbers(&[1, -2]).limit(100).order_by("name").await?,
            &[
                ("text", "\"a&b+ü\""),
                ("count", "Some(7)"),
                ("flag", "true"),
                ("color", "Some(Red)"),
                ("words", "[\"x\", \"y,z\"]"),
                ("numbers", "[1, -2]"),
                ("limit", "Some(100)"),
                ("order_by", "Some(\"name\")"),
            ],
        )?;
    });
    check!("headers", {
        let answer = client.headers("t, u", "a/b=+c").x_count(-5).theme(&Color::DarkBlue).await?;
        let expected = [
            ("token", "Some(\"t, u\")"),
            ("count", "Some(\"-5\")"),
            ("session", "Some(\"a/b=+c\")"),
            ("theme", "Some(\"dark-blue\")"),
        ];
        seen(&answer, &expected)?;
    });
}

fn item() -> Item {
    it(json!({
        "itemName": "Lamp", "ident": IDENT.to_string(), "big": 9_007_199_254_740_993_i64, "color": "red", "size": {"width": 1},
        "sizes": [{"width": 2, "height": 0.25}], "place": [1.5, 2], "labels": {"k": 1}, "parts": [],
        "pet": {"kind": "dog", "good": true}, "shape": {"circle": 0.5}, "either": 7, "bytes": [0, 255], "free": null,
        "madeOn": "2024-02-29"
    }))
}

async fn bodies(client: &Client) {
    check!("create_item", {
        let mut part = item();
        part.pet = it(json!({"kind": "fish"}));
        part.shape = it("nothing");
        part.either = it("7");
        let mut whole = item().weight(0.5).note("n").maybe_size(Size::new(3.0));
        whole.parts = vec![part];
        whole.shape = it(json!({"square": {"side": 2}}));
        whole.either = it(json!({"width": 4}));
        let answer = client.create_item(&whole).await?;
        same(answer.status().as_u16(), 201)?;
        let size = |width: f64| json!({"width": width, "height": 1.5});
        same_json(
            answer.value(),
            json!({
                "itemName": "Lamp", "ident": IDENT.to_string(), "big": 9_007_199_254_740_993_i64, "weight": 0.5, "note": "n",
                "color": "red", "size": size(1.0), "maybeSize": size(3.0), "sizes": [{"width": 2, "height": 0.25}],
                "place": [1.5, 2], "labels": {"k": 1},
                "parts": [{
                    "itemName": "Lamp", "ident": IDENT.to_string(), "big": 9_007_199_254_740_993_i64, "weight": null,
                    "color": "red", "size": size(1.0), "maybeSize": null, "sizes": [{"width": 2, "height": 0.25}],
                    "place": [1.5, 2], "labels": {"k": 1}, "parts": [], "pet": {"kind": "fish"}, "shape": "nothing",
                    "either": "7", "bytes": [0, 255], "free": null, "madeOn": "2024-02-29"
                }],
                "pet": {"kind": "dog", "good": true}, "shape": {"square": {"side": 2}}, "either": size(4.0),
                "bytes": [0, 255], "free": null, "madeOn": "2024-02-29"
            }),
        )?;
    });
    check!("save_optional", {
        let answer = client.save_optional().body(&Size::new(2.0)).await?;
        same(answer.as_ref().and_then(|size| size.height), Some(1.5))?;
    });
    check!("save_text", { same(client.save_text("grün").await?.as_str(), "GRÜN")? });
    check!("save_bytes", { same(&client.save_bytes(vec![0_u8, 255]).await?[..], &[255, 0][..])? });
}

async fn unions(client: &Client) {
    check!("save_pets", {
        let pets = [Pet::Cat(PetCat::new(9)), Pet::Dog(PetDog::new(true)), Pet::Fish(PetFish::new())];
        let answer = client.save_pets(&pets).await?;
        same_json(
            answer.value(),
            json!([{"kind": "cat", "lives": 9}, {"kind": "dog", "good": true}, {"kind": "fish"}]),
        )?;
        same_json(client.save_pets(answer.value()).await?.value(), json(answer.value()))?;
    });
    check!("save_shapes", {
        let shapes =
            [Shape::Circle(ShapeCircle::new(0.5)), Shape::Square(ShapeSquare::new(ShapeSquareSquare::new(2.0)))];
        let shapes = [&shapes[..], &[it("nothing")]].concat();
        let answer = client.save_shapes(&shapes).await?;
        same_json(answer.value(), json!([{"circle": 0.5}, {"square": {"side": 2}}, "nothing"]))?;
    });
    check!("save_event", {
        let resized = client.save_event(&Event::Resized(EventResized::new(Size::new(1.0)))).await?;
        same_json(resized.value(), json!({"type": "Resized", "value": {"width": 1, "height": 1.5}}))?;
        let renamed = client.save_event(&Event::Renamed(EventRenamed::new(EventRenamedValue::new("n")))).await?;
        same_json(renamed.value(), json!({"type": "Renamed", "value": {"name": "n"}}))?;
    });
    check!("see_either", {
        seen(&client.see_either(&Either::Integer(7)).await?, &[("either", "Number(7)")])?;
        seen(&client.see_either(&Either::String("7".to_owned())).await?, &[("either", "Text(\"7\")")])?;
        let sized = [("either", "Sized(Size { width: 2.0, height: 1.5 })")];
        seen(&client.see_either(&Either::Size(Size::new(2.0))).await?, &sized)?;
    });
}

async fn forms(client: &Client) {
    check!("login", {
        let answer = client.login(&Login::new(true, "m&e ü").age(7).color(Color::DarkBlue)).await?;
        let expected = [("user", "\"m&e ü\""), ("age", "Some(7)"), ("remember", "true"), ("color", "Some(DarkBlue)")];
        seen(&answer, &expected)?;
        let answer = client.login(&Login::new(false, "me")).await?;
        seen(&answer, &[("user", "\"me\""), ("age", "None"), ("remember", "false"), ("color", "None")])?;
    });
    check!("upload", {
        let file = FilePart::new(vec![0, 255]).file_name("a b.bin").media_type("image/png");
        let more = FilePart::new("m").file_name("m.txt").media_type("text/plain");
        let answer = client.upload(UploadForm::new(file, &Size::new(1.0), "T ü").more(more)).await?;
        let part = |name: &str| answer.values.get(name).cloned().unwrap_or_default();
        same(part("file"), "Some(\"a b.bin\") Some(\"image/png\") b\"\\0\\xff\"")?;
        same(part("more"), "Some(\"m.txt\") Some(\"text/plain\") b\"m\"")?;
        same(part("size"), "None Some(\"application/json\") b\"{\\\"width\\\":1}\"")?;
        same(part("title").contains("b\"T \\xc3\\xbc\""), true)?;
    });
}

async fn answers(client: &Client) {
    check!("statuses", {
        match client.statuses(200).await?.into_inner() {
            StatusesAnswer::Ok(size) => same(size.width, 1.0)?,
            other => return Err(Fault(format!("{other:?}"))),
        }
        match client.statuses(202).await?.into_inner() {
            StatusesAnswer::Accepted => {}
            other => return Err(Fault(format!("{other:?}"))),
        }
        same(refused(client.statuses(404).await)?.message.as_str(), "not here")?;
        same(refused(client.statuses(507).await)?.message.as_str(), "failed")?;
        same(undocumented(client.statuses(409).await)?.0, 409)?;
    });
    check!("counted", {
        let answer = client.counted().await?;
        same(answer.headers.x_total, Some(42))?;
        same(answer.headers.x_next.is_none(), true)?;
        same(answer.value().value.as_slice(), [1, 2])?;
    });
    check!("nothing", { same(client.nothing().await?.status().as_u16(), 204)? });
    check!("exists", {
        same(client.exists(1).await?.status().as_u16(), 200)?;
        same(client.exists(2).await.err().and_then(|e| e.status()).map(|s| s.as_u16()), Some(404))?;
    });
}

//! Calls every operation of the FastAPI application.

mod answers;

use crate::check;
use crate::checks::{Checked, IDENT, it, json, same, same_json, texts, understood};
use cogen_runtime::{DateTime, FilePart, Response};
use fastapi_client::Client;
use fastapi_client::operations::{forms::*, parameters::*};
use fastapi_client::types::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use time::Date;
use time::macros::date;

const DAY: Date = date!(2024 - 02 - 29);

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
    answers::run(&client).await;
}

async fn parameters(client: &Client) {
    check!("path_scalars", {
        let params = PathScalarsParams {
            count: -7,
            size: 2.0,
            text: "a b?ü".to_owned(),
            flag: true,
            day: DAY,
            moment: DateTime::new("2024-02-29T12:30:00.5+02:00"),
            ident: IDENT,
            price: it("12.340"),
            color: Color::DarkBlue,
            level: it(10),
        };
        seen(
            &client.path_scalars(&params).await?,
            &[
                ("count", "int:-7"),
                ("size", "float:2.0"),
                ("text", "str:a b?ü"),
                ("flag", "bool:True"),
                ("day", "date:2024-02-29"),
                ("moment", "datetime:2024-02-29T12:30:00.500000+02:00"),
                ("ident", "UUID:6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b"),
                ("price", "Decimal:12.340"),
                ("color", "Color.DARK_BLUE"),
                ("level", "Level.HIGH"),
            ],
        )?;
    });
    check!("path_rest", { seen(&client.path_rest("dir name.txt").await?, &[("file_path", "str:dir name.txt")])? });
    check!("query_required", {
        let params = QueryRequiredParams {
            count: i64::MAX,
            size: 1e21,
            text: "&=+ %20\u{1f98a}".to_owned(),
            flag: false,
            day: date!(0001 - 01 - 01),
            moment: DateTime::new("2024-06-30T23:59:59Z"),
            clock: it("13:45:00"),
            length: it("PT1H30M"),
            ident: IDENT,
            price: it(0.1),
            color: Color::AB,
            level: it(1),
            ratio: it(0.5),
            fixed: it("yes"),
            several: it("b"),
        };
        seen(
            &client.query_required(&params).await?,
            &[
                ("count", "int:9223372036854775807"),
                ("size", "float:1e+21"),
                ("text", "str:&=+ %20\u{1f98a}"),
                ("flag", "bool:False"),
                ("day", "date:0001-01-01"),
                ("moment", "datetime:2024-06-30T23:59:59+00:00"),
                ("clock", "time:13:45:00"),
                ("length", "timedelta:5400.0"),
                ("ident", "UUID:6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b"),
                ("price", "Decimal:0.1"),
                ("color", "Color.SLASH"),
                ("level", "Level.LOW"),
                ("ratio", "Ratio.HALF"),
                ("fixed", "str:yes"),
                ("several", "str:b"),
            ],
        )?;
    });
    check!("query_optional", {
        let defaults = [
            ("text", "NoneType:None"),
            ("count", "NoneType:None"),
            ("size", "NoneType:None"),
            ("flag", "bool:False"),
            ("color", "Color.RED"),
            ("level", "NoneType:None"),
            ("day", "NoneType:None"),
            ("limit", "int:20"),
            ("aliased", "NoneType:None"),
            ("old", "NoneType:None"),
            ("either", "NoneType:None"),
        ];
        seen(&client.query_optional().await?, &defaults)?;
        let call = client.query_optional().text("").count(0).size(5.0).flag(true).color(&Color::DarkBlue);
        #[allow(deprecated)]
        let call = call.level(&it(10)).day(DAY).limit(100).item_query("x,y").old("o").either(&it(7));
        seen(
            &call.await?,
            &[
                ("text", "str:"),
                ("count", "int:0"),
                ("size", "float:5.0"),
                ("flag", "bool:True"),
                ("color", "Color.DARK_BLUE"),
                ("level", "Level.HIGH"),
                ("day", "date:2024-02-29"),
                ("limit", "int:100"),
                ("aliased", "str:x,y"),
                ("old", "str:o"),
                ("either", "str:7"),
            ],
        )?;
    });
    check!("query_lists", {
        let call = client.query_lists(&texts(&["a,b", "", "c d"])).numbers(&[1, -2]);
        let call = call.colors(&[Color::Red, Color::AB]).unique(&[3, 1]).idents(&[IDENT]);
        seen(
            &call.await?,
            &[
                ("words", "[str:a,b str: str:c d]"),
                ("numbers", "[int:1 int:-2]"),
                ("colors", "[Color.RED Color.SLASH]"),
                ("unique", "[int:1 int:3]"),
                ("idents", "[UUID:6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b]"),
            ],
        )?;
    });
    check!("query_more", {
        let call = client.query_more(&[it("1.10"), it(2)]).days(&[date!(2024 - 02 - 29), date!(2025 - 01 - 01)]);
        // pydantic takes a text in a query for no integer of a `Literal`.
        let call = call.either(&json!("x")).code("AB").size(&[0.5, 2.0]);
        seen(
            &call.await?,
            &[
                ("prices", "[Decimal:1.10 Decimal:2]"),
                ("days", "[date:2024-02-29 date:2025-01-01]"),
                ("either", "str:x"),
                ("code", "str:AB"),
                ("sizes", "[float:0.5 float:2.0]"),
            ],
        )?;
    });
    check!("query_model", {
        let call = client.query_model().limit(7).offset(1).order_by(&QueryModelOrderBy::UpdatedAt);
        let call = call.tags(&texts(&["x", "y"])).since(&DateTime::new("2024-02-29T00:00:00Z"));
        let expected = "{limit=int:7 offset=int:1 order_by=str:updated_at tags=[str:x str:y] since=datetime:2024-02-29T00:00:00+00:00}";
        seen(&call.await?, &[("filter", expected)])?;
    });
    check!("headers", {
        let call =
            client.headers(5, "t, u").x_flag(true).x_moment(&DateTime::new("2024-02-29T00:00:00Z")).x_color(&Color::AB);
        seen(
            &call.strange_header("odd").x_single(&texts(&["one"])).await?,
            &[
                ("x_token", "str:t, u"),
                ("x_count", "int:5"),
                ("x_flag", "bool:True"),
                ("x_moment", "datetime:2024-02-29T00:00:00+00:00"),
                ("x_color", "Color.SLASH"),
                ("strange", "str:odd"),
                ("x_single", "[str:one]"),
            ],
        )?;
    });
    check!("cookies", {
        let call = client.cookies("a/b=+c").fatebook_tracker("xy").visits(3).theme(&Color::AB);
        let expected = "{session_id=str:a/b=+c fatebook_tracker=str:xy visits=int:3}";
        seen(&call.await?, &[("cookies", expected), ("theme", "Color.SLASH")])?;
    });
}

fn item() -> ItemInput {
    let sizes = vec![Size::new(2.0).height(0.25), Size::new(3.5).unit(SizeUnit::Cm)];
    let base = ItemInput::new(
        3,
        IDENT,
        it(10),
        DAY,
        "Lamp",
        ItemInputPlace(1.5, -2.0),
        it("19.90"),
        Size::new(1.0),
        DateTime::new("2024-02-29T12:00:00Z"),
        None,
    );
    base.note("n")
        .color(Color::DarkBlue)
        .opens("08:00:00")
        .lasts("PT2S")
        .sizes(sizes)
        .tags(texts(&["t"]))
        .labelled(ItemInputLabelled("l".to_owned(), 2, true))
        .prices(BTreeMap::from([("eur".to_owned(), it("1.10")), ("usd".to_owned(), it(2))]))
        .by_level(BTreeMap::from([(it("10"), Size::new(9.0))]))
        .extra(json!({"deep": [null, 1.5]}))
        .free(BTreeMap::from([("k".to_owned(), json!([1]))]))
        .camel_case(8)
}

async fn bodies(client: &Client) {
    check!("create_item", {
        let answer = client.create_item(&item()).await?;
        same(answer.status().as_u16(), 201)?;
        same_json(
            answer.value(),
            json!({
                "name": "Lamp", "price": "19.90", "count": 3, "weight": null, "note": "n", "color": "dark blue", "level": 10,
                "made": "2024-02-29", "updated": "2024-02-29T12:00:00Z", "opens": "08:00:00", "lasts": "PT2S", "ident": IDENT.to_string(),
                "size": {"width": 1.0, "height": 1.5, "unit": "mm"},
                "sizes": [{"width": 2.0, "height": 0.25, "unit": "mm"}, {"width": 3.5, "height": 1.5, "unit": "cm"}],
                "tags": ["t"], "place": [1.5, -2.0], "labelled": ["l", 2, true], "prices": {"eur": "1.10", "usd": "2"},
                "by_level": {"10": {"width": 9.0, "height": 1.5, "unit": "mm"}}, "extra": {"deep": [null, 1.5]},
                "free": {"k": [1]}, "camelCase": 8
            }),
        )?;
    });
    check!("see_item", {
        let few = ItemInput::new(
            0,
            IDENT,
            it(1),
            DAY,
            "x",
            ItemInputPlace(0.0, 0.1),
            it(7),
            Size::new(0.0),
            DateTime::new("2024-02-29T12:00:00+01:00"),
            Some(0.5),
        );
        let answer = client.see_item(&few).await?;
        let part = |name: &str| answer.values.get(name).cloned().unwrap_or_default();
        same(part("price"), "Decimal:7")?;
        same(part("weight"), "float:0.5")?;
        same(part("note"), "NoneType:None")?;
        same(part("color"), "Color.RED")?;
        same(part("updated"), "datetime:2024-02-29T12:00:00+01:00")?;
        same(part("place"), "[float:0.0 float:0.1]")?;
        same(part("size"), "{width=float:0.0 height=float:1.5 unit=str:mm}")?;
        same(part("by_level"), "NoneType:None")?;
    });
    check!("save_tree", {
        let tree = TreeInput::new(1).left(TreeInput::new(2)).children(vec![TreeInput::new(3).left(TreeInput::new(4))]);
        let leaf = |value| json!({"value": value, "left": null, "children": []});
        same_json(
            client.save_tree(&tree).await?.value(),
            json!({"value": 1, "left": leaf(2), "children": [{"value": 3, "left": leaf(4), "children": []}]}),
        )?;
    });
    check!("save_lists", {
        let answer = client.save_lists(&[Size::new(1.0), Size::new(2.0)]).await?;
        same(answer.items.len(), 2)?;
        same(answer.next.value().map(String::as_str), Some("2"))?;
    });
    check!("save_names", { same(&**client.save_names(&texts(&["a", "b"])).await?, texts(&["a", "b"]).as_slice())? });
    check!("save_map", {
        let map = BTreeMap::from([("1".to_owned(), 0.5), ("-2".to_owned(), 3.0)]);
        same(client.save_map(&map).await?.value(), &map)?;
    });
    check!("optional_body", {
        seen(&client.optional_body().await?, &[("size", "NoneType:None")])?;
        let expected = "{width=float:4.0 height=float:1.5 unit=str:mm}";
        seen(&client.optional_body().body(&Size::new(4.0)).await?, &[("size", expected)])?;
    });
    check!("several_bodies", {
        let answer =
            client.several_bodies(5, &Color::AB, &BodySeveralBodies::new(2, Size::new(1.0))).q("question").await?;
        seen(
            &answer,
            &[
                ("item_id", "int:5"),
                ("size", "{width=float:1.0 height=float:1.5 unit=str:mm}"),
                ("color", "Color.SLASH"),
                ("importance", "int:2"),
                ("q", "str:question"),
            ],
        )?;
    });
    check!("embedded_body", {
        let answer = client.embedded_body(&BodyEmbeddedBody::new(Size::new(2.5))).await?;
        seen(&answer, &[("size", "{width=float:2.5 height=float:1.5 unit=str:mm}")])?;
    });
    check!("save_area", {
        let area = it::<AreaInput>(json!({"width": 2, "height": 3}));
        same_json(client.save_area(&area).await?.value(), json!({"width": 2, "height": 3, "area": 6}))?;
    });
    check!("save_note", {
        let answer = client.save_note("grün \"q\"").await?;
        seen(&answer, &[("note", "str:grün \"q\""), ("content_type", "str:text/plain")])?;
    });
    check!("save_raw", {
        let answer = client.save_raw(vec![0_u8, 255]).await?;
        seen(&answer, &[("raw", "bytes:00ff"), ("content_type", "str:application/octet-stream")])?;
    });
    check!("scalar_body", { same(*client.scalar_body(41).await?.value(), 42)? });
}

async fn unions(client: &Client) {
    check!("save_pet", {
        let cases = [
            (OwnerPet::Cat(Cat::new()), json!({"kind": "cat", "lives": 9})),
            (OwnerPet::Dog(Dog::new(true)), json!({"kind": "dog", "good": true})),
            (OwnerPet::Lizard(Lizard::new().length(0.5)), json!({"kind": "lizard", "length": 0.5})),
        ];
        for (body, expected) in cases {
            same_json(client.save_pet(&body).await?.value(), expected)?;
        }
    });
    check!("save_owner", {
        let cat = || it::<OwnerPet>(json!({"kind": "cat"}));
        let owner = Owner::new(cat()).others(vec![it(json!({"kind": "puppy", "good": false}))]);
        let owner = owner.by_name(BTreeMap::from([("liz".to_owned(), it(json!({"kind": "lizard"})))]));
        let answer = client.save_owner(&owner).await?;
        same_json(
            answer.value(),
            json!({
                "pet": {"kind": "cat", "lives": 9}, "others": [{"kind": "puppy", "good": false}],
                "by_name": {"liz": {"kind": "lizard", "length": null}}
            }),
        )?;
        same_json(client.save_owner(answer.value()).await?.value(), json(answer.value()))?;
    });
    check!("evaluate", {
        let sum = json!({"op": "add", "left": {"op": "num", "value": 2}, "right": {"op": "neg", "of": {"op": "num", "value": 0.5}}});
        same(*client.evaluate(&it(sum)).await?.value(), 1.5)?;
        let number = NegOf::Num(Num::new(2.0));
        same(*client.evaluate(&number).await?.value(), 2.0)?;
    });
    check!("save_numbered", {
        let first = SaveNumberedBody::First(First::new("x"));
        let expected = [("numbered", "{number=int:1 a=str:x}"), ("type", "str:First")];
        seen(&client.save_numbered(&first).await?, &expected)?;
        let second = SaveNumberedBody::Second(Second::new("x"));
        let expected = [("numbered", "{number=int:2 a=str:x b=int:0}"), ("type", "str:Second")];
        seen(&client.save_numbered(&second).await?, &expected)?;
        same_json(&it::<SaveNumberedBody>(json!({"number": 2, "a": "x"})), json!({"number": 2, "a": "x"}))?;
        same(matches!(it(json!({"number": 2, "a": "x"})), SaveNumberedBody::Second(_)), true)?;
    });
    check!("save_shape", {
        let circle = client.save_shape(&SaveShapeBody::Circle(Circle::new(1.0))).await?;
        same_json(circle.value(), json!({"shape": "circle", "radius": 1.0}))?;
        let square = client.save_shape(&SaveShapeBody::Square(Square::new(2.0))).await?;
        same_json(square.value(), json!({"shape": "square", "side": 2.0}))?;
    });
    check!("save_version", {
        let first = SaveVersionBody::Version1(Version1::new("n"));
        seen(
            &client.save_version(&first).await?,
            &[("version", "{version=int:1 name=str:n}"), ("type", "str:Version1")],
        )?;
        let second = SaveVersionBody::Version2(Version2::new(texts(&["n"])));
        let expected = [("version", "{version=int:2 names=[str:n]}"), ("type", "str:Version2")];
        seen(&client.save_version(&second).await?, &expected)?;
    });
    check!("save_values", {
        let values = Values::new(
            vec![ValuesListedItem::Integer(1), ValuesListedItem::String("2".to_owned())],
            ValuesOrList::Array(texts(&["a"])),
            ValuesScalar::Boolean(true),
        );
        let values = values.or_model(ValuesOrModel::Size(Size::new(1.0))).secret("hidden").blob("raw");
        let answer = client.save_values(&values).await?;
        same_json(&answer.scalar, json!(true))?;
        same_json(&answer.listed, json!([1, "2"]))?;
        same_json(&answer.or_list, json!(["a"]))?;
        same_json(&answer.or_model.value(), json!({"width": 1.0, "height": 1.5, "unit": "mm"}))?;
        same(answer.secret.value().map(|secret| secret.expose()), Some("**********"))?;
        same(answer.blob.value().map(String::as_str), Some("raw"))?;
        let values = Values::new(vec![], ValuesOrList::String("s".to_owned()), ValuesScalar::String("1".to_owned()));
        let expected =
            json!({"scalar": "1", "listed": [], "or_list": "s", "or_model": null, "secret": null, "blob": null});
        same_json(client.save_values(&values).await?.value(), expected)?;
    });
}

async fn forms(client: &Client) {
    check!("login", {
        let form = BodyLogin::new("p&w=+ü", "me").remember(true).numbers(vec![1, 2]).color(Color::AB);
        seen(
            &client.login(&form).await?,
            &[
                ("username", "str:me"),
                ("password", "SecretStr:p&w=+ü"),
                ("remember", "bool:True"),
                ("numbers", "[int:1 int:2]"),
                ("color", "Color.SLASH"),
            ],
        )?;
    });
    check!("register", {
        let form = Registration::new(DAY, "A B").height(2.0).tags(texts(&["x", "y z"]));
        let expected = "{name=str:A B born=date:2024-02-29 height=float:2.0 tags=[str:x str:y z]}";
        seen(&client.register(&form).await?, &[("form", expected)])?;
        let form = Registration::new(DAY, "A");
        let expected = "{name=str:A born=date:2024-02-29 height=NoneType:None tags=[]}";
        seen(&client.register(&form).await?, &[("form", expected)])?;
    });
    check!("upload_one", {
        let file = FilePart::new(b"\x00\xff".to_vec()).file_name("a b.bin").media_type("image/png");
        let answer = client.upload_one(UploadOneForm::new(file, "T").size(3)).await?;
        seen(&answer, &[("file", "str:a b.bin image/png 00ff"), ("title", "str:T"), ("size", "int:3")])?;
    });
    check!("upload_optional", {
        let without = client.upload_optional(UploadOptionalForm::new("n")).await?;
        seen(&without, &[("file", "str:none"), ("note", "str:n")])?;
        let file = FilePart::new("text").file_name("t.txt").media_type("text/plain");
        let with = client.upload_optional(UploadOptionalForm::new("n").file(file)).await?;
        seen(&with, &[("file", "str:t.txt text/plain 74657874"), ("note", "str:n")])?;
    });
    check!("upload_many", {
        let file = |name: &str| FilePart::new(name.to_owned()).file_name(name).media_type("text/plain");
        let labels = texts(&["x", "y,z"]);
        let answer = client.upload_many(UploadManyForm::new(vec![file("a"), file("b")], &labels)).await?;
        seen(&answer, &[("files", "[str:a text/plain 61 str:b text/plain 62]"), ("labels", "[str:x str:y,z]")])?;
    });
    check!("upload_maybe", {
        let file = |name: &str| FilePart::new(name.to_owned()).file_name(name).media_type("text/plain");
        seen(&client.upload_maybe().await?, &[("files", "[]"), ("level", "Level.LOW")])?;
        let form = UploadMaybeForm::new().files([file("a"), file("b")]).level(&it(10));
        let expected = [("files", "[str:a text/plain 61 str:b text/plain 62]"), ("level", "Level.HIGH")];
        seen(&client.upload_maybe().body(form).await?, &expected)?;
    });
    check!("upload_bytes", {
        let answer = client.upload_bytes(UploadBytesForm::new(&it("1.20"), FilePart::new(vec![0, 255]))).await?;
        seen(&answer, &[("raw", "bytes:00ff"), ("price", "Decimal:1.20")])?;
    });
}

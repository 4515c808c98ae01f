//! What the client makes of the answers of the FastAPI application: statuses, content types and streams.

use crate::check;
use crate::checks::{Fault, events, items, refused, same, same_json, texts, undocumented};
use fastapi_client::Client;
use fastapi_client::operations::answers::{StatusesAnswer, StatusesError};
use fastapi_client::types::*;
use serde_json::json;

pub async fn run(client: &Client) {
    answers(client).await;
    streams(client).await;
}

async fn answers(client: &Client) {
    check!("statuses", {
        match client.statuses(200).await?.into_inner() {
            StatusesAnswer::Ok(size) => same(size.width, 1.0)?,
            other => return Err(Fault(format!("{other:?}"))),
        }
        match client.statuses(202).await?.into_inner() {
            StatusesAnswer::Accepted(names) => same(names, texts(&["later"]))?,
            other => return Err(Fault(format!("{other:?}"))),
        }
        match refused(client.statuses(404).await)? {
            StatusesError::NotFound(problem) => same(problem.message.as_str(), "not here")?,
            other => return Err(Fault(format!("{other:?}"))),
        }
        match refused(client.statuses(409).await)? {
            StatusesError::Conflict => {}
            other => return Err(Fault(format!("{other:?}"))),
        }
        same(undocumented(client.statuses(418).await)?.0, 418)?;
    });
    check!("invalid", {
        let error = refused(client.invalid(11).await)?;
        let detail = error.detail.unwrap_or_default();
        same(detail.len(), 1)?;
        same_json(&detail[0].loc, json!(["query", "limit"]))?;
        same(detail[0].type_.as_str(), "less_than_equal")?;
    });
    check!("delete_nothing", { same(client.delete_nothing(1).await?.status().as_u16(), 204)? });
    check!("text", { same(client.text().await?.as_str(), "grün\nplain")? });
    check!("page", { same(client.page().await?.as_str(), "<p>grün</p>")? });
    check!("string", { same(client.string().await?.as_str(), "in JSON")? });
    check!("image", { same(&client.image().await?[..], &b"\x89PNG\x00\xff"[..])? });
    check!("counted", {
        let answer = client.counted().await?;
        same(answer.headers.x_total, Some(42))?;
        same(answer.headers.x_next.as_deref(), Some("a b"))?;
        same(answer.value().value.as_slice(), [1, 2])?;
    });
    check!("exists", {
        let found = client.exists(1).await?;
        same(found.headers().get("x-found").and_then(|v| v.to_str().ok()), Some("yes"))?;
        same(client.exists(2).await.err().and_then(|e| e.status()).map(|s| s.as_u16()), Some(404))?;
    });
    check!("animals", {
        same_json(
            client.animals().await?.value(),
            json!([{"kind": "cat", "lives": 9}, {"kind": "dog", "good": false}]),
        )?;
    });
    check!("anything", { same(client.anything().await?.value(), &json!({"a": [1, null, "x", 1.5]}))? });
    check!("maybe", {
        same(client.maybe(false).await?.is_none(), true)?;
        same(client.maybe(true).await?.as_ref().map(|size| size.width), Some(2.0))?;
    });
}

async fn streams(client: &Client) {
    // The document does not describe the body.
    check!("stream", { same(&client.stream().await?.undocumented_body()[..], &b"chunk 0;chunk 1;chunk 2;"[..])? });
    check!("lines", {
        let lines = items(client.lines().count(2).await?.into_inner()).await?;
        same_json(&lines, json!([{"number": 0, "note": null}, {"number": 1, "note": "é\n"}]))?;
    });
    check!("events", {
        let all = events(client.events().await?.into_inner()).await?;
        let numbers: Vec<i64> = all.iter().map(|(_, _, event)| event.data.number).collect();
        same(numbers, [0, 1, 2])?;
    });
    check!("named_events", {
        let all = events(client.named_events(&Size::new(2.0)).await?.into_inner()).await?;
        let all: Vec<_> =
            all.iter().map(|(name, id, event)| (name.as_str(), id.as_str(), event.data.as_deref())).collect();
        same(all, [("size", "1", Some("{\"width\": 2.0}")), ("done", "1", Some("[DONE]"))])?;
    });
}

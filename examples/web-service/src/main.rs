//! A web service that calls the API with the token of its own caller: nobody can do more through it than they may do
//! themselves.
//!
//! `PORT=8080 cargo run -p web-service`, then `GET /shelter` with `Authorization: Bearer <access token>`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;
use axum::{Json, Router};
use cogen_runtime::AccessToken;
use petstore_client::auth::PetPool;
use petstore_client::scopes::PetsRead;
use petstore_client::{Client, grant};
use serde_json::{Value, json};
use std::env::var;
use std::error::Error;
use tokio::net::TcpListener;

type Refusal = (StatusCode, Json<Value>);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = var("PORT").as_deref().unwrap_or("8080").parse()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);

    // One HTTP client, so that all callers share its connections.
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "there is another cryptography")?;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    axum::serve(listener, Router::new().route("/shelter", get(shelter)).with_state(http)).await?;
    Ok(())
}

/// How many pets wait, as far as the caller may know.
async fn shelter(State(http): State<reqwest::Client>, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // Read, not verified: the API verifies it. What can't do is refused here already, without a call.
    let token = sent.ok_or("a bearer token is needed").map_err(|why| refuse(StatusCode::UNAUTHORIZED, why))?;
    let token = AccessToken::<PetPool, grant![PetsRead]>::from_jwt(token)
        .map_err(|error| refuse(StatusCode::UNAUTHORIZED, &error.to_string()))?;

    let mut client = Client::builder().pet_pool(token).http_client(http);
    if let Ok(url) = var("PETSTORE_URL") {
        client = client.base_url(url).allow_http();
    }
    let pets = client.build().map_err(|error| refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()))?;
    let page = pets.list_pets().await.map_err(|error| match error.status() {
        // The API's word on the caller's token is its word to the caller.
        Some(status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)) => refuse(status, &error.to_string()),
        _ => refuse(StatusCode::BAD_GATEWAY, &error.to_string()),
    })?;
    Ok(Json(json!({ "pets": page.pets.iter().map(|pet| &pet.name).collect::<Vec<_>>() })))
}

fn refuse(status: StatusCode, why: &str) -> Refusal {
    (status, Json(json!({ "message": why })))
}

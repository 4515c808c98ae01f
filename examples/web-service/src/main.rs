//! A web service that calls the API with the token of its own caller, so a caller can do no more through the service than
//! directly.
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

    // One client for all callers, so that they share its connections.
    let mut pets = Client::builder();
    if let Ok(url) = var("PETSTORE_URL") {
        pets = pets.base_url(url).allow_http();
    }
    axum::serve(listener, Router::new().route("/shelter", get(shelter)).with_state(pets.build()?)).await?;
    Ok(())
}

/// The names of the pets that the caller may see.
async fn shelter(State(pets): State<Client>, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // The claims are read and not verified; the API verifies the token. A token that cannot work is refused without a call.
    let token = sent.ok_or("a bearer token is needed").map_err(|why| refuse(StatusCode::UNAUTHORIZED, why))?;
    let token = AccessToken::<PetPool, grant![PetsRead]>::from_jwt(token)
        .map_err(|error| refuse(StatusCode::UNAUTHORIZED, &error.to_string()))?;

    let page = pets.with_pet_pool(token).list_pets().await.map_err(|error| match error.status() {
        // If the API refuses the caller's token, the caller gets the same status.
        Some(status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)) => refuse(status, &error.to_string()),
        _ => refuse(StatusCode::BAD_GATEWAY, &error.to_string()),
    })?;
    Ok(Json(json!({ "pets": page.pets.iter().map(|pet| &pet.name).collect::<Vec<_>>() })))
}

fn refuse(status: StatusCode, why: &str) -> Refusal {
    (status, Json(json!({ "message": why })))
}

//! The service of the example document: a few pets in memory. Like a service behind an API gateway, it relies on
//! the gateway in front of it to check the caller's token.

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running petstore, for use behind a gateway. It ends when it is dropped.
#[derive(Debug)]
pub struct Petstore {
    address: SocketAddr,
    shelf: Shelf,
    task: JoinHandle<()>,
}

/// A call as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
}

impl Petstore {
    /// Starts a petstore on a free port of this machine.
    ///
    /// # Errors
    /// If no port is free.
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shelf = Shelf::default();
        let app = routes(shelf.clone());
        let task = tokio::spawn(async move {
            let _until_it_is_dropped = axum::serve(listener, app).await;
        });
        Ok(Self { address, shelf, task })
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The calls that arrived since the last time, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.shelf.take_asked()
    }
}

impl Drop for Petstore {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The pets and the calls so far.
#[derive(Clone, Debug)]
pub(crate) struct Shelf(Arc<Mutex<(Vec<Value>, Vec<Asked>)>>);

impl Default for Shelf {
    fn default() -> Self {
        let pets = vec![
            json!({ "id": "1", "name": "Rex", "species": "dog", "status": "waiting" }),
            json!({ "id": "2", "name": "Mia", "species": "cat", "status": "adopted", "owner": { "name": "Ada" } }),
        ];
        Self(Arc::new(Mutex::new((pets, Vec::new()))))
    }
}

impl Shelf {
    pub(crate) fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).1)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Value>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).0)
    }
}

pub(crate) fn routes(shelf: Shelf) -> Router {
    Router::new()
        .route("/health", get(StatusCode::OK))
        .route("/me", get(me))
        .route("/pets", get(list).post(create))
        .route("/pets/{id}", get(one).delete(remove))
        .route("/reports/daily", get(report))
        .layer(from_fn_with_state(shelf.clone(), note))
        .with_state(shelf)
}

async fn note(State(shelf): State<Shelf>, request: Request, next: Next) -> Response {
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let asked = Asked {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        authorization: authorization.map(str::to_owned),
    };
    shelf.0.lock().unwrap_or_else(PoisonError::into_inner).1.push(asked);
    next.run(request).await
}

async fn me(headers: HeaderMap) -> Response {
    let claims = headers.get(header::AUTHORIZATION).and_then(|value| claims(value.to_str().ok()?));
    // An HTTP API without scopes also accepts the access token, in which the claim has another name.
    let name = claims.as_ref().and_then(|claims| claims["cognito:username"].as_str().or(claims["username"].as_str()));
    match name {
        Some(name) => Json(json!({ "name": name })).into_response(),
        None => problem(StatusCode::BAD_REQUEST, "this is not an ID token"),
    }
}

async fn list(State(shelf): State<Shelf>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let limit = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(20);
    if limit == 0 {
        return problem(StatusCode::BAD_REQUEST, "a page has at least one pet");
    }
    let wanted = |pet: &&Value| query.get("status").is_none_or(|status| pet["status"] == status.as_str());
    let pets: Vec<Value> = shelf.with(|pets| pets.iter().filter(wanted).take(limit).cloned().collect());
    Json(json!({ "pets": pets })).into_response()
}

async fn create(State(shelf): State<Shelf>, Json(mut pet): Json<Value>) -> Response {
    let Some(name) = pet["name"].as_str().map(str::to_owned) else {
        return problem(StatusCode::BAD_REQUEST, "a pet has a name");
    };
    shelf.with(|pets| {
        if let Some(known) = pets.iter().find(|known| known["name"] == name.as_str()) {
            return (StatusCode::CONFLICT, Json(known.clone())).into_response();
        }
        pet["id"] = json!((pets.len() + 1).to_string());
        pet["status"] = json!("waiting");
        pets.push(pet.clone());
        (StatusCode::CREATED, Json(pet)).into_response()
    })
}

async fn one(State(shelf): State<Shelf>, Path(id): Path<String>) -> Response {
    match shelf.with(|pets| pets.iter().find(|pet| pet["id"] == id.as_str()).cloned()) {
        Some(pet) => Json(pet).into_response(),
        None => problem(StatusCode::NOT_FOUND, "no such pet"),
    }
}

async fn remove(State(shelf): State<Shelf>, Path(id): Path<String>) -> StatusCode {
    shelf.with(|pets| pets.retain(|pet| pet["id"] != id.as_str()));
    StatusCode::NO_CONTENT
}

async fn report(State(shelf): State<Shelf>) -> Json<Value> {
    let adopted = shelf.with(|pets| pets.iter().filter(|pet| pet["status"] == "adopted").count());
    Json(json!({ "day": "2026-03-02", "adopted": adopted }))
}

/// The claims of the token, which the gateway in front of this service has verified.
fn claims(authorization: &str) -> Option<Value> {
    let payload = authorization.trim_start_matches("Bearer ").split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

fn problem(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}

//! An axum application with utoipa that answers with what it understood: `axum-app PORT`.
#![allow(missing_docs, clippy::expect_used)]

use axum::extract::{Multipart, Path};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json, Router};
use axum_extra::extract::{CookieJar, Query};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::Read as _;
use std::net::Ipv4Addr;
use utoipa::openapi::OpenApi;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Each value that the application understood, as `Debug` writes it.
#[derive(Serialize, ToSchema)]
struct Seen {
    values: BTreeMap<String, String>,
}

fn seen(values: &[(&str, &dyn Debug)]) -> Json<Seen> {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), format!("{value:?}"))).collect();
    Json(Seen { values })
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Color {
    Red,
    DarkBlue,
}

// Parameters.

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Scalars {
    small: i8,
    count: i64,
    big: u64,
    size: f64,
    narrow: f32,
    flag: bool,
    letter: char,
    text: String,
    ident: Uuid,
    color: Color,
}

#[utoipa::path(get, path = "/path/{small}/{count}/{big}/{size}/{narrow}/{flag}/{letter}/{text}/{ident}/{color}", params(Scalars), responses((status = 200, body = Seen)), tag = "parameters")]
async fn path_scalars(Path(it): Path<Scalars>) -> Json<Seen> {
    seen(&[
        ("small", &it.small),
        ("count", &it.count),
        ("big", &it.big),
        ("size", &it.size),
        ("narrow", &it.narrow),
        ("flag", &it.flag),
        ("letter", &it.letter),
        ("text", &it.text),
        ("ident", &it.ident),
        ("color", &it.color),
    ])
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    text: String,
    count: Option<u32>,
    #[serde(default)]
    flag: bool,
    color: Option<Color>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    numbers: Vec<i32>,
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u8>,
    #[serde(rename = "order-by")]
    order_by: Option<String>,
}

#[utoipa::path(get, path = "/query", params(Filter), responses((status = 200, body = Seen)), tag = "parameters")]
async fn query(Query(filter): Query<Filter>) -> Json<Seen> {
    seen(&[
        ("text", &filter.text),
        ("count", &filter.count),
        ("flag", &filter.flag),
        ("color", &filter.color),
        ("words", &filter.words),
        ("numbers", &filter.numbers),
        ("limit", &filter.limit),
        ("order_by", &filter.order_by),
    ])
}

#[utoipa::path(
    get,
    path = "/headers",
    params(
        ("x-token" = String, Header, description = "A token"),
        ("x-count" = Option<i32>, Header),
        ("session" = String, Cookie),
        ("theme" = Option<Color>, Cookie),
    ),
    responses((status = 200, body = Seen)),
    tag = "parameters"
)]
async fn headers(headers: HeaderMap, cookies: CookieJar) -> Json<Seen> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let cookie = |name: &str| cookies.get(name).map(|cookie| cookie.value().to_owned());
    seen(&[
        ("token", &text("x-token")),
        ("count", &text("x-count")),
        ("session", &cookie("session")),
        ("theme", &cookie("theme")),
    ])
}

// JSON bodies.

#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
struct Size {
    width: f64,
    #[serde(default = "height")]
    #[schema(default = 1.5)]
    height: f64,
}

fn height() -> f64 {
    1.5
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Pet {
    Cat { lives: u8 },
    Dog { good: bool },
    Fish,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Shape {
    Circle(f64),
    Square { side: f64 },
    Nothing,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(tag = "type", content = "value")]
enum Event {
    Resized(Size),
    Renamed { name: String },
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Text(String),
    Sized(Size),
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Item {
    item_name: String,
    ident: Uuid,
    big: u64,
    weight: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    color: Color,
    size: Size,
    maybe_size: Option<Size>,
    sizes: Vec<Size>,
    place: (f64, i32),
    labels: BTreeMap<String, i32>,
    #[schema(no_recursion)]
    parts: Vec<Item>,
    pet: Pet,
    shape: Shape,
    either: Either,
    bytes: Vec<u8>,
    free: serde_json::Value,
    #[serde(flatten)]
    dated: Dated,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Dated {
    #[schema(format = Date)]
    made_on: String,
}

#[utoipa::path(post, path = "/items", request_body = Item, responses((status = 201, body = Item)), tag = "bodies")]
async fn create_item(Json(item): Json<Item>) -> (StatusCode, Json<Item>) {
    (StatusCode::CREATED, Json(item))
}

#[utoipa::path(post, path = "/pets", request_body = Vec<Pet>, responses((status = 200, body = Vec<Pet>)), tag = "bodies")]
async fn save_pets(Json(pets): Json<Vec<Pet>>) -> Json<Vec<Pet>> {
    Json(pets)
}

#[utoipa::path(post, path = "/shapes", request_body = Vec<Shape>, responses((status = 200, body = Vec<Shape>)), tag = "bodies")]
async fn save_shapes(Json(shapes): Json<Vec<Shape>>) -> Json<Vec<Shape>> {
    Json(shapes)
}

#[utoipa::path(post, path = "/events", request_body = Event, responses((status = 200, body = Event)), tag = "bodies")]
async fn save_event(Json(event): Json<Event>) -> Json<Event> {
    Json(event)
}

#[utoipa::path(post, path = "/either", request_body = Either, responses((status = 200, body = Seen)), tag = "bodies")]
async fn see_either(Json(either): Json<Either>) -> Json<Seen> {
    seen(&[("either", &either)])
}

#[utoipa::path(put, path = "/optional", request_body = Option<Size>, responses((status = 200, body = Option<Size>)), tag = "bodies")]
async fn save_optional(Json(size): Json<Option<Size>>) -> Json<Option<Size>> {
    Json(size)
}

#[utoipa::path(put, path = "/text", request_body = String, responses((status = 200, body = String)), tag = "bodies")]
async fn save_text(text: String) -> String {
    text.to_uppercase()
}

#[utoipa::path(put, path = "/bytes", request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")), tag = "bodies")]
async fn save_bytes(bytes: axum::body::Bytes) -> Response {
    let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
    ([(header::CONTENT_TYPE, "application/octet-stream")], reversed).into_response()
}

// Forms and files.

#[derive(Debug, Deserialize, ToSchema)]
struct Login {
    user: String,
    age: Option<u8>,
    remember: bool,
    color: Option<Color>,
}

#[utoipa::path(post, path = "/login", request_body(content = Login, content_type = "application/x-www-form-urlencoded"), responses((status = 200, body = Seen)), tag = "forms")]
async fn login(Form(form): Form<Login>) -> Json<Seen> {
    seen(&[("user", &form.user), ("age", &form.age), ("remember", &form.remember), ("color", &form.color)])
}

#[derive(ToSchema)]
#[allow(dead_code)]
struct Upload {
    title: String,
    size: Size,
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    #[schema(format = Binary)]
    more: Option<String>,
}

#[utoipa::path(post, path = "/upload", request_body(content = Upload, content_type = "multipart/form-data"), responses((status = 200, body = Seen)), tag = "forms")]
async fn upload(mut form: Multipart) -> Json<Seen> {
    let mut values = BTreeMap::new();
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        let kind = field.content_type().map(str::to_owned);
        let file = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.unwrap_or_default();
        values.insert(name, format!("{file:?} {kind:?} {bytes:?}"));
    }
    Json(Seen { values })
}

// Answers.

#[derive(Debug, Serialize, ToSchema)]
struct Problem {
    code: u16,
    message: String,
}

#[utoipa::path(
    get,
    path = "/statuses/{status}",
    params(("status" = u16, Path)),
    responses(
        (status = 200, body = Size),
        (status = 202, description = "Later"),
        (status = 404, body = Problem),
        (status = "5XX", body = Problem)
    ),
    tag = "answers"
)]
async fn statuses(Path(status): Path<u16>) -> Response {
    let problem = |message: &str| Json(Problem { code: status, message: message.to_owned() });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
    match status.as_u16() {
        200 => Json(Size { width: 1.0, height: 2.0 }).into_response(),
        202 => status.into_response(),
        404 => (status, problem("not here")).into_response(),
        _ => (status, problem("failed")).into_response(),
    }
}

#[utoipa::path(get, path = "/counted", responses((status = 200, body = Vec<i32>, headers(("x-total" = i64), ("x-next" = Option<String>)))), tag = "answers")]
async fn counted() -> impl IntoResponse {
    ([("x-total", "42")], Json([1, 2]))
}

#[utoipa::path(delete, path = "/nothing", responses((status = 204)), tag = "answers")]
async fn nothing() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[utoipa::path(head, path = "/exists/{ident}", params(("ident" = i32, Path)), responses((status = 200), (status = 404)), tag = "answers")]
async fn exists(Path(ident): Path<i32>) -> StatusCode {
    if ident == 1 { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

fn application() -> (Router, OpenApi) {
    let router = OpenApiRouter::new()
        .routes(routes!(path_scalars))
        .routes(routes!(query))
        .routes(routes!(headers))
        .routes(routes!(create_item))
        .routes(routes!(save_pets))
        .routes(routes!(save_shapes))
        .routes(routes!(save_event))
        .routes(routes!(see_either))
        .routes(routes!(save_optional))
        .routes(routes!(save_text))
        .routes(routes!(save_bytes))
        .routes(routes!(login))
        .routes(routes!(upload))
        .routes(routes!(statuses))
        .routes(routes!(counted))
        .routes(routes!(nothing))
        .routes(routes!(exists));
    router.split_for_parts()
}

fn main() {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).expect("a port");
    std::thread::spawn(|| {
        let _ended = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let (router, document) = application();
    let document = document.to_json().expect("a document");
    let json = [(header::CONTENT_TYPE, "application/json")];
    let router = router.route("/openapi.json", axum::routing::get(move || async move { (json, document) }));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("a free port");
        axum::serve(listener, router).await.expect("it serves");
    });
}

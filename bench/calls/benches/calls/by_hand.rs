//! The calls as a careful application would write them by hand: reqwest, serde, a token with its expiry, one refresh after a 401.
#![allow(dead_code, reason = "answers are read whole, as an application would")]

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::ACCEPT;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::Deserialize;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

#[derive(Debug, Deserialize)]
pub struct Pet {
    pub id: String,
    pub name: String,
    pub species: Option<Species>,
    pub born: Option<String>,
    pub tags: Option<Vec<String>>,
    pub status: Status,
    pub owner: Option<Owner>,
}

#[derive(Debug, Deserialize)]
pub struct Owner {
    pub name: String,
    pub phone: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Species {
    Cat,
    Dog,
    Bird,
    Other,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Waiting,
    Adopted,
}

#[derive(Debug, Deserialize)]
pub struct Page {
    pub pets: Vec<Pet>,
    pub next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Problem {
    pub message: String,
}

/// A token, its expiry, and its generation.
struct Token {
    text: String,
    end: SystemTime,
    generation: u64,
}

pub struct Api {
    http: Client,
    base: String,
    token: Mutex<Arc<Token>>,
    timeout: Duration,
}

type Fails = Box<dyn Error + Send + Sync>;

impl Api {
    pub fn new(base: String, token: String, end: SystemTime) -> Result<Self, Fails> {
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(Duration::from_secs(10))
            .user_agent("by-hand/1.0")
            .build()?;
        let token = Mutex::new(Arc::new(Token { text: token, end, generation: 0 }));
        Ok(Self { http, base, token, timeout: Duration::from_secs(60) })
    }

    pub async fn get_pet(&self, id: &str) -> Result<Pet, Fails> {
        let id = utf8_percent_encode(id, SEGMENT);
        self.send(|| self.http.get(format!("{}/pets/{id}", self.base))).await
    }

    pub async fn list_pets(&self, limit: i32) -> Result<Page, Fails> {
        self.send(|| self.http.get(format!("{}/pets", self.base)).query(&[("limit", limit)])).await
    }

    async fn send<T: serde::de::DeserializeOwned>(&self, request: impl Fn() -> RequestBuilder) -> Result<T, Fails> {
        let mut refreshed = false;
        loop {
            let token = self.token().await?;
            let request = request().header(ACCEPT, "application/json").bearer_auth(&token.text).timeout(self.timeout);
            let response = request.send().await?;
            match response.status() {
                StatusCode::UNAUTHORIZED if !refreshed => {
                    self.refresh(token.generation).await?;
                    refreshed = true;
                }
                status if status.is_success() => return Ok(response.json().await?),
                StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => {
                    return Err(response.json::<Problem>().await?.message.into());
                }
                status => return Err(format!("unexpected status {status}").into()),
            }
        }
    }

    /// The token, or a new one if it has expired.
    async fn token(&self) -> Result<Arc<Token>, Fails> {
        let token = Arc::clone(&self.token.lock().unwrap_or_else(PoisonError::into_inner));
        if token.end > SystemTime::now() + Duration::from_secs(60) {
            return Ok(token);
        }
        self.refresh(token.generation).await?;
        Ok(Arc::clone(&self.token.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Never called in this benchmark.
    async fn refresh(&self, generation: u64) -> Result<(), Fails> {
        Err(format!("the token of generation {generation} can't be refreshed").into())
    }
}

/// The characters that are not escaped in a path segment (RFC 3986, section 2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

//! Sessions with a user pool and a clock that the test controls.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod audiences;
mod environments;
mod failures;
mod full_disk;
mod identity;
mod many;
mod origins;
mod responses;
mod rotation;
mod sign_out;
mod slow;
mod throttled;

use crate::app_client::client::AppClient;
use crate::auth::token_set::TokenSet;
use crate::clock::Clock;
use crate::contract::api::TokenKind;
use crate::credential::deployment::Deployment;
use crate::session::events::SessionEvent;
use crate::session::handle::Session;
use crate::session::settings::SessionSettings;
use crate::store::memory::MemoryStore;
use crate::testing::clock::TestClock;
use crate::testing::pool::{ISSUER, POOL_ID, PetPool, Read, Write, token};
use crate::testing::scripted::{Reply, Scripted, Sent, fails};
use crate::token::bearer_token::BearerToken;
use crate::token::error::TokenError;
use crate::token::provider::TokenProvider as _;
use crate::token_credential::typed::UserSession;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the pool does for a refresh.
#[derive(Clone)]
enum Does {
    Refreshes,
    /// Returns this response. Status 0 closes the connection.
    Answers(u16, String),
    /// Returns an error of the service, by code and message.
    Fails(&'static str, &'static str),
    Stalls(Duration),
}

/// The state of the pool.
struct Script {
    does: Does,
    /// Whether refresh tokens rotate.
    rotates: bool,
    /// How many replaced refresh tokens are still accepted (the grace period).
    grace: u64,
    newest: u64,
    refreshes: u64,
    reuses: u64,
    lifetime: u64,
    /// The difference of its clock, in seconds.
    skew: i64,
    scope: String,
    subject: String,
    /// Claims that replace those of its tokens.
    claims: Value,
    expires_in: Option<Value>,
    delay: Duration,
}

#[derive(Clone)]
struct World {
    server: Scripted,
    clock: TestClock,
    script: Arc<Mutex<Script>>,
}

impl World {
    async fn new() -> Self {
        let clock = TestClock::new();
        let script = Arc::new(Mutex::new(Script {
            does: Does::Refreshes,
            rotates: false,
            grace: 0,
            newest: 0,
            refreshes: 0,
            reuses: 0,
            lifetime: 3600,
            skew: 0,
            scope: "aws.cognito.signin.user.admin pets/read".to_owned(),
            subject: "u-1".to_owned(),
            claims: json!({}),
            expires_in: None,
            delay: Duration::ZERO,
        }));
        let (time, pool) = (clock.clone(), script.clone());
        let server = Scripted::start(move |sent| {
            let delay = pool.lock().unwrap().delay;
            std::thread::sleep(delay);
            pool.lock().unwrap().answer(sent, time.seconds())
        })
        .await;
        Self { server, clock, script }
    }

    fn set(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    fn does(&self, does: Does) {
        self.set(|script| script.does = does);
    }

    fn app(&self) -> AppClient<PetPool> {
        AppClient::of_pool(POOL_ID, "client").endpoint(&self.server.url).clock(self.clock.clone())
    }

    async fn sign_in(&self, app: &AppClient<PetPool>) -> UserSession<PetPool> {
        app.sign_in_with_password("alice", "Passw0rd!").await.unwrap().done_with().unwrap()
    }

    /// A session without a store.
    async fn session(&self) -> Session {
        self.sign_in(&self.app()).await.session().unwrap().clone()
    }

    /// A session in a store.
    async fn kept(&self, store: &MemoryStore) -> Session {
        self.sign_in(&self.app().store(store.clone())).await.session().unwrap().clone()
    }

    /// The session of another process.
    async fn restored(&self, store: &MemoryStore) -> Session {
        let session = self.app().store(store.clone()).restore("alice").await.unwrap().unwrap();
        session.session().unwrap().clone()
    }

    /// A token of the pool.
    fn token(&self, kind: &str) -> String {
        self.script.lock().unwrap().token(kind, self.clock.seconds())
    }

    /// The tokens of a user without the refresh token.
    fn tokens(&self) -> TokenSet {
        TokenSet::from_tokens(self.token("id"), self.token("access"))
    }

    fn refreshes(&self) -> u64 {
        self.script.lock().unwrap().refreshes
    }

    /// The number of refresh requests, whatever the response was.
    fn requests(&self) -> usize {
        self.server.operations().iter().filter(|name| *name == "GetTokensFromRefreshToken").count()
    }
}

impl Script {
    fn answer(&mut self, sent: &Sent, now: u64) -> Reply {
        match sent.operation() {
            "InitiateAuth" => self.tokens(now, true),
            "GetTokensFromRefreshToken" => self.refresh(sent, now),
            "" if sent.path == "/oauth2/token" => self.token_endpoint(sent, now),
            _ => (200, "{}".to_owned()),
        }
    }

    fn refresh(&mut self, sent: &Sent, now: u64) -> Reply {
        match &self.does {
            Does::Answers(status, text) => return (*status, text.clone()),
            Does::Fails(code, message) => return fails(code, message),
            Does::Stalls(time) => std::thread::sleep(*time),
            Does::Refreshes => {}
        }
        self.refreshes += 1;
        let token = sent.text("/RefreshToken").unwrap();
        if !self.accepts(&token) {
            self.reuses += 1;
            return fails("RefreshTokenReuseException", "Refresh token reuse detected");
        }
        self.newest += u64::from(self.rotates);
        self.tokens(now, self.rotates)
    }

    /// Whether the refresh token is the newest, or in its grace period.
    fn accepts(&self, token: &str) -> bool {
        let number: u64 = token.trim_start_matches("refresh-").parse().unwrap();
        number <= self.newest && number + self.grace >= self.newest
    }

    fn tokens(&self, now: u64, with_refresh: bool) -> Reply {
        let mut result = json!({
            "AccessToken": self.token("access", now), "IdToken": self.token("id", now),
            "ExpiresIn": self.expires_in.clone().unwrap_or(self.lifetime.into()), "TokenType": "Bearer",
        });
        if with_refresh {
            result["RefreshToken"] = format!("refresh-{}", self.newest).into();
        }
        (200, json!({"AuthenticationResult": result}).to_string())
    }

    fn token_endpoint(&mut self, sent: &Sent, now: u64) -> Reply {
        self.refreshes += 1;
        let mut answer = json!({
            "access_token": self.token("access", now), "expires_in": self.lifetime, "token_type": "Bearer",
        });
        if sent.body.contains("grant_type=refresh_token") {
            answer["id_token"] = self.token("id", now).into();
            answer["refresh_token"] = "refresh-0".into();
        }
        (200, answer.to_string())
    }

    fn token(&self, kind: &str, now: u64) -> String {
        let issued = now.checked_add_signed(self.skew).unwrap();
        let mut claims = json!({
            "token_use": kind, "iss": ISSUER, "sub": self.subject, "iat": issued, "exp": issued + self.lifetime,
            "cognito:username": "alice", "n": self.refreshes,
        });
        if kind == "access" {
            claims["scope"] = self.scope.as_str().into();
        }
        for (name, value) in self.claims.as_object().unwrap() {
            match value {
                Value::String(text) if text == "absent" => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        token(claims)
    }
}

/// The settings of sessions without a store.
fn settings(clock: impl Clock + 'static) -> SessionSettings {
    SessionSettings {
        deployed: Deployment::default(),
        clock: Arc::new(clock),
        early: None,
        timeout: Duration::from_secs(1000),
        store: None,
        pool_id: None,
        client_id: "client".to_owned(),
    }
}

async fn access(session: &Session) -> Result<BearerToken, TokenError> {
    session.token(TokenKind::Access).await
}

/// The generation of the access token after a refresh that a caller can have started.
async fn generation(session: &Session) -> u64 {
    access(session).await.unwrap();
    session.settled().await;
    access(session).await.unwrap().generation
}

/// The events so far.
async fn received(events: &mut super::Events) -> Vec<SessionEvent> {
    let mut all = Vec::new();
    while let Ok(Some(event)) = tokio::time::timeout(Duration::from_millis(50), events.next()).await {
        all.push(event);
    }
    all
}

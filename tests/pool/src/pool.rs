//! Configures, starts, inspects and stops a user pool.

use crate::petstore::{self, Asked, Shelf};
use crate::state::{AppClient, Settings, State};
use crate::tokens::Keys;
use crate::{api, authorizer, oauth};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running user pool with a petstore behind it. It ends when it is dropped.
pub struct TestPool {
    address: SocketAddr,
    state: Arc<State>,
    shelf: Shelf,
    task: JoinHandle<()>,
}

/// The configuration of a user pool.
#[must_use = "nothing runs until it is started"]
pub struct Builder {
    pool_id: String,
    clients: BTreeMap<String, AppClient>,
    users: Vec<(String, String, bool)>,
    emails: Vec<(String, String)>,
    settings: Settings,
}

impl TestPool {
    /// Begins the configuration of a user pool with the id that the client knows, such as `eu-west-1_PetPool01`.
    pub fn builder(pool_id: impl Into<String>) -> Builder {
        Builder {
            pool_id: pool_id.into(),
            clients: BTreeMap::new(),
            users: Vec::new(),
            emails: Vec::new(),
            settings: Settings {
                rotation: false,
                devices: false,
                totp_required: false,
                token_lifetime: Duration::from_secs(3600),
            },
        }
    }

    /// The endpoint of the user-pool API, and the domain of the managed login.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base URL of the petstore.
    pub fn api_url(&self) -> String {
        format!("http://{}/api", self.address)
    }

    /// The calls that reached the petstore since the last time, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.shelf.take_asked()
    }

    /// The code that the pool sent to a user last, until the user enters it.
    pub fn code_of(&self, name: &str) -> Option<String> {
        self.state.lock().users.get(name)?.code.clone()
    }

    /// Forgets all devices of all users, as an administrator can.
    pub fn forget_devices(&self) {
        for user in self.state.lock().users.values_mut() {
            user.devices.clear();
        }
    }

    /// Ends every sign-in, as an administrator can: a later refresh is refused.
    pub fn end_all_sessions(&self) {
        let mut inner = self.state.lock();
        let all: Vec<String> = inner.refresh_tokens.values().map(|token| token.grant.origin.clone()).collect();
        inner.ended.extend(all);
    }
}

impl Drop for TestPool {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for TestPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestPool").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Builder {
    /// Adds an app client for users: it has no secret, may request the scopes, and redirects to `redirect`, which is compared as text.
    /// Plain `http` is for `localhost` only.
    pub fn app_client(mut self, id: &str, scopes: &[&str], redirect: &str) -> Self {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.clients.insert(id.to_owned(), AppClient { secret: None, scopes, redirects: vec![redirect.to_owned()] });
        self
    }

    /// Adds an app client with a secret, which may request the scopes with client credentials.
    pub fn machine(mut self, id: &str, secret: &str, scopes: &[&str]) -> Self {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.clients
            .insert(id.to_owned(), AppClient { secret: Some(secret.to_owned()), scopes, redirects: Vec::new() });
        self
    }

    /// Adds a user.
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.users.push((name.to_owned(), password.to_owned(), false));
        self
    }

    /// Sets the e-mail address of a user, who can sign in with it too, in upper or lower case.
    pub fn email(mut self, name: &str, address: &str) -> Self {
        self.emails.push((name.to_owned(), address.to_owned()));
        self
    }

    /// Adds a user whose password must be changed at the first sign-in.
    pub fn new_user(mut self, name: &str, password: &str) -> Self {
        self.users.push((name.to_owned(), password.to_owned(), true));
        self
    }

    /// Each refresh returns a new refresh token, and the old one is no longer accepted.
    pub fn rotate_refresh_tokens(mut self) -> Self {
        self.settings.rotation = true;
        self
    }

    /// Remembers devices; a remembered device replaces MFA.
    pub fn remember_devices(mut self) -> Self {
        self.settings.devices = true;
        self
    }

    /// Requires every user to set up an authenticator app.
    pub fn require_totp(mut self) -> Self {
        self.settings.totp_required = true;
        self
    }

    /// The lifetime of ID and access tokens; the default is an hour.
    pub fn token_lifetime(mut self, life: Duration) -> Self {
        self.settings.token_lifetime = life;
        self
    }

    /// Starts the user pool on a free port of this machine.
    ///
    /// # Errors
    /// If no port is free or no signing key can be created.
    pub async fn start(self) -> io::Result<TestPool> {
        let keys = Keys::new().map_err(io::Error::other)?;
        let state = Arc::new(State::new(self.pool_id, self.clients, self.settings, keys));
        for (name, password, must_change) in &self.users {
            state.add_user(name, password, *must_change);
        }
        for (name, address) in &self.emails {
            if let Some(user) = state.lock().users.get_mut(name) {
                user.attributes.insert("email".to_owned(), address.clone());
            }
        }
        let shelf = Shelf::default();
        let pets = petstore::routes(shelf.clone())
            .fallback(|| async { axum::http::StatusCode::NOT_FOUND })
            .layer(from_fn_with_state(Arc::clone(&state), authorizer::authorize));
        let app = Router::new()
            .route("/", post(api::operation))
            .merge(oauth::routes())
            .with_state(Arc::clone(&state))
            .nest("/api", pets);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            let _until_it_is_dropped = axum::serve(listener, app).await;
        });
        Ok(TestPool { address, state, shelf, task })
    }
}

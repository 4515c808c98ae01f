//! The user pool and the API that the quick start uses: ministack if it is installed, otherwise the test pool of this process.

use cogen_test_peers::{Failure, For, Ministack, Pool, rest_api};
use cogen_test_pool::{Petstore, TestPool};
use std::path::Path;

/// A user pool and an API, with the user `ada`.
pub struct Place {
    /// What it is, as printed.
    pub what: String,
    /// The id of the user pool.
    pub pool_id: String,
    /// The endpoint of the user-pool API and the domain of the managed login.
    pub pool: String,
    /// The base URL of the API.
    pub api: String,
    /// The app client for users.
    pub app_client: String,
    /// The callback URL of managed login.
    pub redirect: String,
    /// The app client for machines.
    pub machine: String,
    /// Its secret.
    pub machine_secret: String,
    /// Servers that stop when this is dropped.
    _running: (Option<TestPool>, Option<Petstore>),
}

/// The user's password.
pub const PASSWORD: &str = "Passw0rd!";

impl Place {
    /// The commands that run the other examples against the pool of this process.
    pub fn directions(&self) -> String {
        let Self { pool, api, machine, machine_secret, .. } = self;
        format!(
            "  export PETSTORE_POOL={pool} PETSTORE_DOMAIN={pool} PETSTORE_URL={api}\n  \
             cargo run -p terminal-login -- ada         # the password is {PASSWORD}\n  \
             cargo run -p managed-login\n  \
             PETSTORE_CLIENT_ID={machine} PETSTORE_CLIENT_SECRET={machine_secret} cargo run -p machine"
        )
    }
}

/// Starts ministack, or the test pool where it is not installed.
///
/// # Errors
/// If it does not start.
pub async fn find() -> Result<Place, Failure> {
    let in_process = std::env::args().any(|argument| argument == "--in-process" || argument == "--stay");
    if !in_process && Ministack::is_installed() {
        return ministack().await;
    }
    let (app_client, redirect) = ("1example23456789".to_owned(), "http://localhost:8400/callback".to_owned());
    let (machine, machine_secret) = ("sweeper".to_owned(), "s3cret".to_owned());
    let pool = TestPool::builder(POOL)
        .app_client(&app_client, &["pets/read"], &redirect)
        .machine(&machine, &machine_secret, &["pets/read", "pets/write"])
        .user("ada", PASSWORD);
    let pool = pool.start().await?;
    let hint = if in_process { "" } else { "; `tests/peers/prepare python` installs ministack, a fuller one" };
    Ok(Place {
        what: format!("the test pool of this process at {}{hint}", pool.url()),
        pool_id: POOL.to_owned(),
        pool: pool.url(),
        api: pool.api_url(),
        app_client,
        redirect,
        machine,
        machine_secret,
        _running: (Some(pool), None),
    })
}

async fn ministack() -> Result<Place, Failure> {
    let (ministack, service) = (Ministack::shared()?, Petstore::start().await?);
    let pool = Pool::new(false)?;
    pool.user("ada", PASSWORD)?;
    let (users, machines) = (pool.app(For::Users, &["pets/read"])?, pool.app(For::Machines, &["pets/write"])?);
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../petstore/openapi.yaml");
    let (api, _) = rest_api(ministack, &document, &pool, &service.url())?;
    Ok(Place {
        what: format!("ministack at {}, in front of a petstore at {}", ministack.url(), service.url()),
        pool_id: pool.id().to_owned(),
        pool: ministack.url(),
        api,
        app_client: users.client_id,
        redirect: users.redirect,
        machine: machines.client_id,
        machine_secret: machines.secret.ok_or("an app client without a secret")?,
        _running: (None, Some(service)),
    })
}

/// The id of the pool in this process: that of the document.
const POOL: &str = "eu-west-1_PetPool01";

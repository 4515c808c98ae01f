//! Where the quick start runs: ministack if it is installed, else the test pool of this process.

use cogen_test_peers::{Failure, For, Ministack, Pool, rest_api};
use cogen_test_pool::{Petstore, TestPool};
use std::path::Path;

/// A user pool and an API, with the user `ada`.
pub struct Place {
    /// What it is, for people.
    pub what: String,
    /// The id of the user pool.
    pub pool_id: String,
    /// The endpoint of the user-pool API and the domain of the managed login.
    pub pool: String,
    /// The base URL of the API.
    pub api: String,
    /// The app client for users.
    pub app_client: String,
    /// Where managed login sends the browser back to.
    pub redirect: String,
    /// The app client for machines.
    pub machine: String,
    /// Its secret.
    pub machine_secret: String,
    /// What ends with it.
    _running: (Option<TestPool>, Option<Petstore>),
}

/// The user's password.
pub const PASSWORD: &str = "Passw0rd!";

impl Place {
    /// How the other examples find the pool of this process.
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

/// Looks for ministack.
///
/// # Errors
/// If what there is does not start.
pub async fn find() -> Result<Place, Failure> {
    let in_process = std::env::args().any(|argument| argument == "--in-process" || argument == "--stay");
    if !in_process && Ministack::is_installed() {
        return ministack().await;
    }
    let (app_client, redirect) = ("1example23456789".to_owned(), "http://127.0.0.1:8400/callback".to_owned());
    let (machine, machine_secret) = ("sweeper".to_owned(), "s3cret".to_owned());
    let pool = TestPool::builder(POOL)
        .app_client(&app_client, &["pets/read"], &redirect)
        .machine(&machine, &machine_secret, &["pets/read", "pets/write"])
        .user("ada", PASSWORD);
    let pool = pool.start().await?;
    let mend = if in_process { "" } else { "; `tests/peers/prepare python` installs ministack, a fuller one" };
    Ok(Place {
        what: format!("the test pool of this process at {}{mend}", pool.url()),
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

/// The pool that the document names, as the one in this process is called.
const POOL: &str = "eu-west-1_PetPool01";

//! The state of the pool: app clients, users, devices, and sign-ins in progress.

use crate::sign_in::Pending;
use crate::srp::{Exchange, Verifier};
use crate::tokens::Keys;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use subtle::ConstantTimeEq as _;

/// A running pool.
pub(crate) struct State {
    pub pool_id: String,
    pub clients: BTreeMap<String, AppClient>,
    pub settings: Settings,
    pub keys: Keys,
    inner: Mutex<Inner>,
}

/// The configuration of the pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Every refresh returns a new refresh token and invalidates the old one.
    pub rotation: bool,
    /// Devices are remembered; a remembered device replaces MFA.
    pub devices: bool,
    /// Users without an authenticator app must set one up.
    pub totp_required: bool,
    /// The lifetime of ID and access tokens.
    pub token_lifetime: Duration,
}

/// An app client.
pub(crate) struct AppClient {
    pub secret: Option<String>,
    pub scopes: Vec<String>,
    pub redirects: Vec<String>,
}

/// The state that changes.
#[derive(Default)]
pub(crate) struct Inner {
    pub users: BTreeMap<String, User>,
    /// SRP exchanges by their secret block.
    pub exchanges: BTreeMap<String, (Pending, Exchange)>,
    /// Challenges by their session.
    pub challenges: BTreeMap<String, (&'static str, Pending)>,
    pub codes: BTreeMap<String, Code>,
    /// The users of sign-ups that are not confirmed, and of confirmed ones, by their session.
    pub sign_ups: BTreeMap<String, String>,
    pub confirmed: BTreeMap<String, String>,
    pub refresh_tokens: BTreeMap<String, RefreshToken>,
    /// The `origin_jti` of sign-ins that were ended.
    pub ended: BTreeSet<String>,
}

/// A user.
pub(crate) struct User {
    pub sub: String,
    pub password: Verifier,
    pub must_change: bool,
    pub is_confirmed: bool,
    pub attributes: BTreeMap<String, String>,
    /// The code that was sent last.
    pub code: Option<String>,
    pub totp: Option<Totp>,
    /// Keys of devices, with their verifiers once they are confirmed.
    pub devices: BTreeMap<String, Option<Verifier>>,
    /// The challenge of the registration of a passkey.
    pub registration: Option<String>,
    /// The ids of passkeys, with the time of their registration.
    pub passkeys: BTreeMap<String, u64>,
}

impl User {
    pub(crate) fn new(password: Verifier) -> Self {
        Self {
            sub: uuid(),
            password,
            must_change: false,
            is_confirmed: true,
            attributes: BTreeMap::new(),
            code: None,
            totp: None,
            devices: BTreeMap::new(),
            registration: None,
            passkeys: BTreeMap::new(),
        }
    }
}

/// An authenticator app.
pub(crate) struct Totp {
    pub secret: String,
    pub verified: bool,
    pub preferred: bool,
}

/// One sign-in, as its tokens contain it.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// `None` for client credentials.
    pub username: Option<String>,
    /// Whether the user signed in over the user-pool API, which always gives an ID token.
    pub over_api: bool,
    pub client_id: String,
    pub scopes: Vec<String>,
    pub device_key: Option<String>,
    pub nonce: Option<String>,
    pub auth_time: u64,
    pub origin: String,
}

/// An authorization code of managed login.
pub(crate) struct Code {
    pub grant: Grant,
    pub redirect: String,
    pub challenge: String,
}

/// A refresh token; a used one is kept, to distinguish reuse from an unknown token.
pub(crate) struct RefreshToken {
    pub grant: Grant,
    pub used: bool,
}

/// Why the pool refuses a request: the name of the error and its text.
#[derive(Debug)]
pub(crate) struct Refusal(pub &'static str, pub String);

pub(crate) type Answer = Result<serde_json::Value, Refusal>;

pub(crate) fn refuse<T>(code: &'static str, text: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(code, text.into()))
}

impl State {
    pub(crate) fn new(pool_id: String, clients: BTreeMap<String, AppClient>, settings: Settings, keys: Keys) -> Self {
        Self { pool_id, clients, settings, keys, inner: Mutex::default() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pool's name in SRP: the part of its id after the `_`.
    pub(crate) fn realm(&self) -> &str {
        self.pool_id.split_once('_').map_or(&self.pool_id, |(_, name)| name)
    }

    pub(crate) fn issuer(&self) -> String {
        let region = self.pool_id.split('_').next().unwrap_or_default();
        format!("https://cognito-idp.{region}.amazonaws.com/{}", self.pool_id)
    }

    pub(crate) fn add_user(&self, name: &str, password: &str, must_change: bool) {
        let user = User { must_change, ..User::new(self.password(name, password)) };
        self.lock().users.insert(name.to_owned(), user);
    }

    pub(crate) fn password(&self, name: &str, password: &str) -> Verifier {
        Verifier::of_password(self.realm(), name, password, random())
    }

    pub(crate) fn client(&self, id: &str) -> Result<&AppClient, Refusal> {
        match self.clients.get(id) {
            Some(client) => Ok(client),
            None => refuse("ResourceNotFoundException", format!("User pool client {id} does not exist.")),
        }
    }

    /// Checks `SECRET_HASH` for the user name in the same request.
    pub(crate) fn check_hash(&self, client_id: &str, username: &str, hash: Option<&str>) -> Result<(), Refusal> {
        let Some(secret) = &self.client(client_id)?.secret else {
            return Ok(());
        };
        let Some(hash) = hash else {
            let text = format!("Client {client_id} is configured with secret but SECRET_HASH was not received");
            return refuse("NotAuthorizedException", text);
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let message = format!("{username}{client_id}");
        let right = STANDARD.decode(hash).is_ok_and(|hash| hmac::verify(&key, message.as_bytes(), &hash).is_ok());
        if right {
            return Ok(());
        }
        refuse("NotAuthorizedException", format!("Unable to verify secret hash for client {client_id}"))
    }

    /// Checks the secret itself, which newer operations and the OAuth endpoints take.
    pub(crate) fn has_secret(&self, client_id: &str, secret: Option<&str>) -> bool {
        self.clients.get(client_id).is_some_and(|client| match (&client.secret, secret) {
            (Some(right), Some(secret)) => equal(right, secret),
            (None, _) => true,
            (Some(_), None) => false,
        })
    }
}

/// Whether two texts are equal, in time that does not depend on where they differ.
pub(crate) fn equal(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

/// Random bytes; the process cannot continue without them.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[allow(clippy::expect_used, reason = "the process cannot continue without random numbers")]
    SystemRandom::new().fill(&mut bytes).expect("the operating system has no random numbers");
    bytes
}

/// A random text that cannot be guessed.
pub(crate) fn opaque() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// A random UUID (version 4).
pub(crate) fn uuid() -> String {
    let mut bytes = random::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

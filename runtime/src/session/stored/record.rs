//! The text of a session in a store: JSON with a format number.

use crate::auth::device::Device;
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::contract::api::TokenKind;
use crate::secret::Secret;
use crate::session::source::RefreshEndpoint;
use crate::session::tokens::lifetime;
use crate::session::tokens::session_tokens::{SessionToken, SessionTokens};
use crate::store::record::Record;
use crate::token::claims::UnverifiedClaims;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The format that is written. A reader accepts it and older ones.
const FORMAT: u32 = 1;

#[derive(Deserialize, Serialize)]
struct RecordText<'a> {
    format: u32,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    domain: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    token_endpoint: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    id: Option<TokenText<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    access: Option<TokenText<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    username: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    subject: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    issuer: Option<Cow<'a, str>>,
    /// Not in records of earlier versions.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    session: Option<Cow<'a, str>>,
    /// By the clock of the issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issued: Option<u64>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    device_key: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    device: Option<DeviceText<'a>>,
}

#[derive(Deserialize, Serialize)]
struct TokenText<'a> {
    #[serde(borrow)]
    token: Cow<'a, str>,
    /// In seconds since 1970, by the clock of the machine that wrote it.
    received: u64,
    ends: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<String>>,
}

#[derive(Deserialize, Serialize)]
struct DeviceText<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow)]
    group_key: Cow<'a, str>,
    #[serde(borrow)]
    password: Cow<'a, str>,
}

#[cfg(feature = "cognito")]
#[derive(Deserialize, Serialize)]
struct Remembered<'a> {
    format: u32,
    #[serde(borrow)]
    device: DeviceText<'a>,
}

/// The user name in the pool of what a user entered.
#[derive(Deserialize, Serialize)]
struct Known<'a> {
    format: u32,
    #[serde(borrow)]
    username: Cow<'a, str>,
}

impl<'a> DeviceText<'a> {
    fn of(device: &'a Device) -> Self {
        Self {
            key: device.key().into(),
            group_key: device.group_key().into(),
            password: device.password().expose().into(),
        }
    }
}

impl From<DeviceText<'_>> for Device {
    fn from(text: DeviceText<'_>) -> Self {
        Self::new(text.key, text.group_key, secret(text.password))
    }
}

/// Writes the text of a session.
pub(crate) fn written(tokens: &SessionTokens, place: &RefreshEndpoint) -> Record {
    let (domain, token_endpoint) = match place {
        RefreshEndpoint::UserPoolApi => (None, None),
        RefreshEndpoint::TokenEndpoint { domain, token } => (Some(domain.as_str()), token.as_deref()),
    };
    let text = RecordText {
        format: FORMAT,
        domain: domain.map(Cow::from),
        token_endpoint: token_endpoint.map(Cow::from),
        id: tokens.id.as_ref().map(token_text),
        access: tokens.access.as_ref().map(token_text),
        refresh_token: tokens.refresh.as_ref().map(|token| token.expose().into()),
        username: tokens.username.as_deref().map(Cow::from),
        subject: tokens.subject.as_deref().map(Cow::from),
        issuer: tokens.issuer.as_deref().map(Cow::from),
        session: tokens.session_id.as_deref().map(Cow::from),
        issued: tokens.issued.map(seconds),
        device_key: tokens.device_key.as_deref().map(Cow::from),
        device: tokens.device.as_ref().map(DeviceText::of),
    };
    // A buffer that does not grow leaves no copies of the tokens in memory.
    let mut buffer = Vec::with_capacity(64 * 1024);
    // Writing texts and numbers to memory does not fail.
    let written = serde_json::to_writer(&mut buffer, &text).is_ok();
    Record::new(if written { String::from_utf8(buffer).unwrap_or_default() } else { String::new() })
}

/// Reads the text of a session.
///
/// # Errors
/// [`AuthErrorKind::Store`] if the text is not a session or has a newer format. The error contains no part of the text.
pub(crate) fn read(record: &Record, early: Option<Duration>) -> Result<(SessionTokens, RefreshEndpoint), AuthError> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let unreadable = |why: &str| AuthError::because(AuthErrorKind::Store, "session store", why);
    let text = record.expose();
    let Format { format } = serde_json::from_str(text)
        .map_err(|_| unreadable("the record is not a session: remove it and sign in again"))?;
    if format > FORMAT {
        return Err(unreadable("the record was written by a newer version of this program: update this program"));
    }
    let text: RecordText<'_> = serde_json::from_str(text)
        .map_err(|_| unreadable("the record of the session is damaged: remove it and sign in again"))?;
    let [id, access] = [(text.id, TokenKind::Id), (text.access, TokenKind::Access)]
        .map(|(token, kind)| token.map(|token| held(token, kind, early)));
    let origin =
        access.iter().chain(&id).find_map(|held| UnverifiedClaims::read(held.jwt.secret.expose()).ok()?.origin_jti);
    let tokens = SessionTokens {
        id,
        access,
        without_new_id: false,
        origin,
        refresh: text.refresh_token.map(secret),
        username: text.username.map(Cow::into_owned),
        subject: text.subject.map(Cow::into_owned),
        issuer: text.issuer.map(Cow::into_owned),
        session_id: text.session.map(Cow::into_owned),
        issued: text.issued.map(time),
        device_key: text.device_key.map(Cow::into_owned),
        device: text.device.map(Device::from),
    };
    let place = match text.domain {
        None => RefreshEndpoint::UserPoolApi,
        Some(domain) => RefreshEndpoint::TokenEndpoint {
            domain: domain.into_owned(),
            token: text.token_endpoint.map(Cow::into_owned),
        },
    };
    Ok((tokens, place))
}

/// Writes the text of a device.
#[cfg(feature = "cognito")]
pub(crate) fn device_written(device: &Device) -> Record {
    let text = Remembered { format: FORMAT, device: DeviceText::of(device) };
    Record::new(serde_json::to_string(&text).unwrap_or_default())
}

/// Reads the text of a device; `None` if it is not valid.
#[cfg(feature = "cognito")]
pub(crate) fn device_read(record: &Record) -> Option<Device> {
    let text: Remembered<'_> = serde_json::from_str(record.expose()).ok()?;
    (text.format <= FORMAT).then(|| text.device.into())
}

/// Writes the text of a user name.
#[cfg(feature = "cognito")]
pub(crate) fn name_written(name: &str) -> Record {
    Record::new(serde_json::to_string(&Known { format: FORMAT, username: name.into() }).unwrap_or_default())
}

/// Reads the text of a user name; `None` if it is not valid.
pub(crate) fn name_read(record: &Record) -> Option<String> {
    let text: Known<'_> = serde_json::from_str(record.expose()).ok()?;
    (text.format <= FORMAT).then(|| text.username.into_owned())
}

fn token_text(held: &SessionToken) -> TokenText<'_> {
    TokenText {
        token: held.jwt.secret.expose().into(),
        received: seconds(held.life.from),
        ends: seconds(held.life.end),
        scopes: held.jwt.scopes.as_deref().map(<[String]>::to_vec),
    }
}

fn held(text: TokenText<'_>, kind: TokenKind, early: Option<Duration>) -> SessionToken {
    let life = lifetime::until(time(text.received), time(text.ends), early);
    SessionToken::new(&secret(text.token), kind, life, text.scopes.map(Arc::from))
}

/// A text of the record as a secret.
fn secret(text: Cow<'_, str>) -> Secret {
    Secret::new(text)
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// A time, limited to the year 9999 so that it does not overflow.
fn time(seconds: u64) -> SystemTime {
    const YEAR_9999: u64 = 253_402_300_799;
    UNIX_EPOCH + Duration::from_secs(seconds.min(YEAR_9999))
}

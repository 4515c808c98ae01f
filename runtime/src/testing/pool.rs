//! The user pool that unit tests sign in to: its type, two scopes of its API, and tokens.

#![allow(dead_code, reason = "the tests of each feature use a part of it")]

use crate::contract::grants::{GeneratedScope, No, Scope, Yes};
use crate::credential::pool::Pool;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;

#[derive(Debug)]
pub(crate) enum PetPool {}

#[derive(Debug)]
pub(crate) enum Api {}

/// `pets/read`.
#[derive(Debug)]
pub(crate) enum Read {}

/// `pets/write`.
#[derive(Debug)]
pub(crate) enum Write {}

pub(crate) const POOL_ID: &str = "us-east-1_AbC123";
pub(crate) const ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123";

impl Pool for PetPool {
    type Api = Api;
    const NAME: &'static str = "PetPool";
    const ISSUERS: &'static [&'static str] = &[ISSUER];
    const REGION: Option<&'static str> = Some("us-east-1");
    const POOL_ID: Option<&'static str> = Some(POOL_ID);
    const APP_CLIENT_ID: Option<&'static str> = None;
    const DOMAIN: Option<&'static str> = Some("https://auth.pets.example.com");
}

impl GeneratedScope for Read {
    type Id = (No, ());
}

impl GeneratedScope for Write {
    type Id = (Yes, ());
}

impl Scope<Api> for Read {
    const NAME: &'static str = "pets/read";
}

impl Scope<Api> for Write {
    const NAME: &'static str = "pets/write";
}

/// A token with these claims; its signature is the text `canary`.
pub(crate) fn token(claims: impl fmt::Display) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.canary", part(r#"{"alg":"RS256"}"#), part(&claims.to_string()))
}

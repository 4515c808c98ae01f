//! Tokens: JWTs signed with ES256 (Cognito's are RS256; no client verifies them), and their public keys.

use crate::state::{Grant, State, User, now, random, uuid};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use serde_json::{Value, json};

/// A key for ID tokens and one for access tokens, as with Cognito.
pub(crate) struct Keys {
    id: Key,
    access: Key,
}

struct Key {
    kid: String,
    pair: EcdsaKeyPair,
}

impl Keys {
    pub(crate) fn new() -> Result<Self, String> {
        Ok(Self { id: Key::new()?, access: Key::new()? })
    }

    /// `/.well-known/jwks.json`.
    pub(crate) fn public(&self) -> Value {
        json!({ "keys": [self.id.public(), self.access.public()] })
    }

    /// The claims of a token that was signed with one of the keys.
    pub(crate) fn verified(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |part: &str| serde_json::from_slice::<Value>(&BASE64.decode(part).ok()?).ok();
        let kid = json(header)?["kid"].as_str()?.to_owned();
        let key = [&self.id, &self.access].into_iter().find(|key| key.kid == kid)?;
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.pair.public_key().as_ref());
        public.verify(signed.as_bytes(), &BASE64.decode(signature).ok()?).ok()?;
        json(claims)
    }
}

impl Key {
    fn new() -> Result<Self, String> {
        let random_source = SystemRandom::new();
        let unusable = |error: &dyn std::fmt::Display| format!("no signing key: {error}");
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random_source)
            .map_err(|error| unusable(&error))?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random_source)
            .map_err(|error| unusable(&error))?;
        Ok(Self { kid: BASE64.encode(random::<8>()), pair })
    }

    fn public(&self) -> Value {
        // 4, x and y.
        let point = self.pair.public_key().as_ref();
        let (x, y) = (BASE64.encode(&point[1..33]), BASE64.encode(&point[33..]));
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.kid, "x": x, "y": y })
    }

    fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "ES256", "kid": self.kid });
        let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        #[allow(clippy::expect_used, reason = "the process cannot continue without random numbers")]
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).expect("no random numbers");
        format!("{signed}.{}", BASE64.encode(signature))
    }
}

impl State {
    /// An access token.
    pub(crate) fn access_token(&self, grant: &Grant, user: Option<&User>) -> String {
        let mut claims = self.claims(grant, "access");
        claims["sub"] = json!(user.map_or(&grant.client_id, |user| &user.sub));
        claims["client_id"] = json!(grant.client_id);
        claims["scope"] = json!(grant.scopes.join(" "));
        if let Some(username) = &grant.username {
            claims["username"] = json!(username);
        }
        if let Some(key) = &grant.device_key {
            claims["device_key"] = json!(key);
        }
        self.keys.access.sign(&claims)
    }

    /// An ID token.
    pub(crate) fn id_token(&self, grant: &Grant, user: &User) -> String {
        let mut claims = self.claims(grant, "id");
        claims["sub"] = json!(user.sub);
        claims["aud"] = json!(grant.client_id);
        claims["cognito:username"] = json!(grant.username);
        if let Some(nonce) = &grant.nonce {
            claims["nonce"] = json!(nonce);
        }
        self.keys.id.sign(&claims)
    }

    fn claims(&self, grant: &Grant, kind: &str) -> Value {
        let now = now();
        json!({
            "iss": self.issuer(),
            "token_use": kind,
            "auth_time": grant.auth_time,
            "iat": now,
            "exp": now + self.settings.token_lifetime.as_secs(),
            "jti": uuid(),
            "origin_jti": grant.origin,
        })
    }
}

//! The server of an SRP exchange, for tests. It has a verifier, and computes the expected signature.

#![allow(clippy::unwrap_used)]

use crate::cognito::hash::{hmac, sha256};
use crate::cognito::srp::{G, Identity, K, Mod, bytes_of, derived_key, hex, pad, private_key, server_value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::{U256, U3072};

/// A server with the verifier of one password.
pub(crate) struct Server {
    verifier: Mod,
    salt: Vec<u8>,
    secret: U256,
}

impl Server {
    pub(crate) fn new(realm: &str, name: &str, password: &str) -> Self {
        let salt = pad(&[0xa7; 16]);
        let identity = Identity { realm, name, password };
        let verifier = G.pow(&private_key(identity, &salt));
        Self { verifier, salt, secret: U256::from_be_slice(&sha256(&[b"server"])) }
    }

    /// Creates a server from the parameters of `ConfirmDevice`.
    pub(crate) fn from_verifier(verifier: &str, salt: &str) -> Self {
        let bytes = STANDARD.decode(verifier).unwrap();
        let verifier = Mod::new(&server_value(&hex(&bytes)).unwrap());
        Self { verifier, salt: STANDARD.decode(salt).unwrap(), secret: U256::ONE }
    }

    pub(crate) fn knows(&self, realm: &str, name: &str, password: &str) -> bool {
        let identity = Identity { realm, name, password };
        G.pow(&private_key(identity, &self.salt)) == self.verifier
    }

    /// `SRP_B`.
    pub(crate) fn public(&self) -> String {
        hex(&bytes_of(&self.public_number()))
    }

    /// `SALT`.
    pub(crate) fn salt(&self) -> String {
        hex(&self.salt)
    }

    /// The signature for the right password.
    pub(crate) fn expects(&self, client: &str, realm: &str, name: &str, block: &str, timestamp: &str) -> String {
        let client = server_value(client).unwrap();
        let scrambler = sha256(&[&pad(&bytes_of(&client)), &pad(&bytes_of(&self.public_number()))]);
        // S = (A * v^u)^b
        let base = Mod::new(&client) * self.verifier.pow(&U256::from_be_slice(&scrambler));
        let key = derived_key(&scrambler, &base.pow(&self.secret).retrieve());
        let block = STANDARD.decode(block).unwrap();
        STANDARD.encode(hmac(&key[..], &[realm.as_bytes(), name.as_bytes(), &block, timestamp.as_bytes()]))
    }

    fn public_number(&self) -> U3072 {
        (K * self.verifier + G.pow(&self.secret)).retrieve()
    }
}

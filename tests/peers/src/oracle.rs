//! aws-jwt-verify: AWS's own library for verifying tokens.

use crate::process::Answerer;
use crate::{Failure, installed};
use serde_json::{Value, json};
use std::process::Command;
use std::sync::OnceLock;

/// Verifies tokens.
#[derive(Debug)]
pub struct Judge {
    verifier: Answerer,
}

/// The expected kind of a token.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// An ID token.
    Id,
    /// An access token with any of these scopes; any access token if there are none.
    Access(&'a [&'a str]),
}

impl Judge {
    /// The instance that the tests of this process share.
    ///
    /// # Errors
    /// If aws-jwt-verify isn't installed.
    pub fn shared() -> Result<&'static Self, Failure> {
        static SHARED: OnceLock<Result<Judge, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Self::start().map_err(|error| error.to_string()));
        shared.as_ref().map_err(|error| error.clone().into())
    }

    fn start() -> Result<Self, Failure> {
        // A program on the command line finds its packages from the working directory.
        let mut command = Command::new("node");
        command.args(["--input-type=module", "--eval", include_str!("../scripts/verify.mjs")]);
        command.current_dir(installed::node()?);
        Ok(Self { verifier: Answerer::start("aws-jwt-verify", command)? })
    }

    /// The claims of the token, if aws-jwt-verify accepts it: signature, issuer, expiry, kind, app client, scopes.
    ///
    /// # Errors
    /// The error of aws-jwt-verify.
    pub fn verify(
        &self,
        token: &str,
        expected: Expected<'_>,
        pool_id: &str,
        client_id: &str,
        jwks: &Value,
    ) -> Result<Value, Failure> {
        let (kind, scopes) = match expected {
            Expected::Id => ("id", &[][..]),
            Expected::Access(scopes) => ("access", scopes),
        };
        self.verifier.ask(&json!({
            "token": token,
            "userPoolId": pool_id,
            "tokenUse": kind,
            "clientId": client_id,
            "scope": if scopes.is_empty() { Value::Null } else { json!(scopes) },
            "jwks": jwks,
        }))
    }
}

//! AWS operations of an administrator, through botocore.

use crate::process::Answerer;
use crate::{Failure, installed};
use serde_json::{Value, json};
use std::process::Command;

/// Calls AWS operations at one endpoint, with the keys `test` and `test`.
#[derive(Debug)]
pub struct Aws {
    botocore: Answerer,
}

impl Aws {
    /// An AWS client for `endpoint`.
    ///
    /// # Errors
    /// If botocore isn't installed.
    pub fn new(endpoint: &str) -> Result<Self, Failure> {
        let mut command = Command::new(installed::python()?);
        command.arg(installed::script("aws.py")).arg(endpoint);
        command.env_clear().env("PATH", std::env::var("PATH").unwrap_or_default());
        Ok(Self { botocore: Answerer::start("botocore", command)? })
    }

    /// Calls `service` in the region of the tests; the operation's name is in snake case, as in botocore.
    ///
    /// # Errors
    /// The error of the service or of botocore.
    pub fn call(&self, service: &str, operation: &str, parameters: Value) -> Result<Value, Failure> {
        self.botocore.ask(&json!({
            "service": service, "region": REGION, "operation": operation, "parameters": parameters,
        }))
    }
}

/// The region of the example document.
pub(crate) const REGION: &str = "eu-west-1";

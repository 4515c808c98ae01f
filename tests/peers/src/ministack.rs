//! ministack: an emulator of AWS whose user pools verify SRP and TOTP and whose API gateways check tokens.

use crate::process::Server;
use crate::{Aws, Failure, installed};
use std::process::Command;
use std::sync::OnceLock;

/// A ministack with `AUTH=true`: it checks secrets, signatures and tokens.
#[derive(Debug)]
pub struct Ministack {
    server: Server,
    aws: Aws,
}

impl Ministack {
    /// Whether `tests/peers/prepare` has installed it.
    pub fn is_installed() -> bool {
        installed::python().is_ok()
    }

    /// Starts an instance.
    ///
    /// # Errors
    /// If it isn't installed or doesn't start.
    pub fn start() -> Result<Self, Failure> {
        let python = installed::python()?;
        let scratch = installed::scratch("ministack")?;
        let server = Server::start("ministack", |port| {
            let mut command = Command::new(&python);
            command.arg(installed::script("run_ministack.py"));
            // Without the caller's AWS settings, and with all files in the target directory.
            command.env_clear().current_dir(&scratch);
            for (name, value) in
                [("PATH", std::env::var("PATH").unwrap_or_default()), ("GATEWAY_PORT", port.to_string())]
            {
                command.env(name, value);
            }
            command.env("BIND_HOST", "127.0.0.1").env("MINISTACK_HOST", "127.0.0.1");
            command.env("AUTH", "true").env("LOG_LEVEL", "ERROR");
            // Its other servers would listen on every interface of the machine.
            command.env("IOT_MTLS_ENABLED", "0").env("SFTP_ENABLED", "0");
            for name in ["STATE_DIR", "TMPDIR", "HOME"] {
                command.env(name, &scratch);
            }
            Ok(command)
        })?;
        let aws = Aws::new(&server.url())?;
        Ok(Self { server, aws })
    }

    /// The instance that the tests of this process share.
    ///
    /// # Errors
    /// As [`Ministack::start`].
    pub fn shared() -> Result<&'static Self, Failure> {
        static SHARED: OnceLock<Result<Ministack, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Self::start().map_err(|error| error.to_string()));
        shared.as_ref().map_err(|error| error.clone().into())
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// Its address: the endpoint of every service, and the domain of the managed login.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The AWS client of its administrator.
    pub fn aws(&self) -> &Aws {
        &self.aws
    }
}

//! The program in a pseudo-terminal, with a pool in this process and a home directory of its own.

#![cfg(unix)]

use cogen_test_pool::{TestPool, totp};
use rustix::termios::{LocalModes, tcgetattr};
use std::error::Error;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Child;
use tokio::time::{sleep, timeout};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The program and its terminal.
struct Terminal {
    pty: pty_process::Pty,
    child: Child,
    shown: String,
}

impl Terminal {
    fn start(pool: &TestPool, home: &Path, arguments: &[&str]) -> Outcome<Self> {
        let (pty, pts) = pty_process::open()?;
        let command = pty_process::Command::new(env!("CARGO_BIN_EXE_terminal-login")).args(arguments).env("HOME", home);
        let command = command.env("XDG_STATE_HOME", home.join("state")).kill_on_drop(true);
        let command = command.env("PETSTORE_POOL", pool.url()).env("PETSTORE_URL", pool.api_url());
        Ok(Self { pty, child: command.spawn(pts)?, shown: String::new() })
    }

    /// Reads until `text` is shown; what was shown up to it.
    async fn until(&mut self, text: &str) -> Outcome<String> {
        loop {
            if let Some(at) = self.shown.find(text) {
                let rest = self.shown.split_off(at + text.len());
                return Ok(std::mem::replace(&mut self.shown, rest));
            }
            if self.read().await? == 0 {
                return Err(format!("it ended without `{text}`: {}", self.shown).into());
            }
        }
    }

    /// Types a password, after the program has turned the terminal's echo off.
    async fn enter_password(&mut self, password: &str) -> Outcome<()> {
        let hidden = async {
            while tcgetattr(&self.pty)?.local_modes.contains(LocalModes::ECHO) {
                sleep(Duration::from_millis(5)).await;
            }
            Ok::<_, Box<dyn Error>>(())
        };
        timeout(PATIENCE, hidden).await??;
        self.enter(password).await
    }

    async fn enter(&mut self, line: &str) -> Outcome<()> {
        self.pty.write_all(format!("{line}\n").as_bytes()).await?;
        Ok(())
    }

    /// The rest of the output, and whether the program succeeded.
    async fn rest(mut self) -> Outcome<(bool, String)> {
        while self.read().await? > 0 {}
        let status = timeout(PATIENCE, self.child.wait()).await??;
        Ok((status.success(), self.shown))
    }

    async fn read(&mut self) -> Outcome<usize> {
        let mut bytes = [0; 4096];
        // On Linux, reading from a terminal whose program has ended is an error.
        let count = timeout(PATIENCE, self.pty.read(&mut bytes)).await?.unwrap_or(0);
        self.shown.push_str(&String::from_utf8_lossy(&bytes[..count]));
        Ok(count)
    }
}

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_user_signs_in_once_and_is_remembered() -> Outcome<()> {
    let pool = TestPool::builder("eu-west-1_PetPool01")
        .app_client("1example23456789", &[], "http://localhost:8400/callback")
        .new_user("alice", "Temp0rary!")
        .require_totp();
    let pool = pool.start().await?;
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("terminal-login-{}", std::process::id()));

    // The first time: a new password, and an authenticator app.
    let mut terminal = Terminal::start(&pool, &home, &["alice"])?;
    terminal.until("Password: ").await?;
    terminal.enter_password("Temp0rary!").await?;
    terminal.until("New password: ").await?;
    terminal.enter_password("Passw0rd!").await?;
    let picture = terminal.until("or type ").await?;
    assert!(picture.lines().count() > 15 && picture.contains('█'), "a QR code is drawn: {picture}");
    assert!(!picture.contains("Passw0rd!") && !picture.contains("Temp0rary!"), "passwords are not shown");
    let secret = terminal.until("Its code: ").await?;
    let secret = secret.lines().next().ok_or("a secret")?.trim().to_owned();
    terminal.enter(&totp(&secret)).await?;
    let (well, shown) = terminal.rest().await?;
    assert!(well && shown.contains("hello alice"), "{shown}");

    // The second run does not ask.
    let (well, shown) = Terminal::start(&pool, &home, &["alice"])?.rest().await?;
    assert!(well && shown.trim() == "hello alice", "{shown}");
    let (well, shown) = Terminal::start(&pool, &home, &["alice", "--sign-out"])?.rest().await?;
    assert!(well && shown.contains("signed out"), "{shown}");

    // After signing out, the program asks again; the first code is wrong.
    let mut terminal = Terminal::start(&pool, &home, &["alice"])?;
    terminal.until("Password: ").await?;
    terminal.enter_password("Passw0rd!").await?;
    terminal.until("Code of your authenticator app: ").await?;
    terminal.enter("000000").await?;
    terminal.until("that is not it").await?;
    terminal.until("Code of your authenticator app: ").await?;
    terminal.enter(&totp(&secret)).await?;
    let (well, shown) = terminal.rest().await?;
    assert!(well && shown.contains("hello alice"), "{shown}");

    let mut terminal = Terminal::start(&pool, &home, &["bob"])?;
    terminal.until("Password: ").await?;
    terminal.enter_password("whatever").await?;
    let (well, shown) = terminal.rest().await?;
    assert!(!well, "{shown}");
    std::fs::remove_dir_all(home)?;
    Ok(())
}

//! A user pool with refresh token rotation and a grace period, as far as refresh tokens go.
//!
//! It keeps to what was measured at Cognito: a token that was used may be used again within the grace period, and gives another child; from
//! then on only the newest child of the family refreshes; whatever else is presented is refused as reuse, and revokes nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The pool; it ends with its runtime.
#[derive(Clone)]
pub struct Pool {
    pub address: String,
    state: Arc<Mutex<State>>,
}

struct State {
    grace: Duration,
    tokens: HashMap<String, Token>,
    /// The newest token of each family.
    newest: Vec<String>,
    counts: Counts,
}

struct Token {
    family: usize,
    used: Option<Instant>,
}

/// What was asked of the pool so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Refresh tokens that were replaced by a new one.
    pub rotations: usize,
    /// Those among them that had been used before, within the grace period.
    pub replays: usize,
    /// Tokens that were refused.
    pub refused: usize,
}

impl Pool {
    pub async fn start(grace: Duration) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = State { grace, tokens: HashMap::new(), newest: Vec::new(), counts: Counts::default() };
        let pool = Self { address: socket.local_addr().unwrap().to_string(), state: Arc::new(Mutex::new(state)) };
        let serving = pool.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        pool
    }

    /// The first refresh token of a new session.
    pub fn sign_in(&self) -> String {
        let mut state = self.state.lock().unwrap();
        let family = state.newest.len();
        state.newest.push(String::new());
        state.issue(family)
    }

    /// What a refresh with this token gives.
    pub fn refresh(&self, token: &str) -> Result<String, &'static str> {
        self.state.lock().unwrap().refresh(token)
    }

    pub fn counts(&self) -> Counts {
        self.state.lock().unwrap().counts
    }

    /// Each connection asks once: a token, a line; and so is the answer.
    async fn serve(self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        let mut token = String::new();
        stream.read_line(&mut token).await.ok()?;
        // The pool has rotated from here on, whether or not the answer arrives.
        let answer = match self.refresh(token.strip_suffix('\n')?) {
            Ok(token) => format!("token {token}\n"),
            Err(refusal) => format!("refused {refusal}\n"),
        };
        stream.write_all(answer.as_bytes()).await.ok()
    }
}

impl State {
    fn issue(&mut self, family: usize) -> String {
        let token = format!("family-{family}-token-{}", self.tokens.len());
        self.tokens.insert(token.clone(), Token { family, used: None });
        self.newest[family].clone_from(&token);
        token
    }

    fn refresh(&mut self, token: &str) -> Result<String, &'static str> {
        let known = self.tokens.get_mut(token);
        let (family, replay) = match known {
            Some(Token { family, used: Some(used) }) if used.elapsed() < self.grace => (*family, true),
            Some(Token { family, used: used @ None }) if self.newest[*family] == token => {
                *used = Some(Instant::now());
                (*family, false)
            }
            Some(_) => {
                self.counts.refused += 1;
                return Err("RefreshTokenReuseException: Refresh token reuse detected");
            }
            None => {
                self.counts.refused += 1;
                return Err("NotAuthorizedException: Invalid Refresh Token");
            }
        };
        self.counts.rotations += 1;
        self.counts.replays += usize::from(replay);
        Ok(self.issue(family))
    }
}

#[tokio::test]
async fn the_pool_rotates_as_cognito_was_seen_to() {
    let pool = Pool::start(Duration::from_secs(3600)).await;
    let first = pool.sign_in();
    let second = pool.refresh(&first).unwrap();
    // The answer was lost, and the token is sent again: it gives another child, and only that one refreshes.
    let other = pool.refresh(&first).unwrap();
    assert!(pool.refresh(&second).unwrap_err().contains("Reuse"));
    assert!(pool.refresh(&other).is_ok());
    assert!(pool.refresh("made up").unwrap_err().contains("Invalid"));

    let strict = Pool::start(Duration::ZERO).await;
    let first = strict.sign_in();
    let second = strict.refresh(&first).unwrap();
    assert!(strict.refresh(&first).unwrap_err().contains("Reuse"));
    assert!(strict.refresh(&second).is_ok(), "nothing was revoked");
}

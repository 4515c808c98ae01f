//! A user pool with refresh token rotation and a grace period; it implements the refresh only.
//!
//! It behaves as Cognito was measured: a used token may be used again within the grace period, and gives another child. From
//! then on only the newest child of the family refreshes. Any other token is refused as reuse, and nothing is revoked.

use crate::support::ISSUER;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The user pool; it ends with its async runtime.
#[derive(Clone)]
pub struct Pool {
    pub url: String,
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

/// Counts of requests so far.
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
        let pool = Self { url: format!("http://{}", socket.local_addr().unwrap()), state: Arc::new(Mutex::new(state)) };
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

    /// The response to a refresh with this token.
    fn refresh(&self, token: &str) -> Result<(usize, String), Refusal> {
        self.state.lock().unwrap().refresh(token)
    }

    pub fn counts(&self) -> Counts {
        self.state.lock().unwrap().counts
    }

    /// Each connection sends one request, `GetTokensFromRefreshToken`.
    async fn serve(self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        let (mut length, mut target) = (0, String::new());
        loop {
            let mut line = String::new();
            // A process that was killed may not have sent a request.
            stream.read_line(&mut line).await.ok().filter(|length| *length > 0)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                if line.trim_end().is_empty() { break } else { continue }
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().ok()?,
                "x-amz-target" => value.clone_into(&mut target),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        assert_eq!(target, "AWSCognitoIdentityProviderService.GetTokensFromRefreshToken");
        let asked: Value = serde_json::from_slice(&body).ok()?;
        // The pool has rotated from here on, whether or not the response arrives.
        let (status, answer) = match self.refresh(asked["RefreshToken"].as_str()?) {
            Ok((family, token)) => ("200 OK", tokens(family, &token)),
            Err((code, message)) => ("400 Bad Request", json!({"__type": code, "message": message})),
        };
        let answer = answer.to_string();
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.len());
        stream.write_all((head + &answer).as_bytes()).await.ok()
    }
}

/// Code and message.
type Refusal = (&'static str, &'static str);

fn tokens(family: usize, refresh_token: &str) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let token = |token_use: &str| {
        let claims = json!({
            "iss": ISSUER, "token_use": token_use, "sub": format!("user-{family}"), "iat": now, "exp": now + 3600,
        });
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
    };
    json!({"AuthenticationResult": {
        "AccessToken": token("access"), "IdToken": token("id"), "RefreshToken": refresh_token,
        "ExpiresIn": 3600, "TokenType": "Bearer",
    }})
}

impl State {
    fn issue(&mut self, family: usize) -> String {
        let token = format!("family-{family}-token-{}", self.tokens.len());
        self.tokens.insert(token.clone(), Token { family, used: None });
        self.newest[family].clone_from(&token);
        token
    }

    fn refresh(&mut self, token: &str) -> Result<(usize, String), Refusal> {
        let known = self.tokens.get_mut(token);
        let (family, replay) = match known {
            Some(Token { family, used: Some(used) }) if used.elapsed() < self.grace => (*family, true),
            Some(Token { family, used: used @ None }) if self.newest[*family] == token => {
                *used = Some(Instant::now());
                (*family, false)
            }
            Some(_) => {
                self.counts.refused += 1;
                return Err(("RefreshTokenReuseException", "Refresh token reuse detected"));
            }
            None => {
                self.counts.refused += 1;
                return Err(("NotAuthorizedException", "Invalid Refresh Token"));
            }
        };
        self.counts.rotations += 1;
        self.counts.replays += usize::from(replay);
        Ok((family, self.issue(family)))
    }
}

#[tokio::test]
async fn the_pool_rotates_as_measured_at_cognito() {
    let code = |refusal: Result<_, Refusal>| refusal.unwrap_err().0;
    let pool = Pool::start(Duration::from_secs(3600)).await;
    let first = pool.sign_in();
    let (_, second) = pool.refresh(&first).unwrap();
    // The response was lost, and the token is sent again: it gives another child, and only that one refreshes.
    let (_, other) = pool.refresh(&first).unwrap();
    assert_eq!(code(pool.refresh(&second)), "RefreshTokenReuseException");
    assert!(pool.refresh(&other).is_ok());
    assert_eq!(code(pool.refresh("made up")), "NotAuthorizedException");

    let strict = Pool::start(Duration::ZERO).await;
    let first = strict.sign_in();
    let (_, second) = strict.refresh(&first).unwrap();
    assert_eq!(code(strict.refresh(&first)), "RefreshTokenReuseException");
    assert!(strict.refresh(&second).is_ok(), "nothing was revoked");
}

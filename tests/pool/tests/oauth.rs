//! The pool's OAuth endpoints with the runtime and a browser as clients.

#![allow(clippy::unwrap_used)]

mod support;

use cogen_runtime::{AppClient, AuthErrorKind, Session, UserSession};
use cogen_test_peers::{Browser, Failure, free_port, http};
use cogen_test_pool::TestPool;
use support::PetPool;
use url::Url;

const REDIRECT: &str = "http://localhost:8400/callback";

/// Cognito does not register it, since only `localhost` can be plain `http`.
const LOOPBACK: &str = "http://127.0.0.1:8400/callback";

async fn pool() -> std::io::Result<TestPool> {
    TestPool::builder("eu-west-1_PetPool01")
        .app_client("app", &["pets/read"], REDIRECT)
        .app_client("loopback", &["pets/read"], LOOPBACK)
        .machine("machine", "s3cret & more", &["pets/read", "pets/write"])
        .user("ada", "Passw0rd!")
        .rotate_refresh_tokens()
        .start()
        .await
}

async fn sign_in(pool: &TestPool) -> Result<UserSession<PetPool>, Failure> {
    let login = AppClient::unplaced("app").managed_login(pool.url()).scope("pets/read");
    let login = login.redirect(REDIRECT).begin()?;
    let mut browser = Browser::new([("username", "ada"), ("password", "Passw0rd!")])?;
    let back = browser.open_until(login.url(), REDIRECT).await?;
    Ok(login.finish(back.as_str()).await?)
}

#[tokio::test]
async fn a_code_gives_a_session_that_rotates_and_is_revoked() -> Result<(), Failure> {
    let pool = pool().await?;
    let [one, two] = [sign_in(&pool).await?, sign_in(&pool).await?];
    let (one, two) = (one.session().ok_or("a session")?, two.session().ok_or("a session")?);
    assert_eq!(
        one.scopes().as_deref(),
        Some(&["openid".to_owned(), "pets/read".to_owned()][..]),
        "the scopes of the app client"
    );
    let refresh_token = |session: &Session| session.signed_in().and_then(|tokens| tokens.refresh_token);
    let first = refresh_token(one);
    one.refresh().await?;
    assert_ne!(refresh_token(one), first);
    let last = refresh_token(one).ok_or("a refresh token")?;
    one.sign_out().await?;
    let login = AppClient::<PetPool>::unplaced("app").managed_login(pool.url());
    assert_eq!(login.refresh(&last).await.unwrap_err().kind(), AuthErrorKind::RefreshTokenInvalid);
    two.refresh().await?;
    pool.end_all_sessions();
    assert!(two.refresh().await.unwrap_err().ends_session() && two.over().is_some());
    Ok(())
}

/// The program that the documentation shows, at a pool that compares callback URLs as Cognito does.
#[tokio::test]
async fn a_login_listens_at_a_registered_redirect() -> Result<(), Failure> {
    let ports = [free_port()?, free_port()?];
    let [first, second] = ports.map(|port| format!("http://localhost:{port}/callback"));
    let pool = TestPool::builder("eu-west-1_PetPool01").user("ada", "Passw0rd!");
    let pool = pool.app_client("app", &[], &second).start().await?;
    let _used = std::net::TcpListener::bind(("127.0.0.1", ports[0]))?;
    let login = AppClient::<PetPool>::unplaced("app").managed_login(pool.url()).redirects([first, second]);
    let browse = |url: &Url| {
        let url = url.clone();
        tokio::spawn(async move { Browser::new([("username", "ada"), ("password", "Passw0rd!")])?.open(&url).await });
        Ok(())
    };
    let session = login.clone().open_with(browse).await?;
    assert_eq!(session.session().and_then(Session::username).as_deref(), Some("ada"));

    // Without `openid` there is an access token only, and it is refreshed.
    let access = login.clone().access_only().scope("aws.cognito.signin.user.admin").open_with(browse).await?;
    let access = access.session().ok_or("a session")?;
    assert!(access.id_claims().is_none() && access.username().as_deref() == Some("ada"));
    access.refresh().await?;

    let error = login.scope("pets/never").open_with(browse).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
    assert!(error.to_string().contains("`AllowedOAuthScopes`"), "{error}");
    Ok(())
}

#[tokio::test]
async fn an_unregistered_redirect_uri_is_refused() -> Result<(), Failure> {
    let pool = pool().await?;
    let (http, mut url) = (http()?, Url::parse(&format!("{}/oauth2/authorize", pool.url()))?);
    let pkce = "&code_challenge=x&code_challenge_method=S256";
    for (query, status) in [
        (format!("client_id=app&response_type=code&redirect_uri={REDIRECT}{pkce}"), 200),
        (format!("client_id=app&response_type=code&redirect_uri=http://localhost:8401/callback{pkce}"), 400),
        (format!("client_id=app&response_type=code&redirect_uri=http://localhost:8400/callback/{pkce}"), 400),
        (format!("client_id=app&response_type=code&redirect_uri=http://LOCALHOST:8400/callback{pkce}"), 400),
        (format!("client_id=app&response_type=code&redirect_uri=http://127.0.0.1:8400/callback{pkce}"), 400),
        (format!("client_id=loopback&response_type=code&redirect_uri={LOOPBACK}{pkce}"), 400),
        (format!("client_id=app&response_type=code&scope=pets/never&redirect_uri={REDIRECT}{pkce}"), 303),
        (format!("client_id=app&response_type=code&redirect_uri=https://example.com/callback{pkce}"), 400),
        (format!("client_id=other&response_type=code&redirect_uri={REDIRECT}{pkce}"), 400),
        (format!("client_id=app&response_type=code&redirect_uri={REDIRECT}"), 303),
        (format!("client_id=app&response_type=token&redirect_uri={REDIRECT}{pkce}"), 303),
    ] {
        url.set_query(Some(&query));
        assert_eq!(http.get(url.clone()).send().await?.status().as_u16(), status, "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn machines_get_the_scopes_of_their_app_client() -> Result<(), Failure> {
    let pool = pool().await?;
    let app = AppClient::<PetPool>::unplaced("machine");
    let machine = app.client_credentials(pool.url(), "s3cret & more").await?;
    let scopes = machine.session().and_then(Session::scopes);
    assert_eq!(
        scopes.as_deref(),
        Some(&["pets/read".to_owned(), "pets/write".to_owned()][..]),
        "all scopes, unless some are requested"
    );
    let error = app.client_credentials(pool.url(), "s3cret").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (AuthErrorKind::Configuration, Some("invalid_client")));
    let error = AppClient::<PetPool>::unplaced("app").client_credentials(pool.url(), "x").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
    Ok(())
}

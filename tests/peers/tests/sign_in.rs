//! Every sign-in flow, against ministack; aws-jwt-verify checks every token.

#![allow(clippy::panic, clippy::unwrap_used)]

use cogen_runtime::auth::AuthErrorKind;
use cogen_runtime::cognito::Mfa;
use cogen_runtime::cognito::MfaPreference;
use cogen_runtime::cognito::{Refresh, Step};
use cogen_runtime::session::Session;
use cogen_runtime::store::MemoryStore;
use cogen_runtime::{AppClient, Machine, Secret, SignedIn, UserPool as _};
use cogen_test_peers::{App, Browser, Expected, Failure, For, Pool, skipped};
use cogen_test_pool::totp;
use petstore_client::auth::PetPool;
use petstore_client::grant;
use petstore_client::scopes::{PetsRead, PetsWrite};
use serde_json::json;
use std::sync::OnceLock;

const PASSWORD: &str = "Passw0rd!éß";
const ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// A user pool for the petstore's client, shared by all tests of this process; each test creates its own users.
fn pool() -> Result<&'static Pool, Failure> {
    static POOL: OnceLock<Result<Pool, String>> = OnceLock::new();
    let made = POOL.get_or_init(|| Pool::new(false).map_err(|error| error.to_string()));
    made.as_ref().map_err(|error| error.clone().into())
}

fn client(pool: &Pool, app: &App) -> AppClient<PetPool> {
    let client = PetPool::app_client(&app.client_id).pool_id(pool.id()).endpoint(pool.url());
    match &app.secret {
        Some(secret) => client.secret(secret.as_str()),
        None => client,
    }
}

/// Both tokens are what their types say, according to aws-jwt-verify.
async fn judge(pool: &Pool, app: &App, signed_in: &SignedIn, scopes: &[&str]) -> Result<(), Failure> {
    let id = signed_in.id_token.as_ref().ok_or("no ID token")?;
    pool.judge(app, id.expose(), Expected::Id).await?;
    pool.judge(app, signed_in.access_token.expose(), Expected::Access(scopes)).await?;
    // The verifier can also refuse.
    pool.judge(app, id.expose(), Expected::Access(&[])).await.unwrap_err();
    pool.judge(app, signed_in.access_token.expose(), Expected::Access(&["pets/never"])).await.unwrap_err();
    Ok(())
}

#[tokio::test]
async fn srp_with_right_and_wrong_password_then_refresh_and_sign_out() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let pool = pool()?;
    let app = pool.app(For::Users, &["pets/read"])?;
    pool.user("srp", PASSWORD)?;
    let client = client(pool, &app);
    let session = client.sign_in("srp", PASSWORD).await?.done()?;
    let first = tokens(session.session())?;
    judge(pool, &app, &first, &[ADMIN_SCOPE]).await?;
    assert!(session.clone().try_grant::<grant![PetsRead]>().is_err(), "SRP gives the admin scope only");

    for (user, password) in [("srp", "wrong"), ("nobody", PASSWORD), ("srp", "")] {
        let error = client.sign_in(user, password).await.unwrap_err();
        let expected = [AuthErrorKind::WrongCredentials, AuthErrorKind::UserNotFound, AuthErrorKind::InvalidRequest];
        assert!(expected.contains(&error.kind()), "{user}: {error}");
    }

    let handle = session.session().ok_or("no session")?;
    handle.refresh().await?;
    let fresh = tokens(session.session())?;
    assert_ne!(fresh.access_token, first.access_token);
    judge(pool, &app, &fresh, &[ADMIN_SCOPE]).await?;
    assert_eq!(client.account(&session).await?.username, "srp");

    // Signed out: the refresh token is revoked, and the session knows that it has ended.
    let refresh_token = fresh.refresh_token.ok_or("no refresh token")?;
    handle.sign_out().await?;
    assert_eq!(handle.over(), Some(AuthErrorKind::SignedOut));
    let refresh = Refresh { refresh_token: &refresh_token, username: Some("srp"), device_key: None };
    let error = client.refresh(refresh).await.unwrap_err();
    assert!(error.ends_session(), "{error}");

    // Signed out everywhere: another session learns it at its next refresh.
    let [here, there] =
        [client.sign_in("srp", PASSWORD).await?.done()?, client.sign_in("srp", PASSWORD).await?.done()?];
    here.session().ok_or("no session")?.sign_out_everywhere().await?;
    let there = there.session().ok_or("no session")?;
    let error = there.refresh().await.unwrap_err();
    assert!(error.ends_session() && there.over() == Some(error.kind()), "{error}");
    Ok(())
}

fn tokens(session: Option<&Session>) -> Result<SignedIn, Failure> {
    Ok(session.and_then(Session::signed_in).ok_or("no tokens")?)
}

#[tokio::test]
async fn srp_with_secret() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let pool = pool()?;
    let app = pool.app(For::Machines, &["pets/read"])?;
    pool.user("secretive", PASSWORD)?;
    let session = client(pool, &app).sign_in("secretive", PASSWORD).await?.done()?;
    judge(pool, &app, &tokens(session.session())?, &[ADMIN_SCOPE]).await?;
    session.session().ok_or("no session")?.refresh().await?;
    let signed_in = tokens(session.session())?;
    judge(pool, &app, &signed_in, &[ADMIN_SCOPE]).await?;

    let wrong = client(pool, &app).secret("another");
    let without = PetPool::app_client(&app.client_id).pool_id(pool.id()).endpoint(pool.url());
    for (client, cause) in
        [(wrong, "the secret is wrong"), (without, "the app client has a secret, and none was given")]
    {
        let error = client.sign_in("secretive", PASSWORD).await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
        assert!(error.to_string().contains(cause), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn srp_with_alias_and_secret() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let pool = Pool::new(true)?;
    let app = pool.app(For::Machines, &["pets/read"])?;
    pool.user("alice@example.com", PASSWORD)?;
    let client = client(&pool, &app);
    let signed_in = client.sign_in("alice@example.com", PASSWORD).await?.signed_in()?;
    judge(&pool, &app, &signed_in, &[ADMIN_SCOPE]).await?;
    let known = signed_in.username.clone().ok_or("no user name")?;
    assert_ne!(known, "alice@example.com", "the pool knows the user by a UUID");
    // A password that is sent gives the same name, and sessions are stored under it.
    let stored = client.clone().store(MemoryStore::new());
    let session = stored.sign_in_with_password("alice@example.com", PASSWORD).await?.done()?;
    assert_eq!(session.session().and_then(Session::username), Some(known.clone()));
    assert!(stored.restore(&known).await?.is_some() && stored.restore("alice@example.com").await?.is_some());
    let refresh_token = signed_in.refresh_token.ok_or("no refresh token")?;
    let refresh = Refresh { refresh_token: &refresh_token, username: Some(&known), device_key: None };
    let fresh = client.refresh(refresh).await?;
    judge(&pool, &app, &fresh, &[ADMIN_SCOPE]).await
}

#[tokio::test]
async fn plain_passwords_and_passwords_set_by_administrators() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let pool = pool()?;
    let app = pool.app(For::Machines, &["pets/read"])?;
    pool.user("plain", PASSWORD)?;
    let client = client(pool, &app);
    let signed_in = client.sign_in_with_password("plain", PASSWORD).await?.signed_in()?;
    judge(pool, &app, &signed_in, &[ADMIN_SCOPE]).await?;
    let error = client.sign_in_with_password("plain", "wrong").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::WrongCredentials);
    let keys = aws_credential_types::Credentials::new("test", "test", None, None, "test");
    let signed_in = client.aws_credentials(keys).sign_in_as_admin("plain", PASSWORD).await?.signed_in()?;
    judge(pool, &app, &signed_in, &[ADMIN_SCOPE]).await
}

#[tokio::test]
async fn a_temporary_password_is_replaced() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let pool = pool()?;
    let app = pool.app(For::Machines, &["pets/read"])?;
    pool.admin("admin_create_user", json!({ "Username": "new", "TemporaryPassword": "Temp0rary!" }))?;
    let Step::NewPassword(step) = client(pool, &app).sign_in("new", "Temp0rary!").await? else {
        panic!("another step")
    };
    let signed_in = step.answer(PASSWORD, []).await?.signed_in()?;
    judge(pool, &app, &signed_in, &[ADMIN_SCOPE]).await?;
    client(pool, &app).sign_in("new", PASSWORD).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_and_required() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let pool = pool()?;
    let app = pool.app(For::Users, &["pets/read"])?;
    pool.user("totp", PASSWORD)?;
    let client = client(pool, &app);
    let session = client.sign_in("totp", PASSWORD).await?.done()?;
    let setup = client.begin_totp(&session).await?;
    assert!(setup.uri("Pets", "totp").expose().starts_with("otpauth://totp/Pets:totp?secret="));
    let error = client.verify_totp(&session, "000000", None).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::WrongCode, "{error}");
    client.verify_totp(&session, &totp(setup.secret().expose()), Some("phone")).await?;
    client.set_mfa(&session, [MfaPreference { factor: Mfa::Totp, enabled: true, preferred: true }]).await?;

    let Step::TotpMfa(step) = client.sign_in("totp", PASSWORD).await? else { panic!("another step") };
    let refused = step.answer("000000").await.unwrap_err();
    assert_eq!(refused.error.kind(), AuthErrorKind::WrongCode, "{refused}");
    let again = refused.again.ok_or("the challenge can be repeated")?;
    let step = match again.answer(totp(setup.secret().expose())).await {
        Ok(step) => step,
        // A stricter pool ends the session at the first wrong code.
        Err(refused) => {
            assert_eq!(refused.error.kind(), AuthErrorKind::SignInExpired, "{refused}");
            let Step::TotpMfa(step) = client.sign_in("totp", PASSWORD).await? else { panic!("another step") };
            step.answer(totp(setup.secret().expose())).await?
        }
    };
    judge(pool, &app, &step.signed_in()?, &[ADMIN_SCOPE]).await
}

#[tokio::test]
async fn users_sign_up_and_manage_their_account() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let pool = pool()?;
    let app = pool.app(For::Machines, &["pets/read"])?;
    let client = client(pool, &app);
    let password = Secret::new(PASSWORD);
    let email = [("email".to_owned(), "c@example.com".to_owned())];
    assert!(!client.sign_up("carol", &password, email).await?.confirmed);
    let error = client.sign_up("carol", &password, []).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::AlreadyExists, "{error}");
    let error = client.sign_in("carol", PASSWORD).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::UserNotConfirmed, "{error}");
    pool.admin("admin_confirm_sign_up", json!({ "Username": "carol" }))?;

    let session = client.sign_in("carol", PASSWORD).await?.done()?;
    client.set_attributes(&session, [("name".to_owned(), "Carol".to_owned())]).metadata("from", "tests").await?;
    assert_eq!(client.account(&session).await?.attributes["name"], "Carol");
    assert_eq!(client.account(session.session().ok_or("no session")?).await?.username, "carol");
    let next = Secret::new("An0ther!pass");
    client.change_password(&session, &password, &next).await?;
    client.sign_in("carol", next.clone()).await?.done()?;
    client.delete_account(&session).await?;
    client.sign_in("carol", next).await.unwrap_err();
    Ok(())
}

#[tokio::test]
async fn managed_login_with_code_and_pkce() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let pool = pool()?;
    let app = pool.app(For::Users, &["pets/read"])?;
    pool.user("browsing", PASSWORD)?;
    let login = || client(pool, &app).managed_login(pool.url()).redirect(&app.redirect);
    let mut browser = Browser::new([("username", "browsing"), ("password", PASSWORD)])?;
    let browse = |url: &url::Url| {
        let url = url.clone();
        tokio::spawn(async move { browser.open(&url).await });
        Ok(())
    };
    let session = login().grant::<grant![PetsRead]>().open_with(browse).await?;
    judge(pool, &app, &tokens(session.session())?, &["pets/read"]).await?;
    // It is refreshed at the token endpoint, and keeps its scopes.
    session.session().ok_or("no session")?.refresh().await?;
    judge(pool, &app, &tokens(session.session())?, &["pets/read"]).await?;
    // The first redirect is in use, the second is the registered one. Without `openid` there is no ID token.
    let used = std::net::TcpListener::bind("127.0.0.1:0")?;
    let redirects = [format!("http://localhost:{}/callback", used.local_addr()?.port()), app.redirect.clone()];
    let mut browser = Browser::new([("username", "browsing"), ("password", PASSWORD)])?;
    let browse = |url: &url::Url| {
        let url = url.clone();
        tokio::spawn(async move { browser.open(&url).await });
        Ok(())
    };
    let access = login().redirects(redirects).access_only().grant::<grant![PetsRead]>().open_with(browse).await?;
    let tokens = tokens(access.session())?;
    assert!(tokens.id_token.is_none());
    pool.judge(&app, tokens.access_token.expose(), Expected::Access(&["pets/read"])).await?;
    assert_eq!(access.session().and_then(Session::username).as_deref(), Some("browsing"));
    let error = login().refresh(&Secret::new("nonsense")).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::RefreshTokenInvalid, "{error}");
    Ok(())
}

#[tokio::test]
async fn machines_sign_in_with_client_credentials() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let pool = pool()?;
    let app = pool.app(For::Machines, &["pets/read"])?;
    let secret = app.secret.clone().ok_or("no secret")?;
    let client = client(pool, &app);
    let machine: Machine<PetPool, grant![PetsRead]> =
        client.client_credentials(pool.url(), secret.as_str()).grant().await?;
    let access = tokens(machine.session())?.access_token;
    pool.judge(&app, access.expose(), Expected::Access(&["pets/read"])).await?;
    let refused = client.client_credentials(pool.url(), secret.as_str()).grant::<grant![PetsWrite]>();
    let error = refused.await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
    assert!(error.to_string().contains("the app client does not allow `pets/write`"), "{error}");
    let error = client.client_credentials(pool.url(), "wrong").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
    assert!(error.to_string().contains("the secret is wrong"), "{error}");
    Ok(())
}

//! Account operations: sign-up with the sign-in after it, attributes, passkeys, and who may call them.

#![allow(clippy::unwrap_used)]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use cogen_runtime::store::MemoryStore;
use cogen_runtime::{AccessToken, AppClient, AuthErrorKind, Secret, SelfService, Session, UserSession};
use cogen_test_peers::{Browser, Failure};
use cogen_test_pool::TestPool;
use serde_json::{Value, json};
use support::PetPool;

const PASSWORD: &str = "Passw0rd!";
const REDIRECT: &str = "http://localhost:8400/callback";

async fn pool() -> std::io::Result<TestPool> {
    TestPool::builder("eu-west-1_PetPool01")
        .app_client("app", &[], REDIRECT)
        .machine("secretive", "s3cret", &[])
        .user("ada", PASSWORD)
        .start()
        .await
}

fn app(pool: &TestPool) -> AppClient<PetPool> {
    AppClient::of_pool("eu-west-1_PetPool01", "app").endpoint(pool.url()).store(MemoryStore::new())
}

async fn ada(app: &AppClient<PetPool>) -> Result<UserSession<PetPool, SelfService>, Failure> {
    Ok(app.sign_in("ada", PASSWORD).await?.done()?)
}

fn email(address: &str) -> [(String, String); 1] {
    [("email".to_owned(), address.to_owned())]
}

#[tokio::test]
async fn a_user_signs_up_confirms_and_is_signed_in() -> Result<(), Failure> {
    let pool = pool().await?;
    let secretive = AppClient::of_pool("eu-west-1_PetPool01", "secretive").endpoint(pool.url()).secret("s3cret");
    for (app, name) in [(app(&pool), "bob"), (secretive.store(MemoryStore::new()), "eve")] {
        let password = Secret::new(PASSWORD);
        let address = format!("{name}@example.com");
        let error = app.sign_up(name, &Secret::new("short"), []).await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::InvalidPassword);
        let error = app.sign_up(name, &password, [("shoe".to_owned(), "42".to_owned())]).await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::InvalidRequest);
        let signed_up = app
            .sign_up(name, &password, email(&address))
            .metadata("campaign", "spring")
            .validation("invitation", "17")
            .context_data("fingerprint")
            .await?;
        assert!(
            !signed_up.confirmed && !format!("{signed_up:?}").contains(signed_up.session.as_ref().unwrap().expose())
        );
        assert_eq!(app.sign_up(name, &password, []).await.unwrap_err().kind(), AuthErrorKind::AlreadyExists);
        assert_eq!(app.sign_in(name, PASSWORD).await.unwrap_err().kind(), AuthErrorKind::UserNotConfirmed);

        let first = pool.code_of(name).ok_or("a code")?;
        app.resend_code(name).metadata("campaign", "spring").await?;
        let code = pool.code_of(name).ok_or("a code")?;
        if first != code {
            assert_eq!(app.confirm_sign_up(name, &first).await.unwrap_err().kind(), AuthErrorKind::WrongCode);
        }
        let session = signed_up.session.ok_or("a session")?;
        let wrong = app.confirm_sign_up(name, &code).session("of another sign-up").await.unwrap_err();
        assert_eq!(wrong.kind(), AuthErrorKind::SignInExpired);
        let confirmed = app.confirm_sign_up(&address, &code).session(&session).context_data("fingerprint").await?;
        let user = confirmed.sign_in().ok_or("a sign-in")?.metadata("campaign", "spring").await?.done()?;
        assert_eq!(user.session().and_then(Session::username).as_deref(), Some(name));
        assert_eq!(app.account(&user).await?.attributes["email"], address);
        assert!(app.restore(name).await?.is_some() && app.restore(&address).await?.is_some());
        assert_eq!(app.confirm_sign_up(name, &code).await.unwrap_err().kind(), AuthErrorKind::NotAuthorized);
    }
    Ok(())
}

#[tokio::test]
async fn without_the_session_of_the_sign_up_there_is_no_sign_in() -> Result<(), Failure> {
    let pool = pool().await?;
    let app = app(&pool);
    app.sign_up("bob", &Secret::new(PASSWORD), []).await?;
    let code = pool.code_of("bob").ok_or("a code")?;
    assert!(app.confirm_sign_up("bob", &code).await?.sign_in().is_none());
    app.sign_in("bob", PASSWORD).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn a_forgotten_password_is_replaced() -> Result<(), Failure> {
    let pool = pool().await?;
    let app = app(&pool);
    assert_eq!(app.forgot_password("ada").await.unwrap_err().kind(), AuthErrorKind::InvalidRequest, "no address");
    app.set_attributes(&ada(&app).await?, email("ada@example.com")).await?;
    let sent = app.forgot_password("Ada@Example.com").metadata("from", "tests").context_data("fingerprint").await?;
    assert_eq!(sent.destination.as_deref(), Some("a***@***"));
    let (code, next) = (pool.code_of("ada").ok_or("a code")?, Secret::new("An0ther!pass"));
    let wrong = app.confirm_forgot_password("ada", "none", &next).await.unwrap_err();
    assert_eq!(wrong.kind(), AuthErrorKind::WrongCode);
    app.confirm_forgot_password("ada", &code, &next).metadata("from", "tests").await?;
    app.sign_in("ada", next).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn attributes_are_set_verified_and_deleted() -> Result<(), Failure> {
    let pool = pool().await?;
    let app = app(&pool);
    let user = ada(&app).await?;
    let sent = app.set_attributes(&user, email("ada@example.com")).metadata("from", "tests").await?;
    assert_eq!(sent.len(), 1);
    app.send_attribute_code(&user, "email").metadata("from", "tests").await?;
    let code = pool.code_of("ada").ok_or("a code")?;
    assert_eq!(app.verify_attribute(&user, "email", "none").await.unwrap_err().kind(), AuthErrorKind::WrongCode);
    app.verify_attribute(&user, "email", &code).await?;
    app.delete_attributes(&user, ["email".to_owned()]).await?;
    assert!(!app.account(&user).await?.attributes.contains_key("email"));
    app.delete_account(&user).await?;
    assert_eq!(app.sign_in("ada", PASSWORD).await.unwrap_err().kind(), AuthErrorKind::WrongCredentials);
    Ok(())
}

/// What an authenticator returns for the options of the pool.
fn registered(options: &Value, id: &str, origin: &str) -> String {
    let client = json!({ "type": "webauthn.create", "challenge": options["challenge"], "origin": origin });
    let response = json!({
        "clientDataJSON": BASE64.encode(client.to_string()), "attestationObject": BASE64.encode("attestation"),
        "transports": ["internal"],
    });
    json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} })
        .to_string()
}

#[tokio::test]
async fn passkeys_are_registered_listed_and_deleted() -> Result<(), Failure> {
    let pool = pool().await?;
    let app = app(&pool);
    let user = ada(&app).await?;
    assert!(app.passkeys(&user).await?.is_empty());
    assert_eq!(app.auth_factors(&user).await?.configured, ["PASSWORD"]);
    for id in ["one", "three", "two"] {
        let options: Value = serde_json::from_str(&app.begin_passkey(&user).await?)?;
        assert_eq!((&options["user"]["name"], &options["timeout"]), (&json!("ada"), &json!(60_000)));
        app.complete_passkey(&user, &registered(&options, id, "https://auth.example.com")).await?;
    }
    let passkeys = app.passkeys(&user).await?;
    assert_eq!(passkeys.iter().map(|passkey| passkey.id.as_str()).collect::<Vec<_>>(), ["one", "three", "two"]);
    assert!(passkeys.iter().all(|passkey| passkey.created_at.is_some() && passkey.transports == ["internal"]));
    assert_eq!(app.auth_factors(&user).await?.configured, ["PASSWORD", "WEB_AUTHN"]);
    app.delete_passkey(&user, "three").await?;
    assert_eq!(app.delete_passkey(&user, "three").await.unwrap_err().kind(), AuthErrorKind::Configuration);
    assert_eq!(app.passkeys(&user).await?.len(), 2);

    let options: Value = serde_json::from_str(&app.begin_passkey(&user).await?)?;
    let foreign = registered(&options, "four", "https://evil.example");
    assert_eq!(app.complete_passkey(&user, &foreign).await.unwrap_err().kind(), AuthErrorKind::InvalidRequest);
    let again = registered(&options, "four", "https://auth.example.com");
    let used = app.complete_passkey(&user, &again).await.unwrap_err();
    assert_eq!(used.kind(), AuthErrorKind::SignInExpired, "a challenge is answered once");
    assert_eq!(app.complete_passkey(&user, "{").await.unwrap_err().kind(), AuthErrorKind::InvalidRequest);
    Ok(())
}

/// Any credential with the user's access token can call; one without the scope is refused before the request.
#[tokio::test]
async fn sessions_and_access_tokens_of_users_are_accepted() -> Result<(), Failure> {
    let pool = pool().await?;
    let app = app(&pool);
    let session = ada(&app).await?;
    let handle = session.session().ok_or("a session")?;
    let token = AccessToken::<PetPool>::from_jwt(handle.signed_in().ok_or("tokens")?.access_token)?;
    for username in [
        app.account(&session).await?.username,
        app.account(handle).await?.username,
        app.account(&token).await?.username,
    ] {
        assert_eq!(username, "ada");
    }
    let mut browser = Browser::new([("username", "ada"), ("password", PASSWORD)])?;
    for (login, is_accepted) in [
        (app.managed_login(pool.url()), false),
        (app.managed_login(pool.url()).scope("aws.cognito.signin.user.admin"), true),
    ] {
        let pending = login.redirect(REDIRECT).begin()?;
        let back = browser.open_until(pending.url(), REDIRECT).await?;
        let session = pending.finish(back.as_str()).await?;
        match app.account(&session).await {
            Ok(account) => assert!(is_accepted && account.username == "ada"),
            Err(error) => {
                assert_eq!((error.kind(), error.code(), is_accepted), (AuthErrorKind::MissingScope, None, false));
                assert!(error.to_string().contains(".scope(\"aws.cognito.signin.user.admin\")"), "{error}");
            }
        }
    }
    handle.sign_out_everywhere().await?;
    assert_eq!(app.account(&token).await.unwrap_err().kind(), AuthErrorKind::AccessTokenInvalid);
    assert_eq!(app.account(handle).await.unwrap_err().kind(), AuthErrorKind::SignedOut);
    Ok(())
}

//! The pool with the runtime as its client: each verifies the other.

#![allow(clippy::panic, clippy::unwrap_used)]

mod support;

use cogen_runtime::auth::NewDevice;
use cogen_runtime::cognito::{Refresh, Step};
use cogen_runtime::store::MemoryStore;
use cogen_runtime::{AccessToken, AppClient, AuthErrorKind, Session};
use cogen_test_pool::{Builder, TestPool, totp};
use std::error::Error;
use support::PetPool;

type Outcome = Result<(), Box<dyn Error>>;

fn builder() -> Builder {
    TestPool::builder("eu-west-1_PetPool01")
        .app_client("app", &["pets/read"], "http://localhost:8400/callback")
        .machine("machine", "s3cret", &["pets/read"])
        .user("alice", "Passw0rd!é")
        .email("alice", "Alice@example.com")
        .new_user("bob", "Temp0rary!")
}

fn app(pool: &TestPool) -> AppClient<PetPool> {
    AppClient::of_pool("eu-west-1_PetPool01", "app").endpoint(pool.url())
}

#[tokio::test]
async fn passwords_by_srp_and_plain_with_and_without_secret() -> Outcome {
    let pool = builder().start().await?;
    app(&pool).sign_in("alice", "Passw0rd!é").await?.signed_in()?;
    app(&pool).sign_in_with_password("alice", "Passw0rd!é").await?.signed_in()?;
    for (name, password) in [("alice", "wrong"), ("nobody", "Passw0rd!é")] {
        let error = app(&pool).sign_in(name, password).await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::WrongCredentials);
        let error = app(&pool).sign_in_with_password(name, password).await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::WrongCredentials);
    }
    let machine = AppClient::<PetPool>::of_pool("eu-west-1_PetPool01", "machine").endpoint(pool.url());
    machine.clone().secret("s3cret").sign_in("alice", "Passw0rd!é").await?.signed_in()?;
    for wrong in [machine.clone(), machine.secret("other")] {
        let error = wrong.sign_in("alice", "Passw0rd!é").await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn a_new_user_sets_a_password_and_an_authenticator_app() -> Outcome {
    let pool = builder().require_totp().start().await?;
    let Step::NewPassword(step) = app(&pool).sign_in("bob", "Temp0rary!").await? else { panic!("another step") };
    let Step::MfaSetup(step) = step.answer("An0ther!pass", []).await? else { panic!("another step") };
    let setup = step.authenticator().await?;
    let secret = setup.secret().expose().to_owned();
    let refused = setup.verify("000000", None).await.unwrap_err();
    assert_eq!(refused.error.kind(), AuthErrorKind::WrongCode, "{refused}");
    let setup = refused.again.ok_or("the setup can be repeated")?;
    let session = setup.verify(&totp(&secret), Some("phone")).await?.done()?;
    assert_eq!(app(&pool).account(&session).await?.preferred_mfa.as_deref(), Some("SOFTWARE_TOKEN_MFA"));

    let Step::TotpMfa(step) = app(&pool).sign_in("bob", "An0ther!pass").await? else { panic!("another step") };
    let refused = step.answer("000000").await.unwrap_err();
    assert_eq!(refused.error.kind(), AuthErrorKind::WrongCode, "{refused}");
    refused.again.ok_or("the challenge can be repeated")?.answer(totp(&secret)).await?.signed_in()?;
    Ok(())
}

#[tokio::test]
async fn a_remembered_device_replaces_mfa() -> Outcome {
    let pool = builder().require_totp().remember_devices().start().await?;
    let Step::MfaSetup(step) = app(&pool).sign_in("alice", "Passw0rd!é").await? else { panic!("another step") };
    let setup = step.authenticator().await?;
    let code = totp(setup.secret().expose());
    let signed_in = setup.verify(&code, None).await?.signed_in()?;
    let Some(NewDevice::Confirmed { device, .. }) = signed_in.new_device else { panic!("no device") };
    let session = app(&pool).sign_in("alice", "Passw0rd!é").device(device.clone()).await?.done()?;
    let again = session.session().and_then(Session::signed_in).ok_or("tokens")?;
    assert_eq!(again.device_key.as_deref(), Some(device.key()));

    // A refresh must contain the device key.
    let token = again.refresh_token.ok_or("no refresh token")?;
    let without = Refresh { refresh_token: &token, username: None, device_key: None };
    assert_eq!(app(&pool).refresh(without).await.unwrap_err().kind(), AuthErrorKind::RefreshTokenInvalid);
    app(&pool).refresh(Refresh { device_key: Some(device.key()), ..without }).await?;

    // A forgotten device has to answer the MFA challenge again.
    app(&pool).forget_device(&session, device.key()).await?;
    let step = app(&pool).sign_in("alice", "Passw0rd!é").device(device).await?;
    assert!(matches!(step, Step::TotpMfa(_)), "{step:?}");
    Ok(())
}

/// Whatever is entered, the user and the device are those of the pool, also when the pool forgets the device.
#[tokio::test]
async fn several_names_are_one_user_with_one_device() -> Outcome {
    let pool = builder().remember_devices().start().await?;
    let app = app(&pool).store(MemoryStore::new());
    let by_password = async |name: &str| app.sign_in_with_password(name, "Passw0rd!é").await?.done();
    let by_srp = async |name: &str| app.sign_in(name, "Passw0rd!é").await?.done();
    let by_choice = async |name: &str| match app.sign_in_by_choice(name).await? {
        Step::SelectFirstFactor(step) => step.password("Passw0rd!é").await?.done(),
        step => step.done(),
    };
    for round in 0..2 {
        for name in ["alice", "ALICE@example.com", "Alice@example.com", "alice@example.com"] {
            for session in [by_srp(name).await?, by_password(name).await?, by_choice(name).await?] {
                let handle = session.session().ok_or("a session")?;
                assert_eq!(handle.username().as_deref(), Some("alice"));
                handle.refresh().await?;
                let devices = app.devices(&session).await?;
                let key = handle.device().ok_or("a device")?.key().to_owned();
                assert_eq!(devices.iter().map(|device| &device.key).collect::<Vec<_>>(), [&key], "{round} {name}");
                assert!(app.restore(name).await?.is_some(), "{name}");
            }
        }
        pool.forget_devices();
    }
    Ok(())
}

#[tokio::test]
async fn a_forgotten_device_is_removed_from_the_store() -> Outcome {
    let pool = builder().remember_devices().start().await?;
    let app = app(&pool).store(MemoryStore::new());
    let session = app.sign_in("alice@example.com", "Passw0rd!é").await?.done()?;
    let key = session.session().and_then(Session::device).ok_or("a device")?.key().to_owned();
    app.forget_device(&session, &key).await?;
    assert_eq!(app.forget_device(&session, &key).await.unwrap_err().kind(), AuthErrorKind::DeviceNotFound);
    assert!(app.devices(&session).await?.is_empty());
    let session = app.sign_in("alice", "Passw0rd!é").await?.done()?;
    let next = session.session().and_then(Session::device).ok_or("a device")?.key().to_owned();
    assert_ne!(next, key);
    Ok(())
}

#[tokio::test]
async fn refresh_tokens_rotate_and_are_accepted_once() -> Outcome {
    let pool = builder().rotate_refresh_tokens().start().await?;
    let first =
        app(&pool).sign_in("alice", "Passw0rd!é").await?.signed_in()?.refresh_token.ok_or("no refresh token")?;
    let old = Refresh { refresh_token: &first, username: None, device_key: None };
    let second = app(&pool).refresh(old).await?.refresh_token.ok_or("no new refresh token")?;
    assert_eq!(app(&pool).refresh(old).await.unwrap_err().kind(), AuthErrorKind::RefreshTokenReused);
    // As with Cognito, this revokes nothing.
    let third = app(&pool).refresh(Refresh { refresh_token: &second, ..old }).await?;
    let access = AccessToken::<PetPool>::from_jwt(third.access_token)?;
    app(&pool).sign_out_everywhere(&access).await?;
    let token = third.refresh_token.ok_or("no new refresh token")?;
    assert!(app(&pool).refresh(Refresh { refresh_token: &token, ..old }).await.unwrap_err().ends_session());
    Ok(())
}

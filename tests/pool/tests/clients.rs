//! The pool with the runtime as its client: each verifies the other.

#![allow(clippy::panic, clippy::unwrap_used)]

use cogen_runtime::auth::NewDevice;
use cogen_runtime::cognito::{Refresh, Step};
use cogen_runtime::{AppClient, AuthErrorKind};
use cogen_test_pool::{Builder, TestPool, totp};
use std::error::Error;

type Outcome = Result<(), Box<dyn Error>>;

enum Pool {}

fn builder() -> Builder {
    TestPool::builder("eu-west-1_PetPool01")
        .app_client("app", &["pets/read"], "http://localhost/callback")
        .machine("machine", "s3cret", &["pets/read"])
        .user("alice", "Passw0rd!é")
        .new_user("bob", "Temp0rary!")
}

fn app(pool: &TestPool) -> AppClient<Pool> {
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
    let machine = AppClient::<Pool>::of_pool("eu-west-1_PetPool01", "machine").endpoint(pool.url());
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
    let access = setup.verify(&totp(&secret), Some("phone")).await?.signed_in()?.access_token;
    assert_eq!(app(&pool).account(&access).await?.preferred_mfa.as_deref(), Some("SOFTWARE_TOKEN_MFA"));

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
    let again = app(&pool).sign_in("alice", "Passw0rd!é").device(device.clone()).await?.signed_in()?;
    assert_eq!(again.device_key.as_deref(), Some(device.key()));

    // A refresh must contain the device key.
    let token = again.refresh_token.ok_or("no refresh token")?;
    let without = Refresh { refresh_token: &token, username: None, device_key: None };
    assert_eq!(app(&pool).refresh(without).await.unwrap_err().kind(), AuthErrorKind::RefreshTokenInvalid);
    app(&pool).refresh(Refresh { device_key: Some(device.key()), ..without }).await?;

    // A forgotten device has to answer the MFA challenge again.
    app(&pool).forget_device(&again.access_token, device.key()).await?;
    let step = app(&pool).sign_in("alice", "Passw0rd!é").device(device).await?;
    assert!(matches!(step, Step::TotpMfa(_)), "{step:?}");
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
    app(&pool).sign_out_everywhere(&third.access_token).await?;
    let token = third.refresh_token.ok_or("no new refresh token")?;
    assert!(app(&pool).refresh(Refresh { refresh_token: &token, ..old }).await.unwrap_err().ends_session());
    Ok(())
}

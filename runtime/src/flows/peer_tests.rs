//! Every way to sign in against a real peer: a ministack with `AUTH=true`, whose address `COGEN_MINISTACK` holds. Without
//! it the tests pass and say that they did nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::steps::Mfa;
use super::{AuthErrorKind, Refresh, Step};
use crate::app_client::AppClient;
use crate::credentials::{Machine, Pool, UserSession};
use crate::grants::{No, Scope, Yes};
use crate::jwt::UnverifiedClaims;
use crate::secret::Secret;
use crate::self_service::MfaPreference;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::types::{
    AttributeType, ExplicitAuthFlowsType as Flow, OAuthFlowType, ResourceServerScopeType, SoftwareTokenMfaConfigType,
    UserPoolMfaType, UsernameAttributeType,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Debug)]
enum Api {}
#[derive(Debug)]
enum PetPool {}
impl Pool for PetPool {
    type Api = Api;
    const NAME: &'static str = "PetPool";
    const ISSUERS: &'static [&'static str] = &[];
    const REGION: Option<&'static str> = None;
    const POOL_ID: Option<&'static str> = None;
    const APP_CLIENT_ID: Option<&'static str> = None;
    const DOMAIN: Option<&'static str> = None;
}
#[derive(Debug)]
enum PetsRead {}
impl Scope<Api> for PetsRead {
    const NAME: &'static str = "pets/read";
    type Id = (No, ());
}
#[derive(Debug)]
enum PetsWrite {}
impl Scope<Api> for PetsWrite {
    const NAME: &'static str = "pets/write";
    type Id = (Yes, ());
}

const PASSWORD: &str = "Passw0rd!éß";

/// A pool of its own for each test, with one user.
struct Peer {
    url: String,
    pool_id: String,
    client_id: String,
    secret: Option<String>,
    redirect: String,
    admin: Client,
}

impl Peer {
    /// `user` is a name, or an e-mail address where the pool's users are known by a UUID.
    async fn new(user: &str, with_secret: bool) -> Option<Self> {
        let Ok(url) = std::env::var("COGEN_MINISTACK") else {
            eprintln!("not run: COGEN_MINISTACK holds no address");
            return None;
        };
        let admin = administrator(&url);
        let by_email = user.contains('@');
        let mut making = admin.create_user_pool().pool_name("pets");
        if by_email {
            making = making.username_attributes(UsernameAttributeType::Email);
        }
        let pool_id = making.send().await.unwrap().user_pool.unwrap().id.unwrap();
        let scopes = ["read", "write"]
            .map(|name| ResourceServerScopeType::builder().scope_name(name).scope_description(name).build().unwrap());
        admin
            .create_resource_server()
            .user_pool_id(&pool_id)
            .identifier("pets")
            .name("pets")
            .set_scopes(Some(scopes.to_vec()))
            .send()
            .await
            .unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let redirect = format!("http://localhost:{free}/callback");
        let oauth = if with_secret { OAuthFlowType::ClientCredentials } else { OAuthFlowType::Code };
        let mut making = admin
            .create_user_pool_client()
            .user_pool_id(&pool_id)
            .client_name("app")
            .generate_secret(with_secret)
            .set_explicit_auth_flows(Some(vec![
                Flow::AllowUserSrpAuth,
                Flow::AllowUserPasswordAuth,
                Flow::AllowAdminUserPasswordAuth,
                Flow::AllowRefreshTokenAuth,
            ]))
            .allowed_o_auth_flows(oauth)
            .allowed_o_auth_flows_user_pool_client(true)
            .allowed_o_auth_scopes("pets/read")
            .supported_identity_providers("COGNITO")
            .callback_urls(&redirect);
        if !with_secret {
            making = making.allowed_o_auth_scopes("openid");
        }
        let app = making.send().await.unwrap().user_pool_client.unwrap();
        let mut making = admin.admin_create_user().user_pool_id(&pool_id).username(user);
        if by_email {
            making = making.user_attributes(AttributeType::builder().name("email").value(user).build().unwrap());
        }
        making.send().await.unwrap();
        admin
            .admin_set_user_password()
            .user_pool_id(&pool_id)
            .username(user)
            .password(PASSWORD)
            .permanent(true)
            .send()
            .await
            .unwrap();
        Some(Self { url, pool_id, client_id: app.client_id.unwrap(), secret: app.client_secret, redirect, admin })
    }

    fn app(&self) -> AppClient<PetPool> {
        let app = AppClient::of_pool(&self.pool_id, &self.client_id).endpoint(&self.url);
        match &self.secret {
            Some(secret) => app.secret(secret.as_str()),
            None => app,
        }
    }
}

fn credentials() -> aws_credential_types::Credentials {
    aws_credential_types::Credentials::new("test", "test", None, None, "test")
}

fn administrator(url: &str) -> Client {
    let app = AppClient::<PetPool>::of_pool("us-east-1_none", "none").endpoint(url).aws_credentials(credentials());
    app.core().unwrap().wire.client.clone()
}

/// The code of an authenticator app (RFC 6238), `steps` half minutes from now.
fn totp(secret: &Secret, steps: u64) -> String {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut key = Vec::new();
    for letter in secret.expose().bytes().filter(u8::is_ascii_alphanumeric) {
        let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter.to_ascii_uppercase() - b'A' };
        bits = bits << 5 | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            key.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 30 + steps;
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&time.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[tokio::test]
async fn srp_with_right_and_wrong_password_then_refresh_and_sign_out() {
    let Some(peer) = Peer::new("alice", false).await else { return };
    let app = peer.app();
    let signed_in = app.sign_in("alice", PASSWORD).await.unwrap().signed_in().unwrap();
    let id = signed_in.id_token.unwrap();
    let session = UserSession::<PetPool>::from_tokens(id.clone(), signed_in.access_token.clone()).unwrap();
    assert!(session.try_grant::<crate::grant![PetsRead]>().is_err(), "SRP gives the admin scope only");
    let claims = UnverifiedClaims::read(signed_in.access_token.expose()).unwrap();
    assert_eq!(claims.scopes.unwrap(), ["aws.cognito.signin.user.admin"]);

    for (user, password) in [("alice", "wrong"), ("nobody", PASSWORD), ("alice", "")] {
        let error = app.sign_in(user, password).await.unwrap_err();
        let expected = [AuthErrorKind::WrongCredentials, AuthErrorKind::UserNotFound, AuthErrorKind::InvalidRequest];
        assert!(expected.contains(&error.kind()), "{user}: {error}");
    }

    let refresh_token = signed_in.refresh_token.unwrap();
    let refresh = Refresh { refresh_token: &refresh_token, username: signed_in.username.as_deref(), device_key: None };
    let fresh = app.refresh(refresh).await.unwrap();
    assert!(fresh.id_token.is_some());
    let account = app.account(&fresh.access_token).await.unwrap();
    assert_eq!(account.username, "alice");
    app.sign_out_everywhere(&fresh.access_token).await.unwrap();
    let error = app.refresh(refresh).await.unwrap_err();
    assert!(error.ends_session(), "{error}");
}

#[tokio::test]
async fn srp_with_alias_and_secret() {
    let Some(peer) = Peer::new("alice@example.com", true).await else { return };
    let signed_in = peer.app().sign_in("alice@example.com", PASSWORD).await.unwrap().signed_in().unwrap();
    let known = signed_in.username.clone().unwrap();
    assert_ne!(known, "alice@example.com", "the pool knows the user by a UUID");
    let refresh_token = signed_in.refresh_token.unwrap();
    let refresh = Refresh { refresh_token: &refresh_token, username: Some(&known), device_key: None };
    peer.app().refresh(refresh).await.unwrap();

    let error = peer.app().secret("another").sign_in("alice@example.com", PASSWORD).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
    let without = AppClient::<PetPool>::of_pool(&peer.pool_id, &peer.client_id).endpoint(&peer.url);
    let error = without.sign_in("alice@example.com", PASSWORD).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
}

#[tokio::test]
async fn passwords_that_are_sent_and_those_of_administrators() {
    let Some(peer) = Peer::new("alice", true).await else { return };
    peer.app().sign_in_with_password("alice", PASSWORD).await.unwrap().signed_in().unwrap();
    let error = peer.app().sign_in_with_password("alice", "wrong").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::WrongCredentials);
    let app = peer.app().aws_credentials(credentials());
    app.sign_in_as_admin("alice", PASSWORD).await.unwrap().signed_in().unwrap();
}

#[tokio::test]
async fn a_temporary_password_is_replaced() {
    let Some(peer) = Peer::new("alice", true).await else { return };
    let making = peer.admin.admin_create_user().user_pool_id(&peer.pool_id).username("bob");
    making.temporary_password("Temp0rary!").send().await.unwrap();
    let Step::NewPassword(step) = peer.app().sign_in("bob", "Temp0rary!").await.unwrap() else {
        panic!("another step")
    };
    step.answer(PASSWORD, []).await.unwrap().signed_in().unwrap();
    peer.app().sign_in("bob", PASSWORD).await.unwrap().signed_in().unwrap();
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_and_asked_for() {
    let Some(peer) = Peer::new("alice", false).await else { return };
    let apps = SoftwareTokenMfaConfigType::builder().enabled(true).build();
    let setting = peer.admin.set_user_pool_mfa_config().user_pool_id(&peer.pool_id);
    let setting = setting.mfa_configuration(UserPoolMfaType::Optional).software_token_mfa_configuration(apps);
    setting.send().await.unwrap();
    let app = peer.app();
    let access = app.sign_in("alice", PASSWORD).await.unwrap().signed_in().unwrap().access_token;
    let setup = app.begin_totp(&access).await.unwrap();
    assert!(setup.uri("Pets", "alice").expose().starts_with("otpauth://totp/Pets:alice?secret="));
    let error = app.verify_totp(&access, "000000", None).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::WrongCode, "{error}");
    app.verify_totp(&access, &totp(setup.secret(), 0), Some("phone")).await.unwrap();
    app.set_mfa(&access, [MfaPreference { factor: Mfa::Totp, enabled: true, preferred: true }]).await.unwrap();

    let Step::TotpMfa(step) = app.sign_in("alice", PASSWORD).await.unwrap() else { panic!("another step") };
    let refused = step.answer("000000").await.unwrap_err();
    assert_eq!(refused.error.kind(), AuthErrorKind::WrongCode, "{refused}");
    let again = refused.again.unwrap();
    let step = match again.answer(totp(setup.secret(), 0)).await {
        Ok(step) => step,
        // A stricter pool ends the session with the first wrong code.
        Err(refused) => {
            assert_eq!(refused.error.kind(), AuthErrorKind::SignInExpired, "{refused}");
            let Step::TotpMfa(step) = app.sign_in("alice", PASSWORD).await.unwrap() else { panic!("another step") };
            step.answer(totp(setup.secret(), 0)).await.unwrap()
        }
    };
    step.signed_in().unwrap();
}

#[tokio::test]
async fn users_sign_up_and_look_after_their_account() {
    let Some(peer) = Peer::new("alice", true).await else { return };
    let app = peer.app();
    let password = Secret::new(PASSWORD);
    let signed_up = app.sign_up("carol", &password, [("email".to_owned(), "c@example.com".to_owned())]).await.unwrap();
    assert!(!signed_up.confirmed);
    let error = app.sign_up("carol", &password, []).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::AlreadyExists, "{error}");
    let error = app.sign_in("carol", PASSWORD).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::UserNotConfirmed, "{error}");
    peer.admin.admin_confirm_sign_up().user_pool_id(&peer.pool_id).username("carol").send().await.unwrap();

    let access = app.sign_in("carol", PASSWORD).await.unwrap().signed_in().unwrap().access_token;
    app.set_attributes(&access, [("name".to_owned(), "Carol".to_owned())]).await.unwrap();
    assert_eq!(app.account(&access).await.unwrap().attributes["name"], "Carol");
    let next = Secret::new("An0ther!pass");
    app.change_password(&access, &password, &next).await.unwrap();
    app.sign_in("carol", next.clone()).await.unwrap().signed_in().unwrap();
    app.delete_account(&access).await.unwrap();
    app.sign_in("carol", next).await.unwrap_err();
}

#[tokio::test]
async fn managed_login_with_code_and_pkce() {
    let Some(peer) = Peer::new("alice", false).await else { return };
    let login = || peer.app().managed_login(&peer.url).redirect(&peer.redirect);
    let browse = |url: &url::Url| {
        let mut form: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        form.insert("username".to_owned(), "alice".to_owned());
        form.insert("password".to_owned(), PASSWORD.to_owned());
        let form: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let at = url.join("/login").unwrap();
        tokio::spawn(async move {
            let browser = crate::http_client::default_client(&at).unwrap();
            let form_type = "application/x-www-form-urlencoded";
            let answer = browser.post(at).header("content-type", form_type).body(form).send().await.unwrap();
            let back = answer.headers()["location"].to_str().unwrap().to_owned();
            browser.get(back).send().await.unwrap().error_for_status().unwrap();
        });
        Ok(())
    };
    let signed_in = login().grant::<crate::grant![PetsRead]>().open_with(browse).await.unwrap();
    let signed_in = signed_in.session().unwrap().signed_in().unwrap();
    let (id, access) = (signed_in.id_token.unwrap(), signed_in.access_token);
    UserSession::<PetPool, crate::grant![PetsRead]>::from_tokens(id, access).unwrap();
    let refreshed = login().refresh(&signed_in.refresh_token.unwrap()).await.unwrap();
    let claims = UnverifiedClaims::read(refreshed.access_token.expose()).unwrap();
    assert!(claims.scopes.unwrap().iter().any(|scope| scope == "pets/read"));
    let error = login().refresh(&Secret::new("nonsense")).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::RefreshTokenInvalid, "{error}");
}

#[tokio::test]
async fn machines_sign_in() {
    let Some(peer) = Peer::new("alice", true).await else { return };
    let secret = peer.secret.clone().unwrap();
    let app = peer.app();
    let _machine: Machine<PetPool, crate::grant![PetsRead]> =
        app.client_credentials(&peer.url, secret.as_str()).grant().await.unwrap();
    let error =
        app.client_credentials(&peer.url, secret.as_str()).grant::<crate::grant![PetsWrite]>().await.unwrap_err();
    assert!(matches!(error.kind(), AuthErrorKind::Configuration | AuthErrorKind::MissingScope), "{error}");
    let error = app.client_credentials(&peer.url, "wrong").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
}

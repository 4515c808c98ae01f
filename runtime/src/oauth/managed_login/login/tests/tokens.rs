//! The tokens of a login, the parameters of its requests, and its endpoints.

use super::*;
use crate::contract::api::TokenKind;
use crate::store::memory::MemoryStore;
use crate::token::provider::TokenProvider as _;

const CALLBACK: &str = "https://pets.example.com/callback";

/// A token endpoint that returns an access token with these claims, and no ID token.
async fn access_endpoint(claims: serde_json::Value) -> Scripted {
    Scripted::start(move |_| {
        let answer = json!({
            "access_token": token(&claims), "refresh_token": "refresh", "expires_in": 3600, "token_type": "Bearer",
        });
        (200, answer.to_string())
    })
    .await
}

fn access_claims() -> serde_json::Value {
    json!({"token_use": "access", "iss": ISSUER, "sub": "u-1", "username": "alice", "scope": "pets/write"})
}

fn back<G, T>(pending: &PendingLogin<PetPool, G, T>) -> String
where
    T: LoginTokens,
{
    format!("{CALLBACK}?code=c0de&state={}", pending.state().expose())
}

#[tokio::test]
async fn a_login_without_openid_gives_an_access_token_that_is_refreshed_and_restored() {
    let server = access_endpoint(access_claims()).await;
    let store = MemoryStore::new();
    let app = AppClient::<PetPool>::unplaced("client").store(store.clone()).domain(&server.url);
    let login = app.managed_login(&server.url).redirect(CALLBACK).access_only().grant::<crate::grant![Write]>();
    let pending = login.begin().unwrap();
    assert_eq!(parameters(pending.url())["scope"], "pets/write");
    let address = back(&pending);
    let access = pending.finish(&address).await.unwrap();
    let session = access.session().unwrap();
    assert_eq!(session.username().as_deref(), Some("alice"));
    session.refresh().await.unwrap();
    assert!(session.is_kept());
    assert!(session.token(TokenKind::Id).await.is_err(), "there is none");

    let restored = app.restore_access("alice").await.unwrap().unwrap();
    restored.session().unwrap().refresh().await.unwrap();
    assert!(app.restore("alice").await.is_err(), "a user session has an ID token");
    assert!(app.restore_access("bob").await.unwrap().is_none());
}

/// RFC 6749, section 5.1: a response without a scope grants the requested one.
#[tokio::test]
async fn an_opaque_token_without_a_scope_has_the_requested_one() {
    for (scope, is_granted) in [(None, true), (Some("pets/read"), false), (Some("pets/read pets/write"), true)] {
        let server = Scripted::start(move |_| {
            let mut answer = json!({"access_token": "opaque", "expires_in": 3600, "token_type": "Bearer"});
            if let Some(scope) = scope {
                answer["scope"] = scope.into();
            }
            (200, answer.to_string())
        })
        .await;
        let pending = login(&server).redirect(CALLBACK).access_only().begin().unwrap();
        let address = back(&pending);
        let granted = pending.finish(&address).await.map(|access| access.session().unwrap().scopes().unwrap());
        assert_eq!(granted.is_ok(), is_granted, "{scope:?}");
        assert!(granted.is_err() || granted.unwrap().contains(&"pets/write".to_owned()));
    }
}

#[tokio::test]
async fn a_missing_id_token_names_the_way_out() {
    let server = access_endpoint(access_claims()).await;
    let pending = login(&server).redirect(CALLBACK).begin().unwrap();
    let address = back(&pending);
    let error = pending.finish(&address).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Protocol);
    assert!(error.to_string().contains("`access_only`"), "{error}");
}

#[tokio::test]
async fn tokens_of_another_pool_or_kind_are_neither_stored_nor_returned() {
    let other = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other1";
    for (claim, value, kind) in
        [("iss", other, AuthErrorKind::Configuration), ("token_use", "id", AuthErrorKind::Protocol)]
    {
        let mut claims = access_claims();
        claims[claim] = value.into();
        let server = access_endpoint(claims).await;
        let app = AppClient::<PetPool>::unplaced("client").store(MemoryStore::new());
        let pending = app.managed_login(&server.url).redirect(CALLBACK).access_only().begin().unwrap();
        let address = back(&pending);
        let error = pending.finish(&address).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.to_string().contains("`AppClient::pool_id`"), kind == AuthErrorKind::Configuration, "{error}");
        assert!(app.restore_access("alice").await.unwrap().is_none(), "{claim}");
    }
}

#[tokio::test]
async fn further_parameters_are_sent_and_those_of_the_request_are_refused() {
    let server = access_endpoint(access_claims()).await;
    let login = AppClient::<PetPool>::unplaced("client").managed_login(&server.url).redirect(CALLBACK).access_only();
    let login = login
        .idp_identifier("example.com")
        .acr_values("urn:cognito:loa:2")
        .max_age(Duration::from_secs(90))
        .language("fr")
        .authorize_parameter("lang", "de")
        .authorize_parameter("ui_locales", "de fr")
        .resource("https://pets.example.com")
        .token_parameter("resource", "https://pets.example.com");
    let pending = login.clone().begin().unwrap();
    let asked = parameters(pending.url());
    for (name, value) in [
        ("idp_identifier", "example.com"),
        ("acr_values", "urn:cognito:loa:2"),
        ("max_age", "90"),
        ("lang", "de"),
        ("ui_locales", "de fr"),
        ("resource", "https://pets.example.com"),
    ] {
        assert_eq!(asked.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(pending.url().query_pairs().filter(|(name, _)| name == "lang").count(), 1);
    let address = back(&pending);
    pending.finish(&address).await.unwrap();
    let body = server.sent()[0].body.clone();
    assert!(body.contains("resource=https%3A%2F%2Fpets.example.com") && !body.contains("ui_locales"), "{body}");

    for login in [login.clone().authorize_parameter("state", "x"), login.token_parameter("code_verifier", "x")] {
        let error = login.begin().unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
    }
}

#[tokio::test]
async fn every_endpoint_can_be_set_and_a_restored_session_uses_those_of_the_program() {
    let server = access_endpoint(access_claims()).await;
    let store = MemoryStore::new();
    let at = |path: &str| format!("{}{path}", server.url);
    let plain = AppClient::<PetPool>::unplaced("client").store(store.clone()).domain(at("/domain"));
    let app = plain.clone().token_endpoint(at("/own/token")).revoke_endpoint(at("/own/revoke"));
    let login = |app: &AppClient<PetPool>| app.managed_login(at("/domain/")).redirect(CALLBACK).access_only();
    let own = login(&app).endpoints(at("/own/authorize"), at("/own/token")).logout_endpoint(at("/own/logout"));
    for (app, login, path) in [(&plain, login(&plain), "/domain/oauth2"), (&app, own.clone(), "/own")] {
        let pending = login.begin().unwrap();
        assert_eq!(pending.url().path(), format!("{path}/authorize"));
        let address = back(&pending);
        pending.finish(&address).await.unwrap();
        let restored = app.restore_access("alice").await.unwrap().unwrap();
        let session = restored.session().unwrap();
        session.refresh().await.unwrap();
        session.sign_out().await.unwrap();
        let paths: Vec<String> = server.sent().iter().rev().take(3).map(|sent| sent.path.clone()).collect();
        assert_eq!(paths, [format!("{path}/revoke"), format!("{path}/token"), format!("{path}/token")]);
    }
    assert_eq!(own.logout_url("https://x").unwrap().path(), "/own/logout");
}

//! Managed login against a certified OpenID Connect server: PKCE, rotation, reuse.

#![allow(clippy::unwrap_used)]

use cogen_runtime::{AppClient, AuthErrorKind, Secret, SignedIn, UnverifiedClaims};
use cogen_test_peers::{Browser, Failure, OidcProvider, skipped};
use petstore_client::auth::PetPool;
use petstore_client::grant;
use petstore_client::scopes::PetsRead;
use std::collections::BTreeMap;
use url::Url;

const REDIRECT: &str = "http://127.0.0.1:8400/callback";

fn login(provider: &OidcProvider) -> cogen_runtime::flows::hosted::ManagedLogin<PetPool> {
    let url = provider.url();
    let (authorize, token) = (format!("{url}/auth"), format!("{url}/token"));
    AppClient::unplaced("app").managed_login(url).endpoints(authorize, token).redirect(REDIRECT)
}

fn browser() -> Result<Browser, Failure> {
    Browser::new([("login", "ada"), ("password", "any")])
}

async fn signed_in(provider: &OidcProvider) -> Result<SignedIn, Failure> {
    let pending = login(provider).grant::<grant![PetsRead]>().begin()?;
    let back = browser()?.open_until(pending.url(), REDIRECT).await?;
    Ok(pending.finish_raw(back.as_str()).await?)
}

#[tokio::test]
async fn a_code_is_worth_nothing_without_its_verifier() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let provider = OidcProvider::start(REDIRECT)?;
    let tokens = signed_in(&provider).await?;
    let claims = UnverifiedClaims::read(tokens.access_token.expose())?;
    assert_eq!(claims.issuer, Some(provider.url()));
    assert!(claims.scopes.unwrap_or_default().contains(&"pets/read".to_owned()));
    assert_eq!(UnverifiedClaims::read(tokens.id_token.ok_or("no ID token")?.expose())?.subject.as_deref(), Some("ada"));

    // The server demands PKCE: without a challenge there is no code.
    let pending = login(&provider).begin()?;
    let kept: Vec<_> = pending
        .url()
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("code_challenge"))
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect();
    let mut bare = pending.url().clone();
    bare.query_pairs_mut().clear().extend_pairs(kept);
    let back = browser()?.open_until(&bare, REDIRECT).await?;
    let error = pending.finish_raw(back.as_str()).await.unwrap_err();
    assert_eq!(error.code(), Some("invalid_request"), "{error}");

    // A code that was overheard can't be redeemed.
    let pending = login(&provider).begin()?;
    let back = browser()?.open_until(pending.url(), REDIRECT).await?;
    let code = query(&back).remove("code").ok_or("no code")?;
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("grant_type", "authorization_code"), ("client_id", "app"), ("redirect_uri", REDIRECT)])
        .append_pair("code", &code)
        .append_pair("code_verifier", &"x".repeat(43))
        .finish();
    let overheard = reqwest::Client::new()
        .post(format!("{}/token", provider.url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    assert_eq!(overheard.send().await?.status(), 400);

    // One that belongs to another sign-in is not even sent.
    let (mine, theirs) = (login(&provider).begin()?, login(&provider).begin()?);
    let back = browser()?.open_until(theirs.url(), REDIRECT).await?;
    assert_eq!(mine.finish_raw(back.as_str()).await.unwrap_err().kind(), AuthErrorKind::Protocol);
    theirs.finish_raw(back.as_str()).await?;
    Ok(())
}

#[tokio::test]
async fn refresh_tokens_rotate_and_reuse_is_noticed() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let provider = OidcProvider::start(REDIRECT)?;
    let mut chain = vec![signed_in(&provider).await?.refresh_token.ok_or("no refresh token")?];
    for _ in 0..3 {
        let last = chain.last().ok_or("none")?;
        let fresh = login(&provider).refresh(last).await?;
        let next = fresh.refresh_token.ok_or("no new refresh token")?;
        assert!(!chain.contains(&next), "it rotates");
        chain.push(next);
    }
    // A used one is refused; this server ends the whole family with it, which Cognito does not.
    for used in [&chain[0], &chain[3]] {
        let error = login(&provider).refresh(used).await.unwrap_err();
        assert!(error.ends_session(), "{error}");
        assert_eq!(error.kind(), AuthErrorKind::RefreshTokenInvalid);
    }
    let error = login(&provider).refresh(&Secret::new("nonsense")).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::RefreshTokenInvalid);
    Ok(())
}

fn query(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

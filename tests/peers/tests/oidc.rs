//! Managed login against a certified OpenID Connect server: PKCE, rotation, reuse.

#![allow(clippy::unwrap_used)]

use cogen_runtime::store::MemoryStore;
use cogen_runtime::{AppClient, AuthErrorKind, Pool, Secret, SignedIn, UnverifiedClaims};
use cogen_test_peers::{Browser, Failure, OidcProvider, http, skipped};
use petstore_client::auth::PetPool;
use petstore_client::grant;
use petstore_client::scopes::PetsRead;
use std::collections::BTreeMap;
use url::Url;

const REDIRECT: &str = "http://127.0.0.1:8400/callback";

fn login(provider: &OidcProvider) -> cogen_runtime::oauth::ManagedLogin<PetPool> {
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
async fn a_code_is_refused_without_its_verifier() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let provider = OidcProvider::start(REDIRECT)?;
    let tokens = signed_in(&provider).await?;
    let claims = UnverifiedClaims::read(tokens.access_token.expose())?;
    assert_eq!(claims.issuer, Some(provider.url()));
    assert!(claims.scopes.unwrap_or_default().contains(&"pets/read".to_owned()));
    assert_eq!(UnverifiedClaims::read(tokens.id_token.ok_or("no ID token")?.expose())?.subject.as_deref(), Some("ada"));

    // The server requires PKCE: without a challenge it issues no code.
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

    // A stolen code can't be redeemed.
    let pending = login(&provider).begin()?;
    let back = browser()?.open_until(pending.url(), REDIRECT).await?;
    let code = query(&back).remove("code").ok_or("no code")?;
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("grant_type", "authorization_code"), ("client_id", "app"), ("redirect_uri", REDIRECT)])
        .append_pair("code", &code)
        .append_pair("code_verifier", &"x".repeat(43))
        .finish();
    let overheard = http()?
        .post(format!("{}/token", provider.url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    assert_eq!(overheard.send().await?.status(), 400);

    // A code of another sign-in is not even sent.
    let (mine, theirs) = (login(&provider).begin()?, login(&provider).begin()?);
    let back = browser()?.open_until(theirs.url(), REDIRECT).await?;
    assert_eq!(mine.finish_raw(back.as_str()).await.unwrap_err().kind(), AuthErrorKind::Protocol);
    theirs.finish_raw(back.as_str()).await?;
    Ok(())
}

#[tokio::test]
async fn refresh_tokens_rotate_and_reuse_is_detected() -> Result<(), Failure> {
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
    // A used token is refused. This server also revokes the whole family, which Cognito does not.
    for used in [&chain[0], &chain[3]] {
        let error = login(&provider).refresh(used).await.unwrap_err();
        assert!(error.ends_session(), "{error}");
        assert_eq!(error.kind(), AuthErrorKind::RefreshTokenInvalid);
    }
    let error = login(&provider).refresh(&Secret::new("nonsense")).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::RefreshTokenInvalid);
    Ok(())
}

/// A session uses the newest refresh token, also if another process was faster: this server revokes everything at the
/// first token that is used twice.
#[tokio::test]
async fn sessions_that_share_a_store_never_send_a_refresh_token_twice() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let provider = OidcProvider::start(REDIRECT)?;
    let url = provider.url();
    let (authorize, token) = (format!("{url}/auth"), format!("{url}/token"));
    let app = AppClient::<Realm>::unplaced("app").store(MemoryStore::new()).domain(&url).token_endpoint(&token);
    let login = app.managed_login(url).endpoints(authorize, token).redirect(REDIRECT).begin()?;
    let back = browser()?.open_until(login.url(), REDIRECT).await?;
    let first = login.finish(back.as_str()).await?;
    let second = app.restore("ada").await?.ok_or("the session is stored")?;
    let [first, second] = [first.session(), second.session()].map(|session| session.ok_or("a session"));
    let (first, second) = (first?, second?);
    for _ in 0..3 {
        first.refresh().await?;
        second.refresh().await?;
        let both = tokio::join!(first.refresh(), second.refresh());
        both.0.and(both.1)?;
    }
    assert_eq!((first.over(), second.over()), (None, None));

    // A stolen token revokes the family; then the session has ended, and reports it.
    let old = first.signed_in().and_then(|tokens| tokens.refresh_token).ok_or("a refresh token")?;
    second.refresh().await?;
    assert!(self::login(&provider).refresh(&old).await.is_err());
    let error = first.refresh().await.unwrap_err();
    assert_eq!(
        (error.kind(), first.over()),
        (AuthErrorKind::RefreshTokenInvalid, Some(AuthErrorKind::RefreshTokenInvalid))
    );
    Ok(())
}

/// A pool whose issuer is the server that the test starts.
enum Realm {}

impl Pool for Realm {
    type Api = ();
    const NAME: &'static str = "realm";
    const ISSUERS: &'static [&'static str] = &[];
    const REGION: Option<&'static str> = None;
    const POOL_ID: Option<&'static str> = None;
    const APP_CLIENT_ID: Option<&'static str> = None;
    const DOMAIN: Option<&'static str> = None;
}

fn query(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

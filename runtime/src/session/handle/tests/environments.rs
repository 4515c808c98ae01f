//! One sign-in for several authorizers and crates, and sign-in to environments.

use super::*;
use crate::auth::error::AuthErrorKind as Kind;
use crate::contract::grants::{GeneratedScope, Scope, SelfServiceId};
use crate::credential::environment::{Environment, EnvironmentAuthorizer};
use crate::credential::pool::Pool;
use crate::token::error::TokenErrorKind;
use crate::token_credential::typed::{AccessToken, IdToken};
use crate::{Audiences, SelfService, UserPool as _, grant};

enum OtherApi {}
enum OtherRead {}
enum Me {}
impl GeneratedScope for OtherRead {
    type Id = (crate::contract::grants::No, ());
}

impl GeneratedScope for Me {
    type Id = (crate::contract::grants::Yes, SelfServiceId);
}

impl Scope<OtherApi> for OtherRead {
    const NAME: &'static str = "pets/read";
}
impl Scope<OtherApi> for Me {
    const NAME: &'static str = "aws.cognito.signin.user.admin";
}

macro_rules! pools {
    ($($name:ident: $pool_id:literal, $audiences:expr;)*) => { $(
        #[derive(Debug)]
        enum $name {}
        impl Pool for $name {
            type Api = OtherApi;
            const NAME: &'static str = stringify!($name);
            const ISSUERS: &'static [&'static str] = &[concat!("https://cognito-idp.us-east-1.amazonaws.com/", $pool_id)];
            const REGION: Option<&'static str> = Some("us-east-1");
            const POOL_ID: Option<&'static str> = Some($pool_id);
            const APP_CLIENT_ID: Option<&'static str> = None;
            const DOMAIN: Option<&'static str> = Some("https://auth.prod.example.com");
            const AUDIENCES: Audiences = $audiences;
        }
    )* };
}
pools! {
    Same: "us-east-1_AbC123", Audiences::Any;
    SameForOthers: "us-east-1_AbC123", Audiences::AudOrClientId(&["2other"]);
    Another: "us-east-1_AbC124", Audiences::Any;
}

const DEV: Environment<OtherApi> = Environment::listed(
    "dev",
    None,
    const {
        &[EnvironmentAuthorizer::listed(
            "Same",
            Some("eu-west-1_Dev1"),
            Some("dev"),
            Some("https://auth.dev.example.com"),
        )]
    },
);

#[tokio::test]
async fn one_sign_in_is_used_by_two_crates() {
    let world = World::new().await;
    world.set(|script| script.rotates = true);
    let store = MemoryStore::new();
    let app = world.app().store(store.clone());
    let session = app.sign_in_with_password("alice", "x").await.unwrap().done().unwrap();
    let other: UserSession<Same, SelfService> = session.for_pool::<Same>().unwrap();
    other.session().unwrap().refresh().await.unwrap();
    assert_eq!(world.refreshes(), 1);
    assert_eq!(session.session().unwrap().generation(), 2, "it is the same session");
    assert_eq!(session.session().unwrap().signed_in().map(|it| it.refresh_token), Some(Some("refresh-1".into())));
    assert!(other.session().unwrap().is_kept());
    let read = other.try_grant::<grant![OtherRead, Me]>().unwrap();
    session.session().unwrap().sign_out().await.unwrap();
    assert_eq!(read.session().unwrap().over(), Some(Kind::SignedOut));
}

#[tokio::test]
async fn another_pool_or_app_client_is_refused() {
    let world = World::new().await;
    world.set(|script| script.claims = json!({"client_id": "client", "exp": 4_102_444_800_u64}));
    let session = world.sign_in(&world.app()).await;
    let error = session.for_pool::<Another>().unwrap_err();
    assert_eq!(error.kind(), TokenErrorKind::WrongIssuer);
    let token = AccessToken::<PetPool>::from_jwt(world.token("access")).unwrap();
    assert!(token.for_pool::<Same>().is_ok());
    assert_eq!(token.for_pool::<SameForOthers>().unwrap_err().kind(), TokenErrorKind::WrongAudience);
    assert_eq!(token.for_pool::<Another>().unwrap_err().kind(), TokenErrorKind::WrongIssuer);
}

#[tokio::test]
async fn an_environment_decides_pool_app_client_and_domain() {
    let world = World::new().await;
    let dev = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Dev1";
    world.set(|script| script.claims = json!({"iss": dev, "exp": 4_102_444_800_u64}));
    let app = Same::app_client_in(&DEV).unwrap().endpoint(&world.server.url).clock(world.clock.clone());
    assert_eq!(app.client_id(), "dev");
    let login = app.published_managed_login().unwrap().logout_url("https://x").unwrap();
    assert_eq!(login.host_str(), Some("auth.dev.example.com"));
    let session = app.sign_in_with_password("alice", "x").await.unwrap().done().unwrap();
    assert_eq!(world.server.sent()[0].text("/ClientId").as_deref(), Some("dev"));
    // The document of the other crate has the same pool, which the environment replaces.
    assert!(session.for_pool::<SameForOthers>().is_ok());
    assert!(IdToken::<Same>::from_jwt_in(&DEV, world.token("id")).is_ok());
    assert!(UserSession::<Same>::from_tokens_in(&DEV, world.token("id"), world.token("access")).is_ok());
    assert_eq!(IdToken::<Same>::from_jwt(world.token("id")).unwrap_err().kind(), TokenErrorKind::WrongIssuer);
    world.set(|script| script.claims = json!({"exp": 4_102_444_800_u64}));
    assert_eq!(
        AccessToken::<Same>::from_jwt_in(&DEV, world.token("access")).unwrap_err().kind(),
        TokenErrorKind::WrongIssuer
    );

    let error = Another::app_client_in(&DEV).unwrap_err();
    assert_eq!(
        error.to_string(),
        "app client: the app client or the pool is not set up for this: the environment `dev` has no app client of \
         `Another`: set it with `app_client_id` or in cogen.toml"
    );
    let own = Environment::new("own").app_client_id::<Another>("own");
    let app = Another::app_client_in(&own).unwrap();
    assert_eq!(
        app.published_managed_login().unwrap().logout_url("https://x").unwrap().host_str(),
        Some("auth.prod.example.com")
    );
    let moved = Another::app_client_in(&own.user_pool::<Another>("us-east-1_Own1")).unwrap();
    assert!(moved.published_managed_login().is_none(), "the domain in the document is of the pool in the document");
}

//! Sessions for authorizers that check the audience, and of user pools that the program sets.

use super::*;
use crate::auth::error::AuthErrorKind as Kind;
use crate::credential::kinds::Credential;
use crate::credential::offered::TokenCredential;
use crate::credential::pool::Pool;
use crate::token::error::TokenErrorKind;
use crate::token_credential::typed::AccessToken;
use crate::{Audiences, SelfService, grant};

macro_rules! pools {
    ($($name:ident: $audiences:expr;)*) => { $(
        enum $name {}
        impl Pool for $name {
            type Api = crate::testing::pool::Api;
            const NAME: &'static str = "Jwt";
            const ISSUERS: &'static [&'static str] = &[ISSUER];
            const REGION: Option<&'static str> = Some("us-east-1");
            const POOL_ID: Option<&'static str> = Some(POOL_ID);
            const APP_CLIENT_ID: Option<&'static str> = None;
            const DOMAIN: Option<&'static str> = None;
            const AUDIENCES: Audiences = $audiences;
        }
    )* };
}
pools! {
    Http: Audiences::AudOrClientId(&["client"]);
    Rest: Audiences::Aud(&["client"]);
    Bound: Audiences::Aud(&["https://orders.example.com"]);
}

impl World {
    fn app_of<P: Pool>(&self, client: &str) -> AppClient<P> {
        use crate::UserPool as _;
        P::app_client(client).endpoint(&self.server.url).clock(self.clock.clone())
    }

    fn claims(&self, claims: Value) {
        self.set(|script| script.claims = claims);
    }
}

#[tokio::test]
async fn a_refused_app_client_is_an_error_before_a_password_is_sent() {
    let world = World::new().await;
    let error = world.app_of::<Http>("other").sign_in_with_password("alice", "x").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            Kind::Configuration,
            "app client: the app client or the pool is not set up for this: the authorizer takes tokens of the app client \
             `client`, and refuses those of the app client `other`: use that app client, or give the pool of this program with \
             `pool_id`"
        )
    );
    assert!(world.app_of::<Bound>("client").sign_in_with_password("alice", "x").await.is_err());
    assert_eq!(world.server.sent().len(), 0);
}

#[tokio::test]
async fn received_tokens_of_another_app_client_are_refused() {
    let world = World::new().await;
    world.claims(json!({"client_id": "other", "aud": "absent"}));
    let set = world.tokens();
    let error = world.app_of::<Http>("client").session_from(set).await.unwrap_err();
    assert!(error.to_string().contains("found one of the app client `other` (`client_id`)"), "{error}");
    world.claims(json!({"client_id": "client", "aud": "absent"}));
    assert!(world.app_of::<Http>("client").session_from(world.tokens()).await.is_ok());
    world.claims(json!({"client_id": "client", "exp": 4_102_444_800_u64}));
    let error = AccessToken::<Rest>::from_jwt(world.token("access")).unwrap_err();
    assert_eq!(error.kind(), TokenErrorKind::WrongAudience);
}

#[tokio::test]
async fn if_either_kind_is_accepted_the_token_with_the_audience_is_sent() {
    let world = World::new().await;
    for (access_claims, kind) in
        [(json!({"client_id": "client"}), TokenKind::Id), (json!({"aud": "client"}), TokenKind::Access)]
    {
        world.claims(json!({"aud": "client"}));
        let id = world.token("id");
        world.claims(access_claims);
        let set = TokenSet::from_tokens(id, world.token("access"));
        let session = world.app_of::<Rest>("client").session_from(set).await.unwrap();
        let Credential::Tokens(provider) = session.into_credential().0 else { panic!() };
        assert_eq!(provider.held(TokenKind::Any).unwrap().kind, kind);
        assert_eq!(provider.token(TokenKind::Any).await.unwrap().kind, kind);
        assert_eq!(
            provider.token(TokenKind::Access).await.is_ok(),
            kind == TokenKind::Access,
            "a token without the audience is not sent"
        );
    }
}

#[tokio::test]
async fn tokens_of_the_pool_that_the_program_sets_are_accepted() {
    let world = World::new().await;
    let dev = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Dev1";
    world.claims(json!({"iss": dev, "client_id": "dev", "aud": "absent"}));
    let app = || world.app_of::<Http>("dev").pool_id("eu-west-1_Dev1");
    let store = MemoryStore::new();
    let session = app().store(store.clone()).sign_in_with_password("alice", "x").await.unwrap().done().unwrap();
    assert!(session.session().unwrap().is_kept());
    assert!(app().store(store).restore("alice").await.unwrap().is_some());
    world.claims(json!({"client_id": "dev", "aud": "absent"}));
    let error = app().session_from(world.tokens()).await.unwrap_err();
    assert!(error.to_string().contains(&format!("expected a token issued by `{dev}`")), "{error}");
}

#[tokio::test]
async fn the_type_of_a_session_has_the_grant_of_a_password() {
    let world = World::new().await;
    let step = || async { world.app().sign_in_with_password("alice", "x").await.unwrap() };
    world.set(|script| script.scope = "aws.cognito.signin.user.admin".to_owned());
    let session: UserSession<PetPool, SelfService> = step().await.done().unwrap();
    let error = session.clone().try_grant::<grant![Read]>().unwrap_err();
    assert_eq!(error.kind(), TokenErrorKind::ScopeMissing);
    assert!(error.to_string().contains("managed login"), "{error}");
    let stored: UserSession<PetPool> = session.into();
    assert!(stored.try_grant::<SelfService>().is_ok());
    // A trigger of the pool can add and remove scopes.
    world.set(|script| script.scope = "pets/read".to_owned());
    assert!(
        step().await.done().unwrap().try_grant::<SelfService>().is_err(),
        "the sign-in succeeds, and has no such scope"
    );
    assert_eq!(step().await.done_with::<SelfService>().unwrap_err().kind(), Kind::MissingScope);
    assert!(step().await.done_with::<grant![Read]>().is_ok());
    assert!(step().await.done_with::<grant![]>().is_ok());
}

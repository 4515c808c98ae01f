//! Generated clients against ministack's gateway: a REST API with a user-pool authorizer, deployed from the document
//! that its client was generated from, and an HTTP API with a JWT authorizer. aws-jwt-verify checks every token that arrives at
//! the service behind the gateway.

#![allow(clippy::unwrap_used)]

use cogen_runtime::{
    AppClient, Bearer, Environment, Error, ErrorKind, GatewayError, Iam, IdToken, IdentityPool, Machine, UserPool as _,
    UserSession,
};
use cogen_test_peers::{App, Browser, Expected, Failure, For, Ministack, Pool, http, http_api, rest_api, skipped};
use cogen_test_pool::{Asked, Petstore};
use petstore_client::auth::PetPool;
use petstore_client::grant;
use petstore_client::scopes::{PetsAdmin, PetsRead, PetsWrite};
use petstore_client::types::NewPet;
use serde_json::json;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The client of the HTTP API.
#[allow(missing_docs)]
mod visits {
    include!(concat!(env!("OUT_DIR"), "/visits.rs"));
}

const PASSWORD: &str = "Passw0rd!éß";
const PETSTORE: &str = "../../examples/petstore/openapi.yaml";

/// The pool of both documents, and one user.
fn pool() -> Result<&'static Pool, Failure> {
    static POOL: OnceLock<Result<Pool, String>> = OnceLock::new();
    let made = || -> Result<Pool, Failure> {
        let pool = Pool::new(false)?;
        pool.user("ada", PASSWORD)?;
        Ok(pool)
    };
    POOL.get_or_init(|| made().map_err(|error| error.to_string())).as_ref().map_err(|error| error.clone().into())
}

fn document(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn client(pool: &Pool, app: &App) -> AppClient<PetPool> {
    let client = PetPool::app_client(&app.client_id).pool_id(pool.id()).endpoint(pool.url());
    match &app.secret {
        Some(secret) => client.secret(secret.as_str()),
        None => client,
    }
}

/// Signs the user in with a browser, with the scopes of `G`.
async fn browse<G: cogen_runtime::GrantOf<petstore_client::auth::Api>>(
    pool: &Pool,
    app: &App,
) -> Result<UserSession<PetPool, G>, Failure> {
    let login = client(pool, app).managed_login(pool.url()).redirect(&app.redirect).grant::<G>().begin()?;
    let mut browser = Browser::new([("username", "ada"), ("password", PASSWORD)])?;
    let back = browser.open_until(login.url(), &app.redirect).await?;
    Ok(login.finish(back.as_str()).await?)
}

/// The calls that reached the service since the last time: methods, paths, and whether their tokens are as expected.
async fn judge(pool: &Pool, app: &App, asked: Vec<Asked>, expected: &[(&str, Expected<'_>)]) -> Result<(), Failure> {
    let calls: Vec<String> = asked.iter().map(|asked| format!("{} {}", asked.method, asked.path)).collect();
    assert_eq!(calls, expected.iter().map(|(call, _)| *call).collect::<Vec<_>>());
    for (asked, (call, expected)) in asked.iter().zip(expected) {
        let token = asked.authorization.as_deref().and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or_else(|| format!("{call} arrived without a token"))?;
        pool.judge(app, token, *expected).await.map_err(|error| format!("{call}: {error}"))?;
    }
    Ok(())
}

#[tokio::test]
async fn a_rest_api_accepts_the_token_of_each_method() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let (pool, service) = (pool()?, Petstore::start().await?);
    let (base, _) = rest_api(Ministack::shared()?, &document(PETSTORE), pool, &service.url())?;
    let builder = || petstore_client::Client::builder().base_url(&base).allow_http();

    // Either of two scopes is sufficient.
    let reading = pool.app(For::Users, &["pets/read"])?;
    let session = browse::<grant![PetsRead]>(pool, &reading).await?;
    let pets = builder().pet_pool(session.clone()).build()?;
    assert_eq!(pets.get_profile().await?.name, "ada");
    assert_eq!(pets.list_pets().limit(1).await?.pets.len(), 1);
    assert_eq!(pets.get_pet("2").await?.name, "Mia");
    pets.get_health().await?;
    let read = Expected::Access(&["pets/read"]);
    let mut asked = service.asked();
    let open = asked.pop().ok_or("no call")?;
    assert_eq!((open.path.as_str(), open.authorization), ("/health", None), "an open method gets no token");
    judge(pool, &reading, asked, &[("GET /me", Expected::Id), ("GET /pets", read), ("GET /pets/2", read)]).await?;

    let ruling = pool.app(For::Users, &["pets/admin"])?;
    let pets = builder().pet_pool(browse::<grant![PetsAdmin]>(pool, &ruling).await?).build()?;
    assert_eq!(pets.list_pets().await?.pets.len(), 2);
    assert_eq!(pets.create_pet(&NewPet::new("Kim")).await?.name, "Kim");
    let admin = Expected::Access(&["pets/admin"]);
    judge(pool, &ruling, service.asked(), &[("GET /pets", admin), ("POST /pets", admin)]).await?;

    let machine = pool.app(For::Machines, &["pets/write"])?;
    let secret = machine.secret.clone().ok_or("no secret")?;
    let acting: Machine<PetPool, grant![PetsWrite]> =
        client(pool, &machine).client_credentials(pool.url(), secret).grant().await?;
    let pets = builder().pet_pool(acting).build()?;
    let error = pets.create_pet(&NewPet::new("Kim")).await.err().ok_or("Kim exists already")?;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(409), "{error}");
    judge(pool, &machine, service.asked(), &[("POST /pets", Expected::Access(&["pets/write"]))]).await?;

    // Another token after a refresh, and calls still succeed.
    let pets = builder().pet_pool(session.clone()).build()?;
    session.session().ok_or("no session")?.refresh().await?;
    assert_eq!(pets.get_profile().await?.name, "ada");
    judge(pool, &reading, service.asked(), &[("GET /me", Expected::Id)]).await?;

    // The gateway also refuses what the compiler refuses.
    let id = session.session().and_then(|session| session.signed_in()?.id_token).ok_or("no ID token")?;
    let here = Environment::new("ministack").user_pool::<PetPool>(pool.id().to_owned());
    let unchecked = builder().build()?.dangerous();
    for refused in [
        unchecked.list_pets().send_with(IdToken::<PetPool>::from_jwt_in(&here, id)?).await.err(),
        unchecked.list_pets().send_with(Bearer::new("nonsense")).await.err(),
    ] {
        let error = refused.ok_or("a wrong token was accepted")?;
        assert_eq!(error.gateway(), Some(GatewayError::Unauthorized), "{error}");
    }
    assert_eq!(http()?.get(format!("{base}/me")).send().await?.status(), 401);
    assert_eq!(service.asked(), [], "none of it arrived");

    // A path that the stage does not have gives the same response as a missing credential.
    let astray = petstore_client::Client::builder().base_url(format!("{base}/v0")).allow_http().build()?;
    let error = astray.get_health().await.err().ok_or("there is no such route")?;
    assert_eq!(error.gateway(), Some(GatewayError::MissingAuthenticationToken), "{error}");
    assert_eq!(error.kind(), ErrorKind::Gateway, "{error}");
    Ok(())
}

#[tokio::test]
async fn a_rest_api_accepts_signatures_and_api_keys() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let (pool, service, ministack) = (pool()?, Petstore::start().await?, Ministack::shared()?);
    let (base, api) = rest_api(ministack, &document(PETSTORE), pool, &service.url())?;
    let builder = || petstore_client::Client::builder().base_url(&base).allow_http();

    // ministack checks the signatures of IAM users, but not those of the root user.
    let iam = |operation: &str, parameters| ministack.aws().call("iam", operation, parameters);
    let keys_of = |name: &str| -> Result<(String, String), Failure> {
        iam("create_user", json!({ "UserName": name }))?;
        let key = iam("create_access_key", json!({ "UserName": name }))?["AccessKey"].take();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        Ok((text(&key["AccessKeyId"]), text(&key["SecretAccessKey"])))
    };
    let ((id, secret), other) = (keys_of("reporter")?, keys_of("stranger")?);
    let may = json!({ "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" });
    let policy = json!({ "Version": "2012-10-17", "Statement": [may] }).to_string();
    iam("put_user_policy", json!({ "UserName": "reporter", "PolicyName": "may", "PolicyDocument": policy }))?;
    let report = async |id: &str, secret: &str| {
        let signing = builder().sigv4(Iam::new(id, secret, None).region("eu-west-1")).build()?;
        signing.daily_report().await.map(|report| report.adopted).map_err(Failure::from)
    };
    let gateway = |outcome: Result<i64, Failure>| {
        outcome.err().and_then(|error| error.downcast_ref::<Error>().and_then(Error::gateway))
    };
    assert_eq!(report(&id, &secret).await?, 1);
    assert_eq!(service.asked().len(), 1);
    assert_eq!(gateway(report(&id, "wrong").await), Some(GatewayError::InvalidSignature));
    assert_eq!(gateway(report("AKIAUNKNOWN", &secret).await), Some(GatewayError::InvalidSignature));
    assert_eq!(gateway(report(&other.0, &other.1).await), Some(GatewayError::AccessDenied));
    assert_eq!(service.asked(), [], "none of it arrived");

    let app = pool.app(For::Machines, &["pets/admin"])?;
    let secret = app.secret.clone().ok_or("no secret")?;
    let session: Machine<PetPool, grant![PetsAdmin]> =
        client(pool, &app).client_credentials(pool.url(), secret).grant().await?;
    let aws = |operation: &str, parameters| ministack.aws().call("apigateway", operation, parameters);
    let key = aws("create_api_key", json!({ "name": "desk", "enabled": true }))?;
    let plan = aws("create_usage_plan", json!({ "name": "desk", "apiStages": [{ "apiId": api, "stage": "prod" }] }))?;
    aws("create_usage_plan_key", json!({ "usagePlanId": plan["id"], "keyId": key["id"], "keyType": "API_KEY" }))?;
    let pets = builder().pet_pool(session.clone()).api_key(key["value"].as_str().ok_or("no key")?).build()?;
    pets.delete_pet("1").await?;
    judge(pool, &app, service.asked(), &[("DELETE /pets/1", Expected::Access(&["pets/admin"]))]).await?;
    let keyless = builder().pet_pool(session).api_key("not-the-key").build()?;
    let error = keyless.delete_pet("2").await.err().ok_or("a wrong key was accepted")?;
    assert_eq!(error.gateway(), Some(GatewayError::Forbidden), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_user_signs_with_keys_of_an_identity_pool() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let (pool, service, ministack) = (pool()?, Petstore::start().await?, Ministack::shared()?);
    let (base, _) = rest_api(ministack, &document(PETSTORE), pool, &service.url())?;
    let app = pool.app(For::Users, &[])?;
    let aws = |service: &str, operation: &str, parameters| ministack.aws().call(service, operation, parameters);
    let identities = json!({
        "IdentityPoolName": "pets",
        "AllowUnauthenticatedIdentities": false,
        "CognitoIdentityProviders": [{
            "ProviderName": format!("cognito-idp.eu-west-1.amazonaws.com/{}", pool.id()), "ClientId": app.client_id,
        }],
    });
    let identities = aws("cognito-identity", "create_identity_pool", identities)?["IdentityPoolId"].take();
    let principal = json!({ "Federated": "cognito-identity.amazonaws.com" });
    let trust = json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRoleWithWebIdentity" });
    let trust = json!({ "Version": "2012-10-17", "Statement": [trust] }).to_string();
    let role = aws("iam", "create_role", json!({ "RoleName": "visitor", "AssumeRolePolicyDocument": trust }))?;
    let roles = json!({ "IdentityPoolId": identities, "Roles": { "authenticated": role["Role"]["Arn"] } });
    aws("cognito-identity", "set_identity_pool_roles", roles)?;

    let session = client(pool, &app).sign_in("ada", PASSWORD).await?.done()?;
    let identities = IdentityPool::new(identities.as_str().ok_or("no id")?).endpoint(ministack.url());
    let reporting = || -> Result<_, Failure> {
        let keys = identities.signed_in(session.clone())?.region("eu-west-1");
        Ok(petstore_client::Client::builder().base_url(&base).allow_http().sigv4(keys).build()?)
    };
    // The keys are those of a role, and have its permissions.
    let error = reporting()?.daily_report().await.err().ok_or("the role has no permission yet")?;
    assert_eq!(error.gateway(), Some(GatewayError::AccessDenied), "{error}");
    let may = json!({ "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" });
    let policy = json!({ "Version": "2012-10-17", "Statement": [may] }).to_string();
    aws("iam", "put_role_policy", json!({ "RoleName": "visitor", "PolicyName": "may", "PolicyDocument": policy }))?;
    let client = reporting()?;
    assert_eq!(client.daily_report().await?.adopted, 1);
    session.session().ok_or("a session")?.refresh().await?;
    assert_eq!(client.daily_report().await?.adopted, 1);
    let signed =
        |asked: &Asked| asked.authorization.as_deref().is_some_and(|value| value.starts_with("AWS4-HMAC-SHA256"));
    let asked = service.asked();
    assert!(asked.len() == 2 && asked.iter().all(signed), "{asked:?}");
    Ok(())
}

#[tokio::test]
async fn an_http_api_accepts_either_token_or_one_with_a_scope() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let (pool, service) = (pool()?, Petstore::start().await?);
    let app = pool.app(For::Users, &["pets/read", "pets/write"])?;
    let (base, _) = http_api(Ministack::shared()?, &document("http-api.yaml"), pool, &service.url(), &app.client_id)?;
    let builder = || visits::Client::builder().base_url(&base).allow_http();

    let session = browse::<grant![PetsRead]>(pool, &app).await?;
    let signed_in = session.session().and_then(|session| session.signed_in()).ok_or("no tokens")?;
    let id = signed_in.id_token.ok_or("no ID token")?;
    // One sign-in for two generated crates whose documents name the same user pool.
    let session = session.for_pool::<visits::auth::Visitors>()?;
    let narrow = builder().visitors(session.clone()).build()?;
    assert_eq!(narrow.me().await?.name, "ada");
    let session = session.try_grant::<visits::grant![visits::scopes::PetsRead]>()?;
    let pets = builder().visitors(session).build()?;
    assert_eq!(pets.pets().await?.pets.len(), 2);
    let read = Expected::Access(&["pets/read"]);
    judge(pool, &app, service.asked(), &[("GET /me", read), ("GET /pets", read)]).await?;

    // The ID token is sufficient where no scope is required.
    let here = Environment::new("ministack")
        .user_pool::<visits::auth::Visitors>(pool.id().to_owned())
        .app_client_id::<visits::auth::Visitors>(app.client_id.clone());
    let token = IdToken::<visits::auth::Visitors>::from_jwt_in(&here, id)?;
    let known = builder().visitors(token.clone()).build()?;
    assert_eq!(known.me().await?.name, "ada");
    judge(pool, &app, service.asked(), &[("GET /me", Expected::Id)]).await?;

    let error = known.dangerous().pets().send_with(token).await.err().ok_or("an ID token has no scopes")?;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403), "{error}");
    assert_eq!(http()?.get(format!("{base}/pets")).send().await?.status(), 401);
    let astray = visits::Client::builder().base_url(format!("{base}/v0")).allow_http().build()?;
    let error = astray.health().await.err().ok_or("there is no such route")?;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404), "{error}");
    assert_eq!(service.asked(), [], "none of it arrived");
    Ok(())
}

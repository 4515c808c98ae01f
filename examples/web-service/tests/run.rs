//! The service between its callers and a petstore in this process.

use cogen_runtime::{Secret, Session, UserPool as _};
use cogen_test_peers::{Browser, Failure, Program, http};
use cogen_test_pool::TestPool;
use petstore_client::auth::PetPool;
use petstore_client::grant;
use petstore_client::scopes::PetsRead;

const REDIRECT: &str = "http://localhost:8400/callback";

#[tokio::test]
async fn a_caller_gets_what_their_token_is_good_for() -> Result<(), Failure> {
    let pool = TestPool::builder("eu-west-1_PetPool01")
        .app_client("1example23456789", &["pets/read"], REDIRECT)
        .user("ada", "Passw0rd!");
    let pool = pool.start().await?;
    let mut service =
        Program::start(env!("CARGO_BIN_EXE_web-service"), &[], &[("PORT", "0"), ("PETSTORE_URL", &pool.api_url())])?;
    let line = service.line_with("listening on ").await?;
    let url = format!("{}/shelter", line.trim_start_matches("listening on "));
    let http = http()?;
    let call = async |token: Option<&Secret>| {
        let request = http.get(&url);
        let request = match token {
            Some(token) => request.bearer_auth(token.expose()),
            None => request,
        };
        let answer = request.send().await?;
        Ok::<_, Failure>((answer.status().as_u16(), String::from_utf8(answer.bytes().await?.to_vec())?))
    };

    let app = PetPool::published_app_client().ok_or("an app client")?.endpoint(pool.url());
    let login = app.managed_login(pool.url()).redirect(REDIRECT).grant::<grant![PetsRead]>().begin()?;
    let back =
        Browser::new([("username", "ada"), ("password", "Passw0rd!")])?.open_until(login.url(), REDIRECT).await?;
    let session = login.finish(back.as_str()).await?;
    let tokens = session.session().and_then(Session::signed_in).ok_or("tokens")?;
    assert_eq!(call(Some(&tokens.access_token)).await?, (200, r#"{"pets":["Rex","Mia"]}"#.to_owned()));
    let asked = pool.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].authorization, Some(format!("Bearer {}", tokens.access_token.expose())));

    // Refused before any call: no token, one of the other kind, one without the scope.
    let narrow = app.sign_in("ada", "Passw0rd!").await?.signed_in()?.access_token;
    let id = tokens.id_token.ok_or("an ID token")?;
    for token in [None, Some(&id), Some(&narrow), Some(&Secret::new("nonsense"))] {
        assert_eq!(call(token).await?.0, 401);
    }
    // Refused by the API: a token that says the right things, with another one's signature.
    let forged = tokens.access_token.expose().rsplit_once('.').ok_or("a JWT")?.0.to_owned();
    let forged = Secret::new(format!("{forged}.{}", id.expose().rsplit_once('.').ok_or("a JWT")?.1));
    assert_eq!(call(Some(&forged)).await?.0, 401);
    assert_eq!(pool.asked(), [], "none of it arrived");
    Ok(())
}

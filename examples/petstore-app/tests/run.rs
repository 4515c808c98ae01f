//! The application against a petstore in this process, with tokens that a sign-in elsewhere gave.

use cogen_runtime::{Session, UserPool as _};
use cogen_test_peers::{Browser, Failure, Program};
use cogen_test_pool::TestPool;
use petstore_client::auth::PetPool;
use petstore_client::grant;
use petstore_client::scopes::PetsRead;

const REDIRECT: &str = "http://localhost:8400/callback";

#[tokio::test]
async fn each_call_carries_the_token_of_its_kind() -> Result<(), Failure> {
    let pool = TestPool::builder("eu-west-1_PetPool01")
        .app_client("1example23456789", &["pets/read"], REDIRECT)
        .user("ada", "Passw0rd!");
    let pool = pool.start().await?;
    let app = PetPool::published_app_client().ok_or("an app client")?.endpoint(pool.url());
    let login = app.managed_login(pool.url()).redirect(REDIRECT).grant::<grant![PetsRead]>().begin()?;
    let mut browser = Browser::new([("username", "ada"), ("password", "Passw0rd!")])?;
    let back = browser.open_until(login.url(), REDIRECT).await?;
    let session = login.finish(back.as_str()).await?;
    let tokens = session.session().and_then(Session::signed_in).ok_or("tokens")?;
    let id = tokens.id_token.ok_or("an ID token")?;
    let narrow = app.sign_in("ada", "Passw0rd!").await?.signed_in()?.access_token;

    let (api, id, access) = (pool.api_url(), id.expose(), tokens.access_token.expose());
    let run = async |id: &str, access: &str| {
        let variables = [("PETSTORE_URL", &*api), ("PETSTORE_ID_TOKEN", id), ("PETSTORE_ACCESS_TOKEN", access)];
        Program::start(env!("CARGO_BIN_EXE_petstore-app"), &[], &variables)?.finish().await
    };
    let (well, printed) = run(id, access).await?;
    assert!(well && printed.contains("Hello ada, here are Rex, Mia"), "{printed}");
    let asked = pool.asked().into_iter().map(|asked| (asked.path, asked.authorization));
    let sent = |path: &str, token: &str| (path.to_owned(), Some(format!("Bearer {token}")));
    assert_eq!(asked.collect::<Vec<_>>(), [sent("/me", id), sent("/pets", access)]);

    // Tokens that do not fit are refused: two of one kind, one without the scope.
    for (id, access) in [(access, access), (id, id), (id, narrow.expose())] {
        let (well, printed) = run(id, access).await?;
        assert!(!well && pool.asked().is_empty(), "{printed}");
    }
    Ok(())
}

//! The program against a pool in this process, driven by a browser without a window.

use cogen_test_peers::{Browser, Failure, Program, free_port};
use cogen_test_pool::TestPool;
use url::Url;

#[tokio::test]
async fn a_user_signs_in_in_the_browser() -> Result<(), Failure> {
    let redirect = format!("http://localhost:{}/callback", free_port()?);
    let pool = TestPool::builder("eu-west-1_PetPool01")
        .app_client("1example23456789", &["pets/read"], &redirect)
        .user("ada", "Passw0rd!");
    let pool = pool.start().await?;
    let variables =
        [("PETSTORE_DOMAIN", pool.url()), ("PETSTORE_URL", pool.api_url()), ("PETSTORE_REDIRECT", redirect)];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut program = Program::start(env!("CARGO_BIN_EXE_managed-login"), &["--show"], &variables)?;
    let line = program.line_with("sign in at ").await?;
    let url = Url::parse(line.trim_start_matches("sign in at "))?;

    let mistaken = Browser::new([("username", "ada"), ("password", "wrong")])?.open(&url).await;
    assert!(mistaken.is_err(), "a wrong password leads nowhere");
    Browser::new([("username", "ada"), ("password", "Passw0rd!")])?.open(&url).await?;
    let (well, printed) = program.finish().await?;
    assert!(well && printed.contains("hello ada, here are Rex, Mia"), "{printed}");
    let paths: Vec<_> = pool.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/pets", "/me"]);
    Ok(())
}

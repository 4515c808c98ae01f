//! The program against a pool and a petstore in this process.

use cogen_test_peers::{Failure, Program};
use cogen_test_pool::TestPool;

#[tokio::test]
async fn a_machine_calls_with_its_own_token() -> Result<(), Failure> {
    let pool = TestPool::builder("eu-west-1_PetPool01").machine("sweeper", "s3cret", &["pets/read", "pets/write"]);
    let pool = pool.start().await?;
    let (domain, api) = (pool.url(), pool.api_url());
    let run = |secret| {
        let variables = [
            ("PETSTORE_CLIENT_ID", "sweeper"),
            ("PETSTORE_CLIENT_SECRET", secret),
            ("PETSTORE_DOMAIN", domain.as_str()),
            ("PETSTORE_URL", api.as_str()),
        ];
        Program::start(env!("CARGO_BIN_EXE_machine"), &[], &variables)
    };
    let (well, printed) = run("s3cret")?.finish().await?;
    assert!(well && printed.contains("took in Kim as 3; there are 3 now"), "{printed}");
    let asked = pool.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].authorization, asked[1].authorization, "one token for both calls");

    let (well, printed) = run("wrong")?.finish().await?;
    assert!(!well && pool.asked().is_empty(), "{printed}");
    Ok(())
}

//! The quick start, against ministack and against the test pool.

use cogen_test_peers::{Failure, Program, skipped};

async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Result<String, Failure> {
    let (well, printed) = Program::start(env!("CARGO_BIN_EXE_quickstart"), arguments, variables)?.finish().await?;
    for line in ["GET /me   -> ada", "GET /pets -> Rex, Mia", "POST /pets -> Lou, number 3"] {
        assert!(well && printed.contains(line), "{printed}");
    }
    Ok(printed)
}

#[tokio::test]
async fn without_anything_installed_it_runs_in_one_process() -> Result<(), Failure> {
    let nowhere = concat!(env!("CARGO_TARGET_TMPDIR"), "/nowhere");
    let printed = run(&[], &[("CARGO_TARGET_DIR", nowhere)]).await?;
    assert!(printed.contains("the test pool of this process") && printed.contains("tests/peers/prepare"), "{printed}");
    assert!(run(&["--in-process"], &[]).await?.contains("the test pool of this process"));
    Ok(())
}

#[tokio::test]
async fn with_ministack_installed_it_runs_against_that() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let printed = run(&[], &[]).await?;
    assert!(printed.contains("API: ministack at http://127.0.0.1:"), "{printed}");
    Ok(())
}

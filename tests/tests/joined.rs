//! The export of a proxy route with the document of the application behind it: every operation of the application can be
//! called with the credential of the route, and with no other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::crates::Workspace;
use cogen_tests::{cogen, paths};

const RIGHT: &str = r#"
use api::types::Book;
use api::{Client, Readers};
use cogen_runtime::UserSession;

pub async fn calls(id: String, access: String) -> Result<(), Box<dyn std::error::Error>> {
    let session = UserSession::<Readers>::from_tokens(id, access)?;
    let client = Client::builder().readers(session).build()?;
    let books = client.list_books().limit(2).await?;
    let _: &Vec<Book> = &books;
    let added = client.add_book(&Book::new("Kim")).await?;
    let _: &Book = &added;
    client.remove_book(7).await?;
    let text = client.read_file("a/b.txt").await?;
    let _: &String = &text;
    // The route that is declared separately is open.
    Client::builder().build()?.health_health_get().await?;
    Ok(())
}
"#;

const WRONG: &str = r#"
pub async fn calls() -> Result<(), Box<dyn std::error::Error>> {
    let client = api::Client::builder().build()?;
    client.list_books().await?;
    client.remove_book(7).await?;
    Ok(())
}
"#;

#[test]
fn every_operation_behind_a_proxy_route_is_a_method_with_the_credential_of_the_route() {
    let specs = paths::root().join("tests/specs/joined");
    let mut workspace = Workspace::new("joined").expect("a scratch directory");
    let directory = workspace.member("shelf");
    let source = specs.join("application.json");
    let schemas = ["--schemas", &*source.to_string_lossy()];
    let run = cogen::generate(&specs.join("export.yaml"), &directory, Some("shelf"), &schemas).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    workspace.program("right", &[("api", "shelf")], RIGHT).expect("a program");
    workspace.program("wrong", &[("api", "shelf")], WRONG).expect("a program");
    let verdicts = workspace.check(&[]).expect("cargo check runs");
    for member in ["shelf", "right"] {
        let verdict = verdicts.get(member).expect("it was checked");
        let first = verdict.messages.first().map(|m| m.rendered.clone()).unwrap_or_default();
        assert!(verdict.is_clean(), "{member}: {first}");
    }
    let wrong = verdicts.get("wrong").expect("it was checked");
    let codes: Vec<&str> = wrong.errors().map(|m| m.code.as_str()).collect();
    assert_eq!(codes, ["E0277"; 2]);
}

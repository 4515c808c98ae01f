//! The two forms of one hand-made API.

#![allow(clippy::unwrap_used)]

use crate::diagnostics::report::Span;
use crate::ir::Api;
use crate::ir::auth::{Auth, Match, Need, SchemeId, Scope, ScopeId, TokenKind};
use crate::ir::body::RequestBody;
use crate::ir::ident::Ident;
use crate::ir::operation::{Answer, AnswerContent, Answers, Method, Operation, Skipped, Status};
use crate::ir::schemes::{Scheme, SchemeKind, Source, SourceLocation, UserPool};
use crate::output::inspect::{json_lines, table};
use std::sync::Arc;

fn ident(text: &str) -> Ident {
    Ident::new(text).unwrap()
}

fn scheme(key: &str, kind: SchemeKind, sources: &[(SourceLocation, &str)]) -> Scheme {
    let sources =
        sources.iter().map(|(location, name)| Source { location: *location, name: (*name).into(), field: ident("x") });
    Scheme {
        key: key.into(),
        name: ident("X"),
        slot: ident("x"),
        replacement: ident("with_x"),
        doc: None,
        kind,
        sources: sources.collect(),
        prefix: "",
        user_pools: vec![],
        audiences: Default::default(),
        issuers: vec![],
        app_client_id: None,
        domain: None,
        region: None,
    }
}

/// Schemes and scopes by their numbers.
struct Ids {
    schemes: Vec<SchemeId>,
    scopes: Vec<ScopeId>,
}

impl Ids {
    fn need(&self, scheme: usize, token: Option<TokenKind>, scopes: &[usize], matching: Option<Match>) -> Need {
        let scopes = scopes.iter().map(|s| self.scopes[*s]).collect();
        Need { scheme: self.schemes[scheme], token, scopes, matching }
    }
}

/// Authorization with these scopes.
fn auth(scopes: &[&str]) -> (Auth, Ids) {
    let header = SourceLocation::Header;
    let mut pool = scheme("PetPool", SchemeKind::CognitoUserPools, &[(header, "Authorization")]);
    pool.user_pools = vec![UserPool { region: "us-east-1".into(), id: "us-east-1_AbC123".into() }];
    let schemes = [
        pool,
        scheme("api_key", SchemeKind::ApiKey, &[(header, "x-api-key")]),
        scheme("sigv4", SchemeKind::Iam, &[(header, "Authorization")]),
        scheme("oauth", SchemeKind::OAuth2, &[]),
        scheme("req", SchemeKind::LambdaRequest, &[(header, "X-Tenant"), (SourceLocation::Query, "t\"")]),
    ];
    let mut auth = Auth::default();
    let schemes = schemes.into_iter().map(|scheme| auth.add_scheme(scheme)).collect();
    let scope = |text: &&str| auth.add_scope(Scope { text: (*text).into(), name: ident("X") });
    let scopes = scopes.iter().map(scope).collect();
    (auth, Ids { schemes, scopes })
}

fn operation(name: &str, method: Method, path: &str, authorization: Vec<Vec<Need>>, statuses: &[Status]) -> Operation {
    let answer = |status: &Status| Answer {
        status: *status,
        variant: ident("X"),
        media: None,
        content: AnswerContent::Empty,
        headers: vec![],
        doc: None,
    };
    Operation {
        name: ident(name),
        type_name: ident("X"),
        group: ident("x"),
        span: Span::default(),
        operation_id: None,
        method,
        path: path.into(),
        segments: vec![],
        summary: None,
        doc: None,
        deprecated: false,
        skipped: None,
        errors: vec![],
        authorization: Arc::new(authorization),
        requirement: None,
        params: vec![],
        body: RequestBody::None,
        idempotency: None,
        pages: None,
        likely_pages: None,
        answers: Answers {
            success: statuses.iter().map(answer).collect(),
            errors: vec![],
            accept: None,
            success_name: ident("X"),
            error_name: ident("X"),
            headers_name: ident("X"),
        },
    }
}

fn api() -> Api {
    let (auth, ids) = auth(&["pets/write", "pets/admin", "read:é"]);
    let need = |scheme, token, scopes: &[usize], matching| ids.need(scheme, token, scopes, matching);
    let write = vec![vec![need(0, Some(TokenKind::Access), &[0, 1], Some(Match::Any))]];
    let me = vec![vec![need(0, Some(TokenKind::Id), &[], None), need(1, None, &[], None)]];
    let any = vec![
        vec![need(3, Some(TokenKind::Access), &[0, 2], Some(Match::All))],
        vec![need(2, None, &[], None)],
        vec![need(4, None, &[], None)],
    ];
    let maybe = vec![vec![], vec![need(1, None, &[], None)]];
    let open = || vec![vec![]];
    let mut create =
        operation("create_pet", Method::Named("POST"), "/pets", write, &[Status::Code(201), Status::Default]);
    create.operation_id = Some("createPet".into());
    let mut cors = operation("options_pets", Method::Named("OPTIONS"), "/pets", open(), &[]);
    cors.skipped = Some(Skipped::Cors);
    let mut config = operation("head_pets", Method::Named("HEAD"), "/pets", open(), &[]);
    config.skipped = Some(Skipped::Config);
    let mut unknown = operation("bad", Method::Named("GET"), "/bad", vec![], &[]);
    unknown.errors = vec!["`Pol` is no\nscheme".into()];
    Api {
        title: "Pets".into(),
        description: None,
        version: None,
        base_url: None,
        auth,
        environments: vec![],
        types: vec![],
        operations: vec![
            create,
            operation("get_me", Method::Named("GET"), "/me", me, &[Status::Code(200), Status::Range(4)]),
            operation("any_proxy", Method::Any, "/{proxy+}", any, &[Status::Code(200)]),
            operation("maybe", Method::Named("GET"), "/maybe", maybe, &[]),
            operation("ping", Method::Named("GET"), "/\u{1b}[31m\u{202e}ping", open(), &[]),
            cors,
            config,
            unknown,
        ],
    }
}

#[test]
fn json_is_as_it_is_documented() {
    let expected = r#"
{"method":"POST","path":"/pets","operation_id":"createPet","name":"create_pet","skipped":null,"authorization":[[{"scheme":"PetPool","kind":"cognito_user_pools","token":"access","scopes":["pets/write","pets/admin"],"match":"any","sources":[{"in":"header","name":"Authorization"}],"user_pools":["us-east-1_AbC123"]}]],"errors":[]}
{"method":"GET","path":"/me","operation_id":null,"name":"get_me","skipped":null,"authorization":[[{"scheme":"PetPool","kind":"cognito_user_pools","token":"id","scopes":[],"match":null,"sources":[{"in":"header","name":"Authorization"}],"user_pools":["us-east-1_AbC123"]},{"scheme":"api_key","kind":"api_key","token":null,"scopes":[],"match":null,"sources":[{"in":"header","name":"x-api-key"}],"user_pools":[]}]],"errors":[]}
{"method":"ANY","path":"/{proxy+}","operation_id":null,"name":"any_proxy","skipped":null,"authorization":[[{"scheme":"oauth","kind":"oauth2","token":"access","scopes":["pets/write","read:é"],"match":"all","sources":[],"user_pools":[]}],[{"scheme":"sigv4","kind":"iam","token":null,"scopes":[],"match":null,"sources":[],"user_pools":[]}],[{"scheme":"req","kind":"lambda_request","token":null,"scopes":[],"match":null,"sources":[{"in":"header","name":"X-Tenant"},{"in":"query","name":"t\""}],"user_pools":[]}]],"errors":[]}
{"method":"GET","path":"/maybe","operation_id":null,"name":"maybe","skipped":null,"authorization":[[],[{"scheme":"api_key","kind":"api_key","token":null,"scopes":[],"match":null,"sources":[{"in":"header","name":"x-api-key"}],"user_pools":[]}]],"errors":[]}
{"method":"GET","path":"/\u001b[31mRLOping","operation_id":null,"name":"ping","skipped":null,"authorization":[[]],"errors":[]}
{"method":"OPTIONS","path":"/pets","operation_id":null,"name":"options_pets","skipped":"cors","authorization":[[]],"errors":[]}
{"method":"HEAD","path":"/pets","operation_id":null,"name":"head_pets","skipped":"config","authorization":[[]],"errors":[]}
{"method":"GET","path":"/bad","operation_id":null,"name":"bad","skipped":null,"authorization":[],"errors":["`Pol` is no\nscheme"]}
"#;
    let lines = json_lines(&api(), 1_000).text;
    assert_eq!(lines, expected.trim_start().replace("RLO", "\u{202e}"));
    for line in lines.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value.is_object());
    }
}

#[test]
fn the_table_is_aligned_and_says_the_same() {
    let expected = r#"
OPERATION     METHOD   PATH                     CREDENTIAL                 TOKEN   SCOPES                    ANSWERS
create_pet    POST     /pets                    PetPool                    access  pets/write or pets/admin  201 default
get_me        GET      /me                      PetPool + api_key          id + -                            200 4XX
any_proxy     ANY      /{proxy+}                oauth                      access  pets/write and read:é     200
                                                or sigv4                   or -
                                                or req                     or -
maybe         GET      /maybe                   (nothing)                  -
                                                or api_key                 or -
ping          GET      /\u{1b}[31m\u{202e}ping  (open)
options_pets  OPTIONS  /pets                    (skipped: CORS preflight)
head_pets     HEAD     /pets                    (skipped by cogen.toml)
bad           GET      /bad                     (error)

errors:
  GET /bad: `Pol` is no\nscheme

5 operations, 3 secured; 2 skipped
"#;
    assert_eq!(table(&api(), 1_000).text, expected.trim_start());
}

#[test]
fn many_scopes_are_wrapped() {
    let mut api = api();
    let texts: Vec<String> = (0..60).map(|i| format!("pets/scope{i}")).collect();
    let (auth, ids) = auth(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let all: Vec<usize> = (0..60).collect();
    let need = ids.need(0, Some(TokenKind::Access), &all, Some(Match::Any));
    api.auth = auth;
    api.operations.truncate(1);
    api.operations[0].authorization = Arc::new(vec![vec![need]]);
    let table = table(&api, 1_000).text;
    assert!(table.contains("pets/scope59"));
    assert!(table.lines().all(|line| line.chars().count() < 160), "{table}");
}

/// A path of a document may be longer than a formatter can pad, and must not make the lines of all others as long.
#[test]
fn one_long_cell_is_cut_and_pads_no_other_line() {
    let mut api = api();
    let demand = (*api.operations[0].authorization).clone();
    let get = |path: &str| operation("get", Method::Named("GET"), path, demand.clone(), &[]);
    api.operations = (0..1_000).map(|n| get(&format!("/p{n}"))).collect();
    api.operations.push(get(&format!("/{}", "é".repeat(70_000))));
    let listing = table(&api, 150_000);
    assert!(listing.is_whole);
    assert!(listing.text.lines().all(|line| line.chars().count() < 400));
    assert!(listing.text.contains("éé…") && listing.text.contains("/p999"), "{}", listing.text);
    assert!(listing.text.len() < 200_000, "{} bytes", listing.text.len());
}

/// Each operation demands all that the root demands: the list is that of the root, as often as there are operations.
#[test]
fn what_operations_share_is_not_written_out_without_end() {
    let mut api = api();
    let texts: Vec<String> = (0..2_000).map(|i| format!("pets/scope{i}")).collect();
    let (auth, ids) = auth(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let all: Vec<usize> = (0..2_000).collect();
    let alternative = vec![ids.need(0, Some(TokenKind::Access), &all, Some(Match::Any))];
    let demand = Arc::new(vec![alternative; 100]);
    api.auth = auth;
    let mut faulty = operation("faulty", Method::Named("GET"), "/faulty", vec![], &[]);
    faulty.errors = (0..1_000).map(|n| format!("fault {n}")).collect();
    let get = |n: i32| Operation {
        authorization: Arc::clone(&demand),
        ..operation("get", Method::Named("GET"), &format!("/p{n}"), vec![], &[])
    };
    api.operations = (0..1_000).map(get).collect();
    api.operations.insert(0, faulty);
    let document = 50_000;
    let most = 4 << 20;

    let listing = json_lines(&api, document);
    assert!(!listing.is_whole && listing.text.len() < most, "{} bytes", listing.text.len());
    let lines: Vec<serde_json::Value> = listing.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1_001);
    // What is left out is an error and never an open operation.
    assert_eq!(lines[1_000]["authorization"], serde_json::json!([]));
    assert!(lines[1_000]["errors"][0].as_str().unwrap().contains("is not shown"), "{}", lines[1_000]);
    assert_eq!(lines[0]["errors"].as_array().unwrap().len(), 21);

    let listing = table(&api, document);
    assert!(listing.text.len() < most, "{} bytes", listing.text.len());
    assert!(
        listing.text.contains("… and 99 more") && listing.text.contains("… and 976 more errors"),
        "{:.4000}",
        listing.text
    );
    assert!(listing.text.ends_with("secured\n"));
}

//! The seeds of the fuzz targets: the project's own documents, the corpus if it is present, and a few texts of every other kind.

use crate::{payloads, tree};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs};

/// The directory of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of a directory, by name; empty if it is missing.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    let mut found: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|p| p.is_file()).collect();
    found.sort();
    found
}

/// The project's own documents, good and bad, with their names.
pub fn own_documents() -> Vec<(String, Vec<u8>)> {
    let specs = root().join("tests/specs");
    documents(&["ok", "bad"].map(|folder| specs.join(folder)))
}

/// The documents of the corpus: `COGEN_CORPUS`, or `../shared/corpus` relative to the workspace; empty if it is missing.
pub fn corpus_documents() -> Vec<(String, Vec<u8>)> {
    let corpus = env::var_os("COGEN_CORPUS").map_or_else(|| root().join("../shared/corpus"), PathBuf::from);
    documents(&["gateway", "derived", "general"].map(|folder| corpus.join(folder)))
}

fn documents(directories: &[PathBuf]) -> Vec<(String, Vec<u8>)> {
    let known = |path: &PathBuf| {
        let name = path.to_string_lossy();
        !name.ends_with(".cogen.toml") && !name.ends_with(".stderr")
    };
    let paths = directories.iter().flat_map(|directory| files(directory)).filter(known);
    paths.filter_map(|path| Some((path.file_name()?.to_string_lossy().into_owned(), fs::read(&path).ok()?))).collect()
}

/// Documents that mutations start from: those that can be read and are small enough for many cases per second.
pub fn trees() -> &'static [Value] {
    static TREES: OnceLock<Vec<Value>> = OnceLock::new();
    TREES.get_or_init(|| {
        let all = own_documents().into_iter().chain(corpus_documents());
        let small = all.filter(|(_, bytes)| bytes.len() <= LARGEST_SEED);
        small.filter_map(|(_, bytes)| tree::read(&bytes)).filter(|tree| tree.get("paths").is_some()).collect()
    })
}

const LARGEST_SEED: usize = 24 * 1024;

/// The seeds of a target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let texts = |all: &[&str]| all.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
    match target {
        "load" | "upgrade" | "generate" => {
            let all = own_documents().into_iter().chain(corpus_documents()).map(|(_, bytes)| bytes);
            all.filter(|bytes| bytes.len() <= LARGEST_SEED / 2).collect()
        }
        "commands" => commands(),
        "mutations" => (0..=255).map(|n| vec![n, n, 1, n, 2, n, 3, n, 4, n, 5, n, 6, n, 7, n]).collect(),
        "docs" => texts(payloads::TEXTS),
        "config" => {
            let mut all: Vec<_> = files(&root().join("tests/specs/bad"))
                .into_iter()
                .chain(files(&root().join("tests/specs/ok")))
                .collect();
            all.retain(|path| path.to_string_lossy().ends_with(".cogen.toml"));
            let mut all: Vec<Vec<u8>> = all.iter().filter_map(|path| fs::read(path).ok()).collect();
            all.extend(texts(CONFIGS));
            all
        }
        "requests" => payloads::TEXTS
            .iter()
            .flat_map(|text| (0..8).map(move |n| format!("{n}{n}{text}\u{1}{text}\u{1}b").into_bytes()))
            .collect(),
        "answers" => texts(ANSWERS),
        "callback" => texts(CALLBACKS),
        "json" => {
            let own = own_documents().into_iter().filter(|(name, bytes)| name.ends_with(".json") && bytes.len() < 8192);
            own.map(|(_, bytes)| bytes).chain(texts(ANSWERS).into_iter().map(|bytes| bytes[3..].to_vec())).collect()
        }
        "store" => texts(FILES),
        _ => Vec::new(),
    }
}

/// Small documents, each alone and with a configuration after it: few inputs show what a command does, and small ones show it sooner.
fn commands() -> Vec<Vec<u8>> {
    let small = own_documents().into_iter().map(|(_, bytes)| bytes).filter(|bytes| bytes.len() <= 1024);
    let documents: Vec<Vec<u8>> = small.chain(DOCUMENTS.iter().map(|text| text.as_bytes().to_vec())).collect();
    let configs = of("config");
    let with =
        documents.iter().zip(configs.iter().cycle()).map(|(document, config)| [document, &b"\0"[..], config].concat());
    with.filter(|bytes| bytes.len() <= 1024).chain(documents.iter().cloned()).collect()
}

/// Documents with one operation and one thing that `inspect` shows or `generate` names.
const DOCUMENTS: &[&str] = &[
    r#"{"openapi":"3.0.1","info":{"title":"T","version":"1"},"paths":{"/a/{b}":{"get":{"responses":{"200":{"description":"d"}}}}}}"#,
    r#"{"openapi":"3.0.1","info":{"title":"T","version":"1"},"paths":{"/a":{"get":{"operationId":"x","security":[{"p":["r/w"]},{"k":[]}]}}},"components":{"securitySchemes":{"p":{"type":"apiKey","in":"header","name":"Authorization","x-amazon-apigateway-authtype":"cognito_user_pools","x-amazon-apigateway-authorizer":{"type":"cognito_user_pools","providerARNs":["arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_a"]}},"k":{"type":"apiKey","in":"header","name":"x-api-key"}}}}"#,
    r#"{"openapi":"3.0.1","security":[{"a":[],"b":["s","t"]}],"paths":{"/":{"post":{},"x-amazon-apigateway-any-method":{}}},"components":{"securitySchemes":{"a":{"type":"http","scheme":"basic"},"b":{"type":"oauth2","flows":{}}}}}"#,
    r##"{"openapi":"3.1.0","paths":{"/a":{"put":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/A"}}}}}}},"components":{"schemas":{"A":{"type":"object","properties":{"a":{"$ref":"#/components/schemas/A"},"e":{"enum":["x","y"]}}}}}}"##,
    "swagger: '2.0'\nhost: a.execute-api.us-east-1.amazonaws.com\nbasePath: /prod\npaths:\n  /p:\n    get:\n      parameters: [{in: query, name: q, type: array, items: {type: string}, collectionFormat: tsv}]\n      responses: {200: {schema: {type: string}}}\n    options: {x-amazon-apigateway-integration: {type: mock}}\n",
    "openapi: 3.0.1\npaths:\n  '/{proxy+}':\n    x-amazon-apigateway-any-method:\n      security: [{guard: []}]\ncomponents:\n  securitySchemes:\n    guard: {type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {type: request, identitySource: 'method.request.header.X, method.request.querystring.y'}}\n",
];

const CONFIGS: &[&str] = &[
    "[crate]\nname = \"pets\"\nversion = \"1.0.0\"\n[runtime]\npath = \"../x\"\nfeatures = [\"serde\"]\n",
    "[api]\nbase-url = \"https://api.example.com\"\nschemas = \"a/b.yaml\"\nsecurity = \"gateway\"\ninclude-cors = true\n",
    "[values]\na = \"b\"\n[server-variables]\nbasePath = \"v1\"\n[rename.operations]\n\"GET /pets\" = \"list\"\n[rename.types]\nA = \"B\"\n",
    "[types.replace]\nMoney = \"::my::Money\"\n[skip]\noperations = [\"DELETE /x\"]\n[limits]\nnodes = 5\ndepth = 7\n",
    "[authorizers.P]\nkind = \"lambda_request\"\nidentity-sources = [\"header:X\", \"query:y\"]\nheader-form = \"bearer\"\nuser-pools = [\"eu-west-1_PetPool01\"]\napp-client-id = \"x\"\ndomain = \"https://a.example\"\nregion = \"eu-west-1\"\n",
];

const ANSWERS: &[&str] = &[
    "000{\"access_token\":\"SECRET\",\"id_token\":\"SECRET\",\"refresh_token\":\"SECRET\",\"expires_in\":3600,\"token_type\":\"Bearer\",\"scope\":\"a b\"}",
    "000{\"access_token\":\"SECRET\",\"expires_in\":\"3600\",\"token_type\":\"mac\"}",
    "300{\"error\":\"invalid_grant\",\"error_description\":\"SECRET\"}",
    "500{\"message\":\"The incoming token has expired\"}",
    "6\u{8}3{\"message\":\"User is not authorized to access this resource with an explicit deny\"}",
    "400NotAuthorizedException\nRefresh Token has been revoked\n1-2-3",
    "200{\"token_use\":\"access\",\"exp\":1700000000,\"scope\":\"a b\",\"iss\":\"https://cognito-idp.us-east-1.amazonaws.com/x\",\"aud\":[\"x\"]}",
    "200eyJleHAiOjE3MDAwMDAwMDB9.eyJleHAiOi0xfQ.c2ln",
    "100<html>login</html>",
];

const FILES: &[&str] = &[
    "alice\n\n{\"v\":1,\"refresh\":\"abc\"}",
    "{}",
    "cogen session 1\nsha256 0000000000000000000000000000000000000000000000000000000000000000\nkey a\n\nrecord",
    "cogen session 2\nwhatever",
];

const CALLBACKS: &[&str] = &[
    "GET /callback?state=kJ3-state_of.this~sign-in&code=abc HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /callback?error=access_denied&error_description=no&state=kJ3-state_of.this~sign-in HTTP/1.1\r\n\r\n",
    "code=abc",
    "state=kJ3-state_of.this~sign-in&code=a%20b+c",
    "POST /callback HTTP/1.1\r\n\r\n",
    "GET /favicon.ico HTTP/1.1\r\n\r\n",
];

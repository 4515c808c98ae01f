//! What is read completely or refused: dialects, security, internal data, addresses, values, options: G12 to G18.

use super::{accepted, document, refused, refused_text, response, text_of};
use cogen::config::options::Options;
use cogen::diagnostics::report::Report;
use cogen_oracles::generated;
use cogen_oracles::payloads::TEXTS;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn g12_input_that_is_not_a_document_is_refused_with_what_it_looks_like() {
    for (text, words) in [
        ("", "empty"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "HTML"),
        ("{\"openapi\": \"3.0.1\", \"openapi\": \"3.0.1\"}", "duplicate key"),
        ("openapi: 3.0.1\n---\nopenapi: 3.0.1\n", "second YAML document"),
        ("openapi: 3.0.1\ninfo:\n\ttitle: x\n", "tab"),
        ("{{ template }}", "template"),
    ] {
        refused_text(text, words);
    }
    for (bytes, words) in [(&b"\x1f\x8b\x08\0\0\0\0\0"[..], "gzip"), (b"\xff\xfeo\0p\0", "UTF-16")] {
        let (files, report) = generated(bytes, &Options::default());
        assert!(files.is_none() && report.to_string().contains(words), "{report}");
    }
    // Words that other readers take for booleans and numbers stay text.
    let yaml = "openapi: 3.0.1\ninfo: {title: t, version: '1'}\npaths:\n  /x:\n    get:\n      responses:\n        200: {description: ok, content: {application/json: {schema: {type: string, enum: [no, on, 012]}}}}\n";
    let files = generated(yaml.as_bytes(), &Options::default()).0.expect("it generates");
    let text = text_of(&files);
    assert!(["\"no\"", "\"on\"", "\"012\""].iter().all(|word| text.contains(word)), "{text}");
}

#[test]
fn g13_dialects_are_read_completely_or_refused() {
    for (head, words) in [
        (json!({"openapi": "4.0.0"}), "4.0.0"),
        (json!({"swagger": "1.2"}), "1.2"),
        (json!({"swagger": "2.0", "openapi": "2.0"}), "COGEN-"),
        (json!({"asyncapi": "2.0.0"}), "COGEN-"),
    ] {
        let mut document = head;
        document["info"] = json!({"title": "T", "version": "1"});
        document["paths"] = json!({});
        refused(&document, words);
    }
    // A proxy path, any method, a stage variable as base path, binary types: each is supported completely.
    let document = json!({
        "swagger": "2.0", "info": {"title": "T", "version": "1"}, "host": "api.example.com", "basePath": "/${stageVariables.x}", "schemes": ["https"],
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "paths": {"/{proxy+}": {"x-amazon-apigateway-any-method": {"parameters": [{"name": "proxy", "in": "path", "required": true, "type": "string"}], "responses": {}}}},
    });
    let text = text_of(&accepted(&document).0);
    assert!(text.contains("fn any_proxy") && text.contains("path_greedy") && text.contains("base_url: None"), "{text}");
}

#[test]
fn g14_security_is_read_completely_or_refused() {
    let schemes = json!({"pool": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": ["arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbC123"]}}});
    let with = |security: Value, schemes: Value| {
        let mut operation = json!({"operationId": "op", "responses": {"200": {"description": "ok"}}});
        operation["security"] = security;
        document(operation, json!({"components": {"securitySchemes": schemes}}))
    };
    // Unknown, absent or malformed: never an open method.
    refused(&with(json!([{"undefined": []}]), schemes.clone()), "undefined");
    refused(&with(json!([{"pool": []}]), json!({})), "pool");
    refused(&with(json!("pool"), schemes.clone()), "COGEN-");
    refused(&with(json!([["pool"]]), schemes.clone()), "COGEN-");
    refused(&with(json!([{"pool": [1]}]), schemes.clone()), "COGEN-");
    refused(&with(json!([{"x": []}]), json!({"x": {"type": "novel"}})), "COGEN-");
    refused(
        &with(
            json!([{"x": []}]),
            json!({"x": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": {"type": "novel"}}}),
        ),
        "COGEN-",
    );
    // Two authorizers with one name are a duplicate key.
    refused_text(
        &with(json!([{"pool": []}]), schemes.clone()).to_string().replacen("\"pool\":{", "\"pool\":{},\"pool\":{", 1),
        "duplicate key",
    );
    // An operation that is open on purpose is open, and listed as open.
    for open in [json!([]), json!([{}])] {
        let (files, report) = accepted(&with(open, schemes.clone()));
        let text = text_of(&files);
        assert!(text.contains("rt::OPEN") || text.contains("OPEN,"), "{text}");
        assert!(text.contains("pub fn op(&self)") && !report.has_errors(), "{text}");
    }
    // An empty override inherits the requirement of the root.
    let mut inherits = with(json!([]), schemes.clone());
    inherits["paths"]["/x"]["get"].as_object_mut().unwrap().remove("security");
    inherits["security"] = json!([{"pool": []}]);
    let text = text_of(&accepted(&inherits).0);
    assert!(text.contains("IdTokenOf") || text.contains("where\n"), "{text}");
}

/// The account ids and roles that a document names only in parts that a client does not use.
fn hidden_words(document: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, hidden: bool, found: &mut BTreeSet<String>, open: &mut String) {
        const HIDDEN: [&str; 7] = [
            "x-amazon-apigateway-integration",
            "x-amazon-apigateway-integrations",
            "x-amazon-apigateway-policy",
            "authorizerUri",
            "authorizerCredentials",
            "x-amazon-apigateway-gateway-responses",
            "credentials",
        ];
        match value {
            Value::Object(members) => members
                .iter()
                .for_each(|(key, value)| walk(value, hidden || HIDDEN.contains(&key.as_str()), found, open)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, hidden, found, open)),
            Value::String(text) if hidden => {
                let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_:/.".contains(c)));
                for word in words {
                    found.extend(
                        word.split(':')
                            .filter(|part| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit()))
                            .map(str::to_owned),
                    );
                    if word.starts_with("arn:") {
                        found.insert(word.to_owned());
                        found.extend(word.split_once(":role/").map(|(_, role)| format!("role/{role}")));
                        found.extend(
                            word.split_once(":function:")
                                .map(|(_, f)| format!("function:{}", f.split('/').next().unwrap_or_default())),
                        );
                    }
                }
            }
            Value::String(text) => {
                open.push_str(text);
                open.push('\n');
            }
            _ => {}
        }
    }
    let (mut found, mut open) = (BTreeSet::new(), String::new());
    walk(document, false, &mut found, &mut open);
    // A text that is also in a description is not a secret of the integration.
    found.retain(|word| word.len() > 8 && !open.contains(word.as_str()));
    found
}

#[test]
fn g15_integrations_policies_and_accounts_are_not_in_the_output() {
    let own = cogen_oracles::seeds::own_documents().into_iter().map(|(name, bytes)| (name, bytes, true));
    let corpus = cogen_oracles::seeds::corpus_documents().into_iter().map(|(name, bytes)| (name, bytes, false));
    let (mut documents, mut searched) = (0, 0);
    for (name, bytes, _) in own.chain(corpus).filter(|(_, bytes, own)| *own || bytes.len() < 300_000) {
        let Some(tree) = cogen_oracles::tree::read(&bytes) else { continue };
        let words = hidden_words(&tree);
        if words.is_empty() {
            continue;
        }
        let mut report = Report::default();
        let input = cogen::Input { document: (name.clone(), bytes), ..Default::default() };
        let options = Options { keep_going: true, ..Options::default() };
        let Ok(generated) = cogen::pipeline::generate(&input, &options, &mut report) else { continue };
        let text = text_of(&generated.files);
        for word in &words {
            assert!(!text.contains(word.as_str()), "{name}: `{word}` is in the output");
        }
        documents += 1;
        searched += words.len();
    }
    assert!(documents >= 3 && searched >= 9, "{documents} documents, {searched} words");
    println!("{searched} words of {documents} documents");
    // The same holds for examples and extensions of other tools.
    let mut operation =
        response(json!({"type": "object", "properties": {"token": {"type": "string", "example": "CANARY1"}}}));
    operation["x-rust-type"] = json!("CANARY2");
    operation["x-codegen"] = json!({"CANARY3": "CANARY4"});
    operation["responses"]["200"]["content"]["application/json"]["example"] = json!({"token": "CANARY5"});
    assert!(!text_of(&accepted(&document(operation, json!({"x-internal": "CANARY6"}))).0).contains("CANARY"));
}

#[test]
fn g16_base_urls_are_plain_or_absent() {
    let base = |servers: Value| {
        let (files, _) =
            accepted(&document(json!({"responses": {"200": {"description": "ok"}}}), json!({"servers": servers})));
        let text = text_of(&files);
        let line = text.lines().find(|line| line.contains("base_url: ")).expect("a base URL").trim().to_owned();
        line.split("base_url: ").nth(1).unwrap().trim_end_matches(',').to_owned()
    };
    for url in [
        "https://user:password@api.example.com",
        "https://@evil.example@api.example.com",
        "https://api.example.com:0",
        "https://api.example.com/#x",
        "https://api.example.com?x=1",
        "ftp://api.example.com",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/plain,x",
        "https://",
        "//evil.example",
    ] {
        let found = base(json!([{"url": url}]));
        assert!(found.ends_with("None"), "{url}: {found}");
    }
    for (url, expected) in [
        ("https://api.example.com/a/../../b//c/", "https://api.example.com/b/c"),
        ("HTTPS://API.EXAMPLE.COM", "https://api.example.com"),
        ("https://аpi.example.com", "https://xn--pi-6kc.example.com"),
    ] {
        let found = base(json!([{"url": url}]));
        assert!(found.contains(&format!("\"{expected}\"")), "{url}: {found}");
    }
    for region in ["x@evil.example/#", "evil.example/", "us-east-1.evil.example:443/", "a b"] {
        let url = json!([{"url": "https://abc123.execute-api.{region}.amazonaws.com/prod", "variables": {"region": {"default": region}}}]);
        let found = base(url);
        let host = found.split("://").nth(1).map(|rest| rest.split(['/', '"']).next().unwrap_or_default());
        // The README shows the resulting host; the region to sign for is a label or absent.
        assert!(host.is_none_or(|host| !host.contains(['@', '#', ' '])), "{region}: {found}");
        let (files, _) = accepted(&document(
            json!({"security": [{"sigv4": []}], "responses": {"200": {"description": "ok"}}}),
            json!({
                "servers": [{"url": "https://abc123.execute-api.{region}.amazonaws.com/prod", "variables": {"region": {"default": region}}}],
                "components": {"securitySchemes": {"sigv4": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}}},
            }),
        ));
        let text = text_of(&files);
        let signed = text.lines().find_map(|line| line.trim().strip_prefix("region: ")).unwrap_or("None,");
        assert!(signed.starts_with("None") || signed.contains("::None"), "{region}: {signed}");
    }
}

#[test]
fn g17_the_manifest_is_made_of_parsed_values() {
    let with = |config: &str| {
        let mut report = Report::default();
        let base = report.sources.add("cogen.toml", config);
        let options = cogen::config::read(config, base, &mut report).ok();
        (options, report)
    };
    for name in ["a\\\"\\n[dependencies]", "std", "test", "-", "", "a b", "../a", "cogen-runtime", "pëts"] {
        let (options, report) = with(&format!("[crate]\nname = \"{name}\"\n"));
        assert!(options.is_none() && report.has_errors(), "{name}");
    }
    for version in ["1; x", "1", "", "1.0.0\\n[dependencies]"] {
        let (options, report) = with(&format!("[crate]\nversion = \"{version}\"\n"));
        assert!(options.is_none() && report.has_errors(), "{version}");
    }
    // A title, a version and a license reach the manifest at most as a description; the oracle checks the
    // tables of the manifest.
    for text in TEXTS.iter().chain(&["x\"\n[dependencies]\nevil = \"1", "MIT\"\nbuild = \"evil.rs"]) {
        let info = json!({"title": text, "version": text, "license": {"name": text}, "description": text});
        let (files, _) =
            accepted(&document(json!({"responses": {"200": {"description": "ok"}}}), json!({"info": info})));
        let manifest = &files.0.iter().find(|(path, _)| path.as_str() == "Cargo.toml").unwrap().1;
        let manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
        let package: Vec<&str> = manifest["package"].as_table().unwrap().iter().map(|(key, _)| key).collect();
        assert_eq!(package, ["name", "version", "edition", "rust-version", "description", "metadata"], "{text:?}");
        assert_eq!(manifest["package"]["version"].as_str(), Some("0.1.0"));
    }
}

#[test]
fn g18_options_are_checked_and_errors_have_their_location() {
    for (config, words) in [
        ("[crat]\nname = \"a\"\n", "`crate`"),
        ("[crate]\nnmae = \"a\"\n", "`name`"),
        ("[crate]\nname = 1\n", "cogen.toml:2:"),
        ("[api]\nschemas = \"/etc/passwd\"\n", "cogen.toml:2:"),
        ("[api]\nschemas = \"../../x.yaml\"\n", "cogen.toml:2:"),
        ("[runtime]\npath = \"a\"\ngit = \"https://x.example\"\n", "both `path` and `git`"),
        ("[crate]\nname = \"a\"\nname = \"b\"\n", "cogen.toml:3:"),
        ("[authorizers.x]\nclient-secret = \"CANARY\"\n", "cogen.toml:2:"),
    ] {
        let mut report = Report::default();
        let base = report.sources.add("cogen.toml", config);
        let options = cogen::config::read(config, base, &mut report);
        let printed = report.to_string();
        assert!(options.is_err(), "{config}");
        assert!(
            printed.contains(words) && printed.contains("cogen.toml:") && !printed.contains("CANARY"),
            "{words:?} is not in: {printed}"
        );
    }
}

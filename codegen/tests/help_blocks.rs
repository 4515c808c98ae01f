//! Help texts with configuration lines, which can be pasted into cogen.toml.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::config;
use cogen::config::options::Options;
use cogen::diagnostics::codes;
use cogen::diagnostics::report::Report;
use cogen::{Input, generate};
use std::fs;
use std::path::{Path, PathBuf};

/// Generates code for a document with a configuration.
fn run(document: &[u8], toml: &str) -> Report {
    let mut report = Report::default();
    let base = report.sources.add("cogen.toml", toml);
    let Ok(options) = config::read(toml, base, &mut report) else { return report };
    let input = Input { document: ("api.yaml".to_owned(), document.to_vec()), ..Input::default() };
    let _ = generate(&input, &options, &mut report);
    report
}

/// The configuration lines at the end of each help of a report, from the rendered text.
fn blocks(report: &Report) -> Vec<String> {
    let shown = report.to_string();
    let mut blocks: Vec<String> = Vec::new();
    let (mut in_help, mut in_block) = (false, false);
    for line in shown.lines() {
        if line.trim_start().starts_with("= help:") {
            (in_help, in_block) = (true, false);
            continue;
        }
        // The other lines of a help are indented.
        if !line.starts_with("         ") && !line.is_empty() && !in_block {
            in_help = false;
        }
        if line.is_empty() {
            (in_help, in_block) = (false, false);
        }
        if in_help && !in_block && line.trim_start().starts_with('[') {
            in_block = true;
            blocks.push(String::new());
        }
        if let Some(block) = blocks.last_mut().filter(|_| in_block) {
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks
}

/// Reads a block as a configuration.
fn read(block: &str) -> Result<Options, String> {
    let mut report = Report::default();
    let base = report.sources.add("cogen.toml", block);
    config::read(block, base, &mut report).map_err(|_| report.to_string())
}

fn documents() -> Vec<PathBuf> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/specs");
    let mut found = Vec::new();
    for directory in ["bad", "ok"] {
        for entry in fs::read_dir(specs.join(directory)).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
            if ["json", "yaml", "html"].contains(&ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 70, "the documents are missing");
    found
}

/// Every help that mentions cogen.toml ends with lines for it, and all of these lines are valid.
fn check(report: &Report, name: &str, faults: &mut Vec<String>) -> usize {
    // Helps that only mention the file have one of these texts.
    const NO_LINES: [&str; 5] =
        ["remove the line from cogen.toml", "`open` under", "cannot be higher", "remove the table", "remove the key"];
    let helps = report.diagnostics.iter().filter_map(|d| Some((d.code, d.help.as_deref()?)));
    for (code, help) in helps {
        let proposes = help.contains("cogen.toml") && !NO_LINES.iter().any(|words| help.contains(words));
        if proposes && !help.contains("\n[") {
            faults.push(format!("{name}: {code} proposes no lines: {help}"));
        }
    }
    let blocks = blocks(report);
    for block in &blocks {
        if let Err(fault) = read(block) {
            faults.push(format!("{name}: this can't be pasted:\n{block}\n{fault}"));
        }
    }
    blocks.len()
}

#[test]
fn every_proposed_configuration_is_valid() {
    let (mut faults, mut count) = (Vec::new(), 0);
    for path in documents() {
        let config = fs::read_to_string(path.with_extension("cogen.toml")).unwrap_or_default();
        let report = run(&fs::read(&path).unwrap(), &config);
        count += check(&report, &path.display().to_string(), &mut faults);
    }
    for explained in codes::all() {
        let files = explained.example.files;
        let (Some(document), Some(_)) = (files.first(), explained.example.arguments()) else { continue };
        let config = files.iter().find(|file| file.name.ends_with(".toml")).map_or("", |file| file.text);
        count += check(&run(document.text.as_bytes(), config), document.name, &mut faults);
    }
    for (name, document, toml) in CASES {
        let report = run(document.as_bytes(), toml);
        let blocks = check(&report, name, &mut faults);
        if blocks == 0 {
            faults.push(format!("{name}: nothing is proposed:\n{report}"));
        }
        count += blocks;
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n\n"));
    assert!(count > 40, "only {count} proposals");
}

/// Documents for which a configuration is proposed, each with an existing configuration.
const CASES: &[(&str, &str, &str)] = &[
    ("undefined scheme", "openapi: 3.0.1\npaths: {/a: {get: {security: [{api_key: []}], responses: {}}}}", ""),
    (
        "a name that no terminal shows",
        "openapi: 3.0.1\npaths: {/a: {get: {security: [{\"a\\u202e\\\"\\\\\\e[31m\\x7f\": []}], responses: {}}}}",
        "",
    ),
    (
        "type of an override",
        "openapi: 3.0.1\npaths: {/a: {get: {x-amazon-apigateway-auth: {type: '${auth}'}, responses: {}}}}",
        "",
    ),
    ("path", "openapi: 3.0.1\npaths: {'/${stage}/a': {get: {responses: {}}}}", ""),
    ("condition", "openapi: 3.0.1\npaths: {/a: {get: {security: {'Fn::If': [C, [], [{a: []}]]}, responses: {}}}}", ""),
    ("limit of nodes", "openapi: 3.0.1\npaths: {/a: {get: {responses: {}}}}", "limits.nodes = 3"),
    ("limit of depth", "openapi: 3.0.1\npaths: {/a: {get: {responses: {}}}}", "limits.depth = 1"),
    ("limit of bytes", "openapi: 3.0.1\npaths: {/a: {get: {responses: {}}}}", "limits.bytes = 3"),
    ("limit of lines", "openapi: 3.0.1\npaths: {/a: {get: {responses: {}}}}", "limits.lines = 3"),
    (
        "limit of scopes",
        "openapi: 3.0.1\npaths: {/a: {get: {security: [{o: [a, b]}], responses: {}}}}\n\
         components: {securitySchemes: {o: {type: oauth2}}}",
        "limits.scopes = 1",
    ),
    (
        "limit of schemes",
        "openapi: 3.0.1\npaths: {/a: {get: {security: [{o: []}, {p: []}], responses: {}}}}\n\
         components: {securitySchemes: {o: {type: oauth2}, p: {type: oauth2}}}",
        "limits.schemes = 1",
    ),
    ("no server", "openapi: 3.0.1\npaths: {/a: {get: {responses: {}}}}", ""),
    (
        "server without values",
        "openapi: 3.0.1\nservers: [{url: 'https://{host}/{stage}'}]\npaths: {/a: {get: {responses: {}}}}",
        "",
    ),
    (
        "server of a template",
        "openapi: 3.0.1\nservers: [{url: 'https://${host}/${stage}/${stage}'}, {url: {'Fn::Sub': 'https://${host}'}}]\n\
         paths: {/a: {get: {responses: {}}}}",
        "",
    ),
    (
        "relative server of a template",
        "openapi: 3.0.1\nservers: [{url: '/${stage}'}]\npaths: {/a: {get: {responses: {}}}}",
        "",
    ),
    (
        "security of a path item",
        "openapi: 3.0.1\npaths: {/a: {security: [{x: []}], get: {responses: {}}, put: {responses: {}}}}",
        "",
    ),
    ("security outside of the paths", "openapi: 3.0.1\npaths: {/a: {get: {responses: {}}}}\ninfo: {security: []}", ""),
    ("security of an operation", "openapi: 3.0.1\npaths: {/a: {get: {responses: {}, authorizer: x}}}", ""),
    ("open operation", "openapi: 3.0.1\npaths: {/a: {get: {responses: {}}}}", "security.open = ['GET /b']"),
    (
        "renamed twice",
        "openapi: 3.0.1\npaths: {/a: {get: {responses: {}}}, /b: {get: {responses: {}}}}",
        "[rename.operations]\n'GET /a' = 'get_b'",
    ),
    (
        "identity sources",
        "openapi: 3.0.1\npaths: {/a: {get: {security: [{f: []}], responses: {}}}}\ncomponents: {securitySchemes: {f: \
         {type: apiKey, name: Unused, in: header, x-amazon-apigateway-authorizer: {type: request}}}}",
        "",
    ),
    (
        "an identity source with a name",
        "openapi: 3.0.1\npaths: {/a: {get: {security: [{f: []}], responses: {}}}}\ncomponents: {securitySchemes: {f: {type: apiKey, \
         name: Unused, in: header, x-amazon-apigateway-authorizer: {type: request, identitySource: '${source}'}}}}",
        "",
    ),
    (
        "source of keys",
        "openapi: 3.0.1\nx-amazon-apigateway-api-key-source: '${source}'\npaths: {/a: {get: {security: [{k: []}], \
         responses: {}}}}\ncomponents: {securitySchemes: {k: {type: apiKey, name: x-api-key, in: header}}}",
        "",
    ),
    (
        "a scope with a name",
        "openapi: 3.0.1\npaths: {/a: {get: {security: [{o: ['${s}/read']}], responses: {}}}}\n\
         components: {securitySchemes: {o: {type: oauth2}}}",
        "",
    ),
    ("security of a function", "openapi: 3.0.1\npaths: {/a: {get: {security: {Ref: Security}, responses: {}}}}", ""),
    (
        "some operations have errors",
        "openapi: 3.0.1\npaths: {/a: {get: {security: [{x: []}], responses: {}}}, /b: {get: {responses: {}}}}",
        "",
    ),
    (
        "in the location of a key",
        "openapi: 3.0.1\npaths: {/a: {get: {security: [{k: []}], responses: {}}}}\n\
         components: {securitySchemes: {k: {type: apiKey, name: x, in: body}}}",
        "",
    ),
];

/// The help of the one diagnostic with a code.
fn help(report: &Report, code: &str) -> String {
    let mut found = report.diagnostics.iter().filter(|d| d.code.0 == code);
    let help = found.next().and_then(|d| d.help.clone()).unwrap_or_else(|| panic!("no {code}: {report}"));
    assert!(found.next().is_none(), "{report}");
    help
}

/// The pasted lines correct the problem for which they were proposed.
#[test]
fn pasted_lines_correct_what_they_are_for() {
    for (document, toml, code) in [
        ("openapi: 3.0.1\npaths: {/a: {get: {security: [{api_key: []}], responses: {}}}}", "", "COGEN-A010"),
        ("openapi: 3.0.1\npaths: {/a: {get: {security: [{sigv4: []}], responses: {}}}}", "", "COGEN-A010"),
        ("openapi: 3.0.1\npaths: {/a: {get: {security: [{PetPool: []}], responses: {}}}}", "", "COGEN-A010"),
        (
            "openapi: 3.0.1\npaths: {/a: {get: {x-amazon-apigateway-auth: {type: '${auth}'}, responses: {}}}}",
            "",
            "COGEN-A017",
        ),
        ("openapi: 3.0.1\npaths: {'/${stage}/a': {get: {responses: {}}}}", "", "COGEN-O023"),
        (
            "openapi: 3.0.1\npaths: {/a: {get: {security: {'Fn::If': [C, [], [{a: []}]]}, responses: {}}}}\n\
             components: {securitySchemes: {a: {type: oauth2}}}",
            "",
            "COGEN-S005",
        ),
        (
            "openapi: 3.0.1\npaths: {/a: {get: {security: [{f: []}], responses: {}}}}\ncomponents: {securitySchemes: {f: \
             {type: apiKey, name: Unused, in: header, x-amazon-apigateway-authorizer: {type: request}}}}",
            "",
            "COGEN-A004",
        ),
        ("openapi: 3.0.1\npaths: {/a: {get: {responses: {}}}}", "", "COGEN-S010"),
    ] {
        let report = run(document.as_bytes(), toml);
        let help = help(&report, code);
        let block = help[help.find("\n[").unwrap_or_else(|| panic!("{help}"))..].to_owned();
        let report = run(document.as_bytes(), &block);
        assert!(!report.diagnostics.iter().any(|d| d.code.0 == code), "{block}\n{report}");
        assert!(!report.has_errors(), "{block}\n{report}");
    }
}

#[test]
fn the_kind_of_an_undefined_scheme_is_proposed_by_its_name() {
    let document = "openapi: 3.0.1\npaths: {/a: {get: {security: [{x-api-key: []}], responses: {}}}}";
    let expected = "define the scheme, or set its kind in cogen.toml (the name suggests `api_key`; the kinds are cognito_user_pools, \
                    jwt, lambda_token, lambda_request, lambda, iam, api_key, oauth2, openid_connect, bearer and \
                    basic):\n[authorizers.\"x-api-key\"]\nkind = \"api_key\"";
    assert_eq!(help(&run(document.as_bytes(), ""), "COGEN-A010"), expected);
}

#[test]
fn pointers_are_those_of_the_original_document() {
    let thing = |reference: &str| {
        format!(
            "{{\"swagger\": \"2.0\", \"paths\": {{\"/a\": {{\"get\": {{\"produces\": [\"application/json\"], \"responses\": {{\"200\": \
             {{\"schema\": {{\"$ref\": \"{reference}\"}}}}}}}}}}}}, \"definitions\": {{\"Thing\": {{\"type\": \"object\"}}}}}}"
        )
    };
    for (reference, code, expected) in [
        ("#/definitions/Thang", "COGEN-R002", "did you mean `#/definitions/Thing`?"),
        ("#/definitions/Zzz", "COGEN-R002", "define it under `definitions`, or remove the reference"),
        ("#Thing", "COGEN-R002", "write the reference as `#/definitions/NAME`"),
        ("/definitions/Thing", "COGEN-R001", "write `#/definitions/Thing`"),
        ("definitions/Thing", "COGEN-R001", "write `#/definitions/Thing`"),
    ] {
        assert_eq!(help(&run(thing(reference).as_bytes(), ""), code), expected);
    }
    let undefined =
        "{\"swagger\": \"2.0\", \"paths\": {\"/a\": {\"get\": {\"security\": [{\"x\": []}], \"responses\": {}}}}}";
    let report = run(undefined.as_bytes(), "");
    let error = report.diagnostics.iter().find(|d| d.code.0 == "COGEN-A010").unwrap();
    assert_eq!(error.label.as_deref(), Some("not defined in `securityDefinitions`"));
}

const TWO_ROUTES: &str = "openapi: 3.0.1\nservers: [{url: 'https://{stage}.example.com', variables: {stage: {default: a}}}]\n\
    paths: {/pets: {get: {operationId: listPets, security: [{Pool: []}], responses: {'200': {description: ok, \
    content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}}}}\n\
    components: {schemas: {Pet: {type: object, properties: {id: {type: string}}}}, securitySchemes: {Pool: {type: oauth2}}}";

/// A configuration with an unknown name: the error, its location and its help.
#[test]
fn an_unknown_name_is_an_error_at_its_location() {
    for (toml, expected) in [
        (
            "[authorizers.Pol]\nheader-form = \"bare\"",
            "error[COGEN-C022]: unknown security scheme in `[authorizers.Pol]`\n --> cogen.toml:1:14\n  |\n1 | \
             [authorizers.Pol]\n  |              ^^^\n  |\n  = help: did you mean `Pool`?",
        ),
        (
            "[server-variables]\nstages = \"prod\"",
            "error[COGEN-C023]: unknown server variable `stages` in `[server-variables]`\n --> cogen.toml:2:1\n  |\n2 | stages \
             = \"prod\"\n  | ^^^^^^\n  |\n  = help: did you mean `stage`?",
        ),
        (
            "[skip]\noperations = [\"GET /pet\"]",
            "error[COGEN-C021]: unknown operation `GET /pet` in `[skip] operations`\n --> cogen.toml:2:15\n  |\n2 | operations \
             = [\"GET /pet\"]\n  |               ^^^^^^^^^^\n  |\n  = help: did you mean `GET /pets`? `cogen inspect` lists all \
             operations",
        ),
        (
            "[rename.operations]\nlistPet = \"pets\"",
            "error[COGEN-C021]: unknown operation `listPet` in `[rename.operations]`\n --> cogen.toml:2:1\n  |\n2 | listPet = \
             \"pets\"\n  | ^^^^^^^\n  |\n  = help: did you mean `listPets`? `cogen inspect` lists all operations",
        ),
        (
            "[rename.types]\nPett = \"Animal\"",
            "error[COGEN-N002]: unknown type `Pett` in `[rename.types]`\n --> cogen.toml:2:1\n  |\n\
             2 | Pett = \"Animal\"\n  | ^^^^\n  |\n  = help: did you mean `Pet`?",
        ),
        (
            "[types.replace]\nPett = \"::a::Animal\"",
            "error[COGEN-N002]: unknown type `Pett` in `[types.replace]`\n --> cogen.toml:2:1\n  |\n\
             2 | Pett = \"::a::Animal\"\n  | ^^^^\n  |\n  = help: did you mean `Pet`?",
        ),
    ] {
        let shown = run(TWO_ROUTES.as_bytes(), toml).to_string();
        assert!(shown.contains(expected), "{shown}");
    }
    // A configuration with known names has no error.
    let toml = "[authorizers.Pool]\nheader-form = \"bare\"\n[server-variables]\nstage = \"b\"\n[rename.operations]\nlistPets = \"pets\"\n\
                [rename.types]\nPet = \"Animal\"";
    let report = run(TWO_ROUTES.as_bytes(), toml);
    assert!(!report.has_errors(), "{report}");
}

#[test]
fn a_refused_run_proposes_to_leave_out_single_operations() {
    let document =
        "openapi: 3.0.1\npaths: {/a: {get: {security: [{x: []}], responses: {}}}, /b: {get: {responses: {}}}}";
    let expected = "to leave out the operation that has errors and generate the other 1 operation, use `--keep-going`, or list \
                    what to leave out in cogen.toml:\n[skip]\noperations = [\"GET /a\"]";
    assert_eq!(help(&run(document.as_bytes(), ""), "COGEN-W008"), expected);
    assert!(!run(document.as_bytes(), "[skip]\noperations = [\"GET /a\"]").has_errors());
}

/// A Lambda authorizer of type REQUEST, with more members in its block.
fn request(head: &str, name: &str, block: &str) -> String {
    format!(
        "openapi: 3.0.1\n{head}paths: {{/a: {{get: {{security: [{{Fn: []}}], responses: {{}}}}}}}}\ncomponents: {{securitySchemes: {{Fn: \
         {{type: apiKey, name: {name}, in: header, x-amazon-apigateway-authorizer: {{type: request{block}}}}}}}}}"
    )
}

/// The authorization of the operation of a document, as `inspect` prints it, or the codes of its errors.
fn demand(document: &str, toml: &str) -> String {
    let mut report = Report::default();
    let base = report.sources.add("cogen.toml", toml);
    let options = config::read(toml, base, &mut report).unwrap_or_else(|_| panic!("{report}"));
    let input = Input { document: ("api.yaml".to_owned(), document.as_bytes().to_vec()), ..Input::default() };
    let api = cogen::pipeline::outline(&input, &options, &mut report).unwrap_or_else(|_| panic!("{report}"));
    if report.has_errors() {
        let errors = report.diagnostics.iter().filter(|d| d.severity == cogen::diagnostics::report::Severity::Error);
        return errors.map(|d| d.code.0).collect::<Vec<_>>().join(" ");
    }
    let notes = report.diagnostics.iter().any(|d| d.code.0 == "COGEN-A036");
    let sources = api.auth.slots().flat_map(|(_, scheme)| &scheme.sources);
    let sources: Vec<String> = sources.map(|s| format!("{} {}", s.location.as_str(), s.name)).collect();
    if notes { format!("nothing required {}", sources.join(", ")).trim().to_owned() } else { sources.join(", ") }
}

/// API Gateway Developer Guide, "x-amazon-apigateway-authorizer": without a cache, identity sources are not required.
#[test]
fn authorizers_without_identity_sources_require_nothing_if_they_can_be_deployed() {
    const HTTP: &str = "x-amazon-apigateway-importexport-version: '1.0'\n";
    for (document, toml, expected) in [
        (request(HTTP, "Unused", ""), "", "nothing required"),
        (request(HTTP, "Unused", ", authorizerResultTtlInSeconds: '0'"), "", "nothing required"),
        (request(HTTP, "Unused", ", authorizerResultTtlInSeconds: 60"), "", "COGEN-A004"),
        (request("", "Unused", ", authorizerPayloadFormatVersion: '2.0'"), "", "nothing required"),
        (request("", "Unused", ", authorizerResultTtlInSeconds: 0"), "", "nothing required"),
        // Without a TTL it is 300 seconds.
        (request("", "Unused", ""), "", "COGEN-A004"),
        (request("", "Unused", ", authorizerResultTtlInSeconds: 300"), "", "COGEN-A004"),
        (request("", "Unused", ", authorizerResultTtlInSeconds: '${ttl}'"), "", "COGEN-A004"),
        // A header that the document names is required.
        (request("", "X-Token", ", authorizerResultTtlInSeconds: 0"), "", "header X-Token"),
        // Identity sources in the context do not require anything of the client either.
        (request("", "Unused", ", identitySource: context.identity.sourceIp"), "", "nothing required"),
        // The configuration takes precedence.
        (request("", "Unused", ""), "[authorizers.Fn]\nidentity-sources = []", "nothing required"),
        (
            request(HTTP, "Unused", ""),
            "[authorizers.Fn]\nidentity-sources = [\"header:X\", \"query:t\"]",
            "header X, query t",
        ),
        (request("", "X", ""), "[authorizers.Fn]\nkind = \"cognito_user_pools\"\nidentity-sources = []", "COGEN-C005"),
    ] {
        assert_eq!(demand(&document, toml), expected, "{document}\n{toml}");
    }
    let undefined = "openapi: 3.0.1\npaths: {/a: {get: {security: [{x: []}], responses: {}}}}";
    for (kind, expected) in
        [("lambda_request", "nothing required"), ("lambda", "nothing required"), ("jwt", "COGEN-C005")]
    {
        let toml = format!("[authorizers.x]\nkind = \"{kind}\"\nidentity-sources = []");
        assert_eq!(demand(undefined, &toml), expected, "{kind}");
    }
}

/// An operation whose authorizer has no identity sources does not count as open: `x-amazon-apigateway-auth: NONE` makes it
/// open.
#[test]
fn an_authorizer_that_reads_nothing_is_still_an_authorizer() {
    let authorized = request("", "Unused", ", authorizerResultTtlInSeconds: 0");
    assert!(!run(authorized.as_bytes(), "[security]\nopen = []").has_errors());
    let open = authorized.replace("{get: {", "{get: {x-amazon-apigateway-auth: {type: NONE}, ");
    let report = run(open.as_bytes(), "[security]\nopen = []");
    assert!(report.diagnostics.iter().any(|d| d.code.0 == "COGEN-A021"), "{report}");
}

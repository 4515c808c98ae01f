//! Security requirements that are written in unusual ways: each is read exactly, or there is a diagnostic at its location.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod read;
mod tokens;

use cogen::config::options::Options;
use cogen::diagnostics::report::Report;
use cogen::diagnostics::report::Severity;
use cogen::output::inspect;
use cogen::{Input, generate};
use read::Read;

/// A user pool, an API key, two Lambda authorizers and IAM.
const SCHEMES: &str = r#"
    Pool: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: cognito_user_pools,
      x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Pool00001"]}}
    Key: {type: apiKey, name: x-api-key, in: header}
    Guard: {type: apiKey, name: X-Guard, in: header, x-amazon-apigateway-authtype: custom, x-amazon-apigateway-authorizer: {type: token}}
    Sig: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}
"#;

/// A gateway document with these paths, with the schemes above and `schemes`, and with `root` at its root.
fn gateway(paths: &str, schemes: &str, root: &str) -> String {
    format!(
        "openapi: 3.0.1\ninfo: {{title: T, version: '1'}}\nservers: [{{url: 'https://api.example.com'}}]\n{root}\npaths:\n{paths}\ncomponents:\n  securitySchemes:\n{SCHEMES}\n{schemes}\n"
    )
}

/// A document without extensions, with these paths and schemes.
fn plain(paths: &str, schemes: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\nservers: [{{url: 'https://api.example.com'}}]\npaths:\n{paths}\ncomponents:\n  securitySchemes:\n{schemes}\n"
    )
}

/// Asserts what each operation requires.
fn demand(document: &str, expected: &[&str]) -> Read {
    let read = Read::of(document);
    assert_eq!(read.demands(), expected, "{document}\n{}", read.report);
    read
}

#[test]
fn an_operation_may_be_elsewhere_in_the_document() {
    let kept = "x-kept: {list: {security: [{Pool: []}], responses: {}}, deep: {$ref: '#/x-kept/list'}}";
    demand(&gateway("  /a: {get: {$ref: '#/x-kept/list'}}", "", kept), &["GET /a: Pool id"]);
    demand(&gateway("  /a: {get: {$ref: '#/x-kept/deep'}}", "", kept), &["GET /a: Pool id"]);
    demand(&gateway("  /a: {x-amazon-apigateway-any-method: {$ref: '#/x-kept/list'}}", "", kept), &["ANY /a: Pool id"]);
    for lost in ["'#/x-kept/gone'", "other.yaml", "'https://example.com/a'", "'#/paths/~1a/get'", "7"] {
        let read = demand(&gateway(&format!("  /a: {{get: {{$ref: {lost}}}}}"), "", kept), &["GET /a: error"]);
        assert!(read.report.has_errors(), "{lost}");
    }
    let with_security = "  /a: {get: {$ref: '#/x-kept/list', security: []}}";
    let read = demand(&gateway(with_security, "", kept), &["GET /a: error"]);
    assert!(read.reports("error", "COGEN-S009"), "{}", read.report);
}

#[test]
fn a_path_item_with_a_reference_keeps_its_other_members() {
    let kept = "x-kept: {item: {get: {responses: {}}, parameters: []}}";
    let merged = "  /a: {$ref: '#/x-kept/item', post: {security: [{Pool: []}], responses: {}}}";
    demand(&gateway(merged, "", kept), &["POST /a: Pool id", "GET /a: open"]);
    let twice = "  /a: {$ref: '#/x-kept/item', get: {security: [{Pool: []}], responses: {}}}";
    let read = Read::of(&gateway(twice, "", kept));
    assert!(read.reports("error", "COGEN-S008"), "{}", read.report);
    let ring = "  /a: {$ref: '#/paths/~1b'}\n  /b: {$ref: '#/paths/~1a'}";
    let read = Read::of(&gateway(ring, "", ""));
    assert!(read.demands().is_empty() && read.reports("error", "COGEN-R003"), "{}", read.report);
}

#[test]
fn a_misspelled_key_is_an_error_where_it_decides_authorization() {
    for (paths, line) in [
        ("  /a:\n    GET: {security: [{Pool: []}], responses: {}}", 7),
        ("  /a:\n    'post ': {security: [{Pool: []}], responses: {}}", 7),
        ("  /a:\n    X-Amazon-ApiGateway-Any-Method: {security: [{Pool: []}]}", 7),
        ("  /a:\n    get:\n      Security: [{Pool: []}]", 8),
        ("  /a:\n    get:\n      'security ': [{Pool: []}]", 8),
        ("  /a:\n    get:\n      securty: [{Pool: []}]", 8),
        ("  /a:\n    get:\n      X-Amazon-Apigateway-Auth: {type: AWS_IAM}", 8),
        ("  /a:\n    get:\n      x-amazon-api-gateway-auth: {type: AWS_IAM}", 8),
        ("  /a:\n    ref: '#/paths/~1b'", 7),
    ] {
        let read = Read::of(&gateway(paths, "", "x-amazon-apigateway-policy: {}"));
        assert!(read.reported().contains(&format!("error COGEN-S006 {line}")), "{paths}\n{}", read.report);
    }
    for scheme in [
        "{type: apiKey, name: Authorization, in: header, X-amazon-apigateway-authtype: cognito_user_pools}",
        "{type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authorizor: {type: token}}",
        "{Type: apiKey, name: x-api-key, in: header}",
        "{type: apiKey, Name: x-api-key, in: header}",
        "{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {Type: request, identitySource: method.request.header.X}}",
        "{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {type: request, identitysource: method.request.header.X}}",
    ] {
        let document =
            gateway("  /a: {get: {security: [{Odd: []}], responses: {}}}", &format!("    Odd: {scheme}"), "");
        let read = demand(&document, &["GET /a: error"]);
        assert!(read.reports("error", "COGEN-S006"), "{scheme}\n{}", read.report);
    }
    // A misspelled key without effect is a warning, an unknown key a note; extensions of other vendors are not reported.
    let read =
        Read::of(&gateway("  /a: {get: {Summary: x, colour: red, x-internal: 1, security: [{Pool: []}]}}", "", ""));
    assert!(read.reports("warning", "COGEN-S006") && read.reports("note", "COGEN-S007"), "{}", read.report);
    assert_eq!(read.report.diagnostics.len(), 2, "{}", read.report);
}

#[test]
fn a_security_key_in_a_place_without_effect_makes_no_operation_open() {
    for paths in [
        "  /a: {security: [{Pool: []}], get: {responses: {}}}",
        "  /a: {x-amazon-apigateway-auth: {type: AWS_IAM}, get: {responses: {}}}",
        "  /a: {get: {x-amazon-apigateway-authorizer: {type: token}, responses: {}}}",
        "  /a: {get: {x-amazon-apigateway-authtype: awsSigv4, responses: {}}}",
        "  /a: {get: {authorizer: Pool, responses: {}}}",
        "  /a: {get: {Auth: {Authorizer: Pool}, responses: {}}}",
        "  /a: {get: {responses: {'200': {description: ok, security: [{Pool: []}]}}}}",
        "  /a: {get: {responses: {security: [{Pool: []}]}}}",
        "  /a: {get: {parameters: [{name: q, in: query, security: [{Pool: []}], schema: {type: string}}], responses: {}}}",
    ] {
        let document = gateway(paths, "", "");
        let read = demand(&document, &["GET /a: error"]);
        assert!(read.reports("error", "COGEN-A020"), "{paths}\n{}", read.report);
        // An operation in `[security] open` was reviewed by the user.
        let listed = Read::with(&document, "[security]\nopen = [\"GET /a\"]");
        assert_eq!(listed.demands(), ["GET /a: open"], "{}", listed.report);
        assert!(listed.reports("warning", "COGEN-A020"), "{}", listed.report);
    }
    for root in
        ["x-amazon-apigateway-authorizer: {type: token}", "authorizers: {Pool: {}}", "tags: [{name: x, security: []}]"]
    {
        let read = demand(&gateway("  /a: {get: {responses: {}}}", "", root), &["GET /a: error"]);
        assert!(read.reports("error", "COGEN-A020"), "{root}\n{}", read.report);
    }
    // With a requirement it is a warning. As a name that the author chose it has no meaning.
    let with_requirement = "  /a: {security: [{Key: []}], get: {security: [{Pool: []}], responses: {}}}";
    let read = demand(&gateway(with_requirement, "", ""), &["GET /a: Pool id"]);
    assert!(read.reports("warning", "COGEN-A020"), "{}", read.report);
    let own = "  /a: {get: {security: [{Pool: []}], responses: {'200': {description: ok, headers: {security: {schema: {type: string}}},\n    content: {application/json: {schema: {type: object, properties: {security: {type: string}}}, example: {security: 1}}}}}}}";
    assert_eq!(Read::of(&gateway(own, "", "")).reported(), Vec::<String>::new());
}

#[test]
fn keys_that_decide_a_credential_are_read_exactly() {
    let asks = "  /a: {get: {security: [{Odd: []}], responses: {}}}";
    for (scheme, code) in [
        ("{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: token}", "COGEN-A035"),
        ("{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: [{type: token}]}", "COGEN-A035"),
        ("{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: null}", "COGEN-A035"),
        (
            "{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {'Fn::Transform': {Name: x}}}",
            "COGEN-A035",
        ),
        ("{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {type: [token]}}", "COGEN-A002"),
        ("{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {type: lambda}}", "COGEN-A002"),
        ("{type: apiKey, name: X, in: header, x-amazon-apigateway-authtype: 7}", "COGEN-A002"),
        ("{type: apiKey, name: X, in: body}", "COGEN-A026"),
        ("{type: apiKey, name: X, in: 7}", "COGEN-A026"),
        ("{type: apiKey, name: [X], in: header}", "COGEN-A004"),
        ("{type: apiKey, in: header}", "COGEN-A004"),
        ("{type: 7, name: X, in: header}", "COGEN-A002"),
        ("{type: http}", "COGEN-A002"),
        (
            "{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {type: request, identitySource: X-Tenant}}",
            "COGEN-A031",
        ),
        (
            "{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {type: request, identitySource: 'method.request.header.A, method.header.B'}}",
            "COGEN-A031",
        ),
        (
            "{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {type: request, identitySource: ['method.request.header.A', 7]}}",
            "COGEN-A031",
        ),
        (
            "{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {type: token, identitySource: 'method.request.header.${h}'}}",
            "COGEN-A031",
        ),
        ("{'Fn::If': [Prod, {type: http, scheme: basic}, {type: http, scheme: bearer}]}", "COGEN-S005"),
        (
            "{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {type: {'Fn::If': [Prod, token, request]}}}",
            "COGEN-S005",
        ),
        ("{$ref: '#/components/securitySchemes/Gone'}", "COGEN-R002"),
        ("{$ref: '#/components/securitySchemes/Odd'}", "COGEN-R003"),
        ("{$ref: '#/components/securitySchemes/Pool', x-amazon-apigateway-authorizer: {type: token}}", "COGEN-S009"),
        ("text", "COGEN-A007"),
    ] {
        let read = demand(&gateway(asks, &format!("    Odd: {scheme}"), ""), &["GET /a: error"]);
        assert!(read.reports("error", code), "{scheme}\n{:?}\n{}", read.reported(), read.report);
    }
    for (scheme, expected) in [
        ("{$ref: '#/components/securitySchemes/Pool'}", "Odd id"),
        ("{'Fn::If': [Prod, {$ref: '#/components/securitySchemes/Pool'}, {Ref: 'AWS::NoValue'}]}", "Odd id"),
        (
            "{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {'Fn::If': [Prod, {Ref: 'AWS::NoValue'}, {type: cognito_user_pools}]}}",
            "Odd id",
        ),
        (
            "{type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {type: {'Fn::If': [Prod, COGNITO_USER_POOLS, {Ref: 'AWS::NoValue'}]}}}",
            "Odd id",
        ),
        ("{type: APIKEY, name: X, in: ' Query '}", "Odd -"),
    ] {
        demand(&gateway(asks, &format!("    Odd: {scheme}"), ""), &[&format!("GET /a: {expected}")]);
    }
    let read = Read::of(&gateway(asks, "    Odd: {type: apiKey, name: k, in: Query}", ""));
    assert!(inspect::json_lines(&read.api, 1_000).text.contains(r#""in":"query","name":"k""#));
    // An authorizer that lost its extensions looks like an API key that the gateway does not read.
    let read = Read::of(&gateway(asks, "    Odd: {type: apiKey, name: Authorization, in: header}", ""));
    assert!(read.reports("warning", "COGEN-A032"), "{}", read.report);
}

#[test]
fn a_key_is_dropped_only_where_a_lambda_authorizer_supplies_it() {
    let paths = "  /a: {get: {security: [{Key: []}], responses: {}}}\n  /b: {get: {security: [{Guard: []}, {Key: []}], responses: {}}}\n  /c: {get: {security: [{Pool: []}, {Key: []}], responses: {}}}";
    let of = |source: &str| gateway(paths, "", &format!("x-amazon-apigateway-api-key-source: {source}"));
    for source in ["AUTHORIZER", "authorizer", "{'Fn::If': [Prod, AUTHORIZER, {Ref: 'AWS::NoValue'}]}"] {
        demand(&of(source), &["GET /a: Key -", "GET /b: Guard -", "GET /c: Pool id & Key -"]);
    }
    demand(&of("HEADER"), &["GET /a: Key -", "GET /b: Guard - & Key -", "GET /c: Pool id & Key -"]);
    for source in ["QUERY", "7", "'${source}'", "{'Fn::If': [Prod, AUTHORIZER, HEADER]}"] {
        let read = demand(&of(source), &["GET /a: error", "GET /b: error", "GET /c: error"]);
        assert!(read.reports("error", "COGEN-A028") || read.reports("error", "COGEN-S005"), "{}", read.report);
    }
}

#[test]
fn extensions_of_the_gateway_count_only_where_the_gateway_defines_them() {
    let schemes = "    A: {type: oauth2, flows: {}}\n    K: {type: apiKey, in: header, name: X-Key}";
    let example = "  /a: {get: {security: [{A: [r, w]}, {K: []}], responses: {'200': {description: ok, content: {application/json: {schema: {type: object, x-amazon-apigateway-thing: 1}, example: {x-amazon-apigateway-integration: 1}}}}}}}";
    demand(&plain(example, schemes), &["GET /a: A access all(r w) | K -"]);
    let none = demand(&plain("  /a: {get: {security: [{NONE: []}], responses: {}}}", schemes), &["GET /a: error"]);
    assert!(none.reports("error", "COGEN-A010"), "{}", none.report);
    demand(
        &gateway("  /a: {get: {security: [{NONE: []}], responses: {}}}", "", "x-amazon-apigateway-policy: {}"),
        &["GET /a: open"],
    );
}

#[test]
fn plain_documents_follow_the_rules_of_openapi() {
    let schemes = "    cert: {type: mutualTLS}\n    bearer: {type: http, scheme: bearer}\n    basic: {type: http, scheme: basic}\n    head: {type: apiKey, in: header, name: AUTHORIZATION}\n    one: {type: oauth2, flows: {}}\n    two: {type: oauth2, flows: {}}\n    query: {type: apiKey, in: query, name: k}\n    other: {type: apiKey, in: query, name: K}";
    let asks = |security: &str| plain(&format!("  /a: {{get: {{security: {security}, responses: {{}}}}}}"), schemes);
    let read = demand(&asks("[{cert: []}]"), &["GET /a: open"]);
    assert!(read.reports("note", "COGEN-A025"), "{}", read.report);
    demand(&asks("[{cert: [], bearer: []}]"), &["GET /a: bearer -"]);
    for both in [
        "[{bearer: [], basic: []}]",
        "[{head: [], basic: []}]",
        "[{one: [], bearer: []}]",
        "[{query: []}, {head: [], one: []}]",
    ] {
        let read = demand(&asks(both), &["GET /a: error"]);
        assert!(read.reports("error", "COGEN-A024"), "{}", read.report);
    }
    // One token may satisfy two OAuth schemes, and the names of query parameters are case-sensitive.
    let read = demand(&asks("[{one: [x], two: [y]}]"), &["GET /a: one access all(x) & two access all(y)"]);
    assert!(read.reports("warning", "COGEN-A024"), "{}", read.report);
    demand(&asks("[{query: [], other: []}]"), &["GET /a: query - & other -"]);
    demand(&asks("[{bearer: []}, {basic: []}]"), &["GET /a: bearer - | basic -"]);
}

#[test]
fn what_is_partly_understood_is_reported() {
    let asks = "  /a: {get: {security: [{Odd: []}], responses: {}}}";
    let pool = |arns: &str| {
        let scheme = format!(
            "    Odd: {{type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authorizer: {{type: cognito_user_pools, providerARNs: {arns}}}}}"
        );
        Read::of(&gateway(asks, &scheme, ""))
    };
    let known = "'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Pool00001'";
    assert_eq!(pool(&format!("[{known}]")).reported(), Vec::<String>::new());
    for second in ["{'Fn::GetAtt': [Second, Arn]}", "'${second}'", "'arn:aws:cognito-idp:eu-west-1'", "7"] {
        let read = pool(&format!("[{known}, {second}]"));
        assert!(read.reports("warning", "COGEN-A005"), "{second}\n{}", read.report);
        let read = pool(&format!("[{second}]"));
        assert!(read.reports("warning", "COGEN-A005"), "{second}\n{}", read.report);
    }
    for configuration in [
        "{issuer: '${issuer}', audience: [x]}",
        "{issuer: {'Fn::Sub': 'https://${x}'}}",
        "{issuer: 'http://a.example.com'}",
        "{issuer: 7}",
    ] {
        let scheme = format!(
            "    Odd: {{type: oauth2, x-amazon-apigateway-authorizer: {{type: jwt, identitySource: '$request.header.Authorization', jwtConfiguration: {configuration}}}}}"
        );
        let read = Read::of(&gateway(asks, &scheme, ""));
        assert!(read.reports("warning", "COGEN-A030"), "{configuration}\n{}", read.report);
    }
    let scheme = "    Odd: {type: oauth2, x-amazon-apigateway-authorizer: {type: jwt, identitySource: '$request.header.Authorization'}}";
    assert!(Read::of(&gateway(asks, scheme, "")).reports("warning", "COGEN-A030"));
    let read = Read::of(&gateway("  /a: {get: {security: [{Pool: ['${server}/read']}], responses: {}}}", "", ""));
    assert!(read.reports("warning", "COGEN-A029"), "{}", read.report);
    let read = demand(
        &gateway("  /a: {get: {security: [{Pool: [{'Fn::Sub': '${server}/read'}]}], responses: {}}}", "", ""),
        &["GET /a: error"],
    );
    assert!(read.reports("error", "COGEN-A011"), "{}", read.report);
    for path in ["'/${stage}/a'", "'/{{version}}/a'", "'/a/${stage}'"] {
        let read =
            Read::of(&gateway(&format!("  {path}: {{get: {{security: [{{Pool: []}}], responses: {{}}}}}}"), "", ""));
        assert!(read.reports("error", "COGEN-O023"), "{}", read.report);
    }
    let path = gateway("  '/${stage}/a': {get: {security: [{Pool: []}], responses: {}}}", "", "");
    let filled = Read::with(&path, "[values]\nstage = \"prod\"");
    assert_eq!(filled.demands(), ["GET /prod/a: Pool id"], "{}", filled.report);
}

#[test]
fn skipped_operations_require_no_credential() {
    let paths = "  /a: {get: {security: [{Pool: []}], responses: {}}}\n  /old: {get: {operationId: old, security: [{Gone: []}], responses: {}}}\n  /sig: {get: {security: [{Sig: [extra]}], responses: {}}}\n  /odd: {get: {Security: [], responses: {}}}";
    let document = gateway(paths, "", "");
    let read = Read::with(&document, "[skip]\noperations = [\"old\", \"GET /sig\", \"GET /odd\"]");
    assert_eq!(read.demands(), ["GET /a: Pool id", "GET /old: skipped", "GET /sig: skipped", "GET /odd: skipped"]);
    assert!(!read.report.has_errors(), "{}", read.report);
    let slots: Vec<&str> = read.api.auth.slots().map(|(_, scheme)| scheme.key.as_str()).collect();
    assert_eq!(slots, ["Pool"]);
}

#[test]
fn a_list_of_open_operations_is_closed() {
    let paths = "  /a: {get: {security: [{Pool: []}], responses: {}}}\n  /health: {get: {operationId: health, responses: {}}}\n  /lost: {get: {responses: {}}}";
    let document = gateway(paths, "", "");
    let of = |open: &str| Read::with(&document, &format!("[security]\nopen = [{open}]"));
    let read = of("\"GET /health\", \"GET /lost\"");
    assert_eq!(read.reported(), Vec::<String>::new());
    let read = of("\"health\"");
    assert_eq!(read.demands(), ["GET /a: Pool id", "GET /health: open", "GET /lost: error"]);
    assert!(read.reports("error", "COGEN-A021"), "{}", read.report);
    assert_eq!(of("").demands(), ["GET /a: Pool id", "GET /health: error", "GET /lost: error"]);
    let read = of("\"health\", \"GET /lost\", \"GET /a\", \"GET /gone\"");
    assert!(read.reports("warning", "COGEN-A033") && read.reports("warning", "COGEN-C021"), "{}", read.report);
    // Optional credentials leave the operation open.
    let optional =
        plain("  /a: {get: {security: [{}, {b: []}], responses: {}}}", "    b: {type: http, scheme: bearer}");
    assert_eq!(Read::with(&optional, "[security]\nopen = []").demands(), ["GET /a: error"]);
    let certificate = plain("  /a: {get: {security: [{c: []}], responses: {}}}", "    c: {type: mutualTLS}");
    assert_eq!(Read::with(&certificate, "[security]\nopen = []").demands(), ["GET /a: open"]);
}

#[test]
fn a_gateway_document_without_security_is_a_warning() {
    let policy = "x-amazon-apigateway-policy: {}";
    let open = "  /a: {get: {responses: {}}}\n  /b: {get: {responses: {}}}";
    assert!(Read::of(&gateway(open, "", policy)).reports("warning", "COGEN-A022"));
    assert!(Read::of(&gateway("  {}", "", policy)).reports("warning", "COGEN-A022"));
    let listed = Read::with(&gateway(open, "", policy), "[security]\nopen = [\"GET /a\", \"GET /b\"]");
    assert_eq!(listed.reported(), Vec::<String>::new());
    let some = "  /a: {get: {security: [{Key: []}], responses: {}}}\n  /b: {get: {responses: {}}}\n  /c: {get: {responses: {}}}";
    let read = Read::of(&gateway(some, "", policy));
    assert_eq!(read.reported(), ["note COGEN-A023 7"], "{}", read.report);
    assert_eq!(read.report.diagnostics[0].related.len(), 1);
    assert_eq!(Read::of(&plain(open, "    {}")).reported(), Vec::<String>::new());
}

/// A user pool has its own region; requests are signed for the region of the API.
#[test]
fn each_scheme_has_its_own_region() {
    let paths =
        "  /a: {get: {security: [{Pool: []}], responses: {}}}\n  /b: {get: {security: [{Sig: []}], responses: {}}}";
    let document = gateway(paths, "", "").replace("api.example.com", "abcdef.execute-api.us-east-1.amazonaws.com");
    let read = Read::of(&document);
    let regions: Vec<_> = read.api.auth.slots().map(|(_, s)| (s.key.as_str(), s.region.as_deref())).collect();
    assert_eq!(regions, [("Pool", Some("eu-west-1")), ("Sig", Some("us-east-1"))]);
    let read = Read::with(&document, "[authorizers.Pool]\nuser-pools = [\"ap-south-1_One\", \"eu-west-2_Two\"]");
    assert_eq!(read.api.auth.slots().next().unwrap().1.region, None);
}

/// If the execute-api host is disabled, the next server is used, wherever the document disables it.
#[test]
fn a_disabled_host_is_skipped() {
    let document = |first: &str, root: &str| {
        gateway("  /a: {get: {security: [{Pool: []}], responses: {}}}", "", root).replace(
            "servers: [{url: 'https://api.example.com'}]",
            &format!("servers: [{{url: 'https://x.execute-api.eu-west-1.amazonaws.com/prod'{first}}}, {{url: 'https://api.example.com'}}]"),
        )
    };
    let base = |document: &str| Read::of(document).api.base_url;
    let disabled = "x-amazon-apigateway-endpoint-configuration: {disableExecuteApiEndpoint: true}";
    assert_eq!(base(&document("", "")).unwrap(), "https://x.execute-api.eu-west-1.amazonaws.com/prod");
    assert_eq!(base(&document(&format!(", {disabled}"), "")).unwrap(), "https://api.example.com");
    assert_eq!(base(&document("", disabled)).unwrap(), "https://api.example.com");
}

/// Operations with the same requirement share one trait, in whatever order they list its parts.
#[test]
fn one_requirement_is_one_trait() {
    let paths = "  /a: {get: {security: [{Pool: [a/x, a/y]}, {Key: []}], responses: {}}}\n  /b: {get: {security: [{Key: []}, {Pool: [a/y, a/x]}], responses: {}}}\n  /c: {get: {security: [{Pool: [a/x, a/y], Key: []}, {Key: []}], responses: {}}}\n  /d: {get: {security: [{Pool: []}, {Pool: []}], responses: {}}}\n  /e: {get: {security: [{Pool: []}], responses: {}}}";
    let read = Read::of(&gateway(paths, "", ""));
    let requirements: Vec<_> = read.api.operations.iter().map(|o| o.requirement).collect();
    assert!(
        requirements[0] == requirements[1] && requirements[1] == requirements[2] && requirements[3] == requirements[4]
    );
    assert_eq!(read.api.auth.requirements().len(), 2);
    let schemes = "    A: {type: oauth2, flows: {}}\n    B: {type: http, scheme: bearer}\n    K: {type: apiKey, in: query, name: k}";
    let paths = "  /a: {get: {security: [{A: [r]}, {B: [], K: []}, {}], responses: {}}}\n  /b: {get: {security: [{}, {K: [], B: []}, {A: [r]}, {A: [r]}], responses: {}}}";
    let read = Read::of(&plain(paths, schemes));
    assert_eq!(read.api.auth.requirements().len(), 1);
}

/// The order of paths, schemes and scopes in operations does not change slots, names, or their meaning.
#[test]
fn slots_follow_the_security_schemes() {
    let one = "  /a: {get: {security: [{Key: []}], responses: {}}}";
    let other = "  /b: {get: {security: [{Guard: []}], responses: {}}}\n  /c: {get: {security: [{Pool: ['b/y', 'a/x']}], responses: {}}}";
    for paths in [format!("{one}\n{other}"), format!("{other}\n{one}")] {
        let read = Read::of(&gateway(&paths, "", ""));
        let slots: Vec<_> = read.api.auth.slots().map(|(_, s)| s.slot.to_string()).collect();
        assert_eq!(slots, ["pool", "key", "guard"]);
        let scopes: Vec<_> = read.api.auth.markers().map(|s| (s.text.as_str(), s.name.to_string())).collect();
        assert_eq!(scopes, [("a/x", "AX".to_owned()), ("b/y", "BY".to_owned())]);
    }
}

/// Scopes with the same name all get the part that distinguishes them, so that a new scope does not take a name from an old one.
#[test]
fn scopes_with_the_same_name_keep_the_part_that_distinguishes_them() {
    let names = |scopes: &[&str]| {
        let list = scopes.iter().map(|s| format!("'{s}'")).collect::<Vec<_>>().join(", ");
        let read =
            Read::of(&gateway(&format!("  /a: {{get: {{security: [{{Pool: [{list}]}}], responses: {{}}}}}}"), "", ""));
        read.api.auth.markers().map(|s| (s.text.clone(), s.name.to_string())).collect::<Vec<_>>()
    };
    let of = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    assert_eq!(names(&["pets/read"]), of(&[("pets/read", "PetsRead")]));
    assert_eq!(
        names(&["pets/read", "pets:read"]),
        of(&[("pets/read", "PetsSlashRead"), ("pets:read", "PetsColonRead")])
    );
    assert_eq!(
        names(&["https://orders.example.com/read", "https://users.example.com/read"]),
        of(&[
            ("https://orders.example.com/read", "OrdersExampleComRead"),
            ("https://users.example.com/read", "UsersExampleComRead")
        ])
    );
    let cases = names(&["Read", "read"]);
    assert!(cases.iter().all(|(_, name)| name.starts_with("ReadH")) && cases[0].1 != cases[1].1, "{cases:?}");
}

/// A slot's type parameter is not a trait: the scheme `booking` and the scope `booking/slot` do not collide.
#[test]
fn a_slot_does_not_have_the_name_of_a_requirement() {
    let paths = "  /a: {get: {security: [{booking: ['booking/slot']}], responses: {}}}";
    let scheme = "    booking: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authorizer: {type: cognito_user_pools}}";
    let document = gateway(paths, scheme, "");
    let input = Input { document: ("api.yaml".to_owned(), document.into_bytes()), ..Input::default() };
    let mut report = Report::default();
    let generated = generate(&input, &Options::default(), &mut report).unwrap_or_else(|_| panic!("{report}"));
    let auth = generated.files.0.iter().find(|(path, _)| path.as_str() == "src/auth.rs").map(|(_, text)| text).unwrap();
    assert!(auth.contains("pub trait BookingSlot"), "{auth}");
    assert!(!auth.contains("impl<BookingSlot:"), "{auth}");
}

/// What exceeds the limit of values is left out of the listing, and counted.
#[test]
fn what_is_left_out_is_counted() {
    let paths: Vec<String> = (0..40).map(|i| format!("  /p{i}: {{get: {{parameters: [{{$ref: '#/components/parameters/Big'}}], security: [{{Pool: []}}], responses: {{}}}}}}")).collect();
    let list = vec!["1"; 150].join(", ");
    let document = gateway(&paths.join("\n"), "", "")
        + &format!("  parameters:\n    Big: {{name: q, in: query, schema: {{type: string}}, x-list: [{list}]}}\n");
    let read = Read::with(&document, "[limits]\nnodes = 4000");
    assert_eq!(read.api.operations.len(), 40);
    let errors = read.demands().iter().filter(|d| d.ends_with("error")).count();
    assert!((10..30).contains(&errors), "{errors}");
    assert_eq!(read.report.diagnostics.iter().filter(|d| d.severity == Severity::Error).count(), 1);
}

#[test]
fn a_route_is_open_only_if_its_condition_is_decided() {
    let auth = |auth: &str| {
        gateway(
            &format!("  /a: {{get: {{security: [{{Pool: []}}], x-amazon-apigateway-auth: {auth}, responses: {{}}}}}}"),
            "",
            "",
        )
    };
    for (written, value) in [
        ("!If [Local, {type: NONE}, !Ref 'AWS::NoValue']", "Local = \"true\""),
        ("{type: !If [Local, NONE, !Ref 'AWS::NoValue']}", "Local = \"true\""),
        ("{type: '${mode}'}", "mode = \"NONE\""),
        ("{type: !Ref mode}", "mode = \"NONE\""),
    ] {
        let read = demand(&auth(written), &["GET /a: error"]);
        let help =
            read.report.diagnostics.iter().find(|d| d.severity == Severity::Error).unwrap().help.clone().unwrap();
        assert!(help.contains("[values]\n"), "{written}: {help}");
        let read = Read::with(&auth(written), &format!("[values]\n{value}\n"));
        assert_eq!(read.demands(), ["GET /a: open"], "{written}");
    }
}

#[test]
fn an_empty_branch_does_not_override_the_root() {
    let path = |security: &str| format!("  /a: {{get: {{security: {security}, responses: {{}}}}}}");
    let nothing = "!Ref 'AWS::NoValue'";
    let root = "security: [{Pool: []}]";
    let document = gateway(&path(&format!("!If [C, [], {nothing}]")), "", root);
    let read = demand(&document, &["GET /a: error"]);
    assert!(read.reports("error", "COGEN-S005"), "{}", read.report);
    assert_eq!(Read::with(&document, "[values]\nC = \"true\"\n").demands(), ["GET /a: open"]);
    // The present branch requires more.
    demand(&gateway(&path(&format!("!If [C, [{{Pool: []}}], {nothing}]")), "", ""), &["GET /a: Pool id"]);
}

#[test]
fn branches_with_the_same_requirement_need_no_value() {
    let branch = |uri: &str, scope: &str| {
        format!(
            "{{get: {{security: [{{Pool: [{scope}]}}], responses: {{}}, x-amazon-apigateway-integration: {{uri: {uri}}}}}}}"
        )
    };
    let either = |one: &str, two: &str| {
        gateway(&format!("  /a: {{'Fn::If': [C, {}, {}]}}", branch("x", one), branch("y", two)), "", "")
    };
    demand(&either("a/b", "a/b"), &["GET /a: Pool access any(a/b)"]);
    let read = demand(&either("a/b", "a/c"), &["GET /a: error"]);
    assert!(read.reports("error", "COGEN-S005"), "{}", read.report);
}

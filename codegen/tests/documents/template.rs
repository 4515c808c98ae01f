//! Templates: where the document is found, and the errors if it is not.

use cogen::Input;
use cogen::config::options::Options;
use cogen::diagnostics::report::Report;
use cogen::ir::Api;
use cogen::pipeline;

fn read(text: &str, options: &Options) -> (Option<Api>, Report) {
    let mut report = Report::default();
    let input = Input { document: ("template.yaml".to_owned(), text.as_bytes().to_vec()), ..Input::default() };
    let api = pipeline::api(&input, options, &mut report);
    (api.ok().filter(|_| !report.has_errors()), report)
}

fn routes(text: &str, resource: Option<&str>) -> Vec<String> {
    let options = Options { resource: resource.map(str::to_owned), ..Options::default() };
    let (api, report) = read(text, &options);
    api.unwrap_or_else(|| unreachable!("{report}")).operations.iter().map(|o| o.route()).collect()
}

/// The one error of a template.
fn error(text: &str, resource: Option<&str>) -> String {
    let options = Options { resource: resource.map(str::to_owned), ..Options::default() };
    let (api, report) = read(text, &options);
    assert!(api.is_none(), "{text}");
    assert_eq!(report.diagnostics.len(), 1, "{report}");
    report.to_string()
}

fn body(path: &str) -> String {
    format!(
        "{{openapi: 3.0.1, info: {{title: t, version: '1'}}, paths: {{{path}: {{get: {{responses: {{'200': {{description: ok}}}}}}}}}}}}"
    )
}

fn resource(name: &str, kind: &str, properties: &str) -> String {
    format!("  {name}:\n    Type: {kind}\n    Properties: {{{properties}}}\n")
}

#[test]
fn the_document_is_read_in_place() {
    for (kind, key) in [
        ("AWS::ApiGateway::RestApi", "Body"),
        ("AWS::ApiGatewayV2::Api", "Body"),
        ("AWS::Serverless::Api", "DefinitionBody"),
        ("AWS::Serverless::HttpApi", "DefinitionBody"),
    ] {
        let others = resource("Queue", "AWS::SQS::Queue", "") + &resource("Other", kind, "Name: other");
        let text = format!("Resources:\n{others}{}", resource("Shop", kind, &format!("{key}: {}", body("/a"))));
        assert_eq!(routes(&text, None), ["GET /a"], "{kind}");
        assert_eq!(routes(&text, Some("Shop")), ["GET /a"], "{kind}");
    }
    // The form of the CDK.
    let json = r#"{"Resources": {"ShopApi1A2B": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"swagger": "2.0",
        "info": {"title": {"Ref": "AWS::StackName"}, "version": "1"}, "paths": {"/b": {"get": {"responses": {}}}}}}}}}"#;
    assert_eq!(routes(json, None), ["GET /b"]);
    // A document that is not a template can have a key of that name.
    assert_eq!(routes(&format!("{}, Resources: {{}}}}", body("/c").strip_suffix('}').unwrap()), None), ["GET /c"]);
}

#[test]
fn places_are_those_of_the_template_and_values_fill_it() {
    let text = "Resources:\n  Shop:\n    Type: AWS::Serverless::Api\n    Properties:\n      DefinitionBody:\n        openapi: 3.0.1\n        \
        info: {title: t, version: '1'}\n        paths:\n          /a:\n            get:\n              security: [{Pol: []}]\n              \
        responses: {'200': {description: ok}}\n";
    let (_, report) = read(text, &Options::default());
    assert!(report.to_string().contains("template.yaml:11:"), "{report}");

    let pool = resource(
        "Shop",
        "AWS::ApiGateway::RestApi",
        "Body: {openapi: 3.0.1, info: {title: t, version: '1'}, paths: {/a: {get: {security: [{Pool: []}], responses: {'200': \
         {description: ok}}}}}, components: {securitySchemes: {Pool: {type: apiKey, name: Authorization, in: header, \
         x-amazon-apigateway-authtype: cognito_user_pools, x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: \
         [!GetAtt UserPool.Arn]}}}}}",
    );
    let mut options = Options::default();
    let arn = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Shop00001";
    options.values.insert("UserPool.Arn".to_owned(), arn.to_owned());
    let (api, report) = read(&format!("Resources:\n{pool}"), &options);
    assert_eq!(api.unwrap().operations.len(), 1, "{report}");
    assert!(!report.to_string().contains("COGEN-A005") && !report.to_string().contains("COGEN-C050"), "{report}");
}

#[test]
fn a_document_that_a_condition_chooses_needs_its_value() {
    let either = format!("Body: !If [IsProd, {}, {}]", body("/prod"), body("/dev"));
    let text = format!("Resources:\n{}", resource("Shop", "AWS::ApiGateway::RestApi", &either));
    let printed = error(&text, None);
    assert!(
        printed.contains("undecided `Fn::If`: the document of the API depends on the condition `IsProd`"),
        "{printed}"
    );
    let mut options = Options::default();
    options.values.insert("IsProd".to_owned(), "false".to_owned());
    let (api, report) = read(&text, &options);
    assert_eq!(api.unwrap_or_else(|| unreachable!("{report}")).operations[0].route(), "GET /dev");
}

#[test]
fn conditions_and_mappings_of_a_template_are_computed() {
    let text = format!(
        "Conditions:\n  IsProd: !Equals [!Ref Env, prod]\n  IsDev: !Not [{{Condition: IsProd}}]\n  Either: !Or [!Condition IsProd, \
         !Equals [a, b]]\n  Both: !And [!Condition IsDev, !Equals [!Ref Unknown, x]]\n  Ring: !Not [!Condition Ring]\nMappings:\n  \
         Names: {{prod: {{Path: shop}}, dev: {{Path: shop-dev}}}}\nResources:\n{}",
        resource(
            "Shop",
            "AWS::ApiGateway::RestApi",
            &format!(
                "Body: {{openapi: 3.0.1, info: {{title: !FindInMap [Names, !Ref Env, Path], version: '1'}}, paths: {{/a: !If [IsProd, {0}, \
                 {1}], /b: !If [IsDev, {0}, {1}], /c: !If [Either, {0}, {1}], /d: !If [Both, {0}, {1}]}}}}",
                "{get: {responses: {}}}", "{put: {responses: {}}}"
            ),
        )
    );
    let with = |values: &[(&str, &str)]| {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        read(&text, &Options { values, ..Options::default() })
    };
    let (api, report) = with(&[("Env", "prod")]);
    let api = api.unwrap_or_else(|| unreachable!("{report}"));
    assert_eq!(api.operations.iter().map(|o| o.route()).collect::<Vec<_>>(), ["GET /a", "PUT /b", "GET /c", "PUT /d"]);
    assert_eq!(api.title, "shop");
    // A function that cannot be evaluated needs a value.
    let (api, report) = with(&[("Env", "dev")]);
    assert!(api.is_none() && report.to_string().contains("depends on the condition `Both`"), "{report}");
    let (api, report) = with(&[("Env", "dev"), ("Both", "true")]);
    let api = api.unwrap_or_else(|| unreachable!("{report}"));
    assert_eq!(api.operations.iter().map(|o| o.route()).collect::<Vec<_>>(), ["PUT /a", "GET /b", "PUT /c", "GET /d"]);
}

#[test]
fn a_long_chain_of_conditions_is_not_followed_to_its_end() {
    let chain: String = (0..50_000).map(|n| format!("  C{n}: !Not [!Condition C{}]\n", n + 1)).collect();
    let either = format!("Body: !If [C0, {}, {}]", body("/a"), body("/b"));
    let text = format!("Conditions:\n{chain}Resources:\n{}", resource("Shop", "AWS::ApiGateway::RestApi", &either));
    assert!(error(&text, None).contains("depends on the condition `C0`"));
}

#[test]
fn several_documents_are_listed_with_the_option_that_chooses() {
    let text = format!(
        "Resources:\n{}{}",
        resource("Shop", "AWS::ApiGateway::RestApi", &format!("Body: {}", body("/a"))),
        resource("Admin", "AWS::Serverless::Api", &format!("DefinitionBody: {}", body("/b")))
    );
    assert_eq!(routes(&text, Some("Admin")), ["GET /b"]);
    let printed = error(&text, None);
    for expected in [
        "error[COGEN-S020]: the template contains 2 APIs: `Shop`, `Admin`\n",
        "= help: choose one of them with `--resource Shop` or in cogen.toml:\n",
        "[api]\n",
        "resource = \"Shop\"",
        "--- AWS::ApiGateway::RestApi\n",
    ] {
        assert!(printed.contains(expected), "{printed}");
    }
    let printed = error(&text, Some("Amdin"));
    assert!(printed.contains("unknown API `Amdin` in the template"), "{printed}");
    assert!(printed.contains("did you mean `Admin`? Use `--resource Admin`"), "{printed}");
    let printed = error(&body("/a"), Some("Shop"));
    assert!(printed.contains("the resource `Shop` is set, but the document is not a template"), "{printed}");
}

#[test]
fn a_document_in_another_file_is_named() {
    let include = |location: &str| {
        format!("Body: {{'Fn::Transform': {{Name: AWS::Include, Parameters: {{Location: {location}}}}}}}")
    };
    for (kind, properties, expected) in [
        (
            "AWS::ApiGateway::RestApi",
            include("api/openapi.yaml"),
            "pass that file instead of the template: `cogen inspect api/openapi.yaml`",
        ),
        (
            "AWS::ApiGateway::RestApi",
            include("s3://bucket/a/openapi.yaml"),
            "`aws s3 cp s3://bucket/a/openapi.yaml openapi.yaml && cogen inspect openapi.yaml`",
        ),
        // A name with shell syntax is not shown as a command.
        ("AWS::ApiGateway::RestApi", include("'x; rm y'"), "pass that file instead of the template"),
        ("AWS::ApiGateway::RestApi", include("!Sub 's3://${Bucket}/openapi.yaml'"), "pass that file instead"),
        ("AWS::Serverless::Api", "DefinitionUri: ./openapi.yaml".to_owned(), "`cogen inspect ./openapi.yaml`"),
        (
            "AWS::ApiGatewayV2::Api",
            "BodyS3Location: {Bucket: b, Key: k}".to_owned(),
            "pass that file instead of the template",
        ),
    ] {
        let printed = error(&format!("Resources:\n{}", resource("Shop", kind, &properties)), None);
        assert!(printed.contains("is in another file") && printed.contains(expected), "{properties}: {printed}");
    }
}

#[test]
fn what_sam_adds_is_made_by_sam() {
    let script =
        "pip install aws-sam-translator pyyaml\n          AWS_DEFAULT_REGION=eu-west-1 python3 -c 'import json; ";
    let function =
        resource("Get", "AWS::Serverless::Function", "Events: {A: {Type: Api, Properties: {Path: /a, Method: get}}}");
    let printed = error(&format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{function}"), None);
    assert!(
        printed.contains("no resource of the CloudFormation template is an API") && printed.contains(script),
        "{printed}"
    );
    assert!(printed.contains("print(json.dumps(transform(t, {}, type(\"Policies\", (), {\"load\": lambda self: {}})()), indent=2))' > built.json"), "{printed}");
    let printed = error(&format!("Resources:\n{}", resource("Shop", "AWS::Serverless::Api", "StageName: prod")), None);
    assert!(
        printed.contains("the resource `Shop` has no OpenAPI document in the template") && printed.contains(script),
        "{printed}"
    );

    // An authorizer that SAM adds to a document is not lost.
    let auth = "Auth: {DefaultAuthorizer: Pool, Authorizers: {Pool: {UserPoolArn: x}}}";
    let api = |more: &str| resource("Shop", "AWS::Serverless::Api", &format!("{more}DefinitionBody: {}", body("/a")));
    for text in [
        format!("Resources:\n{}", api(&format!("{auth}, "))),
        format!("Globals: {{Api: {{{auth}}}}}\nResources:\n{}", api("")),
    ] {
        let printed = error(&text, None);
        assert!(
            printed.contains("the `DefaultAuthorizer` under `Auth` of `Shop` is added to the document only by SAM"),
            "{printed}"
        );
        assert!(printed.contains(script), "{printed}");
    }
    let printed = error(&format!("Resources:\n{}", api("MergeDefinitions: true, ")), None);
    assert!(printed.contains("the events of functions are added to the document of `Shop` only by SAM"), "{printed}");
    assert_eq!(routes(&format!("Resources:\n{}", api("Auth: {ResourcePolicy: {}}, ")), None), ["GET /a"]);

    // An API that consists of resources has a document only after deployment.
    let rest = resource("Shop", "AWS::ApiGateway::RestApi", "Name: shop");
    let printed = error(&format!("Resources:\n{rest}"), None);
    assert!(printed.contains("aws apigateway get-export") && !printed.contains("aws-sam-translator"), "{printed}");
    let printed = error("Resources:\n  Queue: {Type: AWS::SQS::Queue}\n", None);
    assert!(printed.contains("no resource of the CloudFormation template is an API"), "{printed}");
}

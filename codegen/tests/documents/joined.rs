//! Joined documents: the route of each operation, the parts from each document, and the diagnostics.

use cogen::Input;
use cogen::config::options::Options;
use cogen::diagnostics::report::{Report, Severity};
use cogen::ir::Api;
use cogen::ir::operation::{Operation, ParamLocation};
use cogen::output::inspect;
use cogen::pipeline;

fn input(export: &str, source: &str) -> Input {
    Input {
        document: ("export.yaml".to_owned(), export.as_bytes().to_vec()),
        schemas: Some(("source.yaml".to_owned(), source.as_bytes().to_vec())),
        ..Input::default()
    }
}

fn joined_with(export: &str, source: &str, options: &Options) -> (Api, Report) {
    let mut report = Report::default();
    let api = pipeline::api(&input(export, source), options, &mut report);
    assert!(!report.has_errors(), "{report}");
    (api.unwrap(), report)
}

fn joined(export: &str, source: &str) -> (Api, Report) {
    joined_with(export, source, &Options::default())
}

/// `list_pets GET /pets (limit?) Pool`: the name, route, arguments and schemes of an operation.
fn line(api: &Api, operation: &Operation) -> String {
    let params = operation.params.iter().map(|p| {
        let mark = match (p.location, p.required) {
            (ParamLocation::Path { greedy: true }, _) => "+",
            (_, true) => "",
            (_, false) => "?",
        };
        format!("{}{mark}", p.name)
    });
    let params = params.collect::<Vec<_>>().join(", ");
    let schemes = operation.authorization.iter().flatten().map(|need| api.auth[need.scheme].key.clone());
    let schemes = schemes.collect::<Vec<_>>().join(" ");
    format!("{} {} ({params}) {schemes}", operation.name, operation.route()).trim_end().to_owned()
}

fn lines(api: &Api) -> Vec<String> {
    api.operations.iter().map(|o| line(api, o)).collect()
}

fn reported(report: &Report, severity: Severity) -> Vec<String> {
    report.diagnostics.iter().filter(|d| d.severity == severity).map(|d| format!("{}: {}", d.code, d.message)).collect()
}

/// An export with a different security scheme for each route, which shows the chosen route.
fn export(routes: &[(&str, &str)]) -> String {
    let mut paths = String::new();
    let mut schemes = String::new();
    for (number, (path, methods)) in routes.iter().enumerate() {
        paths.push_str(&format!("  '{path}':\n"));
        for method in methods.split(' ') {
            let key = if method == "ANY" { "x-amazon-apigateway-any-method".to_owned() } else { method.to_lowercase() };
            let scheme = format!("{method} {path}");
            paths.push_str(&format!(
                "    {key}: {{security: [{{'{scheme}': []}}], responses: {{default: {{description: d}}}}}}\n"
            ));
            schemes.push_str(&format!(
                "    '{scheme}': {{type: apiKey, in: header, name: x-key-{number}-{method}, \
                 x-amazon-apigateway-authtype: custom, x-amazon-apigateway-authorizer: {{type: request, \
                 identitySource: method.request.header.x-key-{number}-{method}}}}}\n"
            ));
        }
    }
    format!(
        "openapi: 3.0.1\ninfo: {{title: t, version: '1'}}\n\
         servers: [{{url: 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com'}}]\n\
         x-amazon-apigateway-importexport-version: '1.0'\npaths:\n{paths}components:\n  securitySchemes:\n{schemes}"
    )
}

fn source(paths: &str) -> String {
    format!("openapi: 3.1.0\ninfo: {{title: source, version: '1'}}\npaths:\n{paths}")
}

const OK: &str = "{responses: {'200': {description: ok}}}";

/// A source document with operations such as `GET /pets`.
fn operations(all: &[&str]) -> String {
    let lines = all.iter().map(|operation| {
        let (method, path) = operation.split_once(' ').unwrap();
        format!("  '{path}': {{{}: {OK}}}\n", method.to_lowercase())
    });
    source(&lines.collect::<String>())
}

#[test]
fn each_operation_is_authorized_by_the_route_that_the_gateway_chooses() {
    let export = export(&[
        ("/", "ANY"),
        ("/pets", "GET ANY"),
        ("/pets/{id}", "GET"),
        ("/pets/dog", "ANY"),
        ("/pets/{proxy+}", "DELETE ANY"),
        ("/pets/toys/{proxy+}", "ANY"),
        ("/files/{id}.json", "GET"),
        ("/{any+}", "PUT"),
        ("/$default", "ANY"),
    ]);
    for (operation, route) in [
        ("GET /", "ANY /"),
        ("GET /pets", "GET /pets"),
        ("POST /pets", "ANY /pets"),
        ("GET /pets/", "GET /pets"),
        ("GET /pets/{petId}", "GET /pets/{id}"),
        ("GET /pets/cat", "GET /pets/{id}"),
        ("GET /pets/dog", "ANY /pets/dog"),
        // No route for this method has the path: a greedy variable matches it, for this method before any method.
        ("DELETE /pets/{petId}", "DELETE /pets/{proxy+}"),
        ("PATCH /pets/{petId}", "ANY /pets/{proxy+}"),
        ("GET /pets/{petId}/name", "ANY /pets/{proxy+}"),
        ("GET /pets/toys/{toy}/name", "ANY /pets/toys/{proxy+}"),
        ("GET /files/{name}.json", "GET /files/{id}.json"),
        ("GET /files/{name}.xml", "ANY /$default"),
        ("PUT /files/{name}", "PUT /{any+}"),
        ("PUT /a/b/c/{d}", "PUT /{any+}"),
        ("GET /a/b/c/{d}", "ANY /$default"),
        ("GET /pets/{a}/{b}", "ANY /pets/{proxy+}"),
        // The variable would be empty.
        ("GET /pets/toys", "GET /pets/{id}"),
    ] {
        let (api, _) = joined(&export, &operations(&[operation]));
        let made = api.operations.iter().find(|o| o.span.start > u32::try_from(export.len()).unwrap()).unwrap();
        let method = operation.split_once(' ').unwrap().0;
        assert_eq!(made.method.as_str(), method, "{operation}");
        assert!(line(&api, made).ends_with(&format!(") {route}")), "{operation}: {}", line(&api, made));
        // The route of the operation has no separate method.
        assert!(api.operations.iter().all(|o| o.span == made.span || o.route() != route), "{operation}");
    }
}

#[test]
fn a_catch_all_becomes_the_operations_that_it_serves() {
    let source = source(
        "  /pets:\n    get: {operationId: list_pets, tags: [animals], summary: All pets., parameters: [{name: q, in: query, \
         schema: {type: string}}], responses: {'200': {description: ok, content: {application/json: {schema: {type: array, \
         items: {$ref: '#/components/schemas/Pet'}}}}}, '422': {description: bad}}}\n  /pets/{id}:\n    \
         parameters: [{name: id, in: path, required: true, schema: {type: integer}}]\n    \
         put: {operationId: put_pet, requestBody: {required: true, content: {application/json: {schema: {$ref: \
         '#/components/schemas/Pet'}}}}, responses: {'204': {description: done}}}\n\
         components: {schemas: {Pet: {type: object, properties: {name: {type: string}}}}}\n",
    );
    let (api, report) = joined(&export(&[("/{proxy+}", "ANY"), ("/health", "GET")]), &source);
    assert_eq!(
        lines(&api),
        [
            "list_pets GET /pets (q?) ANY /{proxy+}",
            "put_pet PUT /pets/{id} (id) ANY /{proxy+}",
            "get_health GET /health () GET /health",
        ]
    );
    assert_eq!(api.operations[0].group.to_string(), "animals");
    assert_eq!(api.operations[0].summary.as_deref(), Some("All pets."));
    assert!(api.operations[1].body.described().is_some());
    assert_eq!(api.types.iter().map(|t| t.name.to_string()).collect::<Vec<_>>(), ["Pet"]);
    assert_eq!(api.title, "t");
    assert_eq!(
        reported(&report, Severity::Warning),
        ["COGEN-O022: `GET /health` is not in the source document: its method is generated from the export alone"]
    );
    let notes = reported(&report, Severity::Note);
    assert!(
        notes.contains(
            &"COGEN-O070: `ANY /{proxy+}` serves 2 operations of the source document: each has its own method, which requires \
              the credentials of the route"
                .to_owned()
        ),
        "{notes:?}"
    );

    // The listing shows the same operations, with the responses of the source document.
    let outline = pipeline::outline(
        &input(&export(&[("/{proxy+}", "ANY"), ("/health", "GET")]), &source),
        &Options::default(),
        &mut Report::default(),
    );
    let table = inspect::table(&outline.unwrap(), 10_000).text;
    assert!(table.contains("list_pets") && table.contains("200 422"), "{table}");
}

#[test]
fn variables_of_a_path_are_the_source_documents() {
    let typed = |path: &str, parameters: &str| {
        source(&format!(
            "  '{path}': {{get: {{parameters: [{parameters}], responses: {{'200': {{description: ok}}}}}}}}\n"
        ))
    };
    let parameter =
        |name: &str, ty: &str| format!("{{name: {name}, in: path, required: true, schema: {{type: {ty}}}}}");
    for (route, path, declared, expected) in [
        // One name at two positions: the positions are used.
        (
            "/users/{id}/posts/{postId}",
            "/users/{userId}/posts/{id}",
            [parameter("id", "boolean"), parameter("userId", "integer")].join(", "),
            "/users/{userId}/posts/{id} user_id: I64, id: Bool",
        ),
        // The same names in a different order: the names are used, in the deployed order.
        (
            "/a/{x}/{y}",
            "/a/{y}/{x}",
            [parameter("x", "integer"), parameter("y", "boolean")].join(", "),
            "/a/{x}/{y} x: I64, y: Bool",
        ),
        ("/a/{x}/{y}", "/a/{p}/{q}", parameter("q", "integer"), "/a/{p}/{q} p: String, q: I64"),
        ("/files/{proxy+}", "/files/{proxy+}", parameter("proxy+", "string"), "/files/{proxy+} proxy: String"),
        ("/sl", "/sl/", String::new(), "/sl"),
        ("/sl/", "/sl", String::new(), "/sl/"),
    ] {
        let (api, _) = joined(&export(&[(route, "GET")]), &typed(path, &declared));
        let [operation] = api.operations.as_slice() else { unreachable!("{:?}", lines(&api)) };
        let params: Vec<String> = operation.params.iter().map(|p| format!("{}: {:?}", p.name, p.ty)).collect();
        assert_eq!(format!("{} {}", operation.path, params.join(", ")).trim_end(), expected);
    }
}

#[test]
fn what_one_document_alone_describes_is_kept() {
    let export = r##"{"openapi": "3.0.1", "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod"}],
        "paths": {
            "/notes/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "post": {
                    "operationId": "Post note", "parameters": [{"name": "X-Tenant", "in": "header", "required": true, "schema": {"type": "string"}},
                        {"name": "dry", "in": "query", "schema": {"type": "string"}}],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}},
                    "responses": {
                        "200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Empty"}}}},
                        "400": {"description": "bad", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
                    }
                }
            },
            "/only": {"get": {"parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}}}}
        },
        "components": {"schemas": {
            "Note": {"type": "object", "properties": {"text": {"type": "string"}}},
            "Page": {"type": "object", "properties": {"next": {"type": "string"}}},
            "Empty": {"type": "object", "title": "Empty Schema"},
            "Error": {"type": "object", "properties": {"message": {"type": "string"}}}
        }}, "x-amazon-apigateway-binary-media-types": ["image/png"]}"##;
    let source = r##"{"openapi": "3.0.3", "info": {"title": "source", "description": "Notes.", "version": "2"}, "paths": {
        "/notes/{noteId}": {"post": {
            "parameters": [{"name": "dry", "in": "query", "schema": {"type": "boolean"}}, {"name": "page", "in": "query", "schema": {"type": "integer"}}],
            "responses": {"201": {"description": "made", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}}}
        }}},
        "components": {"schemas": {
            "Note": {"type": "object", "properties": {"text": {"type": "string", "maxLength": 10}}},
            "Page": {"type": "object", "properties": {"number": {"type": "integer"}}}
        }}}"##;
    let (api, _) = joined(export, source);
    assert_eq!(
        lines(&api),
        ["post_note POST /notes/{noteId} (note_id, dry?, page?, x_tenant)", "get_only GET /only (q?)"]
    );
    let note = &api.operations[0];
    assert!(note.params.iter().any(|p| p.wire == "dry" && p.ty == cogen::ir::types::Type::Bool));
    assert!(note.body.described().is_some());
    let statuses: Vec<String> =
        note.answers.success.iter().chain(&note.answers.errors).map(|a| format!("{:?}", a.status)).collect();
    assert_eq!(statuses, ["Code(201)", "Code(400)"]);
    assert_eq!(api.description.as_deref(), Some("Notes."));
    // `Page` differs between the documents; `Note` is the same.
    let names: Vec<String> = api.types.iter().map(|t| t.name.to_string()).collect();
    assert_eq!(names, ["Note", "Page", "PageExport", "Empty", "Error"]);
}

#[test]
fn an_export_in_swagger_and_a_server_path_in_the_source_document() {
    let export = "swagger: '2.0'\ninfo: {title: t, version: '1'}\nhost: a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com\n\
        basePath: /prod\nschemes: [https]\npaths:\n  /v1/pets/{petId}:\n    get:\n      security: [{Key: []}]\n      \
        parameters: [{name: petId, in: path, required: true, type: string}]\n      responses: {'200': {description: ok}}\n\
        securityDefinitions: {Key: {type: apiKey, in: header, name: x-api-key}}\n";
    let source = "openapi: 3.0.3\ninfo: {title: s, version: '1'}\nservers: [{url: 'https://api.example.com/v1/'}]\npaths:\n  \
        /pets/{id}: {get: {operationId: getPet, responses: {'200': {description: ok}}}}\n";
    let (api, report) = joined(export, source);
    assert_eq!(lines(&api), ["get_pet GET /v1/pets/{id} (id) Key"]);
    assert_eq!(
        api.base_url.as_deref(),
        Some("https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod"),
        "{report}"
    );
}

#[test]
fn preflights_are_no_operations_of_the_source_document() {
    let mock = "{responses: {'200': {description: ok}}, x-amazon-apigateway-integration: {type: mock}}";
    let source = source(&format!("  /pets:\n    get: {OK}\n    options: {mock}\n  /gone:\n    options: {mock}\n"));
    let mut export = export(&[("/{proxy+}", "ANY")]);
    let (api, report) = joined(&export, &source);
    assert_eq!(lines(&api), ["get_pets GET /pets () ANY /{proxy+}"]);
    assert_eq!(reported(&report, Severity::Warning), [""; 0]);
    // An export without integrations does not show which route it is.
    let bare = export.replace("paths:\n", &format!("paths:\n  /pets: {{options: {OK}}}\n"));
    assert_eq!(lines(&joined(&bare, &source).0), ["get_pets GET /pets () ANY /{proxy+}"]);
    // If the gateway serves it, it is a preflight operation of the export.
    export = export.replace("paths:\n", &format!("paths:\n  /pets: {{options: {mock}}}\n"));
    let (api, _) = joined(&export, &source);
    assert_eq!(lines(&api)[1], "options_pets OPTIONS /pets ()");
    assert_eq!(api.operations[1].skipped, Some(cogen::ir::operation::Skipped::Cors));
}

#[test]
fn what_is_served_by_no_route_and_what_the_gateway_does_not_check_is_reported() {
    let open = export(&[("/{proxy+}", "ANY")]).replace("security: [{'ANY /{proxy+}': []}], ", "");
    let secured = source(
        "  /a: {get: {responses: {'200': {description: ok}}}}\n  /b: {get: {security: [], responses: {'200': {description: \
         ok}}}}\n  /: {get: {responses: {'200': {description: ok}}}}\nsecurity: [{Bearer: []}]\ncomponents: {securitySchemes: \
         {Bearer: {type: http, scheme: bearer}}}\n",
    );
    let (api, report) = joined(&open, &secured);
    assert_eq!(lines(&api), ["get_a GET /a ()", "get_b GET /b ()"]);
    let text = report.to_string();
    for expected in [
        "\
warning[COGEN-O021]: `GET /` has no route in the export: no method is generated for it
 --> source.yaml:6:7
  |
6 |   /: {get: {responses: {'200': {description: ok}}}}
  |       ^^^
  |
  = help: deploy the operation and export the deployed stage:
",
        "\
warning[COGEN-O071]: the source document requires a credential for `GET /a`, but the gateway's route does not
 --> source.yaml:4:8
  |
4 |   /a: {get: {responses: {'200': {description: ok}}}}
  |        ^^^
  |
  = help: if the application behind the gateway checks a credential, send it with `.header(name, value)`: authorization is taken from the export
",
    ] {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn an_application_below_a_path_says_so_in_its_servers() {
    let export = export(&[("/api/{proxy+}", "ANY")]);
    let (api, report) = joined(&export, &operations(&["GET /pets"]));
    assert_eq!(lines(&api), ["any_api_proxy ANY /api/{proxy+} (proxy+) ANY /api/{proxy+}"]);
    let help =
        report.diagnostics.iter().find(|d| d.code == cogen::diagnostics::codes::ONLY_IN_SCHEMAS).unwrap().help.clone();
    let line = "servers: [{url: /api}]";
    assert_eq!(
        help.unwrap(),
        format!(
            "if the application is mounted at `/api`, declare that in the source document: `{line}`; else deploy the operation and {}",
            cogen::document::exports::commands()
        )
    );
    let below = format!("{}{line}\n", operations(&["GET /pets"]));
    let (api, _) = joined(&export, &below);
    assert_eq!(lines(&api), ["get_api_pets GET /api/pets () ANY /api/{proxy+}"]);
    // Also with a shorter route; but only a route that contains the path takes precedence.
    let (api, _) = joined(&self::export(&[("/{proxy+}", "ANY"), ("/api/{proxy+}", "ANY")]), &below);
    assert!(lines(&api).contains(&"get_api_pets GET /api/pets () ANY /api/{proxy+}".to_owned()), "{:?}", lines(&api));
    let (api, report) = joined(&self::export(&[("/{proxy+}", "ANY")]), &below);
    assert_eq!(lines(&api), ["get_pets GET /pets () ANY /{proxy+}"]);
    assert!(report.to_string().contains("the servers of the source document have the path `/api`"), "{report}");
}

#[test]
fn a_value_may_fill_either_document() {
    let mut options = Options::default();
    options.values.insert("stage".to_owned(), "prod".to_owned());
    options.values.insert("other".to_owned(), "x".to_owned());
    let (api, report) = joined_with(&export(&[("/prod/a", "GET")]), &operations(&["GET /${stage}/a"]), &options);
    assert_eq!(lines(&api), ["get_prod_a GET /prod/a () GET /prod/a"]);
    assert_eq!(
        reported(&report, Severity::Warning),
        ["COGEN-C050: unused value `other`: the document has no placeholder of that name to fill"]
    );
}

#[test]
fn errors_of_either_document_are_reported() {
    let undecided = export(&[("/a", "GET"), ("/b", "GET")]).replace(
        "get: {security: [{'GET /a': []}], ",
        "get: {'Fn::If': [C, {security: [{'GET /a': []}]}, {security: []}], ",
    );
    let mut report = Report::default();
    let found =
        pipeline::generate(&input(&undecided, &operations(&["GET /a", "GET /b"])), &Options::default(), &mut report);
    assert!(found.is_err() && report.has_errors(), "{report}");
}

#[test]
fn a_route_that_is_copied_to_many_operations_is_bounded() {
    let parameters = (0..1_000).map(|n| format!("{{name: h{n}, in: header, schema: {{type: string}}}}"));
    let parameters = parameters.collect::<Vec<_>>().join(", ");
    let export =
        export(&[("/{proxy+}", "ANY")]).replace("responses:", &format!("parameters: [{parameters}], responses:"));
    let all: Vec<String> = (0..1_000).map(|n| format!("GET /p{n}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let mut report = Report::default();
    let found = pipeline::api(&input(&export, &operations(&all)), &Options::default(), &mut report);
    assert!(found.is_err());
    assert_eq!(
        reported(&report, Severity::Error),
        ["COGEN-U022: joining the two documents would copy more than 1000000 values"]
    );
}

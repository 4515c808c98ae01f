//! Examples of what has a code, which the tests read: a document, or the part of one that matters, with its configuration below
//! `# cogen.toml`. What begins with `$` is a command, and what begins with `#` is said in words.

use crate::diagnostics::report::Code;

/// The example of a code.
pub(crate) fn of(code: Code) -> Option<&'static str> {
    let short = code.0.strip_prefix("COGEN-")?;
    TABLE.iter().find(|(known, _)| *known == short).map(|(_, example)| *example)
}

/// An operation with an authorizer that has these keys; then more keys of its scheme, and a remark.
macro_rules! scheme {
    ($block:literal) => { scheme!($block, "", "") };
    ($block:literal, $scheme:literal) => { scheme!($block, $scheme, "") };
    ($block:literal, $scheme:literal, $remark:literal) => {
        concat!(
            "paths: {/a: {get: {security: [{Auth: []}], responses: {}}}}\ncomponents:\n  securitySchemes:\n    Auth:\n      \
             {type: apiKey, in: header, name: Authorization", $scheme, ",\n       x-amazon-apigateway-authorizer: {", $block, "}}",
            $remark
        )
    };
}

/// An operation whose answer has a schema of these keys; then the schemas it refers to, and a remark.
macro_rules! answer {
    ($schema:literal) => { answer!($schema, "", "") };
    ($schema:literal, $schemas:literal) => { answer!($schema, $schemas, "") };
    ($schema:literal, $schemas:literal, $remark:literal) => {
        concat!(
            "paths:\n  /a:\n    get:\n      responses:\n        \"200\":\n          description: ok\n          content:\n            \
             application/json:\n              schema: {", $schema, "}", $remark, "\ncomponents: {schemas: {", $schemas, "}}"
        )
    };
}

const TABLE: &[(&str, &str)] = &[
    ("L001", "paths: {}\n# cogen.toml\n[limits]\nbytes = 10    # the document is longer"),
    ("L002", "paths: {/a: {get: {responses: {}}}}\n# cogen.toml\n[limits]\ndepth = 2    # the document nests deeper"),
    (
        "L003",
        "paths: {/a: {get: {responses: {}}}}\n# cogen.toml\n[limits]\nnodes = 3    # the document has more values",
    ),
    ("L010", "# a file of 0 bytes: the command before `> openapi.json` failed"),
    ("L011", "# openapi.json.gz: unpack it with `gunzip`"),
    ("L012", "# `aws … > openapi.json` in Windows PowerShell 5 writes UTF-16"),
    ("L013", "# the text `café` saved as Latin-1: the byte E9 is not UTF-8"),
    ("L014", "<!DOCTYPE html><html><body>Sign in</body></html>"),
    ("L015", "{% if prod %}\nopenapi: 3.0.1\n{% endif %}"),
    ("L016", "# an image or a program that has the name of the document"),
    ("L020", "{\"openapi\": \"3.0.1\", \"paths\": {},}    // no comma may be before `}`"),
    ("L021", "{\"openapi\": \"3.0.1\", \"paths\": {}, \"paths\": {}}"),
    ("L022", "{\"openapi\": \"3.0.1\", \"info\": {\"title\": \"\\ud83d\"}, \"paths\": {}}"),
    ("L030", "openapi: 3.0.1\npaths: [\n  /a"),
    ("L031", "# `b: *a` repeats what `a: &a …` named"),
    ("L032", "# `<<: *defaults` takes in the keys of another mapping"),
    ("L033", "openapi: 3.0.1\npaths: {}\n---\nopenapi: 3.0.1\npaths: {}"),
    ("L034", "openapi: 3.0.1\npaths: !include paths.yaml"),
    ("L035", "openapi: 3.0.1\npaths: {}\n? [a, b]\n: c"),
    ("L036", "info: {version: 012}\npaths: {}"),
    ("L037", "info: {title: \"a\u{1}b\"}\npaths: {}"),
    ("U001", "info: {title: Pets}\npets: {}"),
    ("U002", "openapi: 4.0.0\npaths: {}"),
    ("U003", "- openapi: 3.0.1"),
    ("U010", "openapi: 3.0.1\nswagger: \"2.0\"\npaths: {}"),
    ("U011", "openapi: 3.0.1\npaths: {}\ndefinitions: {Pet: {type: object}}    # Swagger 2.0 has them here"),
    ("U012", "openapi: 3.1.0\nwebhooks: {petBorn: {post: {responses: {}}}}"),
    ("U020", "# a word of JSON Schema that OpenAPI 3.0 has no form for, such as `if` with `then`"),
    ("U021", "# `items: false` is read as `items: {}`, which takes more"),
    ("U022", "# thousands of media types under `consumes`, each with a copy of a large body"),
    (
        "U023",
        "swagger: \"2.0\"\npaths:\n  /a:\n    get:\n      parameters: [{in: query, name: q, type: array, items: {type: string}, \
         collectionFormat: comma}]\n      responses: {}",
    ),
    (
        "U024",
        "swagger: \"2.0\"\npaths:\n  /a:\n    get:\n      parameters: [{in: query, name: q}]\n      responses: {}",
    ),
    ("C001", "# cogen.toml\n[crate\nname = \"petstore\""),
    ("C002", "# cogen.toml\n[api]\nbase_url = \"https://api.example.com\"    # base-url"),
    ("C003", "# cogen.toml\n[api]\nkeep-going = \"yes\"    # true"),
    ("C004", "# cogen.toml\n[api]\nbase-url = \"api.example.com\"    # https://api.example.com"),
    ("C005", "# cogen.toml\n[skip]\noperations = [\"GET /a\", \"GET /a\"]"),
    ("C006", "# cogen.toml\n[authorizers.PetPool]\nclient-secret = \"…\"    # take it out"),
    (
        "C007",
        "paths:\n  /a: {get: {operationId: a, responses: {}}}\n  /b: {get: {operationId: b, responses: {}}}\n# cogen.toml\n\
         [rename.operations]\na = \"b\"    # the name of the other one",
    ),
    (
        "C021",
        "paths: {/pets: {get: {responses: {}}}}\n# cogen.toml\n[skip]\noperations = [\"GET /pet\"]    # GET /pets",
    ),
    (
        "C022",
        "paths: {}\ncomponents: {securitySchemes: {PetPool: {type: oauth2}}}\n# cogen.toml\n[authorizers.PetsPool]    # PetPool\n\
         header-form = \"bare\"",
    ),
    (
        "C023",
        "servers: [{url: \"https://{stage}.example.com\"}]\npaths: {}\n# cogen.toml\n[server-variables]\nstages = \"prod\"    # stage",
    ),
    (
        "C024",
        "paths: {}\ncomponents: {schemas: {Money: {type: object}}}\n# cogen.toml\n[types.replace]\nMoney = \"::my_types::Money\"\n\n\
         # [dependencies]\n# my_types = { path = \"../my_types\" }",
    ),
    (
        "C060",
        "paths: {/a: {get: {security: [{Auth: []}], responses: {}}}}\ncomponents: {securitySchemes: {Auth: {type: oauth2, flows: {}}}}\n\
         # cogen.toml\n[environments.dev.authorizers.Auht]    # Auth\napp-client-id = \"abc\"",
    ),
    (
        "C025",
        "servers: [{url: \"https://{env}.example.com\", variables: {env: {default: prod, enum: [prod, stage]}}}]\npaths: {}\n# cogen.toml\n\
         [server-variables]\nenv = \"dev\"    # stage",
    ),
    ("C050", "paths: {}\n# cogen.toml\n[values]\nstage = \"prod\"    # no `${stage}` is in the document"),
    ("C051", "# `Fn::Join` in `Fn::Join` in `Fn::Join`: the text doubles with each"),
    ("W001", "$ cogen generate opeanpi.json    # no such file"),
    ("W002", "$ cogen generate openapi.json -o src    # a directory of the user's own files"),
    ("W003", "$ ln -s elsewhere client && cogen generate openapi.json -o client"),
    ("W004", "$ cogen generate openapi.json -o client & cogen generate openapi.json -o client"),
    ("W005", "$ cogen generate openapi.json -o /read-only/client"),
    (
        "W006",
        "# `cogen::Builder::new(\"openapi.yaml\").write_to_out_dir()` in `fn main` of a program: call it in build.rs",
    ),
    ("W007", "$ cogen generate openapi.json --runtime-path cogen    # cogen/runtime"),
    ("W008", "paths: {/a: {get: {security: [{PetPool: []}], responses: {}}}}    # the error before it: no such scheme"),
    ("S001", "paths: []"),
    ("S002", "info: {title: Models, version: \"1\"}\ncomponents: {schemas: {Pet: {type: object}}}"),
    (
        "S003",
        "paths:\n  /a:\n    get: {security: {\"Fn::If\": [IsProd, [{k: []}], {Ref: \"AWS::NoValue\"}]}, responses: {}}\n\
         components: {securitySchemes: {k: {type: oauth2}}}",
    ),
    ("S004", "paths: {\"Fn::Transform\": {Name: \"AWS::Include\"}}"),
    (
        "S005",
        "paths: {/a: {get: {security: {\"Fn::If\": [IsProd, [{k: []}], []]}, responses: {}}}}\n\
         components: {securitySchemes: {k: {type: oauth2}}}\n\n# in cogen.toml, below [values]: IsProd = true",
    ),
    ("S006", "paths: {/a: {GET: {responses: {}}}}    # get"),
    ("S007", "paths: {/a: {get: {responses: {}, owner: me}}}    # x-owner"),
    (
        "S008",
        "paths: {/a: {$ref: \"#/components/x-items/a\", get: {responses: {}}}}\ncomponents: {x-items: {a: {get: {responses: {}}}}}",
    ),
    (
        "S009",
        "paths: {/a: {get: {$ref: \"#/components/x-get\", security: [{k: []}]}}}\ncomponents: {x-get: {responses: {}}}",
    ),
    ("S010", "paths: {/a: {get: {responses: {}}}}    # no `servers`"),
    (
        "S011",
        "servers: [{url: \"https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod\"}]\n\
         x-amazon-apigateway-endpoint-configuration: {disableExecuteApiEndpoint: true}\npaths: {}",
    ),
    ("S012", "servers: [{url: \"ftp://api.example.com\"}]\npaths: {}"),
    (
        "O001",
        "paths:\n  /a: {get: {operationId: list, responses: {}}}\n  /b: {get: {operationId: list, responses: {}}}",
    ),
    ("O002", "paths: {/a: {get: {servers: [{url: \"https://other.example.com\"}], responses: {}}}}"),
    ("O003", "paths: {/$default: {x-amazon-apigateway-any-method: {responses: {}}}}"),
    ("O004", "paths: {/a: {x-amazon-apigateway-any-method: {responses: {}}}}"),
    ("O005", "paths: {/a: {options: {responses: {}, x-amazon-apigateway-integration: {type: mock}}}}"),
    ("O010", "paths: {\"/pets/{id}\": {get: {responses: {}}}}    # no parameter `id`"),
    ("O011", "paths: {/a: {get: {parameters: [{in: path, name: id, required: true, schema: {}}], responses: {}}}}"),
    (
        "O012",
        "paths:\n  /a:\n    get:\n      security: [{k: []}]\n      parameters: [{in: header, name: x-api-key, schema: {type: string}}]\n      \
         responses: {}\ncomponents: {securitySchemes: {k: {type: apiKey, in: header, name: x-api-key}}}",
    ),
    ("O013", "paths: {/a: {get: {parameters: [{in: header, name: Accept, schema: {type: string}}], responses: {}}}}"),
    (
        "O014",
        "paths:\n  /a:\n    get:\n      parameters: [{in: query, name: q, schema: {}}, {in: query, name: q, schema: {}}]\n      \
         responses: {}",
    ),
    ("O015", "paths: {/a: {get: {parameters: [{in: qeury, name: q, schema: {}}], responses: {}}}}    # query"),
    ("O016", "paths: {/a: {get: {parameters: [{in: query, name: q, style: matrix, schema: {}}], responses: {}}}}"),
    ("O017", "paths: {\"/a#second\": {get: {responses: {}}}}"),
    ("O018", "# a thousand operations that refer to one answer of a thousand schemas"),
    ("O019", "paths: {/a: {get: {responses: {}}}}\n# cogen.toml\n[limits]\nlines = 3    # the code has more"),
    ("O020", "x-amazon-apigateway-importexport-version: \"1.0\"\npaths: {/a: {get: {responses: {}}}}"),
    ("O021", "$ cogen generate export.yaml --schemas source.yaml    # source.yaml has a route that is not deployed"),
    ("O022", "$ cogen generate export.yaml --schemas source.yaml    # source.yaml lacks a route of the export"),
    ("O023", "paths: {\"/${stage}/pets\": {get: {responses: {}}}}\n\n# in cogen.toml, below [values]: stage = \"v1\""),
    (
        "O030",
        "paths: {/a: {post: {requestBody: {content: {json: {schema: {}}}}, responses: {}}}}    # application/json",
    ),
    ("O040", "paths: {/a: {get: {responses: {ok: {description: ok}}}}}    # \"200\""),
    (
        "O041",
        "paths:\n  /a:\n    get:\n      responses: {\"200\": {description: ok, content: {application/json: {schema: {type: object}}, \
         text/csv: {schema: {type: string}}}}}",
    ),
    (
        "O042",
        "paths:\n  /a:\n    get:\n      responses:\n        \"200\": {description: a, headers: {X-Count: {schema: {type: integer}}}}\n        \
         \"201\": {description: b, headers: {X-Count: {schema: {type: string}}}}",
    ),
    ("A001", scheme!("providerARNs: [arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbC123]")),
    ("A002", scheme!("type: congito")),
    ("A003", scheme!("type: token", ", x-amazon-apigateway-authtype: cognito_user_pools")),
    (
        "A004",
        "paths: {/a: {get: {security: [{Auth: []}], responses: {}}}}\ncomponents:\n  securitySchemes:\n    Auth: {type: apiKey, in: \
         header, name: Unused, x-amazon-apigateway-authorizer: {type: request}}",
    ),
    ("A005", scheme!("type: cognito_user_pools")),
    ("A006", scheme!("type: jwt, jwtConfiguration: {issuers: [{issuer: \"https://id.example.com\"}]}")),
    (
        "A007",
        "paths: {/a: {get: {security: [{Auth: []}], responses: {}}}}\ncomponents: {securitySchemes: {Auth: oauth2}}",
    ),
    (
        "A008",
        "paths: {/a: {get: {security: [{Auth: []}], responses: {}}}}\ncomponents:\n  securitySchemes:\n    Auth: {type: apiKey, in: \
         header, name: Authorization, x-amazon-apigateway-authtype: cognito_user_pools}",
    ),
    ("A010", "paths: {/a: {get: {security: [{PetPool: []}], responses: {}}}}    # no such scheme"),
    ("A011", "paths: {/a: {get: {security: {PetPool: []}, responses: {}}}}    # security: [{PetPool: []}]"),
    (
        "A012",
        "x-amazon-apigateway-policy: {}\npaths: {/a: {get: {security: [{a: []}, {b: []}], responses: {}}}}\ncomponents: \
         {securitySchemes: {a: {type: oauth2}, b: {type: openIdConnect}}}",
    ),
    (
        "A013",
        "x-amazon-apigateway-api-key-source: AUTHORIZER\npaths: {/a: {get: {security: [{f: []}, {k: []}], responses: {}}}}\n\
         components:\n  securitySchemes:\n    k: {type: apiKey, in: header, name: x-api-key}\n    f: {type: apiKey, in: header, name: \
         X-Token, x-amazon-apigateway-authorizer: {type: token}}",
    ),
    (
        "A014",
        "x-amazon-apigateway-policy: {}\nsecurity: [{k: []}]\npaths: {/a: {get: {responses: {}}}}\n\
         components: {securitySchemes: {k: {type: apiKey, in: header, name: x-api-key}}}",
    ),
    ("A015", "x-amazon-apigateway-policy: {}\npaths: {/a: {get: {security: [{NONE: []}], responses: {}}}}"),
    (
        "A016",
        "paths: {/a: {get: {security: [{Auth: [pets/read]}], responses: {}}}}\ncomponents:\n  securitySchemes:\n    Auth: {type: apiKey, \
         in: header, name: Authorization, x-amazon-apigateway-authorizer: {type: cognito_user_pools, identityValidationExpression: abc}}",
    ),
    ("A017", "paths: {/a: {get: {x-amazon-apigateway-auth: {type: COGNITO}, responses: {}}}}    # NONE or AWS_IAM"),
    (
        "A018",
        "security: [{k: []}]\npaths: {/a: {get: {security: [], responses: {}}}}\n\
         components: {securitySchemes: {k: {type: apiKey, in: header, name: x-api-key}}}",
    ),
    (
        "A019",
        "paths: {/a: {get: {security: [{a: []}, {b: []}], responses: {}}}}\ncomponents: {securitySchemes: {a: {type: oauth2}, b: {type: \
         openIdConnect}}}\n# cogen.toml\n[limits]\nschemes = 1",
    ),
    ("A020", "paths: {/a: {security: [{PetPool: []}], get: {responses: {}}}}    # in `get`"),
    ("A021", "paths: {/a: {get: {responses: {}}}}\n# cogen.toml\n[security]\nopen = []"),
    ("A022", "x-amazon-apigateway-policy: {}\npaths: {/a: {get: {responses: {}}}}"),
    (
        "A023",
        "paths:\n  /a: {get: {responses: {}}}\n  /b: {get: {security: [{o: []}], responses: {}}}\n\
         components: {securitySchemes: {o: {type: oauth2}}}",
    ),
    (
        "A024",
        "paths: {/a: {get: {security: [{a: [], b: []}], responses: {}}}}\n\
         components: {securitySchemes: {a: {type: http, scheme: bearer}, b: {type: http, scheme: basic}}}",
    ),
    (
        "A025",
        "paths: {/a: {get: {security: [{tls: []}], responses: {}}}}\ncomponents: {securitySchemes: {tls: {type: mutualTLS}}}",
    ),
    (
        "A026",
        "paths: {/a: {get: {security: [{k: []}], responses: {}}}}\n\
         components: {securitySchemes: {k: {type: apiKey, in: body, name: key}}}",
    ),
    (
        "A027",
        "paths: {/a: {get: {security: [{k: []}], responses: {}}}}\ncomponents: {securitySchemes: {k: {type: apiKey, name: X-Key}}}",
    ),
    (
        "A028",
        "x-amazon-apigateway-api-key-source: QUERY\npaths: {/a: {get: {security: [{k: []}], responses: {}}}}\n\
         components: {securitySchemes: {k: {type: apiKey, in: header, name: x-api-key}}}",
    ),
    (
        "A029",
        "paths: {/a: {get: {security: [{o: [\"${server}/read\"]}], responses: {}}}}\n\
         components: {securitySchemes: {o: {type: oauth2}}}\n\n# in cogen.toml, below [values]: server = \"pets\"",
    ),
    ("A030", scheme!("type: jwt, jwtConfiguration: {issuer: \"${issuer}\"}")),
    ("A031", scheme!("type: request, identitySource: X-Token", "", "    # method.request.header.X-Token")),
    (
        "A032",
        "x-amazon-apigateway-policy: {}\npaths: {/a: {get: {security: [{k: []}], responses: {}}}}\n\
         components: {securitySchemes: {k: {type: apiKey, in: header, name: Authorization}}}",
    ),
    (
        "A033",
        "paths: {/a: {get: {security: [{o: []}], responses: {}}}}\ncomponents: {securitySchemes: {o: {type: oauth2}}}\n\
         # cogen.toml\n[security]\nopen = [\"GET /a\"]",
    ),
    (
        "A034",
        "x-amazon-apigateway-api-key-source: AUTHORIZER\npaths: {/a: {get: {security: [{k: []}], responses: {}}}}\n\
         components: {securitySchemes: {k: {type: apiKey, in: header, name: x-api-key}}}",
    ),
    (
        "A035",
        "paths: {/a: {get: {security: [{Auth: []}], responses: {}}}}\ncomponents:\n  securitySchemes:\n    Auth: {type: apiKey, in: \
         header, name: Authorization, x-amazon-apigateway-authorizer: token}",
    ),
    (
        "A036",
        "paths: {/a: {get: {security: [{Auth: []}], responses: {}}}}\ncomponents:\n  securitySchemes:\n    Auth: {type: apiKey, in: \
         header, name: Unused, x-amazon-apigateway-authorizer: {type: request, authorizerResultTtlInSeconds: 0}}",
    ),
    ("R001", answer!("$ref: \"pets.yaml#/Pet\"")),
    ("R002", answer!("$ref: \"#/components/schemas/Pte\"")),
    (
        "A040",
        scheme!(
            "type: jwt, identitySource: $request.header.Authorization, jwtConfiguration: {issuer: \"https://a.example\", audience: [\"${client}\"]}"
        ),
    ),
    (
        "A041",
        scheme!(
            "type: jwt, identitySource: $request.header.Authorization, jwtConfiguration: {issuer: \"https://a.example\", audience: [one]}",
            "",
            "\n# cogen.toml\n[authorizers.Auth]\napp-client-id = \"other\"    # one"
        ),
    ),
    ("O070", "# `ANY /{proxy+}` in the export, and `GET /pets` in the document that `--schemas` names"),
    ("O071", "# `GET /pets` with `security` in the document that `--schemas` names, on a route of the export without"),
    (
        "S020",
        "Resources:\n  One: {Type: AWS::Serverless::Api, Properties: {DefinitionBody: {openapi: 3.0.1}}}\n  Two: {Type: AWS::Serverless::Api, Properties: {DefinitionBody: {openapi: 3.0.1}}}",
    ),
    ("R003", answer!("$ref: \"#/components/schemas/Pet\"", "Pet: {$ref: \"#/components/schemas/Pet\"}")),
    ("R004", answer!("$ref: [\"#/components/schemas/Pet\"]")),
    ("R005", answer!("$ref: Pet", "Pet: {type: object}")),
    ("T001", answer!("type: array, items: string", "", "    # items: {type: string}")),
    ("T002", answer!("type: strin")),
    ("T003", answer!("allOf: [{type: string}, {type: integer}]")),
    ("T004", answer!("$ref: \"#/components/schemas/A\"", "A: {allOf: [{$ref: \"#/components/schemas/A\"}]}")),
    (
        "T005",
        "paths: {}\ncomponents:\n  schemas:\n    A: {type: object, properties: {b: {type: object, properties: {c: {}}}}}\n\
         # cogen.toml\n[limits]\ntypes = 1    # the document has more",
    ),
    ("T006", "# `type: [string, integer]`, or a schema for each place of an array"),
    ("T007", answer!("type: object, required: [id], properties: {name: {type: string}}")),
    ("T008", answer!("type: object, properties: {n: {type: integer, default: many}}")),
    ("T009", answer!("enum: [a, 1]")),
    ("T010", "# `oneOf` of two objects that require nothing: any object fits both"),
    (
        "T011",
        "# `discriminator: {propertyName: kind, mapping: {cat: \"#/components/schemas/Cat\"}}` beside a `oneOf` without Cat",
    ),
    ("T012", "# `oneOf` and `anyOf` beside each other in one schema"),
    ("T013", answer!("$ref: \"#/components/schemas/Pet\", properties: {id: {}}", "Pet: {type: object}")),
    ("T014", "paths: {}\ncomponents: {schemas: {Pet: {$ref: \"#/components/schemas/Pte\"}}}"),
    (
        "T015",
        "paths: {/a: {post: {requestBody: {content: {multipart/form-data: {schema: {type: object}}}}, responses: {}}}}",
    ),
    ("N001", answer!("type: object, properties: {petId: {type: string}, pet_id: {type: string}}")),
    (
        "N002",
        "paths: {}\ncomponents: {schemas: {Pet: {type: object}}}\n# cogen.toml\n[rename.types]\nPets = \"Animal\"    # Pet",
    ),
];

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;
    use crate::config;
    use crate::diagnostics::codes;
    use crate::diagnostics::report::Report;
    use crate::pipeline::{Input, generate};

    /// What a run over an example reports.
    fn run(example: &str) -> Report {
        let (document, toml) = match example.strip_prefix("# cogen.toml\n") {
            Some(toml) => ("paths: {/a: {get: {responses: {}}}}", toml),
            None => example.split_once("\n# cogen.toml\n").unwrap_or((example, "")),
        };
        // The part that matters may be all that is shown.
        let is_part = ["paths:", "servers:", "security:", "components:", "x-amazon-", "info:"];
        let is_part = is_part.iter().any(|key| document.starts_with(key)) && !document.contains("\npets:");
        let document = if is_part { format!("openapi: 3.0.1\n{document}") } else { document.to_owned() };
        let mut report = Report::default();
        let base = report.sources.add("cogen.toml", toml);
        if let Some(options) = config::read(toml, base, &mut report) {
            let input = Input { document: ("api.yaml".to_owned(), document.into_bytes()), ..Input::default() };
            let _ = generate(&input, &options, &mut report);
        }
        report
    }

    #[test]
    fn every_code_has_an_example_that_has_it() {
        let mut faults: Vec<String> = Vec::new();
        for explained in codes::all() {
            let Some(example) = explained.example else {
                faults.push(format!("{}: no example", explained.code));
                continue;
            };
            let is_words =
                example.starts_with("$ ") || (example.starts_with("# ") && !example.starts_with("# cogen.toml\n"));
            if is_words {
                continue;
            }
            let report = run(example);
            if !report.diagnostics.iter().any(|d| d.code == explained.code) {
                faults.push(format!("{}: {example}\n{report}", explained.code));
            }
        }
        let known = |short: &str| codes::explain(short).is_some();
        faults
            .extend(TABLE.iter().filter(|(short, _)| !known(short)).map(|(short, _)| format!("{short}: no such code")));
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n\n"));
    }
}

//! Split documents: references into other files, names, and files that are not listed.

use cogen::config::options::Options;
use cogen::diagnostics::report::{Report, Severity};
use cogen::ir::Api;
use cogen::pipeline;
use cogen::{Input, InputFile};

fn read(document: &str, files: &[(&str, &str)]) -> (Option<Api>, Report) {
    let mut report = Report::default();
    let files = files.iter().map(|(path, text)| InputFile {
        path: (*path).to_owned(),
        name: format!("api/{path}"),
        bytes: text.as_bytes().to_vec(),
    });
    let input = Input {
        document: ("api/openapi.yaml".to_owned(), document.as_bytes().to_vec()),
        files: files.collect(),
        ..Input::default()
    };
    let api = pipeline::api(&input, &Options::default(), &mut report);
    (api.ok().filter(|_| !report.has_errors()), report)
}

fn good(document: &str, files: &[(&str, &str)]) -> Api {
    let (api, report) = read(document, files);
    api.unwrap_or_else(|| unreachable!("{report}"))
}

fn types(api: &Api) -> Vec<String> {
    let mut names: Vec<String> = api.types.iter().map(|def| def.name.to_string()).collect();
    names.sort();
    names
}

/// A document with one operation whose response has a schema.
fn answering(schema: &str) -> String {
    format!(
        "openapi: 3.0.1\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          \
         description: ok\n          content: {{application/json: {{schema: {schema}}}}}\n"
    )
}

const PET: &str = "type: object\nproperties: {name: {type: string}}\n";

#[test]
fn schemas_of_other_files_are_components() {
    let pets = "Pet:\n  type: object\n  properties:\n    toy: {$ref: '#/Toy'}\n    owner: {$ref: ../people/owner.yaml}\n    \
        error: {$ref: '../openapi.yaml#/components/schemas/Problem'}\nToy: {type: object, properties: {of: {$ref: '#/Pet'}}}\n";
    let owner = "type: object\nproperties: {name: {type: string}, pets: {type: array, items: {$ref: '../schemas/pets.yaml#/Pet'}}}\n";
    let document = answering("{$ref: './schemas/pets.yaml#/Pet'}")
        + "components: {schemas: {Problem: {type: object, properties: {why: {type: string}}}}}\n";
    let api = good(&document, &[("schemas/pets.yaml", pets), ("people/owner.yaml", owner)]);
    assert_eq!(types(&api), ["Owner", "Pet", "Problem", "Toy"]);
}

#[test]
fn a_component_that_is_a_reference_keeps_its_name() {
    let document = answering("{$ref: '#/components/schemas/Animal'}")
        + "components: {schemas: {Animal: {$ref: schemas/pet.yaml}, Zoo: {type: object, properties: {all: {type: array, items: {$ref: schemas/pet.yaml}}}}}}\n";
    assert_eq!(types(&good(&document, &[("schemas/pet.yaml", PET)])), ["Animal", "Zoo"]);
}

#[test]
fn equal_names_are_made_longer_in_any_order() {
    let either = |order: [&str; 2]| {
        answering(&format!(
            "{{type: object, properties: {{x: {{$ref: '{}#/Pet'}}, y: {{$ref: '{}#/Pet'}}}}}}",
            order[0], order[1]
        ))
    };
    let files = [
        ("cats.yaml", "Pet: {type: object, properties: {a: {type: string}}}\n"),
        ("x/dogs.yaml", "Pet: {type: object, properties: {b: {type: string}}}\n"),
    ];
    for order in [["cats.yaml", "x/dogs.yaml"], ["x/dogs.yaml", "cats.yaml"]] {
        assert_eq!(types(&good(&either(order), &files)), ["CatsPet", "GetAAnswer", "XDogsPet"], "{order:?}");
    }
    // The names of the document itself do not change.
    let document = answering("{$ref: 'pets.yaml#/Pet'}")
        + "components: {schemas: {Pet: {type: object, properties: {own: {type: string}}}}}\n";
    assert_eq!(
        types(&good(&document, &[("pets.yaml", "Pet: {type: object, properties: {b: {type: string}}}\n")])),
        ["Pet", "PetsPet"]
    );
}

#[test]
fn parameters_bodies_answers_and_paths_are_taken_too() {
    let document = "openapi: 3.0.1\ninfo: {title: t, version: '1'}\npaths:\n  /pets: {$ref: paths/pets.yaml}\n  \
        /pets/{id}: {parameters: [{$ref: 'common.yaml#/Id'}], $ref: 'paths/pet.yaml#/item'}\ncomponents:\n  securitySchemes: {$ref: 'common.yaml#/schemes'}\n";
    let files = [
        (
            "paths/pets.yaml",
            "get:\n  security: [{Key: []}]\n  parameters: [{$ref: '../common.yaml#/Limit'}]\n  responses:\n    '200': {$ref: \
             '../common.yaml#/Pets'}\npost:\n  requestBody: {$ref: '../common.yaml#/Body'}\n  responses: {$ref: '../common.yaml#/all'}\n",
        ),
        ("paths/pet.yaml", "item: {get: {responses: {'200': {description: ok}}}}\n"),
        (
            "common.yaml",
            "Id: {name: id, in: path, required: true, schema: {type: integer}}\nLimit: {name: limit, in: query, schema: {type: \
             integer}}\nPets: {description: ok, content: {application/json: {schema: {type: array, items: {$ref: 'pet.json'}}}}}\n\
             Body: {required: true, content: {application/json: {schema: {$ref: pet.json}}}}\nall: {'201': {description: made}}\n\
             schemes: {Key: {type: apiKey, in: header, name: x-api-key}}\n",
        ),
        ("pet.json", r#"{"type": "object", "properties": {"name": {"type": "string"}}}"#),
    ];
    let api = good(document, &files);
    let lines: Vec<String> = api
        .operations
        .iter()
        .map(|o| {
            let params: Vec<String> = o.params.iter().map(|p| format!("{}: {:?}", p.name, p.ty)).collect();
            let schemes: Vec<&str> =
                o.authorization.iter().flatten().map(|n| api.auth[n.scheme].key.as_str()).collect();
            format!("{} ({}) {} {}", o.route(), params.join(", "), o.body.described().is_some(), schemes.join(" "))
        })
        .collect();
    assert_eq!(lines, ["GET /pets (limit: I64) false Key", "POST /pets () true ", "GET /pets/{id} (id: I64) false "]);
    assert_eq!(types(&api), ["Pet"]);
}

#[test]
fn swagger_and_discriminators() {
    let document = "swagger: '2.0'\ninfo: {title: t, version: '1'}\npaths:\n  /a: {get: {produces: [application/json], responses: \
        {'200': {description: ok, schema: {$ref: 'animal.yaml#/definitions/Animal'}}}}}\n";
    let animal = "definitions:\n  Animal: {type: object, discriminator: kind, required: [kind], properties: {kind: {type: string}}}\n";
    assert_eq!(types(&good(document, &[("animal.yaml", animal)])), ["Animal"]);
    let document = answering(
        "{oneOf: [{$ref: cat.yaml}, {$ref: dog.yaml}], discriminator: {propertyName: kind, mapping: {c: cat.yaml, d: ./dog.yaml}}}",
    );
    let of = |name: &str| {
        format!(
            "type: object\nrequired: [kind, {name}]\nproperties: {{kind: {{type: string}}, {name}: {{type: string}}}}\n"
        )
    };
    let api = good(&document, &[("cat.yaml", &of("cat")), ("dog.yaml", &of("dog"))]);
    assert_eq!(types(&api), ["Cat", "Dog", "GetAAnswer"]);
}

#[test]
fn a_file_that_is_not_listed_is_an_error_with_the_line_to_add() {
    let document = answering("{$ref: schemas/pet.yaml#/Pet}");
    let (api, report) = read(&document, &[]);
    assert!(api.is_none());
    assert!(
        report.to_string().contains(
            "\
error[COGEN-R001]: `schemas/pet.yaml#/Pet` is outside of the document and not a file listed in cogen.toml
 --> api/openapi.yaml:9:55
  |
9 |           content: {application/json: {schema: {$ref: schemas/pet.yaml#/Pet}}}
  |                                                       ^^^^^^^^^^^^^^^^^^^^^ not read
  |
  = help: list the files of the document in cogen.toml:
          [api]
          files = [\"schemas/pet.yaml\"]"
        ),
        "{report}"
    );
    // All missing files at once, in addition to those that are listed.
    let (api, report) = read(
        &document,
        &[("schemas/pet.yaml", "Pet: {type: object, properties: {toy: {$ref: toy.yaml}, o: {$ref: ../owner.yaml}}}")],
    );
    assert!(api.is_none());
    let help = report.diagnostics.iter().find_map(|d| d.help.as_deref().filter(|h| h.contains("files = ")));
    assert!(
        help.unwrap().ends_with("files = [\"owner.yaml\", \"schemas/pet.yaml\", \"schemas/toy.yaml\"]"),
        "{report}"
    );
    assert!(report.to_string().contains("api/schemas/pet.yaml:1:"), "{report}");
    // A missing definition in a listed file.
    let (_, report) = read(&answering("{$ref: schemas/pet.yaml#/Cat}"), &[("schemas/pet.yaml", "Pet: {}")]);
    assert!(report.to_string().contains("`#/Cat` is not defined in the file `schemas/pet.yaml`"), "{report}");
    // A reference that cannot be a file below the document has no such line.
    for reference in
        ["../pet.yaml", "/etc/passwd", "https://example.com/pet.yaml", "'C:/pet.yaml'", "schemas/../../pet.yaml"]
    {
        let (api, report) = read(&answering(&format!("{{$ref: {reference}}}")), &[]);
        assert!(api.is_none());
        assert!(!report.to_string().contains("files = "), "{reference}: {report}");
    }
}

#[test]
fn what_files_refer_to_is_bounded() {
    // Each path item is copied.
    let item = format!(
        "get: {{parameters: [{}], responses: {{}}}}",
        "{name: q, in: query, schema: {type: string}},".repeat(2_000)
    );
    let paths: String = (0..500).map(|n| format!("  /p{n}: {{$ref: item.yaml}}\n")).collect();
    let document = format!("openapi: 3.0.1\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}");
    let errors = |report: &Report| -> Vec<String> {
        let errors = report.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|d| d.message.clone()).collect()
    };
    let (api, report) = read(&document, &[("item.yaml", &item)]);
    assert!(api.is_none());
    assert_eq!(errors(&report), ["the document and its files contain more values than the limit of 1000000"]);
    let document = "openapi: 3.0.1\ninfo: {title: t, version: '1'}\npaths: {/a: {$ref: a.yaml}}\n";
    let (api, report) = read(document, &[("a.yaml", "$ref: b.yaml"), ("b.yaml", "$ref: a.yaml")]);
    assert!(api.is_none());
    assert_eq!(errors(&report), ["more than 16 nested references lead to this value"]);
    // A schema can be recursive.
    let ring = "type: object\nproperties: {next: {$ref: ring.yaml}}\n";
    assert_eq!(types(&good(&answering("{$ref: ring.yaml}"), &[("ring.yaml", ring)])), ["Ring"]);
}

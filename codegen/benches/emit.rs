//! How long the emitter takes for APIs of the size of GitHub's and larger: `cargo bench -p cogen --bench emit`.
//! With a directory as argument it writes the larger one's crate there, to measure how fast generated code compiles.

use cogen::config::options::Options;
use cogen::emit::emit;
use cogen::ir::Api;
use cogen::ir::auth::{Auth, Condition, Match, Need, Requirement, RequirementId, Scope, TokenKind};
use cogen::ir::body::{Body, Content, ContentKind, RequestBody};
use cogen::ir::ident::Ident;
use cogen::ir::operation::{
    Answer, AnswerContent, Answers, Method, Operation, Param, ParamLocation, Segment, Status, Style,
};
use cogen::ir::schemes::{Scheme, SchemeKind};
use cogen::ir::schemes::{Source, SourceLocation};
use cogen::ir::types::{EnumVariant, Field, Type, TypeDef, TypeId, TypeKind};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const WORDS: &str = "The name of the repository, without the `.git` extension. It is not case sensitive, and see \
    [the docs](https://docs.example.com/rest/repos#names) for *more* of it.\n\nA second paragraph follows here:\n- one\n- two";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let runtime = arguments.get(1).cloned();
    if let Some(directory) = arguments.first() {
        let options = Options {
            runtime: cogen::config::options::Runtime { path: runtime, ..Default::default() },
            ..Options::default()
        };
        for (path, text) in emit(&api(767, 815, 6), &options).0 {
            let path = Path::new(directory).join(path.as_str());
            std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).ok();
            std::fs::write(path, text).ok();
        }
        return;
    }
    for (name, operations, types) in [
        ("193 operations, 210 types", 193, 210),
        ("767 operations, 815 types", 767, 815),
        ("900 operations, 3000 types", 900, 3000),
    ] {
        let api = api(operations, types, 6);
        let mut times: Vec<f64> = Vec::new();
        let mut bytes = 0;
        let mut lines = 0;
        for _ in 0..9 {
            let start = Instant::now();
            let files = emit(&api, &Options::default());
            times.push(start.elapsed().as_secs_f64() * 1e3);
            bytes = files.0.iter().map(|(_, text)| text.len()).sum();
            lines = files.0.iter().map(|(_, text)| text.lines().count()).sum::<usize>();
        }
        times.sort_by(f64::total_cmp);
        println!("{name}: {:.1} ms ({:.1} MB, {lines} lines)", times[times.len() / 2], bytes as f64 / 1e6);
    }
}

fn name(text: impl Into<String>) -> Ident {
    Ident::new(text.into()).unwrap_or_else(|| name("other"))
}

/// An API whose types have about as many fields as GitHub's, one in six of them an enumeration.
fn api(operations: usize, types: usize, fields: usize) -> Api {
    let (auth, requirement) = auth();
    Api {
        title: "A large API".to_owned(),
        description: Some(WORDS.to_owned()),
        version: Some("2026-01-01".to_owned()),
        base_url: Some("https://api.example.com".to_owned()),
        auth,
        environments: vec![],
        types: (0..types).map(|index| definition(index, types, fields)).collect(),
        operations: (0..operations).map(|index| operation(index, types, requirement)).collect(),
    }
}

fn auth() -> (Auth, RequirementId) {
    let scheme = Scheme {
        key: "PetPool".to_owned(),
        name: name("PetPool"),
        slot: name("pet_pool"),
        replacement: name("with_pet_pool"),
        doc: None,
        kind: SchemeKind::CognitoUserPools,
        sources: vec![Source {
            location: SourceLocation::Header,
            name: "Authorization".to_owned(),
            field: name("authorization"),
        }],
        prefix: "Bearer ",
        user_pools: Vec::new(),
        audiences: Default::default(),
        issuers: Vec::new(),
        app_client_id: None,
        domain: None,
        region: None,
    };
    let mut auth = Auth::default();
    let scheme = auth.add_scheme(scheme);
    let scope = auth.add_scope(Scope { text: "pets/read".to_owned(), name: name("PetsRead") });
    let need = Need { scheme, token: Some(TokenKind::Access), scopes: vec![scope], matching: Some(Match::Any) };
    let alternatives = vec![vec![need]];
    let condition = auth.add_condition(Condition {
        name: name("AccessWithPetsRead"),
        alternatives: alternatives.clone(),
        message: "this operation needs an access token of `PetPool` granted `pets/read`".to_owned(),
        held: "this client's credential for `PetPool` is".to_owned(),
        note: "request it with `grant![PetsRead]`".to_owned(),
    });
    let name = name("AccessWithPetsRead");
    let text = "an access token of `PetPool` granted `pets/read`".to_owned();
    let requirement = auth.add_requirement(Requirement { name, alternatives, text, conditions: vec![condition] });
    (auth, requirement)
}

fn definition(index: usize, types: usize, fields: usize) -> TypeDef {
    let kind = if index % 6 == 5 {
        let value = |n: usize| EnumVariant { name: name(format!("Value{n}")), value: format!("value_{n}") };
        TypeKind::StringEnum((0..5).map(value).collect())
    } else {
        TypeKind::Struct { fields: (0..fields + 1).map(|n| field(index, n, types)).collect(), additional: None }
    };
    TypeDef {
        name: name(format!("Type{index}Name")),
        origin: format!("`type-{index}-name`"),
        doc: Some("A repository on the service.".to_owned()),
        deprecated: false,
        in_requests: index.is_multiple_of(5),
        in_answers: true,
        kind,
    }
}

fn field(index: usize, number: usize, types: usize) -> Field {
    let ty = match number % 7 {
        0 => Type::I64,
        1 | 2 => Type::String,
        3 => Type::Bool,
        4 => Type::Named(TypeId(u32::try_from((index + 1) % types).unwrap_or(0))),
        5 => Type::Array(Box::new(Type::Named(TypeId(u32::try_from((index + 5) % types).unwrap_or(0))))),
        _ => Type::DateTime,
    };
    Field {
        name: name(format!("field_{number}_name")),
        wire: format!("field_{number}_name"),
        empty_is_none: false,
        boxed: number % 7 == 4,
        ty,
        required: number < 2,
        nullable: number == 2,
        default: None,
        constant: None,
        doc: (number.is_multiple_of(2)).then(|| "The unique identifier of the thing, see <b>there</b>.".to_owned()),
        deprecated: false,
        read_only: false,
        write_only: false,
    }
}

fn operation(index: usize, types: usize, requirement: RequirementId) -> Operation {
    let param = |n: usize, location, required| Param {
        name: name(format!("param_{n}")),
        wire: format!("param_{n}"),
        location,
        ty: if n == 3 { Type::I64 } else { Type::String },
        required,
        style: Style::Form,
        explode: true,
        reserved: false,
        default: None,
        doc: Some(WORDS.lines().next().unwrap_or_default().to_owned()),
        deprecated: false,
    };
    let mut params = vec![
        param(0, ParamLocation::Path { greedy: false }, true),
        param(1, ParamLocation::Path { greedy: false }, true),
    ];
    if index.is_multiple_of(2) {
        params.push(param(2, ParamLocation::In(SourceLocation::Query), false));
        params.push(param(3, ParamLocation::In(SourceLocation::Query), false));
    }
    let named = |n: usize| Type::Named(TypeId(u32::try_from(n % types).unwrap_or(0)));
    let answer = |code, variant, content| Answer {
        status: Status::Code(code),
        variant: name(variant),
        media: None,
        content,
        headers: Vec::new(),
        doc: Some("Response".to_owned()),
    };
    let body = (index.is_multiple_of(3)).then(|| Body {
        required: true,
        doc: None,
        contents: vec![Content {
            variant: name("Json"),
            media_type: "application/json".to_owned(),
            kind: ContentKind::Json(named(index * 5)),
        }],
        type_name: name(format!("Operation{index}NameBody")),
    });
    Operation {
        idempotency: None,
        pages: None,
        likely_pages: None,
        name: name(format!("operation_{index}_name")),
        type_name: name(format!("Operation{index}Name")),
        group: name(format!("group_{}", index % 40)),
        span: Default::default(),
        operation_id: None,
        method: Method::Named("GET"),
        path: format!("/repos/{{param_0}}/{{param_1}}/{index}"),
        segments: vec![
            Segment::Text("/repos/".to_owned()),
            Segment::Param(0),
            Segment::Text("/".to_owned()),
            Segment::Param(1),
            Segment::Text(format!("/{index}")),
        ],
        summary: Some("Get a repository".to_owned()),
        doc: Some(WORDS.to_owned()),
        deprecated: false,
        skipped: None,
        errors: Vec::new(),
        authorization: Arc::default(),
        requirement: Some(requirement),
        params,
        body: body.map_or(RequestBody::None, RequestBody::Described),
        answers: Answers {
            success: vec![answer(200, "Ok", AnswerContent::Json(named(index)))],
            errors: vec![
                answer(404, "NotFound", AnswerContent::Json(named(0))),
                answer(422, "Unprocessable", AnswerContent::Json(named(if index.is_multiple_of(2) { 0 } else { 1 }))),
            ],
            accept: Some("application/json".to_owned()),
            success_name: name(format!("Operation{index}NameAnswer")),
            error_name: name(format!("Operation{index}NameError")),
            headers_name: name(format!("Operation{index}NameHeaders")),
        },
    }
}

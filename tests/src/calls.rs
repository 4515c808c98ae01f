//! A program that calls every operation of a generated client, with every argument, setter and content type, with
//! values made from the document's schemas.

use crate::document::{Document, resolve};
use crate::face::{Face, Filling};
use crate::signatures::{Argument, Method, Signatures, name_of, spelled};
use crate::texts::base64_url;
use crate::values::{Habits, Maker};
use cogen::ir::body::{Body, ContentKind, Part};
use cogen::ir::operation::{Operation, Param, ParamLocation};
use cogen::ir::schemes::{Audiences, Scheme, SourceLocation};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The program of a document.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Its text. It takes the base URL and the index of the first call as arguments, prints an [`Outcome`] per line, and
    /// ends early if the server has ended.
    pub text: String,
    /// The calls it makes, in order.
    pub calls: Vec<Call>,
    /// The operations that can't be called, and why.
    pub without: Vec<(String, String)>,
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation, `GET /pets`.
    pub operation: String,
    /// The media type of its body, where there are several.
    pub content: Option<String>,
    /// The expression that makes the call.
    pub code: String,
    /// The values of the parameters by location and name.
    pub parameters: BTreeMap<(String, String), Value>,
    /// The value of the body, if its schema describes one.
    pub body: Option<Value>,
}

/// The result of a call, as its program printed it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The index of the call.
    pub call: usize,
    /// The status, if there was a response.
    pub status: Option<u16>,
    /// `Ok`, `Value` if an argument's JSON was not read, or the kind of the error.
    pub kind: String,
    /// The message of the error.
    pub message: String,
    /// The body of the response, as far as an error contains it.
    pub body: String,
}

/// The words of values in a path and a query: all characters that have to be encoded.
const WORDS: &[&str] =
    &["rex", "a b", "50%", "x&y=z", "été", "q?r#s", "a+b", "~-._", "a;b:c@d", "日本", "(x)!*'$", "\"q\"<>"];

/// The words of values in a header: all characters that a header allows.
const HEADER_WORDS: &[&str] = &["rex", "a b", "50%", "x&y=z", "q?r#s", "~-._", "(x)!*'$"];

/// The words of values in JSON.
const JSON_WORDS: &[&str] =
    &["rex", "a b", "50%", "x&y=z", "été", "\"q\"\\\n\t", "日本", "\u{1f98a}", "\u{7f}\u{1}", "</script>"];

const HABITS: Habits =
    Habits { words: JSON_WORDS, whole: true, request: true, null_with_all_of: false, never_null: false, wide: false };

/// Writes the program of a document whose crate is called `api`.
pub fn program(document: &Document, face: &Face, signatures: &Signatures, seed: u64) -> Program {
    program_of(document, face, signatures, seed, &|_, code| Some(code))
}

/// The same with each call changed by `change`, without the calls for which it returns none.
pub fn program_of(
    document: &Document,
    face: &Face,
    signatures: &Signatures,
    seed: u64,
    change: &dyn Fn(&Operation, String) -> Option<String>,
) -> Program {
    let mut made = Program::default();
    let mut writer = Writer { document, signatures, seed, parameters: BTreeMap::new(), body: None };
    for operation in document.api.operations.iter().filter(|o| o.is_generated()) {
        let label = operation.route();
        let contents = operation.body.described().map_or(1, |b| b.contents.len());
        for content in 0..contents {
            writer.seed = writer.seed.wrapping_add(1);
            writer.parameters.clear();
            writer.body = None;
            match writer.call(operation, content).map(|code| change(operation, code)) {
                Ok(None) => {}
                Ok(Some(code)) => made.calls.push(Call {
                    operation: label.clone(),
                    content: operation
                        .body
                        .described()
                        .filter(|_| contents > 1)
                        .map(|b| b.contents[content].media_type.clone()),
                    code,
                    parameters: writer.parameters.clone(),
                    body: writer.body.clone(),
                }),
                Err(why) => made.without.push((label.clone(), why)),
            }
        }
    }
    let client = match client(document, face, signatures) {
        Ok(client) => client,
        Err(why) => {
            made.without.push(("*".to_owned(), why));
            made.calls.clear();
            return made;
        }
    };
    made.text = HEAD.replace("BUILD_CLIENT", &client);
    let mut run = String::from("async fn run(client: &Client, first: usize) {\n");
    for (index, call) in made.calls.iter().enumerate() {
        let _ = writeln!(
            made.text,
            "async fn call{index}(client: &Client) -> Outcome {{\n    outcome({}.await)\n}}",
            call.code
        );
        let _ = writeln!(
            run,
            "    if first <= {index} && !show({index}, Box::pin(call{index}(client)).await) {{ return; }}"
        );
    }
    made.text.push_str(&run);
    made.text.push_str("}\n");
    made
}

/// Parses the output of a program.
pub fn outcomes(printed: &str) -> Vec<Outcome> {
    let lines = printed.lines().filter_map(|line| {
        let mut columns = line.splitn(5, '\t');
        let mut next = || columns.next();
        let call = next()?.parse().ok()?;
        let status = next()?.parse().ok();
        let mut text =
            || next().map(|t| serde_json::from_str::<String>(t).unwrap_or_else(|_| t.to_owned())).unwrap_or_default();
        Some(Outcome { call, status, kind: text(), message: text(), body: text() })
    });
    lines.collect()
}

const HEAD: &str = r#"#![allow(unused, deprecated)]
use cogen_runtime::__rt::v1 as rt;

type Outcome = Result<u16, (Option<u16>, String, String, String)>;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("a base URL");
    let first = arguments.next().expect("the first call").parse().expect("a number");
    let client = client(&url);
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(run(&client, first));
}

fn json<T: rt::Json>(text: &str) -> Result<T, (Option<u16>, String, String, String)> {
    let refused = |e: rt::Mismatch| (None, "Value".to_owned(), format!("{e}: {text}"), String::new());
    T::read(&rt::Tree::parse(text.as_bytes()).map_err(refused)?.root()).map_err(refused)
}

fn outcome<T, E>(result: Result<rt::Response<T>, rt::Error<E>>) -> Outcome {
    match result {
        Ok(response) => Ok(response.status().as_u16()),
        Err(error) => {
            let mut message = error.to_string();
            let mut source = std::error::Error::source(&error).map(|s| s as &dyn std::error::Error);
            while let Some(cause) = source {
                message = format!("{message}: {cause}");
                source = cause.source();
            }
            let body = String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned();
            Err((error.status().map(|s| s.as_u16()), format!("{:?}", error.kind()), message, body))
        }
    }
}

/// Whether the next call can be made: not if the server has ended.
fn show(index: usize, outcome: Outcome) -> bool {
    let gone = matches!(&outcome, Err((_, kind, ..)) if kind == "Connect" || kind == "Transport");
    let quoted = |text: &str| rt::serde_json::Value::from(text).to_string();
    match outcome {
        Ok(status) => println!("{index}\t{status}\t\"Ok\"\t\"\"\t\"\""),
        Err((status, kind, message, body)) => {
            let status = status.map(|s| s.to_string()).unwrap_or_default();
            println!("{index}\t{status}\t{}\t{}\t{}", quoted(&kind), quoted(&message), quoted(&body));
        }
    }
    !gone
}

BUILD_CLIENT
"#;

struct Writer<'d> {
    document: &'d Document,
    signatures: &'d Signatures,
    seed: u64,
    parameters: BTreeMap<(String, String), Value>,
    body: Option<Value>,
}

impl Writer<'_> {
    fn call(&mut self, operation: &Operation, content: usize) -> Result<String, String> {
        let name = operation.name.as_str();
        let method = self.signatures.methods.get(name).ok_or_else(|| format!("there is no method `{name}`"))?.clone();
        let mut arguments = Vec::new();
        for argument in &method.arguments {
            arguments.push(self.argument(operation, &method, argument, content)?);
        }
        let mut code = format!("client.{name}({})", arguments.join(", "));
        let setters =
            self.signatures.types.get(&format!("{}::{}", method.module, method.gives)).map(|d| d.setters.clone());
        for (setter, arguments) in setters.unwrap_or_default() {
            let Some(argument) = arguments.first() else { continue };
            let value = self.argument(operation, &method, argument, content)?;
            let _ = write!(code, ".{setter}({value})");
        }
        Ok(code)
    }

    fn argument(
        &mut self,
        operation: &Operation,
        method: &Method,
        argument: &Argument,
        content: usize,
    ) -> Result<String, String> {
        let ty = spelled(&argument.ty);
        if let Some(param) = operation.params.iter().find(|p| p.name.as_str() == argument.name) {
            let value = self.parameter(operation, param)?;
            return Ok(expression(&argument.ty, &value));
        }
        if ty == "rt::http::Method" {
            return Ok(format!("rt::http::Method::{}", self.document.any_method(&operation.path).to_ascii_uppercase()));
        }
        let named = name_of(&argument.ty).unwrap_or_default();
        let own = self.signatures.types.get(&format!("{}::{named}", method.module)).cloned();
        if let (Some(params), true) = (&own, argument.name.starts_with("params")) {
            let mut fields = Vec::new();
            for field in &params.members {
                fields.push(format!("{}: {}", field.name, self.argument(operation, method, field, content)?));
            }
            return Ok(format!("&api::{}::{named} {{ {} }}", method.module, fields.join(", ")));
        }
        let body = operation.body.described().ok_or_else(|| format!("`{}` is unknown", argument.name))?;
        match own {
            // The marker of an operation may have the name of the body's type; a marker has no variants.
            Some(body_enum) if body_enum.is_enum && !body_enum.members.is_empty() => {
                let variant = &body.contents[content].variant;
                let holds = body_enum.members.iter().find(|m| m.name == variant.as_str());
                let ty = &holds.ok_or_else(|| format!("the body has no variant `{variant}`"))?.ty;
                let value = self.body(operation, method, body, content, ty)?;
                Ok(format!("api::{}::{named}::{variant}({value})", method.module))
            }
            _ => self.body(operation, method, body, content, &argument.ty),
        }
    }

    fn parameter(&mut self, operation: &Operation, param: &Param) -> Result<Value, String> {
        let (location, words) = match param.location {
            ParamLocation::Path { .. } => ("path", WORDS),
            ParamLocation::In(SourceLocation::Query) => ("query", WORDS),
            ParamLocation::In(SourceLocation::Header) => ("header", HEADER_WORDS),
            ParamLocation::In(SourceLocation::Cookie) => ("cookie", WORDS),
        };
        let declared = self.document.parameter(operation.method.as_str(), &operation.path, location, &param.wire);
        let schema = declared.and_then(|d| {
            let content =
                d["content"].as_object().and_then(|c| c.values().next()).and_then(|media| media.get("schema"));
            d.get("schema").or(content)
        });
        let habits = Habits { words, never_null: true, ..HABITS };
        let schema = schema.cloned().unwrap_or_else(|| json!({ "type": "string" }));
        let value = self
            .maker(habits, 0)
            .value(&schema)
            .ok_or_else(|| format!("no value was found for the {location} parameter `{}`", param.wire))?;
        self.parameters.insert((location.to_owned(), param.wire.clone()), value.clone());
        Ok(value)
    }

    fn body(
        &mut self,
        operation: &Operation,
        method: &Method,
        body: &Body,
        content: usize,
        ty: &syn::Type,
    ) -> Result<String, String> {
        let chosen = &body.contents[content];
        let declared = self.document.contents(operation.method.as_str(), &operation.path);
        let media = declared.and_then(|d| d.get(&chosen.media_type).or_else(|| d.values().nth(content)));
        let schema = media.and_then(|m| m.get("schema")).cloned().unwrap_or_else(|| json!({}));
        let never = matches!(chosen.kind, ContentKind::Form(..) | ContentKind::Members(_) | ContentKind::Multipart(_));
        // Prism regards a body that is false in JavaScript as missing.
        let is_there = |value: &Value| ![json!(null), json!(false), json!(0), json!("")].contains(value);
        let made =
            |number: u64| self.maker(Habits { never_null: never, ..HABITS }, number).value(&schema).filter(is_there);
        let value = || (0..20).find_map(made).ok_or("no value was found for the body");
        match &chosen.kind {
            ContentKind::Json(_) | ContentKind::Form(..) | ContentKind::Members(_) => {
                let value = value()?;
                let code = expression(ty, &value);
                self.body = Some(value);
                Ok(code)
            }
            ContentKind::Text | ContentKind::Bytes | ContentKind::Ranged => {
                // A string by the schema; XML and files are not derived from schemas.
                let text = (0..20).find_map(made).and_then(|v| v.as_str().map(str::to_owned));
                let text = text.unwrap_or_else(|| "some text".to_owned());
                Ok(match &chosen.kind {
                    _ if spelled(ty).contains("Into") => format!("{text:?}"),
                    ContentKind::Text => format!("{text:?}.to_owned()"),
                    ContentKind::Ranged => {
                        let media_type = chosen.media_type.replace('*', "plain");
                        format!("rt::MediaBody::new({media_type:?}, {text:?})")
                    }
                    _ => format!("rt::RequestBody::from({text:?})"),
                })
            }
            ContentKind::Multipart(parts) if parts.parts.is_empty() => Ok("rt::Multipart::new()".to_owned()),
            ContentKind::Multipart(parts) => {
                let name = name_of(ty).unwrap_or_default();
                let form = self
                    .signatures
                    .types
                    .get(&format!("{}::{name}", method.module))
                    .ok_or_else(|| format!("there is no form `{name}`"))?;
                let value = value()?;
                let given = |a: &[Argument]| {
                    a.iter().map(|a| part(&parts.parts, a, &value)).collect::<Result<Vec<_>, _>>().map(|a| a.join(", "))
                };
                let mut code = format!("api::{}::{name}::new({})", method.module, given(&form.new)?);
                for (setter, arguments) in &form.setters {
                    // Parts without a value are left out: recursive ones, or those that only responses have.
                    if let Ok(arguments) = given(arguments) {
                        let _ = write!(code, ".{setter}({arguments})");
                    }
                }
                self.body = Some(value);
                Ok(code)
            }
        }
    }

    fn maker(&self, habits: Habits, number: u64) -> Maker<'_> {
        Maker::new(&self.document.root, habits, self.seed.wrapping_mul(1000).wrapping_add(number))
    }
}

fn part(parts: &[Part], argument: &Argument, value: &Value) -> Result<String, String> {
    if parts.iter().flat_map(|part| &part.headers).any(|header| header.name.as_str() == argument.name) {
        return Ok(expression(&argument.ty, &json!(1)));
    }
    let part = parts.iter().find(|p| p.name.as_str() == argument.name);
    let wire = part.map(|p| p.wire.as_str()).ok_or_else(|| format!("`{}` is not a part", argument.name))?;
    if spelled(&argument.ty).contains("FilePart") {
        return Ok(expression(&argument.ty, &Value::Null));
    }
    value
        .get(wire)
        .map(|value| expression(&argument.ty, value))
        .ok_or_else(|| format!("no value was found for the part `{wire}`"))
}

/// A value as an expression of a type.
fn expression(ty: &syn::Type, value: &Value) -> String {
    let spelled = spelled(ty);
    let text = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let json = format!("json({:?})?", value.to_string());
    match spelled.as_str() {
        "&str" => format!("{:?}", text()),
        "rt::FilePart" => "rt::FilePart::new(\"some bytes\").file_name(\"a.bin\")".to_owned(),
        _ if spelled.contains("IntoIterator") => "[rt::FilePart::new(\"one\"), rt::FilePart::new(\"two\")]".to_owned(),
        _ if spelled.starts_with("impl") => format!("{:?}", text()),
        _ if spelled.starts_with("&[") => format!("&json::<Vec<_>>({:?})?[..]", value.to_string()),
        _ if spelled.starts_with('&') => format!("&{json}"),
        _ => json,
    }
}

/// The function that builds a client with a credential in every slot.
fn client(document: &Document, face: &Face, signatures: &Signatures) -> Result<String, String> {
    let mut types = Vec::new();
    let mut setters = String::new();
    let grant = face.scopes.values().rev().fold("()".to_owned(), |rest, scope| format!("({scope}, {rest})"));
    for slot in &face.slots {
        let scheme = document
            .api
            .auth
            .slots()
            .map(|(_, scheme)| scheme)
            .find(|s| s.key == slot.scheme)
            .ok_or_else(|| format!("no scheme `{}`", slot.scheme))?;
        let setter = scheme.slot.as_str();
        match &slot.filled_by {
            Filling::Token(marker) => {
                let session = format!("cogen_runtime::UserSession<{marker}, {grant}>");
                let (id, access) = (token(scheme, "id", face), token(scheme, "access", face));
                let _ = write!(
                    setters,
                    "\n        .{setter}(<{session}>::from_tokens({id:?}, {access:?}).expect(\"tokens\"))"
                );
                types.push(session);
            }
            Filling::Value(ty) => {
                let arguments = signatures.builder.get(setter).ok_or_else(|| format!("no setter `{setter}`"))?;
                let given: Vec<String> = arguments.iter().map(|a| credential(&a.ty, signatures)).collect();
                let _ = write!(setters, "\n        .{setter}({})", given.join(", "));
                types.push(ty.clone());
            }
        }
    }
    let parameters = if types.is_empty() { String::new() } else { format!("<{}>", types.join(", ")) };
    Ok(format!(
        "type Client = api::Client{parameters};\n\nfn client(url: &str) -> Client {{\n    api::Client::builder().base_url(url).allow_http(){setters}\n        .build().expect(\"a client\")\n}}"
    ))
}

fn credential(ty: &syn::Type, signatures: &Signatures) -> String {
    let spelled = spelled(ty);
    if spelled.contains("Iam") || spelled.contains("SigningCredentials") {
        return "cogen_runtime::Iam::new(\"AKIDEXAMPLE\", \"secret\", None).region(\"eu-west-1\")".to_owned();
    }
    let values =
        spelled.split_once("ValuesOf<super::auth::").map(|(_, name)| name.trim_end_matches(['>', ',']).to_owned());
    if spelled.starts_with("impl") && values.is_none() {
        return "\"credential\"".to_owned();
    }
    let name = values.or_else(|| name_of(ty)).unwrap_or_default();
    let values =
        signatures.types.get(&format!("auth::{name}")).map(|d| vec!["\"credential\""; d.new.len()]).unwrap_or_default();
    format!("api::auth::{name}::new({})", values.join(", "))
}

/// An unsigned token with all scopes, which expires in the year 2100.
fn token(scheme: &Scheme, kind: &str, face: &Face) -> String {
    let scopes: Vec<&str> = face.scopes.keys().map(String::as_str).collect();
    let issuer = scheme.issuers.first().map_or("https://issuer.example", String::as_str);
    let audience = match &scheme.audiences {
        Audiences::AudOrClientId(list) | Audiences::Aud(list) => list.first().map_or("app", String::as_str),
        Audiences::Any => "app",
    };
    let mut claims = json!({
        "token_use": kind, "iss": issuer, "sub": "rex", "exp": 4_102_444_800_u64, "aud": audience, "client_id": audience,
    });
    if kind == "access" {
        claims["scope"] = scopes.join(" ").into();
    }
    let part = |value: &Value| base64_url(value.to_string().as_bytes());
    format!("{}.{}.{}", part(&json!({ "alg": "none" })), part(&claims), base64_url(b"signature"))
}

impl Document {
    /// The method that stands in for a document's "any method": one that its path item does not declare.
    pub fn any_method(&self, path: &str) -> &'static str {
        let item = self.root["paths"].get(path).map(|p| resolve(&self.root, p));
        let free = |method: &&&str| item.is_none_or(|i| i.get(**method).is_none());
        ["post", "put", "patch", "delete", "get"].iter().find(free).unwrap_or(&"get")
    }
}

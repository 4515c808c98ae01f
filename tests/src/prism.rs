//! Prism, Stoplight's validator, as a server that checks requests against a document.

use crate::calls::{Call, Outcome, Program};
use crate::document::{Document, resolve};
use crate::paths;
use serde_json::{Map, Value};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

/// A running Prism, which ends when it is dropped.
#[derive(Debug)]
pub struct Prism {
    process: Child,
    /// Its URL, `http://127.0.0.1:4010`.
    pub url: String,
}

/// The problem that Prism reported for a request.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// The last part of the problem's type, `UNPROCESSABLE_ENTITY`.
    pub kind: String,
    /// The details of the problem.
    pub message: String,
}

/// The script of Prism's command line, if `./test` has installed it.
pub fn installed() -> Option<PathBuf> {
    let named = env::var_os("COGEN_PRISM").map(PathBuf::from);
    let directory = named.unwrap_or_else(|| paths::target().join("peers/node"));
    let script = directory.join("node_modules/@stoplight/prism-cli/dist/index.js");
    script.is_file().then_some(script)
}

impl Prism {
    /// Starts Prism on a free port, with the document in a file.
    ///
    /// # Errors
    /// The output of Prism, if it does not start to listen.
    pub fn start(script: &Path, document: &Path) -> Result<Self, String> {
        let mut command = Command::new("node");
        command.arg(script).args(["mock", "--errors", "--host", "127.0.0.1", "--port", "0"]).arg(document);
        command.env("NO_COLOR", "1").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().map_err(|e| format!("node: {e}"))?;
        let output = process.stdout.take().ok_or("node has no output")?;
        let (sender, receiver) = std::sync::mpsc::channel();
        // The pipe is read to its end, so that Prism never blocks on it.
        thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)))
        });
        let end = Instant::now() + Duration::from_secs(180);
        let mut printed = String::new();
        let mut running = Self { process, url: String::new() };
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(line) = receiver.recv_timeout(left) else {
                return Err(format!("Prism does not listen: {printed}"));
            };
            if let Some((_, url)) = line.split_once("listening on ") {
                url.trim().clone_into(&mut running.url);
                return Ok(running);
            }
            printed.push_str(&line);
            printed.push('\n');
        }
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The problem that Prism found in the request of a call; `None` if it accepted the request.
pub fn complaint(outcome: &Outcome) -> Option<Complaint> {
    let body: Value = serde_json::from_str(&outcome.body).ok()?;
    let kind = body["type"].as_str()?.strip_prefix("https://stoplight.io/prism/errors#")?.to_owned();
    // These are about the response that Prism generates after it accepted the request.
    if kind == "UNKNOWN" && body["title"].as_str().is_some_and(|t| t.contains("serializer")) {
        return None;
    }
    let about_responses = [
        "NO_RESPONSE_DEFINED",
        "NO_RESPONSE_RESPONSE_DEFINED",
        "NO_SUCCESS_RESPONSE_DEFINED",
        "VIOLATIONS",
        "SCHEMA_TOO_COMPLEX",
        "NO_COMPLEX_OBJECT_TEXT",
    ];
    if about_responses.contains(&kind.as_str()) {
        return None;
    }
    let listed = body["validation"].as_array().into_iter().flatten();
    let message: Vec<String> = listed.map(|v| format!("{}: {}", v["location"], v["message"])).collect();
    let message = if message.is_empty() { body["detail"].to_string() } else { message.join("; ") };
    Some(Complaint { kind, message })
}

/// The document for Prism: the original, with these changes:
///
/// - every parameter with a setter in the client is required, so that one that the client leaves out is a violation;
/// - a parameter of an operation allows only the value of the call;
/// - the gateway's "any method" is under a method that Prism knows, and `{proxy+}` is written without its plus;
/// - the schema of a parameter is written in place of a reference to it, since Prism does not follow that for its `type`;
/// - keys of `paths` that are not paths are left out (`$default`): Prism exits when it reads one.
///
/// # Errors
/// If it can't be written.
pub fn write_strict(document: &Document, program: &Program, path: &Path) -> io::Result<()> {
    let mut given = document.given.clone();
    let kept: Vec<(String, String)> = program.calls.iter().flat_map(|c| c.parameters.keys().cloned()).collect();
    if let Some(paths) = given.get_mut("paths").and_then(Value::as_object_mut) {
        let items = std::mem::take(paths).into_iter().filter(|(path, _)| path.starts_with('/'));
        for (path, mut item) in items.collect::<Vec<_>>() {
            if let Some(item) = item.as_object_mut() {
                if let Some(any) = item.remove("x-amazon-apigateway-any-method") {
                    item.insert(document.any_method(&path).to_owned(), any);
                }
                require(document, item, &kept);
                for (method, operation) in item.iter_mut().filter_map(|(m, o)| Some((m, o.as_object_mut()?))) {
                    require(document, operation, &kept);
                    allow_only(operation, &path, method, document, program);
                }
            }
            paths.insert(path.replace("+}", "}"), item);
        }
    }
    for pointer in ["/components/parameters", "/parameters"] {
        for parameter in given.pointer_mut(pointer).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
        {
            require_one(document, parameter, &kept);
        }
    }
    fs::write(path, given.to_string())
}

fn require(document: &Document, holder: &mut Map<String, Value>, kept: &[(String, String)]) {
    for parameter in holder.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        require_one(document, parameter, kept);
    }
    if let Some(body) = holder.get_mut("requestBody").and_then(Value::as_object_mut)
        && body.get("content").and_then(Value::as_object).is_some_and(|content| !content.is_empty())
    {
        body.insert("required".to_owned(), true.into());
    }
}

/// Allows each parameter of an operation only the values of its calls.
fn allow_only(operation: &mut Map<String, Value>, path: &str, method: &str, document: &Document, program: &Program) {
    let any = document.any_method(path) == method;
    let own = |c: &&Call| {
        c.operation
            .split_once(' ')
            .is_some_and(|(m, p)| p == path && (m.eq_ignore_ascii_case(method) || any && m == "ANY"))
    };
    let calls: Vec<&Call> = program.calls.iter().filter(own).collect();
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let (Some(location), Some(name)) = (parameter["in"].as_str(), parameter["name"].as_str()) else { continue };
        let key = (location.to_owned(), name.to_owned());
        let values: Vec<&Value> = calls.iter().filter_map(|c| c.parameters.get(&key)).collect();
        if values.is_empty() {
            continue;
        }
        // In Swagger the parameter is its own schema.
        let schema = if parameter.get("schema").is_some() { &mut parameter["schema"] } else { parameter };
        let is_scalar = |schema: &Value| {
            schema["type"].as_str().is_some_and(|t| ["string", "integer", "number", "boolean"].contains(&t))
        };
        if is_scalar(schema) {
            schema["enum"] = serde_json::json!(values);
        } else if schema["type"] == "array" && is_scalar(&schema["items"]) {
            let items: Vec<&Value> = values.iter().filter_map(|v| v.as_array()).flatten().collect();
            let lengths = || values.iter().filter_map(|v| v.as_array()).map(Vec::len);
            schema["minItems"] = lengths().min().into();
            schema["maxItems"] = lengths().max().into();
            if !items.is_empty() {
                schema["items"]["enum"] = serde_json::json!(items);
            }
        }
    }
}

fn require_one(document: &Document, parameter: &mut Value, kept: &[(String, String)]) {
    let is_kept =
        kept.iter().any(|(location, name)| parameter["in"] == location.as_str() && parameter["name"] == name.as_str());
    if let Some(members) = parameter.as_object_mut() {
        if is_kept {
            members.insert("required".to_owned(), true.into());
        }
        if let Some(schema) = members.get_mut("schema") {
            *schema = resolve(&document.given, schema).clone();
        }
        if let Some(plain) = members.get("name").and_then(Value::as_str).and_then(|name| name.strip_suffix('+')) {
            members.insert("name".to_owned(), plain.to_owned().into());
        }
    }
}

"""Calls each operation with the client that a tool generates, and judges the request as it was sent and the answer as it was read."""

import json
import os
import subprocess

from . import crates
from .operations import BYTES, check_request
from .wire import Recorder, Wrong, expect

CALLERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "callers")

# What the calls use beside the generated crates.
DEPENDENCIES = """
futures-util = "0.3"
reqwest = { version = "0.13", default-features = false }
serde_json = "1"
tokio = { version = "1", features = ["rt"] }
"""

# The program: an answer is printed as the JSON value that the caller made of it, and a failure as text.
MAIN = """
#[path = {path}]
mod calls;

/// What the caller read of the answer, or why it could not.
type Read = Result<serde_json::Value, String>;

/// The bytes of files and of bodies: no UTF-8, and with what looks like a boundary.
const BYTES: &[u8] = {bytes};

fn main() {{
    let arguments: Vec<String> = std::env::args().collect();
    let (call, url) = (arguments[2].as_str(), arguments[3].as_str());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let read: Read = runtime.block_on(async {{
        match arguments[1].as_str() {{
{arms}            _ => Err("no such case".to_owned()),
        }}
    }});
    match read {{
        Ok(value) => println!("=\\t{{value}}"),
        Err(error) => println!("!\\t{{}}", error.replace('\\n', " ")),
    }}
}}
"""


def rust_bytes(value):
    return 'b"' + "".join(f"\\x{byte:02x}" for byte in value) + '"'


def build(tool, names):
    """The program of a tool; the functions of cases whose crate is missing are not compiled."""
    path = os.path.join(CALLERS, f"{tool.replace('-', '_')}.rs")
    manifest = "[features]\ndefault = " + json.dumps(names) + "\n" + "".join(f"{name} = []\n" for name in names)
    manifest += "\n[dependencies]" + DEPENDENCIES + "".join(f'{name}_client = {{ package = "{name}", path = "../{name}" }}\n' for name in names)
    arms = "".join(f'            "{name}" => calls::{name}(url, call).await,\n' for name in names)
    return crates.program(tool, "caller", manifest, MAIN.format(path=json.dumps(path), bytes=rust_bytes(BYTES), arms=arms))


def run_call(program, operation, call, recorder):
    """Raises `Wrong` if the request or what was read of the answer is not what the call requires."""
    recorder.expect_call(call.answer)
    try:
        done = subprocess.run([program, operation.name, call.name, recorder.url], capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        raise Wrong("the call does not end") from None
    kind, _, text = (done.stdout.strip() or "!\t" + (done.stderr.strip().splitlines() or ["it prints nothing"])[0]).partition("\t")
    requests = recorder.requests()
    if not requests:
        raise Wrong(f"nothing is sent: {text}")
    expect("requests", len(requests), 1)
    check_request(operation, call, requests[0])
    if kind == "!":
        raise Wrong(text)
    if json.loads(text) != call.read:
        raise Wrong(f"read {text}, expected {json.dumps(call.read)}")


def judge(tool, operations):
    """The reasons of the crates that are wrong, by the name of the operation."""
    program, error = build(tool, [operation.name for operation in operations])
    if error:
        raise SystemExit(f"{tool}: the calls do not compile: {error}")
    wrong = {}
    with Recorder() as recorder:
        for operation in operations:
            for call in operation.calls:
                try:
                    run_call(program, operation, call, recorder)
                except Wrong as reason:
                    wrong[operation.name] = f"{call.name}: {reason}" if call.name else str(reason)
                    break
    return wrong

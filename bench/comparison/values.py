"""Reads values as the types that a tool generates, with serde, and writes them back."""

import json
import subprocess

from . import crates

# The type of the component `Whole` in the crate of each tool.
TYPES = {
    "cogen": "types::Whole",
    "openapi-to-rust": "api::types::Whole",
    "oas3-gen": "Whole",
    "ploidy": "types::Whole",
    "progenitor": "types::Whole",
}

HEAD = """
fn main() {
    for line in std::io::stdin().lines() {
        let line = line.expect("a line");
        let (index, text) = line.split_once('\\t').expect("a tab");
        match round(index, text) {
            Ok(text) => println!("=\\t{text}"),
            Err(error) => println!("!\\t{}", error.replace('\\n', " ")),
        }
    }
}

fn read_and_write<T: serde::Serialize + serde::de::DeserializeOwned>(text: &str) -> Result<String, String> {
    let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    serde_json::to_string(&value).map_err(|error| error.to_string())
}

fn round(index: &str, text: &str) -> Result<String, String> {
    match index {
"""


def same(found, expected):
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[name], expected[name]) for name in found)
    return found == expected


def build(tool, names):
    feature = ', features = ["serde"]' if tool == "cogen" else ""
    manifest = '[dependencies]\nserde = "1"\nserde_json = "1"\n'
    manifest += "".join(f'{name} = {{ path = "../{name}"{feature} }}\n' for name in names)
    arms = "".join(f'        "{name}" => read_and_write::<{name}::{TYPES[tool]}>(text),\n' for name in names)
    source = HEAD + arms + '        _ => Err("no such case".to_owned()),\n    }\n}\n'
    return crates.program(tool, "judge", manifest, source)


def judge(tool, values):
    """The reasons of the crates that are wrong; `values` has those of each crate."""
    program, error = build(tool, list(values))
    if error:
        raise SystemExit(f"{tool}: the program does not compile: {error}\nIt is in {crates.home(tool)}/judge")
    lines = [(name, value) for name, several in values.items() for value in several]
    given = "".join(f"{name}\t{json.dumps({'v': value})}\n" for name, value in lines)
    printed = subprocess.run([program], input=given, capture_output=True, text=True).stdout.splitlines()
    wrong = {}
    for (name, value), line in zip(lines, printed, strict=True):
        kind, text = line.split("\t", 1)
        if kind == "!" or not same(json.loads(text), {"v": value}):
            wrong.setdefault(name, f"{json.dumps(value)}: {text}")
    return wrong

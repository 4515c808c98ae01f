"""The crates that a tool generates for the cases, in one workspace."""

import importlib.machinery
import importlib.util
import json
import os
import re
import subprocess

LOADER = importlib.machinery.SourceFileLoader("run", os.path.join(os.path.dirname(os.path.dirname(__file__)), "run"))
run = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", LOADER))
LOADER.exec_module(run)


# What a tool needs beside its default options, by tool and case: the streams of openapi-to-rust have types only with this configuration.
CONFIGURATIONS = {
    ("openapi-to-rust", "event_stream"): """
[generator]
spec_path = "event_stream.json"
output_dir = "event_stream/src/api"
module_name = "api"

[features]
enable_async_client = true
enable_sse_client = true

[[streaming.endpoints]]
operation_id = "call"
path = "call"
http_method = "GET"
stream_parameter = ""
event_union_type = "Item"
content_type = "text/event-stream"

[streaming.endpoints.event_flow]
type = "Continuous"
""",
}


def home(tool):
    """The workspace of a tool."""
    return os.path.join(run.OUT, "rivals", tool)


def command(tool, name, file, output):
    configuration = CONFIGURATIONS.get((tool, name))
    if configuration is None:
        return run.command(tool, file, output)
    path = os.path.join(home(tool), f"{name}.toml")
    with open(path, "w", encoding="utf-8") as out:
        out.write(configuration)
    return [run.binary(tool), "generate", "--quiet", "--config", path]


def why(said):
    """What a tool says about its failure: what follows a panic or begins with the first error, or the last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("note: run with")]
    for number, line in enumerate(lines):
        if " panicked at " in line:
            return " ".join(lines[number + 1 :])
        if re.search("fail|error", line, re.IGNORECASE):
            return " ".join(lines[number:])
    return lines[-1] if lines else None


def generate(tool, name, document):
    """Writes the crate of a case; returns why the tool does not."""
    file, output = os.path.join(home(tool), f"{name}.json"), os.path.join(home(tool), name)
    with open(file, "w", encoding="utf-8") as out:
        json.dump(document, out)
    env = run.environment(RUST_BACKTRACE="0")
    done = subprocess.run(command(tool, name, file, output), cwd=home(tool), env=env, capture_output=True, text=True)
    if done.returncode != 0 or not os.path.isdir(os.path.join(output, "src")):
        return why(done.stdout + done.stderr) or f"exit status {done.returncode}"
    run.manifest(output)
    path = os.path.join(output, "Cargo.toml")
    with open(path, encoding="utf-8") as manifest:
        text = manifest.read().replace("\n[workspace]\n", "\n")
    with open(path, "w", encoding="utf-8") as manifest:
        manifest.write(re.sub(r'(?m)^name = ".*"', f'name = "{name}"', text, count=1))
    return None


def compile_all(tool, names):
    """Compiles the crates; returns the first error of each that does not compile."""
    with open(os.path.join(home(tool), "Cargo.toml"), "w", encoding="utf-8") as out:
        out.write(f'[workspace]\nresolver = "3"\nmembers = {json.dumps(names)}\n')
    env = run.environment(CARGO_TARGET_DIR=os.path.join(run.OUT, "target"), CARGO_PROFILE_DEV_DEBUG="0")
    command = ["cargo", "build", "--workspace", "--keep-going", "--message-format=json"]
    done = subprocess.run(command, cwd=home(tool), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    errors, built = {}, set()
    for line in done.stdout.splitlines():
        message = json.loads(line)
        name = os.path.basename(os.path.dirname(message.get("manifest_path", "")))
        if message["reason"] == "compiler-message" and message["message"]["level"] == "error":
            errors.setdefault(name, message["message"]["rendered"].strip())
        elif message["reason"] == "compiler-artifact":
            built.add(name)
    for name in names:
        if name not in built:
            errors.setdefault(name, (done.stderr.strip().splitlines() or ["it is not compiled"])[-1])
    return errors


def program(tool, name, manifest, source):
    """Compiles a program that uses crates of the workspace, whose names `manifest` has; returns its path and its error."""
    directory = os.path.join(home(tool), name)
    os.makedirs(os.path.join(directory, "src"), exist_ok=True)
    with open(os.path.join(directory, "Cargo.toml"), "w", encoding="utf-8") as out:
        out.write(f'[package]\nname = "{name}"\nversion = "0.0.0"\nedition = "2024"\n\n{manifest}')
    with open(os.path.join(directory, "src", "main.rs"), "w", encoding="utf-8") as out:
        out.write(source)
    return os.path.join(run.OUT, "target", "debug", name), compile_all(tool, [name]).get(name)

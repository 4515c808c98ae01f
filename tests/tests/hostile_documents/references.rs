//! References to other files and hosts: G9.

use super::{accepted, document, refused, response, text_of};
use cogen_tests::{cogen as command, paths};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

#[test]
fn g09_references_do_not_leave_the_document() {
    let with = |reference: &str| {
        document(response(json!({"$ref": reference})), json!({"components": {"schemas": {"Pet": {"type": "string"}}}}))
    };
    for reference in [
        "http://127.0.0.1:1/x.yaml",
        "https://evil.example/x.yaml#/Pet",
        "file:///etc/passwd",
        "/etc/passwd",
        "../x.yaml",
        "other.yaml#/Pet",
        "x.json",
        "\\\\evil\\share\\x",
        "//evil.example/x",
    ] {
        let printed = refused(&with(reference), "COGEN-");
        assert!(printed.contains("document"), "{reference}: {printed}");
    }
    let printed = refused(&with("#/components/schemas/Pett"), "Pett");
    assert!(printed.contains("schemas/Pet`"), "no nearest name in: {printed}");
    for schemas in [
        json!({"A": {"$ref": "#/components/schemas/A"}}),
        json!({"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/C"}, "C": {"$ref": "#/components/schemas/A"}}),
    ] {
        refused(
            &document(response(json!({"$ref": "#/components/schemas/A"})), json!({"components": {"schemas": schemas}})),
            "COGEN-",
        );
    }
    let part_of_itself = json!({"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object", "properties": {"x": {"type": "string"}}}]}});
    let (_, report) = accepted(&document(
        response(json!({"$ref": "#/components/schemas/A"})),
        json!({"components": {"schemas": part_of_itself}}),
    ));
    assert!(report.to_string().contains("recursive `allOf`"), "{report}");
    let ring = json!({"A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}}, "B": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}}});
    assert!(
        text_of(
            &accepted(&document(
                response(json!({"$ref": "#/components/schemas/A"})),
                json!({"components": {"schemas": ring}})
            ))
            .0
        )
        .contains("Box<")
    );
}

/// Opening a FIFO without a writer blocks for ever, and there is no network in a separate namespace.
#[cfg(target_os = "linux")]
#[test]
fn g09_the_target_of_a_reference_is_not_opened() {
    let directory = paths::scratch("g09").unwrap();
    let made = Command::new("mkfifo").arg(directory.join("pipe.yaml")).status().expect("mkfifo runs");
    assert!(made.success());
    fs::write(directory.join("other.yaml"), "Pet: {type: object, properties: {canary: {type: string}}}").unwrap();
    let file = directory.join("api.json");
    let binary = command::binary().unwrap();
    let alone = Command::new("unshare").args(["-rn", "true"]).status().is_ok_and(|status| status.success());
    for reference in
        ["pipe.yaml", "pipe.yaml#/Pet", "other.yaml#/Pet", "http://127.0.0.1:9/x", "https://example.com/x.yaml"]
    {
        fs::write(&file, document(response(json!({"$ref": reference})), json!({})).to_string()).unwrap();
        let mut run = Command::new("timeout");
        run.arg("60");
        if alone {
            run.args(["unshare", "-rn"]);
        }
        let output = run.arg(binary).arg("generate").arg(&file).arg("-o").arg(directory.join("out")).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{reference}: {printed}");
        assert!(printed.contains("error[COGEN-") && !printed.contains("canary"), "{printed}");
    }
    if !alone {
        println!("no namespaces here: run without `unshare -rn`");
    }
}

/// The generator has no code that uses a network.
#[test]
fn g09_the_generator_does_not_depend_on_network_code() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut tree = Command::new(cargo);
    tree.args(["tree", "--locked", "--offline", "-p", "cogen", "-e", "normal", "--prefix", "none", "-f", "{p}"])
        .current_dir(paths::root());
    let output = tree.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names: BTreeSet<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|l| l.split(' ').next().map(str::to_owned))
        .collect();
    assert!(names.contains("granit-parser") && names.len() > 20, "{names:?}");
    for network in [
        "reqwest",
        "hyper",
        "ureq",
        "curl",
        "isahc",
        "attohttpc",
        "minreq",
        "tokio",
        "mio",
        "socket2",
        "async-std",
        "smol",
        "rustls",
        "openssl",
        "native-tls",
        "quinn",
        "h2",
        "http",
    ] {
        assert!(!names.contains(network), "cogen depends on {network}");
    }
    // Nor do its own sources use a socket.
    let mut directories = vec![paths::root().join("codegen/src")];
    while let Some(directory) = directories.pop() {
        for path in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for socket in ["std::net", "std::os::unix::net", "TcpStream", "UdpSocket", "UnixStream"] {
                assert!(!text.contains(socket), "{socket} in {}", path.display());
            }
        }
    }
}

//! The book in `docs/` is correct: its programs compile, its commands run, its references are complete.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::crates::Workspace;
use cogen_tests::markdown::{self, Block};
use cogen_tests::{cogen, paths, programs};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The clients that the programs use, each with its document; `cogen.toml` is next to it.
const CLIENTS: [(&str, &str); 3] = [
    ("deliveries-client", "docs/apis/deliveries/openapi.yaml"),
    ("orders-client", "docs/apis/orders/openapi.yaml"),
    ("petstore-client", "examples/petstore/openapi.yaml"),
];

/// The directory whose copy the commands of a page run in, and the name that the page gives to the document in it.
const DIRECTORIES: [(&str, &str, &str); 3] = [
    ("first-client.md", "examples/petstore", "openapi.json"),
    ("http-api.md", "docs/apis/orders", "openapi.yaml"),
    ("lambda-authorizers.md", "docs/apis/deliveries", "openapi.yaml"),
];

/// The page whose programs are tests; they are also run.
const TESTING: &str = "testing.md";

/// The page whose programs are files of `examples/build-script`.
const BUILD_SCRIPT: &str = "build-script.md";

/// The pages, by name, in the order of their names.
fn pages() -> Vec<(String, String)> {
    let entries = fs::read_dir(paths::root().join("docs/src")).expect("the pages");
    let mut names: Vec<String> = entries.map(|entry| paths::name(&entry.expect("a page").path())).collect();
    names.retain(|name| name.ends_with(".md"));
    names.sort();
    names.into_iter().map(|name| (name.clone(), markdown::file(&format!("docs/src/{name}")))).collect()
}

fn blocks_of(text: &str, language: &str) -> Vec<Block> {
    markdown::blocks(text).into_iter().filter(|block| block.language == language).collect()
}

fn is_complete(text: &str, parts: impl IntoIterator<Item = String>, what: &str) {
    let missing: Vec<String> = parts.into_iter().filter(|part| !text.contains(part.as_str())).collect();
    assert!(missing.is_empty(), "{what} lacks:\n{}", missing.join("\n"));
}

#[test]
fn every_page_and_every_decision_is_listed() {
    let summary = markdown::file("docs/src/SUMMARY.md");
    let names = pages().into_iter().map(|(name, _)| name).filter(|name| name != "SUMMARY.md");
    is_complete(&summary, names.map(|name| format!("({name})")), "docs/src/SUMMARY.md");
    let decisions = fs::read_dir(paths::root().join("docs/decisions")).expect("the decisions");
    let decisions = decisions.map(|entry| paths::name(&entry.expect("a decision").path()));
    let includes = decisions.map(|name| format!("{{{{#include ../decisions/{name}}}}}"));
    is_complete(&markdown::file("docs/src/decisions.md"), includes, "docs/src/decisions.md");
}

#[test]
fn every_block_of_a_file_begins_with_the_file_name() {
    for (page, text) in pages() {
        for block in blocks_of(&text, "toml") {
            let is_named = ["cogen.toml", "Cargo.toml"].iter().any(|name| block.of_file(name).is_some());
            assert!(is_named, "{page}:{}: the block begins with neither `# cogen.toml` nor `# Cargo.toml`", block.line);
        }
    }
}

#[test]
fn every_correct_program_compiles_and_the_wrong_ones_do_not() {
    let mut workspace = Workspace::new("book").expect("a scratch directory");
    let clients = CLIENTS.map(|(client, _)| client);
    for (client, document) in CLIENTS {
        programs::client(&mut workspace, client, document).expect("the document is accepted");
    }
    let mut modules = String::from("#![allow(dead_code, unused)]\n");
    let (mut files, mut wrong) = (Vec::new(), Vec::new());
    for (page, text) in pages() {
        if page == TESTING || page == BUILD_SCRIPT {
            continue;
        }
        let stem = page.trim_end_matches(".md").replace('-', "_");
        let blocks = markdown::blocks(&text);
        for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.language == "rust") {
            let name = format!("page_{stem}_line_{}", block.line);
            if block.has("compile_fail") {
                let message = blocks.get(index + 1).filter(|next| next.language == "text");
                let message = message.unwrap_or_else(|| panic!("{page}:{}: no message follows", block.line));
                let files = [("lib.rs".to_owned(), block.program())];
                programs::member(&mut workspace, &name, &clients, &files).expect("a writable file");
                wrong.push((name, message.text.clone()));
            } else {
                modules.push_str(&format!("mod {name};\n"));
                files.push((format!("{name}.rs"), block.program()));
            }
        }
    }
    assert!(files.len() > 10 && !wrong.is_empty(), "{} programs, {} wrong ones", files.len(), wrong.len());
    files.push(("lib.rs".to_owned(), modules));
    programs::member(&mut workspace, "book", &clients, &files).expect("a writable file");
    let verdicts = workspace.check(&[]).expect("cargo check runs");
    let book = verdicts.get("book").expect("a verdict");
    let rendered: Vec<&str> = book.messages.iter().map(|message| message.rendered.as_str()).collect();
    assert!(book.is_clean(), "{}", rendered.join("\n"));
    for (name, message) in wrong {
        let difference = programs::difference(verdicts.get(&name).expect("a verdict"), &message);
        assert_eq!(difference, None, "{name}: {}", difference.as_deref().unwrap_or_default());
    }
}

/// The features and crates that a page lists are sufficient for its program.
#[test]
fn each_program_compiles_with_the_manifest_of_its_page() {
    let mut workspace = Workspace::new("book-manifests").expect("a scratch directory");
    for (client, document) in CLIENTS {
        programs::client(&mut workspace, client, document).expect("the document is accepted");
    }
    let mut names = Vec::new();
    for (page, text) in pages().into_iter().filter(|(page, _)| page != BUILD_SCRIPT) {
        let blocks = markdown::blocks(&text);
        let file = |name: &str| blocks.iter().find(|block| block.of_file(name).is_some());
        let Some(program) = file("src/main.rs") else { continue };
        let manifest = file("Cargo.toml").unwrap_or_else(|| panic!("{page} has a program and no manifest"));
        let name = format!("page-{}", page.trim_end_matches(".md"));
        let directory = workspace.member(&name);
        fs::create_dir_all(directory.join("src")).expect("a directory");
        let manifest = manifest.text.replace("path/to/this/clone", &paths::root().to_string_lossy());
        let package = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n{manifest}\n");
        fs::write(directory.join("Cargo.toml"), package).expect("a writable file");
        fs::write(directory.join("src/main.rs"), program.program()).expect("a writable file");
        names.push(name);
    }
    assert!(names.len() > 4, "{names:?}");
    // One at a time, since cargo unifies the features of the packages that it checks together.
    for name in names {
        let verdicts = workspace.check(std::slice::from_ref(&name)).expect("cargo check runs");
        let verdict = verdicts.get(&name).expect("a verdict");
        assert!(verdict.is_clean(), "{name}: {}", verdict.messages[0].rendered);
    }
}

#[test]
fn the_tests_of_an_application_pass() {
    let mut workspace = Workspace::new("book-testing").expect("a scratch directory");
    programs::client(&mut workspace, "petstore-client", "examples/petstore/openapi.yaml").expect("it is accepted");
    let blocks = blocks_of(&markdown::file(&format!("docs/src/{TESTING}")), "rust");
    let mut modules = String::from("#![allow(dead_code, unused)]\n");
    let mut files = Vec::new();
    for block in &blocks {
        modules.push_str(&format!("mod line_{};\n", block.line));
        files.push((format!("line_{}.rs", block.line), block.program()));
    }
    files.push(("lib.rs".to_owned(), modules));
    programs::member(&mut workspace, "book-testing", &["petstore-client"], &files).expect("a writable file");
    let run = workspace.cargo(&["test", "--offline", "-p", "book-testing", "--lib"]).expect("cargo runs");
    let printed = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "{printed}\n{}", String::from_utf8_lossy(&run.stderr));
    let tests =
        blocks.iter().map(|block| block.text.matches("::test]").count() + block.text.matches("#[test]").count());
    assert!(printed.contains(&format!("test result: ok. {} passed", tests.sum::<usize>())), "{printed}");
}

#[test]
fn the_build_script_is_that_of_the_example() {
    let shown = blocks_of(&markdown::file(&format!("docs/src/{BUILD_SCRIPT}")), "rust");
    let plain = |text: &str| text.replace("../petstore/", "").split_whitespace().collect::<String>();
    for file in ["build.rs", "src/main.rs"] {
        let example = plain(&markdown::file(&format!("examples/build-script/{file}")));
        let block = shown.iter().find_map(|block| block.of_file(file)).expect("the file is shown");
        assert!(example.contains(&plain(block)), "examples/build-script/{file} does not contain:\n{block}");
    }
}

#[test]
fn every_configuration_is_valid() {
    let directory = paths::scratch("book-configuration").expect("a scratch directory");
    fs::copy(paths::root().join("examples/petstore/openapi.yaml"), directory.join("openapi.yaml")).expect("a copy");
    for (page, text) in pages() {
        for block in blocks_of(&text, "toml") {
            let Some(config) = block.of_file("cogen.toml") else { continue };
            let mut report = ::cogen::Report::default();
            let options = ::cogen::config::read(config, 0, &mut report);
            assert!(options.is_ok(), "{page}:{}: {report:?}", block.line);
        }
    }
}

/// The commands of cogen on a page, without `$ `, run in order in a copy of the page's directory.
fn commands_of(text: &str) -> Vec<(usize, String, Vec<String>)> {
    let mut commands: Vec<(usize, String, Vec<String>)> = Vec::new();
    for block in blocks_of(text, "console") {
        let mut is_cogen = false;
        for (index, line) in block.text.lines().enumerate() {
            if let Some(command) = line.strip_prefix("$ ") {
                is_cogen = command.starts_with("cogen ");
                if is_cogen {
                    commands.push((block.line + index + 1, command.to_owned(), Vec::new()));
                }
            } else if let Some((_, _, output)) = commands.last_mut().filter(|_| is_cogen) {
                output.push(line.to_owned());
            }
        }
    }
    commands
}

fn copy_of(page: &str) -> PathBuf {
    let (_, directory, document) = DIRECTORIES.iter().find(|(name, _, _)| *name == page).copied().unwrap_or((
        "",
        "examples/petstore",
        "openapi.yaml",
    ));
    let copy = paths::scratch(&format!("book-{}", page.trim_end_matches(".md"))).expect("a scratch directory");
    for entry in fs::read_dir(paths::root().join(directory)).expect("the directory of the page") {
        let path = entry.expect("a file").path();
        let name = paths::name(&path);
        let name = if name == "openapi.yaml" { document } else { &name };
        let text = fs::read_to_string(&path).expect("a file").replace("../../runtime", "path/to/this/clone/runtime");
        fs::write(copy.join(name), text.replace("path/to/this/clone", &paths::root().to_string_lossy()))
            .expect("a copy");
    }
    copy
}

fn shell(command: &str, directory: &Path) -> (bool, String) {
    let binary = cogen::binary().expect("cogen builds").parent().expect("a directory").to_owned();
    let mut paths = vec![binary];
    paths.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let command = command.replace("path/to/this/clone", &paths::root().to_string_lossy());
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("({command}) 2>&1")]).current_dir(directory);
    let run = shell.env("PATH", env::join_paths(paths).expect("paths")).env("NO_COLOR", "1").output().expect("sh runs");
    (run.status.success(), String::from_utf8_lossy(&run.stdout).into_owned())
}

#[cfg(unix)]
#[test]
fn every_command_of_cogen_prints_the_output_of_its_page() {
    let mut count = 0;
    for (page, text) in pages() {
        let commands = commands_of(&text);
        if commands.is_empty() {
            continue;
        }
        let directory = copy_of(&page);
        for (line, command, shown) in commands {
            let (is_success, printed) = shell(&command, &directory);
            assert!(is_success, "{page}:{line}: `{command}` fails:\n{printed}");
            let mut rest = printed.lines();
            for expected in shown.iter().filter(|line| !line.is_empty() && *line != "…") {
                let found = rest.any(|line| line.trim_end() == expected.trim_end());
                assert!(
                    found,
                    "{page}:{line}: `{command}` does not print, in this order:\n{expected}\nbut:\n{printed}"
                );
            }
            count += 1;
        }
    }
    assert!(count >= 10, "{count} commands");
}

/// The help of each command is a file that the tests of the generator compare with the output.
#[test]
fn the_command_reference_has_the_help_of_each_command() {
    let files = fs::read_dir(paths::root().join("codegen/tests/help")).expect("the help texts");
    let names = files.map(|entry| paths::name(&entry.expect("a help text").path()));
    let includes = names.map(|name| format!("{{{{#include ../../codegen/tests/help/{name}}}}}"));
    is_complete(&markdown::file("docs/src/commands.md"), includes, "docs/src/commands.md");
}

/// The keys that the configuration reader knows in a table: its message about an unknown key lists them.
fn keys_of(table: &str) -> BTreeSet<String> {
    const UNKNOWN: &str = "zzzzzzzzzzzzzzzz";
    let directory = paths::scratch("book-keys").expect("a scratch directory");
    let document = directory.join("openapi.yaml");
    fs::copy(paths::root().join("examples/petstore/openapi.yaml"), &document).expect("a copy");
    let header = if table.is_empty() { String::new() } else { format!("[{table}]\n") };
    fs::write(directory.join("cogen.toml"), format!("{header}{UNKNOWN} = 1\n")).expect("a writable file");
    let [inspect, format, json] = ["inspect", "--message-format", "json"].map(Path::new);
    let run = cogen::run(&[inspect, format, json, &document]).expect("cogen runs");
    let messages = run.stderr.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let message = messages.into_iter().find(|m| m["message"].as_str().is_some_and(|text| text.contains(UNKNOWN)));
    let message = message.unwrap_or_else(|| panic!("no message about an unknown key: {}", run.stderr));
    let help = message["help"].as_str().expect("a help");
    help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// A section of the configuration reference has a row for each key of its table, and no other rows.
#[test]
fn the_configuration_reference_has_every_key() {
    let page = markdown::file("docs/src/configuration.md");
    let section = |heading: &str| {
        let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no section {heading}"));
        let section = rest.split("\n## ").next().unwrap_or_default();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        rows.map(str::to_owned).collect::<BTreeSet<String>>()
    };
    let tables = [
        ("", "The tables"),
        ("crate", "`[crate]`"),
        ("package", "`[package]`"),
        ("runtime", "`[runtime]`"),
        ("api", "`[api]`"),
        ("rename", "`[rename]`"),
        ("types", "`[types]`"),
        ("authorizers.PetPool", "`[authorizers.NAME]`"),
        ("environments.dev", "`[environments.NAME]`"),
        ("environments.dev.authorizers.PetPool", "`[environments.NAME.authorizers.NAME]`"),
        ("skip", "`[skip]`"),
        ("security", "`[security]`"),
        ("paginate.list_pets", "`[paginate.OPERATION]`"),
        ("idempotency", "`[idempotency]`"),
        ("limits", "`[limits]`"),
    ];
    for (table, heading) in tables {
        assert_eq!(section(heading), keys_of(table), "the keys of `[{table}]` and the rows of the section {heading}");
    }
}

/// The example of the whole file is read together with a document that has the names in it.
#[test]
fn the_whole_configuration_fits_its_document() {
    let directory = paths::scratch("book-whole-configuration").expect("a scratch directory");
    // The scheme that the configuration binds is required by an operation.
    let legacy = "paths:\n  /legacy:\n    get: { security: [{ Legacy: [] }], responses: {} }\n";
    let document = markdown::file("examples/petstore/openapi.yaml").replacen("paths:\n", legacy, 1);
    assert!(document.contains("/legacy"));
    fs::write(directory.join("openapi.yaml"), &document).expect("a copy");
    fs::write(directory.join("source.yaml"), &document).expect("a copy");
    let page = markdown::file("docs/src/configuration.md");
    let whole = blocks_of(&page, "toml").into_iter().next().expect("the example");
    fs::write(directory.join("cogen.toml"), whole.of_file("cogen.toml").expect("its name")).expect("a writable file");
    let run = cogen::run(&[Path::new("inspect"), &directory.join("openapi.yaml")]).expect("cogen runs");
    assert!(!run.stderr.contains("error["), "{}", run.stderr);
}

#[test]
fn the_default_limits_are_those_of_the_reference() {
    let page = markdown::file("docs/src/configuration.md");
    let limits = ::cogen::config::options::Limits::default();
    let numbers = [
        ("bytes", limits.bytes),
        ("depth", limits.depth),
        ("nodes", limits.nodes),
        ("types", limits.types),
        ("schemes", limits.schemes),
        ("scopes", limits.scopes),
        ("lines", limits.lines),
    ];
    is_complete(&page, numbers.map(|(name, number)| format!("| `{name}` | {number} |")), "docs/src/configuration.md");
}

#[test]
fn the_line_of_inspect_is_what_it_prints() {
    let page = markdown::file("docs/src/inspect.md");
    let shown: Value = serde_json::from_str(&markdown::first(&page, "json").expect("a line")).expect("a JSON object");
    let (operations, _) = cogen::inspect(&paths::root().join("examples/petstore/openapi.yaml")).expect("cogen runs");
    let printed = operations.iter().find(|o| o["method"] == shown["method"] && o["path"] == shown["path"]);
    assert_eq!(printed, Some(&shown));
}

/// The variants of a public enum of the runtime, in whichever file it is.
fn variants_of(name: &str) -> Vec<String> {
    let mut directories = vec![paths::root().join("runtime/src")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = syn::parse_file(&fs::read_to_string(&path).expect("a source file")).expect("Rust");
                let found = file.items.into_iter().find_map(|item| match item {
                    syn::Item::Enum(item) if item.ident == name => Some(item),
                    _ => None,
                });
                if let Some(found) = found {
                    return found.variants.iter().map(|variant| variant.ident.to_string()).collect();
                }
            }
        }
    }
    panic!("the runtime has no enum {name}")
}

#[test]
fn every_kind_of_error_and_every_event_is_explained() {
    for (page, name) in [("errors.md", "ErrorKind"), ("errors.md", "GatewayError"), ("sessions.md", "SessionEvent")] {
        let text = markdown::file(&format!("docs/src/{page}"));
        let cells: BTreeSet<&str> =
            text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()).collect();
        let named: BTreeSet<&str> = cells.iter().flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
        let missing: Vec<String> = variants_of(name).into_iter().filter(|v| !named.contains(v.as_str())).collect();
        assert!(missing.is_empty(), "{page} has no row for {missing:?} of `{name}`");
    }
}

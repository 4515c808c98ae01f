//! The command line: the text of its help, its messages and its exit statuses.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A temporary directory of a test, in which commands run.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cogen-cli-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn cogen(&self, args: &[&str]) -> Done {
        self.cogen_with(args, "")
    }

    fn cogen_with(&self, args: &[&str], stdin: &str) -> Done {
        use std::io::Write;
        let mut command = Command::new(env!("CARGO_BIN_EXE_cogen"));
        // Environment variables affect the width of the help and the colors.
        command
            .current_dir(&self.0)
            .args(args)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read its input closes it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        Done::new(child.wait_with_output().unwrap())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Done {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Done {
    fn new(output: Output) -> Self {
        Self {
            status: output.status.code().expect("no signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, status, "\n{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn prints(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "{part:?} is missing in:\n{}", self.stderr);
        self
    }
}

/// The help of each command is in `tests/help`. `COGEN_BLESS=1` writes it.
#[test]
fn help_has_the_expected_text() {
    let scratch = Scratch::new("help");
    for command in ["", "generate", "check", "inspect", "explain", "completions"] {
        let args: Vec<&str> = if command.is_empty() { vec!["--help"] } else { vec![command, "--help"] };
        let shown = scratch.cogen(&args).exits(0).stdout.replace(".exe", "");
        let name = if command.is_empty() { "cogen" } else { command };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/help/{name}.txt"));
        if std::env::var_os("COGEN_BLESS").is_some() {
            fs::write(&path, &shown).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert_eq!(shown, kept, "{}: run with COGEN_BLESS=1 if this is intended", path.display());
    }
    scratch.cogen(&[]).exits(2).prints("Usage: cogen");
    assert_eq!(scratch.cogen(&["--version"]).exits(0).stdout, format!("cogen {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_is_2() {
    let scratch = Scratch::new("usage");
    scratch.file("api.yaml", "openapi: 3.0.1");
    scratch.cogen(&["generat"]).exits(2).prints("generate");
    scratch.cogen(&["generate"]).exits(2).prints("<DOC>");
    scratch.cogen(&["check", "api.yaml"]).exits(2).prints("--output <DIR>");
    scratch.cogen(&["inspect", "api.yaml", "--format", "xml"]).exits(2).prints("table, json");
    scratch.cogen(&["generate", "none.yaml"]).exits(2).prints("error[COGEN-W001]: cannot read `none.yaml`");
    scratch.cogen(&["inspect", "none.yaml"]).exits(2).prints("COGEN-W001");
    scratch.cogen(&["check", "none.yaml", "-o", "out"]).exits(2).prints("COGEN-W001");
    scratch.cogen(&["generate", "api.yaml", "--config", "none.toml"]).exits(2).prints("`none.toml`");
    scratch.cogen(&["generate", "api.yaml", "--schemas", "none.yaml"]).exits(2).prints("`none.yaml`");
    scratch
        .cogen(&["generate", "api.yaml", "--runtime-path", "none"])
        .exits(2)
        .prints("error[COGEN-W007]: `none` does not contain a Cargo.toml");
    scratch.cogen(&["explain", "COGEN-X999"]).exits(2).prints("unknown diagnostic code");
    assert!(!scratch.0.join("out").exists());
}

#[test]
fn a_wrong_configuration_is_2_and_has_its_location() {
    let scratch = Scratch::new("config");
    scratch.file("sub/api.yaml", "openapi: 3.0.1");
    scratch.file(
        "sub/cogen.toml",
        "[api]\nkeep_going = true\n[crate]\nname = \"std\"\n[authorizers.P]\nclient-secret = \"CANARY\"\n",
    );
    for command in ["generate", "inspect", "check"] {
        let output = if command == "check" { &["-o", "out"][..] } else { &[] };
        let done = scratch.cogen(&[&[command, "sub/api.yaml"], output].concat()).exits(2);
        let done = done
            .prints("sub/cogen.toml:2:1")
            .prints("did you mean `keep-going`?")
            .prints("COGEN-C004")
            .prints("COGEN-C006");
        assert!(!done.stderr.contains("CANARY"));
    }
    // A document from standard input has no default configuration.
    scratch.file("cogen.toml", "nope = 1");
    assert!(!scratch.cogen_with(&["inspect", "-"], "x: 1").stderr.contains("nope"));
    scratch.cogen_with(&["inspect", "-", "--config", "cogen.toml"], "x: 1").exits(2).prints("unknown key `nope`");
}

#[test]
fn codes_are_explained() {
    let scratch = Scratch::new("explain");
    let done = scratch.cogen(&["explain", "cogen-c006"]).exits(0);
    assert!(done.stdout.starts_with("COGEN-C006\n\nThe configuration contains a client secret."));
    let (text, example) = done.stdout.split_once("\nExample:\n\n").unwrap();
    assert!(text.lines().all(|line| line.len() <= 90), "{text}");
    assert!(
        example.starts_with("    $ cogen generate C006.yaml --config C006.toml\n\nC006.yaml:\n\n    openapi: "),
        "{example}"
    );
    assert!(example.contains("\n\nC006.toml:\n\n    [authorizers.PetPool]\n"), "{example}");
    assert_eq!(scratch.cogen(&["explain", "c6"]).exits(0).stdout, done.stdout);
    let all = scratch.cogen(&["explain"]).exits(0).stdout;
    assert!(all.contains("\nCOGEN-L021  An object has a duplicate key\n"), "{all}");
    assert!(all.lines().count() > 100 && all.lines().all(|line| line.starts_with("COGEN-")), "{all}");
    let json = scratch.cogen(&["explain", "l21", "--message-format", "json"]).exits(0).stdout;
    assert!(json.starts_with("{\"code\":\"COGEN-L021\",") && json.lines().count() == 1, "{json}");
    assert!(json.contains("\"example\":[{\"file\":\"L021.json\",\"text\":\"{\\n"), "{json}");
}

/// Every line of standard error has the format, whatever the result of the run.
#[test]
fn messages_have_the_requested_format() {
    let scratch = Scratch::new("formats");
    scratch.file("api.yaml", PETS);
    scratch.file("bad.yaml", &PETS.replace("type: array, items: {type: string}", "$ref: '#/components/schemas/None'"));
    scratch.file("none.toml", "nope = 1");
    let runs: [(&[&str], i32); 11] = [
        (&["generat"], 2),
        (&["generate"], 2),
        (&["generate", "api.yaml", "-o", "good"], 0),
        (&["generate", "bad.yaml", "-o", "out"], 1),
        (&["generate", "none.yaml", "-o", "out"], 2),
        (&["generate", "api.yaml", "-o", "out", "--config", "none.toml"], 2),
        (&["check", "bad.yaml", "-o", "good"], 2),
        (&["check", "api.yaml", "-o", "none"], 2),
        (&["inspect", "bad.yaml"], 0),
        (&["inspect", "none.yaml"], 2),
        (&["explain", "x"], 2),
    ];
    for (args, status) in runs {
        let done = scratch.cogen(&[args, &["--message-format", "json"][..]].concat()).exits(status);
        for line in done.stderr.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
            for key in [
                "severity",
                "code",
                "message",
                "file",
                "line",
                "column",
                "end_line",
                "end_column",
                "note",
                "help",
                "related",
            ] {
                assert!(value.get(key).is_some(), "{key}: {line}");
            }
        }
        assert_eq!(status != 0, done.stderr.contains("\"severity\":\"error\""), "{args:?}: {}", done.stderr);
        let done = scratch.cogen(&[args, &["--message-format", "github"][..]].concat()).exits(status);
        let commands = ["::error ", "::error::", "::warning ", "::notice ", "   Generated "];
        for line in done.stderr.lines() {
            assert!(commands.iter().any(|command| line.starts_with(command)), "{line}");
        }
    }
    // The text of a diff is not a workflow command.
    let library = scratch.0.join("good/src/lib.rs");
    let text = fs::read_to_string(&library).unwrap();
    fs::write(&library, text.replacen('\n', "\n::error::x\n", 1)).unwrap();
    let done = scratch.cogen(&["check", "api.yaml", "-o", "good", "--message-format", "github"]).exits(1);
    let first = done.stdout.lines().next().unwrap();
    let word = first.strip_prefix("::stop-commands::cogen-").unwrap();
    assert!(
        done.stdout.ends_with(&format!("\n::cogen-{word}::\n")) && done.stdout.contains("::error::x"),
        "{}",
        done.stdout
    );
}

#[test]
fn every_shell_has_completions() {
    let scratch = Scratch::new("completions");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(scratch.cogen(&["completions", shell]).exits(0).stdout.contains("runtime-path"), "{shell}");
    }
}

/// One operation without a credential, enough for a crate.
const PETS: &str = r#"
openapi: 3.0.1
info: {title: Pet Store, version: "1"}
servers: [{url: "https://api.example.com/v1"}]
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: All pets
          content: {application/json: {schema: {type: array, items: {type: string}}}}
"#;

#[test]
fn a_crate_is_generated_checked_and_kept_up_to_date() {
    let scratch = Scratch::new("generated");
    scratch.file("api.yaml", PETS);
    scratch.file("runtime/Cargo.toml", "[package]");
    let runtime = &["--runtime-path", "runtime"][..];
    let generate = &[&["generate", "api.yaml", "-o", "a/b"], runtime].concat();
    let check = &[&["check", "api.yaml", "-o", "a/b"], runtime].concat();
    scratch.cogen(check).exits(2).prints("the directory `a/b` does not exist");
    let done = scratch.cogen(generate).exits(0).prints("   Generated a/b: 1 operation, ");
    assert_eq!((done.stdout.as_str(), done.stderr.lines().count()), ("", 1), "{}", done.stderr);
    scratch.cogen(check).exits(0).prints("a/b is up to date");
    // The crate has the name of its directory, and the path of the runtime is relative to it.
    let manifest = fs::read_to_string(scratch.0.join("a/b/Cargo.toml")).unwrap();
    assert!(manifest.contains("\nname = \"b\"\n"), "{manifest}");
    assert!(manifest.contains("\ncogen-runtime = { path = \"../../runtime\" }\n"), "{manifest}");

    let library = scratch.0.join("a/b/src/lib.rs");
    let text = fs::read_to_string(&library).unwrap();
    fs::write(&library, text.replacen('\n', "\n// changed\n", 1)).unwrap();
    let done = scratch.cogen(check).exits(1).prints("run `cogen generate` with the same arguments to update it");
    assert!(done.stdout.starts_with("--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ "), "{}", done.stdout);
    assert!(done.stdout.contains("\n-// changed\n"), "{}", done.stdout);
    let done = scratch
        .cogen(&[generate, &["-v"][..]].concat())
        .exits(0)
        .prints("       Wrote src/lib.rs")
        .prints("   Unchanged ");
    assert!(!done.stderr.contains("Wrote Cargo.toml"));
    assert_eq!(fs::read_to_string(&library).unwrap(), text);

    assert_eq!(scratch.cogen(&[generate, &["-q"][..]].concat()).exits(0).stderr, "");
    // Another document gives another crate: files that are no longer generated are removed, and the diff shows it.
    scratch.file("api.yaml", &PETS.replace("/pets:", "/zoos/all:").replace("listPets", "listZoos"));
    scratch.cogen(check).exits(1);
    scratch.cogen(generate).exits(0);
    scratch.cogen(check).exits(0);
}

#[test]
fn the_same_document_gives_the_same_files_from_a_file_and_from_standard_input() {
    let scratch = Scratch::new("same-files");
    scratch.file("api.yaml", PETS);
    scratch.cogen(&["generate", "api.yaml"]).exits(0).prints("   Generated pet-store: ");
    scratch.cogen_with(&["generate", "-", "-o", "stdin/pet-store"], PETS).exits(0);
    scratch.cogen_with(&["check", "-", "-o", "pet-store"], PETS).exits(0);
    scratch.cogen(&["check", "api.yaml", "-o", "stdin/pet-store"]).exits(0);
    // A single file: in the current directory, in another directory, under a name.
    scratch.cogen(&["generate", "api.yaml", "--single-file"]).exits(0).prints("   Generated pet_store.rs: ");
    scratch.cogen(&["generate", "api.yaml", "--single-file", "-o", "src"]).exits(0);
    scratch.cogen(&["generate", "api.yaml", "--single-file", "-o", "src/mine.rs"]).exits(0);
    let text = fs::read(scratch.0.join("pet_store.rs")).unwrap();
    assert_eq!(fs::read(scratch.0.join("src/pet_store.rs")).unwrap(), text);
    assert_eq!(fs::read(scratch.0.join("src/mine.rs")).unwrap(), text);
    scratch.cogen(&["check", "api.yaml", "--single-file", "-o", "src/mine.rs"]).exits(0);
    scratch.file("src/mine.rs", "fn mine() {}");
    let done = scratch.cogen(&["check", "api.yaml", "--single-file", "-o", "src/mine.rs"]).exits(1);
    assert!(done.stdout.contains("\n-fn mine() {}\n"));
    scratch.cogen(&["generate", "api.yaml", "--single-file", "-o", "src/mine.rs"]).exits(2).prints("COGEN-W002");
}

/// The manifest of a generated crate, for any name of the directory and any path of the runtime.
#[test]
fn the_manifest_follows_the_configuration() {
    let scratch = Scratch::new("manifest");
    scratch.file("api.yaml", PETS);
    let manifest = |args: &[&str], toml: &str, directory: &str| {
        scratch.file("cogen.toml", toml);
        scratch.cogen(&[&["generate", "api.yaml"], args].concat()).exits(0);
        let text = fs::read_to_string(scratch.0.join(directory).join("Cargo.toml")).unwrap();
        text.split_once("\n\n").unwrap().1.to_owned()
    };
    let toml = "[package]\nlicense = \"MIT\" # ours\nauthors = [\"A\", 'B']\npublish = false\nrust-version = \"1.96\"\n\
                repository.workspace = true\n[package.metadata.mine]\nx = [1, 2.5, { y = true }]\n\
                [runtime]\ngit = \"https://example.com/cogen\"\ntag = \"v1\"\nfeatures = [\"tracing\"]\ndefault-features = false\n\
                [dependencies]\nmy-types = { path = \"../my-types\", features = [\"serde\"] }\nplain = \"1\"\n\
                [dependencies.long]\nversion = \"2\"\n";
    let expected = "\
[package]
name = \"pets\"
version = \"0.1.0\"
edition = \"2024\"
rust-version = \"1.96\"
description = \"A client of Pet Store\"
license = \"MIT\"
authors = [\"A\", \"B\"]
publish = false
repository = { workspace = true }

[package.metadata]
mine = { x = [1, 2.5, { y = true }] }

[package.metadata.docs.rs]
all-features = true

[lib]
doctest = false

[features]
default = []
constructors = [\"cogen-runtime/constructors\"]
serde = [\"cogen-runtime/serde\"]

[dependencies]
cogen-runtime = { git = \"https://example.com/cogen\", tag = \"v1\", default-features = false, features = [\"tracing\"] }
my-types = { path = \"../my-types\", features = [\"serde\"] }
plain = \"1\"
long = { version = \"2\" }
";
    assert_eq!(manifest(&["-o", "x/pets"], toml, "x/pets"), expected);
    // A configured name takes precedence over that of the directory, which is ignored if it is not a valid name.
    assert!(manifest(&["-o", "d"], "crate.name = \"mine\"", "d").contains("name = \"mine\"\n"));
    assert!(manifest(&["-o", "1"], "", "1").contains("name = \"pet-store\"\n"));
    assert!(manifest(&[], "", "pet-store").contains("name = \"pet-store\"\n"));
    scratch.file("rt/Cargo.toml", "[package]");
    for (output, path) in [("c", "../rt"), ("c/d/e", "../../../rt"), ("rt/client", "..")] {
        let text = manifest(
            &["-o", output, "--runtime-path", "rt"],
            "runtime.branch = \"x\"\nruntime.git = \"https://a.b/c\"",
            output,
        );
        assert!(text.contains(&format!("\ncogen-runtime = {{ path = \"{path}\" }}\n")), "{text}");
    }
    let absolute = scratch.0.join("rt").to_str().unwrap().to_owned();
    let text = manifest(&["-o", "f", "--runtime-path", &absolute], "", "f");
    assert!(text.contains(&format!("path = \"{absolute}\"")) || cfg!(windows), "{text}");
}

#[test]
fn what_the_manifest_can_not_have_is_refused() {
    let scratch = Scratch::new("manifest-refused");
    scratch.file("api.yaml", PETS);
    for (toml, part) in [
        ("package.name = \"x\"", "set it in cogen.toml:\n          [crate]\n"),
        ("package.edition = \"2021\"", "remove the key"),
        ("package.licence = \"MIT\"", "did you mean `license`?"),
        ("package.build = \"build.rs\"", "unknown key `package.build`"),
        ("dependencies.cogen-runtime = \"1\"", "already depends on it"),
        ("dependencies.a = { verzion = \"1\" }", "did you mean `version`?"),
        ("dependencies.a = { git = \"https://u:p@x.example\" }", "the URL contains a password"),
        ("dependencies.a = 1", "must be a version or a table"),
        ("dependencies.a = \"1; x\"", "Cargo version requirement"),
        ("dependencies.\"a b\" = \"1\"", "ASCII letters"),
        ("runtime.tag = \"x\"", "but no `git` repository"),
        (
            "runtime = { git = \"https://a.b/c\", tag = \"x\", rev = \"y\" }",
            "more than one of `rev`, `tag` and `branch`",
        ),
        ("runtime = { git = \"https://a.b/c\", tag = \"-x\" }", "not a valid git reference"),
    ] {
        scratch.file("cogen.toml", toml);
        scratch.cogen(&["generate", "api.yaml", "-o", "out"]).exits(2).prints(part);
    }
    let document = PETS.replace("type: array, items: {type: string}", "$ref: '#/components/schemas/Pet'")
        + "components: {schemas: {Pet: {type: object}}}\n";
    scratch.file("api.yaml", &document);
    scratch.file("cogen.toml", "[types.replace]\nPet = \"::my_types::Pet\"");
    let lines = "[dependencies]\n          my_types = { path = \"../my_types\" }";
    scratch
        .cogen(&["generate", "api.yaml", "-o", "out"])
        .exits(1)
        .prints("COGEN-C024")
        .prints("cogen.toml:2:1")
        .prints(lines);
    scratch.cogen(&["generate", "api.yaml", "-o", "out.rs", "--single-file"]).exits(0);
    scratch.file("cogen.toml", "[types.replace]\nPet = \"::my_types::Pet\"\n[dependencies]\nmy-types = \"1\"");
    scratch.cogen(&["generate", "api.yaml", "-o", "out"]).exits(0);
}

#[test]
fn what_can_not_be_written_is_2_and_a_refused_document_is_1() {
    let scratch = Scratch::new("refused");
    scratch.file("api.yaml", PETS);
    scratch.file("mine/notes.txt", "mine");
    scratch
        .cogen(&["generate", "api.yaml", "-o", "mine"])
        .exits(2)
        .prints("error[COGEN-W002]: the directory `mine` contains files");
    assert_eq!(fs::read_dir(scratch.0.join("mine")).unwrap().count(), 1);

    scratch.file("bad.yaml", &PETS.replace("type: array, items: {type: string}", "$ref: '#/components/schemas/None'"));
    let done = scratch
        .cogen(&["generate", "bad.yaml", "-o", "out"])
        .exits(1)
        .prints("bad.yaml:12:")
        .prints("no code is generated");
    assert_eq!(done.stdout, "");
    assert!(!scratch.0.join("out").exists());
    scratch.cogen(&["check", "bad.yaml", "-o", "mine"]).exits(2);
    scratch.file("html.yaml", "<!DOCTYPE html><html></html>");
    scratch.cogen(&["inspect", "html.yaml"]).exits(1).prints("COGEN-L014");

    scratch.file("unknown.yaml", &PETS.replace("operationId", "security: [{Pool: []}]\n      operationId"));
    for format in ["table", "json"] {
        let done = scratch.cogen(&["inspect", "unknown.yaml", "--format", format]).exits(1).prints("unknown.yaml:8:");
        assert!(done.stdout.contains("Pool"), "{}", done.stdout);
    }
}

#[test]
fn inspect_lists_every_operation() {
    let scratch = Scratch::new("inspect");
    scratch.file("api.yaml", PETS);
    let done = scratch.cogen(&["inspect", "api.yaml", "--format", "json"]).exits(0);
    let expected = r#"{"method":"GET","path":"/pets","operation_id":"listPets","name":"list_pets","skipped":null,"authorization":[[]],"errors":[]}"#;
    assert_eq!(done.stdout, format!("{expected}\n"));
    let table = scratch.cogen(&["inspect", "api.yaml"]).exits(0).stdout;
    assert!(table.contains("list_pets  GET     /pets  (open)"), "{table}");
    assert!(!table.contains('\u{1b}'));
}

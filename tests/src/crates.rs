//! A cargo workspace of generated crates, checked in one run, and the compiler's messages for each.

use crate::paths;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, io};

/// A workspace of generated crates.
#[derive(Debug)]
pub struct Workspace {
    directory: PathBuf,
    members: Vec<String>,
}

/// The compiler's messages for one crate.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Its errors and warnings in order.
    pub messages: Vec<Message>,
}

/// One message of the compiler.
#[derive(Clone, Debug)]
pub struct Message {
    /// `error` or `warning`.
    pub level: String,
    /// `E0277`, or the name of a lint.
    pub code: String,
    /// Its first line.
    pub text: String,
    /// The line of its primary span, in the root file of the crate.
    pub line: Option<u32>,
    /// The whole message, as the compiler prints it.
    pub rendered: String,
}

impl Verdict {
    /// The errors.
    pub fn errors(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(|m| m.level == "error")
    }

    /// Whether it has neither errors nor warnings.
    pub fn is_clean(&self) -> bool {
        self.messages.is_empty()
    }
}

impl Workspace {
    /// Creates an empty workspace in an emptied directory below the target directory.
    ///
    /// # Errors
    /// If the directory can't be made.
    pub fn new(name: &str) -> io::Result<Self> {
        Ok(Self { directory: paths::scratch(name)?, members: Vec::new() })
    }

    /// The directory of a member, which the caller fills.
    pub fn member(&mut self, name: &str) -> PathBuf {
        self.members.push(name.to_owned());
        self.directory.join(name)
    }

    /// Removes a member that was not generated.
    pub fn remove(&mut self, name: &str) {
        self.members.retain(|m| m != name);
    }

    /// Adds a member: a library of one file that depends on other members and on the runtime.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn program(&mut self, name: &str, depends: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.write(name, depends, &[], "lib.rs", text)
    }

    /// The same as a binary, with tokio.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn binary(&mut self, name: &str, depends: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.binary_with(name, depends, &[], text)
    }

    /// The same with features of the crates that it depends on.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn binary_with(
        &mut self,
        name: &str,
        depends: &[(&str, &str)],
        features: &[&str],
        text: &str,
    ) -> io::Result<()> {
        self.write(name, depends, features, "main.rs", text)
    }

    fn write(
        &mut self,
        name: &str,
        depends: &[(&str, &str)],
        features: &[&str],
        file: &str,
        text: &str,
    ) -> io::Result<()> {
        let directory = self.member(name);
        fs::create_dir_all(directory.join("src"))?;
        let runtime = paths::root().join("runtime");
        let mut manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\ncogen-runtime = {{ path = {runtime:?} }}\n"
        );
        for (alias, package) in depends {
            manifest.push_str(&format!(
                "{alias} = {{ path = \"../{package}\", package = \"{package}\", features = {features:?} }}\n"
            ));
        }
        if file == "main.rs" {
            manifest.push_str(
                "tokio = { version = \"1\", default-features = false, features = [\"net\", \"rt\", \"time\"] }\n",
            );
        }
        fs::write(directory.join("Cargo.toml"), manifest)?;
        fs::write(directory.join("src").join(file), text)
    }

    /// Checks these members, or all of them, and returns the compiler's messages for each.
    ///
    /// # Errors
    /// If cargo can't be run, or fails before it compiles.
    pub fn check(&self, only: &[String]) -> Result<BTreeMap<String, Verdict>, String> {
        self.compile("check", only)
    }

    fn compile(&self, verb: &str, only: &[String]) -> Result<BTreeMap<String, Verdict>, String> {
        self.write_manifest().map_err(|e| e.to_string())?;
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args([verb, "--keep-going", "--message-format=json"]).current_dir(&self.directory);
        command.env("CARGO_TARGET_DIR", paths::target()).env_remove("RUSTFLAGS");
        // The cargo that runs the tests sets these; build scripts that read them would run again.
        let inherited = env::vars_os().map(|(name, _)| name);
        inherited.filter(|name| name.to_string_lossy().starts_with("CARGO_PKG_")).for_each(|name| {
            command.env_remove(name);
        });
        command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
        if only.is_empty() {
            command.arg("--workspace");
        }
        only.iter().for_each(|name| {
            command.args(["-p", name]);
        });
        let output = command.output().map_err(|e| format!("cargo {verb}: {e}"))?;
        let mut verdicts: BTreeMap<String, Verdict> = BTreeMap::new();
        let mut finished = false;
        let mut foreign = String::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(value) = serde_json::from_str::<Value>(line) else { continue };
            match value["reason"].as_str() {
                Some("compiler-message") if self.member_of(&value).is_some() => self.note(&value, &mut verdicts),
                Some("compiler-message") if value["message"]["level"] == "error" => {
                    foreign.push_str(value["message"]["rendered"].as_str().unwrap_or_default());
                }
                Some("compiler-artifact") => {
                    if let Some(name) = self.member_of(&value) {
                        verdicts.entry(name).or_default();
                    }
                }
                Some("build-finished") => finished = true,
                _ => {}
            }
        }
        if !foreign.is_empty() {
            return Err(format!("a dependency of the generated crates does not compile:\n{foreign}"));
        }
        if !finished {
            return Err(format!("cargo {verb}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Ok(verdicts)
    }

    /// Runs another cargo command on the workspace; warnings of rustdoc are errors.
    ///
    /// # Errors
    /// If cargo can't be run.
    pub fn cargo(&self, arguments: &[&str]) -> io::Result<Output> {
        self.write_manifest()?;
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.directory).env("CARGO_TARGET_DIR", paths::target());
        command.env_remove("RUSTFLAGS").env("RUSTDOCFLAGS", "-Dwarnings").output()
    }

    /// Builds these members into the target directory, and returns the errors of the compiler by member.
    ///
    /// # Errors
    /// If cargo can't be run.
    pub fn build(&self, only: &[String]) -> Result<BTreeMap<String, Verdict>, String> {
        self.compile("build", only)
    }

    fn member_of(&self, value: &Value) -> Option<String> {
        let manifest = Path::new(value["manifest_path"].as_str()?).parent()?.strip_prefix(&self.directory).ok()?;
        let name = manifest.to_string_lossy().into_owned();
        self.members.contains(&name).then_some(name)
    }

    fn note(&self, value: &Value, verdicts: &mut BTreeMap<String, Verdict>) {
        let message = &value["message"];
        let level = message["level"].as_str().unwrap_or_default();
        let text = message["message"].as_str().unwrap_or_default();
        let summary = text.starts_with("aborting due to")
            || text.contains("warnings emitted")
            || text.contains("warning emitted");
        if !matches!(level, "error" | "warning") || summary {
            return;
        }
        let Some(name) = self.member_of(value) else { return };
        let spans = message["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
        let own = spans.iter().find(|s| {
            s["is_primary"] == true
                && s["file_name"].as_str().is_some_and(|f| f.ends_with("src/lib.rs") || f.ends_with("src/main.rs"))
        });
        verdicts.entry(name).or_default().messages.push(Message {
            level: level.to_owned(),
            code: message["code"]["code"].as_str().unwrap_or_default().to_owned(),
            text: text.to_owned(),
            line: own.and_then(|s| s["line_start"].as_u64()).and_then(|n| u32::try_from(n).ok()),
            rendered: message["rendered"].as_str().unwrap_or_default().to_owned(),
        });
    }

    /// The same profile and lock file as the project's workspace, so that dependencies are compiled once for both.
    fn write_manifest(&self) -> io::Result<()> {
        let members: Vec<String> = self.members.iter().map(|m| format!("{m:?}")).collect();
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[profile.dev]\ndebug = \"line-tables-only\"\n",
            members.join(", ")
        );
        fs::write(self.directory.join("Cargo.toml"), manifest)?;
        let lock = paths::root().join("Cargo.lock");
        if lock.is_file() {
            fs::copy(lock, self.directory.join("Cargo.lock"))?;
        }
        Ok(())
    }
}

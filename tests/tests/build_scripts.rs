//! A build script that generates a client, run by cargo: it runs again if and only if one of its inputs changes.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::paths;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

const DOCUMENT: &str = r#"{"openapi": "3.0.1", "info": {"title": "Pets", "version": "1"}, "servers": [{"url": "https://a.example"}],
    "paths": {"/pets": {"get": {"responses": {"200": {"description": "ok"}}}}}}"#;

/// A package with a document and a build script that adds a line to `runs` each time.
struct Package {
    directory: PathBuf,
}

impl Package {
    fn new(name: &str, document: &str) -> Self {
        let directory = paths::scratch(name).unwrap();
        fs::create_dir_all(directory.join("src")).unwrap();
        fs::create_dir_all(directory.join(document).parent().unwrap()).unwrap();
        let codegen = paths::root().join("codegen");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[build-dependencies]\n\
             cogen = {{ path = {codegen:?}, default-features = false }}\n"
        );
        let script = format!(
            "fn main() -> Result<(), cogen::Report> {{\n    use std::io::Write;\n    \
             let runs = std::fs::OpenOptions::new().append(true).create(true).open(\"../{name}.runs\");\n    \
             writeln!(runs.unwrap(), \"run\").unwrap();\n    \
             cogen::Builder::new({document:?}).file_name(\"api.rs\").write_to_out_dir()\n}}\n"
        );
        fs::write(directory.join("Cargo.toml"), manifest).unwrap();
        fs::copy(paths::root().join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
        fs::write(directory.join("build.rs"), script).unwrap();
        fs::write(directory.join("src/lib.rs"), "").unwrap();
        fs::write(directory.join(document), DOCUMENT).unwrap();
        let package = Self { directory };
        let _ = fs::remove_file(package.runs());
        package
    }

    fn runs(&self) -> PathBuf {
        self.directory.with_extension("runs")
    }

    fn write(&self, path: &str, text: &str) {
        // Cargo compares modification times, which some file systems store in seconds.
        std::thread::sleep(Duration::from_millis(1_100));
        fs::write(self.directory.join(path), text).unwrap();
    }

    /// How often the script has run after this build.
    fn build(&self) -> usize {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.arg("build").current_dir(&self.directory).env("CARGO_TARGET_DIR", self.target());
        let output = command.output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read_to_string(self.runs()).unwrap().lines().count()
    }

    /// A target directory inside of the first package, as for packages outside of a workspace: cargo writes below the
    /// directory of the document with each build. The other packages share the compiled dependencies.
    fn target(&self) -> PathBuf {
        self.directory.with_file_name("script-sibling").join("target")
    }

    fn generated(&self) -> String {
        let name = paths::name(&self.directory);
        let directories = fs::read_dir(self.target().join("debug/build")).unwrap().map(|entry| entry.unwrap().path());
        let mut own =
            directories.filter(|path| paths::name(path).starts_with(&name)).map(|path| path.join("out/api.rs"));
        fs::read_to_string(own.find(|path| path.is_file()).unwrap()).unwrap()
    }
}

#[test]
fn a_script_runs_again_when_a_configuration_is_added_and_not_before() {
    for (name, document, config) in
        [("script-sibling", "openapi.json", "cogen.toml"), ("script-below", "api/openapi.json", "api/cogen.toml")]
    {
        let package = Package::new(name, document);
        assert_eq!(package.build(), 1, "{name}");
        assert_eq!(package.build(), 1, "{name}: the second build is fresh");
        package.write("api-of-another.txt", "not read");
        assert_eq!(package.build(), 1, "{name}: a file that the script does not read");
        assert!(package.generated().contains("fn get_pets"));

        package.write(config, "[rename.operations]\n\"GET /pets\" = \"all_pets\"\n");
        assert_eq!(package.build(), 2, "{name}: a configuration was added");
        assert!(package.generated().contains("fn all_pets"));
        assert_eq!(package.build(), 2, "{name}: it did not change");
        package.write(config, "");
        assert_eq!(package.build(), 3, "{name}: it changed");

        fs::remove_file(package.directory.join(config)).unwrap();
        assert_eq!(package.build(), 4, "{name}: it was removed");
        assert_eq!(package.build(), 4, "{name}: it is still missing");
        package.write(document, &DOCUMENT.replace("/pets", "/cats"));
        assert_eq!(package.build(), 5, "{name}: the document changed");
        assert!(package.generated().contains("fn get_cats"));
    }
}

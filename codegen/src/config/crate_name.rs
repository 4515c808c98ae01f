//! Names of crates, by the rules of Cargo.

use heck::ToKebabCase;

/// Why a text is not a valid name for a crate, by the rules of Cargo for a new package
/// (<https://doc.rust-lang.org/cargo/reference/manifest.html#the-name-field>) and those of crates.io, which require ASCII, a
/// letter at the beginning and at most 64 characters.
pub(crate) fn invalid_reason(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("the name is empty");
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some("a crate name must begin with an ASCII letter");
    }
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Some("a crate name must consist of ASCII letters, digits, `-` and `_`");
    }
    if name.len() > LONGEST {
        return Some("a crate name can have at most 64 characters");
    }
    let lower = name.to_ascii_lowercase();
    let snake = lower.replace('-', "_");
    if crate::ir::ident::Ident::new(snake.as_str()).is_none() {
        return Some("the name is a Rust keyword");
    }
    if RESERVED.contains(&snake.as_str()) {
        return Some("Cargo or Rust reserves this name");
    }
    if is_windows_device(&lower) {
        return Some("Windows reserves this name");
    }
    // Cargo rejects a package that depends on a package of the same name.
    (snake == "cogen_runtime").then_some("the generated crate depends on a crate of this name")
}

/// A valid name made from a document's title.
pub(crate) fn from_title(title: &str) -> String {
    let ascii: String = title.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let mut name = ascii.to_kebab_case();
    if name.is_empty() {
        return FALLBACK.to_owned();
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert_str(0, "api-");
    }
    if name.len() > LONGEST {
        // Between two words if possible.
        let end = name[..=LONGEST].rfind('-').unwrap_or(LONGEST);
        name.truncate(end);
    }
    if invalid_reason(&name).is_some() {
        name.truncate(LONGEST - "-client".len());
        name.push_str("-client");
    }
    if invalid_reason(&name).is_some() { FALLBACK.to_owned() } else { name }
}

const LONGEST: usize = 64;
const FALLBACK: &str = "api-client";

/// Crates of the toolchain, and names of Cargo's directories.
const RESERVED: &[&str] = &["std", "core", "alloc", "proc_macro", "test", "build", "deps", "examples", "incremental"];

fn is_windows_device(lower: &str) -> bool {
    let numbered = |stem: &str| {
        lower.strip_prefix(stem).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| (b'1'..=b'9').contains(&b)))
    };
    ["con", "prn", "aux", "nul"].contains(&lower) || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::{from_title, invalid_reason};

    #[test]
    fn cargo_s_rules_hold() {
        let refused = [
            "",
            "-",
            "-a",
            "_a",
            "1a",
            "std",
            "core",
            "test",
            "proc-macro",
            "fn",
            "async",
            "Self",
            "con",
            "COM1",
            "deps",
            "cogen-runtime",
            "a b",
            "a\"\n[dependencies]\nevil = \"1",
            "a/b",
            "../a",
            "pëts",
            "a.b",
            "MIT OR Apache-2.0",
        ];
        for name in refused {
            assert!(invalid_reason(name).is_some(), "{name:?} is taken");
        }
        assert!(invalid_reason(&"a".repeat(65)).is_some());
        for name in ["a", "petstore", "pet-store_2", "Pets", "com10", "a-", "standard"] {
            assert_eq!(invalid_reason(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_title_always_gives_a_valid_name() {
        let cases = [
            ("Swagger Petstore", "swagger-petstore"),
            ("PetStore API v2", "pet-store-api-v2"),
            ("", "api-client"),
            ("寵物", "api-client"),
            ("3scale", "api-3scale"),
            ("test", "test-client"),
            ("std", "std-client"),
            ("cogen runtime", "cogen-runtime-client"),
            ("a\"\n[dependencies]\nevil = \"1", "a-dependencies-evil-1"),
        ];
        for (title, name) in cases {
            assert_eq!(from_title(title), name);
        }
        for title in ["x".repeat(500), "ab ".repeat(60), "crate".into(), "nul".into(), "a-".repeat(64)] {
            let name = from_title(&title);
            assert_eq!(invalid_reason(&name), None, "{title:?} gives {name:?}");
        }
    }
}

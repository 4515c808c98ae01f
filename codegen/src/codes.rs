//! The codes of all diagnostics, each with what `cogen explain` tells of it.

use crate::diagnostics::Code;

/// `cogen.toml` is no TOML.
pub const CONFIG_SYNTAX: Code = Code("COGEN-C001");
/// A key that `cogen.toml` does not have.
pub const CONFIG_KEY: Code = Code("COGEN-C002");
/// A value of the wrong type.
pub const CONFIG_TYPE: Code = Code("COGEN-C003");
/// A value of the right type that can't be taken.
pub const CONFIG_VALUE: Code = Code("COGEN-C004");
/// Two entries that say the same or contradict each other.
pub const CONFIG_CLASH: Code = Code("COGEN-C005");
/// A client secret in the configuration.
pub const CONFIG_SECRET: Code = Code("COGEN-C006");
/// A file that can't be read.
pub const FILE_READ: Code = Code("COGEN-F001");
/// A directory or file that cogen did not write.
pub const FILE_FOREIGN: Code = Code("COGEN-F002");
/// A link where a file or directory is to be written.
pub const FILE_LINK: Code = Code("COGEN-F003");
/// Another run writes into the same directory.
pub const FILE_BUSY: Code = Code("COGEN-F004");
/// A file that can't be written.
pub const FILE_WRITE: Code = Code("COGEN-F005");
/// Something a build script needs and does not have.
pub const BUILD_SCRIPT: Code = Code("COGEN-F006");

/// What there is to say of a code, if it is one; letters in either case, with or without `COGEN-`.
pub fn explain(code: &str) -> Option<&'static str> {
    let code = code.to_ascii_uppercase();
    let short = code.strip_prefix("COGEN-").unwrap_or(&code);
    EXPLANATIONS.iter().find(|(c, _)| c.0.strip_prefix("COGEN-") == Some(short)).map(|(_, text)| *text)
}

const EXPLANATIONS: &[(Code, &str)] = &[
    (
        CONFIG_SYNTAX,
        "The configuration is no valid TOML (https://toml.io), so nothing of it was read. A key that stands twice in a\n\
         table is such a fault, too.",
    ),
    (
        CONFIG_KEY,
        "The configuration holds a key that cogen does not know. A misspelled key that is passed over would change what is\n\
         generated without a word, so it is an error; the help names the key that was probably meant.",
    ),
    (CONFIG_TYPE, "A value of the configuration has another type than its key needs, such as a string for a truth value."),
    (
        CONFIG_VALUE,
        "A value of the configuration can't be taken: a name that cargo or Rust refuses, a URL that can't be called, the id\n\
         of a user pool that is none. The message names the rule.",
    ),
    (
        CONFIG_CLASH,
        "Two entries of the configuration name one thing twice, or give one name to two things, and cogen does not choose\n\
         between them.",
    ),
    (
        CONFIG_SECRET,
        "The configuration holds a client secret. What stands in it goes into the generated crate and with it to everyone\n\
         who uses the crate. An app client id and a managed-login domain are public, a client secret is not: a machine gets\n\
         it at run time from where it keeps its secrets, and hands it to `client_credentials`. A secret that was committed\n\
         is known: make a new one.",
    ),
    (FILE_READ, "A file that was asked for can't be read, or is larger than `[limits] bytes` allows."),
    (
        FILE_FOREIGN,
        "cogen only writes into a directory that is new, empty or its own, and only over files that it wrote: those listed\n\
         in the file `.cogen` of the output directory. That file belongs under version control with the others. Give another\n\
         directory with `-o`, or move what stands in the way.",
    ),
    (
        FILE_LINK,
        "A symbolic link stands where cogen is to write. It follows none, since a link may lead out of the output directory:\n\
         put a real directory or nothing in its place.",
    ),
    (
        FILE_BUSY,
        "Another run of cogen is writing into the same directory. Wait for it, or give each run a directory of its own.",
    ),
    (FILE_WRITE, "A file can't be written; the message holds what the system said. The files of the earlier run stay as they were."),
    (BUILD_SCRIPT, "`cogen::Builder` writes into the directory that cargo gives to build scripts, so it only works in one."),
];

#[cfg(test)]
mod tests {
    use super::{EXPLANATIONS, explain};

    #[test]
    fn a_code_is_found_as_people_write_it() {
        assert!(explain("COGEN-C001").is_some());
        assert_eq!(explain("c001"), explain("COGEN-C001"));
        assert_eq!(explain("COGEN-X999"), None);
        assert_eq!(explain(""), None);
    }

    #[test]
    fn every_code_stands_once() {
        for (i, (code, _)) in EXPLANATIONS.iter().enumerate() {
            assert!(EXPLANATIONS.iter().skip(i + 1).all(|(other, _)| other != code), "{code} stands twice");
        }
    }
}

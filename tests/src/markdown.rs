//! The fenced code blocks of a Markdown file.

use crate::paths;
use std::fs;

/// A fenced code block.
#[derive(Clone, Debug)]
pub struct Block {
    /// The first word after the fence: `rust`, `toml`, `console`.
    pub language: String,
    /// The words after the language: `compile_fail`.
    pub attributes: Vec<String>,
    /// The lines between the fences.
    pub text: String,
    /// The line of the opening fence, from 1.
    pub line: usize,
}

impl Block {
    /// Whether an attribute is after the language.
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|found| found == attribute)
    }

    /// The program of a `rust` block: lines that begin with `# ` are hidden from the reader, as in rustdoc, and are part of it.
    pub fn program(&self) -> String {
        let shown = |line: &str| match line {
            "#" => String::new(),
            line => line.strip_prefix("# ").unwrap_or(line).to_owned(),
        };
        self.text.lines().map(shown).collect::<Vec<_>>().join("\n") + "\n"
    }

    /// The text after a first line that names the file: `# cogen.toml`, `// src/main.rs`.
    pub fn of_file(&self, name: &str) -> Option<&str> {
        let (first, rest) = self.text.split_once('\n')?;
        let named = first.strip_prefix("# ").or_else(|| first.strip_prefix("// "))?;
        (named == name).then_some(rest)
    }
}

/// The blocks of a text, in order. A block that is not closed ends with the text.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = markdown.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let mut words = info.split(',').map(str::trim).map(str::to_owned);
        let language = words.next().unwrap_or_default();
        let text: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        found.push(Block { language, attributes: words.collect(), text: text.join("\n"), line: index + 1 });
    }
    found
}

/// The first block of a language.
pub fn first(markdown: &str, language: &str) -> Option<String> {
    blocks(markdown).into_iter().find(|block| block.language == language).map(|block| block.text)
}

/// A file of this repository, by its path from the root.
///
/// # Panics
/// If it can't be read.
#[allow(clippy::panic, reason = "a test that misses its file has nothing to check")]
pub fn file(path: &str) -> String {
    fs::read_to_string(paths::root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

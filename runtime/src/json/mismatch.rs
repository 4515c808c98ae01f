//! How a value differs from what was expected.

use std::borrow::Cow;
use std::fmt;

/// A value that was read, or how it differs from what was expected.
pub type Read<T> = Result<T, Mismatch>;

/// How a value differs from what was expected: where, what was expected, and the kind of what was found.
///
/// It contains no part of the value and no key of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch(Box<MismatchData>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct MismatchData {
    /// The innermost step first.
    path: Vec<PathStep>,
    expected: Cow<'static, str>,
    found: &'static str,
    /// What helps, if it is not obvious.
    advice: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum PathStep {
    Field(&'static str),
    Index(usize),
    Entry,
}

impl Mismatch {
    /// Creates a mismatch from what was expected and what was found.
    #[cold]
    pub fn new(expected: impl Into<Cow<'static, str>>, found: &'static str) -> Self {
        Self(Box::new(MismatchData { path: Vec::new(), expected: expected.into(), found, advice: None }))
    }

    /// Adds what helps.
    pub(crate) fn advised(mut self, advice: &'static str) -> Self {
        self.0.advice = Some(advice);
        self
    }

    /// Adds the field `name` to the path.
    pub fn in_field(mut self, name: &'static str) -> Self {
        self.0.path.push(PathStep::Field(name));
        self
    }

    /// Adds the element at `index` to the path.
    pub fn in_element(mut self, index: usize) -> Self {
        self.0.path.push(PathStep::Index(index));
        self
    }

    /// Adds an entry of a map to the path, without its key, which is part of the data.
    pub fn in_entry(mut self) -> Self {
        self.0.path.push(PathStep::Entry);
        self
    }

    /// Returns the path, such as `owner.pets[3].name`; empty for the whole value.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.0.path.iter().rev() {
            match step {
                PathStep::Field(name) if path.is_empty() => path.push_str(name),
                PathStep::Field(name) => path.extend([".", name]),
                PathStep::Index(index) => path.push_str(&format!("[{index}]")),
                PathStep::Entry => path.push_str("[*]"),
            }
        }
        path
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        if !path.is_empty() {
            write!(f, "at `{path}`: ")?;
        }
        write!(f, "expected {}, found {}", self.0.expected, self.0.found)?;
        self.0.advice.map_or(Ok(()), |advice| write!(f, " ({advice})"))
    }
}

impl std::error::Error for Mismatch {}

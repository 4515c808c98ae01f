//! Reads YAML from the events of `granit-parser`: aliases and merge keys are expanded, and the tags of CloudFormation are
//! converted to their long form.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};
use crate::document::load::anchors;
use crate::document::load::anchors::Anchors;
use crate::document::load::budget::Budget;
use crate::document::load::duplicates::has_duplicates;
use crate::document::load::node::{Member, Node, Value};
use crate::document::load::{Failure, Loaded, scalar};
use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Tag};
use std::borrow::Cow;

/// The maximum number of warnings of a file.
const MOST_DIAGNOSTICS: usize = 50;

/// Reads a whole text as one YAML document.
pub(crate) fn read<'s>(text: &'s str, base: u32, budget: Budget) -> Result<Loaded<'s>, Box<Failure>> {
    let anchors = Anchors::of(text);
    let mut builder = Builder {
        text,
        base,
        budget,
        stack: Vec::new(),
        root: None,
        diagnostics: Vec::new(),
        has_duplicates: false,
        anchors,
    };
    let whole = builder.whole();
    let diagnostics = std::mem::take(&mut builder.diagnostics);
    match (whole, builder.root) {
        (Ok(()), Some(root)) => Ok(Loaded { root, diagnostics, has_duplicates: builder.has_duplicates }),
        (Ok(()), None) => {
            let message = "the file contains only white space and comments";
            let diagnostic = Diagnostic::error(codes::EMPTY_FILE, Span { start: base, end: base }, message)
                .help("check whether the command that writes the file failed");
            Err(Box::new(Failure { error: diagnostic, before: diagnostics, syntax: false, maybe_yaml: false }))
        }
        (Err(stop), _) => {
            let Stop { diagnostic, syntax } = *stop;
            Err(Box::new(Failure { error: diagnostic, before: diagnostics, syntax, maybe_yaml: false }))
        }
    }
}

struct Builder<'s> {
    text: &'s str,
    base: u32,
    budget: Budget,
    stack: Vec<Frame<'s>>,
    root: Option<Node<'s>>,
    diagnostics: Vec<Diagnostic>,
    has_duplicates: bool,
    anchors: Anchors<'s>,
}

/// An open collection.
struct Frame<'s> {
    kind: Kind<'s>,
    start: u32,
    /// The long form of its tag.
    function: Option<&'static str>,
    /// The number of its anchor, 0 without one.
    anchor: usize,
}

enum Kind<'s> {
    Sequence(Vec<Node<'s>>),
    Mapping {
        members: Vec<Member<'s>>,
        key: Option<Key<'s>>,
        /// Which members are merge keys.
        merges: Vec<usize>,
    },
}

/// A key whose value has not been read yet.
struct Key<'s> {
    text: Cow<'s, str>,
    location: Span,
    is_merge: bool,
}

/// The error that stops the reader.
struct Stop {
    diagnostic: Diagnostic,
    syntax: bool,
}

type Read<T> = Result<T, Box<Stop>>;

impl<'s> Builder<'s> {
    fn whole(&mut self) -> Read<()> {
        self.refuse_controls()?;
        let mut options = Options::default();
        // One level more than the budget, so that the error is that of the budget, which has the number and the option.
        options.flow_nesting_limit = self.budget.depth() + 1;
        options.block_nesting_limit = self.budget.depth() + 1;
        options.emit_unresolved_aliases = true;
        options.emit_comments = false;
        let mut parser = Parser::new_from_str_with_options(self.text, options);
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|e| self.broken(&e))?;
            let location = self.location(span);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        let diagnostic = Diagnostic::error(
                            codes::YAML_DOCUMENTS,
                            location,
                            "the file contains a second YAML document",
                        )
                        .help("put the OpenAPI document into its own file");
                        return Err(stop(diagnostic));
                    }
                }
                Event::Alias(anchor) => self.alias(anchor, location)?,
                Event::UnresolvedAlias(_) => self.alias(0, location)?,
                Event::Scalar(text, style, anchor, tag) => {
                    self.scalar(text, style, anchor, tag.as_deref(), location)?
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.open(Kind::Sequence(Vec::new()), anchor, tag.as_deref(), "seq", location)?
                }
                Event::MappingStart(_, anchor, tag) => {
                    let kind = Kind::Mapping { members: Vec::new(), key: None, merges: Vec::new() };
                    self.open(kind, anchor, tag.as_deref(), "map", location)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(location)?,
                Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
                // Comments are ignored.
                _ => {}
            }
        }
        Ok(())
    }

    /// The parser treats NUL as the end of the text. YAML allows no control characters except tabs and line breaks.
    fn refuse_controls(&self) -> Read<()> {
        let control = |b: &u8| matches!(b, 0..=8 | 11 | 12 | 14..=31);
        let Some(at) = self.text.as_bytes().iter().position(control) else { return Ok(()) };
        let byte = self.text.as_bytes().get(at).copied().unwrap_or_default();
        let start = self.base + u32::try_from(at).unwrap_or(0);
        let message = format!("unescaped control character U+{byte:04X}");
        let diagnostic = Diagnostic::error(codes::CONTROL_CHARACTER, Span { start, end: start + 1 }, message)
            .help(format!("remove the character, or write it as `\\x{byte:02x}` in a double-quoted string"));
        Err(stop(diagnostic))
    }

    fn scalar(
        &mut self,
        text: Cow<'s, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        location: Span,
    ) -> Read<()> {
        let plain = style == ScalarStyle::Plain;
        if self.awaits_key() {
            // An alias can repeat a key, whose value is a string.
            let text = self.borrowed(text, style, location);
            self.keep(anchor, &Node::new(Value::String(text.clone()), location))?;
            self.key(text, plain, tag, location);
            return Ok(());
        }
        self.count(location)?;
        let text = self.borrowed(text, style, location);
        let function = self.function(tag, location)?;
        let value = match tag {
            Some(tag) if tag.is_yaml_core_schema() => self.core(text, tag.suffix(), location)?,
            // A single `!` marks a scalar that is not plain, and the argument of a function is a name or a string.
            Some(_) => Value::String(text),
            None if plain => {
                if scalar::is_ambiguous(&text) {
                    let message = format!("ambiguous YAML scalar `{text}`: treated as a string");
                    let help = "write it in quotes, or write the number without leading zeros";
                    self.warn(Diagnostic::warning(codes::YAML_AMBIGUOUS, location, message).help(help));
                }
                scalar::plain(text)
            }
            None => Value::String(text),
        };
        self.add(Node::new(value, location), function, anchor)
    }

    /// A key. It is always a string, as written (`200:` is `"200"`).
    fn key(&mut self, text: Cow<'s, str>, plain: bool, tag: Option<&Tag>, location: Span) {
        let is_merge = plain && text == "<<" || tag.is_some_and(|t| t.is_yaml_core_schema() && t.suffix() == "merge");
        if let Some(Frame { kind: Kind::Mapping { key, .. }, .. }) = self.stack.last_mut() {
            *key = Some(Key { text, location, is_merge });
        }
    }

    fn open(&mut self, kind: Kind<'s>, anchor: usize, tag: Option<&Tag>, own: &str, location: Span) -> Read<()> {
        if self.awaits_key() {
            let diagnostic = Diagnostic::error(
                codes::YAML_KEY,
                location,
                "a mapping key must be a scalar, found a list or a mapping",
            )
            .help("write the key in quotes; if `{{ … }}` is from a template, render the template first");
            return Err(Box::new(Stop { diagnostic, syntax: true }));
        }
        self.count(location)?;
        let function = self.function(tag, location)?;
        if let Some(tag) = tag.filter(|t| function.is_none() && t.original() != "!")
            && tag.suffix() != own
        {
            return Err(self.unknown_tag(tag, location));
        }
        self.stack.push(Frame { kind, start: location.start, function, anchor });
        Ok(())
    }

    fn close(&mut self, end: Span) -> Read<()> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let (value, last) = match frame.kind {
            Kind::Sequence(elements) => {
                let last = elements.last().map(|n| n.span.end);
                (Value::Array(elements), last)
            }
            Kind::Mapping { members, merges, .. } => {
                // The repeated value of an alias ends elsewhere.
                let last = members.last().map(|m| match m.value.span.start > m.key_span.start {
                    true => m.value.span.end.max(m.key_span.end),
                    false => m.key_span.end,
                });
                self.has_duplicates |= has_duplicates(&members);
                if merges.is_empty() {
                    (Value::Object(members), last)
                } else {
                    (Value::Object(anchors::merged(members, &merges, &mut self.diagnostics)), last)
                }
            }
        };
        // A flow collection ends with its bracket, a block collection with its last value.
        let end = if end.end > end.start { end.end } else { last.unwrap_or(frame.start) };
        let span = Span { start: frame.start, end: end.max(frame.start) };
        self.add(Node::new(value, span), frame.function, frame.anchor)
    }

    /// Adds a complete value to its collection.
    fn add(&mut self, node: Node<'s>, function: Option<&'static str>, anchor: usize) -> Read<()> {
        let node = match function {
            Some(name) => {
                let span = node.span;
                let member = Member {
                    key: Cow::Borrowed(name),
                    key_span: Span { start: span.start, end: span.start },
                    value: node,
                };
                Node::new(Value::Object(vec![member]), span)
            }
            None => node,
        };
        self.keep(anchor, &node)?;
        match self.stack.last_mut().map(|f| &mut f.kind) {
            Some(Kind::Sequence(elements)) => elements.push(node),
            Some(Kind::Mapping { members, key, merges }) => {
                if let Some(Key { text: key, location: key_span, is_merge }) = key.take() {
                    if is_merge {
                        merges.push(members.len());
                    }
                    members.push(Member { key, key_span, value: node });
                }
            }
            None => self.root = Some(node),
        }
        Ok(())
    }

    /// Stores a value that an alias can repeat. It counts as another copy.
    fn keep(&mut self, anchor: usize, node: &Node<'s>) -> Read<()> {
        if self.anchors.are_repeated(anchor) {
            self.count_copy(node, self.stack.len(), node.span)?;
            self.anchors.keep(anchor, node.clone());
        }
        Ok(())
    }

    fn awaits_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame { kind: Kind::Mapping { key: None, .. }, .. }))
    }

    /// The function of a short CloudFormation tag, which adds one value.
    fn function(&mut self, tag: Option<&Tag>, location: Span) -> Read<Option<&'static str>> {
        let Some(tag) = tag.filter(|t| !t.is_yaml_core_schema() && t.original() != "!") else { return Ok(None) };
        let found = FUNCTIONS.iter().find(|(short, _)| tag.handle() == "!" && *short == tag.suffix());
        let Some((_, long)) = found else { return Err(self.unknown_tag(tag, location)) };
        self.count(location)?;
        Ok(Some(long))
    }

    /// A scalar with one of YAML's own tags.
    fn core(&self, text: Cow<'s, str>, suffix: &str, location: Span) -> Read<Value<'s>> {
        let fits = |value: &Value<'_>| match suffix {
            "int" => matches!(value, Value::Number(n) if !n.contains(['.', 'e', 'E'])),
            "float" => matches!(value, Value::Number(_)),
            "bool" => matches!(value, Value::Bool(_)),
            _ => matches!(value, Value::Null),
        };
        match suffix {
            "str" | "binary" | "timestamp" => Ok(Value::String(text)),
            "int" | "float" | "bool" | "null" => {
                let shown = text.clone();
                let value = scalar::plain(text);
                if fits(&value) {
                    return Ok(value);
                }
                let message = format!("`{shown}` does not match its tag `!!{suffix}`");
                Err(stop(
                    Diagnostic::error(codes::YAML_TAG, location, message).help("remove the tag or correct the value"),
                ))
            }
            _ => {
                let message = format!("the tag `!!{suffix}` is not supported");
                Err(stop(Diagnostic::error(codes::YAML_TAG, location, message).help("remove the tag")))
            }
        }
    }

    /// The text, borrowed from the source if the source contains it unchanged.
    fn borrowed(&self, text: Cow<'_, str>, style: ScalarStyle, location: Span) -> Cow<'s, str> {
        let quotes = usize::from(style != ScalarStyle::Plain);
        let inner = self.source(location).and_then(|t| t.get(quotes..t.len().checked_sub(quotes)?));
        match inner {
            Some(source) if source == text => Cow::Borrowed(source),
            _ => Cow::Owned(text.into_owned()),
        }
    }

    fn count(&mut self, location: Span) -> Read<()> {
        self.budget.take(self.stack.len(), location).map_err(|d| stop(*d))
    }

    fn location(&self, span: granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or_default();
        let at = |byte: usize| self.base + u32::try_from(byte.min(self.text.len())).unwrap_or(0);
        Span { start: at(range.start), end: at(range.end.max(range.start)) }
    }

    fn warn(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < MOST_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    fn unknown_tag(&self, tag: &Tag, location: Span) -> Box<Stop> {
        let message = format!("unknown YAML tag `{}`", tag.original());
        let help = if tag.suffix().contains("include") || tag.suffix().contains("reference") {
            "run the tool that processes the tag first, and use its output"
        } else {
            "remove the tag; the known tags are those of YAML (`!!str`) and the short forms of CloudFormation's functions \
             (`!Ref`, `!Sub`)"
        };
        stop(Diagnostic::error(codes::YAML_TAG, location, message).help(help))
    }

    /// Expands an alias. The locations are those of the repeated value.
    fn alias(&mut self, anchor: usize, location: Span) -> Read<()> {
        let Some(node) = self.anchors.get(anchor).cloned() else {
            let name = self.source(location).unwrap_or("*").trim();
            let (message, help) = match anchor {
                0 => (
                    format!("unknown anchor for the alias `{name}`"),
                    format!(
                        "write `&{}` before the value that the alias repeats, above the alias",
                        name.trim_start_matches('*')
                    ),
                ),
                _ => (
                    format!("the alias `{name}` is inside the value that it repeats"),
                    "for a recursive schema, use `$ref`".to_owned(),
                ),
            };
            return Err(stop(Diagnostic::error(codes::YAML_ALIAS, location, message).help(help)));
        };
        if self.awaits_key() {
            let Some(text) = node.as_scalar_text() else {
                let message = "an alias used as a key must repeat a string";
                return Err(stop(Diagnostic::error(codes::YAML_KEY, location, message).help("write the key itself")));
            };
            let text = Cow::Owned(text.into_owned());
            self.key(text, false, None, location);
            return Ok(());
        }
        self.count_copy(&node, self.stack.len(), location)?;
        self.add(node, None, 0)
    }

    /// Counts all values of a copy, which itself is at a depth.
    fn count_copy(&mut self, node: &Node<'s>, depth: usize, location: Span) -> Read<()> {
        let labelled = |d: Box<Diagnostic>| stop(d.label("counting what aliases repeat"));
        self.budget.take(depth, location).map_err(labelled)?;
        match &node.value {
            Value::Array(elements) => elements.iter().try_for_each(|e| self.count_copy(e, depth + 1, location)),
            Value::Object(members) => members.iter().try_for_each(|m| {
                self.budget.take_text(&m.key, location).map_err(labelled)?;
                self.count_copy(&m.value, depth + 1, location)
            }),
            Value::String(text) | Value::Number(text) => self.budget.take_text(text, location).map_err(labelled),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    fn source(&self, location: Span) -> Option<&'s str> {
        self.text.get((location.start - self.base) as usize..(location.end - self.base) as usize)
    }

    fn broken(&self, error: &ScanError) -> Box<Stop> {
        let start = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
        let next = self.text.get(start..).and_then(|t| t.chars().next());
        let span = |start: usize, length: usize| {
            let start = self.base + u32::try_from(start).unwrap_or(0);
            Span { start, end: start + u32::try_from(length).unwrap_or(0) }
        };
        let location = span(start, next.map_or(0, char::len_utf8));
        // The parser reads ahead of the budget.
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return stop(self.budget.too_deep(location));
        }
        let diagnostic = Diagnostic::error(codes::YAML_SYNTAX, location, format!("invalid YAML: {}", error.info()));
        let diagnostic = match self.tab_indent(start) {
            Some(tab) => {
                diagnostic.related(span(tab, 1), "tab").help("use spaces: YAML does not allow tabs for indentation")
            }
            None if next == Some('@') || next == Some('`') || next == Some('%') => {
                diagnostic.help("write text that begins with this character in quotes")
            }
            None => diagnostic.help("correct the syntax here or in the lines before"),
        };
        Box::new(Stop { diagnostic, syntax: true })
    }

    /// A tab in the indentation of the line of a byte, or of the line before.
    fn tab_indent(&self, at: usize) -> Option<usize> {
        let before = self.text.get(..at).unwrap_or(self.text);
        let this = before.rfind('\n').map_or(0, |n| n + 1);
        let last = self.text.get(..this.saturating_sub(1))?.rfind('\n').map_or(0, |n| n + 1);
        [this, last].into_iter().find_map(|line| {
            let text = self.text.get(line..)?;
            let indent = text.len() - text.trim_start_matches([' ', '\t']).len();
            text.get(..indent)?.find('\t').map(|n| line + n)
        })
    }
}

fn stop(diagnostic: Diagnostic) -> Box<Stop> {
    Box::new(Stop { diagnostic, syntax: false })
}

/// The short tags of CloudFormation functions and their long forms, as in JSON
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>).
const FUNCTIONS: &[(&str, &str)] = &[
    ("And", "Fn::And"),
    ("Base64", "Fn::Base64"),
    ("Cidr", "Fn::Cidr"),
    ("Condition", "Condition"),
    ("Contains", "Fn::Contains"),
    ("EachMemberEquals", "Fn::EachMemberEquals"),
    ("EachMemberIn", "Fn::EachMemberIn"),
    ("Equals", "Fn::Equals"),
    ("FindInMap", "Fn::FindInMap"),
    ("ForEach", "Fn::ForEach"),
    ("GetAZs", "Fn::GetAZs"),
    ("GetAtt", "Fn::GetAtt"),
    ("If", "Fn::If"),
    ("ImportValue", "Fn::ImportValue"),
    ("Join", "Fn::Join"),
    ("Length", "Fn::Length"),
    ("Not", "Fn::Not"),
    ("Or", "Fn::Or"),
    ("Ref", "Ref"),
    ("RefAll", "Fn::RefAll"),
    ("Select", "Fn::Select"),
    ("Split", "Fn::Split"),
    ("Sub", "Fn::Sub"),
    ("ToJsonString", "Fn::ToJsonString"),
    ("Transform", "Fn::Transform"),
    ("ValueOf", "Fn::ValueOf"),
    ("ValueOfAll", "Fn::ValueOfAll"),
];

//! Descriptions: whatever they contain, Markdown readers see paragraphs and lists, never code to run, HTML or a link.

use cogen::fuzzing;
use comrak::nodes::NodeValue;
use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, Tag};
use std::cmp::Ordering;
use std::sync::LazyLock;

/// A description, a title, a name.
///
/// # Panics
/// If something in it becomes more than text.
pub fn docs(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let whole = fuzzing::docs(text);
    let faults = markdown_faults(&whole);
    assert!(faults.is_empty(), "{faults:?} in {whole:?} of {text:?}");
    assert!(!whole.chars().any(|c| is_unseen(c) && c != '\n'), "{whole:?} of {text:?}");
    let inline = fuzzing::inline(text);
    let code = fuzzing::code(text);
    for line in [&inline, &code, &fuzzing::one_line(text)] {
        assert!(!line.chars().any(is_unseen), "{line:?} of {text:?}");
    }
    // A text follows words of cogen's own, or is alone.
    for line in [inline.clone(), format!("Credential: {inline}"), format!("Credential: {code} (x)")] {
        let faults = markdown_faults(&line);
        assert!(faults.is_empty(), "{faults:?} in {line:?} of {text:?}");
    }
    let message: syn::LitStr = syn::parse_str(&fuzzing::diagnostic(text)).unwrap_or_else(|e| panic!("{e}: {text:?}"));
    assert!(!has_parameter(&message.value()), "{:?} of {text:?}", message.value());
    let name = fuzzing::crate_name(text);
    assert!(name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{name:?}");
    if fuzzing::is_identifier(text) {
        let parsed = syn::parse_str::<syn::Ident>(text);
        assert!(parsed.is_ok(), "{text:?} is not an identifier");
    }
}

/// What rustdoc would read in docs other than text: a code block that it could run, HTML, a link, a heading.
pub fn markdown_faults(markdown: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    // rustdoc reads `[Vec]` as a link to an item.
    let mut shortcut = |link: BrokenLink<'_>| Some((CowStr::from(link.reference.to_string()), CowStr::from("")));
    let mut faults = Vec::new();
    for event in Parser::new_with_broken_link_callback(markdown, options, Some(&mut shortcut)) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => faults.push(format!("HTML {text:?}")),
            Event::FootnoteReference(text) => faults.push(format!("footnote {text:?}")),
            Event::Start(
                tag @ (Tag::CodeBlock(_)
                | Tag::HtmlBlock
                | Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::Heading { .. }
                | Tag::BlockQuote(_)
                | Tag::Table(_)
                | Tag::FootnoteDefinition(_)),
            ) => faults.push(format!("{tag:?}")),
            _ => {}
        }
    }
    faults.extend(github_faults(markdown));
    faults
}

/// What GitHub would read in the same text; it also makes links of bare addresses.
fn github_faults(markdown: &str) -> Vec<String> {
    github(markdown, |value| match value {
        NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => Some("GitHub: HTML".to_owned()),
        NodeValue::CodeBlock(_) | NodeValue::Heading(_) | NodeValue::BlockQuote | NodeValue::Table(_) => {
            Some("GitHub: a block".to_owned())
        }
        NodeValue::FootnoteReference(_) | NodeValue::FootnoteDefinition(_) => Some("GitHub: a footnote".to_owned()),
        value => link(value),
    })
}

/// The links that GitHub finds in a whole file, and the HTML in its text.
pub(crate) fn github_links(markdown: &str) -> Vec<String> {
    github(markdown, |value| match value {
        NodeValue::HtmlInline(_) => Some("GitHub: HTML".to_owned()),
        value => link(value),
    })
}

fn link(value: &NodeValue) -> Option<String> {
    match value {
        NodeValue::Link(link) | NodeValue::Image(link) => Some(format!("GitHub: a link to {:?}", link.url)),
        _ => None,
    }
}

fn github(markdown: &str, fault: impl Fn(&NodeValue) -> Option<String>) -> Vec<String> {
    let mut options = comrak::Options::default();
    options.extension.autolink = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    let arena = comrak::Arena::new();
    let root = comrak::parse_document(&arena, markdown, &options);
    root.descendants().filter_map(|node| fault(&node.data.borrow().value)).collect()
}

/// Control characters, direction marks, and characters that a font may leave out: the list of the Unicode tables, from an
/// independent implementation.
pub(crate) fn is_unseen(c: char) -> bool {
    static IGNORABLE: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
        let classes =
            r"[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cc}\p{Zl}\p{Zp}\x{FFF9}-\x{FFFB}]";
        let hir = regex_syntax::parse(classes).unwrap_or_else(|error| panic!("{error}"));
        let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) = hir.kind() else {
            panic!("{classes} is not a class of characters")
        };
        class.ranges().iter().map(|range| (range.start(), range.end())).collect()
    });
    !c.is_ascii_graphic()
        && IGNORABLE
            .binary_search_by(|(start, end)| match (*start > c, *end < c) {
                (true, _) => Ordering::Greater,
                (_, true) => Ordering::Less,
                _ => Ordering::Equal,
            })
            .is_ok()
}

/// Whether a message of `#[diagnostic::on_unimplemented]` contains a brace that is not doubled.
fn has_parameter(message: &str) -> bool {
    message.replace("{{", "").replace("}}", "").contains(['{', '}'])
}

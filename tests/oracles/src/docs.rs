//! Descriptions: whatever they hold, Markdown sees paragraphs and lists in them, never code to run, HTML or a link.

use cogen::fuzzing;
use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, Tag};

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
    // A text stands behind words of cogen's own, or alone.
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
        assert!(text.is_ascii() && parsed.is_ok(), "{text:?} is no identifier");
    }
}

/// What rustdoc would make of docs beside text: a block of code it could run, HTML, a link, a heading.
pub fn markdown_faults(markdown: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    // rustdoc takes `[Vec]` for a link to an item.
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
    faults
}

/// Controls, and marks that turn or hide text.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a message of `#[diagnostic::on_unimplemented]` holds a brace that is not doubled.
fn has_parameter(message: &str) -> bool {
    message.replace("{{", "").replace("}}", "").contains(['{', '}'])
}

//! A line of a document's text as Markdown: code stays code, and nothing becomes a link or HTML.

/// Appends text with code spans kept, links written out, addresses as code, and all that could become a link or HTML escaped.
pub fn spans(text: &str, out: &mut String) {
    Scan::new(text).write(out);
}

/// Appends a code span. Two of them would be one if nothing were between them.
fn push_code(inside: &str, out: &mut String) {
    if out.ends_with('`') {
        out.push(' ');
    }
    out.push('`');
    out.push_str(inside);
    out.push('`');
}

/// A scan of a line. Each mark is searched for once, since lines may be as long as a document.
struct Scan<'t> {
    text: &'t str,
    at: usize,
    bracket: Next,
    parenthesis: Next,
    backtick: Next,
}

/// The next position of a character, as it was found last.
struct Next {
    of: char,
    /// `None` after the last one.
    found: Option<usize>,
}

impl Next {
    fn of(of: char) -> Self {
        Self { of, found: Some(0) }
    }

    /// The first position that is not before `from`; calls never go back.
    fn after(&mut self, from: usize, text: &str) -> Option<usize> {
        let last = self.found?;
        if last < from || !text.get(last..).is_some_and(|rest| rest.starts_with(self.of)) {
            self.found = text.get(from..).and_then(|rest| rest.find(self.of)).map(|at| from + at);
        }
        self.found
    }
}

impl<'t> Scan<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0, bracket: Next::of(']'), parenthesis: Next::of(')'), backtick: Next::of('`') }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn write(mut self, out: &mut String) {
        while let Some(mark) = self.rest().chars().next() {
            match mark {
                '`' => self.code_span(out),
                '[' => self.link(out),
                mark if ends_word(mark) => {
                    if matches!(mark, ']' | '<' | '\\' | '|' | '~') {
                        out.push('\\');
                    }
                    out.push(mark);
                    self.at += mark.len_utf8();
                }
                _ => {
                    let rest = self.rest();
                    let word = rest.get(..rest.find(ends_word).unwrap_or(rest.len())).unwrap_or(rest);
                    self.at += word.len();
                    push_word(word, out);
                }
            }
        }
    }

    /// Appends the code span that the text begins with; backticks without as many after them are escaped.
    fn code_span(&mut self, out: &mut String) {
        let rest = self.rest();
        let run = rest.len() - rest.trim_start_matches('`').len();
        let start = self.at + run;
        let found = self.backtick.after(start, self.text).and_then(|end| {
            let (inside, after) = (self.text.get(start..end)?, self.text.get(end..)?);
            let closing = after.len() - after.trim_start_matches('`').len();
            (closing == run && !inside.trim().is_empty()).then_some((inside.trim(), end + run))
        });
        match found {
            Some((inside, end)) => {
                push_code(inside, out);
                self.at = end;
            }
            None => {
                out.extend(std::iter::repeat_n("\\`", run));
                self.at = start;
            }
        }
    }

    /// Appends `text (url)` for the link `[text](url)` that the text begins with.
    fn link(&mut self, out: &mut String) {
        let start = self.at + 1;
        let parts = self.bracket.after(start, self.text).and_then(|close| {
            let label = self.text.get(start..close)?;
            if label.is_empty() || !self.text.get(close + 1..)?.starts_with('(') || label.contains(['[', '`']) {
                return None;
            }
            let end = self.parenthesis.after(close + 2, self.text)?;
            Some((label, self.text.get(close + 2..end)?, end + 1))
        });
        let Some((label, url, end)) = parts else {
            out.push_str("\\[");
            self.at = start;
            return;
        };
        self.at = end;
        // A word that continues in a link, or after it, could become an address only there.
        if out.ends_with(goes_on) {
            out.push(' ');
        }
        spans(label, out);
        if url != label && !url.starts_with('#') {
            out.push_str(" (");
            spans(&url.replace(['`', '[', ']'], "'"), out);
            out.push(')');
        } else if self.rest().starts_with(goes_on) {
            out.push(' ');
        }
    }
}

/// Whether a character belongs to a word, and not to emphasis.
fn goes_on(c: char) -> bool {
    !ends_word(c) && c != '_'
}

/// Whether a character ends a word that could be an address.
fn ends_word(c: char) -> bool {
    c.is_whitespace() || "`[]<>|()\"'{}\\,;*~".contains(c)
}

/// Appends a word, as code if it is an address: GitHub makes links of addresses, and of those of mail escaped or not
/// (<https://github.github.com/gfm/#autolinks-extension->).
fn push_word(word: &str, out: &mut String) {
    let core = word.trim_end_matches(['.', ':', '!', '?', '_', '/']);
    if core.is_empty() || !is_address(word) {
        push_escaped(word, out);
        return;
    }
    push_code(core, out);
    let end = word.get(core.len()..).unwrap_or_default();
    out.push_str(&end.replace('_', "\\_"));
}

/// Appends a word that is not an address: an ampersand could begin an entity, and a colon before slashes an address.
fn push_escaped(word: &str, out: &mut String) {
    let mut from = 0;
    for (at, mark) in word.match_indices(['&', ':']) {
        let after = word.get(at + 1..).unwrap_or_default();
        let is_entity = mark == "&" && after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#');
        if is_entity || (mark == ":" && after.starts_with("//")) {
            out.push_str(word.get(from..at).unwrap_or_default());
            out.push('\\');
            from = at;
        }
    }
    out.push_str(word.get(from..).unwrap_or_default());
}

/// Whether a word is an address: with a scheme, of a host that begins with `www.`, or of mail.
fn is_address(word: &str) -> bool {
    let has_host = |at: usize| word.get(at + 3..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    let is_www = |part: &[u8]| part.eq_ignore_ascii_case(b"www.");
    word.match_indices("://").any(|(at, _)| has_host(at))
        || word.as_bytes().windows(4).any(is_www)
        || word.match_indices('@').any(|(at, _)| at > 0 && at + 1 < word.len())
}

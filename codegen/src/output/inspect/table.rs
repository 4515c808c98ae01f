//! The table form: one operation per line, with wrapped cells.

use crate::diagnostics::render::printable;
use crate::ir::Api;
use crate::ir::auth::{Match, Need};
use crate::ir::operation::{Operation, Skipped, Status};
use crate::output::inspect::{Listing, is_secured, most_bytes, scope_texts, token};
use std::borrow::Cow;
use std::fmt::Write;

/// A table of the operations. Long cells are truncated. Beyond a limit, which depends on the size of the document, the other
/// operations are only counted, and the listing is incomplete.
pub fn table(api: &Api, document_bytes: usize) -> Listing {
    let most = most_bytes(document_bytes);
    let mut listing = Listing { text: String::new(), is_whole: true };
    let mut rows = vec![TITLES.map(|title| vec![title.to_owned()])];
    rows.extend(api.operations.iter().map(|operation| row(api, operation)));
    let mut widths = [0; COLUMNS];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            let widest = cell.iter().map(|line| line.chars().count()).max().unwrap_or(0);
            *width = widest.min(WIDEST).max(*width);
        }
    }
    for (number, row) in rows.iter().enumerate() {
        if listing.text.len() > most {
            let _ = writeln!(listing.text, "… and {} more operations", rows.len() - number);
            listing.is_whole = false;
            break;
        }
        lines(row, &widths, &mut listing.text);
    }
    errors(api, most, &mut listing);
    pages(api, &mut listing);
    let _ = writeln!(listing.text, "\n{}", summary(api));
    listing
}

/// The lines of a row. A cell that is wider than its column moves the cells after it. The last cell of a line is not padded.
fn lines(row: &[Vec<String>; COLUMNS], widths: &[usize; COLUMNS], out: &mut String) {
    for line in 0..row.iter().map(Vec::len).max().unwrap_or(0) {
        let mut spaces = 0;
        for (cell, width) in row.iter().zip(widths) {
            let text = cell.get(line).map_or("", String::as_str);
            if !text.is_empty() {
                out.extend(std::iter::repeat_n(' ', std::mem::take(&mut spaces)));
                out.push_str(text);
            }
            spaces += width.saturating_sub(text.chars().count()) + 2;
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}

/// The errors of the operations.
fn errors(api: &Api, most: usize, listing: &mut Listing) {
    let faulty: Vec<&Operation> = api.operations.iter().filter(|o| !o.errors.is_empty()).collect();
    if !faulty.is_empty() {
        listing.text.push_str("\nerrors:\n");
    }
    for (number, operation) in faulty.iter().enumerate() {
        if listing.text.len() > most {
            let _ = writeln!(listing.text, "  … and those of {} more operations", faulty.len() - number);
            listing.is_whole = false;
            break;
        }
        let route = format!("{} {}", operation.method.as_str(), cut(&operation.path));
        for error in operation.errors.iter().take(MOST_LINES) {
            let _ = writeln!(listing.text, "  {route}: {}", printable(error));
        }
        if let Some(more) = operation.errors.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
            let _ = writeln!(listing.text, "  {route}: … and {more} more errors");
        }
    }
}

/// The lines of configuration for responses that are likely pages.
fn pages(api: &Api, listing: &mut Listing) {
    let mut likely = api.operations.iter().filter_map(|operation| operation.likely_pages.as_ref()).peekable();
    if likely.peek().is_some() {
        listing.text.push_str("\nResponses that are likely pages, as lines for cogen.toml:\n");
    }
    for lines in likely.by_ref().take(MOST_LINES) {
        for line in lines.lines() {
            let _ = writeln!(listing.text, "{}", printable(line));
        }
    }
    let more = likely.count();
    if more > 0 {
        let _ = writeln!(listing.text, "# and {}", super::counted(more, "other operation"));
    }
}

/// The number of operations with a method, and of those that require a credential: `42 operations (12 secured)`.
fn summary(api: &Api) -> String {
    let made = api.operations.iter().filter(|o| o.is_generated());
    let (count, secured) = (made.clone().count(), made.filter(|o| is_secured(o)).count());
    let skipped = api.operations.iter().filter(|o| o.skipped.is_some()).count();
    let mut text = format!("{}, {secured} secured", super::counted(count, "operation"));
    if skipped > 0 {
        let _ = write!(text, "; {skipped} skipped");
    }
    text
}

const COLUMNS: usize = 7;
const TITLES: [&str; COLUMNS] = ["OPERATION", "METHOD", "PATH", "CREDENTIAL", "TOKEN", "SCOPES", "ANSWERS"];

/// The width at which a cell is wrapped.
const WRAP: usize = 48;

/// The maximum width of a column, so that one long path does not pad all others.
const WIDEST: usize = 56;

/// The maximum number of characters of a word.
const LONGEST: usize = 160;

/// The maximum number of lines of a cell.
const MOST_LINES: usize = 24;

fn row(api: &Api, operation: &Operation) -> [Vec<String>; COLUMNS] {
    let alternatives = &operation.authorization;
    let mut credentials = Vec::new();
    let mut tokens = Vec::new();
    let mut scopes = Vec::new();
    match (&operation.errors[..], operation.skipped) {
        ([_, ..], _) => credentials.push("(error)".to_owned()),
        (_, Some(Skipped::Cors)) => credentials.push("(skipped: CORS preflight)".to_owned()),
        (_, Some(Skipped::Config)) => credentials.push("(skipped by cogen.toml)".to_owned()),
        _ if alternatives.iter().all(Vec::is_empty) => credentials.push("(open)".to_owned()),
        _ => {
            for (i, needs) in alternatives.iter().enumerate() {
                if credentials.len() >= MOST_LINES {
                    credentials.push(format!("… and {} more", alternatives.len() - i));
                    break;
                }
                let key = |n: &Need| api.auth[n.scheme].key.as_str();
                credentials.extend(wrapped(joined(needs, "(nothing)", key), needs.len(), i > 0));
                tokens.extend(wrapped(joined(needs, "-", |n| n.token.map_or("-", token)), needs.len(), i > 0));
                let count = needs.iter().map(|n| n.scopes.len()).sum();
                scopes.extend(wrapped(scope_words(api, needs), count, i > 0));
                // The alternatives stay side by side, however often their cells were wrapped.
                let lines = credentials.len().max(tokens.len()).max(scopes.len());
                for cell in [&mut credentials, &mut tokens, &mut scopes] {
                    cell.resize(lines, String::new());
                }
            }
        }
    }
    [
        vec![cut(operation.name.as_str()).into_owned()],
        vec![operation.method.as_str().to_owned()],
        vec![cut(&operation.path).into_owned()],
        credentials,
        tokens,
        scopes,
        wrapped(statuses(operation), operation.answers.success.len() + operation.answers.errors.len(), false),
    ]
}

/// A word of a cell, and the text that joins it to the next one.
type Word<'a> = (Cow<'a, str>, &'static str);

/// Words, each but the last with the text that joins it to the next one.
fn joined_by<'a>(words: impl Iterator<Item = Cow<'a, str>>, by: &'static str) -> impl Iterator<Item = Word<'a>> {
    let mut words = words.peekable();
    std::iter::from_fn(move || {
        let word = words.next()?;
        Some((word, if words.peek().is_some() { by } else { "" }))
    })
}

/// The credentials that are required together, or the text for none.
fn joined<'n>(
    needs: &'n [Need],
    without: &'n str,
    text: impl Fn(&'n Need) -> &'n str,
) -> impl Iterator<Item = Word<'n>> {
    let nothing = needs.is_empty().then_some(Cow::Borrowed(without));
    joined_by(nothing.into_iter().chain(needs.iter().map(move |n| Cow::Borrowed(text(n)))), " + ")
}

/// The scopes of the credentials that are required together, joined by whether all or any of them are required.
fn scope_words<'a>(api: &'a Api, needs: &'a [Need]) -> impl Iterator<Item = Word<'a>> {
    let last = needs.iter().rposition(|need| !need.scopes.is_empty());
    needs.iter().enumerate().flat_map(move |(index, need)| {
        let by = if need.matching == Some(Match::All) { " and " } else { " or " };
        let end = if Some(index) == last { "" } else { " + " };
        joined_by(scope_texts(api, need).map(Cow::Borrowed), by)
            .map(move |(word, by)| (word, if by.is_empty() { end } else { by }))
    })
}

fn statuses(operation: &Operation) -> impl Iterator<Item = Word<'static>> {
    let all = operation.answers.success.iter().chain(&operation.answers.errors);
    let text = all.map(|answer| match answer.status {
        Status::Code(code) => Cow::Owned(code.to_string()),
        Status::Range(digit) => Cow::Owned(format!("{digit}XX")),
        Status::Default => Cow::Borrowed("default"),
    });
    joined_by(text.collect::<Vec<_>>().into_iter(), " ")
}

/// Words, wrapped to lines of about [`WRAP`] characters.
fn wrapped<'a>(words: impl Iterator<Item = Word<'a>>, all: usize, alternative: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut width) = (String::new(), 0);
    for (number, (word, by)) in words.enumerate() {
        let word = cut(&word);
        let wide = word.chars().count() + by.trim_end().len();
        if !line.is_empty() && width + wide > WRAP {
            lines.push(std::mem::take(&mut line));
            width = 0;
        }
        if lines.len() == MOST_LINES {
            line = format!("… and {} more", all.saturating_sub(number));
            break;
        }
        line.push_str(&word);
        line.push_str(by);
        width += wide;
    }
    lines.push(line);
    if let (true, Some(first)) = (alternative, lines.first_mut())
        && !first.is_empty()
    {
        first.insert_str(0, "or ");
    }
    lines
}

/// A text for a terminal, of at most [`LONGEST`] characters.
fn cut(text: &str) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(LONGEST) else { return printable(text) };
    let shown = text.get(..end).unwrap_or_default();
    Cow::Owned(format!("{}…", printable(shown)))
}

//! Reads `[paginate]`: how the pages of operations follow one another.

use crate::config::checks;
use crate::config::options::{PaginateOptions, Places};
use crate::config::reader::{Entry, InvalidValue, Key, Reader, each};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Reported};
use crate::ir::operation::{Cursor, NextPage, PageSize, PagesEnd};
use indexmap::IndexMap;

/// The tables of the operations.
pub(super) fn paginate(
    reader: &mut Reader<'_>,
    entry: &Entry<'_>,
    places: &mut Places,
) -> Result<IndexMap<String, PaginateOptions>, Reported> {
    let mut found = IndexMap::new();
    each(reader.members(entry)?, |member| {
        let operation = reader.parsed_key(entry, &member, checks::operation)?;
        let mut given = Given::default();
        reader.table(&member, KEYS, &mut given)?;
        let (items, end) = (given.items.take(), std::mem::take(&mut given.end));
        let next = given.next_page().and_then(|next| check_end(&next, &end).map(|()| next));
        let next = next.map_err(|(message, help)| {
            let message = format!("`{}`: {message}", member.path);
            reader.report.error(Diagnostic::error(codes::CONFIG_CLASH, member.key_span, message).help(help))
        })?;
        places.keep("paginate", &operation, member.key_span);
        found.insert(operation, PaginateOptions { items, next, end, span: Some(member.key_span) });
        Ok(())
    })?;
    Ok(found)
}

/// The keys of a table as given.
#[derive(Default)]
struct Given {
    items: Option<String>,
    next: Option<String>,
    token: Option<Cursor>,
    page: Option<Cursor>,
    first: Option<usize>,
    offset: Option<Cursor>,
    link: Option<NextPage>,
    end: PagesEnd,
}

const KEYS: &[Key<Given>] = &[
    ("items", |r, e, o| r.parsed(e, pointer).map(|value| o.items = Some(value))),
    ("next", |r, e, o| r.parsed(e, pointer).map(|value| o.next = Some(value))),
    ("token", |r, e, o| r.parsed(e, cursor).map(|value| o.token = Some(value))),
    ("page", |r, e, o| r.parsed(e, cursor).map(|value| o.page = Some(value))),
    ("first", |r, e, o| r.number(e, MOST_FIRST).map(|value| o.first = Some(value))),
    ("offset", |r, e, o| r.parsed(e, cursor).map(|value| o.offset = Some(value))),
    ("link", |r, e, o| {
        if e.item.as_str().is_some() {
            return r.parsed(e, pointer).map(|value| o.link = Some(NextPage::Url(value)));
        }
        r.boolean(e).map(|is_set| o.link = is_set.then_some(NextPage::Link))
    }),
    ("more", |r, e, o| r.parsed(e, pointer).map(|value| o.end.more = Some(value))),
    ("last", |r, e, o| r.parsed(e, pointer).map(|value| o.end.last = Some(value))),
    ("total", |r, e, o| r.parsed(e, pointer).map(|value| o.end.total = Some(value))),
    ("pages", |r, e, o| r.parsed(e, pointer).map(|value| o.end.pages = Some(value))),
    ("size", |r, e, o| {
        if e.item.as_str().is_some() {
            let by = r.parsed(e, cursor)?;
            o.end.size = Some(PageSize::Asked { by, default: None });
            return Ok(());
        }
        r.number(e, MOST_SIZE).map(|value| o.end.size = Some(PageSize::Fixed(value)))
    }),
    ("not-found-is-end", |r, e, o| r.boolean(e).map(|is_set| o.end.not_found = is_set)),
];

/// The largest number of a first page.
const MOST_FIRST: u32 = 1_000_000;

/// The largest number of items of a page.
const MOST_SIZE: u32 = 1_000_000;

/// Whether what ends the pages is known for this way of finding them.
///
/// # Errors
/// A key needs another way.
fn check_end(next: &NextPage, end: &PagesEnd) -> Result<(), (&'static str, &'static str)> {
    let counts = matches!(next, NextPage::Page { .. } | NextPage::Offset { .. });
    if !counts && (end.total.is_some() || end.size.is_some()) {
        return Err((
            "`total` and `size` end pages that are counted, and there is no `page` or `offset`",
            "remove them: the service says which page is the last one, or write `more` or `last`",
        ));
    }
    if end.pages.is_some() && !matches!(next, NextPage::Page { .. }) {
        return Err(("`pages` is the number of pages, and there is no `page`", "write `total`, `more` or `last`"));
    }
    Ok(())
}

impl Given {
    /// The one way to find the next page.
    ///
    /// # Errors
    /// There is none, or several.
    fn next_page(self) -> Result<NextPage, (&'static str, &'static str)> {
        const WAYS: &str = "write `next` with `token`, or `page`, or `offset`, or `link`";
        if self.first.is_some() && self.page.is_none() {
            return Err((
                "`first` is the number of the first page, and there is no `page`",
                "add `page`, or remove `first`",
            ));
        }
        match (self.next, self.token, self.page, self.offset, self.link) {
            (Some(from), Some(into), None, None, None) => Ok(NextPage::Token { from, into }),
            (None, None, Some(into), None, None) => Ok(NextPage::Page { into, first: self.first.unwrap_or(1) }),
            (None, None, None, Some(into), None) => Ok(NextPage::Offset { into }),
            (None, None, None, None, Some(link)) => Ok(link),
            (None, None, None, None, None) => Err(("nothing says how to find the next page", WAYS)),
            (Some(_), None, None, None, None) => Err((
                "`next` needs `token`",
                "add `token`: the name of the query parameter that takes the token, or its JSON pointer in the body",
            )),
            (None, Some(_), None, None, None) => Err((
                "`token` needs `next`",
                "add `next`: the JSON pointer of the token in the response, such as \"/nextToken\"",
            )),
            _ => Err(("several ways to find the next page", WAYS)),
        }
    }
}

/// A JSON pointer (RFC 6901).
fn pointer(text: &str) -> Result<String, InvalidValue> {
    let escapes = text.match_indices('~').all(|(at, _)| matches!(text.as_bytes().get(at + 1), Some(b'0' | b'1')));
    if (text.is_empty() || text.starts_with('/')) && escapes {
        return Ok(text.to_owned());
    }
    Err(InvalidValue::new("not a JSON pointer")
        .help("begin it with `/`: `/items`, or `/page/items` for a nested property"))
}

/// A JSON pointer into the body, or the name of a query parameter.
fn cursor(text: &str) -> Result<Cursor, InvalidValue> {
    match text {
        "" => Err(InvalidValue::new("the text is empty").help(
            "write the name of a query parameter, or the JSON pointer of a value in the body, such as `/cursor`",
        )),
        _ if text.starts_with('/') => pointer(text).map(Cursor::Body),
        _ => Ok(Cursor::Query(text.to_owned())),
    }
}

//! What a page says of the pages after it.

use crate::call::paging::pointers::at;
use crate::contract::paging::PagesEnd;
use crate::json::{Read, Tree, Value};
use crate::response::event_parser::BOM;
use crate::response::typed::RawResponse;

/// What a page says of the pages after it.
#[derive(Default)]
pub(super) struct Said {
    /// Whether there are more; `None` if it does not say.
    pub(super) more: Option<bool>,
    /// The number of all items.
    pub(super) total: Option<i64>,
    /// The number of all pages.
    pub(super) page_count: Option<i64>,
}

impl Said {
    /// What a response says in the members that the configuration names.
    pub(super) fn by(end: &PagesEnd, raw: &RawResponse) -> Self {
        let says_nothing = [end.more, end.last, end.total, end.page_count].iter().all(Option::is_none);
        if says_nothing {
            return Self::default();
        }
        let Ok(tree) = parsed(raw) else { return Self::default() };
        let found = |pointer: Option<&'static str>| pointer.and_then(|pointer| at(tree.root(), pointer));
        let is_last = found(end.last).and_then(truth);
        let more = found(end.more).and_then(truth);
        // Each of the two can end the pages.
        let more = match (more, is_last.map(|is_last| !is_last)) {
            (Some(one), Some(other)) => Some(one && other),
            (one, other) => one.or(other),
        };
        Self { more, total: found(end.total).and_then(number), page_count: found(end.page_count).and_then(number) }
    }
}

/// The JSON of a response.
pub(super) fn parsed(raw: &RawResponse) -> Read<Tree<'_>> {
    let body = raw.body();
    Tree::parse(body.strip_prefix(BOM).unwrap_or(body))
}

fn truth(value: Value<'_>) -> Option<bool> {
    if let Value::Bool(truth) = value { Some(truth) } else { None }
}

/// A number, also as text.
fn number(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

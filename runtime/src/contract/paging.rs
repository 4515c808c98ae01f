//! How the pages of an operation follow one another, as static data.

/// How to find the items of a page and the next page.
#[derive(Debug)]
pub struct Paging {
    /// The array of items in the response, as a JSON pointer (RFC 6901).
    pub items: &'static str,
    /// The next page.
    pub next: NextPage,
}

/// How to find the next page.
#[derive(Debug)]
pub enum NextPage {
    /// A token of the response, as a JSON pointer, is sent with the next request. There is no next page if it is absent, `null` or
    /// empty.
    Token {
        /// Where it is in the response.
        from: &'static str,
        /// Where it goes.
        into: Cursor,
    },
    /// The number of the page counts up until a page has no items.
    Page {
        /// Where it goes.
        into: Cursor,
        /// The number of the first page.
        first: i64,
    },
    /// The number of items so far, until a page has none.
    Offset {
        /// Where it goes.
        into: Cursor,
    },
    /// The header `Link` with `rel="next"` (RFC 8288).
    Link,
    /// The URL at this JSON pointer of the response. There is no next page if it is absent, `null` or empty.
    Url(&'static str),
}

/// Where the position of a page is in a request.
#[derive(Debug)]
pub enum Cursor {
    /// The query parameter of this name.
    Query(&'static str),
    /// The value at this JSON pointer in the JSON body.
    Body(&'static str),
}

impl Paging {
    /// A description of pages.
    pub const fn new(items: &'static str, next: NextPage) -> Self {
        Self { items, next }
    }
}

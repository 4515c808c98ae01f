//! How the pages of an operation follow one another, as static data.

/// How to find the items of a page and the next page.
#[derive(Debug)]
pub struct Paging {
    /// The array of items in the response, as a JSON pointer (RFC 6901).
    pub items: &'static str,
    /// The next page.
    pub next: NextPage,
    /// What else ends the pages.
    pub end: PagesEnd,
}

/// What ends the pages, besides a page without items or without a next one. The texts are JSON pointers into the response.
#[derive(Debug)]
pub struct PagesEnd {
    /// A member that is `false` in the last page.
    pub more: Option<&'static str>,
    /// A member that is `true` in the last page.
    pub last: Option<&'static str>,
    /// The number of all items.
    pub total: Option<&'static str>,
    /// The number of all pages.
    pub page_count: Option<&'static str>,
    /// The number of items of a page: a page with fewer is the last one.
    pub size: Option<PageSize>,
    /// Whether the response 404 after the first page is the end.
    pub not_found: bool,
}

/// The number of items of a page.
#[derive(Debug)]
pub enum PageSize {
    /// Always this number.
    Fixed(usize),
    /// What the request asks for.
    Asked {
        /// Where it is in the request.
        by: Cursor,
        /// The number if the request does not have it.
        default: Option<usize>,
    },
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
        let end = PagesEnd { more: None, last: None, total: None, page_count: None, size: None, not_found: false };
        Self { items, next, end }
    }

    /// Sets the member that is `false` in the last page.
    #[must_use]
    pub const fn more(mut self, pointer: &'static str) -> Self {
        self.end.more = Some(pointer);
        self
    }

    /// Sets the member that is `true` in the last page.
    #[must_use]
    pub const fn last(mut self, pointer: &'static str) -> Self {
        self.end.last = Some(pointer);
        self
    }

    /// Sets the member that is the number of all items.
    #[must_use]
    pub const fn total(mut self, pointer: &'static str) -> Self {
        self.end.total = Some(pointer);
        self
    }

    /// Sets the member that is the number of all pages.
    #[must_use]
    pub const fn page_count(mut self, pointer: &'static str) -> Self {
        self.end.page_count = Some(pointer);
        self
    }

    /// Sets the number of items of a page.
    #[must_use]
    pub const fn size(mut self, size: PageSize) -> Self {
        self.end.size = Some(size);
        self
    }

    /// Ends the pages at the response 404 after the first page.
    #[must_use]
    pub const fn not_found_is_end(mut self) -> Self {
        self.end.not_found = true;
        self
    }
}

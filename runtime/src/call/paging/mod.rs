//! The pages of a call, from the first to the last.

pub(crate) mod links;
mod page_end;
pub(crate) mod pages;
mod pointers;

//! JSON values as a list of nodes that borrows from its text, and its parser.

mod lexer;
pub(in crate::json) mod nodes;
mod parse;
pub(in crate::json) mod value;

//! Styles of parameters and of members of forms, as constants of the runtime.

use crate::emit::rust::tree;
use crate::ir::operation::{Serialization, Style};
use syn::Expr;

/// How a value is serialized, as an expression of type `rt::Style`.
pub fn style(of: Serialization) -> Expr {
    let kind = match of.style {
        Style::Simple if !of.explode && !of.reserved => return tree::value(tree::path(&["rt", "SIMPLE"])),
        Style::Form if of.explode && !of.reserved => return tree::value(tree::path(&["rt", "FORM"])),
        Style::Simple => "Simple",
        Style::Label => "Label",
        Style::Matrix => "Matrix",
        Style::Form => "Form",
        Style::SpaceDelimited => "SpaceDelimited",
        Style::PipeDelimited => "PipeDelimited",
        Style::TabDelimited => "TabDelimited",
        Style::DeepObject => "DeepObject",
        Style::Json => "Json",
        Style::Querystring => "Querystring",
    };
    let kind = tree::value(tree::path(&["rt", "StyleKind", kind]));
    let style = tree::call(tree::path(&["rt", "Style", "new"]), [kind, tree::truth(of.explode)]);
    if of.reserved { tree::method(style, "reserved", []) } else { style }
}

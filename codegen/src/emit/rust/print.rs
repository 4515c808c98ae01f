//! Formats items, with empty lines between items and between methods: `prettyplease` writes none.

use syn::{File, Item};

/// The text of items.
pub fn items(items: Vec<Item>) -> String {
    let mut out = String::new();
    for item in items {
        if !out.is_empty() {
            out.push('\n');
        }
        let file = File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] };
        push_item(&prettyplease::unparse(&file), &mut out);
    }
    out
}

/// Appends a formatted item. Its methods are separated in the text, since the printer breaks lines by their indentation and
/// cannot format a method alone.
fn push_item(text: &str, out: &mut String) {
    out.reserve(text.len() + text.len() / 16);
    let mut is_after_method = false;
    for line in text.lines() {
        // A literal never spans lines, so the indentation of a line is its depth.
        let member = line.strip_prefix("    ").filter(|rest| !rest.starts_with([' ', '}']));
        if is_after_method && member.is_some() {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        is_after_method = line == "    }";
    }
}

#[cfg(test)]
mod tests {
    use super::items;

    #[test]
    fn items_and_methods_are_separated() {
        let tokens = quote::quote! {
            #[doc = " ends with;"]
            #[doc = " a second line"]
            struct A;
            impl A {
                fn b() {
                    if true {
                        a()
                    }
                }
                fn c() {}
            }
        };
        let text = "\
/// ends with;
/// a second line
struct A;

impl A {
    fn b() {
        if true {
            a()
        }
    }

    fn c() {}
}
";
        assert_eq!(items(crate::emit::rust::tree::items(tokens)), text);
    }
}

//! The shape of generated code: its token trees without everything that a text of the document may change.
//!
//! Removed are literals, identifiers that are not keywords and the paths of identifiers (a name of the prelude is written as a path
//! if the document uses that name), doc attributes (whose number depends on the lines of a text), `use` items
//! (they have only paths), and what the printer adds for long lines: trailing commas, and braces around the body of an arm.
//! The order of parameters, arguments and statements, which follows names, is removed too, and so are the lists of required
//! fields. Keywords, lifetimes, all other punctuation and all nesting are kept. A crate's shape is the multiset of its items' shapes, in which each member of an `impl` or
//! `trait` counts separately: a name may move an item to another file or position. Modules, and the heads of inherent `impl` blocks,
//! count once, since names split or join groups of operations.

use cogen::output::files::Files;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeMap;

/// How often each shape of an item occurs, with one item of each shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape(BTreeMap<String, usize>);

impl Shape {
    /// The shape of all Rust files.
    ///
    /// # Panics
    /// If one is not Rust.
    pub fn of(files: &Files) -> Self {
        let mut shape = Self::default();
        for (path, text) in &files.0 {
            if path.as_str().ends_with(".rs") {
                let tokens: TokenStream = text.parse().unwrap_or_else(|e| panic!("{path}: {e}"));
                shape.add_items(tokens);
            }
        }
        shape
    }

    /// The differences of two shapes, as a short text.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let only = |left: &Self, right: &Self| {
            let more = |item: &String| left.count(item).saturating_sub(right.count(item));
            let found: Vec<String> =
                left.0.keys().filter(|item| more(item) > 0).map(|item| format!("{} × `{item}`", more(item))).collect();
            found.join("\n    ")
        };
        (self != other)
            .then(|| format!("  only before:\n    {}\n  only after:\n    {}", only(self, other), only(other, self)))
    }

    fn count(&self, item: &str) -> usize {
        self.0.get(item).copied().unwrap_or_default()
    }

    /// Items end with `;` or with braces; the contents of an `impl`, a `trait` and a `mod` are items, too.
    fn add_items(&mut self, tokens: TokenStream) {
        let mut item: Vec<TokenTree> = Vec::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let ends = match &token {
                TokenTree::Punct(punct) => punct.as_char() == ';',
                // `macro! { … }` and `= { … };` continue after the braces.
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    !matches!(tokens.peek(), Some(TokenTree::Punct(p)) if matches!(p.as_char(), ';' | '.' | '?'))
                }
                _ => false,
            };
            item.push(token);
            if ends {
                self.add_item(std::mem::take(&mut item));
            }
        }
        if !item.is_empty() {
            self.add_item(item);
        }
    }

    fn add_item(&mut self, mut item: Vec<TokenTree>) {
        let word =
            |token: &TokenTree, words: &[&str]| matches!(token, TokenTree::Ident(i) if words.iter().any(|w| i == w));
        let is_use = item.iter().find(|t| word(t, &["use", "fn", "static", "const", "struct", "enum", "impl"]));
        if is_use.is_some_and(|t| word(t, &["use"])) {
            return;
        }
        if is_field_list(&item) {
            return;
        }
        let holds = item
            .iter()
            .find(|t| word(t, &["impl", "trait", "mod", "fn", "struct", "enum", "const", "static"]))
            .cloned();
        let holds = holds.as_ref();
        if holds.is_some_and(|t| word(t, &["impl", "trait", "mod"]))
            && let Some(TokenTree::Group(group)) = item.last().cloned()
        {
            item.pop();
            self.add_items(group.stream());
        }
        let of_a_trait = item.iter().any(|t| word(t, &["for"]));
        let once = holds.is_some_and(|t| word(t, &["mod"]) || (word(t, &["impl"]) && !of_a_trait));
        let mut text = String::new();
        erase(item.into_iter().collect(), &mut text);
        let count = self.0.entry(text).or_default();
        *count = if once { 1 } else { *count + 1 };
    }
}

/// Whether an item is a list of structs with their fields, and nothing else. Which structs it has, and in which order, follows names:
/// those whose `new` takes two equal arguments next to each other.
fn is_field_list(item: &[TokenTree]) -> bool {
    let [.., TokenTree::Ident(name), TokenTree::Punct(mark), TokenTree::Group(group)] = item else { return false };
    (name == "constructors" || name == "empty") && mark.as_char() == '!' && has_only_fields(group.stream())
}

fn has_only_fields(tokens: TokenStream) -> bool {
    tokens.into_iter().all(|token| match token {
        TokenTree::Group(group) => has_only_fields(group.stream()),
        TokenTree::Punct(punct) => ":,;<>".contains(punct.as_char()),
        TokenTree::Ident(ident) => !KEYWORDS.contains(&ident.to_string().as_str()),
        TokenTree::Literal(_) => true,
    })
}

/// The remaining tokens, as text.
fn erase(tokens: TokenStream, out: &mut String) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let inner = usize::from(matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == '!'));
                if matches!(tokens.get(at + inner), Some(TokenTree::Group(group)) if is_doc(group) || is_of_letters(group))
                {
                    at += inner + 1;
                } else {
                    out.push('#');
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' && out.ends_with(',') => {}
            TokenTree::Punct(punct) => {
                if punct.as_char() == '>' && out.ends_with(',') {
                    out.pop();
                }
                out.push(punct.as_char());
            }
            TokenTree::Literal(_) => out.push_str(" l"),
            TokenTree::Ident(ident) => {
                let text = ident.to_string();
                if KEYWORDS.contains(&text.as_str()) {
                    out.push(' ');
                    out.push_str(&text);
                } else {
                    // `a::b` and `::a` are one name.
                    match out.strip_suffix("::").map(str::len) {
                        Some(length) => {
                            out.truncate(length);
                            if !out.ends_with(" i") {
                                out.push_str(" i");
                            }
                        }
                        None => out.push_str(" i"),
                    }
                }
            }
            TokenTree::Group(group) => {
                let body = group.delimiter() == Delimiter::Brace && (out.ends_with("=>") || out.ends_with('|'));
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace if body => ("", ""),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                let arm = out.ends_with("=>");
                match group.delimiter() {
                    Delimiter::Parenthesis => out.push_str(&sorted(arguments(group.stream()), ",")),
                    Delimiter::Brace => out.push_str(&sorted(statements(group.stream()), "")),
                    Delimiter::Bracket | Delimiter::None => erase(group.stream(), out),
                }
                if out.ends_with(',') {
                    out.pop();
                }
                if body && arm {
                    out.push(',');
                }
                out.push_str(close);
            }
        }
    }
}

/// Parameters or arguments, whose order follows names: `new` takes required members by their names.
fn arguments(tokens: TokenStream) -> Vec<TokenStream> {
    let (mut pieces, mut piece, mut depth) = (Vec::new(), Vec::new(), 0_usize);
    let mut before = ' ';
    for token in tokens {
        let sign = if let TokenTree::Punct(punct) = &token { punct.as_char() } else { ' ' };
        match sign {
            '<' => depth += 1,
            '>' if before != '-' && before != '=' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = sign;
        if sign == ',' && depth == 0 {
            pieces.push(std::mem::take(&mut piece));
        } else {
            piece.push(token);
        }
    }
    pieces.push(piece);
    pieces.into_iter().map(TokenStream::from_iter).collect()
}

/// Statements, whose order follows names: required members are written in the order in which `new` takes them. The braces around
/// the body of an arm or a closure do not end a statement, because the printer may leave them out.
fn statements(tokens: TokenStream) -> Vec<TokenStream> {
    let (mut pieces, mut piece) = (Vec::new(), Vec::new());
    let mut before = ' ';
    for token in tokens {
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && before != '>' && before != '|',
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        before = if let TokenTree::Punct(punct) = &token { punct.as_char() } else { ' ' };
        piece.push(token);
        if ends {
            pieces.push(std::mem::take(&mut piece));
        }
    }
    pieces.push(piece);
    pieces.into_iter().map(TokenStream::from_iter).collect()
}

/// Whether an attribute allows the letters of names.
fn is_of_letters(group: &proc_macro2::Group) -> bool {
    group.stream().to_string().replace(' ', "") == "allow(confusable_idents,mixed_script_confusables)"
}

/// The shapes of the parts in an order that does not depend on that of the parts.
fn sorted(pieces: Vec<TokenStream>, between: &str) -> String {
    let shape = |piece: TokenStream| {
        let mut text = String::new();
        erase(piece, &mut text);
        text
    };
    let mut shapes: Vec<String> = pieces.into_iter().filter(|piece| !piece.is_empty()).map(shape).collect();
    shapes.sort();
    shapes.join(between)
}

fn is_doc(group: &proc_macro2::Group) -> bool {
    let mut tokens = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && matches!(tokens.next(), Some(TokenTree::Ident(i)) if i == "doc")
        && matches!(tokens.next(), Some(TokenTree::Punct(p)) if p.as_char() == '=')
        && matches!(tokens.next(), Some(TokenTree::Literal(_)))
        && tokens.next().is_none()
}

/// Words that an identifier from a document cannot be, and the words that start an item or a macro.
const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self",
    "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while",
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        let mut shape = Shape::default();
        shape.add_items(text.parse().unwrap());
        shape
    }

    #[test]
    fn names_literals_docs_and_width_do_not_count() {
        let one = "/// a\npub fn f(a: A, b: B) -> C { match a { 1 => x(\"y\"), } } impl A { fn a() {} fn b(self) {} }";
        let two = "pub fn g(aa: AA,\nbb: BB,) -> CC { match aa { 2 => { xx(\"yy\") } } }\nimpl B { /// x\n/// y\nfn b(self) {} fn a() {} }";
        assert_eq!(shape(one).difference(&shape(two)), None);
    }

    #[test]
    fn the_order_of_parameters_and_statements_does_not_count() {
        let one = "fn f(a: &A, b: B) { let c = 1; g(&a, b); if a { h(b); } match a { 1 => x(), _ => y(b) } }";
        let two = "fn f(b: B, a: &A) { if a { h(b); } g(b, &a); let c = 1; match a { 1 => { x() } _ => y(b), } }";
        assert_eq!(shape(one).difference(&shape(two)), None);
    }

    #[test]
    fn every_other_difference_counts() {
        let one = "fn f() { g(\"x\"); }\nstatic A: &str = \"a\";";
        for other in [
            "fn f() { g(\"x\"); } fn evil() {}\nstatic A: &str = \"a\";",
            "fn f() { g(\"x\"); evil(); }\nstatic A: &str = \"a\";",
            "fn f() { g(evil!(\"x\")); }\nstatic A: &str = \"a\";",
            "fn f() { g(\"x\"); }\nstatic A: &str = self;",
            "#[path = \"x\"] fn f() { g(\"x\"); }\nstatic A: &str = \"a\";",
            "fn f() { g(\"x\"); }\nstatic A: &str = \"a\".b;",
            "unsafe fn f() { g(\"x\"); }\nstatic A: &str = \"a\";",
        ] {
            assert!(shape(one).difference(&shape(other)).is_some(), "{other}");
        }
    }
}

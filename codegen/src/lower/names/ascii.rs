//! Text to the letters of identifiers: Chinese, Japanese and Korean letters are kept, others are transliterated to ASCII, and
//! symbols get words.

use crate::ir::ident::is_cjk;
use icu_normalizer::ComposingNormalizerBorrowed;
use std::borrow::Cow;

/// The text with letters that an identifier may have, and everything else as separators.
///
/// Rust compares identifiers in the normal form NFC. The text is in NFKC first, which also turns the wide and narrow forms of
/// letters into the usual ones.
pub(super) fn letters(text: &str) -> String {
    let text: Cow<'_, str> =
        if text.is_ascii() { text.into() } else { ComposingNormalizerBorrowed::new_nfkc().normalize(text) };
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut capitals = 0_usize;
    let mut before: Option<char> = None;
    while let Some(c) = chars.next() {
        if let Some(sign) = sign(before, c, chars.peek().copied()) {
            plain.push_str(sign);
        } else if c.is_ascii() {
            // A word ends where the script changes.
            if c.is_ascii_alphabetic() && before.is_some_and(is_cjk) {
                plain.push(' ');
            }
            plain.push(if c.is_ascii_alphanumeric() { c } else { ' ' });
        } else if is_cjk(c) {
            if before.is_some_and(|before| before.is_alphabetic() && !is_cjk(before)) {
                plain.push(' ');
            }
            plain.push(c);
        } else if !is_joiner(c) {
            transliterate(c, &mut plain);
        }
        // A plural acronym is one word: `IDs` are ids, not I and Ds.
        if c == 's' && capitals > 1 && !chars.peek().is_some_and(|next| next.is_lowercase() || next.is_ascii_digit()) {
            let end = plain.len() - 1;
            if let Some(tail) = plain.get_mut(end + 1 - capitals..end) {
                tail.make_ascii_lowercase();
            }
        }
        capitals = if c.is_ascii_uppercase() { capitals + 1 } else { 0 };
        before = Some(c);
    }
    plain
}

/// The text with Chinese, Japanese and Korean letters spelled by their number, as other letters without a transliteration.
pub(super) fn without_cjk(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    let spell = |c: char| if is_cjk(c) { format!(" u{:x} ", u32::from(c)) } else { c.to_string() };
    normal.chars().map(spell).collect::<String>().into()
}

/// The word for a sign before a number (`+1`, `reactions--1`), or before a whole name (`-created`).
fn sign(before: Option<char>, c: char, after: Option<char>) -> Option<&'static str> {
    let word = match c {
        '+' => " plus ",
        '-' => " minus ",
        _ => return None,
    };
    let after = after?;
    let is_sign = match before {
        None => after.is_alphanumeric(),
        Some(before) => !before.is_alphanumeric() && after.is_ascii_digit(),
    };
    is_sign.then_some(word)
}

/// The words for a text that has no letter and no digit.
pub(super) fn spelled(text: &str) -> Vec<String> {
    if text.is_empty() {
        return vec!["empty".to_owned()];
    }
    if let Some((_, word)) = PHRASES.iter().find(|(symbols, _)| *symbols == text.trim()) {
        return vec![(*word).to_owned()];
    }
    let mut words: Vec<String> = Vec::new();
    for c in text.trim().chars().take(32) {
        match SYMBOLS.iter().find(|(symbol, _)| *symbol == c) {
            Some((_, word)) => words.extend(word.split(' ').map(str::to_owned)),
            None if c.is_whitespace() => {}
            None => words.push(format!("u{:x}", u32::from(c))),
        }
    }
    if words.is_empty() {
        words.push("blank".to_owned());
    }
    words
}

/// The words for the signs right after a name: `C++`, `C#`, `A-`.
pub(super) fn trailing_signs(text: &str) -> impl Iterator<Item = &'static str> {
    let named = text.trim_end_matches(['+', '-', '#']);
    let signs = if named.ends_with(char::is_alphanumeric) { text.get(named.len()..).unwrap_or_default() } else { "" };
    signs.chars().take(4).map(|c| match c {
        '+' => "plus",
        '-' => "minus",
        _ => "sharp",
    })
}

/// Marks that belong to the letter before them or cannot be seen at all.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn transliterate(c: char, out: &mut String) {
    let code = u32::from(c);
    let table = match code {
        0xc0..=0xff => Some((0xc0, LATIN_1)),
        0x100..=0x17f => Some((0x100, LATIN_A)),
        0x386..=0x3ce => Some((0x386, GREEK)),
        0x400..=0x45f => Some((0x400, CYRILLIC)),
        0x1ea0..=0x1ef9 => Some((0x1ea0, VIETNAMESE)),
        _ => None,
    };
    let known = table.and_then(|(first, table)| {
        let index = usize::try_from(code - first).ok()?;
        table.split(' ').nth(index)
    });
    match known {
        Some("_") => out.push(' '),
        Some(letters) => out.push_str(letters),
        None if c.is_alphanumeric() => {
            let folded: String = c.to_lowercase().collect();
            // A letter of another script is a word of its own, spelled by its number.
            let number = folded.chars().next().map_or(code, u32::from);
            out.push_str(&format!(" u{number:x} "));
        }
        None => out.push(' '),
    }
}

const PHRASES: &[(&str, &str)] = &[
    ("<", "lt"),
    ("<=", "le"),
    (">", "gt"),
    (">=", "ge"),
    ("=", "eq"),
    ("==", "eq"),
    ("!=", "ne"),
    ("<>", "ne"),
    ("&&", "and"),
    ("||", "or"),
];

const SYMBOLS: &[(char, &str)] = &[
    ('+', "plus"),
    ('-', "minus"),
    ('*', "star"),
    ('/', "slash"),
    ('\\', "backslash"),
    ('=', "eq"),
    ('<', "lt"),
    ('>', "gt"),
    ('!', "not"),
    ('$', "dollar"),
    ('%', "percent"),
    ('&', "and"),
    ('|', "or"),
    ('.', "dot"),
    (',', "comma"),
    (':', "colon"),
    (';', "semicolon"),
    ('?', "question"),
    ('@', "at"),
    ('#', "hash"),
    ('~', "tilde"),
    ('^', "caret"),
    ('_', "underscore"),
    ('"', "quote"),
    ('\'', "apostrophe"),
    ('`', "backtick"),
    ('(', "left paren"),
    (')', "right paren"),
    ('[', "left bracket"),
    (']', "right bracket"),
    ('{', "left brace"),
    ('}', "right brace"),
    ('€', "euro"),
    ('£', "pound"),
];

// One entry a code point, from the first of the block on; `_` is not a letter.
const LATIN_1: &str = "A A A A A A AE C E E E E I I I I D N O O O O O _ O U U U U Y TH ss a a a a a a ae c e e e e i i i i d n o o o o o _ o u u u u y th y";
const LATIN_A: &str = "A a A a A a C c C c C c C c D d D d E e E e E e E e E e G g G g G g G g H h H h I i I i I i I i I i IJ ij J j K k k \
L l L l L l L l L l N n N n N n n N n O o O o O o OE oe R r R r R r S s S s S s S s T t T t T t U u U u U u U u U u U u W w Y y Y Z z Z z Z z s";
const GREEK: &str = "A _ E I I _ O _ Y O i A B G D E Z I Th I K L M N X O P R _ S T Y F Ch Ps O I Y a e i i y a b g d e z i th i k l m n x o p r s s t y f ch ps o i y o y o";
const CYRILLIC: &str = "E E Dj G E Z I I J Lj Nj Ch K I U Dz A B V G D E Zh Z I J K L M N O P R S T U F H C Ch Sh Sch _ Y _ E Yu Ya \
a b v g d e zh z i j k l m n o p r s t u f h c ch sh sch _ y _ e yu ya e e dj g e z i i j lj nj ch k i u dz";
const VIETNAMESE: &str = "A a A a A a A a A a A a A a A a A a A a A a A a E e E e E e E e E e E e E e E e I i I i O o O o O o O o O o O o \
O o O o O o O o O o O o U u U u U u U u U u U u U u Y y Y y Y y Y y";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_one_entry_a_code_point() {
        for (table, first, last) in [
            (LATIN_1, 0xc0, 0xff),
            (LATIN_A, 0x100, 0x17f),
            (GREEK, 0x386, 0x3ce),
            (CYRILLIC, 0x400, 0x45f),
            (VIETNAMESE, 0x1ea0, 0x1ef9),
        ] {
            assert_eq!(table.split(' ').count(), last - first + 1, "{first:x}");
        }
    }

    #[test]
    fn known_letters() {
        for (text, want) in [
            ("Łódź", "Lodz"),
            ("Žluťoučký", "Zlutoucky"),
            ("Ελλάδα", "Ellada"),
            ("Объект", "Ob ekt"),
            ("Tiếng Việt", "Tieng Viet"),
            ("œuvre", "oeuvre"),
            ("取得Pet", "取得 Pet"),
            ("Pet取得", "Pet 取得"),
            ("第1章", "第1章"),
            ("Ｐｅｔ１", "Pet1"),
            ("ﾍﾟｯﾄ", "ペット"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("\u{f9d4}", "\u{502b}"),
        ] {
            assert_eq!(letters(text), want);
        }
    }
}

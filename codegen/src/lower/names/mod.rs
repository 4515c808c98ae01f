//! Makes all identifiers: any text becomes an identifier, and names are settled independent of order.

mod ascii;
mod generated;
mod operation;
mod settle;
mod style;

use crate::document::upgrade::INNER;
use crate::ir::ident::Ident;
use crate::lower::names::generated::Part;
use heck::ToSnakeCase;
use std::borrow::Cow;
use std::fmt::Write as _;

pub use crate::lower::names::operation::{operation_names, path_names};
pub use crate::lower::names::settle::{Namespace, Wanted, settle};
pub use crate::lower::names::style::of as style;

/// How the words of an identifier are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `list_pets`: functions, arguments, fields, modules.
    Snake,
    /// `ListPets`: types and variants.
    Pascal,
    /// `LIST_PETS`: statics.
    ScreamingSnake,
}

/// The candidates for the name of a component, the best first: its name. For a definition inside another schema these are its
/// own name, and its name with that of the schema. A title comes before a name that a program counted.
pub fn component_names(key: &str, title: Option<&str>) -> Vec<String> {
    let mut names = match key.rsplit_once(INNER) {
        Some((owner, local)) => vec![local.to_owned(), format!("{owner} {local}")],
        None => vec![key.to_owned()],
    };
    if let Some(title) = title.filter(|title| title.contains(char::is_alphanumeric))
        && generated::is_counted(&words(local_name(key)))
    {
        names = std::iter::once(title.to_owned()).chain(names.iter().map(|name| format!("{title} {name}"))).collect();
    }
    names
}

/// The own name of a component: for a definition inside another schema, without that of the schema.
pub fn local_name(key: &str) -> &str {
    key.rsplit_once(INNER).map_or(key, |(_, local)| local)
}

/// An identifier with more at its end: `ListPets` and `Error`.
pub fn suffixed(stem: &Ident, suffix: &str) -> Ident {
    // The underscore that keeps a name from being a keyword (`Self_`) is not needed before more letters.
    let stem = if suffix.is_empty() { stem.as_str() } else { stem.as_str().trim_end_matches('_') };
    certain(format!("{stem}{suffix}"))
}

/// An identifier with more at its beginning: `with_` and `pet_pool`.
pub fn prefixed(prefix: &str, stem: &Ident) -> Ident {
    certain(format!("{prefix}{}", stem.as_str().trim_end_matches('_')))
}

/// The identifier for a text, if no other item competes for it.
pub fn ident(text: &str, case: Case) -> Ident {
    // Most names are identifiers already, and need not be split into words.
    if (case == Case::Snake && is_plain_snake(text)) || (case == Case::Pascal && is_plain_pascal(text)) {
        return certain(text.to_owned());
    }
    let words = if case == Case::Pascal { words_for_types(text) } else { words(text) };
    let mut joined = String::with_capacity(text.len().min(LONGEST) + 4);
    for word in &words {
        let digits_meet =
            joined.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit());
        match case {
            // `V1` and `2` are `V1_2`, which is not the `V12` of another name.
            Case::Pascal => {
                if digits_meet {
                    joined.push('_');
                }
                let mut chars = word.chars();
                joined.extend(chars.next().map(|c| c.to_ascii_uppercase()));
                joined.push_str(chars.as_str());
            }
            Case::Snake | Case::ScreamingSnake => {
                if !joined.is_empty() {
                    joined.push('_');
                }
                joined.push_str(word);
            }
        }
    }
    if joined.starts_with(|c: char| c.is_ascii_digit()) {
        joined.insert(0, if case == Case::Pascal { 'N' } else { 'n' });
    }
    let mut joined = shortened(joined, text, case);
    if case == Case::ScreamingSnake {
        joined.make_ascii_uppercase();
    }
    certain(joined)
}

/// The identifier of a module. It is ASCII, because it is the name of a file.
pub fn module(text: &str) -> Ident {
    ident(&ascii::without_cjk(text), Case::Snake)
}

/// A text as a part of a longer name. A text without letters and digits is spelled out, because signs beside words are dropped.
pub fn in_words(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_alphanumeric) { Cow::Borrowed(text) } else { Cow::Owned(words(text).join(" ")) }
}

/// The words of a text: lower case, letters and digits only, none of them empty, at least one.
///
/// Words end at characters that are not letters or digits, and between the words of camel case. Letters beyond ASCII are
/// transliterated, except those of Chinese, Japanese and Korean; where no transliteration is known, they are spelled by their
/// number (`u5d0`). Symbols become words if they have the meaning: without other characters (`<=` is `le`), or as a sign
/// before or after a name (`-1` is `minus 1`, and `C#` is `c sharp`).
pub fn words(text: &str) -> Vec<String> {
    if is_plain_snake(text) {
        return text.split('_').map(str::to_owned).collect();
    }
    words_by(text, |kind, number| vec![kind.to_ascii_lowercase(), number.to_owned()])
}

/// The words for the name of a type. A generated id is one word, in its own spelling.
fn words_for_types(text: &str) -> Vec<String> {
    words_by(text, |kind, number| vec![format!("{kind}{number}")])
}

/// The words of a text, with a function for the words of a generated id.
fn words_by(text: &str, of_id: impl Fn(&str, &str) -> Vec<String>) -> Vec<String> {
    let plain = ascii::letters(text);
    let mut words = Vec::new();
    for part in generated::parts(&plain) {
        match part {
            Part::Text(text) => {
                let snake = text.to_snake_case();
                words.extend(snake.split('_').filter(|word| !word.is_empty()).map(str::to_owned));
            }
            Part::Id { kind, number } => words.extend(of_id(kind, number)),
        }
    }
    if words.is_empty() {
        return ascii::spelled(text);
    }
    words.extend(ascii::trailing_signs(text).map(str::to_owned));
    words
}

/// The longest identifier; a longer one is cut and ends in a number made of the whole text.
const LONGEST: usize = 96;

fn shortened(joined: String, text: &str, case: Case) -> String {
    if joined.len() <= LONGEST {
        return joined;
    }
    hashed(&joined, text, case).to_string()
}

/// The identifier that begins as another one and ends in a number made of a text.
fn hashed(stem: &str, text: &str, case: Case) -> Ident {
    let end = (0..=LONGEST - 10).rev().find(|&end| stem.is_char_boundary(end)).unwrap_or_default();
    let kept = stem.get(..end).unwrap_or(stem).trim_end_matches('_');
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    certain(match case {
        Case::Pascal => format!("{kept}H{hash:08x}"),
        Case::Snake => format!("{kept}_h{hash:08x}"),
        Case::ScreamingSnake => format!("{kept}_H{hash:08X}"),
    })
}

fn numbered(plain: &Ident, number: u32, case: Case) -> Ident {
    // `type_` and 2 are `type_2`: two underscores in a row are not snake case.
    let mut name = plain.as_str().trim_end_matches('_').to_owned();
    if case != Case::Pascal || name.ends_with(|c: char| c.is_ascii_digit()) {
        name.push('_');
    }
    // Writing to a `String` cannot fail.
    let _ = write!(name, "{number}");
    certain(name)
}

/// The identifier for a text that is an identifier or a keyword.
fn certain(text: String) -> Ident {
    Ident::new(text.as_str())
        .or_else(|| Ident::new(format!("{text}_")))
        .or_else(|| Ident::new(format!("n{text}")))
        .unwrap_or_else(|| unreachable!("a letter, then letters, digits and underscores"))
}

fn is_plain_snake(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= LONGEST
        && bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.last().is_some_and(|&b| b != b'_')
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_')
        && !text.contains("__")
}

/// Whether each capital begins a word that continues in lower case, or ends the text.
fn is_plain_pascal(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= LONGEST
        && bytes.first().is_some_and(u8::is_ascii_uppercase)
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && !bytes.windows(2).any(|pair| pair.iter().all(u8::is_ascii_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snake(text: &str) -> String {
        ident(text, Case::Snake).to_string()
    }

    fn pascal(text: &str) -> String {
        ident(text, Case::Pascal).to_string()
    }

    #[test]
    fn names_read_well() {
        let cases = [
            ("petId", "pet_id", "PetId"),
            ("Create Pet", "create_pet", "CreatePet"),
            ("pets/list", "pets_list", "PetsList"),
            ("GET HTTP", "get_http", "GetHttp"),
            ("HTTPServer", "http_server", "HttpServer"),
            ("userIDs", "user_ids", "UserIds"),
            ("IDs", "ids", "Ids"),
            ("URLs_list", "urls_list", "UrlsList"),
            ("X-Request-ID", "x_request_id", "XRequestId"),
            ("v1.2", "v1_2", "V1_2"),
            ("1a", "n1a", "N1a"),
            ("404", "n404", "N404"),
            ("1.5", "n1_5", "N1_5"),
            ("+1", "plus_1", "Plus1"),
            ("-1", "minus_1", "Minus1"),
            ("reactions--1", "reactions_minus_1", "ReactionsMinus1"),
            ("2020-01-02", "n2020_01_02", "N2020_01_02"),
            ("[", "left_bracket", "LeftBracket"),
            ("-created", "minus_created", "MinusCreated"),
            ("C#", "c_sharp", "CSharp"),
            ("C++", "c_plus_plus", "CPlusPlus"),
            ("A-", "a_minus", "AMinus"),
            ("*", "star", "Star"),
            ("<=", "le", "Le"),
            (">", "gt", "Gt"),
            ("!=", "ne", "Ne"),
            ("$", "dollar", "Dollar"),
            ("$filter", "filter", "Filter"),
            ("@type", "type_", "Type"),
            ("", "empty", "Empty"),
            (" ", "blank", "Blank"),
            ("_", "underscore", "Underscore"),
            ("Ünïcode", "unicode", "Unicode"),
            ("straße", "strasse", "Strasse"),
            ("Привет", "privet", "Privet"),
            ("中文", "中文", "中文"),
            ("取得Pet", "取得_pet", "取得Pet"),
            ("ペット-一覧", "ペット_一覧", "ペット一覧"),
            ("반려동물", "반려동물", "반려동물"),
            ("1番", "n1番", "N1番"),
            ("שלום", "u5e9_u5dc_u5d5_u5dd", "U5e9U5dcU5d5U5dd"),
            ("MODELd2a00d", "model_d2a00d", "MODELd2a00d"),
            ("MODEL5aa3a1", "model_5aa3a1", "MODEL5aa3a1"),
            ("MODELd2a00d items", "model_d2a00d_items", "MODELd2a00dItems"),
            ("MODELd2a00dSex", "model_d2a00d_sex", "MODELd2a00dSex"),
            ("listMODELd2a00d", "list_model_d2a00d", "ListMODELd2a00d"),
            ("😀", "u1f600", "U1f600"),
            ("ok 😀", "ok", "Ok"),
            ("cafe\u{301}", "cafe", "Cafe"),
            ("\u{202e}evil", "evil", "Evil"),
            ("self", "self_", "Self_"),
            ("r#type", "r_type", "RType"),
            ("crate", "crate_", "Crate"),
        ];
        for (text, want_snake, want_pascal) in cases {
            assert_eq!((snake(text).as_str(), pascal(text).as_str()), (want_snake, want_pascal), "{text:?}");
        }
        assert_eq!(ident("petId", Case::ScreamingSnake).as_str(), "PET_ID");
        assert_eq!(ident("1a", Case::ScreamingSnake).as_str(), "N1A");
    }

    #[test]
    fn a_title_replaces_a_number() {
        for (key, want) in [
            ("def-0", &["User", "User def-0"][..]),
            ("__schema12", &["User", "User __schema12"]),
            ("inline_response_200_1", &["User", "User inline_response_200_1"]),
            ("Pet", &["Pet"]),
            ("def", &["def"]),
            ("Level1", &["Level1"]),
            ("MODELd2a00d", &["MODELd2a00d"]),
        ] {
            assert_eq!(component_names(key, Some("User")), want, "{key}");
        }
        assert_eq!(component_names("def-0", Some("-")), ["def-0"]);
        assert_eq!(component_names("def-0", None), ["def-0"]);
    }

    #[test]
    fn a_module_is_ascii() {
        for (text, want) in
            [("宠物", "u5ba0_u7269"), ("Pets", "pets"), ("宠物 Store", "u5ba0_u7269_store"), ("Ｐets", "pets")]
        {
            assert_eq!(module(text).as_str(), want);
        }
    }

    #[test]
    fn an_identifier_is_its_own_name() {
        for text in [
            "PetStatus",
            "PetA",
            "V1Pet2",
            "Pet2a",
            "ABItem",
            "V1_2",
            "URLsList",
            "NameH0123abcd",
            "Self_",
            "MODELd2a00d",
            "MODELd2a00dSex",
            "取得Pet",
            "第1章",
            "第1Pet",
        ] {
            let name = ident(text, Case::Pascal);
            assert_eq!(ident(name.as_str(), Case::Pascal), name, "{text}");
            let capital =
                |word: &String| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
            let slow: String = words_for_types(text).iter().map(capital).collect::<Vec<String>>().concat();
            assert!(!is_plain_pascal(text) || slow == name.as_str(), "{text}: {slow} {name}");
        }
    }

    /// G5: any name at all.
    #[test]
    fn g5_any_text_is_an_identifier_that_lints_accept() {
        let long = "x".repeat(10_000);
        let long_words = "some word ".repeat(1_000);
        let long_cjk = "取得".repeat(1_000);
        let odd = [
            "",
            "_",
            "__",
            "r#x",
            "1a",
            "a b",
            "\0",
            "\u{202e}",
            "\u{200d}",
            "👩\u{200d}💻",
            "שלום",
            "مرحبا",
            "Option",
            "Result",
            "String",
            "Client",
            "Box",
            "drop",
            "fmt",
            "Self",
            "super",
            "gen",
            "async",
            "try",
            "'",
            "\"",
            "#\"",
            "*/",
            "//",
            "{{",
            "#x",
            "a__b",
            "__a__",
            "٣",
            "²",
            "ǅ",
            "ﬁ",
            "İ",
            "\u{feff}",
            "\u{fffd}",
            "𝔘",
            &long,
            &long_words,
            &long_cjk,
        ];
        let all = odd.iter().copied().chain(crate::ir::ident::KEYWORDS.iter().copied());
        for text in all {
            for case in [Case::Snake, Case::Pascal, Case::ScreamingSnake] {
                let name = ident(text, case);
                assert!(Ident::new(name.as_str()).is_some() && name.as_str().len() <= LONGEST + 8, "{text:?}: {name}");
                assert!(!name.as_str().contains("__"), "{text:?}: {name}");
                let bad = match case {
                    Case::Snake => name.as_str().contains(|c: char| c.is_ascii_uppercase()),
                    Case::ScreamingSnake => name.as_str().contains(|c: char| c.is_ascii_lowercase()),
                    Case::Pascal => {
                        name.as_str().starts_with(|c: char| !c.is_ascii_uppercase() && !crate::ir::ident::is_cjk(c))
                    }
                };
                assert!(!bad, "{text:?}: {name}");
            }
        }
        assert_ne!(ident(&"x".repeat(10_001), Case::Snake), ident(&long, Case::Snake));
    }
}

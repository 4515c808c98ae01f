//! Names that a program made: a word in capitals and a number in hexadecimal digits.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    Text(&'t str),
    /// A generated id, such as `MODELd2a00d` of API Gateway: a word, and a number.
    Id {
        kind: &'t str,
        number: &'t str,
    },
}

/// The parts of a text of letters, digits and separators.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    // Most names have no digit, and are no id.
    if !text.contains(KIND_OF_GATEWAY) && !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return vec![Part::Text(text)];
    }
    let mut parts = Vec::new();
    let mut rest = text;
    // Where the search continues: after capitals that begin no id.
    let mut from = 0;
    while let Some(start) = rest[from..].find(|c: char| c.is_ascii_uppercase()).map(|start| from + start) {
        let word = &rest[start..];
        let kind = &word[..run(word, u8::is_ascii_uppercase)];
        let after = &word[kind.len()..];
        let number = &after[..run(after, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))];
        if is_id(kind, number, &after[number.len()..]) {
            parts.push(Part::Text(&rest[..start]));
            parts.push(Part::Id { kind, number });
            rest = &after[number.len()..];
            from = 0;
        } else {
            from = start + kind.len();
        }
    }
    parts.push(Part::Text(rest));
    parts
}

/// Whether a number has at least six hexadecimal digits, and both letters and decimal digits: a word has none of the latter
/// (`ABFACADE`), and what people count has none of the former (`ORDER202401`). The ids of API Gateway have six digits of any kind.
fn is_id(kind: &str, number: &str, after: &str) -> bool {
    let ends = !after.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let mixed = number.contains(|c: char| c.is_ascii_digit()) && number.contains(|c: char| c.is_ascii_lowercase());
    let is_of_gateway = kind == KIND_OF_GATEWAY && number.len() == 6;
    ends && kind.len() > 1 && (is_of_gateway || (mixed && number.len() >= 6))
}

/// The word of the ids that API Gateway generates.
const KIND_OF_GATEWAY: &str = "MODEL";

/// Whether a name is a number of a kind of schema, as programs count schemas without a name: `def-0` of Fastify, `__schema0` of
/// zod, `inline_response_200` of the Swagger tools.
pub(super) fn is_counted(words: &[String]) -> bool {
    let name = words.concat();
    let kind = name.trim_end_matches(|c: char| c.is_ascii_digit());
    kind.len() < name.len()
        && matches!(
            kind,
            "def" | "definition" | "schema" | "anonymousschema" | "inlinemodel" | "inlineobject" | "inlineresponse"
        )
}

fn run(text: &str, is_part: impl Fn(&u8) -> bool) -> usize {
    text.bytes().take_while(is_part).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_ids() {
        let id = |kind, number| Part::Id { kind, number };
        let cases = [
            ("MODELd2a00d", vec![Part::Text(""), id("MODEL", "d2a00d"), Part::Text("")]),
            ("MODELabcdef", vec![Part::Text(""), id("MODEL", "abcdef"), Part::Text("")]),
            ("petMODEL123456 x", vec![Part::Text("pet"), id("MODEL", "123456"), Part::Text(" x")]),
            ("URLSchema", vec![Part::Text("URLSchema")]),
            ("MODELd2a00", vec![Part::Text("MODELd2a00")]),
            ("MODELd2a00dxyz", vec![Part::Text("MODELd2a00dxyz")]),
            ("ORDER202401", vec![Part::Text("ORDER202401")]),
            ("HTTPSfacade", vec![Part::Text("HTTPSfacade")]),
            ("Xd2a00d", vec![Part::Text("Xd2a00d")]),
        ];
        for (text, want) in cases {
            assert_eq!(parts(text), want, "{text}");
        }
    }
}

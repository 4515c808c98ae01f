//! The usual names for the ways in which the words of a text are joined. They distinguish `petId` from `pet_id`.

/// The style of a text, if it is all in one.
pub fn of(text: &str) -> Option<&'static str> {
    let mut separator = None;
    let (mut lower, mut upper) = (false, false);
    for c in text.chars() {
        match c {
            'a'..='z' => lower = true,
            'A'..='Z' => upper = true,
            '0'..='9' => {}
            _ if separator.is_none_or(|s| s == c) => separator = Some(c),
            _ => return None,
        }
    }
    Some(match (separator, lower, upper) {
        (None, true, false) => "lower",
        (None, false, true) => "upper",
        (None, true, true) if text.starts_with(|c: char| c.is_ascii_uppercase()) => "pascal",
        (None, true, true) => "camel",
        (Some('_'), true, false) => "snake",
        (Some('_'), false, true) => "screaming",
        (Some('-'), true, false) => "kebab",
        (Some('-'), _, true) => "train",
        (Some('.'), ..) => "dotted",
        (Some(' '), ..) => "spaced",
        (Some('/'), ..) => "slashed",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn styles() {
        let cases = [
            ("asc", Some("lower")),
            ("ASC", Some("upper")),
            ("Asc", Some("pascal")),
            ("petId", Some("camel")),
            ("PetId2", Some("pascal")),
            ("pet_id", Some("snake")),
            ("PET_ID", Some("screaming")),
            ("Pet_Id", None),
            ("pet-id", Some("kebab")),
            ("X-Pet", Some("train")),
            ("pet.id", Some("dotted")),
            ("pet id", Some("spaced")),
            ("pets/read", Some("slashed")),
            ("a-b_c", None),
            ("1", None),
            ("", None),
            ("\u{e9}t\u{e9}", None),
        ];
        for (text, want) in cases {
            assert_eq!(of(text), want, "{text:?}");
        }
    }
}

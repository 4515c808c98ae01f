//! Texts of the user in messages: excerpts, and the most similar name.

use std::borrow::Cow;

/// The name that is most similar to another one, if any is similar; of several equally similar ones, the first in alphabetical
/// order.
pub(crate) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |text: &str| excerpt(text).to_lowercase().replace('_', "-");
    let name = plain(name);
    let mut best: Option<(f64, &str)> = None;
    for candidate in names {
        let likeness = strsim::jaro_winkler(&name, &plain(candidate));
        let better = best.is_none_or(|(best, nearest)| likeness > best || (likeness >= best && candidate < nearest));
        if likeness > 0.75 && better {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, nearest)| nearest)
}

/// The beginning of a text of a document, short enough for a message.
pub(crate) fn excerpt(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(80) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_a_similar_name_is_suggested() {
        let keys = ["base-url", "include-cors", "keep-going"];
        for (text, expected) in [
            ("base_url", Some("base-url")),
            ("baseUrl", Some("base-url")),
            ("include-cor", Some("include-cors")),
            ("colour", None),
        ] {
            assert_eq!(nearest(text, keys.into_iter()), expected, "{text}");
        }
    }
}

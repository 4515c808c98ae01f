//! Payloads and the texts that they are compared with: a text without a meaning has the same effect as any other text without one.

use crate::batch::{Change, Location};
use cogen_oracles::payloads::TEXTS;
use cogen_oracles::strings::{Form, Site};

/// A payload for each text, another one in each turn. Payloads that differ only in case are separate where case does not count.
pub fn changes(locations: &[Location], turn: usize) -> [Vec<Change<'_>>; 2] {
    let payload = |location: &Location| TEXTS[(location.number + turn) % TEXTS.len()];
    let changes = locations.iter().map(|location| Change { location, payload: payload(location) });
    let (twins, others) = changes.filter(|change| !has_meaning(change)).partition(|change| {
        let any_case = ["Parameters", "Headers", "name"].contains(&&*change.location.kind);
        any_case && number(change, str::eq_ignore_ascii_case) < number(change, str::eq)
    });
    [others, twins]
}

/// The payload.
pub fn itself(change: &Change<'_>) -> String {
    change.payload.to_owned()
}

/// A text of the same form without a meaning, equal for equal payloads only.
pub fn unknown(change: &Change<'_>) -> String {
    let payload = change.payload;
    let word = format!("zzz{}", number(change, str::eq));
    if change.location.kind == "Headers" {
        // RFC 9110, section 5.6.2.
        let is_part = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        let is_name = !payload.is_empty() && payload.bytes().all(is_part);
        return if is_name { word } else { format!("({word})") };
    }
    if change.location.kind == "issuer" {
        let is_plain = payload.starts_with("https://") && !payload.contains('@');
        return if is_plain { format!("https://zzz.example/{word}") } else { word };
    }
    if change.location.kind.starts_with("audience") {
        // The id of an app client, or the URI of a resource server.
        let is_client = payload.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'+');
        return if is_client { word } else { format!("https://zzz.example/{word}") };
    }
    let printable = payload.bytes().all(|b| (b' '..=b'~').contains(&b));
    let media_type =
        payload.split_once('/').is_some_and(|(kind, sub)| !kind.trim().is_empty() && !sub.trim().is_empty());
    if printable && media_type { format!("zzz/{word}") } else { word }
}

fn number(change: &Change<'_>, same: impl Fn(&str, &str) -> bool) -> usize {
    TEXTS.iter().position(|text| same(text, change.payload)).unwrap()
}

/// Whether a payload has a meaning at its position: it is distinguished from others, or changes the template or reference that a name
/// is part of.
fn has_meaning(change: &Change<'_>) -> bool {
    let in_template = |site: &Site| matches!(site.form, Form::Placeholder(_) | Form::Segment);
    let bare = |site: &Site| matches!(&site.form, Form::Reference { before, .. } if before.is_empty());
    let payload = change.payload;
    match change.location.kind.as_str() {
        "type" => ["String", "null", "None"].contains(&payload),
        "default" => ["012", "1e999", "-0", "true", "null"].contains(&payload),
        // A value that the deployment provides.
        "identitySource" | "name" => {
            payload.trim().is_empty() || payload.starts_with("${") || payload.starts_with("{{")
        }
        "audience" | "audiences" => payload.is_empty() || payload.contains("${") || payload.contains("{{"),
        "consumes" | "produces" | "MediaTypes" => payload.trim().is_empty(),
        "Statuses" => payload == "Default",
        "Schemas" if payload.starts_with('#') => change.location.sites.iter().any(bare),
        _ if change.location.sites.iter().any(in_template) => payload.is_empty() || payload.contains(['{', '}']),
        _ => false,
    }
}

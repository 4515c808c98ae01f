//! Random strings: by format, by pattern, or of words.

use fastrand::Rng;
use regex_syntax::hir::{Class, Hir, HirKind};

/// The constraints of a string.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'s> {
    /// The schema's `format`.
    pub format: Option<&'s str>,
    /// The schema's `pattern`.
    pub pattern: Option<&'s str>,
    /// The minimum number of characters.
    pub least: usize,
    /// The maximum number of characters.
    pub most: usize,
}

/// A string; `None` if none was found.
pub fn text(wanted: &Wanted<'_>, words: &[&str], random: &mut Rng) -> Option<String> {
    let good = |text: &String| (wanted.least..=wanted.most).contains(&text.chars().count());
    if let Some(pattern) = wanted.pattern {
        // Some documents write a pattern as a JavaScript literal.
        let bare = pattern.strip_prefix('/').and_then(|p| p.strip_suffix('/')).unwrap_or(pattern);
        let hir = regex_syntax::parse(bare).ok()?;
        return (0..60).find_map(|longer| by_pattern(&hir, random, 1 + longer / 4).filter(good));
    }
    if let Some(text) = wanted.format.and_then(|format| by_format(format, random)) {
        return good(&text).then_some(text);
    }
    let mut text = String::new();
    while text.is_empty() || text.chars().count() < wanted.least {
        text.push_str(random.choice(words).copied().unwrap_or("word"));
    }
    Some(text.chars().take(wanted.most).collect())
}

fn by_format(format: &str, random: &mut Rng) -> Option<String> {
    let date =
        |random: &mut Rng| format!("{:04}-{:02}-{:02}", random.u16(1970..2100), random.u8(1..=12), random.u8(1..=28));
    let time = |random: &mut Rng| format!("{:02}:{:02}:{:02}", random.u8(..24), random.u8(..60), random.u8(..60));
    Some(match format {
        "date" => date(random),
        "time" => time(random) + "Z",
        "date-time" => {
            let end = random.choice(["Z", ".5Z", "+02:00", ".123456Z"]).unwrap_or("Z");
            format!("{}T{}{end}", date(random), time(random))
        }
        "duration" => format!("P{}DT{}H", random.u8(1..30), random.u8(1..24)),
        "uuid" => {
            let hex = format!("{:032x}", random.u128(..));
            format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
        }
        "byte" | "base64" => base64(&(0..random.usize(..20)).map(|_| random.u8(..)).collect::<Vec<_>>()),
        "email" | "idn-email" => format!("rex{}@example.com", random.u16(..)),
        "uri" | "url" | "uri-reference" | "iri" => format!("https://example.com/a/{}?b=c&d=e", random.u16(..)),
        "hostname" | "idn-hostname" => format!("h{}.example.com", random.u16(..)),
        "ip" | "ipv4" => format!("192.0.2.{}", random.u8(..)),
        "ipv6" => format!("2001:db8::{:x}", random.u16(1..)),
        "json-pointer" => "/a/b".to_owned(),
        "regex" => "^a+$".to_owned(),
        _ => return None,
    })
}

fn by_pattern(hir: &Hir, random: &mut Rng, longest: u32) -> Option<String> {
    let mut out = String::new();
    write(hir, random, longest, &mut out).then_some(out)
}

/// Appends a text that a pattern matches; returns false if the pattern matches nothing.
fn write(hir: &Hir, random: &mut Rng, longest: u32, out: &mut String) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            out.push_str(&String::from_utf8_lossy(&literal.0));
            true
        }
        HirKind::Class(Class::Unicode(class)) => {
            // ASCII if the class has some, so that the string is valid in every location.
            let plain: Vec<char> =
                (' '..='~').filter(|c| class.ranges().iter().any(|r| (r.start()..=r.end()).contains(c))).collect();
            let letters: Vec<char> = plain.iter().copied().filter(char::is_ascii_alphanumeric).collect();
            let first = class.ranges().first().map(regex_syntax::hir::ClassUnicodeRange::start);
            let from = if letters.is_empty() { plain } else { letters };
            match random.choice(from).or(first) {
                Some(char) => out.push(char),
                None => return false,
            }
            true
        }
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + longest).min(repetition.min + longest);
            (0..random.u32(repetition.min..=most)).all(|_| write(&repetition.sub, random, longest, out))
        }
        HirKind::Capture(capture) => write(&capture.sub, random, longest, out),
        HirKind::Concat(parts) => parts.iter().all(|part| write(part, random, longest, out)),
        HirKind::Alternation(parts) => random.choice(parts).is_some_and(|part| write(part, random, longest, out)),
    }
}

/// RFC 4648, section 4, with padding; URL-safe if asked.
fn base64(bytes: &[u8]) -> String {
    encode(bytes, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true)
}

/// RFC 4648, section 5, without padding.
pub fn base64_url(bytes: &[u8]) -> String {
    encode(bytes, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false)
}

fn encode(bytes: &[u8], alphabet: &[u8; 64], padded: bool) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().chain([&0; 2]).take(3).fold(0_usize, |all, byte| all << 8 | usize::from(*byte));
        for index in 0..4 {
            if index <= chunk.len() {
                out.push(char::from(alphabet[bits >> (18 - 6 * index) & 63]));
            } else if padded {
                out.push('=');
            }
        }
    }
    out
}

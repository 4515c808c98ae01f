//! Decodes bytes as UTF-8 without a byte order mark, or reports what the bytes look like.

use crate::config::options::Limits;
use crate::config::raise;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Code, Diagnostic, Report, Reported, Severity, Span};
use std::sync::Arc;

/// Decodes the bytes of a file, adds the text to the sources of the report, and returns it with the position of its first byte.
///
/// HTML and other texts are recognized by [`load`](crate::document::load::load).
///
/// # Errors
/// There are too many bytes or none, the data is compressed, or it is not UTF-8.
pub fn decode(bytes: &[u8], name: &str, limits: &Limits, report: &mut Report) -> Result<(Arc<str>, u32), Reported> {
    // Positions have 32 bits for all files of a run together.
    let used = report.sources.files().last().map_or(0, |f| f.base as usize + f.text.len() + 1);
    let most = limits.bytes.min((u32::MAX as usize - 1).saturating_sub(used));
    if bytes.len() > most {
        let message = format!("`{name}` has {} bytes, more than the limit of {most}", bytes.len());
        let help =
            raise("bytes", limits.bytes, Some(bytes.len().max(limits.bytes.saturating_mul(10))), "if this is intended");
        return Err(report.error(Diagnostic::new(Severity::Error, codes::TOO_LARGE, None, message).help(help)));
    }
    if let Some((code, message, help)) = packed(bytes) {
        let message = format!("`{name}` {message}");
        return Err(report.error(Diagnostic::new(Severity::Error, code, None, message).help(help)));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Err(not_utf8(bytes, error.valid_up_to(), name, report)),
    };
    if text.trim().is_empty() {
        let message = format!("`{name}` is empty");
        let help = "check whether the command that writes the file failed";
        return Err(report.error(Diagnostic::new(Severity::Error, codes::EMPTY_FILE, None, message).help(help)));
    }
    let text: Arc<str> = text.into();
    let base = report.sources.add(name, text.clone());
    Ok((text, base))
}

/// The error for a file whose first bytes are not those of UTF-8 text.
fn packed(bytes: &[u8]) -> Option<(Code, &'static str, &'static str)> {
    let archive = |what, help| Some((codes::COMPRESSED, what, help));
    let wide = |what| {
        Some((
            codes::UTF16,
            what,
            "convert the file: `iconv -f UTF-16 -t UTF-8 in > out`. In Windows PowerShell, `>` writes UTF-16",
        ))
    };
    match bytes {
        [0x1F, 0x8B, ..] => archive("is compressed with gzip", "decompress the file: `gunzip < in > out`"),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => archive("is a ZIP archive", "extract the document from the archive"),
        [b'B', b'Z', b'h', ..] => archive("is compressed with bzip2", "decompress the file: `bunzip2 < in > out`"),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => {
            archive("is compressed with Zstandard", "decompress the file: `unzstd < in > out`")
        }
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => {
            archive("is compressed with xz", "decompress the file: `unxz < in > out`")
        }
        [b'%', b'P', b'D', b'F', ..] => {
            Some((codes::BINARY, "is a PDF file", "pass an OpenAPI document in JSON or YAML"))
        }
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, _, ..] | [_, 0, 0, 0, ..] => {
            Some((codes::UTF16, "is encoded in UTF-32", "convert the file: `iconv -f UTF-32 -t UTF-8 in > out`"))
        }
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => wide("is encoded in UTF-16"),
        [0, 1..=255, 0, 1..=255, ..] | [1..=255, 0, 1..=255, 0, ..] => wide("is probably encoded in UTF-16"),
        _ => None,
    }
}

/// Reports the first byte that is not UTF-8.
fn not_utf8(bytes: &[u8], at: usize, name: &str, report: &mut Report) -> Reported {
    // Only a line's length after the first invalid byte is kept, because a replaced byte takes three bytes.
    let end = bytes.len().min(at + 256);
    let text = String::from_utf8_lossy(bytes.get(..end).unwrap_or(bytes));
    let offset = u32::try_from(at).unwrap_or(0);
    let base = report.sources.add(name, text.as_ref());
    let span = Span { start: base + offset, end: base + offset + 3 };
    let binary = bytes.iter().take(1024).filter(|b| matches!(b, 0..=8 | 14..=31)).count() > 8;
    let diagnostic = if binary {
        Diagnostic::error(codes::BINARY, span, format!("`{name}` contains binary data, not text"))
            .help("pass an OpenAPI document in JSON or YAML")
    } else {
        let byte = bytes.get(at).copied().unwrap_or_default();
        Diagnostic::error(codes::NOT_UTF8, span, format!("`{name}` is not UTF-8: byte {byte:#04X} at offset {at}"))
            .label("invalid byte")
            .help("convert the file to UTF-8, for example from Windows-1252: `iconv -f WINDOWS-1252 -t UTF-8 in > out`")
    };
    report.error(diagnostic)
}

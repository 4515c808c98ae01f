//! `cogen.toml`: any bytes give options or errors, and no message contains a secret.

use cogen::diagnostics::report::Report;

/// A configuration.
///
/// # Panics
/// If the result is neither options nor an error, or a client secret is shown.
pub fn config(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut report = Report::default();
    let base = report.sources.add("cogen.toml", &*text);
    let options = cogen::config::read(&text, base, &mut report);
    assert_eq!(options.is_err(), report.has_errors(), "{report}");
    for diagnostic in &report.diagnostics {
        assert!(diagnostic.span.is_some_and(|span| report.sources.file(span).is_some()), "{}", diagnostic.message);
    }
    let printed = report.text(false);
    assert!(!printed.chars().any(|c| crate::docs::is_unseen(c) && c != '\n'), "{printed:?}");
    let Ok(options) = options else { return };
    if let Some(name) = &options.crate_name {
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{name:?}");
    }
    for path in options.schemas.iter() {
        assert!(!path.starts_with(['/', '\\']) && !path.split(['/', '\\']).any(|part| part == ".."), "{path:?}");
    }
    if let Some(url) = &options.base_url {
        let url = url::Url::parse(url).unwrap_or_else(|e| panic!("{e}: {url:?}"));
        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    }
}

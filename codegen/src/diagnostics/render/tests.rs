//! Reports as text, as JSON lines, and as workflow commands.

use super::*;
use crate::diagnostics::codes;

fn report(text: &str, find: &str) -> (Report, Span) {
    let mut report = Report::default();
    let _ = report.sources.add("other.yaml", "x: y\n");
    let base = report.sources.add("api.yaml", text);
    let start = base + u32::try_from(text.find(find).unwrap_or_default()).unwrap_or_default();
    (report, Span { start, end: start + u32::try_from(find.len()).unwrap_or_default() })
}

#[test]
fn a_diagnostic_shows_its_line_and_what_to_do() {
    let (mut report, span) = report("a: 1\r\nb: ünï twice\r\n", "twice");
    let first = Span { start: span.start - 15, end: span.start - 14 };
    report.push(
        Diagnostic::error(codes::DUPLICATE_KEY, span, "twice")
            .label("again")
            .related(first, "first here")
            .help("correct it"),
    );
    let expected = "\
error[COGEN-L021]: twice
 --> api.yaml:2:8
  |
2 | b: ünï twice
  |        ^^^^^ again
  |
 ::: api.yaml:1:1
  |
1 | a: 1
  | - first here
  |
  = help: correct it";
    assert_eq!(report.to_string(), expected);
    assert_eq!(format!("{report:?}"), format!("\n{expected}"));
    assert!(report.text(true).contains("\u{1b}["));
}

#[test]
fn minified_json_is_shown_by_a_window_with_its_true_column() {
    let text = format!("{{{}\"here\":1{}}}", "\"é\":[],".repeat(100_000), ",\"x\":2".repeat(100_000));
    let (mut report, span) = report(&text, "\"here\"");
    report.push(Diagnostic::error(codes::JSON_SYNTAX, span, "look").label("it"));
    let shown = report.to_string();
    assert!(shown.len() < 1000, "{} bytes", shown.len());
    assert!(shown.contains("--> api.yaml:1:700002\n"), "{shown}");
    assert!(shown.contains("^^^^^^ it") && !shown.contains(":::"), "{shown}");
    assert!(!report.text(true).contains(":::"));
}

/// Hostile inputs, G4: the text of a document cannot control the terminal or the build.
#[test]
fn g4_text_of_the_document_is_escaped_in_every_form() {
    let nasty = "a\u{1b}[31m\r\n\u{202e}b\u{0}\u{9b}\u{2028}\u{200b}cargo::rustc-env=X=Y";
    let (mut report, span) = report(&format!("k: {nasty}\nz: 1\n"), nasty);
    report.push(Diagnostic::error(codes::DUPLICATE_KEY, span, nasty).label(nasty).related(span, nasty).help(nasty));
    for text in [report.to_string(), report.cargo_lines(), report.github_lines()] {
        let bad = text.chars().find(|c| *c != '\n' && is_unseen(*c));
        assert_eq!(bad, None, "{text}");
    }
    let lines = report.cargo_lines();
    assert_eq!(lines.lines().count(), 1, "{lines}");
    assert!(lines.starts_with("cargo::error=COGEN-L021: a\\u{1b}[31m\\r\\n\\u{202e}b\\u{0}"), "{lines}");
    assert_eq!(report.json_lines().lines().count(), 1);
    assert_eq!(report.github_lines().lines().count(), 1);
}

#[test]
fn workflow_commands_are_escaped() {
    let mut report = Report::default();
    let base = report.sources.add("a,b:c%.yaml", "x: 1\ny: 2\n");
    let span = |start, end| Span { start: base + start, end: base + end };
    report.push(Diagnostic::error(codes::DUPLICATE_KEY, span(5, 6), "100%\n::set-env::x").help("do:\n[a]\nb = 1"));
    report.push(Diagnostic::warning(codes::WIDENED, span(0, 6), "two lines"));
    report.push(Diagnostic::new(Severity::Note, codes::EMPTY_FILE, None, "no place"));
    let expected = "\
::error file=a%2Cb%3Ac%25.yaml,line=2,endLine=2,col=1,endColumn=2,title=COGEN-L021::100%25%0A::set-env::x%0Ahelp: do:%0A[a]%0Ab = 1
::warning file=a%2Cb%3Ac%25.yaml,line=1,endLine=2,title=COGEN-U021::two lines
::notice title=COGEN-L010::no place
";
    assert_eq!(report.github_lines(), expected);
    assert_eq!(github_error("a\nb%"), "::error::a%0Ab%25\n");
    let error =
        r#"{"severity":"error","code":null,"message":"a\nb","file":null,"line":null,"column":null,"end_line":null,"#;
    assert!(json_error("a\nb").starts_with(error), "{}", json_error("a\nb"));
}

#[test]
fn json_lines_say_where_and_null_where_nowhere() {
    let (mut report, span) = report("a: 1\nbé: 2\n", "bé: 2");
    report.push(Diagnostic::note(codes::WIDENED, span, "m").related(span, "r"));
    report.push(Diagnostic::new(Severity::Warning, codes::EMPTY_FILE, None, "n").with_note("r").help("h"));
    let lines = report.json_lines();
    let expected = concat!(
        r#"{"severity":"note","code":"COGEN-U021","message":"m","file":"api.yaml","line":2,"column":1,"end_line":2,"end_column":6,"#,
        r#""label":null,"related":[{"file":"api.yaml","line":2,"column":1,"end_line":2,"end_column":6,"label":"r"}],"note":null,"help":null}"#,
        "\n",
        r#"{"severity":"warning","code":"COGEN-L010","message":"n","file":null,"line":null,"column":null,"end_line":null,"end_column":null,"#,
        r#""label":null,"related":[],"note":"r","help":"h"}"#,
        "\n",
    );
    assert_eq!(lines, expected);
    assert_eq!(report.cargo_lines(), "cargo::warning=COGEN-L010: n; note: r; help: h\n");
}

#[test]
fn notes_of_one_code_are_one_in_text_and_all_in_json() {
    let mut report = Report::default();
    let base = report.sources.add("api.yaml", "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n");
    for line in 0..6 {
        let start = base + line * 5;
        let span = Span { start, end: start + 1 };
        report.push(Diagnostic::note(codes::ANY_METHOD, span, format!("`{line}` answers to any method")));
    }
    let text = report.text(false);
    assert!(text.starts_with("note[COGEN-O004]: `0` answers to any method (and at 5 other places)"), "{text}");
    assert_eq!((text.matches("note[").count(), text.matches("also here").count()), (1, 3), "{text}");
    assert_eq!(report.json_lines().lines().count(), 6);
}

#[test]
fn a_flood_of_diagnostics_is_counted_and_stays_cheap() {
    let (mut report, span) = report("a: 1\n", "1");
    for n in 0..100_000 {
        report.push(Diagnostic::warning(codes::WIDENED, span, format!("note {n}")));
        report.push(Diagnostic::warning(codes::WIDENED, span, format!("note {n}")));
    }
    assert_eq!(report.diagnostics.len(), 100_000);
    let text = report.to_string();
    assert!(text.contains("warning[COGEN-U021]: note 999\n") && !text.contains("note 1000"), "{}", text.len());
    assert!(text.ends_with("… and 99000 other diagnostics that are not shown"));
}

#[test]
fn places_at_the_very_end_and_in_an_empty_file_are_shown() {
    for text in ["", "a", "a\n", "é\r\n", "\n\n"] {
        let mut report = Report::default();
        let base = report.sources.add("f", text);
        let end = base + u32::try_from(text.len()).unwrap_or_default();
        for span in [Span { start: end, end }, Span { start: base, end: end + 1 }, Span { start: base, end }] {
            report.push(Diagnostic::error(codes::EMPTY_FILE, span, "m").label("l"));
        }
        assert!(report.to_string().contains("--> f:"));
    }
}

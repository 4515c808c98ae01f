//! Valid, invalid and hostile files.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::config::options::{DuplicateKeys, Limits};
use crate::diagnostics::codes;
use crate::diagnostics::report::Severity;
use crate::diagnostics::report::{Code, Report};
use crate::document::load::node::{Node, Value};
use crate::document::load::{decode, load, load_with};
use std::time::{Duration, Instant};

/// The value on one line, with `!` for properties that the JSON of the value does not show.
fn shown(node: &Node<'_>) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => n.to_string(),
        Value::String(s) => format!("{s:?}"),
        Value::Array(list) => format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|m| format!("{:?}:{}", m.key, shown(&m.value))).collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

fn read(bytes: &[u8]) -> (Option<String>, Report) {
    read_within(bytes, &Limits::default())
}

fn read_within(bytes: &[u8], limits: &Limits) -> (Option<String>, Report) {
    let mut report = Report::default();
    let found = decode(bytes, "api", limits, &mut report).and_then(|(text, base)| {
        let node = load(&text, base, limits, &mut report)?;
        Ok(shown(&node))
    });
    (found.ok(), report)
}

fn good(text: &str) -> String {
    let (found, report) = read(text.as_bytes());
    assert!(!report.has_errors(), "{text:?}: {report}");
    found.unwrap()
}

/// The codes of the errors of a file that has no value.
fn bad(bytes: &[u8]) -> (Vec<Code>, Report) {
    let (found, report) = read(bytes);
    assert_eq!(found, None, "{report}");
    assert!(report.has_errors());
    (report.diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| d.code).collect(), report)
}

fn fails_with(bytes: &[u8], code: Code, words: &str) {
    let (codes, report) = bad(bytes);
    assert_eq!(codes, [code], "{report}");
    assert!(report.to_string().contains(words), "{words:?} is not in: {report}");
}

#[test]
fn json_values_come_as_written_and_in_order() {
    let text = r#" {"b": [1, -0, 1e999, 2.50], "a": {"x": null, "y": true, "z": false}, "": "", "é\u00e9\ud83d\ude00\/\n": "\"\\"} "#;
    let expected =
        "{\"b\":[1,-0,1e999,2.50],\"a\":{\"x\":null,\"y\":true,\"z\":false},\"\":\"\",\"éé😀/\\n\":\"\\\"\\\\\"}";
    assert_eq!(good(text), expected);
    assert_eq!(good("[]"), "[]");
    assert_eq!(good("\u{feff}{}\r\n"), "{}");
}

#[test]
fn every_place_is_where_the_value_stands() {
    fn check(node: &Node<'_>, base: u32, text: &str) {
        let slice =
            |s: crate::diagnostics::report::Span| text.get((s.start - base) as usize..(s.end - base) as usize).unwrap();
        let own = slice(node.span);
        match &node.value {
            Value::Object(members) => {
                for m in members {
                    assert_eq!(slice(m.key_span).trim_matches(['"', '\'']), m.key);
                    assert!(node.span.start <= m.key_span.start && m.value.span.end <= node.span.end, "{own:?}");
                    check(&m.value, base, text);
                }
            }
            Value::Array(list) => {
                for element in list {
                    assert!(node.span.start <= element.span.start && element.span.end <= node.span.end, "{own:?}");
                    check(element, base, text);
                }
            }
            Value::String(s) => assert_eq!(own.trim_matches(['"', '\'']), s),
            Value::Number(n) => assert_eq!(own, n),
            Value::Bool(b) => assert_eq!(own, b.to_string()),
            Value::Null => assert!(own.is_empty() || own == "null" || own == "~", "{own:?}"),
        }
    }
    let documents = [
        "{\"é\": [1, \"ü😀\", {\"k\": null}], \"b\": true}",
        "# é\r\né: [1, \"ü😀\", {k: ~}]\r\nb:\r\n- x\r\n- ü: 1\r\n  'z': \"q\"\r\nn:\r\nlast: true\r\n",
        "a: { x: 1,\n  y: [2,\n 3] }\nb: plain text # c\nc:\n  d:\n    - - 1\n      - é\n",
    ];
    for text in documents {
        let mut report = Report::default();
        let _ = report.sources.add("before", "something else");
        let (text, base) = decode(text.as_bytes(), "api", &Limits::default(), &mut report).unwrap();
        let root = load(&text, base, &Limits::default(), &mut report).unwrap();
        assert!(base > 0);
        check(&root, base, &text);
    }
}

#[test]
fn broken_json_is_an_error_at_its_location() {
    for (text, words) in [
        (r#"{"a": 1 "b": 2}"#, ":1:9"),
        (r#"{"a" 1}"#, "`:` after the key"),
        ("{\n  \"a\": \"never ends\n}", "line break in a string"),
        (r#"{"a": 1} x"#, "unexpected text after the end"),
        (r#"{"a": 1}{"b": 2}"#, "unexpected text after the end"),
        (
            r#"{"a": // c
            1}"#,
            "comments are not allowed",
        ),
        (r#"{"a": }"#, "missing value"),
        (r#"{"a": [1, 2"#, "unexpected end of file"),
        (r#"{"a": "\x"}"#, "unknown escape sequence"),
        (r#"{"a": "\u12"}"#, "four hexadecimal digits"),
        (r#"{"a": truely: 1}"#, "unquoted text"),
    ] {
        fails_with(text.as_bytes(), codes::JSON_SYNTAX, words);
    }
    fails_with(b"{\"a\": \"x\x01\"}", codes::CONTROL_CHARACTER, "U+0001");
}

#[test]
fn yaml_that_begins_like_json_is_yaml() {
    assert_eq!(good("{openapi: 3.0.1, 'a': \"b\", c: [x, 1,],}"), r#"{"openapi":"3.0.1","a":"b","c":["x",1]}"#);
    assert_eq!(good("{\"a\": 1, # c\n \"b\": 012}"), r#"{"a":1,"b":"012"}"#);
}

#[test]
fn yaml_scalars_follow_the_core_schema_and_quotes_make_text() {
    let text = "a: 1\nb: '1'\nc: \"true\"\nd: yes\ne: |\n  x\n   y\nf: >-\n  x\n  y\ng: 0x1F\nh: ~\ni:\nj: 2024-01-01T00:00:00Z\nk: !!str 5\nl: !!int '7'\nm: ! 8\n";
    let expected = r#"{"a":1,"b":"1","c":"true","d":"yes","e":"x\n y\n","f":"x y","g":31,"h":null,"i":null,"j":"2024-01-01T00:00:00Z","k":"5","l":7,"m":"8"}"#;
    assert_eq!(good(text), expected);
}

#[test]
fn yaml_keys_are_text_as_written() {
    let text = "200: a\n'201': b\ntrue: c\n~: d\n/pets/{id}: e\n1.0: f\n? 0x1\n: g\n\"<<\": h\n";
    assert_eq!(good(text), r#"{"200":"a","201":"b","true":"c","~":"d","/pets/{id}":"e","1.0":"f","0x1":"g","<<":"h"}"#);
    fails_with(b"200: a\n'200': b\n", codes::DUPLICATE_KEY, "duplicate key `200`");
}

#[test]
fn short_tags_of_cloudformation_become_the_long_form() {
    let text = "a: !Ref X\nb: !Sub '${X}-y'\nc: !GetAtt a.b\nd: !Join ['', [x, !Ref Y]]\ne: !If\n  - C\n  - {k: v}\n  - !Ref AWS::NoValue\nf: !Sub 12\n";
    let expected = r#"{"a":{"Ref":"X"},"b":{"Fn::Sub":"${X}-y"},"c":{"Fn::GetAtt":"a.b"},"d":{"Fn::Join":["",["x",{"Ref":"Y"}]]},"e":{"Fn::If":["C",{"k":"v"},{"Ref":"AWS::NoValue"}]},"f":{"Fn::Sub":"12"}}"#;
    assert_eq!(good(text), expected);
    fails_with(b"a: !include other.yaml\n", codes::YAML_TAG, "run the tool that processes the tag");
    fails_with(b"a: !!set {x, y}\n", codes::YAML_TAG, "!!set");
    fails_with(b"a: !!int x\n", codes::YAML_TAG, "`x` does not match its tag");
}

#[test]
fn under_indented_flow_and_quotes_are_read_as_other_readers_do() {
    let text = "p:\n  a: {\n  b: 1\n  }\n  c: [\n    x,\n]\n  d: \"x\n  y\"\ne: 1\n";
    assert_eq!(good(text), r#"{"p":{"a":{"b":1},"c":["x"],"d":"x y"},"e":1}"#);
}

/// Hostile inputs, G4: characters that a text should not contain.
#[test]
fn g4_controls_and_lone_surrogates_are_refused_with_their_place() {
    for text in [r#"{"a": "\ud800"}"#, r#"{"a": "\udc00x"}"#, r#"{"a": "\ud800\ud800"}"#, r#"{"a\udfff": 1}"#] {
        let (codes, report) = bad(text.as_bytes());
        assert!(codes.iter().all(|c| *c == codes::LONE_SURROGATE), "{report}");
        assert!(report.to_string().contains("api:1:"), "{report}");
    }
    fails_with(b"a: x\0y\nb: 1\n", codes::CONTROL_CHARACTER, "api:1:5");
    fails_with(b"a: \"\x1b[31m\"\n", codes::CONTROL_CHARACTER, "U+001B");
    fails_with(b"a: \"\\ud800\"\n", codes::YAML_SYNTAX, "api:1:");
    // An escaped control character is part of the text. Printing escapes it.
    assert_eq!(good(r#"{"a": "\u0000\u001b\u202e"}"#), r#"{"a":"\0\u{1b}\u{202e}"}"#);
}

fn limited(bytes: &[u8], code: Code, words: &[&str]) {
    let start = Instant::now();
    let (codes, report) = bad(bytes);
    let most = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });
    assert!(start.elapsed() < most, "{:?}", start.elapsed());
    assert_eq!(codes[..1], [code], "{report}");
    let text = report.to_string();
    assert!(words.iter().all(|w| text.contains(w)), "{words:?} are not all in: {text}");
}

/// Hostile inputs, G10: expensive inputs end early, with the limit and its option in the message.
#[test]
fn g10_bombs_meet_a_limit() {
    let depth = &["limit of 128 levels", "`depth` under `[limits]`"][..];
    limited("[".repeat(100_000).as_bytes(), codes::TOO_DEEP, depth);
    limited("{\"a\":".repeat(100_000).as_bytes(), codes::TOO_DEEP, depth);
    limited(format!("a: {}", "[".repeat(100_000)).as_bytes(), codes::TOO_DEEP, depth);
    limited("- ".repeat(100_000).as_bytes(), codes::TOO_DEEP, depth);
    let map: String = (0..2000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    limited(map.as_bytes(), codes::TOO_DEEP, depth);

    let nodes = &["limit of 1000000", "`nodes` under `[limits]`"][..];
    limited(format!("[{}1]", "1,".repeat(1_000_000)).as_bytes(), codes::TOO_MANY_NODES, nodes);
    let few = Limits { nodes: 20_000, ..Limits::default() };
    for text in [format!("a: [{}1]", "1,".repeat(1_000_000)), "- 1\n".repeat(1_000_000)] {
        let (found, report) = read_within(text.as_bytes(), &few);
        assert!(found.is_none() && report.to_string().contains("limit of 20000"), "{report}");
    }
    limited(&vec![b' '; (64 << 20) + 1], codes::TOO_LARGE, &["67108865 bytes", "67108864", "`bytes` under `[limits]`"]);
}

#[test]
fn g10_what_aliases_repeat_is_bounded() {
    let mut laughs = String::from("a: &a [x,x,x,x,x,x,x,x,x]\n");
    for pair in ('a'..='y').collect::<Vec<_>>().windows(2) {
        laughs.push_str(&format!("{1}: &{1} [*{0},*{0},*{0},*{0},*{0},*{0},*{0},*{0},*{0}]\n", pair[0], pair[1]));
    }
    let nodes = &["limit of 1000000", "`nodes` under `[limits]`", "counting what aliases repeat"][..];
    limited(laughs.as_bytes(), codes::TOO_MANY_NODES, nodes);
    let flat = format!("a: &a [{}]\nb: [{}]\n", "x,".repeat(1000), "*a,".repeat(20_000));
    limited(flat.as_bytes(), codes::TOO_MANY_NODES, nodes);
    let merged = format!("a: &a {{{}}}\nb: [{}]\n", keys(1000), "{<<: *a},".repeat(20_000));
    limited(merged.as_bytes(), codes::TOO_MANY_NODES, nodes);
    let long = format!("a: &a |\n  {}\n  x\nb: [{}]\n", "x".repeat(100_000), "*a,".repeat(20_000));
    limited(long.as_bytes(), codes::TOO_MANY_NODES, nodes);
    // An alias can increase the depth of values.
    let deep = format!("a: &a {}1{}\nb: {}*a{}\n", "[".repeat(100), "]".repeat(100), "[".repeat(100), "]".repeat(100));
    limited(deep.as_bytes(), codes::TOO_DEEP, &["limit of 128 levels"]);
    limited(format!("a: {}x", "!!str ".repeat(100_000)).as_bytes(), codes::YAML_SYNTAX, &[]);
    // An unused anchor has no effect.
    assert_eq!(good("a: &x 1\nb: &y [2]\n"), r#"{"a":1,"b":[2]}"#);
}

/// An object with a number of keys in YAML's flow form.
fn keys(count: usize) -> String {
    (0..count).map(|n| format!("k{n}: 1,")).collect()
}

#[test]
fn aliases_and_merge_keys_are_written_out() {
    for (text, expected) in [
        ("a: &a {x: 1}\nb: *a\nc: [*a, *a]\n", r#"{"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}]}"#),
        ("a: &a one\nb: *a\n*a : 2\n", r#"{"a":"one","b":"one","one":2}"#),
        ("&k key: 1\nother: *k\n", r#"{"key":1,"other":"key"}"#),
        // An anchor can be redefined: the nearest definition before the alias applies.
        ("a: &a 1\nb: *a\nc: &a 2\nd: *a\n", r#"{"a":1,"b":1,"c":2,"d":2}"#),
        ("a: &a !Ref X\nb: *a\n", r#"{"a":{"Ref":"X"},"b":{"Ref":"X"}}"#),
        ("a: &a [1, &b {c: 2}]\nd: *b\ne: *a\n", r#"{"a":[1,{"c":2}],"d":{"c":2},"e":[1,{"c":2}]}"#),
        // A mapping's own keys take precedence over merged ones, and an earlier merged mapping over a later one.
        ("a: &a {x: 1, y: 1}\nb:\n  <<: *a\n  y: 2\n", r#"{"a":{"x":1,"y":1},"b":{"x":1,"y":2}}"#),
        (
            "a: &a {x: 1}\nb: &b {x: 2, z: 2}\nc: {w: 0, <<: [*a, *b], v: 0}\n",
            r#"{"a":{"x":1},"b":{"x":2,"z":2},"c":{"w":0,"x":1,"z":2,"v":0}}"#,
        ),
        ("a: {<<: {x: 1}, <<: {x: 2, y: 2}}\n", r#"{"a":{"x":1,"y":2}}"#),
        ("a: {? !!merge <<\n: {x: 1}}\n", r#"{"a":{"x":1}}"#),
        ("a: {'<<': 1}\n", r#"{"a":{"<<":1}}"#),
        (
            "defs: &d\n  get:\n    <<: &e {x: 1}\n    y: *e\nb: *d\n",
            r#"{"defs":{"get":{"x":1,"y":{"x":1}}},"b":{"get":{"x":1,"y":{"x":1}}}}"#,
        ),
    ] {
        assert_eq!(good(text), expected, "{text}");
    }
    fails_with(b"a: &a [*a]\n", codes::YAML_ALIAS, "the alias `*a` is inside the value that it repeats");
    fails_with(b"a: *nowhere\nb: &nowhere 1\n", codes::YAML_ALIAS, "write `&nowhere` before the value");
    fails_with(b"a: 1\n<<: [1]\n", codes::YAML_MERGE, "must be a mapping, found a number");
    fails_with(b"a: &a [1]\n*a : 2\n", codes::YAML_KEY, "must repeat a string");
    fails_with(b"x: &x {a: 1}\ny: {a: 1, <<: *x, a: 2}\n", codes::DUPLICATE_KEY, "duplicate key `a`");
}

/// Hostile inputs, G12: the error for another kind of file names the kind.
#[test]
fn g12_files_that_are_something_else_are_named() {
    fails_with(b"", codes::EMPTY_FILE, "`api` is empty");
    fails_with(b" \r\n\t", codes::EMPTY_FILE, "is empty");
    fails_with(b"# only a comment\n", codes::EMPTY_FILE, "only white space and comments");
    fails_with(b"\x1f\x8b\x08\0\0\0", codes::COMPRESSED, "gzip");
    fails_with(b"PK\x03\x04....", codes::COMPRESSED, "ZIP");
    let utf16: Vec<u8> = "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fails_with(&utf16, codes::UTF16, "UTF-16");
    fails_with(&[&[0xFF, 0xFE], &utf16[..]].concat(), codes::UTF16, "iconv -f UTF-16");
    fails_with(b"title: caf\xe9\n", codes::NOT_UTF8, "api:1:11");
    fails_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02", codes::BINARY, "binary data");
    fails_with(b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", codes::MARKUP, "found HTML");
    fails_with(b"\n <html lang=en>", codes::MARKUP, "requires a login");
    fails_with(b"<?xml version='1.0'?><application/>", codes::MARKUP, "found XML");
    fails_with(b"a: 1\n---\nb: 2\n", codes::YAML_DOCUMENTS, "a second YAML document");
    fails_with(b"a:\n\tb: 1\n", codes::YAML_SYNTAX, "YAML does not allow tabs for indentation");
}

#[test]
fn g12_duplicate_keys_are_refused_in_both_languages_all_at_once() {
    let (codes, report) = bad(br#"{"a": 1, "b": {"x": 1, "x": 2}, "a": 3}"#);
    assert_eq!(codes, [codes::DUPLICATE_KEY; 2], "{report}");
    let text = report.to_string();
    assert!(text.contains("api:1:24") && text.contains("api:1:33") && text.contains("first defined here"), "{text}");
    let many: String = (0..100).map(|n| format!("k{}: 1\n", n % 90)).collect();
    assert_eq!(bad(many.as_bytes()).0.len(), 10);
}

#[test]
fn a_duplicate_key_counts_as_the_configuration_states() {
    let load = |text: &str, choice| {
        let mut report = Report::default();
        let base = report.sources.add("api".to_owned(), text);
        let found = load_with(text, base, &Limits::default(), choice, &mut report);
        (found.map(|node| shown(&node)).ok(), report.to_string())
    };
    let allowed = [
        (
            r#"{"responses": {"200": 1, "404": 2, "200": 3, "200": 4}}"#,
            r#"{"responses":{"200":1,"404":2}}"#,
            r#"{"responses":{"404":2,"200":4}}"#,
        ),
        (
            "a: 1\nb: &x {c: 1, c: 2}\nd: *x\n",
            r#"{"a":1,"b":{"c":1},"d":{"c":1}}"#,
            r#"{"a":1,"b":{"c":2},"d":{"c":2}}"#,
        ),
        (
            r#"{"Resources": {"Api": {"paths": {"x": 1, "x": 2}}}}"#,
            r#"{"Resources":{"Api":{"paths":{"x":1}}}}"#,
            r#"{"Resources":{"Api":{"paths":{"x":2}}}}"#,
        ),
    ];
    for (text, first, last) in allowed {
        let (found, report) = load(text, DuplicateKeys::First);
        assert_eq!(found.as_deref(), Some(first), "{report}");
        assert!(report.contains("the first one counts"), "{report}");
        let (found, report) = load(text, DuplicateKeys::Last);
        assert_eq!(found.as_deref(), Some(last), "{report}");
        let (found, report) = load(text, DuplicateKeys::Refuse);
        assert!(found.is_none() && report.contains("duplicate-keys = \"first\""), "{report}");
    }
    for text in [
        r#"{"security": [], "security": [{"k": []}]}"#,
        r#"{"security": [{"k": [], "k": []}]}"#,
        r#"{"components": {"securitySchemes": {"k": {"in": "query", "in": "header"}}}}"#,
        r#"{"components": {"securitySchemes": {"k": {}, "k": {}}}}"#,
        r#"{"components": {"schemas": {}}, "components": {"securitySchemes": {}}}"#,
        r#"{"paths": {"/a": {"get": {}, "get": {"security": []}}}}"#,
        r#"{"paths": {"/a": {"get": {"x-amazon-apigateway-auth": {"type": "NONE", "type": "AWS_IAM"}}}}}"#,
        r#"{"paths": {"/a": {"$ref": "a"}, "/a": {}}}"#,
        r#"{"paths": {"/a": {"$ref": "a", "$ref": "b"}}}"#,
        r#"{"x-amazon-apigateway-authorizer": {"type": 1, "type": 2}}"#,
        r#"{"servers": [{"url": "a", "url": "b"}]}"#,
        r#"{"Resources": {"Api": {"Auth": 1, "Auth": 2}}}"#,
    ] {
        for choice in [DuplicateKeys::First, DuplicateKeys::Last, DuplicateKeys::Refuse] {
            let (found, report) = load(text, choice);
            assert!(found.is_none() && report.contains("error[COGEN-L021]"), "{text}: {report}");
            assert!(!report.contains("duplicate-keys = "), "{text}: {report}");
        }
    }
}

#[test]
fn g12_words_and_numbers_that_readers_disagree_about_stay_text() {
    let (found, report) = read(b"enum: [no, on, 012, \"012\", 0o12]\n");
    assert_eq!(found.unwrap(), r#"{"enum":["no","on","012","012",10]}"#);
    assert_eq!(report.diagnostics.len(), 1, "{report}");
    assert_eq!(
        (report.diagnostics[0].code, report.diagnostics[0].severity),
        (codes::YAML_AMBIGUOUS, Severity::Warning)
    );
    assert!(report.to_string().contains("api:1:16"), "{report}");
}

#[test]
fn templates_that_were_not_rendered_are_told_by_their_language() {
    for (text, language) in [
        ("openapi: 3.0.1\n{% if x %}\npaths: {}\n{% endif %}\n", "Jinja"),
        ("openapi: 3.0.1\ninfo:\n  title: {{ title }}\n", "Jinja, Helm"),
        ("{\"a\": {{ .Values.x }}}", "Helm"),
        ("{\"ttl\": ${ttl}}", "Terraform"),
        ("a: 1\n%{ if x }\nb: 2\n%{ endif }\n", "Terraform"),
        ("<% if x %>\na: [\n", "ERB"),
        // Directives of several lines, and with white space control.
        ("{\"a\": 1,\n%{ if strcontains(url,\n  \"x\") }\n\"b\": 2\n%{ endif }\n}\n", "Terraform"),
        ("{\"a\": 1\n%{~ for n in names ~}\n,\"b\": 2\n%{~ endfor ~}\n}\n", "Terraform"),
        ("a: 1\n{%- if x\n  and y %}\nb: 2\n{% endif %}\n", "Jinja"),
        ("a: {{ x\n  | upper }}\n", "Jinja, Helm"),
        // Whole files.
        ("${jsonencode({\n  openapi = \"3.0.1\"\n  paths = {}\n})}\n", "Terraform"),
        ("${yamlencode(local.api)}", "Terraform"),
        (
            "resource \"aws_api_gateway_rest_api\" \"a\" {\n  body = jsonencode({ openapi = \"3.0.1\" })\n}\n",
            "Terraform",
        ),
        // Both branches are present if the directives are comments.
        ("a: 1\n# %{ if x }\nb: 2\n# %{ else }\nb: 3\n# %{ endif }\n", "Terraform"),
        ("a: 1\n#{% if x %}\nb: 2\n#{% else %}\nb: 3\n#{% endif %}\n", "Jinja"),
    ] {
        fails_with(text.as_bytes(), codes::TEMPLATE, language);
    }
    // Text after the location where the parser stopped is not the cause.
    fails_with(b"a: \"\x7f {{ b }} {% c %} <% d %>\"\n", codes::YAML_SYNTAX, "unexpected character");
    // In strings and plain scalars, they are text.
    assert_eq!(good("a: ${b}\nc: '{{ d }}'\n"), r#"{"a":"${b}","c":"{{ d }}"}"#);
    assert_eq!(good("a: '%{ if x }'\nc: 'jsonencode(x)'\n"), r#"{"a":"%{ if x }","c":"jsonencode(x)"}"#);
    fails_with(b"a: 1\na: 2 # 50%{x}\n", codes::DUPLICATE_KEY, "duplicate key `a`");
}

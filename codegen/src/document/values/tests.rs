//! Placeholders, functions and conditions.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::options::Limits;
use crate::document::load::load;

fn filled(text: &str, values: &[(&str, &str)]) -> (String, Report) {
    let mut report = Report::default();
    let mut root = load(text, 0, &Limits::default(), &mut report).unwrap();
    let values: IndexMap<String, String> = values.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    let mut used = Used::new();
    fill(&mut root, &Definitions::default(), &values, &mut used, &mut report);
    report_unused(&values, &used, &mut report);
    (shown(&root), report)
}

fn shown(node: &Node<'_>) -> String {
    match &node.value {
        Value::Array(list) => format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(" ")),
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|m| format!("{}={}", m.key, shown(&m.value))).collect();
            format!("{{{}}}", members.join(" "))
        }
        _ => node.as_scalar_text().unwrap_or("null".into()).into_owned(),
    }
}

const KNOWN: &[(&str, &str)] = &[
    ("stage", "prod"),
    ("AWS::Region", "eu-west-1"),
    ("Pool.Arn", "arn:x"),
    ("var.n", "${stage}"),
    ("Live", "true"),
    ("Draft", "false"),
    ("Odd", "yes"),
    ("prod-PoolArn", "arn:pool"),
    ("Pools", "one, two"),
    ("Pools.prod.Arn", "arn:map"),
];

#[test]
fn known_placeholders_are_filled_and_others_stay() {
    for (text, expected) in [
        ("a: 'x-${stage}-${ stage }'", "{a=x-prod-prod}"),
        ("a: '${stage}${other}'", "{a=${stage}${other}}"),
        ("'/${stage}/x': {b: '${var.n}'}", "{/prod/x={b=${stage}}}"),
        ("a: !Ref AWS::Region", "{a=eu-west-1}"),
        ("a: {Ref: Nothing}", "{a={Ref=Nothing}}"),
        ("a: !GetAtt Pool.Arn", "{a=arn:x}"),
        ("a: {'Fn::GetAtt': [Pool, Arn]}", "{a=arn:x}"),
        ("a: !Sub 'https://${AWS::Region}/${!literal}/${stage}'", "{a=https://eu-west-1/${literal}/prod}"),
        ("a: !Sub 'no place'", "{a=no place}"),
        ("a: !Sub '${stage}-${Unknown}'", "{a={Fn::Sub=${stage}-${Unknown}}}"),
        ("a: {'Fn::Sub': ['${x}-${stage}', {x: !Ref stage}]}", "{a=prod-prod}"),
        ("a: !Join ['-', [a, !Ref stage, '${stage}']]", "{a=a-prod-prod}"),
        ("a: !Join ['-', [a, !Ref Other]]", "{a={Fn::Join=[- [a {Ref=Other}]]}}"),
        // The results of CloudFormation.
        ("a: !Join ['', [a, 1, true, 2.50]]", "{a=a1true2.50}"),
        (
            "a: !ImportValue x\nb: {'Fn::ImportValue': {'Fn::Sub': '${stage}-PoolArn'}}",
            "{a={Fn::ImportValue=x} b=arn:pool}",
        ),
        ("a: {'Fn::ImportValue': !Join ['-', [!Ref stage, PoolArn]]}", "{a=arn:pool}"),
        ("a: !Select [1, [a, !Ref stage, c]]", "{a=prod}"),
        ("a: !Select ['0', !Split [':', !GetAtt Pool.Arn]]", "{a=arn}"),
        ("a: !Select [9, [a]]", "{a={Fn::Select=[9 [a]]}}"),
        ("a: !Select [1, !Ref Pools]", "{a=two}"),
        ("a: !Split ['-', 'a-b-${stage}']", "{a=[a b prod]}"),
        ("a: !Join ['/', !Split ['-', a-b]]", "{a=a/b}"),
        ("a: !Join [',', [a, !Ref 'AWS::NoValue', b]]", "{a=a,b}"),
        ("a: !Join ['', [a, !If [Live, b, c], !If [Draft, d, e]]]", "{a=abe}"),
        ("a: !Join ['', !If [Live, [a, b], [c]]]", "{a=ab}"),
        ("a: !Join ['', [a, !If [C, b, c]]]", "{a={Fn::Join=[ [a {Fn::If=[C b c]}]]}}"),
        ("a: {'Fn::Sub': ['${x}-${n}', {x: !Join ['', [!Ref stage, 1]], n: 7}]}", "{a=prod1-7}"),
        ("a: !Sub ['${stage}']", "{a=prod}"),
        ("a: !FindInMap [Pools, !Ref stage, Arn]", "{a=arn:map}"),
        ("a: !Sub '${AWS::Region}.amazonaws.com'", "{a=eu-west-1.amazonaws.com}"),
        ("a: !If [C, '${stage}', b]", "{a={Fn::If=[C prod b]}}"),
        ("a: !If [Live, '${stage}', b]", "{a=prod}"),
        ("a: !If [Draft, b, !If [Live, c, d]]", "{a=c}"),
        ("a: !If [Odd, b, c]", "{a={Fn::If=[Odd b c]}}"),
        ("a: '${stage'", "{a=${stage}"),
        ("a: [1, null, true, $stage]", "{a=[1 null true $stage]}"),
    ] {
        assert_eq!(filled(text, KNOWN).0, expected, "{text}");
    }
}

#[test]
fn constants_need_no_value() {
    for (text, expected) in [
        ("a: !Join ['', ['https://', api.example.com, /, 1]]", "{a=https://api.example.com/1}"),
        ("a: !Sub 'no name'", "{a=no name}"),
        ("a: !Select [1, !Split [',', 'a,b']]", "{a=b}"),
        ("a: {'Fn::Sub': ['${x}/v', {x: y}]}", "{a=y/v}"),
        ("a: !Ref Stage", "{a={Ref=Stage}}"),
        ("a: '${Stage}'", "{a=${Stage}}"),
    ] {
        assert_eq!(filled(text, &[]).0, expected, "{text}");
    }
}

#[test]
fn a_condition_without_a_value_is_decided_where_either_branch_asks_the_same() {
    let integrated = |uri: &str, more: &str| {
        format!("{{get: {{security: [{{P: [a, b]}}], x-amazon-apigateway-integration: {{uri: {uri}{more}}}}}}}")
    };
    let same = format!("/a: !If [C, {}, {}]", integrated("one", ""), integrated("two", ""));
    assert_eq!(filled(&same, &[]).0, "{/a={get={security=[{P=[a b]}] x-amazon-apigateway-integration={uri=one}}}}");
    for (yes, no) in [
        ("{get: {security: [{P: [a]}]}}", "{get: {security: [{P: [b]}]}}"),
        ("{get: {security: [{P: []}]}}", "{get: {}}"),
        ("{get: {x-amazon-apigateway-auth: {type: NONE}}}", "{get: {}}"),
        ("{get: {parameters: [{name: q}]}}", "{get: {parameters: [{name: p}]}}"),
        // A mock integration serves preflight requests, and a stream is a different response.
        ("{x-amazon-apigateway-integration: {type: mock}}", "{x-amazon-apigateway-integration: {type: aws_proxy}}"),
        ("{x-amazon-apigateway-integration: {responseTransferMode: STREAM}}", "{x-amazon-apigateway-integration: {}}"),
        ("{properties: {description: {type: string}}}", "{properties: {description: {type: integer}}}"),
    ] {
        let (text, _) = filled(&format!("a: !If [C, {yes}, {no}]"), &[]);
        assert!(text.contains("Fn::If"), "{text}");
    }
    for (yes, no) in [
        ("{security: [{P: [a, b]}], tags: [x]}", "{tags: [x], security: [{P: [b, a]}]}"),
        ("{type: token, authorizerUri: !GetAtt a.b}", "{type: token, authorizerUri: !Sub '${c}'}"),
        ("{description: one}", "{description: !Sub two}"),
        ("!Ref AWS::NoValue", "!Ref AWS::NoValue"),
        ("!Join ['', [a, b]]", "!Join ['', [a, b]]"),
    ] {
        let (text, _) = filled(&format!("a: !If [C, {yes}, {no}]"), &[]);
        assert!(!text.contains("Fn::If"), "{text}");
    }
}

#[test]
fn a_branch_that_is_empty_counts_where_requests_and_answers_are_described() {
    let empty = "!Ref 'AWS::NoValue'";
    for (text, expected, notes) in [
        (format!("parameters: [!If [C, {{name: q}}, {empty}], {{name: p}}]"), "{parameters=[{name=q} {name=p}]}", 1),
        (format!("parameters: [!If [Draft, {{name: q}}, {empty}]]"), "{parameters=[]}", 0),
        (format!("responses: {{'200': a, '201': !If [Draft, b, {empty}]}}"), "{responses={200=a}}", 0),
        (format!("schema: {{type: string, format: {empty}}}"), "{schema={type=string}}", 0),
        // The security of a route is never chosen this way.
        (format!("security: !If [C, [], {empty}]"), "{security={Fn::If=[C [] {Ref=AWS::NoValue}]}}", 0),
        (
            format!("x-amazon-apigateway-integration: {{responses: !If [C, a, {empty}]}}"),
            "{x-amazon-apigateway-integration={responses={Fn::If=[C a {Ref=AWS::NoValue}]}}}",
            0,
        ),
    ] {
        let (shown, report) = filled(&text, &[("Draft", "false")]);
        assert_eq!(shown, expected);
        let reported = report.diagnostics.iter().filter(|d| d.code == codes::CONDITION).count();
        assert_eq!(reported, notes, "{report}");
    }
}

#[test]
fn a_value_that_fills_nothing_is_reported_and_a_clash_of_keys_too() {
    let (_, report) = filled("a: '${x}'", &[("x", "1"), ("y", "2")]);
    let reported: Vec<_> = report.diagnostics.iter().map(|d| (d.code, d.message.clone())).collect();
    assert_eq!(
        reported,
        [(codes::VALUE_UNUSED, "unused value `y`: the document has no placeholder of that name to fill".to_owned())]
    );
    let (_, report) = filled("'/${x}': 1\n/1: 2\n", &[("x", "1")]);
    assert_eq!(report.diagnostics[0].code, codes::DUPLICATE_KEY);
}

/// Hostile inputs, G10: texts that double with each level, and separators that are repeated.
#[test]
fn g10_what_is_filled_in_is_bounded() {
    let doubled =
        (0..40).fold("xxxxxxxx".to_owned(), |inner, _| format!("{{'Fn::Sub': ['${{a}}${{a}}', {{a: {inner}}}]}}"));
    let joined = format!("{{'Fn::Join': [{}, [{}]]}}", "x".repeat(10_000), "a,".repeat(10_000));
    for function in [doubled, joined] {
        let (_, report) = filled(&format!("a: b\nc: {function}\n"), &[("name", "value")]);
        let errors: Vec<_> = report.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        assert_eq!(errors.len(), 1, "{report}");
        assert_eq!((errors[0].code, errors[0].span.unwrap().start), (codes::FILLED_TOO_MUCH, 8), "{report}");
    }
}

#[test]
fn functions_and_placeholders_are_told_from_what_only_looks_like_them() {
    let mut report = Report::default();
    let mut is = |text: &str| is_intrinsic(&load(text, 0, &Limits::default(), &mut report).unwrap());
    assert!(["{Ref: x}", "{'Fn::Sub': x}", "{'Fn::If': [a, b, c]}", "!GetAtt a.b"].iter().all(|t| is(t)));
    assert!(!["{Ref: {type: string}}", "{Ref: x, b: c}", "{}", "Ref", "[Ref]"].iter().any(|t| is(t)));
    assert!(["${x}", "a${b}c", "{{x}}", "https://${a}.b"].iter().all(|t| has_placeholder(t)));
    assert!(!["{x}", "$x", "${x", "}${", "{proxy+}", "{{x"].iter().any(|t| has_placeholder(t)));
}

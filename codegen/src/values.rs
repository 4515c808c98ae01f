//! Placeholders and CloudFormation's functions in a document, and the values that `cogen.toml` gives for them.

use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Severity, Span};
use crate::load::duplicates;
use crate::load::node::{Member, Node, Value};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Writes the values of `[values]` where the document asks for them: `${name}` in any string or key, `{"Ref": "name"}`,
/// `{"Fn::GetAtt": …}` (by `Resource.Attribute`), `{"Fn::ImportValue": "name"}`, `{"Fn::Sub": …}` and `{"Fn::Join": …}`;
/// of `{"Fn::If": [name, …, …]}` the first branch stays if the value is `true`, the second if it is `false`.
///
/// A string is filled only where every name in it has a value; what is not filled stays as it is, since most of it concerns
/// no client. A name that fills nothing is reported.
pub fn fill(root: &mut Node<'_>, values: &IndexMap<String, String>, report: &mut Report) {
    let mut used = Used::new();
    fill_one(root, values, &mut used, report);
    report_unused(values, &used, report);
}

/// The names that filled a place of a document.
pub type Used<'v> = BTreeSet<&'v str>;

/// The same for one of several documents; [`report_unused`] reports of all of them.
pub fn fill_one<'v>(
    root: &mut Node<'_>,
    values: &'v IndexMap<String, String>,
    used: &mut Used<'v>,
    report: &mut Report,
) {
    let mut fill =
        Fill { values, used: std::mem::take(used), complaints: Vec::new(), here: root.span, left: Some(MOST_ADDED) };
    fill.node(root);
    *used = fill.used;
    fill.complaints.into_iter().for_each(|d| report.push(d));
}

/// Reports the names that filled no place of any document.
pub fn report_unused(values: &IndexMap<String, String>, used: &Used<'_>, report: &mut Report) {
    for name in values.keys().filter(|name| !used.contains(name.as_str())) {
        let message = format!("the value `{name}` fills no place of the document");
        let help = "see that it is spelt as in the document, and that all names of the same text have a value";
        report.push(Diagnostic::new(Severity::Warning, codes::VALUE_UNUSED, None, message).help(help));
    }
}

/// Whether a node is a function of CloudFormation, to be computed when the API is deployed: `{"Fn::Sub": …}`, `{"Ref": "x"}`.
pub fn is_intrinsic(node: &Node<'_>) -> bool {
    let Some([Member { key, value, .. }]) = node.members() else { return false };
    // A property of a schema may well be called `Ref`; its value is then a schema and no name.
    key.starts_with("Fn::") || (matches!(&**key, "Ref" | "Condition") && value.as_str().is_some())
}

/// Whether a text has a place to be filled: `${name}`, or `{{name}}` of the Mustache family.
pub fn has_placeholder(text: &str) -> bool {
    let closes = |open: &str, close: &str| text.split_once(open).is_some_and(|(_, rest)| rest.contains(close));
    closes("${", "}") || closes("{{", "}}")
}

/// How many bytes filling may add to a document: functions in functions can double a text with each level.
const MOST_ADDED: usize = 16 << 20;

struct Fill<'v> {
    values: &'v IndexMap<String, String>,
    used: BTreeSet<&'v str>,
    complaints: Vec<Diagnostic>,
    /// Where the value stands that is being filled.
    here: Span,
    /// How many bytes may still be added; nothing once that is told.
    left: Option<usize>,
}

impl<'v> Fill<'v> {
    fn node<'s>(&mut self, node: &mut Node<'s>) {
        self.here = node.span;
        match &mut node.value {
            Value::String(text) => {
                if let Some(filled) = self.text(text, &IndexMap::new(), false) {
                    *text = Cow::Owned(filled);
                }
            }
            Value::Array(elements) => elements.iter_mut().for_each(|e| self.node(e)),
            Value::Object(_) => {
                if let Some(branch) = self.branch(node) {
                    *node = branch;
                    self.node(node);
                    return;
                }
                if let Some(text) = self.function(node) {
                    node.value = Value::String(Cow::Owned(text));
                    return;
                }
                let literal = is_intrinsic(node);
                if let Value::Object(members) = &mut node.value {
                    let mut any_key = false;
                    for member in members.iter_mut() {
                        if let Some(filled) = self.text(&member.key, &IndexMap::new(), false) {
                            member.key = Cow::Owned(filled);
                            any_key = true;
                        }
                        // The text of a function that can't be computed whole stays whole.
                        if !(literal && member.value.as_str().is_some()) {
                            self.node(&mut member.value);
                        }
                    }
                    if any_key {
                        duplicates(members, &mut self.complaints);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The branch of an `Fn::If` whose condition has a value.
    fn branch<'s>(&mut self, node: &mut Node<'s>) -> Option<Node<'s>> {
        let Value::Object(members) = &mut node.value else { return None };
        let [Member { key, value, .. }] = members.as_mut_slice() else { return None };
        let Value::Array(elements) = &mut value.value else { return None };
        if key != "Fn::If" || elements.len() != 3 {
            return None;
        }
        let chosen = match self.value(elements.first()?.as_str()?)? {
            "true" => 1,
            "false" => 2,
            _ => {
                let message = "the value of a condition is neither `true` nor `false`";
                let span = elements.first()?.span;
                self.complaints.push(
                    Diagnostic::error(codes::UNDECIDED, span, message)
                        .help("write \"true\" or \"false\" in `[values]`"),
                );
                return None;
            }
        };
        Some(elements.swap_remove(chosen))
    }

    /// What a function of CloudFormation computes to, if all it needs is known.
    fn function(&mut self, node: &Node<'_>) -> Option<String> {
        if !is_intrinsic(node) {
            return None;
        }
        let [Member { key, value, .. }] = node.members()? else { return None };
        match &**key {
            "Ref" | "Fn::ImportValue" => self.value(value.as_str()?).map(str::to_owned),
            "Fn::GetAtt" => match value.elements() {
                Some([resource, attribute]) => {
                    let name = format!("{}.{}", resource.as_str()?, attribute.as_str()?);
                    self.value(&name).map(str::to_owned)
                }
                Some(_) => None,
                None => self.value(value.as_str()?).map(str::to_owned),
            },
            "Fn::Sub" => match value.elements() {
                Some([text, own]) => {
                    let own = own.members()?.iter().map(|m| Some((m.key.to_string(), self.known(&m.value)?)));
                    let own = own.collect::<Option<IndexMap<_, _>>>()?;
                    self.substituted(text.as_str()?, &own)
                }
                Some(_) => None,
                None => self.substituted(value.as_str()?, &IndexMap::new()),
            },
            "Fn::Join" => {
                let [between, parts] = value.elements()? else { return None };
                let between = between.as_str()?;
                let count = parts.elements()?.len();
                if !self.add(between.len().saturating_mul(count)) {
                    return None;
                }
                let parts = parts.elements()?.iter().map(|p| self.known(p)).collect::<Option<Vec<_>>>()?;
                Some(parts.join(between))
            }
            _ => None,
        }
    }

    /// The text of a `Fn::Sub`, which may have no place to fill at all.
    fn substituted(&mut self, text: &str, own: &IndexMap<String, String>) -> Option<String> {
        if text.contains("${") { self.text(text, own, true) } else { Some(text.to_owned()) }
    }

    /// A string, or a function whose result is known.
    fn known(&mut self, node: &Node<'_>) -> Option<String> {
        match node.as_str() {
            Some(text) if text.contains("${") => self.text(text, &IndexMap::new(), false),
            Some(text) => Some(text.to_owned()),
            None => self.function(node),
        }
    }

    /// Counts what filling adds to the document; `false` where that is too much, with one error for all.
    fn add(&mut self, bytes: usize) -> bool {
        let Some(left) = self.left else { return false };
        self.left = left.checked_sub(bytes);
        if self.left.is_none() {
            let message = format!("filling in values would make the document longer by more than {MOST_ADDED} bytes");
            let error = Diagnostic::error(codes::FILLED_TOO_MUCH, self.here, message);
            self.complaints.push(error.help("give the rendered document: deploy it and export the stage"));
        }
        self.left.is_some()
    }

    fn value(&mut self, name: &str) -> Option<&'v str> {
        let (name, value) = self.values.get_key_value(name)?;
        self.used.insert(name);
        Some(value)
    }

    /// The text with every `${name}` filled; `None` where there is none, or one without a value.
    ///
    /// In a `Fn::Sub`, `${!name}` is the text `${name}`.
    fn text(&mut self, text: &str, own: &IndexMap<String, String>, is_sub: bool) -> Option<String> {
        // All names first: a text that stays as it is uses no value.
        let (mut any, mut added) = (false, 0_usize);
        for place in places(text).filter(|p| !(is_sub && p.name.starts_with('!'))) {
            any = true;
            let value = own.get(place.name).or_else(|| self.values.get(place.name))?;
            added = added.saturating_add(value.len());
        }
        if (!any && !is_sub) || !self.add(added) {
            return None;
        }
        let mut filled = String::with_capacity(text.len());
        let mut from = 0;
        for place in places(text) {
            filled.push_str(text.get(from..place.start)?);
            match place.name.strip_prefix('!').filter(|_| is_sub) {
                Some(literal) => filled.extend(["${", literal, "}"]),
                None => match own.get(place.name) {
                    Some(value) => filled.push_str(value),
                    None => filled.push_str(self.value(place.name)?),
                },
            }
            from = place.end;
        }
        filled.push_str(text.get(from..)?);
        Some(filled)
    }
}

/// A `${name}` in a text, by its bytes.
struct Place<'t> {
    name: &'t str,
    start: usize,
    end: usize,
}

fn places(text: &str) -> impl Iterator<Item = Place<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find("${")?;
        let inner = start + 2;
        let end = inner + text.get(inner..)?.find('}')?;
        from = end + 1;
        Some(Place { name: text.get(inner..end)?.trim(), start, end: end + 1 })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::load::load;
    use crate::options::Limits;

    fn filled(text: &str, values: &[(&str, &str)]) -> (String, Report) {
        let mut report = Report::default();
        let mut root = load(text, 0, &Limits::default(), &mut report).unwrap();
        let values = values.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        fill(&mut root, &values, &mut report);
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
    ];

    #[test]
    fn known_places_are_filled_and_others_stay() {
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
    fn a_value_that_fills_nothing_is_reported_and_a_clash_of_keys_too() {
        let (_, report) = filled("a: '${x}'", &[("x", "1"), ("y", "2")]);
        let said: Vec<_> = report.diagnostics.iter().map(|d| (d.code, d.message.clone())).collect();
        assert_eq!(said, [(codes::VALUE_UNUSED, "the value `y` fills no place of the document".to_owned())]);
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
}

//! The names in a text or a CloudFormation function that have no value yet. `[values]` in cogen.toml can set them.

use crate::config::value_lines;
use crate::document::exports;
use crate::document::load::node::Node;
use crate::document::values::has_placeholder;
use rustc_hash::FxHashSet;

/// The names of `${name}` in a text, each once.
pub(crate) fn names_in(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else { break };
        let name = name.trim();
        if !name.is_empty() && !name.starts_with('!') && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        rest = after;
    }
    names
}

/// The names without a value: of a text, or of the functions `Ref`, `Fn::Sub`, `Fn::GetAtt` and `Fn::ImportValue`.
pub(crate) fn names_of(node: &Node<'_>) -> Vec<String> {
    if let Some(text) = node.as_str() {
        return names_in(text);
    }
    let function = |name: &str| node.get(name).filter(|_| node.members().is_some_and(|members| members.len() == 1));
    if let Some(attribute) = function("Fn::GetAtt") {
        let parts = attribute.elements().unwrap_or(std::slice::from_ref(attribute));
        let parts: Option<Vec<&str>> = parts.iter().map(Node::as_str).collect();
        return parts.map(|parts| parts.join(".")).into_iter().collect();
    }
    if let Some(text) = function("Fn::Sub") {
        let text = text.elements().and_then(|parts| parts.first()).unwrap_or(text);
        return text.as_str().map(names_in).unwrap_or_default();
    }
    let name = function("Ref").or_else(|| function("Fn::ImportValue"));
    name.and_then(Node::as_str).map(str::to_owned).into_iter().collect()
}

/// How the names of a text get their values; `value` is an example, as TOML.
pub(crate) fn fill_text(text: &str, value: &str) -> String {
    match names_in(text) {
        // `{{name}}` is of template engines, whose output cogen reads.
        names if names.is_empty() && has_placeholder(text) => {
            format!("render the template first, or {}", exports::commands())
        }
        names => fill(&names, value),
    }
}

/// The same for a value of any kind.
pub(crate) fn fill_node(node: &Node<'_>, value: &str) -> String {
    match node.as_str() {
        Some(text) => fill_text(text, value),
        None => fill(&names_of(node), value),
    }
}

/// How these names get their values.
pub(crate) fn fill(names: &[String], value: &str) -> String {
    if names.is_empty() {
        return format!("{}\nThe export has the values of CloudFormation functions", exports::commands());
    }
    let mut shown: Vec<&str> = names.iter().map(String::as_str).filter(|name| name.len() < 80).collect();
    let mut seen = FxHashSet::default();
    shown.retain(|name| seen.insert(*name));
    shown.truncate(8);
    format!("{}\nOr set values in cogen.toml:{}", exports::commands(), value_lines(shown, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::options::Limits;
    use crate::diagnostics::report::Report;
    use crate::document::load::load;

    #[test]
    fn names_are_those_that_values_can_give() {
        assert_eq!(names_in("${a}/${b.c}${a}/${!literal}${"), ["a", "b.c"]);
        for (json, names) in [
            (r#""${stage}""#, vec!["stage"]),
            (r#"{"Ref": "Stage"}"#, vec!["Stage"]),
            (r#"{"Fn::GetAtt": ["Pool", "Arn"]}"#, vec!["Pool.Arn"]),
            (r#"{"Fn::GetAtt": "Pool.Arn"}"#, vec!["Pool.Arn"]),
            (r#"{"Fn::Sub": "${A}-${AWS::Region}"}"#, vec!["A", "AWS::Region"]),
            (r#"{"Fn::Sub": ["${A}", {}]}"#, vec!["A"]),
            (r#"{"Fn::ImportValue": "x"}"#, vec!["x"]),
            (r#"{"Fn::FindInMap": ["x"]}"#, vec![]),
            ("3", vec![]),
        ] {
            let text = format!(r#"{{"value": {json}}}"#);
            let root = load(&text, 0, &Limits::default(), &mut Report::default());
            let node = root.as_ref().ok().and_then(|root| root.get("value"));
            assert_eq!(node.map(names_of).unwrap_or_default(), names, "{json}");
        }
        assert!(fill_text("/${v}/a", "\"VALUE\"").ends_with("\n[values]\n\"v\" = \"VALUE\""));
        assert!(!fill_text("/{{v}}/a", "\"VALUE\"").contains("[values]"));
    }
}

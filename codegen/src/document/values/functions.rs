//! Evaluates CloudFormation functions whose arguments are known
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>).

use crate::document::load::node::{Member, Node};
use crate::document::spec::is_no_value;
use crate::document::values::{Fill, is_intrinsic};
use indexmap::IndexMap;

/// The maximum depth of nested conditions.
const MOST_INSIDE: usize = 64;

/// The result of a function.
pub(crate) enum Computed {
    Text(String),
    List(Vec<String>),
}

impl Fill<'_, '_> {
    /// The result of `Ref`, `Fn::GetAtt` (the value `Resource.Attribute`), `Fn::ImportValue`, `Fn::FindInMap` (the value
    /// `Map.Key.Key`, or from the template's `Mappings`), `Fn::Sub`, `Fn::Join`, `Fn::Select` and `Fn::Split`.
    pub(crate) fn function(&mut self, node: &Node<'_>) -> Option<Computed> {
        if !is_intrinsic(node) {
            return None;
        }
        let [Member { key, value, .. }] = node.members()? else { return None };
        match &**key {
            "Ref" => self.value(value.as_str()?).map(|text| Computed::Text(text.to_owned())),
            "Fn::ImportValue" => {
                let name = self.known(value)?;
                self.value(&name).map(|text| Computed::Text(text.to_owned()))
            }
            "Fn::GetAtt" => {
                let name = match value.elements() {
                    Some([resource, attribute]) => format!("{}.{}", resource.as_str()?, attribute.as_str()?),
                    Some(_) => return None,
                    None => value.as_str()?.to_owned(),
                };
                self.value(&name).map(|text| Computed::Text(text.to_owned()))
            }
            "Fn::FindInMap" => {
                let [map, first, second] = value.elements()? else { return None };
                let [map, first, second] = [self.known(map)?, self.known(first)?, self.known(second)?];
                if let Some(text) = self.value(&format!("{map}.{first}.{second}")) {
                    return Some(Computed::Text(text.to_owned()));
                }
                let found = self.definitions.mappings.as_ref()?.get(&map)?.get(&first)?.get(&second)?;
                match found.elements() {
                    Some(_) => self.list(found).map(Computed::List),
                    None => self.known(found).map(Computed::Text),
                }
            }
            "Fn::Sub" => self.substituted(value).map(Computed::Text),
            "Fn::Join" => self.joined(value).map(Computed::Text),
            "Fn::Select" => {
                let [index, list] = value.elements()? else { return None };
                let index: usize = self.known(index)?.trim().parse().ok()?;
                self.list(list)?.into_iter().nth(index).map(Computed::Text)
            }
            "Fn::Split" => self.split(value).map(Computed::List),
            _ => None,
        }
    }

    /// `Fn::Sub`: a text, or a text and a map of names.
    fn substituted(&mut self, value: &Node<'_>) -> Option<String> {
        let (text, own) = match value.elements() {
            Some([text]) => (text, None),
            Some([text, own]) => (text, Some(own)),
            Some(_) => return None,
            None => (value, None),
        };
        let mut names = IndexMap::new();
        for member in own.map(|own| own.members()).unwrap_or_default().unwrap_or_default() {
            names.insert(member.key.to_string(), self.known(&member.value)?);
        }
        let text = text.as_str()?;
        // A text without a placeholder is a constant.
        if text.contains("${") { self.text(text, &names, true) } else { Some(text.to_owned()) }
    }

    fn joined(&mut self, value: &Node<'_>) -> Option<String> {
        let [between, parts] = value.elements()? else { return None };
        let between = between.as_str()?;
        let parts = self.list(parts)?;
        self.add(between.len().saturating_mul(parts.len()))?;
        Some(parts.join(between))
    }

    fn split(&mut self, value: &Node<'_>) -> Option<Vec<String>> {
        let [between, text] = value.elements()? else { return None };
        let between = between.as_str().filter(|between| !between.is_empty())?;
        let text = self.known(text)?;
        self.add(text.len())?;
        Some(text.split(between).map(str::to_owned).collect())
    }

    /// A list of known elements, or a function whose result is a list. A parameter of type `CommaDelimitedList` is a single
    /// text.
    fn list(&mut self, node: &Node<'_>) -> Option<Vec<String>> {
        if let Some(elements) = node.elements() {
            let there = elements.iter().filter(|element| !is_no_value(element));
            return there.map(|element| self.known(element)).collect();
        }
        let chosen = self.chosen(node)?;
        if !std::ptr::eq(chosen, node) {
            return self.list(chosen);
        }
        match self.function(node)? {
            Computed::List(texts) => Some(texts),
            Computed::Text(text) => {
                self.add(text.len())?;
                Some(text.split(',').map(|part| part.trim().to_owned()).collect())
            }
        }
    }

    /// A string, a number or a boolean, or a function whose result is a text.
    fn known(&mut self, node: &Node<'_>) -> Option<String> {
        if let Some(text) = node.as_str() {
            return match text.contains("${") {
                true => self.text(text, &IndexMap::new(), false),
                false => Some(text.to_owned()),
            };
        }
        if let Some(text) = node.as_scalar_text() {
            return Some(text.into_owned());
        }
        let chosen = self.chosen(node)?;
        if !std::ptr::eq(chosen, node) {
            return self.known(chosen);
        }
        match self.function(node)? {
            Computed::Text(text) => Some(text),
            Computed::List(_) => None,
        }
    }

    /// The deployed branch of an `Fn::If`, or the value itself if it is not an `Fn::If`; `None` if the condition has no value.
    fn chosen<'n, 's>(&mut self, node: &'n Node<'s>) -> Option<&'n Node<'s>> {
        let Some(branches) = node.get("Fn::If") else { return Some(node) };
        let [name, yes, no] = branches.elements()? else { return None };
        let branch = match self.holds(name) {
            Some(true) => yes,
            Some(false) => no,
            None if super::are_equivalent(yes, no) => yes,
            None => return None,
        };
        self.chosen(branch)
    }

    /// The value of a condition that the template defines
    /// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html>).
    pub(crate) fn defined(&mut self, name: &str) -> Option<bool> {
        if let Some(decided) = self.decided.get(name) {
            return *decided;
        }
        let node = self.definitions.conditions.as_ref()?.get(name)?;
        // A recursive condition cannot be evaluated, nor one that is nested too deeply.
        self.decided.insert(name.to_owned(), None);
        if self.inside == MOST_INSIDE {
            return None;
        }
        self.inside += 1;
        let holds = self.condition(node);
        self.inside -= 1;
        self.decided.insert(name.to_owned(), holds);
        holds
    }

    fn condition(&mut self, node: &Node<'_>) -> Option<bool> {
        let [Member { key, value, .. }] = node.members()? else { return None };
        match &**key {
            "Condition" => self.holds(value),
            "Fn::Equals" => {
                let [one, other] = value.elements()? else { return None };
                Some(self.known(one)? == self.known(other)?)
            }
            "Fn::Not" => {
                let [one] = value.elements()? else { return None };
                self.condition(one).map(|holds| !holds)
            }
            "Fn::And" => self.combined(value, false),
            "Fn::Or" => self.combined(value, true),
            _ => None,
        }
    }

    /// `Fn::And` and `Fn::Or`: whether one condition determines the result, or all have the opposite value.
    fn combined(&mut self, value: &Node<'_>, settles: bool) -> Option<bool> {
        let all: Vec<Option<bool>> = value.elements()?.iter().map(|element| self.condition(element)).collect();
        if all.contains(&Some(settles)) {
            return Some(settles);
        }
        all.iter().all(Option::is_some).then_some(!settles)
    }
}

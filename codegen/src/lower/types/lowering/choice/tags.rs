//! Reads discriminators: the values of a property that select a schema of a choice.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::Node;
use crate::document::references::Refs;
use crate::lower::names::local_name;
use crate::lower::types::facts::schema_facts::Facts;
use crate::lower::types::lowering::choice::candidates::Candidate;
use crate::lower::types::lowering::types::Types;
use rustc_hash::{FxHashMap, FxHashSet};

/// A discriminator.
pub(crate) struct Tags {
    /// The property whose value selects the schema.
    pub(crate) property: String,
    /// The values that select each candidate.
    pub(crate) by_candidate: Vec<Vec<String>>,
    /// Whether the values are numbers or booleans, as the schemas list them; `by_candidate` has their text.
    pub(crate) are_scalars: bool,
    /// The candidate for all other values, and for values without the property (OpenAPI 3.2.0, `defaultMapping`).
    pub(crate) default: Option<usize>,
}

impl<'d, 's> Types<'d, 's> {
    /// Reads a discriminator; `None` after a warning, if it does not distinguish all candidates.
    pub(crate) fn tags(
        &mut self,
        discriminator: &'d Node<'s>,
        candidates: &[Candidate<'d, 's>],
        report: &mut Report,
    ) -> Option<Tags> {
        let property = discriminator.as_str().or_else(|| discriminator.get("propertyName")?.as_str());
        let Some(property) = property else {
            let message = "discriminator without `propertyName`: the variants are distinguished by their properties";
            report.push(Diagnostic::warning(codes::DISCRIMINATOR, discriminator.span, message));
            return None;
        };
        let (mut by_candidate, default) = mapped(self.facts.refs, discriminator, candidates, report);
        let values: Vec<Vec<&'d str>> =
            candidates.iter().map(|c| self.tag_values(&c.facts, c.target, property, 0)).collect();
        let mut uses: FxHashMap<&str, usize> = FxHashMap::default();
        for value in values.iter().flatten() {
            *uses.entry(value).or_default() += 1;
        }
        let are_scalars = candidates.iter().any(|candidate| lists_scalars(&candidate.facts, property));
        if are_scalars && by_candidate.iter().any(Vec::is_empty) {
            // The constants distinguish the schemas, as without a discriminator.
            return None;
        }
        let mut used: FxHashSet<String> = by_candidate.iter().flatten().cloned().collect();
        for (index, ((tags, candidate), values)) in by_candidate.iter_mut().zip(candidates).zip(&values).enumerate() {
            if tags.is_empty() {
                // The values that the schema lists take precedence over its name.
                let own = !values.is_empty() && values.iter().all(|v| uses.get(v) == Some(&1) && !used.contains(*v));
                let names =
                    if own { values.clone() } else { candidate.component.map(local_name).into_iter().collect() };
                tags.extend(names.into_iter().filter(|tag| used.insert((*tag).to_owned())).map(str::to_owned));
            }
            if tags.is_empty() && default != Some(index) {
                let message = format!(
                    "no value of the discriminator `{}` selects this schema: the variants are distinguished by their properties",
                    excerpt(property)
                );
                report.push(
                    Diagnostic::warning(codes::DISCRIMINATOR, candidate.element.span, message)
                        .related(discriminator.span, "the discriminator")
                        .help(format!(
                            "define the schema under `{}`, or list it in `mapping`",
                            self.facts.refs.section("schemas", ".")
                        )),
                );
                return None;
            }
        }
        Some(Tags { property: property.to_owned(), by_candidate, are_scalars, default })
    }

    /// The strings that a schema lists for the property; for a nested choice, those of all its schemas.
    fn tag_values(
        &mut self,
        facts: &Facts<'d, 's>,
        target: &'d Node<'s>,
        property: &str,
        depth: usize,
    ) -> Vec<&'d str> {
        if let Some(known) = facts.properties.get(property) {
            let mut strings: Vec<&'d str> = known.strings.as_deref().unwrap_or_default().to_vec();
            strings.sort_unstable();
            strings.dedup();
            return strings;
        }
        if depth >= MOST_NESTED {
            return Vec::new();
        }
        let inner = target.get("oneOf").or_else(|| target.get("anyOf")).and_then(Node::elements).unwrap_or_default();
        let mut found = Vec::new();
        for element in inner {
            if self.facts.budget.spend(1, element.span).is_err() {
                break;
            }
            let Some(resolved) = self.facts.refs.find(element) else { continue };
            let facts = self.facts.of(element);
            let values = self.tag_values(&facts, resolved.node, property, depth + 1);
            match (values.is_empty(), resolved.component) {
                (true, Some(component)) => found.push(local_name(component.name)),
                _ => found.extend(values),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whether a schema lists the values of the property, and none of them is a string.
fn lists_scalars(facts: &Facts<'_, '_>, property: &str) -> bool {
    let values = facts.properties.get(property).and_then(|known| known.values.as_deref());
    values.is_some_and(|values| !values.is_empty() && values.iter().all(|value| value.as_str().is_none()))
}

/// The maximum depth of nested choices in which the values of a discriminator are looked up.
const MOST_NESTED: usize = 8;

fn mapped<'d, 's>(
    refs: &Refs<'d, 's>,
    discriminator: &'d Node<'s>,
    candidates: &[Candidate<'d, 's>],
    report: &mut Report,
) -> (Vec<Vec<String>>, Option<usize>) {
    let mut tags: Vec<Vec<String>> = vec![Vec::new(); candidates.len()];
    let index: FxHashMap<*const Node<'s>, usize> =
        candidates.iter().enumerate().map(|(i, c)| (std::ptr::from_ref(c.target), i)).collect();
    let by_name: FxHashMap<&str, usize> =
        candidates.iter().enumerate().filter_map(|(i, c)| Some((local_name(c.component?), i))).collect();
    let find = |text: &str| {
        let target = refs.named(text).map(std::ptr::from_ref);
        let short = text.rsplit('/').next().unwrap_or(text);
        by_name.get(short).copied().or_else(|| target.and_then(|t| index.get(&t).copied()))
    };
    for entry in discriminator.get("mapping").and_then(Node::members).unwrap_or_default() {
        let text = entry.value.as_str().unwrap_or_default();
        match find(text).and_then(|at| tags.get_mut(at)) {
            Some(tags) => tags.push(entry.key.to_string()),
            None => {
                let message = format!(
                    "the discriminator maps `{}` to a schema that is not one of the variants",
                    excerpt(&entry.key)
                );
                let warning = Diagnostic::warning(codes::DISCRIMINATOR, entry.key_span, message);
                report.push(warning.help("add the schema to the `oneOf` or `anyOf`, or remove the entry"));
            }
        }
    }
    let default = discriminator.get("defaultMapping");
    let found = default.and_then(Node::as_str).and_then(find);
    if let (Some(default), None) = (default, found) {
        let message = "the default of the discriminator is not one of the variants";
        let warning = Diagnostic::warning(codes::DISCRIMINATOR, default.span, message);
        report.push(warning.help("write the name of a schema of the `oneOf` or `anyOf`, or remove `defaultMapping`"));
    }
    (tags, found)
}

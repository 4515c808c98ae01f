//! The types that the configuration renames or replaces.

use crate::config::options::{Options, Rename};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Severity};
use crate::diagnostics::texts::{excerpt, nearest};
use crate::document::load::node::{Member, Node};
use crate::ir::types::Type;
use crate::lower::names::{Case, component_names, ident, local_name};
use crate::lower::types::arena::names::values::ConfiguredValues;
use rustc_hash::{FxHashMap, FxHashSet};

/// The tables `[rename.types]` and `[types.replace]`, with the keys that named a type.
pub(crate) struct ConfiguredTypes<'d> {
    options: &'d Options,
    used: FxHashSet<String>,
    /// The types of values.
    pub(crate) values: ConfiguredValues<'d>,
}

impl<'d> ConfiguredTypes<'d> {
    pub(crate) fn new(options: &'d Options) -> Self {
        Self { options, used: FxHashSet::default(), values: ConfiguredValues::new(options) }
    }

    /// The type that replaces a component.
    pub(crate) fn replacement(&mut self, component: &str) -> Option<Type> {
        let table = &self.options.replace_types;
        let (key, path) = table.get_key_value(component).or_else(|| table.get_key_value(local_name(component)))?;
        self.used.insert(key.clone());
        Some(Type::Replaced(path.clone()))
    }

    /// The configured names of components. The configuration has the name of the component, or its name in Rust.
    pub(crate) fn component_renames(
        &mut self,
        schemas: &'d [Member<'_>],
        report: &mut Report,
    ) -> FxHashMap<&'d str, Rename> {
        let mut renames = FxHashMap::default();
        if self.options.rename_types.is_empty() {
            return renames;
        }
        let mut in_rust: FxHashMap<String, Vec<&'d Member<'_>>> = FxHashMap::default();
        for member in schemas {
            match self.options.rename_types.get(&*member.key) {
                Some(rename) => {
                    self.used.insert(member.key.to_string());
                    renames.insert(&*member.key, rename.clone());
                }
                None => {
                    let title = member.value.get("title").and_then(Node::as_str);
                    let name = component_names(&member.key, title).swap_remove(0);
                    in_rust.entry(ident(&name, Case::Pascal).to_string()).or_default().push(member)
                }
            }
        }
        for (key, rename) in &self.options.rename_types {
            if self.used.contains(key) {
                continue;
            }
            match in_rust.get(key).map(Vec::as_slice).unwrap_or_default() {
                [] => continue,
                [only] => drop(renames.insert(&*only.key, rename.clone())),
                [one, other, ..] => {
                    let message = format!("`{}` in `[rename.types]` is the name of several schemas", excerpt(key));
                    let (one_key, other_key) = (excerpt(&one.key), excerpt(&other.key));
                    report.push(
                        Diagnostic::new(Severity::Error, codes::RENAME_TAKEN, rename.span, message)
                            .related(one.key_span, format!("`{one_key}`"))
                            .related(other.key_span, format!("`{other_key}`"))
                            .help(format!("write `{one_key}` or `{other_key}`, as in the document")),
                    );
                }
            }
            self.used.insert(key.clone());
        }
        renames
    }

    /// The configured names that named no component.
    pub(crate) fn unused_renames(&self) -> Vec<(&'d String, &'d Rename)> {
        self.options.rename_types.iter().filter(|(key, _)| !self.used.contains(*key)).collect()
    }

    pub(crate) fn mark_used(&mut self, keys: impl IntoIterator<Item = String>) {
        self.used.extend(keys);
    }

    /// Reports the keys that name no type; `components` are the names of the components.
    pub(crate) fn report_unused<'n>(&self, components: impl Iterator<Item = &'n str> + Clone, report: &mut Report) {
        let keys = self.options.rename_types.keys().map(|k| ("rename.types", k));
        let keys = keys.chain(self.options.replace_types.keys().map(|k| ("types.replace", k)));
        for (table, key) in keys.filter(|(_, key)| !self.used.contains(*key)) {
            let message = format!("unknown type `{}` in `[{table}]`", excerpt(key));
            let place = self.options.places.of(table, key);
            let error = Diagnostic::new(Severity::Error, codes::UNKNOWN_SCHEMA_IN_CONFIG, place, message);
            report.push(match nearest(key, components.clone()) {
                Some(near) => error.help(format!("did you mean `{}`?", excerpt(near))),
                None => error.help("use the name of a schema in the document, or the name of its type in Rust"),
            });
        }
        self.values.report(report);
    }
}

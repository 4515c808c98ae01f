//! Errors for references that cannot be resolved, with what to write instead.

use crate::config::{lines, quoted};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};
use crate::diagnostics::texts::{excerpt, nearest};
use crate::document::load::node::Node;
use crate::document::references::pointer::{percent_decoded, unescaped};
use crate::document::references::{Beside, Component, Members, Refs};
use std::borrow::Cow;

impl<'d, 's> Refs<'d, 's> {
    /// The error for a reference to an undefined location in the document.
    pub(super) fn missing(&self, text: &str, pointer: &str, span: Span) -> Diagnostic {
        let error =
            Diagnostic::error(codes::REF_MISSING, span, format!("`{}` is not defined in the document", excerpt(text)))
                .label("no such definition");
        let decoded = percent_decoded(pointer).unwrap_or_default();
        let mut segments = decoded.split('/').skip(1).map(unescaped);
        let (first, second, third) = (segments.next(), segments.next(), segments.next());
        let (kind, name) = match (first.as_deref(), second, third) {
            (Some("components"), Some(kind), Some(name)) => (kind, name),
            (Some("definitions"), Some(name), _) => (Cow::Borrowed("schemas"), name),
            _ => return error.help(format!("write the reference as `#/{}/NAME`", self.section("schemas", "/"))),
        };
        let nearest = self.components.get(&*kind).and_then(|names| self.nearest(&name, names));
        match nearest {
            Some(nearest) => error.help(format!("did you mean `#/{}/{}`?", self.section(&kind, "/"), excerpt(nearest))),
            None => error.help(format!("define it under `{}`, or remove the reference", self.section(&kind, "."))),
        }
    }

    /// The error for a reference to another file, or for a local reference without `#`.
    pub(super) fn external(&self, text: &str, span: Span) -> Diagnostic {
        let name = text.trim_start_matches('/');
        let within = ["", "components/", "components/schemas/"].map(|above| format!("/{above}{name}"));
        let found = within.iter().find_map(|pointer| self.walk(pointer).map(|found| (pointer, found)));
        if let Some((pointer, found)) = found.filter(|_| !name.is_empty()) {
            let pointer = match found.component {
                Some(Component { kind, name }) => format!("#/{}/{}", self.section(kind, "/"), excerpt(name)),
                None => format!("#{}", excerpt(pointer)),
            };
            let message =
                format!("`{}` refers to a file: a reference within the document begins with `#`", excerpt(text));
            return Diagnostic::error(codes::REF_EXTERNAL, span, message).help(format!("write `{pointer}`"));
        }
        external(text, span, self.beside)
    }

    fn nearest(&self, name: &str, names: &Members<'d, 's>) -> Option<&'d str> {
        self.guesses.set(self.guesses.get().checked_sub(1)?);
        nearest(name, names.keys().copied())
    }
}

/// The error for a reference to a file that is not listed, or to a missing definition in a listed file.
fn external(text: &str, span: Span, beside: Option<&Beside>) -> Diagnostic {
    let (path, pointer) = text.split_once('#').unwrap_or((text, ""));
    let has = |files: &[String]| files.iter().any(|file| file == path);
    if beside.is_some_and(|beside| has(&beside.listed)) {
        let message = format!("`#{}` is not defined in the file `{}`", excerpt(pointer), excerpt(path));
        return Diagnostic::error(codes::REF_MISSING, span, message)
            .label("no such definition")
            .help("write the reference as `FILE#/KEY/KEY`, or `FILE` for the whole file");
    }
    let message = format!("`{}` is outside of the document and not a file listed in cogen.toml", excerpt(text));
    let error = Diagnostic::error(codes::REF_EXTERNAL, span, message).label("not read");
    match beside.filter(|beside| has(&beside.wanted)) {
        Some(beside) => {
            let mut files: Vec<&String> = beside.listed.iter().chain(&beside.wanted).collect();
            files.sort();
            files.dedup();
            let files: Vec<String> = files.into_iter().map(|file| quoted(file)).collect();
            let lines = lines("api", &format!("files = [{}]", files.join(", ")));
            error.help(format!("list the files of the document in cogen.toml:{lines}"))
        }
        None => error.help(
            "bundle the files into one document first: `npx @redocly/cli bundle openapi.yaml -o bundled.yaml`. cogen reads \
             only files below the directory of the document",
        ),
    }
}

/// The error for a reference that leads back to itself.
pub(super) fn ring(reference: &Node<'_>) -> Diagnostic {
    let text = reference.as_str().unwrap_or_default();
    Diagnostic::error(codes::REF_RING, reference.span, format!("circular `$ref`: `{}` refers to itself", excerpt(text)))
        .label("circular reference")
        .help("replace one of the references with the definition itself")
}

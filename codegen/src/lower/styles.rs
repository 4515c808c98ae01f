//! Reads how parameters and the members of forms are serialized: `style`, `explode` and `allowReserved`.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::{Mark, Member, Node};
use crate::ir::operation::{Operation, ParamLocation, Serialization, Style};
use crate::ir::schemes::SourceLocation;

/// The style of a parameter.
pub fn style(node: &Node<'_>, location: ParamLocation, report: &mut Report) -> Style {
    if matches!(node.mark.as_deref(), Some(Mark::TabSeparated)) {
        return Style::TabDelimited;
    }
    let (default, allowed): (Style, &[Style]) = match location {
        ParamLocation::Path { .. } => (Style::Simple, &[Style::Simple, Style::Label, Style::Matrix]),
        ParamLocation::In(SourceLocation::Header) => (Style::Simple, &[Style::Simple]),
        ParamLocation::In(SourceLocation::Cookie) => (Style::Form, &[Style::Form]),
        ParamLocation::In(SourceLocation::Query) => {
            (Style::Form, &[Style::Form, Style::SpaceDelimited, Style::PipeDelimited, Style::DeepObject])
        }
    };
    let Some(written) = node.get("style") else { return default };
    let style = match written.as_str().unwrap_or_default() {
        "simple" => Style::Simple,
        "label" => Style::Label,
        "matrix" => Style::Matrix,
        "form" => Style::Form,
        // The values of cookies are not encoded in either style.
        "cookie" if location == ParamLocation::In(SourceLocation::Cookie) => Style::Form,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        _ => Style::Json,
    };
    if allowed.contains(&style) {
        return style;
    }
    report.push(
        Diagnostic::warning(
            codes::ODD_STYLE,
            written.span,
            "invalid `style` for the location of the parameter: the default style is used",
        )
        .with_note("OpenAPI 3.0.3, \"Style Values\", lists the styles of each location")
        .help("use a style that exists for the location"),
    );
    default
}

/// The encoding of the whole query string, which is a form (OpenAPI 3.2.0, "Parameter Object").
pub fn querystring(
    span: Span,
    content: Option<&Member<'_>>,
    operation: &Operation,
    report: &mut Report,
) -> Result<Style, Reported> {
    if content.is_some_and(|media| media.key.starts_with("application/x-www-form-urlencoded")) {
        return Ok(Style::Querystring);
    }
    let message = match content {
        Some(media) => format!("a query string of the media type `{}` is not supported", excerpt(&media.key)),
        None => "a parameter with `in: querystring` needs `content`".to_owned(),
    };
    let error = Diagnostic::error(codes::BAD_PARAMETER, span, message)
        .with_note(format!("a parameter of `{}`", operation.short_route()))
        .help("describe it under `content` as `application/x-www-form-urlencoded`, with a schema of type object");
    Err(report.error(error))
}

/// How a member of a form is serialized, if its Encoding Object says it. The styles are those of queries.
pub fn member_style(encoding: &Node<'_>, report: &mut Report) -> Option<Serialization> {
    let is_there = ["style", "explode", "allowReserved"].iter().any(|key| encoding.get(key).is_some());
    if !is_there && encoding.mark.is_none() {
        return None;
    }
    let style = style(encoding, ParamLocation::In(SourceLocation::Query), report);
    let truth = |key: &str| encoding.get(key).and_then(Node::as_bool);
    Some(Serialization {
        style,
        explode: truth("explode").unwrap_or(matches!(style, Style::Form | Style::DeepObject)),
        reserved: truth("allowReserved").unwrap_or(false),
    })
}

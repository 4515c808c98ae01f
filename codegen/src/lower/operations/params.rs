//! Lowers parameters: those of the path item and the operation, those that only the path names, and those that carry a
//! credential.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::document::load::node::Node;
use crate::document::references::Refs;
use crate::document::spec::{SpecOperation, condition};
use crate::ir::auth::{Auth, SchemeId};
use crate::ir::ident::Ident;
use crate::ir::operation::{Operation, Param, ParamLocation, Segment, Style};
use crate::ir::schemes::SourceLocation;
use crate::ir::types::{Literal, Type};
use crate::lower::media::{MediaKind, media_kind};
use crate::lower::names;
use crate::lower::names::{Case, Wanted};
use crate::lower::operations::sites::Site;
use crate::lower::styles;
use crate::lower::types::Types;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::collections::hash_map::Entry;

/// The names of the methods of a request, which no setter may have.
const REQUEST_METHODS: &[&str] = &[
    "body",
    "build",
    "build_authorized",
    "clone",
    "drop",
    "fmt",
    "from",
    "header",
    "into",
    "into_future",
    "json",
    "method",
    "new",
    "path_text",
    "query",
    "reconnect",
    "request",
    "retry",
    "self",
    "send",
    "send_blocking",
    "send_streaming",
    "send_with",
    "timeout",
];

/// The methods of a call whose operation has pages.
const PAGE_METHODS: &[&str] = &["items", "pages"];

/// What lowering a part of an operation needs.
pub struct Context<'p, 'd, 's> {
    /// The references of the document.
    pub refs: &'d Refs<'d, 's>,
    /// The types of the document.
    pub types: &'p mut Types<'d, 's>,
    /// The operation that the part belongs to.
    pub site: &'p Site,
    /// Whether the configuration says how its pages follow one another.
    pub is_paginated: bool,
}

/// Adds the path, query, header and cookie parameters, and splits the path into its segments.
pub fn fill<'d, 's>(
    context: &mut Context<'_, 'd, 's>,
    operation: &mut Operation,
    from: &SpecOperation<'d, 's>,
    auth: &Auth,
    report: &mut Report,
) {
    let declared = declared(context, from, report);
    let pieces = pieces(from, report);
    let mut chosen = in_path(&pieces, &declared, from, report);
    let count_in_path = chosen.len();
    chosen.extend(not_in_path(operation, from, &declared, &chosen, auth, report));
    let names = names_of(&chosen, count_in_path, &methods_of(operation, &chosen, context.is_paginated));
    let mut pieces = pieces.into_iter();
    let mut text_before = |segments: &mut Vec<Segment>| {
        for piece in pieces.by_ref() {
            let Piece::Text(text) = piece else { break };
            segments.push(Segment::Text(text));
        }
    };
    for (index, (chosen, name)) in chosen.iter().zip(names).enumerate() {
        let is_in_path = index < count_in_path;
        if is_in_path {
            text_before(&mut operation.segments);
        }
        let param = match chosen.declared {
            Some(declared) => lower(context, operation, declared, name, report),
            None => Ok(string_param(name, chosen.wire)),
        };
        let Ok(mut param) = param else { continue };
        if is_in_path {
            param.location = ParamLocation::Path { greedy: chosen.greedy };
            param.required = true;
            operation.segments.push(Segment::Param(operation.params.len()));
        }
        operation.params.push(param);
    }
    text_before(&mut operation.segments);
}

/// The locations of parameters besides the path, in the order of the method's arguments.
const PARTS: &[&str] = &["query", "querystring", "header", "cookie"];

/// A parameter that an operation has.
struct Chosen<'c, 'd, 's> {
    wire: &'c str,
    greedy: bool,
    /// `None` if only the path names the parameter.
    declared: Option<&'c Declared<'d, 's>>,
}

/// The parameters that the path names, in its order.
fn in_path<'c, 'd, 's>(
    pieces: &[Piece<'d>],
    declared: &'c [Declared<'d, 's>],
    from: &SpecOperation<'d, 's>,
    report: &mut Report,
) -> Vec<Chosen<'c, 'd, 's>> {
    let of_path = declared.iter().filter(|declared| declared.location == "path");
    let by_name: FxHashMap<&str, &Declared<'d, 's>> = of_path.map(|declared| (declared.name, declared)).collect();
    let mut chosen = Vec::new();
    for name in pieces.iter().filter_map(Piece::parameter) {
        let wire = name.trim_end_matches('+');
        // REST exports declare `{proxy+}` as `proxy`, HTTP exports as `proxy+`.
        let declared = [name, wire].iter().find_map(|name| by_name.get(name).copied());
        if declared.is_none() && !from.is_default_route() {
            let message = format!(
                "`{}` does not declare its path parameter `{{{wire}}}`: treated as a string",
                from.short_route()
            );
            report.push(Diagnostic::note(codes::UNDECLARED_PARAMETER, from.path_span, message));
        }
        chosen.push(Chosen { wire, greedy: name.ends_with('+') || from.is_default_route(), declared });
    }
    chosen
}

/// The names of the parameters, of which the first ones are in the path.
/// The methods that a call of an operation has.
fn methods_of(operation: &Operation, chosen: &[Chosen<'_, '_, '_>], is_paginated: bool) -> Vec<&'static str> {
    let mut methods = REQUEST_METHODS.to_vec();
    if is_paginated {
        methods.extend(PAGE_METHODS);
    }
    if let Some(header) = &operation.idempotency {
        let is_key =
            |declared: &Declared<'_, '_>| declared.location == "header" && declared.name.eq_ignore_ascii_case(header);
        let is_declared = chosen.iter().any(|chosen| chosen.declared.is_some_and(is_key));
        methods.extend((!is_declared).then_some("idempotency_key"));
    }
    methods
}

fn names_of(chosen: &[Chosen<'_, '_, '_>], count_in_path: usize, reserved: &[&str]) -> Vec<Ident> {
    let mut times: FxHashMap<&str, usize> = FxHashMap::default();
    let wanted: Vec<Wanted> = chosen
        .iter()
        .enumerate()
        .map(|(index, chosen)| {
            let wire = chosen.wire;
            let part = chosen.declared.map_or("path", |declared| declared.location);
            // A path can have a parameter more than once.
            let time = if index < count_in_path { times.entry(wire).or_insert(0) } else { &mut 0 };
            *time += 1;
            let text = if *time > 1 { format!("{wire} {time}") } else { wire.to_owned() };
            let mut wanted = Wanted::text(&text);
            // `id` and `ID` in the query, and `id` in the header: `id_lower_query`, `id_upper`, `id_header`.
            wanted.candidates =
                wanted.candidates.iter().flat_map(|name| [name.clone(), format!("{name} {part}")]).collect();
            Wanted { identity: format!("{part} {text}"), ..wanted }
        })
        .collect();
    names::settle(&wanted, Case::Snake, reserved)
}

/// The declared parameters that are neither in the path nor a credential, by location and name. Those that `in_path` does not
/// have are reported.
fn not_in_path<'c, 'd, 's>(
    operation: &Operation,
    from: &SpecOperation<'_, '_>,
    declared: &'c [Declared<'d, 's>],
    in_path: &[Chosen<'c, 'd, 's>],
    auth: &Auth,
    report: &mut Report,
) -> Vec<Chosen<'c, 'd, 's>> {
    let credentials = credential_locations(operation, auth);
    let used: FxHashSet<&str> = in_path.iter().filter_map(|chosen| chosen.declared).map(|d| d.name).collect();
    let mut others = Vec::new();
    for declared in declared {
        let lower_name = declared.name.to_ascii_lowercase();
        match declared.location {
            "path" if !used.contains(declared.name) => {
                let message = format!(
                    "`{}` declares the path parameter `{}`, which is not in its path: ignored",
                    from.short_route(),
                    declared.name
                );
                report.push(
                    Diagnostic::warning(codes::NOT_IN_PATH, declared.node.span, message)
                        .help("add the parameter to the path, or remove its declaration"),
                );
            }
            "path" => {}
            "header" if matches!(lower_name.as_str(), "accept" | "content-type" | "content-length" | "host") => {
                let message = format!(
                    "`{}` declares the header `{}` as a parameter, but the client sets it: ignored",
                    from.short_route(),
                    declared.name
                );
                report.push(
                    Diagnostic::note(codes::DROPPED_HEADER, declared.node.span, message)
                        .with_note("a parameter of this name is ignored (OpenAPI 3.0.3, \"Parameter Object\")"),
                );
            }
            location if credentials.contains(&(location, one_name(location, declared.name))) => {
                let message = format!(
                    "`{}` declares the {location} `{}` as a parameter, but it carries the credential: no argument is generated \
                     for it",
                    from.short_route(),
                    declared.name
                );
                report.push(Diagnostic::note(codes::FOLDED_CREDENTIAL, declared.node.span, message));
            }
            _ => others.push(declared),
        }
    }
    others.sort_by_key(|declared| (PARTS.iter().position(|part| *part == declared.location), declared.name));
    let chosen =
        |declared: &'c Declared<'d, 's>| Chosen { wire: declared.name, greedy: false, declared: Some(declared) };
    others.into_iter().map(chosen).collect()
}

/// A parameter as the document declares it.
struct Declared<'d, 's> {
    name: &'d str,
    location: &'d str,
    node: &'d Node<'s>,
    /// The site that contains it.
    site: Site,
}

/// The parameters of an operation: its own, then those of its path item that it does not override.
fn declared<'d, 's>(
    context: &Context<'_, 'd, 's>,
    from: &SpecOperation<'d, 's>,
    report: &mut Report,
) -> Vec<Declared<'d, 's>> {
    let mut found: Vec<Declared<'d, 's>> = Vec::new();
    let mut levels = FxHashMap::default();
    let item = context.site.path_item(from.path);
    let holders = [(from.node, context.site)].into_iter().chain(from.items.iter().map(|level| (*level, &item)));
    for (level, (holder, site)) in holders.enumerate() {
        let list = holder.get("parameters").and_then(Node::elements).unwrap_or_default();
        for element in list {
            let element = match condition(element, report) {
                Ok(element) => element,
                Err(undecided) => {
                    report.push(undecided.error());
                    continue;
                }
            };
            let Ok(resolved) = context.refs.resolve(element, report) else { continue };
            let node = resolved.node;
            let Ok((name, location)) = identity(node, from, report) else { continue };
            let same = if location == "header" { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) };
            match levels.entry((location, same)) {
                Entry::Vacant(first) => {
                    first.insert(level);
                    let site = site.holder_of(&resolved, element.get("$ref").is_some());
                    found.push(Declared { name, location, node, site });
                }
                // The operation's parameter overrides the path item's. A second declaration on one level is a mistake.
                Entry::Occupied(first) if *first.get() != level => {}
                Entry::Occupied(_) => {
                    let route = from.short_route();
                    let message = format!(
                        "`{route}` declares the {location} parameter `{name}` twice: the first declaration is used"
                    );
                    report.push(
                        Diagnostic::warning(codes::PARAMETER_TWICE, node.span, message)
                            .help("remove one of the two declarations"),
                    );
                }
            }
        }
    }
    found
}

/// The name and the location of a parameter, which identify it (OpenAPI 3.0.3, "Parameter Object").
fn identity<'d>(
    node: &'d Node<'_>,
    from: &SpecOperation<'_, '_>,
    report: &mut Report,
) -> Result<(&'d str, &'d str), Reported> {
    let (name, part) = (node.get("name").and_then(Node::as_scalar_text), node.get("in"));
    let location = part.and_then(|part| Some((part.as_str()?, part.span)));
    // The name of the whole query string is not sent.
    let is_querystring = location.is_some_and(|(location, _)| location == "querystring");
    let name = name.or(is_querystring.then_some(Cow::Borrowed("query")));
    let (Some(Cow::Borrowed(name)), Some((location, part))) = (name, location) else {
        let message = format!("parameter of `{}` without `name` or `in`", from.short_route());
        let error = Diagnostic::error(codes::BAD_PARAMETER, node.span, message).help("write both `name` and `in`");
        return Err(report.error(error));
    };
    if !matches!(location, "path" | "query" | "querystring" | "header" | "cookie") {
        let message = format!("`{}` has an unknown location for the parameter `{name}`", from.short_route());
        let error = Diagnostic::error(codes::BAD_PARAMETER, part, message)
            .help("write `in: path`, `query`, `querystring`, `header` or `cookie`");
        return Err(report.error(error));
    }
    Ok((name, location))
}

fn lower<'d, 's>(
    context: &mut Context<'_, 'd, 's>,
    operation: &Operation,
    declared: &Declared<'d, 's>,
    name: Ident,
    report: &mut Report,
) -> Result<Param, Reported> {
    let node = declared.node;
    let content = node.get("content").and_then(Node::members).and_then(|m| m.first());
    let schema = match content {
        Some(media) => media.value.get("schema"),
        None => node.get("schema"),
    };
    let ty = match schema {
        None => Type::String,
        Some(schema) => {
            let (name, location) = (declared.name, declared.location);
            let pascal = names::ident(name, Case::Pascal).to_string();
            let longer = format!("{pascal} {location}");
            let endings: &[&str] = if declared.site.is_component("Parameter") { &[""] } else { &[&pascal, &longer] };
            let origin = format!("the {location} parameter `{name}` of `{}`", operation.short_route());
            let at = declared.site.place(&format!("{location} {name}"), endings, origin);
            context.types.lower(schema, at, report)?
        }
    };
    let required = node.get("required").and_then(Node::as_bool).unwrap_or(false);
    // A parameter is text: without a value it is left out.
    let ty = match ty {
        Type::Nullable(inner) if !required => *inner,
        ty => ty,
    };
    let credential = declared.location == "header" && declared.name.eq_ignore_ascii_case("authorization");
    let ty = if credential && ty == Type::String { Type::Secret } else { ty };
    let location = match declared.location {
        "path" => ParamLocation::Path { greedy: false },
        "query" | "querystring" => ParamLocation::In(SourceLocation::Query),
        "cookie" => ParamLocation::In(SourceLocation::Cookie),
        _ => ParamLocation::In(SourceLocation::Header),
    };
    let style = match content {
        _ if declared.location == "querystring" => styles::querystring(node.span, content, operation, report)?,
        None => styles::style(node, location, report),
        Some(media) if media_kind(&media.key) == MediaKind::Json => Style::Json,
        // A text is sent unchanged.
        Some(_) if matches!(location, ParamLocation::In(SourceLocation::Query | SourceLocation::Cookie)) => Style::Form,
        Some(_) => Style::Simple,
    };
    let truth = |key: &str| node.get(key).and_then(Node::as_bool);
    let target = schema.and_then(|s| context.refs.resolve(s, report).ok()).map(|r| r.node);
    Ok(Param {
        name,
        wire: declared.name.to_owned(),
        location,
        required,
        style,
        explode: truth("explode").unwrap_or(matches!(style, Style::Form | Style::DeepObject)),
        reserved: truth("allowReserved").unwrap_or(false),
        default: target.and_then(|t| t.get("default")).and_then(|d| literal(d, &ty)),
        ty,
        doc: node.get("description").and_then(Node::as_str).map(str::to_owned),
        deprecated: truth("deprecated").unwrap_or(false),
    })
}

fn literal(node: &Node<'_>, ty: &Type) -> Option<Literal> {
    match ty {
        Type::Bool => node.as_bool().map(Literal::Bool),
        Type::I32 | Type::I64 | Type::U32 | Type::U64 | Type::I128 => node.as_i64().map(Literal::Integer),
        Type::F64 => node.as_number().and_then(|n| n.parse::<f64>().ok()).filter(|n| n.is_finite()).map(Literal::Float),
        _ => node.as_str().map(|s| Literal::String(s.to_owned())),
    }
}

fn string_param(name: Ident, wire: &str) -> Param {
    Param {
        name,
        wire: wire.to_owned(),
        location: ParamLocation::Path { greedy: false },
        ty: Type::String,
        required: true,
        style: Style::Simple,
        explode: false,
        reserved: false,
        default: None,
        doc: None,
        deprecated: false,
    }
}

/// The locations of the credentials of an operation, with the name that [`one_name`] returns.
fn credential_locations(operation: &Operation, auth: &Auth) -> FxHashSet<(&'static str, String)> {
    let Some(requirement) = operation.requirement else { return FxHashSet::default() };
    let needs = auth[requirement].alternatives.iter().flatten();
    let schemes: FxHashSet<SchemeId> = needs.map(|need| need.scheme).collect();
    let mut locations = FxHashSet::default();
    for scheme in schemes.into_iter().map(|scheme| &auth[scheme]) {
        locations.extend(scheme.kind.fixed_location().map(|fixed| (fixed.location.as_str(), fixed.name.to_owned())));
        locations.extend(scheme.sources.iter().map(|s| (s.location.as_str(), one_name(s.location.as_str(), &s.name))));
    }
    locations
}

/// A name in the form in which names are compared: the case matters in query parameters and cookies, but not in headers (RFC
/// 9110, section 5.1).
fn one_name(location: &str, name: &str) -> String {
    if location == SourceLocation::Header.as_str() { name.to_ascii_lowercase() } else { name.to_owned() }
}

enum Piece<'d> {
    Text(String),
    Param(&'d str),
}

impl<'d> Piece<'d> {
    fn parameter(&self) -> Option<&'d str> {
        if let Self::Param(name) = self { Some(name) } else { None }
    }
}

/// The pieces of a path, with percent-encoded text.
fn pieces<'d>(from: &SpecOperation<'d, '_>, report: &mut Report) -> Vec<Piece<'d>> {
    if from.is_default_route() {
        return vec![Piece::Text("/".to_owned()), Piece::Param("path")];
    }
    let mut pieces = Vec::new();
    let mut text = if from.path.starts_with('/') { String::new() } else { "/".to_owned() };
    let mut rest = from.path;
    // A `#` in braces is part of a name.
    while let Some((before, after)) = rest.split_once('{').filter(|(before, _)| !before.contains('#')) {
        let Some((name, after)) = after.split_once('}').filter(|(n, _)| !n.is_empty() && !n.contains('{')) else {
            break;
        };
        encode(before, &mut text);
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(Piece::Param(name));
        rest = after;
    }
    if let Some((sent, _)) = rest.split_once('#') {
        let message = format!("the part after `#` in the path of `{}` is not sent", from.short_route());
        report.push(Diagnostic::note(codes::PATH_FRAGMENT, from.path_span, message));
        rest = sent;
    }
    encode(rest, &mut text);
    if !text.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// Percent-encodes the text of a path (RFC 3986, section 3.3). `?` is kept, because documents have fixed queries in paths.
fn encode(text: &str, into: &mut String) {
    use std::fmt::Write as _;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&byte) {
            into.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

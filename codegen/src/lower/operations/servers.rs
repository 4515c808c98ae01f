//! The base URL of the API, and the region in its host name.

use crate::config::options::Options;
use crate::config::{lines, named, quoted};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Severity};
use crate::diagnostics::texts::{excerpt, nearest};
use crate::document::load::node::Node;
use crate::document::spec::Spec;
use crate::document::unfilled;
use crate::document::values::has_placeholder;
use rustc_hash::FxHashSet;

/// The base URL of the configuration or of the document: absolute, with normalized slashes, and without a trailing slash.
/// `None` if there is none that a client can use. It can always be set at run time.
pub fn base_url(spec: &Spec<'_, '_>, options: &Options, report: &mut Report) -> Option<String> {
    if let Some(url) = &options.base_url {
        return Some(url.clone());
    }
    let servers = spec.root.get("servers").and_then(Node::elements).unwrap_or_default();
    let disabled_for_all = spec.root.get(ENDPOINT).filter(|node| is_disabled(node));
    let mut disabled = None;
    // A server with TLS takes precedence over one without, which is usually for tests.
    let mut plain = None;
    for server in servers {
        let Some(url) = server.get("url").and_then(Node::as_str) else { continue };
        let filled = fill(url, server.get("variables"), options);
        match filled.as_deref().and_then(normalise) {
            Some(url) => {
                let says_so = server.get(ENDPOINT).filter(|node| is_disabled(node)).or(disabled_for_all);
                match says_so.filter(|_| execute_api_region(&url).is_some()) {
                    None if url.starts_with("https:") => return Some(url),
                    None => drop(plain.get_or_insert(url)),
                    Some(says_so) => {
                        disabled.get_or_insert((server.span, says_so.span));
                    }
                }
            }
            None if url.starts_with('/') || url.is_empty() || has_placeholder(url) => {}
            None => report.push(
                Diagnostic::note(
                    codes::BAD_SERVER,
                    server.span,
                    "the server URL is not an absolute `https` or `http` URL: ignored",
                )
                .help(server_help(url)),
            ),
        }
    }
    if plain.is_some() {
        return plain;
    }
    if let Some((server, says_so)) = disabled {
        let message = "the execute-api host is disabled or private: it is not used as the default base URL";
        report.push(
            Diagnostic::warning(codes::DISABLED_HOST, server, message)
                .related(says_so, "disabled here")
                .help(format!("set the custom domain in cogen.toml, or pass it at run time:{}", base_url_lines())),
        );
        return None;
    }
    let span = spec.root.get("servers").map_or(spec.root.span, |s| s.span);
    let message = "the document has no base URL: pass one to the builder of the client";
    let urls = servers.iter().filter_map(|server| server.get("url"));
    // A relative URL is not a base URL, also with values for its variables.
    let urls =
        urls.filter(|url| url.as_str().is_none_or(|text| text.starts_with("https://") || text.starts_with("${")));
    let names: Vec<String> = urls.flat_map(unfilled::names_of).collect();
    let help = match names.as_slice() {
        [] => format!("set a default in cogen.toml:{}", base_url_lines()),
        names => format!("set `base-url` under `[api]`, or {}", unfilled::fill(names, "\"VALUE\"")),
    };
    report.push(Diagnostic::note(codes::NO_BASE_URL, span, message).help(help));
    None
}

/// How the text of a server becomes a URL.
fn server_help(url: &str) -> String {
    let names: Vec<&str> = variables_in(url).take(8).filter(|name| name.len() < 80).collect();
    if names.is_empty() {
        return format!("correct it, or set the base URL in cogen.toml:{}", base_url_lines());
    }
    let each: Vec<String> = names.into_iter().map(|name| format!("{} = \"VALUE\"", quoted(name))).collect();
    let lines = lines("server-variables", &each.join("\n"));
    format!("set the values of its variables in cogen.toml, or `base-url` under `[api]`:{lines}")
}

fn base_url_lines() -> String {
    lines("api", "base-url = \"https://api.example.com\"")
}

/// The names of the variables in a server's URL.
fn variables_in(url: &str) -> impl Iterator<Item = &str> {
    url.split('{')
        .skip(1)
        .filter_map(|after| after.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| !name.is_empty())
}

/// Reports the keys of `[server-variables]` that no server of the document has.
pub fn report_unused(spec: &Spec<'_, '_>, options: &Options, report: &mut Report) {
    let mut names: FxHashSet<&str> = FxHashSet::default();
    for server in spec.root.get("servers").and_then(Node::elements).unwrap_or_default() {
        names.extend(server.get("url").and_then(Node::as_str).into_iter().flat_map(variables_in));
        let declared = server.get("variables").and_then(Node::members).unwrap_or_default();
        names.extend(declared.iter().map(|member| &*member.key));
    }
    for key in options.server_variables.keys().filter(|key| !names.contains(key.as_str())) {
        let message = format!("unknown server variable `{}` in `[server-variables]`", excerpt(key));
        let help = match nearest(key, names.iter().copied()) {
            Some(near) => format!("did you mean `{}`?", excerpt(near)),
            None if names.is_empty() => {
                format!("the servers of the document have no variables; to set the base URL:{}", base_url_lines())
            }
            None => {
                let mut all: Vec<String> = names.iter().map(|name| excerpt(name).into_owned()).collect();
                all.sort_unstable();
                all.truncate(20);
                format!("the servers of the document have the variables {}", named(&all))
            }
        };
        let location = options.places.of("server-variables", key);
        report.push(Diagnostic::new(Severity::Error, codes::NAMES_NO_VARIABLE, location, message).help(help));
    }
}

/// Reports the values of `[server-variables]` that the document does not list for their variables.
pub fn report_unlisted(spec: &Spec<'_, '_>, options: &Options, report: &mut Report) {
    let servers = spec.root.get("servers").and_then(Node::elements).unwrap_or_default();
    for (key, value) in &options.server_variables {
        let variables = servers.iter().filter_map(|server| server.get("variables")?.get(key)?.get("enum")?.elements());
        let mut listed: Vec<_> = variables.flatten().filter_map(Node::as_scalar_text).collect();
        if listed.is_empty() || listed.iter().any(|known| known == value) {
            continue;
        }
        listed.truncate(20);
        let listed: Vec<String> = listed.iter().map(|known| excerpt(known).into_owned()).collect();
        let message = format!("`{}` is not a listed value of the server variable `{}`", excerpt(value), excerpt(key));
        let location = options.places.of("server-variables", key);
        report.push(
            Diagnostic::new(Severity::Error, codes::VALUE_NOT_LISTED, location, message)
                .help(format!("use a value that the document lists: {}", named(&listed))),
        );
    }
}

/// Whether the servers of an operation or a path item are servers of the document as well.
pub fn are_the_documents(root: &Node<'_>, own: &Node<'_>) -> bool {
    let urls = |servers: Option<&Node<'_>>| -> Vec<String> {
        let servers = servers.and_then(Node::elements).unwrap_or_default();
        servers.iter().filter_map(|server| server.get("url")?.as_str()).map(str::to_owned).collect()
    };
    let document = urls(root.get("servers"));
    urls(Some(own)).iter().all(|url| document.contains(url))
}

/// Reports whether its execute-api host can be called.
const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";

/// Whether an endpoint configuration turns the execute-api host off or makes it private.
fn is_disabled(node: &Node<'_>) -> bool {
    let disabled = node.get("disableExecuteApiEndpoint").and_then(Node::as_scalar_text);
    disabled.is_some_and(|text| text.eq_ignore_ascii_case("true")) || node.get("vpcEndpointIds").is_some()
}

/// The region for signatures, if it is in an execute-api host name.
pub fn region(spec: &Spec<'_, '_>, base_url: Option<&str>) -> Option<String> {
    if let Some(region) = base_url.and_then(execute_api_region) {
        return Some(region);
    }
    let servers = spec.root.get("servers").and_then(Node::elements).unwrap_or_default();
    servers.iter().filter_map(|s| s.get("url")?.as_str()).find_map(execute_api_region)
}

/// The description in `x-amazon-apigateway-documentation`, if `info` has none.
pub fn documentation(spec: &Spec<'_, '_>) -> Option<String> {
    let parts = spec.root.get("x-amazon-apigateway-documentation")?.get("documentationParts")?.elements()?;
    let of_api = |p: &&Node<'_>| p.get("location").and_then(|l| l.get("type")).and_then(Node::as_str) == Some("API");
    parts.iter().find(of_api)?.get("properties")?.get("description")?.as_str().map(str::to_owned)
}

/// Whether a URL contains a user name or a password.
pub(crate) fn has_user(url: &url::Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// The maximum length of a URL. Longer ones need not be supported (RFC 9110, section 4.1), and a URL can repeat a variable many
/// times.
const LONGEST_URL: usize = 8_000;

/// A URL with its variables filled: from the configuration, else by their defaults.
fn fill(url: &str, variables: Option<&Node<'_>>, options: &Options) -> Option<String> {
    let mut filled = String::new();
    let mut rest = Some(url).filter(|url| url.len() <= LONGEST_URL)?;
    while let Some((before, after)) = rest.split_once('{').filter(|_| filled.len() <= LONGEST_URL) {
        let (name, after) = after.split_once('}')?;
        let default = variables.and_then(|v| v.get(name)).and_then(|v| v.get("default"));
        let default = default.and_then(Node::as_scalar_text);
        let value = options.server_variables.get(name).map(String::as_str).or(default.as_deref())?;
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    (!has_placeholder(&filled)).then_some(filled)
}

/// An absolute URL without user info, query, fragment, double slashes and a slash at the end.
fn normalise(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url.trim()).ok()?;
    let more = has_user(&parsed) || parsed.fragment().is_some() || parsed.query().is_some();
    if !matches!(parsed.scheme(), "https" | "http") || more {
        return None;
    }
    let host = parsed.host_str()?;
    let port = parsed.port().filter(|p| *p != 0).map(|p| format!(":{p}")).unwrap_or_default();
    if parsed.port() == Some(0) {
        return None;
    }
    let path: String = parsed.path().split('/').filter(|s| !s.is_empty()).map(|s| format!("/{s}")).collect();
    Some(format!("{}://{host}{port}{path}", parsed.scheme()))
}

/// The region of `https://{id}.execute-api.{region}.amazonaws.com`.
fn execute_api_region(url: &str) -> Option<String> {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', ':']).next()?;
    let (_, rest) = host.split_once(".execute-api.")?;
    let region = rest.strip_suffix(".amazonaws.com").or_else(|| rest.strip_suffix(".amazonaws.com.cn"))?;
    let label = region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (label && !region.is_empty()).then(|| region.to_owned())
}

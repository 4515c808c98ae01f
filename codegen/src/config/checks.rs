//! Checks the strings of a configuration, each with the source of its rule.

use crate::config::crate_name;
use crate::config::options::{DuplicateKeys, HeaderForm, IdentitySource, SecurityMode};
use crate::config::reader::{InvalidValue, listed};
use crate::config::relative_path;
use crate::ir::ident::{Ident, is_cjk};
use crate::ir::schemes::{SchemeKind, SourceLocation, UserPool};
use heck::{ToSnakeCase, ToUpperCamelCase};
use url::{Position, Url};

pub(super) fn crate_name(text: &str) -> Result<String, InvalidValue> {
    match crate_name::invalid_reason(text) {
        Some(why) => Err(InvalidValue::new(why).help("use a valid Cargo package name, such as `petstore`")),
        None => Ok(text.to_owned()),
    }
}

/// A version of Semantic Versioning 2.0.0, as Cargo parses it.
pub(super) fn version(text: &str) -> Result<String, InvalidValue> {
    semver::Version::parse(text)
        .map(|v| v.to_string())
        .map_err(|e| InvalidValue::new(e.to_string()).help("write a semantic version (semver.org) such as `0.1.0`"))
}

pub(super) fn version_requirement(text: &str) -> Result<String, InvalidValue> {
    semver::VersionReq::parse(text)
        .map(|_| text.trim().to_owned())
        .map_err(|e| InvalidValue::new(e.to_string()).help("write a Cargo version requirement such as `0.1`"))
}

/// The name of a feature by the rules of Cargo, restricted to ASCII.
pub(super) fn feature(text: &str) -> Result<String, InvalidValue> {
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let goes_on = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+.".contains(&b));
    if starts && goes_on {
        return Ok(text.to_owned());
    }
    Err(InvalidValue::new("not the name of a Cargo feature").help("use ASCII letters, digits, `_`, `-`, `+` and `.`"))
}

/// A directory, which is written into the manifest unchanged.
pub(super) fn directory(text: &str) -> Result<String, InvalidValue> {
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(InvalidValue::new("not the path of a directory").help("write a path without control characters"));
    }
    Ok(text.to_owned())
}

/// A path that stays below the directory of the configuration.
pub(super) fn path_below(text: &str) -> Result<String, InvalidValue> {
    use std::path::{Component, Path};
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(InvalidValue::new("not the path of a file")
            .help("write a path below the directory of this file, such as `source.yaml`"));
    }
    let below = |c: Component<'_>| matches!(c, Component::Normal(_) | Component::CurDir);
    // A backslash is a separator on Windows only. The meaning of the configuration must not depend on the system.
    if text.contains('\\') || !Path::new(text).components().all(below) || text.as_bytes().get(1) == Some(&b':') {
        return Err(InvalidValue::new("the path leaves the directory of this file")
            .help("write a path below that directory, with `/`; for any other path, use `--schemas`"));
    }
    Ok(text.to_owned())
}

/// A path that stays below the directory of the document, without `.`.
pub(super) fn file_below(text: &str) -> Result<String, InvalidValue> {
    relative_path::joined(&[], text).filter(|_| path_below(text).is_ok()).ok_or_else(|| {
        InvalidValue::new("the path must be below the directory of the document")
            .help("write a path relative to the document, with `/`, such as `schemas/pet.yaml`")
    })
}

/// The URL of a git repository as Cargo accepts it, without credentials.
pub(super) fn git(text: &str) -> Result<String, InvalidValue> {
    const HELP: &str = "write the URL of a git repository, such as `https://github.com/OWNER/NAME`";
    let url = Url::parse(text).map_err(|e| InvalidValue::new(e.to_string()).help(HELP))?;
    if !["https", "http", "ssh", "git", "file"].contains(&url.scheme()) {
        let why = format!("Cargo does not fetch git repositories with the URL scheme `{}`", url.scheme());
        return Err(InvalidValue::new(why).help(HELP));
    }
    if url.password().is_some() {
        return Err(InvalidValue::new("the URL contains a password")
            .help("remove the password and use git's credential helper"));
    }
    Ok(url.into())
}

/// The name of a commit, tag or branch of a git repository (`git check-ref-format`).
pub(super) fn git_reference(text: &str) -> Result<String, InvalidValue> {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"~^:?*[\\".contains(c);
    if text.is_empty() || text.starts_with('-') || text.contains("..") || !text.chars().all(plain) {
        return Err(InvalidValue::new("not a valid git reference")
            .help("write the name of a branch or a tag, or a commit hash"));
    }
    Ok(text.to_owned())
}

/// An absolute URL to which paths can be appended, without empty segments.
pub(crate) fn base_url(text: &str) -> Result<String, InvalidValue> {
    let url = web_url(text)?;
    if url.query().is_some() {
        return Err(InvalidValue::new("a base URL cannot have a query").help("remove `?` and what follows it"));
    }
    let path: String = url.path().split('/').filter(|part| !part.is_empty()).map(|part| format!("/{part}")).collect();
    Ok(format!("{}{path}", &url[..Position::BeforePath]))
}

/// The origin of a user pool's managed login.
pub(super) fn domain(text: &str) -> Result<String, InvalidValue> {
    const HELP: &str = "write an origin such as `https://auth.example.com`";
    let url = web_url(text).map_err(|invalid| invalid.help(HELP))?;
    if url.scheme() != "https" {
        return Err(InvalidValue::new("the scheme must be `https`").help(HELP));
    }
    if url.path() != "/" || url.query().is_some() {
        return Err(InvalidValue::new("only an origin is allowed, without a path or query").help(HELP));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// An issuer of tokens: an `https` URL without query and fragment, which is compared as written (OpenID Connect Core, section
/// 2).
pub(super) fn issuer(text: &str) -> Result<String, InvalidValue> {
    const HELP: &str = "write the value of the tokens' `iss` claim, such as \
                        `https://issuer-cognito-idp.REGION.amazonaws.com/POOL_ID`";
    let url = web_url(text).map_err(|invalid| invalid.help(HELP))?;
    if url.scheme() != "https" {
        return Err(InvalidValue::new("an issuer must be an `https` URL (OpenID Connect Core, section 2)").help(HELP));
    }
    if url.query().is_some() {
        return Err(InvalidValue::new("an issuer cannot have a query (OpenID Connect Core, section 2)").help(HELP));
    }
    Ok(text.to_owned())
}

/// One lower-case label of a DNS name (RFC 1123, section 2.1): a Region becomes part of host names and must not change their
/// domain.
pub(super) fn region(text: &str) -> Result<String, InvalidValue> {
    let inner = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if inner && (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-') {
        return Ok(text.to_owned());
    }
    Err(InvalidValue::new("not an AWS Region").help("write the code of the Region, such as `eu-central-1`"))
}

/// `[\w-]+_[0-9a-zA-Z]+`, at most 55 characters
/// (<https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html>).
pub(super) fn user_pool(text: &str) -> Result<UserPool, InvalidValue> {
    let help = "write the id of a user pool, such as `us-east-1_AbC123`: the AWS Region, `_`, then letters and digits";
    let Some((before, after)) = text.rsplit_once('_') else {
        return Err(InvalidValue::new("a user pool id must contain `_`").help(help));
    };
    if region(before).is_err() {
        return Err(InvalidValue::new("the part before `_` must be an AWS Region").help(help));
    }
    if after.is_empty() || text.len() > 55 || !after.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(InvalidValue::new(
            "the part after `_` must consist of ASCII letters and digits, and the id of at most 55 characters",
        )
        .help(help));
    }
    Ok(UserPool { region: before.to_owned(), id: text.to_owned() })
}

/// `[\w+]+`, at most 128 characters
/// (<https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html>).
pub(super) fn app_client_id(text: &str) -> Result<String, InvalidValue> {
    let all = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'+');
    if all && (1..=128).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    Err(InvalidValue::new("not the id of an app client").help("write the id, which has at most 128 letters and digits"))
}

/// `header:NAME` or `query:NAME`.
pub(super) fn identity_source(text: &str) -> Result<IdentitySource, InvalidValue> {
    let help = "write `header:X-Tenant` or `query:tenant`";
    let invalid = |why: &str| Err(InvalidValue::new(why).help(help));
    let (location, name) = match text.split_once(':') {
        // A token of RFC 9110, section 5.6.2.
        Some(("header", name)) => {
            let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            if name.is_empty() || !name.bytes().all(token) {
                return invalid("`header:` must be followed by a valid header name");
            }
            (SourceLocation::Header, name)
        }
        Some(("query", name)) => {
            if name.is_empty() || name.chars().any(char::is_control) {
                return invalid("`query:` must be followed by the name of a query parameter");
            }
            (SourceLocation::Query, name)
        }
        _ => return invalid("an identity source must begin with `header:` or `query:`"),
    };
    Ok(IdentitySource { location, name: name.to_owned() })
}

/// A kind for an undefined scheme. `http` is not accepted, because it does not determine the HTTP authentication scheme.
pub(super) fn scheme_kind(text: &str) -> Result<SchemeKind, InvalidValue> {
    if let Some(kind) = BINDABLE.into_iter().find(|kind| kind.as_str() == text) {
        return Ok(kind);
    }
    let kinds = BINDABLE.map(|kind| kind.as_str());
    Err(InvalidValue::new("unknown kind").help(match crate::diagnostics::texts::nearest(text, kinds.into_iter()) {
        Some(near) => format!("did you mean `{near}`? The kinds are {}", listed(&kinds)),
        None => format!("the kinds are {}", listed(&kinds)),
    }))
}

pub(super) fn header_form(text: &str) -> Result<HeaderForm, InvalidValue> {
    match text {
        "bearer" => Ok(HeaderForm::Bearer),
        "bare" => Ok(HeaderForm::Bare),
        _ => Err(InvalidValue::new("unknown form").help(
            "write `bearer` to send `Bearer ` before the token, or `bare` to send the \
                                                  token alone",
        )),
    }
}

pub(super) fn security(text: &str) -> Result<SecurityMode, InvalidValue> {
    match text {
        "auto" => Ok(SecurityMode::Auto),
        "gateway" => Ok(SecurityMode::Gateway),
        "openapi" => Ok(SecurityMode::OpenApi),
        _ => Err(InvalidValue::new("unknown mode").help("write `auto`, `gateway` or `openapi`")),
    }
}

pub(super) fn duplicate_keys(text: &str) -> Result<DuplicateKeys, InvalidValue> {
    match text {
        "first" => Ok(DuplicateKeys::First),
        "last" => Ok(DuplicateKeys::Last),
        _ => Err(InvalidValue::new("unknown choice").help("write `first` or `last`: the member that counts")),
    }
}

/// The name of a method: an identifier in `snake_case`, so that the generated crate compiles without warnings.
pub(super) fn method_name(text: &str) -> Result<Ident, InvalidValue> {
    let ident = ident(text)?;
    let plain = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || is_cjk(c));
    if plain && !text.contains("__") && !text.starts_with('_') && !text.ends_with('_') {
        return Ok(ident);
    }
    Err(InvalidValue::new("a method name must be in `snake_case`").help(format!("write `{}`", text.to_snake_case())))
}

/// The constant of an environment: its name in upper case.
pub(super) fn environment(text: &str) -> Result<Ident, InvalidValue> {
    let help = "begin with a letter, then use letters, digits, `-` and `_`, for example `dev` or `eu-prod`";
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) || !text.bytes().all(inner) || text.len() > 64 {
        return Err(InvalidValue::new("not a valid environment name").help(help));
    }
    let constant = text.to_ascii_uppercase().replace('-', "_");
    if constant == "ALL" {
        return Err(InvalidValue::new("the constant `ALL` is the list of all environments").help(help));
    }
    Ident::new(constant.as_str()).ok_or_else(|| InvalidValue::new("not a valid environment name").help(help))
}

/// The name of a type: an identifier in `UpperCamelCase`, so that the generated crate compiles without warnings.
pub(super) fn type_name(text: &str) -> Result<Ident, InvalidValue> {
    let ident = ident(text)?;
    if text.starts_with(|c: char| c.is_ascii_uppercase() || is_cjk(c)) && !text.contains('_') {
        return Ok(ident);
    }
    Err(InvalidValue::new("a type name must be in `UpperCamelCase`")
        .help(format!("write `{}`", text.to_upper_camel_case())))
}

/// The segments of an absolute path to a type: `::my_crate::Money`.
pub(super) fn type_path(text: &str) -> Result<Vec<Ident>, InvalidValue> {
    const HELP: &str =
        "write the absolute path of a type, such as `::my_crate::Money`, and add the crate to `[dependencies]`";
    let path = text.strip_prefix("::").unwrap_or(text);
    let segments: Option<Vec<Ident>> = path.split("::").map(Ident::new).collect();
    match segments {
        Some(segments) if segments.len() > 1 => Ok(segments),
        Some(_) => Err(InvalidValue::new("the path does not name a crate").help(HELP)),
        None => Err(InvalidValue::new("not the absolute path of a type").help(HELP)),
    }
}

/// The name of an operation: its `operationId`, or `METHOD /path` with the method in upper case.
pub(super) fn operation(text: &str) -> Result<String, InvalidValue> {
    const METHODS: [&str; 10] = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY", "ANY"];
    if text.is_empty() {
        return Err(InvalidValue::new("the text is empty").help("write an `operationId`, or `GET /pets`"));
    }
    // An `operationId` can contain spaces, but a space followed by a slash means `METHOD /path`.
    let Some((method, path)) = text.split_once(' ').filter(|(_, path)| path.starts_with('/')) else {
        return Ok(text.to_owned());
    };
    let upper = method.to_ascii_uppercase();
    if METHODS.contains(&upper.as_str()) {
        return Ok(format!("{upper} {path}"));
    }
    // The methods of `additionalOperations` are written as in the document.
    if !method.is_empty() && method.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)) {
        return Ok(format!("{method} {path}"));
    }
    Err(InvalidValue::new("not an HTTP method").help(format!("the methods are {}", listed(&METHODS))))
}

/// The name of a header (RFC 9110, section 5.1) that carries neither a credential nor the form of the message.
pub(super) fn header_name(text: &str) -> Result<String, InvalidValue> {
    const KEPT: [&str; 9] = [
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "proxy-authorization",
        "transfer-encoding",
        "x-api-key",
    ];
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if text.is_empty() || !text.bytes().all(is_token) || KEPT.contains(&text.to_ascii_lowercase().as_str()) {
        return Err(
            InvalidValue::new("not the name of a header for a key").help("write a name such as `Idempotency-Key`")
        );
    }
    Ok(text.to_owned())
}

const BINDABLE: [SchemeKind; 11] = [
    SchemeKind::CognitoUserPools,
    SchemeKind::Jwt { experimental: false },
    SchemeKind::LambdaToken,
    SchemeKind::LambdaRequest,
    SchemeKind::Lambda,
    SchemeKind::Iam,
    SchemeKind::ApiKey,
    SchemeKind::OAuth2,
    SchemeKind::OpenIdConnect,
    SchemeKind::Bearer,
    SchemeKind::Basic,
];

fn ident(text: &str) -> Result<Ident, InvalidValue> {
    Ident::new(text).ok_or_else(|| {
        InvalidValue::new("not a Rust identifier, or a keyword")
            .help("use ASCII, Chinese, Japanese or Korean letters, digits and `_`, and begin with a letter")
    })
}

/// An absolute http(s) URL without user information and fragment.
fn web_url(text: &str) -> Result<Url, InvalidValue> {
    let help = "write an absolute URL such as `https://api.example.com/v1`";
    // The parser removes tabs and line ends and replaces backslashes, which would change the URL silently.
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(InvalidValue::new("the URL contains white space or a backslash").help(help));
    }
    if text.contains(['{', '}']) {
        return Err(InvalidValue::new("the URL contains a placeholder").help("replace the placeholder with its value"));
    }
    let url = Url::parse(text).map_err(|e| InvalidValue::new(e.to_string()).help(help))?;
    if !["https", "http"].contains(&url.scheme()) {
        return Err(InvalidValue::new("the scheme must be `https` or `http`").help(help));
    }
    // The parser also corrects `https:x` and `https:///x`.
    let after = text.split_once(':').map_or("", |(_, after)| after);
    if url.host_str().is_none_or(str::is_empty) || !after.starts_with("//") || after.starts_with("///") {
        return Err(InvalidValue::new("the URL has no host").help(help));
    }
    if after.split(['/', '?', '#']).nth(2).is_some_and(|authority| authority.contains('@')) {
        return Err(InvalidValue::new("the URL contains user information before `@`").help(
            "remove it: the client gets its credentials \
                                                                                    at run time",
        ));
    }
    if url.fragment().is_some() {
        return Err(InvalidValue::new("the URL has a fragment, which is never sent").help(help));
    }
    if url.port() == Some(0) {
        return Err(InvalidValue::new("port 0 is not a valid port").help(help));
    }
    Ok(url)
}

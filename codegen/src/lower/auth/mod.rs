//! Decides the security requirement of each operation: reads its `security` list by the rule of API Gateway or of OpenAPI.
//!
//! In a gateway document the items of the list are needed together (what exports and Smithy write), and the scopes of
//! an authorizer are any-of (API Gateway Developer Guide, "Integrate a REST API with a user pool"). In a plain
//! document the items are alternatives and the scopes all-of (OpenAPI 3.0.3, "Security Requirement Object").

mod checks;
mod guess;
mod items;
pub mod open;
mod scheme;
mod settle;
mod sources;
mod tokens;
mod words;

use crate::config::options::{Options, SecurityMode};
use crate::config::{named, raise};
use crate::diagnostics::codes;
use crate::diagnostics::meter::Meter;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Severity, Span};
use crate::diagnostics::texts::{excerpt, nearest};
use crate::document::load::node::{Member, Node};
use crate::document::references::Refs;
use crate::document::spec::{Followed, Spec, SpecOperation, Undecided, condition, follow};
use crate::document::unfilled;
use crate::ir::auth::{Match, TokenKind};
use crate::ir::schemes::SchemeKind;
use crate::lower::auth::items::{Item, items};
use crate::lower::auth::scheme::Known;
use crate::lower::auth::tokens::declared::Declared;
use rustc_hash::FxHashMap;

pub use crate::lower::auth::settle::settle;

/// The security requirement of an operation, before names are settled.
#[derive(Clone, Debug, Default)]
pub struct SecurityRequirement {
    /// The alternatives in the order of the document, each a list of credentials that are needed together. Empty if the
    /// operation is open.
    pub alternatives: Vec<Vec<RequiredCredential>>,
    /// Whether it also requires a client certificate, which is not part of a request.
    pub certificate: bool,
}

impl SecurityRequirement {
    /// Whether a call may be made without any credential.
    pub fn is_open(&self) -> bool {
        !self.certificate && (self.alternatives.is_empty() || self.alternatives.iter().any(Vec::is_empty))
    }
}

/// The security requirement of an operation, and what is to be reported if a method is generated for the operation.
pub struct Decided {
    /// The security requirement; `None` if there is an error.
    pub security: Option<SecurityRequirement>,
    /// The messages of its errors.
    pub errors: Vec<String>,
    /// Its diagnostics.
    pub diagnostics: Vec<Diagnostic>,
}

impl Decided {
    /// Whether a call may be made without any credential.
    pub fn is_open(&self) -> bool {
        self.security.as_ref().is_some_and(SecurityRequirement::is_open)
    }
}

/// A required credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequiredCredential {
    /// The index of the scheme in `Authorization::schemes`.
    scheme: usize,
    token: Option<TokenKind>,
    /// The indices of the scopes in `Authorization::scopes`, in the order of the document.
    scopes: Vec<usize>,
    matching: Option<Match>,
}

/// Decides the authorization of each operation, and collects the schemes and scopes that the operations require.
pub struct Authorization<'d, 's, 'o> {
    spec: &'o Spec<'d, 's>,
    refs: &'o Refs<'d, 's>,
    options: &'o Options,
    gateway_rule: bool,
    key_source: KeySource,
    /// The document's scheme for IAM authorization, if it has one.
    iam: Option<&'d Member<'s>>,
    /// The scheme of each name; `Ok(None)` is a client certificate.
    known: FxHashMap<&'d str, Result<Option<usize>, Box<Diagnostic>>>,
    schemes: Vec<Found>,
    scopes: Vec<&'d str>,
    scope_numbers: FxHashMap<&'d str, usize>,
    /// The numbers of schemes and of scopes that the operations require.
    scheme_count: Meter,
    scope_count: Meter,
    /// The number of names that can still be compared to find one similar to an undefined scheme.
    comparisons: usize,
}

/// A scheme that an operation requires.
struct Found {
    key: String,
    /// The position of its slot: first the schemes of the document, in its order.
    order: (u8, usize),
    doc: Option<String>,
    known: Known,
}

/// The source of the gateway's API key (`x-amazon-apigateway-api-key-source`).
enum KeySource {
    Header,
    Authorizer,
    Unknown(Box<Diagnostic>),
}

/// `x-amazon-apigateway-auth` of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Override {
    None,
    Iam,
}

impl<'d, 's, 'o> Authorization<'d, 's, 'o> {
    /// The authorization of a document. Reports by which rule its root `security` is read.
    pub fn new(spec: &'o Spec<'d, 's>, refs: &'o Refs<'d, 's>, options: &'o Options, report: &mut Report) -> Self {
        let gateway_rule = match options.security {
            SecurityMode::Auto => spec.gateway,
            SecurityMode::Gateway => true,
            SecurityMode::OpenApi => false,
        };
        if let Some(security) = spec.security.filter(|_| spec.gateway) {
            report.push(
                Diagnostic::note(
                    codes::ROOT_SECURITY,
                    security.span,
                    "operations without `security` inherit the root `security`",
                )
                .with_note("OpenAPI lets operations inherit it, but API Gateway ignores a root `security` on import")
                .help("write `security` on each operation"),
            );
        }
        let iam = spec.schemes.values().filter(|(_, m)| is_iam(&m.value)).min_by_key(|(order, _)| *order);
        Self {
            spec,
            refs,
            options,
            gateway_rule,
            key_source: key_source(spec, report),
            iam: iam.map(|(_, member)| *member),
            known: FxHashMap::default(),
            schemes: Vec::new(),
            scopes: Vec::new(),
            scope_numbers: FxHashMap::default(),
            scheme_count: count("schemes", options.limits.schemes),
            scope_count: count("scopes", options.limits.scopes),
            comparisons: 200_000,
        }
    }

    /// The security requirement of an operation, with the diagnostics of deciding it. Nothing is reported.
    pub fn of(&mut self, operation: &SpecOperation<'d, 's>) -> Decided {
        let mut own = Report::default();
        let (security, errors) = own.messages_of(|own| self.decide(operation, own));
        Decided { security: security.ok(), errors, diagnostics: own.diagnostics }
    }

    /// The security requirement of an operation.
    ///
    /// # Errors
    /// The `security` of the operation, or a scheme that it names, has an error.
    fn decide(
        &mut self,
        operation: &SpecOperation<'d, 's>,
        report: &mut Report,
    ) -> Result<SecurityRequirement, Reported> {
        let own = operation.node.get("security");
        let lists = match own.or(self.spec.security) {
            Some(security) => items(security, report)?,
            None => Vec::new(),
        };
        if let Some(undecided) = own.filter(|_| lists.is_empty() && self.spec.security.is_some()).and_then(choice) {
            // Without the key, the root `security` applies.
            return Err(report.error(undecided.error()));
        }
        let over = overriding(operation, report)?;
        if own.is_some_and(|n| n.elements().is_some_and(<[_]>::is_empty)) && self.spec.security.is_some() {
            let message = format!(
                "`{}` requires no credential: its empty `security` overrides the root `security`",
                operation.route()
            );
            report.push(Diagnostic::note(codes::OPEN_OPERATION, operation.span, message));
        }
        let mut security = self.read(&lists, operation, over, report)?;
        if self.gateway_rule {
            security.alternatives = vec![security.alternatives.concat()];
        }
        if over == Some(Override::Iam) {
            let iam = self.signature(operation, report)?;
            if security.alternatives.is_empty() {
                security.alternatives.push(Vec::new());
            }
            for credentials in &mut security.alternatives {
                if !credentials.iter().any(|w| self.kind(w) == &SchemeKind::Iam) {
                    credentials.insert(0, iam.clone());
                }
            }
        }
        for credentials in &mut security.alternatives {
            self.keys_of_authorizers(credentials, operation, report)?;
            self.one_credential_each(credentials, operation, report)?;
        }
        self.check(&security.alternatives, operation, report);
        if security.alternatives.iter().all(Vec::is_empty) {
            security.alternatives.clear();
        }
        Ok(security)
    }

    /// The credentials that the entries of a security list require.
    fn read(
        &mut self,
        lists: &[Vec<Item<'d>>],
        operation: &SpecOperation<'d, 's>,
        over: Option<Override>,
        report: &mut Report,
    ) -> Result<SecurityRequirement, Reported> {
        let mut failed = None;
        let mut security = SecurityRequirement::default();
        for list in lists {
            let mut credentials = Vec::with_capacity(list.len());
            for item in list {
                match self.item(item, operation, over, report) {
                    Ok(Entry::Nothing) => {}
                    Ok(Entry::Certificate) => security.certificate = true,
                    Ok(Entry::Credential(credential)) => credentials.push(credential),
                    Err(reported) => failed = Some(reported),
                }
            }
            security.alternatives.push(credentials);
        }
        failed.map_or(Ok(security), Err)
    }

    /// The credential that one entry of a security list requires.
    fn item(
        &mut self,
        item: &Item<'d>,
        operation: &SpecOperation<'d, 's>,
        over: Option<Override>,
        report: &mut Report,
    ) -> Result<Entry, Reported> {
        let bound = self.options.authorizers.get(item.name).is_some_and(|a| a.kind.is_some());
        if self.spec.gateway && item.name == "NONE" && !self.spec.schemes.contains_key("NONE") && !bound {
            let message =
                format!("`{}` requires `NONE`, which SAM writes for a method without an authorizer", operation.route());
            report.push(Diagnostic::note(codes::SAM_NONE, item.span, message));
            return Ok(Entry::Nothing);
        }
        let Some(scheme) = self.scheme(item.name, item.span, report)? else { return Ok(Entry::Certificate) };
        let kind = self.schemes[scheme].known.kind.clone();
        if over.is_some() && !matches!(kind, SchemeKind::ApiKey | SchemeKind::Iam) {
            return Ok(Entry::Nothing);
        }
        if over == Some(Override::None) && kind == SchemeKind::Iam {
            return Ok(Entry::Nothing);
        }
        let scopes = if kind.takes_token() { self.scopes(item, report)? } else { Vec::new() };
        let accepted = &self.schemes[scheme].known.accepted;
        let token = match kind {
            SchemeKind::CognitoUserPools if scopes.is_empty() => Some(TokenKind::Id),
            SchemeKind::Jwt { .. } => Some(tokens::audiences::token_kind(accepted, !scopes.is_empty())),
            SchemeKind::CognitoUserPools | SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => Some(TokenKind::Access),
            _ => None,
        };
        let matching = match kind {
            _ if scopes.is_empty() => None,
            SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => Some(Match::All),
            _ => Some(Match::Any),
        };
        Ok(Entry::Credential(RequiredCredential { scheme, token, scopes, matching }))
    }

    fn scopes(&mut self, item: &Item<'d>, report: &mut Report) -> Result<Vec<usize>, Reported> {
        let mut scopes = Vec::with_capacity(item.scopes.len());
        let mut seen = rustc_hash::FxHashSet::default();
        for text in &item.scopes {
            let number = match self.scope_numbers.get(text) {
                Some(number) => *number,
                None => {
                    self.scope_count.spend(1, item.span).map_err(|error| report.error(*error))?;
                    self.scopes.push(text);
                    self.scope_numbers.insert(text, self.scopes.len() - 1);
                    self.scopes.len() - 1
                }
            };
            if seen.insert(number) {
                scopes.push(number);
            }
        }
        Ok(scopes)
    }

    /// The scheme of a name, classified at its first use; `None` for a client certificate.
    fn scheme(&mut self, name: &'d str, span: Span, report: &mut Report) -> Result<Option<usize>, Reported> {
        if let Some(known) = self.known.get(name) {
            // The error is also an error of this operation, which `--keep-going` then leaves out.
            return known.clone().map_err(|error| report.error(*error));
        }
        self.scheme_count.check(span).map_err(|error| report.error(*error))?;
        let classified = self.classified(name, span, report).map(|found| found.map(|found| self.add(found)));
        self.known.insert(name, classified.clone());
        classified.map_err(|error| report.error(*error))
    }

    fn classified(&mut self, name: &'d str, span: Span, report: &mut Report) -> Result<Option<Found>, Box<Diagnostic>> {
        let config = self.options.authorizers.get(name);
        let Some(&(index, member)) = self.spec.schemes.get(name) else {
            let known = match config.and_then(|c| scheme::bound(name, span, c, report)) {
                Some(known) => known?,
                None => return Err(Box::new(self.undefined(name, span))),
            };
            let order = (1, self.options.authorizers.get_index_of(name).unwrap_or(0));
            return Ok(Some(Found { key: name.to_owned(), order, doc: None, known }));
        };
        let Followed { node, undecided, diagnostics } = follow(self.refs, &member.value, report);
        let undecided = undecided.map(|undecided| undecided.error());
        if let Some(error) = diagnostics.into_iter().chain(undecided).next() {
            return Err(Box::new(error));
        }
        let declared = Declared { key: name, span: member.key_span, node };
        let known = scheme::classify(declared, config, self.spec, report)?;
        let doc = node.get("description").and_then(Node::as_str).map(str::to_owned);
        Ok(known.map(|known| Found { key: name.to_owned(), order: (0, index), doc, known }))
    }

    fn add(&mut self, scheme: Found) -> usize {
        self.scheme_count.count(1);
        self.schemes.push(scheme);
        self.schemes.len() - 1
    }

    fn undefined(&mut self, name: &str, span: Span) -> Diagnostic {
        let count = self.spec.schemes.len();
        let affordable = count <= self.comparisons;
        self.comparisons = self.comparisons.saturating_sub(count);
        let declared = self.spec.schemes.keys().copied().filter(|_| affordable);
        let near = match nearest(name, declared) {
            Some(near) => format!("did you mean `{}`? If not,", excerpt(near)),
            None => "define the scheme, or".to_owned(),
        };
        let bind = guess::bind(name, self.spec.gateway);
        let name = excerpt(name);
        Diagnostic::error(codes::SCHEME_UNDEFINED, span, format!("undefined security scheme `{name}`"))
            .label(format!("not defined in `{}`", self.spec.schemes_pointer()))
            .help(format!("{near} {bind}"))
    }

    /// The credential for `x-amazon-apigateway-auth: AWS_IAM`: the document's IAM scheme, or a new one.
    fn signature(
        &mut self,
        operation: &SpecOperation<'d, 's>,
        report: &mut Report,
    ) -> Result<RequiredCredential, Reported> {
        const MADE: &str = "AWS_IAM";
        let scheme = match self.iam {
            Some(member) => self.scheme(&member.key, operation.span, report)?,
            None => match self.known.get(MADE) {
                Some(known) => known.clone().map_err(|error| report.error(*error))?,
                None => {
                    let found = Found { key: MADE.to_owned(), order: (2, 0), doc: None, known: Known::signature() };
                    let scheme = self.add(found);
                    self.known.insert(MADE, Ok(Some(scheme)));
                    Some(scheme)
                }
            },
        };
        let Some(scheme) = scheme else { return Err(report.error(not_a_signature(operation.span))) };
        Ok(RequiredCredential { scheme, token: None, scopes: Vec::new(), matching: None })
    }

    /// Reports the tables `[authorizers.NAME]` whose name is neither a scheme of the document nor named in a security
    /// requirement.
    pub fn report_unused(&self, report: &mut Report) {
        let names = || self.spec.schemes.keys().chain(self.known.keys()).copied();
        for key in self.options.authorizers.keys() {
            let is_known = self.spec.schemes.contains_key(key.as_str()) || self.known.contains_key(key.as_str());
            if is_known || (key == "NONE" && self.spec.gateway) {
                continue;
            }
            let message = format!("unknown security scheme in `[authorizers.{}]`", excerpt(key));
            let near = nearest(key, names().take(self.comparisons.min(10_000)));
            let help = match near {
                Some(near) => format!("did you mean `{}`?", excerpt(near)),
                None if names().next().is_none() => "remove the table: the document has no security scheme".to_owned(),
                None => {
                    let mut all: Vec<String> = names().map(|name| excerpt(name).into_owned()).collect();
                    all.sort_unstable();
                    all.dedup();
                    all.truncate(20);
                    format!("the document has the security schemes {}", named(&all))
                }
            };
            let location = self.options.places.of("authorizers", key);
            report.push(Diagnostic::new(Severity::Error, codes::NAMES_NO_SCHEME, location, message).help(help));
        }
    }

    fn kind(&self, credential: &RequiredCredential) -> &SchemeKind {
        &self.schemes[credential.scheme].known.kind
    }
}

/// The meaning of an entry of a security list.
enum Entry {
    Nothing,
    Certificate,
    Credential(RequiredCredential),
}

/// A meter of what the operations require, with the name of its limit.
fn count(limit: &'static str, most: usize) -> Meter {
    let help = raise(limit, most, None, "if you trust this document");
    Meter::new(most, codes::TOO_MANY_REQUIRED, format!("the operations require more than {most} {limit}"), help)
}

/// `x-amazon-apigateway-auth` of an operation.
fn overriding(operation: &SpecOperation<'_, '_>, report: &mut Report) -> Result<Option<Override>, Reported> {
    let Some(node) = operation.node.get("x-amazon-apigateway-auth") else { return Ok(None) };
    let decided = condition(node, report).and_then(|node| match node.get("type") {
        Some(kind) => condition(kind, report),
        None => Ok(node),
    });
    let error = match decided {
        Ok(kind) => {
            match kind.as_str().unwrap_or_default() {
                text if text.eq_ignore_ascii_case("none") => {
                    match [Some(node), node.get("type")].into_iter().flatten().find_map(choice) {
                        None => return Ok(Some(Override::None)),
                        Some(undecided) => return Err(report.error(undecided.error())),
                    }
                }
                text if text.eq_ignore_ascii_case("aws_iam") => return Ok(Some(Override::Iam)),
                _ => {}
            }
            let message = format!("unknown `type` in the `x-amazon-apigateway-auth` of `{}`", operation.route());
            let help = match unfilled::names_of(kind).as_slice() {
                [] => "write `NONE` or `AWS_IAM`".to_owned(),
                names => format!("write `NONE` or `AWS_IAM`: {}", unfilled::fill(names, "\"AWS_IAM\"")),
            };
            Diagnostic::error(codes::GATEWAY_AUTH_UNKNOWN, kind.span, message).help(help)
        }
        Err(undecided) => undecided.error(),
    };
    Err(report.error(error))
}

/// The error for a scheme of IAM authorization that is a client certificate.
fn not_a_signature(span: Span) -> Diagnostic {
    let message = "the security scheme for IAM authorization is a client certificate";
    Diagnostic::error(codes::NOT_A_SCHEME, span, message)
        .help("write `type: apiKey`, `name: Authorization` and `in: header` in the scheme")
}

/// The undecided `Fn::If` of a node, also if one of its branches is empty: an undecided condition never makes a route open.
fn choice<'d, 's>(node: &'d Node<'s>) -> Option<Undecided<'d, 's>> {
    let [condition, first, _] = node.get("Fn::If")?.elements()? else { return None };
    Some(Undecided { span: node.span, condition: condition.as_str().unwrap_or("?"), first })
}

fn key_source(spec: &Spec<'_, '_>, report: &mut Report) -> KeySource {
    let Some(node) = spec.key_source else { return KeySource::Header };
    let node = match condition(node, report) {
        Ok(node) => node,
        Err(undecided) => return KeySource::Unknown(Box::new(undecided.error())),
    };
    match node.as_str().map(str::trim) {
        Some(text) if text.eq_ignore_ascii_case("header") => KeySource::Header,
        Some(text) if text.eq_ignore_ascii_case("authorizer") => KeySource::Authorizer,
        _ => {
            let message = "unknown value of `x-amazon-apigateway-api-key-source`";
            let help = match unfilled::names_of(node).as_slice() {
                [] => "write `HEADER` or `AUTHORIZER`".to_owned(),
                names => unfilled::fill(names, "\"HEADER\""),
            };
            KeySource::Unknown(Box::new(Diagnostic::error(codes::KEY_SOURCE_UNKNOWN, node.span, message).help(help)))
        }
    }
}

/// Whether a scheme of the document is for IAM authorization.
fn is_iam(scheme: &Node<'_>) -> bool {
    let authtype = scheme.get("x-amazon-apigateway-authtype").and_then(Node::as_str);
    authtype.is_some_and(|t| t.to_ascii_lowercase().starts_with("aws"))
        && scheme.get("x-amazon-apigateway-authorizer").is_none()
}

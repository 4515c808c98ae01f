//! What each operation demands: its `security` list read by the gateway's rule or by OpenAPI's.
//!
//! In a gateway document the items of the list are needed together (what exports and Smithy write), and the scopes of
//! an authorizer are any-of (API Gateway Developer Guide, "Integrate a REST API with a user pool"). In a plain
//! document the items are alternatives and the scopes all-of (OpenAPI 3.0.3, "Security Requirement Object").

use super::names::{Case, Names};
use super::schemes::{self, Known};
use super::words;
use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::ir::auth::{
    Auth, Match, Need, Requirement, RequirementId, Scheme, SchemeId, SchemeKind, Scope, ScopeId, Source, TokenKind,
};
use crate::ir::ident::Ident;
use crate::load::node::{Member, Node};
use crate::options::{Options, SecurityMode};
use crate::resolve::nearest;
use crate::spec::{Spec, SpecOperation, condition};
use rustc_hash::{FxHashMap, FxHashSet};

/// The names that the client's builder has itself, so that no slot takes them.
const BUILDER_METHODS: &[&str] = &[
    "allow_http",
    "base_url",
    "build",
    "builder",
    "clone",
    "dangerous",
    "drop",
    "fmt",
    "hook",
    "http_client",
    "inner",
    "max_answer_bytes",
    "new",
    "retry",
    "slot",
    "slots",
    "timeout",
];
/// The names that the `auth` module and the crate root use themselves.
const AUTH_TYPES: &[&str] = &["Api", "Client", "ClientBuilder", "Self"];

/// Decides authorization operation by operation, and gathers schemes, scopes and distinct requirements on the way.
pub struct Authorization<'d, 's, 'o> {
    spec: &'o Spec<'d, 's>,
    options: &'o Options,
    gateway_rule: bool,
    names: Names,
    slots: Names,
    scope_names: Names,
    known: FxHashMap<String, Result<SchemeId, String>>,
    scope_ids: FxHashMap<String, ScopeId>,
    /// The error of each limit that is exceeded.
    exceeded: FxHashMap<&'static str, Diagnostic>,
    requirement_ids: FxHashMap<Vec<Vec<Need>>, RequirementId>,
    expressions: Vec<Option<Span>>,
    auth: Auth,
}

/// An item of a security list that stands for a scheme: its name, where it stands, its scopes.
struct Item<'d> {
    name: &'d str,
    span: Span,
    scopes: Vec<&'d str>,
}

impl<'d, 's, 'o> Authorization<'d, 's, 'o> {
    /// For a document; says which rule its root `security` is read by.
    pub fn new(spec: &'o Spec<'d, 's>, options: &'o Options, report: &mut Report) -> Self {
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
                    "operations without `security` inherit the root's, as OpenAPI says",
                )
                .help("API Gateway ignores a root `security` on import: write it on each operation to be sure"),
            );
        }
        Self {
            spec,
            options,
            gateway_rule,
            names: Names::with_reserved(AUTH_TYPES),
            slots: Names::with_reserved(BUILDER_METHODS),
            scope_names: Names::default(),
            known: FxHashMap::default(),
            scope_ids: FxHashMap::default(),
            exceeded: FxHashMap::default(),
            requirement_ids: FxHashMap::default(),
            expressions: Vec::new(),
            auth: Auth::default(),
        }
    }

    /// What an operation demands: `Ok(None)` = open. The errors are for the operation; the report has them too.
    pub fn of(
        &mut self,
        operation: &SpecOperation<'d, 's>,
        report: &mut Report,
    ) -> Result<Option<RequirementId>, Vec<String>> {
        if let Some(undecided) = &operation.undecided {
            return Err(vec![undecided.report(report)]);
        }
        let mut alternatives = self.alternatives(operation, report)?;
        let needs_nothing = alternatives.iter().all(Vec::is_empty);
        if needs_nothing {
            return Ok(None);
        }
        // `[{a}, {a}]` says no more than `[{a}]`.
        let mut seen = FxHashSet::default();
        alternatives.retain(|alternative| seen.insert(alternative.clone()));
        if let Some(id) = self.requirement_ids.get(&alternatives) {
            return Ok(Some(*id));
        }
        let id = RequirementId(self.auth.requirements.len());
        let name = words::requirement_name(&alternatives, &self.auth);
        let name = self.names.claim(&name, Case::Pascal);
        let (message, note) = words::requirement_texts(&alternatives, &self.auth);
        self.auth.requirements.push(Requirement { name, alternatives: alternatives.clone(), message, note });
        self.requirement_ids.insert(alternatives, id);
        Ok(Some(id))
    }

    /// All that was gathered.
    pub fn finish(self) -> Auth {
        self.auth
    }

    /// What was gathered so far.
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    fn alternatives(
        &mut self,
        operation: &SpecOperation<'d, 's>,
        report: &mut Report,
    ) -> Result<Vec<Vec<Need>>, Vec<String>> {
        let own = operation.node.get("security");
        let lists = match own.or(self.spec.security) {
            Some(security) => items(security, report)?,
            None => Vec::new(),
        };
        let over = operation.node.get("x-amazon-apigateway-auth");
        let over = match over.map(|n| (n, n.get("type").and_then(Node::as_str).unwrap_or_default())) {
            None => None,
            Some((_, t)) if t.eq_ignore_ascii_case("none") => Some(Override::None),
            Some((_, t)) if t.eq_ignore_ascii_case("aws_iam") => Some(Override::Iam),
            Some((node, _)) => {
                let message = format!("`x-amazon-apigateway-auth` of `{}` has an unknown `type`", operation.route());
                report.push(
                    Diagnostic::error(codes::GATEWAY_AUTH_UNKNOWN, node.span, &message)
                        .help("write `NONE` or `AWS_IAM`"),
                );
                return Err(vec![message]);
            }
        };
        if own.is_some_and(|n| n.elements().is_some_and(|e| e.is_empty())) && self.spec.security.is_some() {
            let message = format!("`{}` is open: its empty `security` overrides the root's", operation.route());
            report.push(Diagnostic::note(codes::OPEN_OPERATION, operation.span, message));
        }
        let mut errors = Vec::new();
        let mut alternatives = Vec::new();
        for list in &lists {
            let mut needs = Vec::new();
            for item in list {
                match self.need(item, operation, over, report) {
                    Ok(need) => needs.extend(need),
                    Err(message) => errors.push(message),
                }
            }
            alternatives.push(needs);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        if self.gateway_rule {
            alternatives = vec![alternatives.concat()];
        }
        if over == Some(Override::Iam) {
            let iam = self.signature(operation, report)?;
            if alternatives.is_empty() {
                alternatives.push(Vec::new());
            }
            for needs in &mut alternatives {
                if !needs.iter().any(|n| self.kind(n) == &SchemeKind::Iam) {
                    needs.insert(0, iam.clone());
                }
            }
        }
        self.check(&alternatives, operation, report);
        Ok(alternatives)
    }

    /// What one entry of a security list asks for; `None` where nothing has to be sent for it.
    fn need(
        &mut self,
        item: &Item<'d>,
        operation: &SpecOperation<'d, 's>,
        over: Option<Override>,
        report: &mut Report,
    ) -> Result<Option<Need>, String> {
        let declared = self.spec.schemes.iter().find(|m| m.key == item.name);
        let bound = self.options.authorizers.get(item.name).is_some_and(|a| a.kind.is_some());
        if item.name == "NONE" && declared.is_none() && !bound {
            let message = format!("`{}` asks for `NONE`, which is how SAM writes an open method", operation.route());
            report.push(Diagnostic::note(codes::SAM_NONE, item.span, message));
            return Ok(None);
        }
        let scheme = self.scheme(item, report)?;
        let kind = self.auth.schemes[scheme.0].kind.clone();
        if over.is_some() && !matches!(kind, SchemeKind::ApiKey | SchemeKind::Iam) {
            return Ok(None);
        }
        if over == Some(Override::None) && kind == SchemeKind::Iam {
            return Ok(None);
        }
        if let (Some(_), SchemeKind::ApiKey) = (self.spec.key_from_authorizer, &kind) {
            let gateway_key =
                self.auth.schemes[scheme.0].sources.iter().any(|s| s.name.eq_ignore_ascii_case("x-api-key"));
            if gateway_key {
                let message = format!(
                    "`{}`: the Lambda authorizer supplies the API key, the client sends none",
                    operation.route()
                );
                report.push(Diagnostic::note(codes::KEY_FROM_AUTHORIZER, item.span, message));
                return Ok(None);
            }
        }
        let scopes: Vec<ScopeId> = if kind.takes_token() {
            let new = item.scopes.iter().filter(|text| !self.scope_ids.contains_key(**text)).count();
            let limit = self.options.limits.scopes;
            if self.auth.scopes.len() + new > limit {
                return Err(self.too_many("scopes", limit, item.span, report));
            }
            let mut seen = FxHashSet::default();
            item.scopes.iter().map(|text| self.scope(text)).filter(|id| seen.insert(*id)).collect()
        } else {
            Vec::new()
        };
        let token = match kind {
            SchemeKind::CognitoUserPools if scopes.is_empty() => Some(TokenKind::Id),
            SchemeKind::Jwt { .. } if scopes.is_empty() => Some(TokenKind::Any),
            SchemeKind::CognitoUserPools | SchemeKind::Jwt { .. } | SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => {
                Some(TokenKind::Access)
            }
            _ => None,
        };
        let matching = match kind {
            _ if scopes.is_empty() => None,
            SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => Some(Match::All),
            _ => Some(Match::Any),
        };
        Ok(Some(Need { scheme, token, scopes, matching }))
    }

    /// The scheme of an entry, classified and named at its first use.
    fn scheme(&mut self, item: &Item<'d>, report: &mut Report) -> Result<SchemeId, String> {
        if let Some(known) = self.known.get(item.name) {
            return known.clone();
        }
        let limit = self.options.limits.schemes;
        if self.known.len() >= limit {
            return Err(self.too_many("schemes", limit, item.span, report));
        }
        let config = self.options.authorizers.get(item.name);
        let declared: Option<&'d Member<'s>> = self.spec.schemes.iter().find(|m| m.key == item.name);
        let found = match declared {
            Some(member) => schemes::classify(member, config, report),
            None => match config.and_then(|c| schemes::bound(item.name, item.span, c)) {
                Some(found) => found,
                None => Err(Box::new(self.undefined(item))),
            },
        };
        let result = match found {
            Ok(known) => Ok(self.name(item.name, declared, known)),
            Err(diagnostic) => {
                let message = diagnostic.message.clone();
                report.push(*diagnostic);
                Err(message)
            }
        };
        self.known.insert(item.name.to_owned(), result.clone());
        result
    }

    /// The message for an operation that demands more schemes or scopes than the limit of that name; the report has the
    /// error, at the first of them.
    fn too_many(&mut self, what: &'static str, limit: usize, span: Span, report: &mut Report) -> String {
        let error = self.exceeded.entry(what).or_insert_with(|| {
            let help = format!("raise `{what}` under `[limits]` in cogen.toml, if this document is to be trusted");
            let message = format!("the operations demand more than {limit} {what}");
            Diagnostic::error(codes::TOO_MANY_DEMANDED, span, message).help(help)
        });
        report.push(error.clone());
        error.message.clone()
    }

    fn undefined(&self, item: &Item<'d>) -> Diagnostic {
        let declared = self.spec.schemes.iter().map(|m| &*m.key);
        let near = match nearest(item.name, declared) {
            Some(near) => format!("is it `{near}`? Else bind it in cogen.toml"),
            None => "define it, or bind it in cogen.toml".to_owned(),
        };
        Diagnostic::error(
            codes::SCHEME_UNDEFINED,
            item.span,
            format!("the security scheme `{}` is not defined", item.name),
        )
        .label("no such scheme in `components.securitySchemes`")
        .help(format!("{near}: [authorizers.\"{}\"] kind = \"cognito_user_pools\" (or another kind)", item.name))
    }

    fn name(&mut self, key: &str, declared: Option<&Member<'_>>, known: Known) -> SchemeId {
        let config = self.options.authorizers.get(key);
        let mut fields = Names::with_reserved(&["new", "self"]);
        let sources = known.sources.into_iter().map(|(location, name)| Source {
            location,
            field: fields.claim(&name, Case::Snake),
            name,
        });
        let doc = declared.and_then(|m| m.value.get("description")).and_then(Node::as_str).map(str::to_owned);
        let scheme = Scheme {
            name: self.names.claim(key, Case::Pascal),
            slot: self.slots.claim(key, Case::Snake),
            doc,
            sources: sources.collect(),
            key: key.to_owned(),
            kind: known.kind,
            prefix: known.prefix,
            user_pools: known.user_pools,
            issuers: known.issuers,
            app_client_id: config.and_then(|c| c.app_client_id.clone()),
            domain: config.and_then(|c| c.domain.clone()),
            region: config.and_then(|c| c.region.clone()),
        };
        self.auth.schemes.push(scheme);
        self.expressions.push(known.expression);
        SchemeId(self.auth.schemes.len() - 1)
    }

    fn scope(&mut self, text: &str) -> ScopeId {
        if let Some(id) = self.scope_ids.get(text) {
            return *id;
        }
        let id = ScopeId(self.auth.scopes.len());
        let name: Ident = self.scope_names.claim(words::scope_words(text), Case::Pascal);
        self.auth.scopes.push(Scope { text: text.to_owned(), name });
        self.scope_ids.insert(text.to_owned(), id);
        id
    }

    /// The need for `x-amazon-apigateway-auth: AWS_IAM`: the document's IAM scheme, or one made for it.
    fn signature(&mut self, operation: &SpecOperation<'d, 's>, report: &mut Report) -> Result<Need, Vec<String>> {
        let is_iam = |m: &&Member<'_>| {
            m.value.get("x-amazon-apigateway-authtype").and_then(Node::as_str).is_some_and(|t| {
                t.to_ascii_lowercase().starts_with("aws") && m.value.get("x-amazon-apigateway-authorizer").is_none()
            })
        };
        let declared = self.spec.schemes.iter().find(is_iam);
        let scheme = match declared {
            Some(member) => {
                let item = Item { name: &member.key, span: operation.span, scopes: Vec::new() };
                self.scheme(&item, report).map_err(|message| vec![message])?
            }
            None => match self.known.get("AWS_IAM") {
                Some(known) => known.clone().map_err(|message| vec![message])?,
                None => {
                    let known = Known {
                        kind: SchemeKind::Iam,
                        sources: Vec::new(),
                        prefix: "",
                        user_pools: Vec::new(),
                        issuers: Vec::new(),
                        expression: None,
                    };
                    let id = self.name("AWS_IAM", None, known);
                    self.known.insert("AWS_IAM".to_owned(), Ok(id));
                    id
                }
            },
        };
        Ok(Need { scheme, token: None, scopes: Vec::new(), matching: None })
    }

    /// Warns of what the gateway would not do, or what nobody could call.
    fn check(&self, alternatives: &[Vec<Need>], operation: &SpecOperation<'d, 's>, report: &mut Report) {
        for needs in alternatives {
            let keys = needs.iter().filter(|n| self.kind(n) == &SchemeKind::ApiKey).count();
            if self.gateway_rule && (needs.len() - keys > 1 || keys > 1) {
                let names: Vec<_> = needs.iter().map(|n| format!("`{}`", self.auth.schemes[n.scheme.0].key)).collect();
                let message = format!("`{}` asks for {} together", operation.route(), names.join(" and "));
                report.push(Diagnostic::warning(codes::ODD_SECURITY_LIST, operation.span, message).help(
                    "API Gateway takes one authorizer, one API key, or one of each; all are asked of the caller",
                ));
            }
            for need in needs.iter().filter(|n| !n.scopes.is_empty()) {
                if let Some(span) = self.expressions[need.scheme.0] {
                    let message = format!(
                        "nobody can call `{}`: `{}` matches an expression against `aud`, which access tokens lack",
                        operation.route(),
                        self.auth.schemes[need.scheme.0].key
                    );
                    report.push(
                        Diagnostic::warning(codes::UNCALLABLE, operation.span, message)
                            .related(span, "the expression")
                            .help("drop the expression, or the scopes of the method"),
                    );
                }
            }
        }
    }

    fn kind(&self, need: &Need) -> &SchemeKind {
        &self.auth.schemes[need.scheme.0].kind
    }
}

/// `x-amazon-apigateway-auth` of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Override {
    None,
    Iam,
}

fn decided<'d, 's>(node: &'d Node<'s>, report: &mut Report) -> Result<&'d Node<'s>, Vec<String>> {
    condition(node, report).map_err(|undecided| vec![undecided.report(report)])
}

/// The entries of a security list, item by item.
fn items<'d>(security: &'d Node<'_>, report: &mut Report) -> Result<Vec<Vec<Item<'d>>>, Vec<String>> {
    let bad = |span: Span, report: &mut Report| {
        let message = "`security` is not a list of objects from scheme to scopes".to_owned();
        report.push(
            Diagnostic::error(codes::SECURITY_NOT_A_LIST, span, &message).help("write `security: [{SCHEME: []}]`"),
        );
        Err(vec![message])
    };
    let security = decided(security, report)?;
    let Some(elements) = security.elements() else { return bad(security.span, report) };
    let mut lists = Vec::with_capacity(elements.len());
    for element in elements {
        let element = decided(element, report)?;
        let Some(members) = element.members() else { return bad(element.span, report) };
        let mut list = Vec::with_capacity(members.len());
        for member in members {
            let scopes = match decided(&member.value, report)?.elements() {
                Some(scopes) => scopes.iter().map(Node::as_str).collect::<Option<Vec<_>>>(),
                None => None,
            };
            let Some(scopes) = scopes else { return bad(member.value.span, report) };
            list.push(Item { name: &member.key, span: member.key_span, scopes });
        }
        lists.push(list);
    }
    Ok(lists)
}

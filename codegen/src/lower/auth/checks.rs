//! Checks the security requirement of an operation: the gateway's API key, credentials that exclude each other, and lists that
//! the gateway does not support.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::diagnostics::texts::excerpt;
use crate::document::spec::SpecOperation;
use crate::ir::schemes::{SchemeKind, SourceLocation};
use crate::lower::auth::tokens::audiences::takes_no_access_token;
use crate::lower::auth::{Authorization, KeySource, RequiredCredential};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

impl Authorization<'_, '_, '_> {
    /// Removes the gateway's API key if a Lambda authorizer of the same operation supplies it.
    pub(super) fn keys_of_authorizers(
        &self,
        credentials: &mut Vec<RequiredCredential>,
        operation: &SpecOperation<'_, '_>,
        report: &mut Report,
    ) -> Result<(), Reported> {
        let is_key = |w: &RequiredCredential| self.schemes[w.scheme].known.is_gateway_key();
        if !credentials.iter().any(is_key) {
            return Ok(());
        }
        match &self.key_source {
            KeySource::Header => {}
            KeySource::Unknown(error) => return Err(report.error((**error).clone())),
            KeySource::Authorizer if credentials.iter().any(|w| self.kind(w).is_lambda()) => {
                credentials.retain(|w| !is_key(w));
                let message = format!(
                    "the Lambda authorizer of `{}` supplies the API key: the client does not send one",
                    operation.route()
                );
                report.push(Diagnostic::note(codes::KEY_FROM_AUTHORIZER, operation.span, message));
            }
            KeySource::Authorizer => {
                let message = format!(
                    "`{}` requires an API key from an authorizer but has no Lambda authorizer: the client sends the key",
                    operation.route()
                );
                report.push(
                    Diagnostic::note(codes::KEY_WITHOUT_AUTHORIZER, operation.span, message)
                        .help("add a Lambda authorizer, or set `x-amazon-apigateway-api-key-source: HEADER`"),
                );
            }
        }
        Ok(())
    }

    /// Reports two credentials at one location of a request, of which only one can be sent: an error, in a gateway document a
    /// warning.
    pub(super) fn one_credential_each(
        &self,
        credentials: &[RequiredCredential],
        operation: &SpecOperation<'_, '_>,
        report: &mut Report,
    ) -> Result<(), Reported> {
        let mut taken: FxHashMap<(SourceLocation, String), &RequiredCredential> = FxHashMap::default();
        for credential in credentials {
            let known = &self.schemes[credential.scheme].known;
            let fixed = known.kind.fixed_location().map(|fixed| (fixed.location, fixed.name.to_owned()));
            let own = known.sources.iter().map(|(location, name)| match location {
                SourceLocation::Header => (*location, name.to_ascii_lowercase()),
                SourceLocation::Query | SourceLocation::Cookie => (*location, name.clone()),
            });
            for location in fixed.into_iter().chain(own) {
                let name = format!("{} `{}`", location.0.as_str(), excerpt(&location.1));
                let Some(other) = taken.insert(location, credential) else { continue };
                // One token satisfies two entries of one scheme, unless they require two kinds of token.
                if other.scheme == credential.scheme && other.token == credential.token {
                    continue;
                }
                let keys = [other, credential].map(|w| excerpt(&self.schemes[w.scheme].key).into_owned());
                let message = format!(
                    "`{}` requires two credentials in the {name}: of `{}` and of `{}`",
                    operation.route(),
                    keys[0],
                    keys[1]
                );
                let help =
                    "make the two alternatives, or send one of them in another header: a request can carry only one";
                // In a gateway document, some tools write alternatives in this form, and two OAuth 2.0 schemes may accept one
                // token. The runtime refuses the call if the two credentials differ.
                let one_token = self.kind(other).takes_token() && self.kind(credential).takes_token();
                if self.gateway_rule || one_token {
                    report.push(Diagnostic::warning(codes::TWO_IN_ONE_PLACE, operation.span, message).help(help));
                    continue;
                }
                let error = Diagnostic::error(codes::TWO_IN_ONE_PLACE, operation.span, message).help(help);
                return Err(report.error(error));
            }
        }
        Ok(())
    }

    /// Warns of combinations that the gateway does not support, and of operations that cannot be called.
    pub(super) fn check(
        &self,
        alternatives: &[Vec<RequiredCredential>],
        operation: &SpecOperation<'_, '_>,
        report: &mut Report,
    ) {
        for credentials in alternatives {
            let distinct: BTreeSet<usize> = credentials.iter().map(|w| w.scheme).collect();
            let is_key = |scheme: &&usize| self.schemes[**scheme].known.kind == SchemeKind::ApiKey;
            let keys = distinct.iter().filter(is_key).count();
            if self.gateway_rule && (distinct.len() - keys > 1 || keys > 1) {
                let names = distinct.iter().map(|&scheme| format!("`{}`", excerpt(&self.schemes[scheme].key)));
                let names = names.collect::<Vec<_>>().join(" and ");
                let message =
                    format!("`{}` requires {names} together, which API Gateway does not support", operation.route());
                report.push(
                    Diagnostic::warning(codes::ODD_SECURITY_LIST, operation.span, message)
                        .with_note("API Gateway supports one authorizer, one API key, or one of each for a method")
                        .help("remove the others; until then the client requires all of them"),
                );
            }
            for credential in credentials.iter().filter(|w| !w.scopes.is_empty()) {
                let found = &self.schemes[credential.scheme];
                if takes_no_access_token(&found.known.accepted) {
                    let key = excerpt(&found.key);
                    let message = format!(
                        "no token can call `{}`: it requires scopes, but all audiences of `{key}` are app clients, which an \
                         access token does not have in `aud`",
                        operation.route()
                    );
                    let help = "add the URI of a resource server to the audiences of the authorizer, or remove the scopes of \
                                the method";
                    report.push(Diagnostic::warning(codes::UNCALLABLE, operation.span, message).help(help));
                }
                if let Some(span) = found.known.expression {
                    let message = format!(
                        "no token can call `{}`: it requires scopes, but `{}` matches an expression against `aud`, which \
                         access tokens do not have",
                        operation.route(),
                        excerpt(&found.key)
                    );
                    report.push(
                        Diagnostic::warning(codes::UNCALLABLE, operation.span, message)
                            .related(span, "the expression")
                            .with_note("an access token has `aud` only if it is bound to a resource server")
                            .help("remove the expression, or the scopes of the method"),
                    );
                }
            }
        }
    }
}

//! The configured environments, with the authorizers of the document that they name.

use crate::config;
use crate::config::options::{EnvironmentOptions, Options};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report};
use crate::diagnostics::texts::{excerpt, nearest};
use crate::document::spec::Spec;
use crate::ir::auth::Auth;
use crate::ir::environment::{Environment, EnvironmentAuthorizer};

/// The environments, in the order of the configuration.
pub fn environments(spec: &Spec<'_, '_>, options: &Options, auth: &Auth, report: &mut Report) -> Vec<Environment> {
    let each = options.environments.iter().map(|(name, from)| Environment {
        name: name.clone(),
        constant: from.constant.clone(),
        base_url: from.base_url.clone(),
        authorizers: authorizers(name, from, spec, auth, report),
    });
    each.collect()
}

fn authorizers(
    environment: &str,
    from: &EnvironmentOptions,
    spec: &Spec<'_, '_>,
    auth: &Auth,
    report: &mut Report,
) -> Vec<EnvironmentAuthorizer> {
    let mut found: Vec<EnvironmentAuthorizer> = Vec::new();
    for (key, authorizer) in &from.authorizers {
        let Some((id, _)) = auth.slots().find(|(_, scheme)| scheme.key == *key && scheme.kind.takes_token()) else {
            // A scheme that no method requires has no slot in the client.
            if !spec.schemes.contains_key(key.as_str()) {
                report.push(unknown(environment, key, authorizer.span, auth));
            }
            continue;
        };
        let entry = EnvironmentAuthorizer {
            key: auth.marker(id).key.clone(),
            user_pool: authorizer.user_pool.as_ref().map(|pool| pool.id.clone()),
            app_client_id: authorizer.app_client_id.clone(),
            domain: authorizer.domain.clone(),
        };
        match found.iter().find(|known| known.key == entry.key) {
            None => found.push(entry),
            Some(known) if *known == entry => {}
            Some(known) => {
                let message = format!(
                    "`{}` and `{}` are authorizers of one user pool, but the environment `{environment}` has different \
                     settings for them",
                    excerpt(&known.key),
                    excerpt(key)
                );
                let help = "use the same settings for both, or remove one of them";
                report.push(
                    Diagnostic::new(
                        crate::diagnostics::report::Severity::Error,
                        codes::CONFIG_CLASH,
                        authorizer.span,
                        message,
                    )
                    .help(help),
                );
            }
        }
    }
    found
}

fn unknown(environment: &str, key: &str, span: Option<crate::diagnostics::report::Span>, auth: &Auth) -> Diagnostic {
    let keys = || auth.slots().filter(|(_, scheme)| scheme.kind.takes_token()).map(|(_, scheme)| scheme.key.as_str());
    let table =
        |key: &str| format!("[environments.{}.authorizers.{}]", config::quoted(environment), config::quoted(key));
    let help = match (nearest(key, keys()), keys().next()) {
        (Some(near), _) => format!("did you mean `{}`? Then write:\n{}", excerpt(near), table(near)),
        (None, Some(first)) => {
            let names: Vec<String> = keys().map(|key| format!("`{}`", excerpt(key))).collect();
            format!("the authorizers that accept tokens are {}:\n{}", names.join(", "), table(first))
        }
        (None, None) => "remove the table: no authorizer of the document accepts tokens".to_owned(),
    };
    let message = format!("unknown authorizer `{}` in an environment", excerpt(key));
    Diagnostic::new(crate::diagnostics::report::Severity::Error, codes::ENVIRONMENT_AUTHORIZER, span, message)
        .help(help)
}

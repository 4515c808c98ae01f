//! Chooses the credentials of a call and puts them on its request.

use crate::api::{Need, Operation, Place, Scheme, SchemeKind, Token};
use crate::client::Core;
use crate::credentials::{AnyCredential, Credential};
use crate::error::{ErrorKind, Failure};
use crate::json::STANDARD;
use crate::jwt::{Jwt, require_scopes, told};
use crate::params::encode;
use crate::request::Draft;
use crate::secret::Secret;
use crate::sigv4::AwsCredentials;
use crate::token::{TokenError, TokenErrorKind, TokenProvider};
use base64::Engine as _;
use http::header::{HeaderName, HeaderValue};
use std::sync::Arc;

/// What was put on a request, as far as it matters afterwards.
#[derive(Default)]
pub(crate) struct Authorized {
    /// The tokens it carries: their providers and generations.
    pub(crate) tokens: Vec<(Arc<dyn TokenProvider>, u64)>,
    /// What it has to be signed with, last of all.
    pub(crate) signer: Option<Signer>,
}

/// AWS keys and the region to sign for.
pub(crate) struct Signer {
    pub(crate) credentials: AwsCredentials,
    pub(crate) region: String,
}

/// Puts on `draft` the credentials of the first alternative whose slots are filled and whose tokens suffice.
/// The alternative without credentials comes last, wherever it stands: what is there to show is shown.
///
/// A credential of the caller's own (`send_with`) goes first and is not checked.
pub(crate) async fn authorize(
    core: &Core,
    operation: &'static Operation,
    own: Option<&AnyCredential>,
    draft: &mut Draft,
) -> Result<Authorized, Failure> {
    let chooser = Chooser { core, operation };
    let ready = match own {
        Some(own) => chooser.own(&own.0).await?,
        None => chooser.sufficient().await?,
    };
    let mut authorized = Authorized::default();
    for ready in ready {
        for credential in ready.puts {
            put(draft, &credential).map_err(|why| chooser.failure(ErrorKind::Credential, why))?;
        }
        authorized.tokens.extend(ready.token);
        authorized.signer = ready.signer.or(authorized.signer);
    }
    Ok(authorized)
}

/// A secret, where it goes, and what stands before it.
struct Put {
    place: Place,
    prefix: &'static str,
    secret: Secret,
}

/// A credential that is ready to be put on a request.
#[derive(Default)]
struct Ready {
    puts: Vec<Put>,
    token: Option<(Arc<dyn TokenProvider>, u64)>,
    signer: Option<Signer>,
}

struct Chooser<'c> {
    core: &'c Core,
    operation: &'static Operation,
}

impl Chooser<'_> {
    /// The first alternative that suffices.
    async fn sufficient(&self) -> Result<Vec<Ready>, Failure> {
        let needs = self.operation.needs;
        let mut refused: Option<Failure> = None;
        let mut open = needs.is_empty();
        for alternative in needs {
            if alternative.is_empty() {
                open = true;
                continue;
            }
            let filled = alternative.iter().map(|need| Some((need, self.core.credential(need.slot)?)));
            let Some(filled) = filled.collect::<Option<Vec<_>>>() else {
                continue;
            };
            match self.all(&filled).await {
                Ok(ready) => return Ok(ready),
                Err(failure) => drop(refused.get_or_insert(failure)),
            }
        }
        match refused {
            // To send without what can't be had for the moment would change the meaning of the call.
            Some(failure) if !open || failure.kind() != ErrorKind::ScopeMissing => Err(failure),
            None if !open => Err(self.failure(ErrorKind::Credential, self.missing())),
            _ => Ok(Vec::new()),
        }
    }

    async fn all(&self, filled: &[(&Need, &AnyCredential)]) -> Result<Vec<Ready>, Failure> {
        let mut ready = Vec::with_capacity(filled.len());
        for (need, credential) in filled {
            let scheme = self.scheme(need.slot)?;
            ready.push(self.ready(scheme, need.token, Some(need), &credential.0).await?);
        }
        Ok(ready)
    }

    /// The caller's own credential, where the operation, else the API, takes one of its kind; beside it what the client has
    /// for the rest of that alternative.
    async fn own(&self, own: &Credential) -> Result<Vec<Ready>, Failure> {
        let takes =
            |need: &&Need| self.core.api().schemes.get(need.slot).is_some_and(|scheme| accepts(scheme.kind, own));
        for alternative in self.operation.needs {
            let Some(chosen) = alternative.iter().find(takes) else {
                continue;
            };
            let mut ready = vec![self.ready(self.scheme(chosen.slot)?, chosen.token, None, own).await?];
            for need in alternative.iter().filter(|need| need.slot != chosen.slot) {
                if let Some(credential) = self.core.credential(need.slot) {
                    ready.push(self.ready(self.scheme(need.slot)?, need.token, None, &credential.0).await?);
                }
            }
            return Ok(ready);
        }
        match self.core.api().schemes.iter().find(|scheme| accepts(scheme.kind, own)) {
            Some(scheme) => Ok(vec![self.ready(scheme, Token::Any, None, own).await?]),
            None if matches!(own, Credential::Values(_)) => {
                let why = "no scheme of the API takes the inputs of a Lambda authorizer";
                Err(self.failure(ErrorKind::Credential, why))
            }
            None => Ok(vec![self.ready(&ANYWHERE, Token::Any, None, own).await?]),
        }
    }

    /// Makes a credential ready; checked against the need, if there is one.
    async fn ready(
        &self,
        scheme: &'static Scheme,
        token: Token,
        need: Option<&Need>,
        credential: &Credential,
    ) -> Result<Ready, Failure> {
        let sources = scheme.sources;
        let first = sources.first().copied();
        let mut ready = Ready::default();
        match credential {
            Credential::Tokens(provider) => {
                let jwt = self.token(provider, token, need).await.map_err(|error| self.refused(scheme, error))?;
                ready.puts.push(Put { place: first.unwrap_or(BEARER), prefix: scheme.prefix, secret: jwt.secret });
                ready.token = Some((Arc::clone(provider), jwt.generation));
            }
            Credential::Bearer(secret) => {
                let prefix = if scheme.kind == SchemeKind::Bearer { "Bearer " } else { scheme.prefix };
                ready.puts.push(Put { place: first.unwrap_or(BEARER), prefix, secret: secret.clone() });
            }
            Credential::Basic { user, password } => {
                if user.contains(':') {
                    let why = format!("`{}`: a user's name may hold no colon (RFC 7617)", scheme.name);
                    return Err(self.failure(ErrorKind::Credential, why));
                }
                let pair = Secret::new(format!("{user}:{}", password.expose()));
                let encoded = Secret::new(STANDARD.encode(pair.expose()));
                ready.puts.push(Put { place: first.unwrap_or(BEARER), prefix: "Basic ", secret: encoded });
            }
            Credential::ApiKey(key) => {
                ready.puts.push(Put {
                    place: first.unwrap_or(Place::Header("x-api-key")),
                    prefix: scheme.prefix,
                    secret: key.clone(),
                });
            }
            Credential::Values(values) => {
                let single = values.len() == 1;
                for (place, value) in sources.iter().zip(values) {
                    // A request authorizer has other sources beside the header that the prefix is for.
                    let prefix = if single || is_authorization(*place) { scheme.prefix } else { "" };
                    ready.puts.push(Put { place: *place, prefix, secret: value.clone() });
                }
            }
            Credential::Iam(iam) => {
                let region = self.core.region(iam, scheme).map_err(|why| self.failure(ErrorKind::Credential, why))?;
                let credentials = iam.provider.credentials().await.map_err(|error| self.refused(scheme, error))?;
                ready.signer = Some(Signer { credentials, region });
            }
        }
        Ok(ready)
    }

    async fn token(
        &self,
        provider: &Arc<dyn TokenProvider>,
        kind: Token,
        need: Option<&Need>,
    ) -> Result<Jwt, TokenError> {
        let Some(need) = need else {
            // Nothing is checked: the other kind of token is better than none.
            return match provider.token(kind).await {
                Err(error) if error.kind() == TokenErrorKind::WrongKind => provider.token(Token::Any).await,
                other => other,
            };
        };
        let jwt = provider.token(kind).await?;
        if let Some(granted) = &jwt.scopes {
            suffice(granted, need)?;
        }
        Ok(jwt)
    }

    fn scheme(&self, slot: usize) -> Result<&'static Scheme, Failure> {
        let scheme = self.core.api().schemes.get(slot);
        scheme.ok_or_else(|| self.failure(ErrorKind::Credential, "the operation names a scheme that the API has not"))
    }

    fn missing(&self) -> String {
        let one = |need: &Need| match self.core.api().schemes.get(need.slot) {
            Some(scheme) if scheme.kind == SchemeKind::Token => {
                format!("{} for `{}`", need.token.as_str(), scheme.name)
            }
            Some(scheme) => format!("{} for `{}`", scheme.kind.as_str(), scheme.name),
            None => "a credential that the API does not know".to_owned(),
        };
        let all = |alternative: &&[Need]| alternative.iter().map(one).collect::<Vec<_>>().join(" and ");
        let needed = self.operation.needs.iter().map(all).collect::<Vec<_>>().join(", or ");
        format!("the client has no credential that suffices; needed: {needed}. Give it to the client's builder")
    }

    fn refused(&self, scheme: &Scheme, error: TokenError) -> Failure {
        let kind = match error.kind() {
            TokenErrorKind::ScopeMissing => ErrorKind::ScopeMissing,
            TokenErrorKind::SessionEnded => ErrorKind::SessionEnded,
            _ => ErrorKind::Credential,
        };
        self.failure(kind, format!("`{}`: {error}", scheme.name)).transient(error.is_transient()).source(error)
    }

    fn failure(&self, kind: ErrorKind, message: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
        Failure::new(kind, self.operation, message)
    }
}

/// Where a credential goes that no scheme of the API speaks of.
static ANYWHERE: Scheme =
    Scheme { name: "send_with", kind: SchemeKind::Bearer, sources: &[], prefix: "", issuers: &[], region: None };

/// Where bearer tokens go (RFC 6750), and users with their passwords (RFC 7617).
const BEARER: Place = Place::Header("authorization");

fn accepts(kind: SchemeKind, credential: &Credential) -> bool {
    matches!(
        (kind, credential),
        (SchemeKind::Token, Credential::Tokens(_) | Credential::Bearer(_))
            | (SchemeKind::Bearer, Credential::Bearer(_) | Credential::Tokens(_))
            | (SchemeKind::Values, Credential::Values(_))
            | (SchemeKind::ApiKey, Credential::ApiKey(_))
            | (SchemeKind::Iam, Credential::Iam(_))
            | (SchemeKind::Basic, Credential::Basic { .. })
    )
}

fn suffice(granted: &[String], need: &Need) -> Result<(), TokenError> {
    let has = |scope: &&str| granted.iter().any(|granted| granted == scope);
    if need.all {
        return require_scopes(granted, need.scopes);
    }
    if need.scopes.is_empty() || need.scopes.iter().any(has) {
        return Ok(());
    }
    let wanted = need.scopes.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(" or ");
    let message = format!("expected a token granted {wanted}, found {}", told(granted));
    Err(TokenError::new(TokenErrorKind::ScopeMissing, message))
}

fn is_authorization(place: Place) -> bool {
    matches!(place, Place::Header(name) if name.eq_ignore_ascii_case("authorization"))
}

/// Puts a secret in its place; whatever stands there already gives way. A prefix that is there already is not written twice.
fn put(draft: &mut Draft, Put { place, prefix, secret }: &Put) -> Result<(), String> {
    let text = secret.expose();
    let there = text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let prefix = if there { "" } else { prefix };
    match *place {
        Place::Header(name) => {
            let header = HeaderName::from_bytes(name.as_bytes());
            let header = header.map_err(|_| format!("`{name}` is a name that no header may have"))?;
            // Written once, into the value that is sent: no copies are left behind.
            let value = HeaderValue::try_from([prefix, text].concat());
            let mut value = value.map_err(|_| unsendable("header", name))?;
            value.set_sensitive(true);
            draft.headers.insert(header, value);
        }
        Place::Query(name) => {
            replace(&mut draft.query, encode(name, false), encode(prefix, false) + &encode(text, false))
        }
        Place::Cookie(name) => {
            let fits = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
            let text = [prefix, text].concat();
            if !text.bytes().all(fits) {
                return Err(unsendable("cookie", name));
            }
            replace(&mut draft.cookies, encode(name, false), text);
        }
    }
    Ok(())
}

fn replace(pairs: &mut Vec<(String, String)>, name: String, value: String) {
    pairs.retain(|(other, _)| *other != name);
    pairs.push((name, value));
}

fn unsendable(what: &str, name: &str) -> String {
    format!("the credential for the {what} `{name}` holds a character that no {what} may hold, a line break perhaps")
}

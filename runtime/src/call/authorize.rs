//! Chooses the credentials of a call and adds them to its request.

use crate::client::core::Core;
use crate::contract::api::{Location, Need, Operation, Scheme, SchemeKind, TokenKind};
use crate::credential::iam::{AwsCredentials, AwsCredentialsProvider};
use crate::credential::kinds::{AnyCredential, Credential};
use crate::json::STANDARD;
use crate::request::draft::AuthorizedParts;
use crate::request::percent::encode;
use crate::response::error::{ErrorKind, Failure};
use crate::secret::Secret;
use crate::token::bearer_token::BearerToken;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::provider::TokenProvider;
use crate::token::scopes::{in_words, require_scopes};
use base64::Engine as _;
use http::header::{AUTHORIZATION, HeaderName};
use std::sync::Arc;

/// The credentials of an attempt.
#[derive(Default)]
pub(crate) struct Authorized {
    puts: Vec<PlacedSecret>,
    /// The keys to sign with, after all other credentials were added.
    pub(crate) signer: Option<Box<Signer>>,
}

/// AWS keys and the region to sign for.
pub(crate) struct Signer {
    pub(crate) credentials: AwsCredentials,
    pub(crate) region: String,
}

/// Returns the credentials of the first alternative that the client satisfies.
///
/// An alternative without credentials is used only if the client satisfies no other. The credential of `send_with` takes precedence and
/// is not checked.
///
/// The choice itself is synchronous. If a token or key has to be fetched, it is awaited, and the choice is made again.
pub(crate) async fn authorize(
    core: &Core,
    operation: &'static Operation,
    own: Option<&AnyCredential>,
) -> Result<Authorized, Failure> {
    let chooser = Chooser { core, operation, tokens: Vec::new(), keys: Vec::new() };
    match chooser.choose(own) {
        Ok(authorized) => Ok(authorized),
        Err(Unresolved::Failed(failure)) => Err(failure),
        // This path is rare. It is boxed, so that it does not enlarge the future of every call.
        Err(Unresolved::Waits(first)) => Box::pin(chooser.wait(own, first)).await,
    }
}

impl Authorized {
    /// Adds the credentials to a request. They replace other values at their locations.
    ///
    /// # Errors
    /// Fails if a credential can't be sent, or if two different credentials have the same location.
    pub(crate) fn put_on(&self, parts: &mut AuthorizedParts<'_>) -> Result<(), String> {
        for (index, put) in self.puts.iter().enumerate() {
            let other = self.puts.iter().take(index).find(|other| is_one_place(other.place, put.place));
            let is_same = |other: &PlacedSecret| other.prefix == put.prefix && other.secret == put.secret;
            let is_signature = self.signer.is_some() && is_authorization(put.place);
            if is_signature || other.is_some_and(|other| !is_same(other)) {
                let (Location::Header(name) | Location::Query(name) | Location::Cookie(name)) = put.place;
                return Err(format!(
                    "the operation requires two different credentials in `{name}`, but a request has only one"
                ));
            }
        }
        self.puts.iter().try_for_each(|credential| put(parts, credential))
    }

    /// Whether it adds nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.puts.is_empty() && self.signer.is_none()
    }

    /// The tokens: their providers and generations.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &(Arc<dyn TokenProvider>, u64)> {
        self.puts.iter().filter_map(|put| put.token.as_ref())
    }
}

/// A secret with its location, its prefix, and its token provider and generation.
struct PlacedSecret {
    place: Location,
    prefix: &'static str,
    secret: Secret,
    token: Option<(Arc<dyn TokenProvider>, u64)>,
}

impl PlacedSecret {
    fn new(place: Location, prefix: &'static str, secret: Secret) -> Self {
        Self { place, prefix, secret, token: None }
    }
}

struct Chooser<'c> {
    core: &'c Core,
    operation: &'static Operation,
    /// The tokens that were awaited.
    tokens: Vec<(Arc<dyn TokenProvider>, TokenKind, Provided<BearerToken>)>,
    keys: Vec<(Arc<dyn AwsCredentialsProvider>, Provided<AwsCredentials>)>,
}

/// The result of a provider.
type Provided<T> = Result<T, TokenError>;

/// Why no choice was made.
enum Unresolved {
    Failed(Failure),
    Waits(Awaited),
}

/// What has to be awaited.
enum Awaited {
    /// A token of this kind that is not available yet.
    Token(Arc<dyn TokenProvider>, TokenKind),
    /// AWS keys.
    Keys(Arc<dyn AwsCredentialsProvider>),
}

impl From<Failure> for Unresolved {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Chooser<'_> {
    fn choose(&self, own: Option<&AnyCredential>) -> Result<Authorized, Unresolved> {
        let mut ready = Authorized::default();
        match own {
            Some(own) => self.own(&own.0, &mut ready)?,
            None => self.sufficient(&mut ready)?,
        }
        Ok(ready)
    }

    /// Awaits what is missing and chooses again, until nothing is missing.
    async fn wait(mut self, own: Option<&AnyCredential>, first: Awaited) -> Result<Authorized, Failure> {
        let mut wanted = first;
        loop {
            match wanted {
                Awaited::Token(provider, kind) => {
                    let token = provider.token(kind).await;
                    self.tokens.push((provider, kind, token));
                }
                Awaited::Keys(provider) => {
                    let keys = provider.credentials().await;
                    self.keys.push((provider, keys));
                }
            }
            match self.choose(own) {
                Ok(authorized) => return Ok(authorized),
                Err(Unresolved::Failed(failure)) => return Err(failure),
                Err(Unresolved::Waits(next)) => wanted = next,
            }
        }
    }

    /// The first alternative that the client satisfies.
    fn sufficient(&self, ready: &mut Authorized) -> Result<(), Unresolved> {
        let needs = self.operation.needs;
        let mut refused: Option<Failure> = None;
        let mut open = needs.is_empty();
        for alternative in needs {
            if alternative.is_empty() {
                open = true;
                continue;
            }
            if alternative.iter().any(|need| self.core.credential(need.slot).is_none()) {
                continue;
            }
            match self.all(alternative, ready) {
                Err(Unresolved::Failed(failure)) => drop(refused.get_or_insert(failure)),
                done => return done,
            }
            *ready = Authorized::default();
        }
        match refused {
            // A call without a credential that is only unavailable now would have another meaning.
            Some(failure) if !open || failure.kind() != ErrorKind::ScopeMissing => Err(failure.into()),
            None if !open => Err(self.failure(ErrorKind::Credential, self.missing()).into()),
            _ => Ok(()),
        }
    }

    /// All credentials of an alternative.
    fn all(&self, alternative: &'static [Need], ready: &mut Authorized) -> Result<(), Unresolved> {
        ready.puts.reserve_exact(alternative.len());
        for need in alternative {
            if let Some(credential) = self.core.credential(need.slot) {
                self.ready(self.scheme(need.slot)?, need.token, Some(need), &credential.0, ready)?;
            }
        }
        Ok(())
    }

    /// The credential of `send_with`, at the location of its kind in the operation, else in the API; with it the client's credentials
    /// for the rest of the alternative.
    fn own(&self, own: &Credential, ready: &mut Authorized) -> Result<(), Unresolved> {
        let takes = |need: &&Need| self.core.api().schemes.get(need.slot).is_some_and(|scheme| accepts(scheme, own));
        for alternative in self.operation.needs {
            let Some(chosen) = alternative.iter().find(takes) else {
                continue;
            };
            self.ready(self.scheme(chosen.slot)?, chosen.token, None, own, ready)?;
            for need in alternative.iter().filter(|need| need.slot != chosen.slot) {
                if let Some(credential) = self.core.credential(need.slot) {
                    self.ready(self.scheme(need.slot)?, need.token, None, &credential.0, ready)?;
                }
            }
            return Ok(());
        }
        match self.core.api().schemes.iter().find(|scheme| accepts(scheme, own)) {
            Some(scheme) => self.ready(scheme, Some(TokenKind::Any), None, own, ready),
            None => {
                let Credential::Values { scheme, .. } = own else {
                    return self.ready(&ANYWHERE, Some(TokenKind::Any), None, own, ready);
                };
                let why = format!(
                    "the API has no Lambda authorizer `{scheme}`: pass `send_with` the inputs of an authorizer of this API"
                );
                Err(self.failure(ErrorKind::Credential, why).into())
            }
        }
    }

    /// Prepares a credential, and checks it against the need, if there is one.
    fn ready(
        &self,
        scheme: &'static Scheme,
        kind: Option<TokenKind>,
        need: Option<&Need>,
        credential: &Credential,
        ready: &mut Authorized,
    ) -> Result<(), Unresolved> {
        let sources = scheme.sources;
        let first = sources.first().copied();
        match credential {
            Credential::Tokens(provider) => {
                let jwt = match self.token(provider, kind.unwrap_or(TokenKind::Any))? {
                    // If nothing is checked, a token of the other kind is sent rather than none.
                    Err(error) if need.is_none() && error.kind() == TokenErrorKind::WrongKind => {
                        self.token(provider, TokenKind::Any)?
                    }
                    other => other,
                };
                let jwt = jwt.map_err(|error| self.refused(scheme, error))?;
                if let (Some(granted), Some(need)) = (&jwt.scopes, need) {
                    suffice(granted, need).map_err(|error| self.refused(scheme, error))?;
                }
                let token = Some((Arc::clone(provider), jwt.generation));
                let place = first.unwrap_or(BEARER);
                ready.puts.push(PlacedSecret { place, prefix: scheme.prefix, secret: jwt.secret, token });
            }
            Credential::Bearer(secret) => {
                let prefix = if scheme.kind == SchemeKind::Bearer { "Bearer " } else { scheme.prefix };
                ready.puts.push(PlacedSecret::new(first.unwrap_or(BEARER), prefix, secret.clone()));
            }
            Credential::Basic { user, password } => {
                if user.contains(':') {
                    let why = format!("`{}`: a user name must not have a colon (RFC 7617): remove it", scheme.name);
                    return Err(self.failure(ErrorKind::Credential, why).into());
                }
                let pair = Secret::new(format!("{user}:{}", password.expose()));
                let encoded = Secret::new(STANDARD.encode(pair.expose()));
                ready.puts.push(PlacedSecret::new(first.unwrap_or(BEARER), "Basic ", encoded));
            }
            Credential::ApiKey(key) => {
                let place = first.unwrap_or(Location::Header("x-api-key"));
                ready.puts.push(PlacedSecret::new(place, scheme.prefix, key.clone()));
            }
            Credential::Values { values, .. } => {
                let single = values.len() == 1;
                for (place, value) in sources.iter().zip(values) {
                    // A request authorizer can have other sources than the header with the prefix.
                    let prefix = if single || is_authorization(*place) { scheme.prefix } else { "" };
                    ready.puts.push(PlacedSecret::new(*place, prefix, value.clone()));
                }
            }
            Credential::Iam(iam) => {
                let region = self.core.region(iam, scheme).map_err(|why| self.failure(ErrorKind::Credential, why))?;
                let known = self.keys.iter().find(|(provider, _)| same(provider, &iam.provider));
                let Some((_, keys)) = known else {
                    return Err(Unresolved::Waits(Awaited::Keys(Arc::clone(&iam.provider))));
                };
                let credentials = keys.clone().map_err(|error| self.refused(scheme, error))?;
                ready.signer = Some(Box::new(Signer { credentials, region }));
            }
        }
        Ok(())
    }

    /// A token that is available or was awaited.
    fn token(&self, provider: &Arc<dyn TokenProvider>, kind: TokenKind) -> Result<Provided<BearerToken>, Unresolved> {
        if let Some(jwt) = provider.held(kind) {
            return Ok(Ok(jwt));
        }
        let known = self.tokens.iter().find(|(one, of, _)| same(one, provider) && *of == kind);
        known
            .map(|(_, _, token)| token.clone())
            .ok_or_else(|| Unresolved::Waits(Awaited::Token(Arc::clone(provider), kind)))
    }

    fn scheme(&self, slot: usize) -> Result<&'static Scheme, Failure> {
        let scheme = self.core.api().schemes.get(slot);
        scheme.ok_or_else(|| {
            self.failure(
                ErrorKind::Credential,
                "the operation refers to a security scheme that the API does not have: generate the client again",
            )
        })
    }

    fn missing(&self) -> String {
        let one = |need: &Need| match self.core.api().schemes.get(need.slot) {
            Some(scheme) if scheme.kind == SchemeKind::Token => {
                format!("{} for `{}`", need.token.unwrap_or(TokenKind::Any).as_str(), scheme.name)
            }
            Some(scheme) => format!("{} for `{}`", scheme.kind.as_str(), scheme.name),
            None => "an unknown credential".to_owned(),
        };
        let all = |alternative: &&[Need]| alternative.iter().map(one).collect::<Vec<_>>().join(" and ");
        let needed = self.operation.needs.iter().map(all).collect::<Vec<_>>().join(", or ");
        format!("the client has no credential for this operation; required: {needed}. Set it with the client's builder")
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

fn same<T: ?Sized>(one: &Arc<T>, other: &Arc<T>) -> bool {
    std::ptr::addr_eq(Arc::as_ptr(one), Arc::as_ptr(other))
}

/// The scheme of a credential for which the API has no scheme.
static ANYWHERE: Scheme =
    Scheme { name: "send_with", kind: SchemeKind::Bearer, sources: &[], prefix: "", issuers: &[], region: None };

/// The location of bearer tokens (RFC 6750), and of users and passwords (RFC 7617).
const BEARER: Location = Location::Header("authorization");

fn accepts(scheme: &Scheme, credential: &Credential) -> bool {
    // The inputs of a Lambda authorizer are sent to that authorizer only.
    if let Credential::Values { scheme: of, .. } = credential {
        return scheme.kind == SchemeKind::Values && scheme.name == *of;
    }
    matches!(
        (scheme.kind, credential),
        (SchemeKind::Token, Credential::Tokens(_) | Credential::Bearer(_))
            | (SchemeKind::Bearer, Credential::Bearer(_) | Credential::Tokens(_))
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
    let message = format!("expected a token granted {wanted}, found {}", in_words(granted));
    Err(TokenError::new(TokenErrorKind::ScopeMissing, message))
}

/// Whether two locations are the same. Header names are case-insensitive (RFC 9110, section 5.1).
fn is_one_place(one: Location, other: Location) -> bool {
    match (one, other) {
        (Location::Header(one), Location::Header(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

fn is_authorization(place: Location) -> bool {
    matches!(place, Location::Header(name) if name.eq_ignore_ascii_case("authorization"))
}

/// Adds a secret at its location. A prefix that the secret has already is not added again.
fn put(
    parts: &mut AuthorizedParts<'_>,
    PlacedSecret { place, prefix, secret, .. }: &PlacedSecret,
) -> Result<(), String> {
    let text = secret.expose();
    let there = text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let prefix = if there { "" } else { *prefix };
    match *place {
        Location::Header(name) => {
            let header =
                if is_authorization(*place) { Ok(AUTHORIZATION) } else { HeaderName::from_bytes(name.as_bytes()) };
            let header = header.map_err(|_| format!("`{name}` is not a valid header name"))?;
            parts.headers.insert(header, secret.header(prefix).ok_or_else(|| unsendable("header", name))?);
        }
        Location::Query(name) => {
            replace(parts.query.to_mut(), encode(name, false), encode(prefix, false) + &encode(text, false));
        }
        Location::Cookie(name) => {
            let fits = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
            let text = [prefix, text].concat();
            if !text.bytes().all(fits) {
                return Err(unsendable("cookie", name));
            }
            replace(parts.cookies.to_mut(), encode(name, false), text);
        }
    }
    Ok(())
}

fn replace(pairs: &mut Vec<(String, String)>, name: String, value: String) {
    pairs.retain(|(other, _)| *other != name);
    pairs.push((name, value));
}

fn unsendable(what: &str, name: &str) -> String {
    format!(
        "the credential for the {what} `{name}` has a character that is not valid in a {what}, such as a line break"
    )
}

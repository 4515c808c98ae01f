//! Chooses the credentials of a call and puts them on its request.

use crate::client::core::Core;
use crate::contract::api::{Location, Need, Operation, Scheme, SchemeKind, TokenKind};
use crate::credential::iam::{AwsCredentials, AwsCredentialsProvider};
use crate::credential::kinds::{AnyCredential, Credential};
use crate::json::STANDARD;
use crate::request::draft::AuthorizedParts;
use crate::request::params::encode;
use crate::response::error::{ErrorKind, Failure};
use crate::secret::Secret;
use crate::token::bearer_token::BearerToken;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::provider::TokenProvider;
use crate::token::scopes::{require_scopes, told};
use base64::Engine as _;
use http::header::{AUTHORIZATION, HeaderName};
use std::sync::Arc;

/// The credentials of an attempt.
#[derive(Default)]
pub(crate) struct Authorized {
    puts: Vec<PlacedSecret>,
    /// What it has to be signed with, last of all.
    pub(crate) signer: Option<Box<Signer>>,
}

/// AWS keys and the region to sign for.
pub(crate) struct Signer {
    pub(crate) credentials: AwsCredentials,
    pub(crate) region: String,
}

/// The credentials of the first alternative whose slots are filled and whose tokens suffice.
/// The alternative without credentials comes last, wherever it stands: what is there to show is shown.
///
/// A credential of the caller's own (`send_with`) goes first and is not checked.
///
/// To choose is not asynchronous: where something has to be waited for, that is waited for, and the choice made again.
pub(crate) async fn authorize(
    core: &Core,
    operation: &'static Operation,
    own: Option<&AnyCredential>,
) -> Result<Authorized, Failure> {
    let chooser = Chooser { core, operation, tokens: Vec::new(), keys: Vec::new() };
    match chooser.choose(own) {
        Ok(authorized) => Ok(authorized),
        Err(Unresolved::Failed(failure)) => Err(failure),
        // It is seldom, and has a place of its own: calls hold no room for it.
        Err(Unresolved::Waits(first)) => Box::pin(chooser.wait(own, first)).await,
    }
}

impl Authorized {
    /// Puts them on a request; whatever is in their places gives way.
    ///
    /// # Errors
    /// Which one can't be sent; that two different ones go into one place, of which a request carries one.
    pub(crate) fn put_on(&self, parts: &mut AuthorizedParts<'_>) -> Result<(), String> {
        for (index, put) in self.puts.iter().enumerate() {
            let other = self.puts.iter().take(index).find(|other| is_one_place(other.place, put.place));
            let is_same = |other: &PlacedSecret| other.prefix == put.prefix && other.secret == put.secret;
            let is_signature = self.signer.is_some() && is_authorization(put.place);
            if is_signature || other.is_some_and(|other| !is_same(other)) {
                let (Location::Header(name) | Location::Query(name) | Location::Cookie(name)) = put.place;
                return Err(format!(
                    "the operation requires two different credentials in `{name}`, and a request carries one"
                ));
            }
        }
        self.puts.iter().try_for_each(|credential| put(parts, credential))
    }

    /// The tokens among them: their providers and generations.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &(Arc<dyn TokenProvider>, u64)> {
        self.puts.iter().filter_map(|put| put.token.as_ref())
    }
}

/// A secret, where it goes, what stands before it, and which token of which provider it is.
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
    /// What was waited for, and what came.
    tokens: Vec<(Arc<dyn TokenProvider>, TokenKind, Provided<BearerToken>)>,
    keys: Vec<(Arc<dyn AwsCredentialsProvider>, Provided<AwsCredentials>)>,
}

/// What a provider gave.
type Provided<T> = Result<T, TokenError>;

/// Why the choice is not made.
enum Unresolved {
    Failed(Failure),
    Waits(Awaited),
}

/// What has to be waited for.
enum Awaited {
    /// A token of this kind that is not at hand.
    Token(Arc<dyn TokenProvider>, TokenKind),
    /// AWS keys, which never are.
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

    /// Waits for what is wanted and chooses again, until nothing is.
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

    /// The first alternative that suffices.
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
            // To send without what can't be had for the moment would change the meaning of the call.
            Some(failure) if !open || failure.kind() != ErrorKind::ScopeMissing => Err(failure.into()),
            None if !open => Err(self.failure(ErrorKind::Credential, self.missing()).into()),
            _ => Ok(()),
        }
    }

    /// All credentials of an alternative, as far as the client has them.
    fn all(&self, alternative: &'static [Need], ready: &mut Authorized) -> Result<(), Unresolved> {
        ready.puts.reserve_exact(alternative.len());
        for need in alternative {
            if let Some(credential) = self.core.credential(need.slot) {
                self.ready(self.scheme(need.slot)?, need.token, Some(need), &credential.0, ready)?;
            }
        }
        Ok(())
    }

    /// The caller's own credential, where the operation, else the API, takes one of its kind; beside it what the client has
    /// for the rest of that alternative.
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
                    "the API has no Lambda authorizer `{scheme}`: give `send_with` the inputs of one of its own"
                );
                Err(self.failure(ErrorKind::Credential, why).into())
            }
        }
    }

    /// Makes a credential ready; checked against the need, if there is one.
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
                    // Where nothing is checked, the other kind of token is better than none.
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
                    let why = format!("`{}`: a user's name may hold no colon (RFC 7617)", scheme.name);
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
                    // A request authorizer has other sources beside the header that the prefix is for.
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

    /// A token that is at hand, or was waited for.
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
        scheme.ok_or_else(|| self.failure(ErrorKind::Credential, "the operation names a scheme that the API has not"))
    }

    fn missing(&self) -> String {
        let one = |need: &Need| match self.core.api().schemes.get(need.slot) {
            Some(scheme) if scheme.kind == SchemeKind::Token => {
                format!("{} for `{}`", need.token.unwrap_or(TokenKind::Any).as_str(), scheme.name)
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

fn same<T: ?Sized>(one: &Arc<T>, other: &Arc<T>) -> bool {
    std::ptr::addr_eq(Arc::as_ptr(one), Arc::as_ptr(other))
}

/// Where a credential goes that no scheme of the API speaks of.
static ANYWHERE: Scheme =
    Scheme { name: "send_with", kind: SchemeKind::Bearer, sources: &[], prefix: "", issuers: &[], region: None };

/// Where bearer tokens go (RFC 6750), and users with their passwords (RFC 7617).
const BEARER: Location = Location::Header("authorization");

fn accepts(scheme: &Scheme, credential: &Credential) -> bool {
    // The inputs of one Lambda authorizer are none of another's business.
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
    let message = format!("expected a token granted {wanted}, found {}", told(granted));
    Err(TokenError::new(TokenErrorKind::ScopeMissing, message))
}

/// Whether two places are one: the names of headers have no case (RFC 9110, section 5.1).
fn is_one_place(one: Location, other: Location) -> bool {
    match (one, other) {
        (Location::Header(one), Location::Header(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

fn is_authorization(place: Location) -> bool {
    matches!(place, Location::Header(name) if name.eq_ignore_ascii_case("authorization"))
}

/// Puts a secret in its place. A prefix that is there already is not written twice.
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
            let header = header.map_err(|_| format!("`{name}` is a name that no header may have"))?;
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
    format!("the credential for the {what} `{name}` holds a character that no {what} may hold, a line break perhaps")
}

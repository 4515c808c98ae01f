//! The credentials that are tokens of a user pool or another issuer.

use crate::api::Token;
use crate::audience::Audiences;
use crate::clock::SystemClock;
use crate::credentials::{AnyCredential, Credential};
use crate::expected::{Deployed, Expected};
use crate::fixed_tokens::{FixedTokens, RefusedToken};
use crate::grants::{GrantOf, No, SelfService, Slot, Yes};
use crate::jwt::{Jwt, UnverifiedClaims, refuse_jwt, require_scopes};
use crate::passing_tokens::PassingTokens;
use crate::provided_tokens::ProvidedTokens;
use crate::secret::Secret;
use crate::token::TokenProvider;
use crate::token_error::{TokenError, TokenErrorKind};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::SystemTime;

/// A user pool or another issuer of tokens, as a type; generated crates have one for each authorizer that takes tokens.
pub trait Pool {
    /// The API it belongs to.
    type Api;
    /// Its name in the document.
    const NAME: &'static str;
    /// Who issues its tokens; empty where the document doesn't say, and then any issuer passes. An issuer of a Cognito user
    /// pool is any of that pool's: of either form, and of any region of its partition.
    const ISSUERS: &'static [&'static str];
    /// The AWS region of the user pool.
    const REGION: Option<&'static str>;
    /// The id of the user pool, `us-east-1_AbC123`.
    const POOL_ID: Option<&'static str>;
    /// The app client that the API's developer hands to its users.
    const APP_CLIENT_ID: Option<&'static str>;
    /// The domain of the managed login, `https://auth.example.com`.
    const DOMAIN: Option<&'static str>;
    /// The audiences whose tokens the authorizer takes.
    const AUDIENCES: Audiences = Audiences::Any;
}

/// A credential that can fill the slot of pool `P`: one of the four types of this crate. Tokens of an application's own
/// source become one by `from_provider`.
pub trait TokenCredential<P>: Slot + sealed::Sealed {
    /// The credential without its type.
    fn into_credential(self) -> AnyCredential
    where
        P: Pool;
}

mod sealed {
    /// Keeps applications from credentials of their own, whose types could claim what their tokens don't say.
    pub trait Sealed {}
}

/// A user's session: an ID token and an access token of pool `P`, the latter granted the scopes of `G`.
pub struct UserSession<P, G = ()>(Held<P, G>);

/// A machine's session (client credentials): an access token of pool `P`, granted the scopes of `G`. It never has an
/// ID token.
pub struct Machine<P, G = ()>(Held<P, G>);

/// One ID token of pool `P`, as it came from elsewhere.
pub struct IdToken<P>(Held<P, ()>);

/// One access token of pool `P`, granted the scopes of `G`, as it came from elsewhere.
pub struct AccessToken<P, G = ()>(Held<P, G>);

impl<P: Pool, G: GrantOf<P::Api>> UserSession<P, G> {
    /// Takes a user's two tokens, checked: their kinds, issuer, audience or app client, ends, that they are of one user, and
    /// that the access token was granted all scopes of `G`.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_tokens(id: impl Into<Secret>, access: impl Into<Secret>) -> Result<Self, TokenError> {
        let (id, id_claims) = checked::<P, ()>(id.into(), Token::Id)?;
        let (access, access_claims) = checked::<P, G>(access.into(), Token::Access)?;
        if id_claims.subject != access_claims.subject {
            let message = "expected two tokens of one user, found two users (`sub`)";
            return Err(TokenError::new(TokenErrorKind::Malformed, message));
        }
        expected::<P>().check_user(&id_claims, &access_claims)?;
        Ok(Self(Held::of(vec![id, access])))
    }

    /// Takes a session of tokens of the pool.
    ///
    /// # Errors
    /// What was expected and what was found.
    #[cfg(any(feature = "cognito", feature = "oauth"))]
    pub(crate) fn of(session: crate::session::Session) -> Result<Self, TokenError> {
        Held::of_session(session, &[Token::Id, Token::Access]).map(Self)
    }

    /// Takes a provider of a user's tokens, after checking the two it has now. Each token that it hands out later is checked
    /// too: its kind and issuer, and the scopes that it says are those that count.
    ///
    /// # Errors
    /// Those of the provider; and what was expected and what was found.
    pub async fn from_provider(provider: impl TokenProvider + 'static) -> Result<Self, TokenError> {
        let provider = ProvidedTokens::new(provider, expected::<P>().issuers);
        let id = check::<P, ()>(&provider.token(Token::Id).await?, Token::Id)?;
        let (held, access) = Held::checked(provider).await?;
        expected::<P>().check_user(&id, &access)?;
        Ok(Self(held))
    }

    /// The same session with the scopes of `Other`, if the access token was granted them.
    ///
    /// # Errors
    /// Which scopes are missing.
    pub fn try_grant<Other: GrantOf<P::Api>>(self) -> Result<UserSession<P, Other>, TokenError> {
        self.0.narrowed().map(UserSession)
    }
}

impl<P: Pool> UserSession<P, SelfService> {
    /// Takes a session of a sign-in over the user-pool API, which gives that scope unless a trigger takes it away.
    #[cfg(feature = "cognito")]
    pub(crate) fn of_password(session: crate::session::Session) -> Result<Self, TokenError> {
        UserSession::<P>::of(session).map(|session| Self(session.0.typed()))
    }
}

impl<P> From<UserSession<P, SelfService>> for UserSession<P> {
    /// The same session as one of which no scope is known: for the type that an application stores sessions of all sign-ins in.
    fn from(session: UserSession<P, SelfService>) -> Self {
        Self(session.0.typed())
    }
}

impl<P: Pool, G: GrantOf<P::Api>> Machine<P, G> {
    /// Takes an access token, checked: its kind, issuer, audience or app client, end, and that it was granted all scopes of `G`.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_jwt(token: impl Into<Secret>) -> Result<Self, TokenError> {
        let (token, claims) = checked::<P, G>(token.into(), Token::Access)?;
        expected::<P>().audiences.check(&claims)?;
        Ok(Self(Held::of(vec![token])))
    }

    /// Takes a session of an access token of the pool.
    ///
    /// # Errors
    /// What was expected and what was found.
    #[cfg(feature = "oauth")]
    pub(crate) fn of(session: crate::session::Session) -> Result<Self, TokenError> {
        Held::of_session(session, &[Token::Access]).map(Self)
    }

    /// Takes a provider of access tokens, after checking the one it has now. Each token that it hands out later is checked
    /// too: its kind and issuer, and the scopes that it says are those that count.
    ///
    /// # Errors
    /// Those of the provider; and what was expected and what was found.
    pub async fn from_provider(provider: impl TokenProvider + 'static) -> Result<Self, TokenError> {
        let (held, access) = Held::checked(ProvidedTokens::new(provider, expected::<P>().issuers)).await?;
        expected::<P>().audiences.check(&access)?;
        Ok(Self(held))
    }

    /// The same session with the scopes of `Other`, if the access token was granted them.
    ///
    /// # Errors
    /// Which scopes are missing.
    pub fn try_grant<Other: GrantOf<P::Api>>(self) -> Result<Machine<P, Other>, TokenError> {
        self.0.narrowed().map(Machine)
    }
}

#[cfg(any(feature = "cognito", feature = "oauth"))]
impl<P, G> UserSession<P, G> {
    /// The session behind it: events, refresh, sign-out. None if it was made of tokens that nothing refreshes, or of a
    /// provider.
    pub fn session(&self) -> Option<&crate::session::Session> {
        self.0.session.as_ref()
    }
}

#[cfg(any(feature = "cognito", feature = "oauth"))]
impl<P, G> Machine<P, G> {
    /// The session behind it. None if it was made of a token that nothing refreshes, or of a provider.
    pub fn session(&self) -> Option<&crate::session::Session> {
        self.0.session.as_ref()
    }
}

impl<P: Pool> IdToken<P> {
    /// Takes an ID token, checked: its kind, issuer, app client and end.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_jwt(token: impl Into<Secret>) -> Result<Self, TokenError> {
        let (token, claims) = checked::<P, ()>(token.into(), Token::Id)?;
        expected::<P>().audiences.check(&claims)?;
        Ok(Self(Held::of(vec![token])))
    }
}

impl<P: Pool, G: GrantOf<P::Api>> AccessToken<P, G> {
    /// Takes an access token, checked: its kind, issuer, audience or app client, end, and that it was granted all scopes of `G`.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_jwt(token: impl Into<Secret>) -> Result<Self, TokenError> {
        let (token, claims) = checked::<P, G>(token.into(), Token::Access)?;
        expected::<P>().audiences.check(&claims)?;
        Ok(Self(Held::of(vec![token])))
    }

    /// Takes an access token that says nothing of itself (RFC 6749 does not ask for a JWT): its scopes are the caller's word.
    ///
    /// A JWT, as Cognito's tokens are, is refused: it says itself what it is, and [`AccessToken::from_jwt`] checks that.
    /// Every call with it then fails with [`TokenErrorKind::WrongKind`] before anything is sent.
    pub fn opaque(token: impl Into<Secret>) -> Self {
        let (secret, kind) = (token.into(), Token::Access);
        Self(match refuse_jwt(secret.expose()) {
            Ok(()) => Held::of(vec![Jwt { secret, kind, generation: 0, expires_at: None, scopes: None }]),
            Err(error) => Held::new(Arc::new(RefusedToken(error)), None),
        })
    }

    /// The same token with the scopes of `Other`, if it was granted them.
    ///
    /// # Errors
    /// Which scopes are missing; an opaque token has none that are known.
    pub fn try_grant<Other: GrantOf<P::Api>>(self) -> Result<AccessToken<P, Other>, TokenError> {
        self.0.narrowed().map(AccessToken)
    }
}

macro_rules! token_credential {
    ($name:ident<P $(, $grant:ident)?>, $id:ty, $access:ty, $granted:ty) => {
        impl<P $(, $grant)?> Slot for $name<P $(, $grant)?> {
            type Filled = Yes;
            type IdToken = $id;
            type AccessToken = $access;
            type Grant = $granted;
        }

        impl<P $(, $grant)?> sealed::Sealed for $name<P $(, $grant)?> {}

        impl<P $(, $grant)?> TokenCredential<P> for $name<P $(, $grant)?> {
            fn into_credential(self) -> AnyCredential
            where
                P: Pool,
            {
                AnyCredential(Credential::Tokens(PassingTokens::of(self.0.provider, P::AUDIENCES)))
            }
        }

        impl<P $(, $grant)?> From<$name<P $(, $grant)?>> for AnyCredential {
            fn from(credential: $name<P $(, $grant)?>) -> Self {
                Self(Credential::Tokens(credential.0.provider))
            }
        }

        impl<P $(, $grant)?> Clone for $name<P $(, $grant)?> {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }

        impl<P $(, $grant)?> fmt::Debug for $name<P $(, $grant)?> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("scopes", &self.0.granted()).finish_non_exhaustive()
            }
        }
    };
}

token_credential!(UserSession<P, G>, Yes, Yes, G);
token_credential!(Machine<P, G>, No, Yes, G);
token_credential!(IdToken<P>, Yes, No, ());
token_credential!(AccessToken<P, G>, No, Yes, G);

/// What the four token credentials hold.
struct Held<P, G> {
    provider: Arc<dyn TokenProvider>,
    /// What the access token was granted when it was checked; `None` if there is none or it doesn't say.
    scopes: Option<Arc<[String]>>,
    #[cfg(any(feature = "cognito", feature = "oauth"))]
    session: Option<crate::session::Session>,
    types: PhantomData<fn() -> (P, G)>,
}

impl<P, G> Held<P, G> {
    fn of(tokens: Vec<Jwt>) -> Self {
        let scopes = tokens.iter().find(|token| token.kind == Token::Access).and_then(|token| token.scopes.clone());
        let provider = Arc::new(FixedTokens { tokens, clock: Arc::new(SystemClock) });
        Self::new(provider, scopes)
    }

    fn new(provider: Arc<dyn TokenProvider>, scopes: Option<Arc<[String]>>) -> Self {
        Self {
            provider,
            scopes,
            #[cfg(any(feature = "cognito", feature = "oauth"))]
            session: None,
            types: PhantomData,
        }
    }

    /// A provider whose access token is good now, and what that says.
    async fn checked(provider: ProvidedTokens) -> Result<(Self, UnverifiedClaims), TokenError>
    where
        P: Pool,
        G: GrantOf<P::Api>,
    {
        let claims = check::<P, G>(&provider.token(Token::Access).await?, Token::Access)?;
        Ok((Self::new(Arc::new(provider), claims.scopes.clone().map(Arc::from)), claims))
    }

    fn narrowed<Other>(self) -> Result<Held<P, Other>, TokenError>
    where
        P: Pool,
        Other: GrantOf<P::Api>,
    {
        require_scopes(self.granted().as_deref().unwrap_or_default(), &names::<P, Other>())?;
        Ok(self.typed())
    }
}

impl<P, G> Held<P, G> {
    /// What the access token was granted: now, where a session refreshes it.
    fn granted(&self) -> Option<Arc<[String]>> {
        #[cfg(any(feature = "cognito", feature = "oauth"))]
        if let Some(session) = &self.session {
            return session.scopes();
        }
        self.scopes.clone()
    }

    fn typed<Other>(self) -> Held<P, Other> {
        Held {
            provider: self.provider,
            scopes: self.scopes,
            #[cfg(any(feature = "cognito", feature = "oauth"))]
            session: self.session,
            types: PhantomData,
        }
    }
}

#[cfg(any(feature = "cognito", feature = "oauth"))]
impl<P: Pool, G: GrantOf<P::Api>> Held<P, G> {
    /// A session whose tokens are of these kinds and of the pool, and whose access token was granted the scopes of `G`.
    /// Their ends are the session's affair.
    fn of_session(session: crate::session::Session, kinds: &[Token]) -> Result<Self, TokenError> {
        let (id, access) = session.id_and_access();
        let expected = Expected::of::<P>(session.deployed());
        let (mut id_claims, mut access_claims) = (None, None);
        for kind in kinds {
            let token = match kind {
                Token::Id => &id,
                _ => &access,
            };
            let Some(token) = token else {
                let message = format!("expected {}, found none", kind.as_str());
                return Err(TokenError::new(TokenErrorKind::WrongKind, message));
            };
            // An access token need not be a JWT (RFC 6749, section 1.4); an ID token is one.
            if *kind == Token::Id || token.secret.expose().split('.').count() == 3 {
                let claims = UnverifiedClaims::read(token.secret.expose())?;
                claims.check_origin(*kind, &expected.issuers)?;
                let read = if *kind == Token::Id { &mut id_claims } else { &mut access_claims };
                *read = Some(claims);
            }
        }
        match (&id_claims, &access_claims) {
            (Some(id), Some(access)) => expected.check_user(id, access)?,
            (None, Some(one)) | (Some(one), None) => expected.audiences.check(one)?,
            (None, None) => {}
        }
        require_scopes(session.scopes().as_deref().unwrap_or_default(), &names::<P, G>())?;
        let mut held = Self::new(Arc::new(session.clone()), session.scopes());
        held.session = Some(session);
        Ok(held)
    }
}

impl<P, G> Clone for Held<P, G> {
    fn clone(&self) -> Self {
        Self {
            provider: Arc::clone(&self.provider),
            scopes: self.scopes.clone(),
            #[cfg(any(feature = "cognito", feature = "oauth"))]
            session: self.session.clone(),
            types: PhantomData,
        }
    }
}

/// The token, and its claims after they were checked.
fn checked<P: Pool, G: GrantOf<P::Api>>(secret: Secret, kind: Token) -> Result<(Jwt, UnverifiedClaims), TokenError> {
    let claims = UnverifiedClaims::read(secret.expose())?;
    claims.check_in(&expected::<P>().issuers, kind, &names::<P, G>(), &SystemClock)?;
    let expires_at: Option<SystemTime> = claims.expires_at;
    let scopes = claims.scopes.clone().map(Arc::from);
    Ok((Jwt { secret, kind, generation: 0, expires_at, scopes }, claims))
}

fn check<P: Pool, G: GrantOf<P::Api>>(token: &Jwt, kind: Token) -> Result<UnverifiedClaims, TokenError> {
    checked::<P, G>(token.secret.clone(), kind).map(|(_, claims)| claims)
}

/// What the document says of `P`.
fn expected<P: Pool>() -> Expected {
    Expected::of::<P>(&Deployed::default())
}

fn names<P: Pool, G: GrantOf<P::Api>>() -> Vec<&'static str> {
    let mut names = Vec::new();
    G::names(&mut names);
    names
}

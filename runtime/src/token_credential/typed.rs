//! The credentials that are tokens of a user pool or another issuer.

use crate::contract::api::TokenKind;
use crate::contract::grants::{GrantOf, No, PortableGrant, SelfService, Slot, Yes};
use crate::credential::deployment::Deployment;
use crate::credential::environment::Environment;
use crate::credential::kinds::{AnyCredential, Credential};
use crate::credential::offered::{Offered, TokensOf};
use crate::credential::pool::Pool;
use crate::secret::Secret;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::refuse_jwt;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::provider::TokenProvider;
use crate::token_credential::expected::Expected;
use crate::token_credential::fixed::RefusedToken;
use crate::token_credential::passing::PassingTokens;
use crate::token_credential::provided::ProvidedTokens;
use crate::token_credential::tokens::{HeldTokens, check, checked_in};
use std::fmt;
use std::sync::Arc;

/// A user's session: an ID token and an access token of pool `P`, the latter granted the scopes of `G`.
pub struct UserSession<P, G = ()>(HeldTokens<P, G>);

/// A machine's session (client credentials): an access token of pool `P`, granted the scopes of `G`. It never has an
/// ID token.
pub struct Machine<P, G = ()>(HeldTokens<P, G>);

/// One ID token of pool `P`, as it came from elsewhere.
pub struct IdToken<P>(HeldTokens<P, ()>);

/// One access token of pool `P`, granted the scopes of `G`, as it came from elsewhere.
pub struct AccessToken<P, G = ()>(HeldTokens<P, G>);

impl<P: Pool, G> UserSession<P, G> {
    /// Takes a user's two tokens, checked: their kinds, issuer, audience or app client, ends, that they are of one user, and
    /// that the access token was granted all scopes of `G`.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_tokens(id: impl Into<Secret>, access: impl Into<Secret>) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        Self::of_tokens(&Deployment::default(), id.into(), access.into())
    }

    /// The same of an environment: its user pool is the one that is expected.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_tokens_in(
        environment: &Environment<P::Api>,
        id: impl Into<Secret>,
        access: impl Into<Secret>,
    ) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        Self::of_tokens(&environment.deployed::<P>(), id.into(), access.into())
    }

    fn of_tokens(deployed: &Deployment, id: Secret, access: Secret) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let (id, id_claims) = checked_in::<P, ()>(deployed, id, TokenKind::Id)?;
        let (access, access_claims) = checked_in::<P, G>(deployed, access, TokenKind::Access)?;
        if id_claims.subject != access_claims.subject {
            let message = "expected two tokens of one user, found two users (`sub`)";
            return Err(TokenError::new(TokenErrorKind::Malformed, message));
        }
        Expected::of::<P>(deployed).check_user(&id_claims, &access_claims)?;
        Ok(Self(HeldTokens::of(vec![id, access], deployed)))
    }

    /// Takes a session of tokens of the pool.
    ///
    /// # Errors
    /// What was expected and what was found.
    #[cfg(feature = "session")]
    pub(crate) fn of(session: crate::session::handle::Session) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        HeldTokens::of_session(session, &[TokenKind::Id, TokenKind::Access]).map(Self)
    }

    /// Takes a provider of a user's tokens, after checking the two it has now. Each token that it hands out later is checked
    /// too: its kind and issuer, and the scopes that it says are those that count.
    ///
    /// # Errors
    /// Those of the provider; and what was expected and what was found.
    pub async fn from_provider(provider: impl TokenProvider + 'static) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let provider = ProvidedTokens::new(Arc::new(provider), expected::<P>().issuers);
        let id = check::<P, ()>(&provider.token(TokenKind::Id).await?, TokenKind::Id)?;
        let (held, access) = HeldTokens::checked(provider).await?;
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
    pub(crate) fn of_password(session: crate::session::handle::Session) -> Result<Self, TokenError> {
        UserSession::<P>::of(session).map(|session| Self(session.0.typed()))
    }
}

impl<P> From<UserSession<P, SelfService>> for UserSession<P> {
    /// The same session as one of which no scope is known: for the type that an application stores sessions of all sign-ins in.
    fn from(session: UserSession<P, SelfService>) -> Self {
        Self(session.0.typed())
    }
}

impl<P: Pool, G> Machine<P, G> {
    /// Takes an access token, checked: its kind, issuer, audience or app client, end, and that it was granted all scopes of `G`.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_jwt(token: impl Into<Secret>) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let deployed = Deployment::default();
        one::<P, G>(&deployed, token.into(), TokenKind::Access).map(Self)
    }

    /// The same of an environment: its user pool is the one that is expected.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_jwt_in(environment: &Environment<P::Api>, token: impl Into<Secret>) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let deployed = environment.deployed::<P>();
        one::<P, G>(&deployed, token.into(), TokenKind::Access).map(Self)
    }

    /// Takes a session of an access token of the pool.
    ///
    /// # Errors
    /// What was expected and what was found.
    #[cfg(feature = "oauth")]
    pub(crate) fn of(session: crate::session::handle::Session) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        HeldTokens::of_session(session, &[TokenKind::Access]).map(Self)
    }

    /// Takes a provider of access tokens, after checking the one it has now. Each token that it hands out later is checked
    /// too: its kind and issuer, and the scopes that it says are those that count.
    ///
    /// # Errors
    /// Those of the provider; and what was expected and what was found.
    pub async fn from_provider(provider: impl TokenProvider + 'static) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let (held, access) =
            HeldTokens::checked(ProvidedTokens::new(Arc::new(provider), expected::<P>().issuers)).await?;
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

#[cfg(feature = "session")]
impl<P, G> UserSession<P, G> {
    /// The session behind it: events, refresh, sign-out. None if it was made of tokens that nothing refreshes, or of a
    /// provider.
    pub fn session(&self) -> Option<&crate::session::handle::Session> {
        self.0.session.as_ref()
    }
}

#[cfg(feature = "session")]
impl<P, G> Machine<P, G> {
    /// The session behind it. None if it was made of a token that nothing refreshes, or of a provider.
    pub fn session(&self) -> Option<&crate::session::handle::Session> {
        self.0.session.as_ref()
    }
}

impl<P: Pool> IdToken<P> {
    /// Takes an ID token, checked: its kind, issuer, app client and end.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_jwt(token: impl Into<Secret>) -> Result<Self, TokenError> {
        let deployed = Deployment::default();
        one::<P, ()>(&deployed, token.into(), TokenKind::Id).map(Self)
    }

    /// The same of an environment: its user pool is the one that is expected.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_jwt_in(environment: &Environment<P::Api>, token: impl Into<Secret>) -> Result<Self, TokenError> {
        let deployed = environment.deployed::<P>();
        one::<P, ()>(&deployed, token.into(), TokenKind::Id).map(Self)
    }
}

impl<P: Pool, G> AccessToken<P, G> {
    /// Takes an access token, checked: its kind, issuer, audience or app client, end, and that it was granted all scopes of `G`.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_jwt(token: impl Into<Secret>) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let deployed = Deployment::default();
        one::<P, G>(&deployed, token.into(), TokenKind::Access).map(Self)
    }

    /// The same of an environment: its user pool is the one that is expected.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn from_jwt_in(environment: &Environment<P::Api>, token: impl Into<Secret>) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let deployed = environment.deployed::<P>();
        one::<P, G>(&deployed, token.into(), TokenKind::Access).map(Self)
    }

    /// Takes an access token that says nothing of itself (RFC 6749 does not ask for a JWT): its scopes are the caller's word.
    ///
    /// A JWT, as Cognito's tokens are, is refused: it says itself what it is, and [`AccessToken::from_jwt`] checks that.
    /// Every call with it then fails with [`TokenErrorKind::WrongKind`] before anything is sent.
    pub fn opaque(token: impl Into<Secret>) -> Self
    where
        G: GrantOf<P::Api>,
    {
        let (secret, kind) = (token.into(), TokenKind::Access);
        Self(match refuse_jwt(secret.expose()) {
            Ok(()) => HeldTokens::of(
                vec![BearerToken { secret, kind, generation: 0, expires_at: None, scopes: None }],
                &Deployment::default(),
            ),
            Err(error) => HeldTokens::new(Arc::new(RefusedToken(error)), None),
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

macro_rules! for_pool {
    ($name:ident<P $(, $grant:ident)?>, $kinds:expr, $portable:ty) => {
        impl<P: Pool $(, $grant: PortableGrant)?> $name<P $(, $grant)?> {
            /// The same credential for another authorizer of the same user pool: in this API, or in another generated crate,
            /// `session.for_pool::<other::PetPool>()`. A session goes on as one: both refresh, keep and end it.
            ///
            /// Scopes are types of their API, so `try_grant::<grant![other::scopes::Read]>()` names those of the other one;
            /// [`SelfService`] stays.
            ///
            /// # Errors
            /// [`TokenErrorKind::WrongIssuer`] if the tokens are not of the user pool of `Q`,
            /// [`TokenErrorKind::WrongAudience`] if its authorizer does not take them.
            pub fn for_pool<Q: Pool>(&self) -> Result<$portable, TokenError> {
                self.0.carried::<Q, _>($kinds).map($name)
            }
        }
    };
}

for_pool!(UserSession<P, G>, &[TokenKind::Id, TokenKind::Access], UserSession<Q, G::Portable>);
for_pool!(Machine<P, G>, &[TokenKind::Access], Machine<Q, G::Portable>);
for_pool!(IdToken<P>, &[TokenKind::Id], IdToken<Q>);
for_pool!(AccessToken<P, G>, &[TokenKind::Access], AccessToken<Q, G::Portable>);

macro_rules! token_credential {
    ($name:ident<P $(, $grant:ident)?>, $id:ty, $access:ty, $granted:ty) => {
        #[diagnostic::do_not_recommend]
        impl<P $(, $grant)?> Slot for $name<P $(, $grant)?> {
            type Filled = Yes;
            type IdToken = $id;
            type AccessToken = $access;
            type Grant = $granted;
        }

        #[diagnostic::do_not_recommend]
        impl<P $(, $grant)?> Offered for $name<P $(, $grant)?> {
            type What = TokensOf<P>;

            fn into_any<Q: Pool>(self) -> AnyCredential {
                AnyCredential(Credential::Tokens(PassingTokens::of(self.0.provider, Q::AUDIENCES)))
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

/// One token of the deployment, checked.
fn one<P: Pool, G: GrantOf<P::Api>>(
    deployed: &Deployment,
    secret: Secret,
    kind: TokenKind,
) -> Result<HeldTokens<P, G>, TokenError> {
    let (token, claims) = checked_in::<P, G>(deployed, secret, kind)?;
    Expected::of::<P>(deployed).audiences.check(&claims)?;
    Ok(HeldTokens::of(vec![token], deployed))
}

/// What the document says of `P`.
fn expected<P: Pool>() -> Expected {
    Expected::of::<P>(&Deployment::default())
}

//! The credentials with tokens of a user pool or another issuer, by type.

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

/// The session of a user: an ID token and an access token of the pool `P`. The access token was granted the scopes of `G`.
pub struct UserSession<P, G = ()>(HeldTokens<P, G>);

/// The session of a machine, by the client credentials grant (RFC 6749, section 4.4): an access token of the pool `P` that was granted the scopes of `G`. It has no ID
/// token.
pub struct Machine<P, G = ()>(HeldTokens<P, G>);

/// An ID token of the pool `P` from another source, without refresh.
pub struct IdToken<P>(HeldTokens<P, ()>);

/// An access token of the pool `P` that was granted the scopes of `G`: from another source, without refresh, or that of a user who signed in
/// without an ID token, which is refreshed.
///
/// A program that acts for a user or for a machine, as its configuration says, converts the session of either into this type. It is still
/// refreshed:
///
/// ```
/// use cogen_runtime::{AccessToken, Machine, UserSession};
///
/// enum Who<P, G> {
///     User(UserSession<P, G>),
///     Machine(Machine<P, G>),
/// }
///
/// fn credential<P, G>(who: Who<P, G>) -> AccessToken<P, G> {
///     match who {
///         Who::User(session) => session.into(),
///         Who::Machine(machine) => machine.into(),
///     }
/// }
/// ```
pub struct AccessToken<P, G = ()>(HeldTokens<P, G>);

impl<P: Pool, G> UserSession<P, G> {
    /// Creates a session from the two tokens of a user, without refresh. It checks their kinds, issuer, audience or app client, expiry,
    /// that they are of the same user, and that the access token was granted all scopes of `G`.
    ///
    /// # Errors
    /// [`TokenErrorKind::Malformed`] if the text is not a JWT, [`WrongKind`](TokenErrorKind::WrongKind),
    /// [`WrongIssuer`](TokenErrorKind::WrongIssuer), [`WrongAudience`](TokenErrorKind::WrongAudience),
    /// [`Expired`](TokenErrorKind::Expired), or [`ScopeMissing`](TokenErrorKind::ScopeMissing). The message has the expected and the
    /// found value.
    pub fn from_tokens(id: impl Into<Secret>, access: impl Into<Secret>) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        Self::of_tokens(&Deployment::default(), id.into(), access.into())
    }

    /// Does the same with the user pool of an environment.
    ///
    /// # Errors
    /// The same errors.
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

    /// Creates the credential from a session, after a check of its tokens.
    ///
    /// # Errors
    /// Returns what was expected and what was found.
    #[cfg(feature = "session")]
    pub(crate) fn of(session: crate::session::handle::Session) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        HeldTokens::of_session(session, &[TokenKind::Id, TokenKind::Access]).map(Self)
    }

    /// Creates a session from a provider of a user's tokens, after a check of its current tokens. The kind and the issuer of each later
    /// token are checked too, and its scopes are taken from its claims.
    ///
    /// # Errors
    /// Returns the error of the provider, or that of a check as [`from_tokens`](Self::from_tokens) does.
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

    /// Changes the grant of the session to the scopes of `Other`.
    ///
    /// # Errors
    /// [`TokenErrorKind::ScopeMissing`] with the scopes that the access token was not granted: sign in with them.
    pub fn try_grant<Other: GrantOf<P::Api>>(self) -> Result<UserSession<P, Other>, TokenError> {
        self.0.narrowed().map(UserSession)
    }
}

impl<P: Pool> UserSession<P, SelfService> {
    /// Creates the credential from a session of a sign-in over the user-pool API, which grants this scope unless a trigger removes it.
    #[cfg(feature = "cognito")]
    pub(crate) fn of_password(session: crate::session::handle::Session) -> Result<Self, TokenError> {
        UserSession::<P>::of(session).map(|session| Self(session.0.typed()))
    }
}

impl<P> From<UserSession<P, SelfService>> for UserSession<P> {
    /// Removes the grant from the type: for a program that stores sessions of all sign-ins in one type.
    fn from(session: UserSession<P, SelfService>) -> Self {
        Self(session.0.typed())
    }
}

impl<P, G> From<UserSession<P, G>> for AccessToken<P, G> {
    /// Removes the ID token from the type.
    fn from(session: UserSession<P, G>) -> Self {
        Self(session.0)
    }
}

impl<P, G> From<Machine<P, G>> for AccessToken<P, G> {
    fn from(machine: Machine<P, G>) -> Self {
        Self(machine.0)
    }
}

impl<P: Pool, G> Machine<P, G> {
    /// Creates the credential from an access token. It checks the kind, issuer, audience or app client, expiry, and that the token was
    /// granted all scopes of `G`.
    ///
    /// # Errors
    /// [`TokenErrorKind::Malformed`] if the text is not a JWT, [`WrongKind`](TokenErrorKind::WrongKind),
    /// [`WrongIssuer`](TokenErrorKind::WrongIssuer), [`WrongAudience`](TokenErrorKind::WrongAudience),
    /// [`Expired`](TokenErrorKind::Expired), or [`ScopeMissing`](TokenErrorKind::ScopeMissing). The message has the expected and the
    /// found value.
    pub fn from_jwt(token: impl Into<Secret>) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let deployed = Deployment::default();
        one::<P, G>(&deployed, token.into(), TokenKind::Access).map(Self)
    }

    /// Does the same with the user pool of an environment.
    ///
    /// # Errors
    /// The same errors.
    pub fn from_jwt_in(environment: &Environment<P::Api>, token: impl Into<Secret>) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let deployed = environment.deployed::<P>();
        one::<P, G>(&deployed, token.into(), TokenKind::Access).map(Self)
    }

    /// Creates the credential from a session, after a check of its access token.
    ///
    /// # Errors
    /// Returns what was expected and what was found.
    #[cfg(feature = "oauth")]
    pub(crate) fn of(session: crate::session::handle::Session) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        HeldTokens::of_session(session, &[TokenKind::Access]).map(Self)
    }

    /// Creates the credential from a provider of access tokens, after a check of its current token. The kind and the issuer of each
    /// later token are checked too, and its scopes are taken from its claims.
    ///
    /// # Errors
    /// Returns the error of the provider, or that of a check as [`from_jwt`](Self::from_jwt) does.
    pub async fn from_provider(provider: impl TokenProvider + 'static) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let (held, access) =
            HeldTokens::checked(ProvidedTokens::new(Arc::new(provider), expected::<P>().issuers)).await?;
        expected::<P>().audiences.check(&access)?;
        Ok(Self(held))
    }

    /// Changes the grant of the session to the scopes of `Other`.
    ///
    /// # Errors
    /// [`TokenErrorKind::ScopeMissing`] with the scopes that the access token was not granted: sign in with them.
    pub fn try_grant<Other: GrantOf<P::Api>>(self) -> Result<Machine<P, Other>, TokenError> {
        self.0.narrowed().map(Machine)
    }
}

#[cfg(feature = "session")]
impl<P, G> UserSession<P, G> {
    /// Returns the session, for its events, refresh and sign-out; `None` if the credential was created from tokens or from a provider.
    pub fn session(&self) -> Option<&crate::session::handle::Session> {
        self.0.session.as_ref()
    }
}

#[cfg(feature = "session")]
impl<P, G> Machine<P, G> {
    /// Returns the session; `None` if the credential was created from a token or from a provider.
    pub fn session(&self) -> Option<&crate::session::handle::Session> {
        self.0.session.as_ref()
    }
}

#[cfg(feature = "cognito")]
impl<P, G> UserSession<P, G> {
    pub(crate) fn tokens(&self) -> &dyn TokenProvider {
        &*self.0.provider
    }
}

#[cfg(feature = "cognito")]
impl<P, G> AccessToken<P, G> {
    pub(crate) fn tokens(&self) -> &dyn TokenProvider {
        &*self.0.provider
    }
}

#[cfg(feature = "session")]
impl<P, G> AccessToken<P, G> {
    /// Returns the session, for its events, refresh and sign-out; `None` if the credential was created from a token.
    pub fn session(&self) -> Option<&crate::session::handle::Session> {
        self.0.session.as_ref()
    }
}

impl<P: Pool> IdToken<P> {
    /// Creates the credential from an ID token. It checks the kind, issuer, app client and expiry.
    ///
    /// # Errors
    /// [`TokenErrorKind::Malformed`] if the text is not a JWT, [`WrongKind`](TokenErrorKind::WrongKind),
    /// [`WrongIssuer`](TokenErrorKind::WrongIssuer), [`WrongAudience`](TokenErrorKind::WrongAudience) or
    /// [`Expired`](TokenErrorKind::Expired). The message has the expected and the
    /// found value.
    pub fn from_jwt(token: impl Into<Secret>) -> Result<Self, TokenError> {
        let deployed = Deployment::default();
        one::<P, ()>(&deployed, token.into(), TokenKind::Id).map(Self)
    }

    /// Does the same with the user pool of an environment.
    ///
    /// # Errors
    /// The same errors.
    pub fn from_jwt_in(environment: &Environment<P::Api>, token: impl Into<Secret>) -> Result<Self, TokenError> {
        let deployed = environment.deployed::<P>();
        one::<P, ()>(&deployed, token.into(), TokenKind::Id).map(Self)
    }
}

impl<P: Pool, G> AccessToken<P, G> {
    /// Creates the credential from a session, after a check of its access token.
    ///
    /// # Errors
    /// Returns what was expected and what was found.
    #[cfg(feature = "session")]
    pub(crate) fn of(session: crate::session::handle::Session) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        HeldTokens::of_session(session, &[TokenKind::Access]).map(Self)
    }

    /// Creates the credential from an access token. It checks the kind, issuer, audience or app client, expiry, and that the token was
    /// granted all scopes of `G`.
    ///
    /// # Errors
    /// [`TokenErrorKind::Malformed`] if the text is not a JWT, [`WrongKind`](TokenErrorKind::WrongKind),
    /// [`WrongIssuer`](TokenErrorKind::WrongIssuer), [`WrongAudience`](TokenErrorKind::WrongAudience),
    /// [`Expired`](TokenErrorKind::Expired), or [`ScopeMissing`](TokenErrorKind::ScopeMissing). The message has the expected and the
    /// found value.
    pub fn from_jwt(token: impl Into<Secret>) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let deployed = Deployment::default();
        one::<P, G>(&deployed, token.into(), TokenKind::Access).map(Self)
    }

    /// Does the same with the user pool of an environment.
    ///
    /// # Errors
    /// The same errors.
    pub fn from_jwt_in(environment: &Environment<P::Api>, token: impl Into<Secret>) -> Result<Self, TokenError>
    where
        G: GrantOf<P::Api>,
    {
        let deployed = environment.deployed::<P>();
        one::<P, G>(&deployed, token.into(), TokenKind::Access).map(Self)
    }

    /// Creates the credential from an opaque access token (RFC 6749 does not require a JWT). The caller states its scopes, and nothing
    /// is checked.
    ///
    /// A JWT, such as a token of Cognito, is refused, since [`AccessToken::from_jwt`] can check it: every call with it fails with
    /// [`TokenErrorKind::WrongKind`] before anything is sent.
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

    /// Changes the grant of the token to the scopes of `Other`.
    ///
    /// # Errors
    /// [`TokenErrorKind::ScopeMissing`] with the scopes that it was not granted. The scopes of an opaque token are not known.
    pub fn try_grant<Other: GrantOf<P::Api>>(self) -> Result<AccessToken<P, Other>, TokenError> {
        self.0.narrowed().map(AccessToken)
    }
}

macro_rules! for_pool {
    ($name:ident<P $(, $grant:ident)?>, $kinds:expr, $portable:ty) => {
        impl<P: Pool $(, $grant: PortableGrant)?> $name<P $(, $grant)?> {
            /// Returns the credential for another authorizer of the same user pool, in this API or in another generated crate:
            /// `session.for_pool::<other::PetPool>()?`. Both credentials share one session.
            ///
            /// Scopes are types of their API. Add those of the other API with `try_grant::<grant![other::scopes::Read]>()`;
            /// [`SelfService`] is kept.
            ///
            /// # Errors
            /// [`TokenErrorKind::WrongIssuer`] if the tokens are not of the user pool of `Q`,
            /// [`TokenErrorKind::WrongAudience`] if its authorizer does not accept them.
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

/// Checks a token of the deployment.
fn one<P: Pool, G: GrantOf<P::Api>>(
    deployed: &Deployment,
    secret: Secret,
    kind: TokenKind,
) -> Result<HeldTokens<P, G>, TokenError> {
    let (token, claims) = checked_in::<P, G>(deployed, secret, kind)?;
    Expected::of::<P>(deployed).audiences.check(&claims)?;
    Ok(HeldTokens::of(vec![token], deployed))
}

/// What the document states for `P`.
fn expected<P: Pool>() -> Expected {
    Expected::of::<P>(&Deployment::default())
}

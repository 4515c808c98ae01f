//! The tokens of a credential: their provider, and the result of their check.

use crate::clock::SystemClock;
use crate::contract::api::TokenKind;
use crate::contract::grants::GrantOf;
use crate::credential::deployment::Deployment;
use crate::credential::pool::Pool;
use crate::secret::Secret;
#[cfg(feature = "session")]
use crate::session::handle::Session;
use crate::token::audience::Audiences;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::TokenError;
#[cfg(feature = "session")]
use crate::token::error::TokenErrorKind;
use crate::token::provider::TokenProvider;
use crate::token::scopes::require_scopes;
use crate::token_credential::expected::Expected;
use crate::token_credential::fixed::FixedTokens;
use crate::token_credential::provided::ProvidedTokens;
use std::marker::PhantomData;
use std::sync::Arc;

/// The data of the four token credentials.
pub(crate) struct HeldTokens<P, G> {
    pub(crate) provider: Arc<dyn TokenProvider>,
    /// The scopes of the access token when it was checked; `None` if there is no access token or its scopes are not known.
    scopes: Option<Arc<[String]>>,
    /// The settings of the program for the user pool.
    deployed: Deployment,
    #[cfg(feature = "session")]
    pub(crate) session: Option<Session>,
    types: PhantomData<fn() -> (P, G)>,
}

impl<P, G> HeldTokens<P, G> {
    /// Creates it from tokens without refresh.
    pub(crate) fn of(tokens: Vec<BearerToken>, deployed: &Deployment) -> Self {
        let scopes = tokens.iter().find(|token| token.kind == TokenKind::Access).and_then(|token| token.scopes.clone());
        let provider = Arc::new(FixedTokens { tokens, clock: Arc::new(SystemClock) });
        Self { deployed: deployed.clone(), ..Self::new(provider, scopes) }
    }

    pub(crate) fn new(provider: Arc<dyn TokenProvider>, scopes: Option<Arc<[String]>>) -> Self {
        Self {
            provider,
            scopes,
            deployed: Deployment::default(),
            #[cfg(feature = "session")]
            session: None,
            types: PhantomData,
        }
    }

    /// Creates it from a provider after a check of its access token, and returns the claims.
    pub(crate) async fn checked(provider: ProvidedTokens) -> Result<(Self, UnverifiedClaims), TokenError>
    where
        P: Pool,
        G: GrantOf<P::Api>,
    {
        let claims = check::<P, G>(&provider.token(TokenKind::Access).await?, TokenKind::Access)?;
        Ok((Self::new(Arc::new(provider), claims.scopes.clone().map(Arc::from)), claims))
    }

    /// Changes the grant to `Other`.
    ///
    /// # Errors
    /// Fails if a scope was not granted.
    pub(crate) fn narrowed<Other>(self) -> Result<HeldTokens<P, Other>, TokenError>
    where
        P: Pool,
        Other: GrantOf<P::Api>,
    {
        require_scopes(self.granted().as_deref().unwrap_or_default(), &names::<P, Other>())?;
        Ok(self.typed())
    }

    /// Converts it for another authorizer, `Q`, of the same user pool. Available tokens of these kinds are checked now, others when
    /// they are used.
    ///
    /// # Errors
    /// Returns what was expected and what was found.
    pub(crate) fn carried<Q: Pool, Other>(&self, kinds: &[TokenKind]) -> Result<HeldTokens<Q, Other>, TokenError>
    where
        P: Pool,
    {
        // Both documents have the same pool, even if the program has another one.
        let is_same = P::POOL_ID.is_some() && P::POOL_ID == Q::POOL_ID;
        let deployed = if is_same { self.deployed.clone() } else { Deployment::default() };
        let mut expected = Expected::of::<Q>(&deployed);
        if is_same {
            expected.issuers.clear();
        }
        if P::AUDIENCES == Q::AUDIENCES || self.deployed != Deployment::default() {
            expected.audiences = Audiences::Any;
        }
        let jwts: Vec<BearerToken> = kinds.iter().filter_map(|kind| self.at_hand(*kind)).collect();
        expected.check_all(&jwts)?;
        let provider = Arc::clone(&self.provider);
        let is_checked = expected.issuers.is_empty() || jwts.len() == kinds.len();
        let carried: HeldTokens<Q, Other> = HeldTokens {
            provider: if is_checked { provider } else { Arc::new(ProvidedTokens::new(provider, expected.issuers)) },
            scopes: self.scopes.clone(),
            deployed: self.deployed.clone(),
            #[cfg(feature = "session")]
            session: self.session.clone(),
            types: PhantomData,
        };
        Ok(carried)
    }

    /// A token that is available now.
    fn at_hand(&self, kind: TokenKind) -> Option<BearerToken> {
        #[cfg(feature = "session")]
        if let Some(session) = &self.session {
            let (id, access) = session.id_and_access();
            return if kind == TokenKind::Id { id } else { access };
        }
        self.provider.held(kind)
    }

    /// The scopes of the access token; the current ones of a session.
    pub(crate) fn granted(&self) -> Option<Arc<[String]>> {
        #[cfg(feature = "session")]
        if let Some(session) = &self.session {
            return session.scopes();
        }
        self.scopes.clone()
    }

    pub(crate) fn typed<Other>(self) -> HeldTokens<P, Other> {
        HeldTokens {
            provider: self.provider,
            scopes: self.scopes,
            deployed: self.deployed,
            #[cfg(feature = "session")]
            session: self.session,
            types: PhantomData,
        }
    }
}

#[cfg(feature = "session")]
impl<P: Pool, G: GrantOf<P::Api>> HeldTokens<P, G> {
    /// Creates it from a session, after a check of the kinds, the pool and the scopes of `G`. The session checks the expiry.
    pub(crate) fn of_session(session: Session, kinds: &[TokenKind]) -> Result<Self, TokenError> {
        let (id, access) = session.id_and_access();
        let mut jwts = Vec::with_capacity(kinds.len());
        for kind in kinds {
            let token = if *kind == TokenKind::Id { &id } else { &access };
            let missing =
                || TokenError::new(TokenErrorKind::WrongKind, format!("expected {}, found none", kind.as_str()));
            jwts.push(token.clone().ok_or_else(missing)?);
        }
        Expected::of::<P>(session.deployed()).check_all(&jwts)?;
        require_scopes(session.scopes().as_deref().unwrap_or_default(), &names::<P, G>())?;
        let held = Self::new(Arc::new(session.clone()), session.scopes());
        Ok(Self { deployed: session.deployed().clone(), session: Some(session), ..held })
    }
}

impl<P, G> Clone for HeldTokens<P, G> {
    fn clone(&self) -> Self {
        Self {
            provider: Arc::clone(&self.provider),
            scopes: self.scopes.clone(),
            deployed: self.deployed.clone(),
            #[cfg(feature = "session")]
            session: self.session.clone(),
            types: PhantomData,
        }
    }
}

/// Checks a token of the deployment, and returns it with its claims. The caller checks the audience.
pub(crate) fn checked_in<P: Pool, G: GrantOf<P::Api>>(
    deployed: &Deployment,
    secret: Secret,
    kind: TokenKind,
) -> Result<(BearerToken, UnverifiedClaims), TokenError> {
    let claims = UnverifiedClaims::read(secret.expose())?;
    claims.check_in(&Expected::of::<P>(deployed).issuers, kind, &names::<P, G>(), &SystemClock)?;
    let (expires_at, scopes) = (claims.expires_at, claims.scopes.clone().map(Arc::from));
    Ok((BearerToken { secret, kind, generation: 0, expires_at, scopes }, claims))
}

/// Checks a token against the document.
pub(crate) fn check<P: Pool, G: GrantOf<P::Api>>(
    token: &BearerToken,
    kind: TokenKind,
) -> Result<UnverifiedClaims, TokenError> {
    checked_in::<P, G>(&Deployment::default(), token.secret.clone(), kind).map(|(_, claims)| claims)
}

fn names<P: Pool, G: GrantOf<P::Api>>() -> Vec<&'static str> {
    let mut names = Vec::new();
    G::names(&mut names);
    names
}

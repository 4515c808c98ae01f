//! Sessions of tokens that are there already: in a store, or from elsewhere.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::token_set::TokenSet;
use crate::cognito::registration::Registration;
use crate::credential::pool::Pool;
use crate::session::open::Opened;
use crate::session::source::Source;
use crate::session::state::Tokens;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token_credential::typed::UserSession;
use std::sync::Arc;

impl Registration {
    /// A session of tokens from elsewhere, refreshed at `source`.
    pub(crate) async fn adopt<P: Pool>(
        &self,
        source: Arc<dyn Source>,
        set: TokenSet,
    ) -> Result<UserSession<P>, AuthError> {
        let home = &self.home;
        let tokens =
            Tokens { refresh: set.refresh, username: set.username, device_key: set.device_key, ..Tokens::default() };
        let tokens = tokens.handed_in(set.id.as_ref(), set.access.as_ref(), home.clock.now(), home.early)?;
        let Opened { session, kept } = home.adopt(source, set.kept_as.as_deref(), tokens).await?;
        kept?;
        UserSession::of(session).map_err(unfit)
    }
}

/// Tokens that are not what they should be.
pub(crate) fn unfit(error: TokenError) -> AuthError {
    let kind = match error.kind() {
        TokenErrorKind::ScopeMissing => AuthErrorKind::MissingScope,
        TokenErrorKind::Unavailable => AuthErrorKind::Network,
        _ => AuthErrorKind::Protocol,
    };
    AuthError::because(kind, "session", error.to_string())
}

//! Sessions from tokens of another source.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::token_set::TokenSet;
use crate::cognito::registration::Registration;
use crate::credential::pool::Pool;
use crate::session::open::Opened;
use crate::session::source::Source;
use crate::session::tokens::session_tokens::SessionTokens;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token_credential::typed::UserSession;
use std::sync::Arc;

impl Registration {
    /// Creates a session from tokens of another source, refreshed at `source`.
    pub(crate) async fn adopt<P: Pool>(
        &self,
        source: Arc<dyn Source>,
        set: TokenSet,
    ) -> Result<UserSession<P>, AuthError> {
        let settings = &self.settings;
        let tokens = SessionTokens {
            refresh: set.refresh,
            username: set.username,
            device_key: set.device_key,
            ..SessionTokens::default()
        };
        let tokens = tokens.handed_in(set.id.as_ref(), set.access.as_ref(), settings.clock.now(), settings.early)?;
        let Opened { session, kept } = settings.adopt(source, set.kept_as.as_deref(), tokens).await?;
        kept?;
        UserSession::of(session).map_err(unfit)
    }
}

/// Converts the error of a token check.
pub(crate) fn unfit(error: TokenError) -> AuthError {
    let (kind, advice) = match error.kind() {
        TokenErrorKind::ScopeMissing => (AuthErrorKind::MissingScope, ""),
        TokenErrorKind::Unavailable => (AuthErrorKind::Network, ""),
        TokenErrorKind::WrongIssuer => (AuthErrorKind::Configuration, OF_ANOTHER_POOL),
        TokenErrorKind::WrongAudience => (AuthErrorKind::Configuration, ""),
        _ => (AuthErrorKind::Protocol, ""),
    };
    AuthError::because(kind, "session", format!("{error}{advice}"))
}

const OF_ANOTHER_POOL: &str = "; the app client, the domain or the endpoint is of another user pool than the API: correct it, or set the pool of \
                               the environment with `AppClient::pool_id`";

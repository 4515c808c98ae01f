//! Creates sessions: from a sign-in, from tokens of another source, from a record in the store.

#[cfg(any(feature = "cognito", feature = "hosted-login"))]
use crate::auth::device::Device;
use crate::auth::error::{AuthError, AuthErrorKind};
#[cfg(any(feature = "cognito", feature = "hosted-login"))]
use crate::auth::signed_in::SignedIn;
use crate::random::random;
use crate::session::handle::Session;
use crate::session::settings::SessionSettings;
use crate::session::source::{RefreshEndpoint, Source};
use crate::session::tokens::session_tokens::SessionTokens;
use std::sync::Arc;

/// A new session, and whether it was stored.
pub(crate) struct Opened {
    pub session: Session,
    pub kept: Result<(), AuthError>,
}

impl SessionSettings {
    /// Creates the session of a sign-in, and stores it under this name or the user name.
    ///
    /// # Errors
    /// Fails if the tokens are not valid.
    #[cfg(any(feature = "cognito", feature = "hosted-login"))]
    pub(crate) async fn open(
        &self,
        source: Arc<dyn Source>,
        name: Option<&str>,
        signed_in: &SignedIn,
        device: Option<Device>,
    ) -> Result<Opened, AuthError> {
        let mut tokens = SessionTokens::received(signed_in, None, self.clock.now(), self.early)?;
        tokens.device = tokens.device.or(device);
        Ok(self.settle(source, name, tokens).await)
    }

    /// Creates a session from tokens of another source. They are refreshed first unless they are valid.
    ///
    /// # Errors
    /// Fails if the tokens are not valid or can't be refreshed.
    pub(crate) async fn adopt(
        &self,
        source: Arc<dyn Source>,
        name: Option<&str>,
        tokens: SessionTokens,
    ) -> Result<Opened, AuthError> {
        if tokens.id.is_some() && tokens.are_good(self.clock.now()) {
            return Ok(self.settle(source, name, tokens).await);
        }
        let passing = Session::new(Arc::clone(&source), None, self, tokens, None);
        passing.refresh().await?;
        let tokens = passing.0.state.load().tokens.clone();
        Ok(self.settle(source, name, tokens).await)
    }

    /// Reads the session with this name. `source` returns where it is refreshed.
    ///
    /// # Errors
    /// Fails without a store, or if it can't be read.
    pub(crate) async fn restore(
        &self,
        name: &str,
        source: impl FnOnce(&RefreshEndpoint) -> Result<Arc<dyn Source>, AuthError>,
    ) -> Result<Option<Session>, AuthError> {
        let mut entry = self.entry(self.user_key(name)).ok_or_else(|| {
            let detail = "the app client has no store: set one with `AppClient::store`";
            AuthError::because(AuthErrorKind::Configuration, "restore", detail)
        })?;
        let mut found = entry.load().await?;
        // What the user entered at an earlier sign-in.
        if found.is_none()
            && let Some(known) = self.known_name(name).await?
            && let Some(of_user) = self.entry(self.user_key(&known))
        {
            (found, entry) = (of_user.load().await?, of_user);
        }
        let Some(found) = found else {
            return Ok(None);
        };
        let source = source(&found.place)?;
        Ok(Some(Session::new(source, Some(entry), self, found.tokens, Some(found.revision))))
    }

    /// The user name in the pool of a user who entered `entered` at an earlier sign-in: an e-mail address, or the name in another spelling.
    pub(crate) async fn known_name(&self, entered: &str) -> Result<Option<String>, AuthError> {
        match self.entry(self.name_key(entered)) {
            Some(entry) => entry.load_name().await,
            None => Ok(None),
        }
    }

    /// Stores which user entered `entered`, so that sessions and devices are found by it. If that fails, the next sign-in repeats it.
    #[cfg(feature = "cognito")]
    pub(crate) async fn learn_name(&self, entered: &str, name: &str) {
        if let Some(entry) = self.entry(self.name_key(entered)).filter(|_| entered != name)
            && !matches!(entry.load_name().await, Ok(Some(known)) if known == name)
        {
            let _kept = entry.put_name(name).await;
        }
    }

    /// Reads the remembered device of the user with this name in the pool.
    ///
    /// # Errors
    /// Fails if the store can't be read, so that the sign-in fails before the user answers challenges.
    #[cfg(feature = "cognito")]
    pub(crate) async fn device(&self, name: &str) -> Result<Option<Device>, AuthError> {
        match self.entry(self.device_key(name)) {
            Some(entry) => Ok(entry.load_device().await?.map(|(device, _)| device)),
            None => Ok(None),
        }
    }

    /// Stores the device for the next sign-in, independent of the session.
    #[cfg(feature = "cognito")]
    pub(crate) async fn keep_device(&self, name: &str, device: &Device) -> Result<(), AuthError> {
        match self.entry(self.device_key(name)) {
            Some(entry) => entry.put_device(device).await.map(drop),
            None => Ok(()),
        }
    }

    /// Removes a device that the pool does not remember any more. If that fails, the next sign-in repeats it.
    #[cfg(feature = "cognito")]
    pub(crate) async fn drop_device(&self, name: &str, stale_key: &str) {
        if let Some(entry) = self.entry(self.device_key(name))
            && let Ok(Some((device, revision))) = entry.load_device().await
            && device.key() == stale_key
        {
            let _removed = entry.remove(&revision).await;
        }
    }

    /// Stores the session. If that fails, the session stays in memory, and the caller gets the error.
    async fn settle(&self, source: Arc<dyn Source>, name: Option<&str>, mut tokens: SessionTokens) -> Opened {
        if self.store.is_none() {
            return Opened { session: Session::new(source, None, self, tokens, None), kept: Ok(()) };
        }
        let own = || tokens.username.clone().or_else(|| tokens.subject.clone());
        let name = name.map(str::to_owned).or_else(own);
        let Some(entry) = name.and_then(|name| self.entry(self.user_key(&name))) else {
            let detail = "the session can't be stored, since its user name is not known: set a name with `kept_as`";
            let kept = Err(AuthError::because(AuthErrorKind::Store, "session store", detail));
            return Opened { session: Session::new(source, None, self, tokens, None), kept };
        };
        // The id distinguishes sessions with the same name.
        tokens.session_id = Some(format!("{:016x}{:016x}", random(), random()));
        match entry.put(&tokens, &source.endpoint()).await {
            Ok(revision) => {
                Opened { session: Session::new(source, Some(entry), self, tokens, Some(revision)), kept: Ok(()) }
            }
            // Without the entry, since the entry with this name is an older session.
            Err(error) => Opened { session: Session::new(source, None, self, tokens, None), kept: Err(error) },
        }
    }
}

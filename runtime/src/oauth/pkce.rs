//! The random values of a sign-in in a browser: `state`, `nonce`, and the verifier of PKCE (RFC 7636).

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// A text of 43 characters that can't be guessed: 32 random bytes in base64url, as RFC 7636, section 4.1, recommends for a verifier.
pub(super) fn unguessable() -> Result<Secret, AuthError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| {
        AuthError::because(AuthErrorKind::Configuration, "managed login", "this system has no random numbers")
            .with_source(error)
    })?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
}

/// The challenge of a verifier by the method `S256`.
pub(super) fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_has_the_length_and_the_characters_of_the_rfc() {
        let (one, two) = (unguessable().unwrap(), unguessable().unwrap());
        assert_ne!(one, two);
        for verifier in [one, two] {
            let text = verifier.expose();
            assert_eq!(text.len(), 43);
            assert!(text.chars().all(|char| char.is_ascii_alphanumeric() || char == '-' || char == '_'), "{text}");
        }
    }
}

//! What a token contains: claims, or none that can be read.

use crate::token::claims::{UnverifiedClaims, has_jwt_form};

/// The content of a token.
#[derive(Debug)]
pub(crate) enum TokenContent {
    Claims(Box<UnverifiedClaims>),
    /// Not a JWT, which is allowed (RFC 6749, section 1.4).
    Opaque,
    /// A JWT with claims that are not valid.
    Invalid,
}

impl TokenContent {
    pub(crate) fn read(token: &str) -> Self {
        match UnverifiedClaims::read(token) {
            Ok(claims) => Self::Claims(Box::new(claims)),
            Err(_) if has_jwt_form(token) => Self::Invalid,
            Err(_) => Self::Opaque,
        }
    }

    pub(crate) fn claims(&self) -> Option<&UnverifiedClaims> {
        match self {
            Self::Claims(claims) => Some(claims),
            _ => None,
        }
    }
}

//! A user pool or another issuer of tokens, as a type.

use crate::token::audience::Audiences;

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

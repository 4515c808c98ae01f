//! A user pool or another issuer of tokens, as a type.

use crate::token::audience::Audiences;

/// A user pool or another issuer of tokens, as a type. A generated crate has one for each authorizer that accepts tokens.
pub trait Pool {
    /// The API of the authorizer.
    type Api;
    /// Its name in the document.
    const NAME: &'static str;
    /// The issuers of its tokens. If the list is empty, any issuer is accepted. An issuer of a Cognito user pool matches both forms of
    /// that pool's issuer and any region of its partition.
    const ISSUERS: &'static [&'static str];
    /// The AWS region of the user pool.
    const REGION: Option<&'static str>;
    /// The id of the user pool, `us-east-1_AbC123`.
    const POOL_ID: Option<&'static str>;
    /// The app client that the developer of the API publishes.
    const APP_CLIENT_ID: Option<&'static str>;
    /// The domain of the managed login, `https://auth.example.com`.
    const DOMAIN: Option<&'static str>;
    /// The audiences that the authorizer accepts.
    const AUDIENCES: Audiences = Audiences::Any;
}

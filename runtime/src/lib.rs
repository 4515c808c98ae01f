//! The runtime of clients that cogen generates from the OpenAPI document of an Amazon API Gateway: sign-in to Cognito user pools,
//! sessions that refresh their tokens, signed calls, and the errors of API Gateway.
//!
//! A generated client has a slot for each authorizer of the API, and an operation compiles only if the slots have the credentials that it
//! requires. This crate creates those credentials. In the examples, `PetPool` is a user pool of a generated crate (`pets::auth::PetPool`).
//!
//! # The session of a user
//!
//! With the feature `cognito` users sign in with the API of the user pool, with `hosted-login` in a browser. The session refreshes its
//! tokens, and is kept in a store if you set one.
//!
//! ```no_run
//! # #[cfg(all(feature = "cognito", feature = "file-store"))]
//! # async fn example<PetPool: cogen_runtime::UserPool + 'static>() -> Result<(), Box<dyn std::error::Error>> {
//! use cogen_runtime::UserPool;
//! use cogen_runtime::store::FileStore;
//!
//! let app = PetPool::app_client("1example23456789").store(FileStore::in_home("pets")?);
//! let session = match app.restore("alice").await? {
//!     Some(session) => session,
//!     None => app.sign_in("alice", "correct horse battery staple").await?.done()?.into(),
//! };
//! // let client = pets::Client::builder().pet_pool(session).build()?;
//! // let pet = client.get_pet("7").await?;
//! # let _ = session;
//! # Ok(())
//! # }
//! ```
//!
//! # Machine to machine
//!
//! With the feature `oauth` a program signs in with the secret of its app client (client credentials). Its token is requested once and
//! replaced before it expires.
//!
//! ```no_run
//! # #[cfg(feature = "oauth")]
//! # async fn example<PetPool: cogen_runtime::UserPool + 'static>() -> Result<(), Box<dyn std::error::Error>> {
//! use cogen_runtime::UserPool;
//!
//! let app = PetPool::app_client("1example23456789");
//! let machine = app.client_credentials("https://auth.example.com", std::env::var("CLIENT_SECRET")?).await?;
//! // With scopes: `.grant::<grant![PetsRead]>().await?`
//! // let client = pets::Client::builder().pet_pool(machine).build()?;
//! # let _ = machine;
//! # Ok(())
//! # }
//! ```
//!
//! # AWS keys
//!
//! Operations with IAM authorization are signed with AWS keys: of the default credential provider chain (feature `aws-config`), or of a
//! signed-in user by an identity pool (feature `identity-pool`).
//!
//! ```no_run
//! # #[cfg(feature = "aws-config")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use cogen_runtime::Iam;
//!
//! let iam = Iam::from_default_chain().await?.region("eu-central-1");
//! // let client = pets::Client::builder().iam(iam).build()?;
//! # let _ = iam;
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! - `auth`: the tokens, devices and errors of every sign-in.
//! - `cognito`: sign-in over the user-pool API, step by step, and account operations of [`AppClient`].
//! - `oauth`: managed login and client credentials.
//! - `session`, `store`: sessions, and where they are kept.
//! - `blocking`: calls from programs that are not async.
//!
//! [`AppClient`]: https://docs.rs/cogen-runtime/latest/cogen_runtime/struct.AppClient.html

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(all(doctest, feature = "cognito"), doc = include_str!("../README.md"))]
#![cfg_attr(
    all(feature = "session", not(any(feature = "cognito", feature = "oauth"))),
    allow(dead_code, unused_imports, reason = "a feature that signs in uses the rest of the sessions")
)]

#[doc(hidden)]
#[path = "rt/mod.rs"]
pub mod __rt;
#[cfg(feature = "session")]
mod app_client;
#[cfg(feature = "session")]
pub mod auth;
mod aws;
#[cfg(feature = "blocking")]
pub mod blocking;
mod boxed;
mod call;
mod client;
mod clock;
#[cfg(feature = "session")]
pub mod cognito;
mod contract;
mod credential;
mod features_off;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod json;
#[cfg(feature = "oauth")]
pub mod oauth;
mod random;
#[cfg(any(feature = "session", feature = "sigv4"))]
mod refresh;
mod region;
mod request;
mod response;
mod secret;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "session")]
pub mod store;
#[cfg(test)]
mod testing;
mod token;
mod token_credential;

#[cfg(feature = "session")]
pub use app_client::client::AppClient;
#[cfg(feature = "session")]
pub use app_client::user_pool::UserPool;
#[cfg(feature = "session")]
pub use auth::{AuthError, AuthErrorKind, SignedIn};
#[cfg(feature = "identity-pool")]
pub use aws::identity_pool::IdentityPool;
pub use boxed::{BoxError, BoxFuture};
pub use call::paging::pages::{PageItems, Pages};
pub use call::reconnect::{ContinuedEvents, Reconnect};
pub use call::sending::Sending;
pub use client::build_error::BuildError;
pub use clock::{Clock, FixedClock, SystemClock};
#[cfg(feature = "cognito")]
pub use cognito::Step;
pub use contract::api::TokenKind;
pub use contract::grants::{GrantOf, Missing, Scope, SelfService, Unchecked};
pub use credential::environment::{Environment, EnvironmentAuthorizer};
pub use credential::iam::{AwsCredentials, AwsCredentialsProvider, Iam};
pub use credential::kinds::{AnyCredential, ApiKey, Basic, Bearer, ValuesCredential};
pub use credential::offered::TokenCredential;
pub use credential::pool::Pool;
#[cfg(not(feature = "session"))]
pub use features_off::UserPool;
pub use json::{Base64, DateTime, DateTimeError, Foreign, FromJson, MimeBase64, Mismatch, Optional, Uuid};
pub use request::body::RequestBody;
pub use request::hooks::{Attempt, AttemptOutcome, Hook};
pub use request::media_body::MediaBody;
pub use request::multipart::{FilePart, Multipart};
pub use request::retry::Retry;
pub use response::error::{Error, ErrorKind};
pub use response::events::{Event, EventStream};
pub use response::gateway::GatewayError;
pub use response::items::ItemStream;
pub use response::stream_error::{StreamError, StreamErrorKind};
pub use response::streaming::Streaming;
pub use response::typed::{Response, Undocumented, WithHeaders};
pub use secret::Secret;
#[cfg(feature = "session")]
pub use session::{Events, Session, SessionEvent};
pub use token::audience::Audiences;
pub use token::bearer_token::BearerToken;
pub use token::claims::UnverifiedClaims;
pub use token::error::{TokenError, TokenErrorKind};
pub use token::provider::TokenProvider;
pub use token_credential::typed::{AccessToken, IdToken, Machine, UserSession};

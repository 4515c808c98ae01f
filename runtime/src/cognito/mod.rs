//! Sign-in over the API of a user pool (SRP, passwords, codes, passkeys, devices), and account operations.

#[cfg(feature = "cognito")]
pub(crate) mod account;
pub(crate) mod adopt;
#[cfg(feature = "cognito")]
pub(crate) mod engine;
#[cfg(feature = "cognito")]
pub(crate) mod finished;
#[cfg(feature = "cognito")]
pub(crate) mod hash;
#[cfg(feature = "cognito")]
pub(crate) mod not_a_credential;
#[cfg(feature = "cognito")]
pub(crate) mod refresh;
pub(crate) mod registration;
#[cfg(feature = "cognito")]
pub(crate) mod sign_in;
#[cfg(feature = "cognito")]
pub(crate) mod srp;
#[cfg(feature = "cognito")]
pub(crate) mod steps;
#[cfg(feature = "cognito")]
pub(crate) mod user_pool_client;
#[cfg(feature = "cognito")]
pub(crate) mod wire;

#[cfg(feature = "cognito")]
pub use account::request::{AccountRequest, MetadataOnly, WithContext};
#[cfg(feature = "cognito")]
pub use account::user::SignedInUser;
#[cfg(feature = "cognito")]
pub use account::{
    Account, AuthFactors, CodeDelivery, ConfirmedSignUp, ListedDevice, MfaPreference, NewTotp, RegisteredPasskey,
    SignedUp,
};
#[cfg(feature = "cognito")]
pub use finished::Finished;
#[cfg(feature = "cognito")]
pub use refresh::Refresh;
#[cfg(feature = "cognito")]
pub use sign_in::{FirstFactor, SignIn};
#[cfg(feature = "cognito")]
pub use steps::{
    CustomChallenge, EnterCode, EnterPassword, Mfa, MfaSetup, NewPassword, NextStep, OtherChallenge, Passkey,
    ProveDevice, Refused, SelectFirstFactor, SelectMfa, Step, TotpSetup,
};

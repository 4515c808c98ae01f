//! The steps of a sign-in. Each challenge is a value of its own type.

pub(crate) mod factors;
pub(crate) mod mfa;
pub(crate) mod others;
pub(crate) mod step;

pub use mfa::{Mfa, TotpSetup};
pub use step::{
    CustomChallenge, EnterCode, EnterPassword, MfaSetup, NewPassword, NextStep, OtherChallenge, Passkey, ProveDevice,
    Refused, SelectFirstFactor, SelectMfa, Step,
};

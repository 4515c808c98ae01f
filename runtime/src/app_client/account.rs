//! Account operations of users: sign-up, confirmation, passwords, attributes, second factors, passkeys, devices, deletion.
//!
//! Operations of a signed-in user require the scope `aws.cognito.signin.user.admin`. A sign-in over the user-pool API always grants it;
//! managed login has to request it.

pub(crate) mod devices;
pub(crate) mod passkeys;
pub(crate) mod profile;
pub(crate) mod second_factors;
pub(crate) mod sign_up;

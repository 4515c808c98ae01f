//! New passwords, custom challenges, devices, and unsupported challenges.

use crate::auth::device::Device;
use crate::cognito::engine;
use crate::cognito::engine::device::SignInDevice;
use crate::cognito::steps::step::{CustomChallenge, NewPassword, NextStep, OtherChallenge, ProveDevice, one, step};
use crate::secret::Secret;
use std::collections::BTreeMap;

impl<P> NewPassword<P> {
    /// Returns the attributes that the user must set with the password, without the prefix `userAttributes.`.
    pub fn required_attributes(&self) -> Vec<String> {
        let mut names = self.0.list("requiredAttributes");
        for name in &mut names {
            if let Some(bare) = name.strip_prefix(ATTRIBUTE) {
                *name = bare.to_owned();
            }
        }
        names
    }

    /// Returns the attributes of the user.
    pub fn attributes(&self) -> BTreeMap<String, String> {
        self.0.parameter("userAttributes").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// Answers with the new password and the required attributes.
    ///
    /// # Errors
    /// [`InvalidPassword`](crate::AuthErrorKind::InvalidPassword) or [`InvalidRequest`](crate::AuthErrorKind::InvalidRequest), with the challenge to answer again, and
    /// [the errors of every request](crate::AuthErrorKind).
    pub async fn answer(
        self,
        password: impl Into<Secret>,
        attributes: impl IntoIterator<Item = (String, String)>,
    ) -> NextStep<P, Self> {
        let mut responses = one("NEW_PASSWORD", password);
        for (name, value) in attributes {
            responses.push((format!("{ATTRIBUTE}{name}"), value.into()));
        }
        self.0.answer(responses, Self).await
    }
}

impl<P> CustomChallenge<P> {
    /// Returns the parameters of the challenge from the Lambda function.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.0.0.parameters
    }

    /// Answers the challenge.
    ///
    /// # Errors
    /// [`WrongCredentials`](crate::AuthErrorKind::WrongCredentials) if the pool ends the sign-in, and [the errors of every request](crate::AuthErrorKind). A wrong answer that can be
    /// repeated returns another step.
    pub async fn answer(self, answer: impl Into<Secret>) -> NextStep<P, Self> {
        self.0.answer(one("ANSWER", answer), Self).await
    }
}

impl<P> ProveDevice<P> {
    /// Answers with the device.
    ///
    /// # Errors
    /// [`DeviceNotFound`](crate::AuthErrorKind::DeviceNotFound) and [the errors of every request](crate::AuthErrorKind).
    pub async fn answer(mut self, device: Device) -> NextStep<P, Self> {
        let password = device.password().clone();
        self.0.0.device = SignInDevice::given(Some(device));
        step(engine::answer_with_srp(self.0.0, password, Vec::new()).await, Self)
    }
}

impl<P> OtherChallenge<P> {
    /// Returns the name of the challenge.
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// Returns its parameters.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.0.0.parameters
    }

    /// Answers the challenge. `USERNAME`, `SECRET_HASH` and `DEVICE_KEY` are added.
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn answer(self, responses: impl IntoIterator<Item = (String, Secret)>) -> NextStep<P, Self> {
        self.0.answer(responses.into_iter().collect(), Self).await
    }
}

const ATTRIBUTE: &str = "userAttributes.";

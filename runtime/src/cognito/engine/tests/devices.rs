//! Sign-in on devices that the pool remembers, does not remember any more, or does not know yet.

use super::*;
use crate::auth::device::{Device, NewDevice};
use crate::auth::signed_in::SignedIn;
use std::sync::Arc;

/// A pool that remembers one device, and requires its proof after the password.
async fn pool_with_device(device: Device, forgotten: bool) -> Scripted {
    let server = Server::new(device.group_key(), device.key(), device.password().expose());
    let public = Mutex::new(String::new());
    Scripted::start(move |sent| {
        let named = sent.text("/AuthParameters/DEVICE_KEY").or(sent.text("/ChallengeResponses/DEVICE_KEY"));
        if named.is_some() && forgotten {
            return fails("ResourceNotFoundException", "Device does not exist.");
        }
        match sent.text("/ChallengeName").as_deref() {
            None if named.is_none() => ok(tokens()),
            None => challenge("DEVICE_SRP_AUTH", json!({"USERNAME": "alice"})),
            Some("DEVICE_SRP_AUTH") => {
                *public.lock().unwrap() = sent.text("/ChallengeResponses/SRP_A").unwrap();
                let mut parameters = srp_parameters(&server);
                parameters["USERNAME"] = "alice".into();
                challenge("DEVICE_PASSWORD_VERIFIER", parameters)
            }
            _ if proves(&server, device.group_key(), device.key(), sent, &public.lock().unwrap()) => ok(tokens()),
            _ => fails("NotAuthorizedException", "Incorrect username or password."),
        }
    })
    .await
}

fn device() -> Device {
    Device::new("us-east-1_1111", "-group", "ZGV2aWNlIHBhc3N3b3Jk")
}

#[tokio::test]
async fn a_remembered_device_is_proved() {
    let server = pool_with_device(device(), false).await;
    let signing_in = client(&server).sign_in_with_password("alice", "x").device(device());
    let signed_in = signing_in.await.unwrap().signed_in().unwrap();
    assert_eq!(signed_in.device_key.as_deref(), Some("us-east-1_1111"));
    assert!(server.sent().iter().all(|sent| sent.body.contains("DEVICE_KEY")));

    let other = Device::new("us-east-1_1111", "-group", "another");
    let error = client(&server).sign_in_with_password("alice", "x").device(other).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::WrongCredentials);
}

#[tokio::test]
async fn the_sign_in_is_repeated_once_without_an_unknown_device() {
    let server = pool_with_device(device(), true).await;
    let signing_in = client(&server).sign_in_with_password("alice", "x").device(device());
    let signed_in = signing_in.await.unwrap().signed_in().unwrap();
    assert_eq!(signed_in.device_key, None);
    assert_eq!(server.operations(), ["InitiateAuth", "InitiateAuth"]);
}

#[tokio::test]
async fn a_required_device_can_be_provided() {
    let device = device();
    let (server, known) = (Server::new(device.group_key(), device.key(), device.password().expose()), device.clone());
    let public = Mutex::new(String::new());
    let pool = Scripted::start(move |sent| match sent.text("/ChallengeName").as_deref() {
        None => challenge("DEVICE_SRP_AUTH", json!({"USERNAME": "alice"})),
        Some("DEVICE_SRP_AUTH") => {
            *public.lock().unwrap() = sent.text("/ChallengeResponses/SRP_A").unwrap();
            challenge("DEVICE_PASSWORD_VERIFIER", srp_parameters(&server))
        }
        _ if proves(&server, known.group_key(), known.key(), sent, &public.lock().unwrap()) => ok(tokens()),
        _ => fails("NotAuthorizedException", "Incorrect username or password."),
    })
    .await;
    let step = client(&pool).sign_in_with_password("alice", "x").await.unwrap();
    let Step::Device(step) = step else { panic!("{step:?}") };
    let signed_in = step.answer(device).await.unwrap().signed_in().unwrap();
    assert_eq!(signed_in.device_key.as_deref(), Some("us-east-1_1111"));
}

#[tokio::test]
async fn a_new_device_is_confirmed_and_can_sign_in_later() {
    let confirmed: Arc<Mutex<Option<(String, String)>>> = Arc::default();
    let received = confirmed.clone();
    let server = Scripted::start(move |sent| match sent.operation() {
        "InitiateAuth" => {
            let mut answer = tokens();
            answer["AuthenticationResult"]["NewDeviceMetadata"] =
                json!({"DeviceKey": "us-east-1_2222", "DeviceGroupKey": "-group"});
            ok(answer)
        }
        _ => {
            let text = |name: &str| sent.text(&format!("/DeviceSecretVerifierConfig/{name}")).unwrap();
            *received.lock().unwrap() = Some((text("PasswordVerifier"), text("Salt")));
            ok(json!({"UserConfirmationNecessary": true}))
        }
    })
    .await;
    let app = client(&server).device_name("laptop");
    let signed_in: SignedIn = app.sign_in_with_password("alice", "x").await.unwrap().signed_in().unwrap();
    assert_eq!(signed_in.device_key.as_deref(), Some("us-east-1_2222"));
    let Some(NewDevice::Confirmed { device, user_must_agree: true }) = signed_in.new_device else { panic!() };
    assert_eq!(server.sent()[1].text("/DeviceName").as_deref(), Some("laptop"));
    let (verifier, salt) = confirmed.lock().unwrap().clone().unwrap();
    assert!(Server::from_verifier(&verifier, &salt).knows(
        device.group_key(),
        device.key(),
        device.password().expose()
    ));

    let server = Scripted::start(|sent| match sent.operation() {
        "InitiateAuth" => {
            let mut answer = tokens();
            answer["AuthenticationResult"]["NewDeviceMetadata"] = json!({"DeviceKey": "d", "DeviceGroupKey": "g"});
            ok(answer)
        }
        _ => fails("InternalErrorException", ""),
    })
    .await;
    let signed_in = client(&server).sign_in_with_password("alice", "x").await.unwrap().signed_in().unwrap();
    assert!(matches!(signed_in.new_device, Some(NewDevice::Unconfirmed(_))), "the tokens are not lost");
    assert_eq!(signed_in.device_key.as_deref(), Some("d"));
}

#[tokio::test]
async fn a_sign_in_has_a_maximum_number_of_challenges() {
    let server = Server::new("AbC123", "uuid-1", "x");
    let pool = Scripted::start(move |_| challenge("DEVICE_SRP_AUTH", srp_parameters(&server))).await;
    let error = client(&pool).sign_in_with_password("alice", "x").device(device()).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Protocol);
    assert!(pool.sent().len() < 40, "{}", pool.sent().len());
}

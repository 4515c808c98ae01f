//! SRP with test vectors of other clients, and with invalid values of the server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::cognito::hash::secret_hash;
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

/// Vectors that were computed by other code. The whole set is also read if it is found.
const SMALL: &str = include_str!("vectors.json");

fn whole_set() -> Option<Value> {
    let path = std::env::var_os("COGEN_VECTORS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"), PathBuf::from);
    let path = if path.is_dir() { path.join("srp_vectors.json") } else { path };
    let text = std::fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).expect("vectors are JSON"))
}

fn sets() -> Vec<Value> {
    let small = serde_json::from_str(SMALL).expect("vectors are JSON");
    std::iter::once(small).chain(whole_set()).collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}"))
}

fn exchange(inputs: &Value) -> Exchange {
    let bytes = unhex(text(inputs, "a_hex"), 128).unwrap();
    let mut whole = [0; 128];
    whole[128 - bytes.len()..].copy_from_slice(&bytes);
    Exchange::with_secret(U1024::from_be_slice(&whole))
}

fn identity<'a>(vector: &'a Value) -> Identity<'a> {
    let inputs = &vector["inputs"];
    match text(vector, "kind") {
        "device" => Identity {
            realm: text(inputs, "device_group_key"),
            name: text(inputs, "device_key"),
            password: text(inputs, "device_password"),
        },
        _ => Identity {
            realm: pool_name(text(inputs, "pool_id")).unwrap(),
            name: text(inputs, "user_id_for_srp"),
            password: text(inputs, "password"),
        },
    }
}

fn reply(inputs: &Value) -> Reply<'_> {
    Reply { public: text(inputs, "SRP_B"), salt: text(inputs, "SALT"), secret_block: text(inputs, "secret_block") }
}

fn time(inputs: &Value) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(inputs["epoch"].as_u64().unwrap())
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    let bytes = unhex(text, N).unwrap();
    let mut whole = [0; N];
    whole[N - bytes.len()..].copy_from_slice(&bytes);
    whole
}

#[test]
fn claims_are_those_of_other_clients() {
    for set in sets() {
        for vector in set["vectors"].as_array().unwrap() {
            let (inputs, outputs) = (&vector["inputs"], &vector["outputs"]);
            let name = text(vector, "name");
            let exchange = exchange(inputs);
            let expected = unhex(text(outputs, "SRP_A"), 384).unwrap();
            assert_eq!(unhex(&exchange.public(), 384).unwrap(), expected, "{name}: A");
            let padded = hex(&pad(&bytes_of(&exchange.public)));
            assert_eq!(padded.trim_start_matches('0'), text(outputs, "A_padded_hex").trim_start_matches('0'), "{name}");

            let claim = exchange
                .claim(identity(vector), reply(inputs), time(inputs))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(claim.timestamp, text(outputs, "timestamp"), "{name}");
            assert_eq!(claim.signature, text(outputs, "PASSWORD_CLAIM_SIGNATURE"), "{name}");

            let Some(secret) = inputs["client_secret"].as_str() else {
                continue;
            };
            let (client, hashes) = (text(inputs, "client_id"), &outputs["SECRET_HASH"]);
            assert_eq!(
                secret_hash(secret, text(inputs, "username"), client),
                text(hashes, "initiate_auth_over_typed_username"),
                "{name}"
            );
            assert_eq!(
                secret_hash(secret, text(inputs, "user_id_for_srp"), client),
                text(hashes, "respond_over_challenge_USERNAME"),
                "{name}"
            );
        }
    }
}

#[test]
fn device_verifiers_are_those_of_other_clients() {
    for set in sets() {
        for vector in set["vectors"].as_array().unwrap() {
            if text(vector, "kind") != "device" {
                continue;
            }
            let (inputs, expected) = (&vector["inputs"], &vector["outputs"]["confirm_device"]);
            let device = DeviceVerifier::with_random(
                text(inputs, "device_group_key"),
                text(inputs, "device_key"),
                &array(text(inputs, "device_random40_hex")),
                &array(text(inputs, "device_salt16_hex")),
            );
            assert_eq!(device.password.as_str(), text(expected, "device_password"));
            assert_eq!(device.salt, text(expected, "Salt"));
            assert_eq!(device.verifier, text(expected, "PasswordVerifier"));
        }
    }
}

#[test]
fn another_password_gives_another_signature() {
    for set in sets() {
        let vector = &set["vectors"][0];
        let inputs = &vector["inputs"];
        let identity = Identity { password: "another", ..identity(vector) };
        let claim = exchange(inputs).claim(identity, reply(inputs), time(inputs)).unwrap();
        assert_ne!(claim.signature, text(&vector["outputs"], "PASSWORD_CLAIM_SIGNATURE"));
    }
}

/// Clients differ in how they read a salt with leading zeros. It is read as a number.
#[test]
fn leading_zeros_of_the_salt_have_no_effect() {
    for set in sets() {
        for divergence in set["divergences"].as_array().unwrap() {
            let base = text(divergence, "same_other_inputs_as");
            let vectors = set["vectors"].as_array().unwrap();
            let vector = vectors.iter().find(|it| it["name"] == base).unwrap();
            let inputs = &vector["inputs"];
            let reply = Reply { salt: text(divergence, "SALT"), ..reply(inputs) };
            let claim = exchange(inputs).claim(identity(vector), reply, time(inputs)).unwrap();
            assert_eq!(claim.signature, text(divergence, "amazon_cognito_identity_js_signature"));
        }
    }
}

#[test]
fn invalid_values_are_refused() {
    for set in sets() {
        let vector = &set["vectors"][0];
        let inputs = &vector["inputs"];
        for case in set["must_fail"].as_array().unwrap() {
            let name = text(case, "name");
            if let Some(pool_id) = case["pool_id"].as_str() {
                assert_eq!(pool_name(pool_id), Err(SrpError::PoolId), "{name}");
                continue;
            }
            let mut reply = reply(inputs);
            let expected = if let Some(public) = case["SRP_B"].as_str() {
                reply.public = public;
                SrpError::ServerValue
            } else if let Some(salt) = case["SALT"].as_str() {
                reply.salt = salt;
                SrpError::Salt
            } else {
                reply.secret_block = text(case, "secret_block");
                SrpError::SecretBlock
            };
            let result = exchange(inputs).claim(identity(vector), reply, time(inputs));
            assert_eq!(result, Err(expected), "{name}");
        }
    }
}

/// R14: invalid values of the server end the exchange before anything is computed from the password.
#[test]
fn r14_hostile_server_values_are_refused() {
    let set: Value = serde_json::from_str(SMALL).unwrap();
    let vector = &set["vectors"][0];
    let inputs = &vector["inputs"];
    let modulus = hex(&bytes_of(Group::modulus()));
    let huge = "f".repeat(10_000_000);
    let zeros = "0".repeat(1_000);
    let above = format!("1{}", "0".repeat(768));
    for public in ["", "0", "00", "-1", "0x12", " 12", "xyz", &modulus, &huge, &zeros, &above] {
        let reply = Reply { public, ..reply(inputs) };
        let result = exchange(inputs).claim(identity(vector), reply, time(inputs));
        assert_eq!(result, Err(SrpError::ServerValue));
    }
    let long = "f".repeat(130);
    for salt in ["", "0", "ab", "00000000000000000001", "é", &long, &huge] {
        let reply = Reply { salt, ..reply(inputs) };
        let result = exchange(inputs).claim(identity(vector), reply, time(inputs));
        assert_eq!(result, Err(SrpError::Salt));
    }
    // There are no known values with a hash of zero.
    assert_eq!(scrambler([0; 32]), Err(SrpError::Scrambler));
    let mut least = [0; 32];
    least[31] = 1;
    assert_eq!(scrambler(least), Ok(least));
}

#[test]
fn k_is_the_hash_of_the_group() {
    let k = sha256(&[&pad(&bytes_of(Group::modulus())), &pad(&[2])]);
    assert_eq!(U256::from_be_slice(&k).resize::<{ U3072::LIMBS }>(), K.retrieve());
}

#[test]
fn numbers_are_padded_as_signed_numbers() {
    assert_eq!(pad(&[]), [0]);
    assert_eq!(pad(&[0, 0]), [0]);
    assert_eq!(pad(&[0, 0x7f]), [0x7f]);
    assert_eq!(pad(&[0x80]), [0, 0x80]);
    assert_eq!(hex(&[0, 0]), "0");
    assert_eq!(hex(&[0, 0x0a, 0xbc]), "abc");
    assert_eq!(unhex("ABc", 2), Some(vec![0x0a, 0xbc]));
}

#[test]
fn timestamps_are_english_and_days_are_not_padded() {
    let at = |seconds| timestamp(UNIX_EPOCH + Duration::from_secs(seconds));
    assert_eq!(at(0).as_deref(), Ok("Thu Jan 1 00:00:00 UTC 1970"));
    assert_eq!(at(1_709_251_199).as_deref(), Ok("Thu Feb 29 23:59:59 UTC 2024"));
    assert_eq!(timestamp(UNIX_EPOCH - Duration::from_secs(1)), Err(SrpError::Clock));
    assert_eq!(at(u64::MAX / 4), Err(SrpError::Clock));
}

#[test]
fn two_exchanges_differ_and_debug_shows_no_secret() {
    let (one, two) = (Exchange::start().unwrap(), Exchange::start().unwrap());
    assert_ne!(one.public(), two.public());
    assert_eq!(format!("{one:?}"), "Exchange { .. }");
    let device = DeviceVerifier::new("group", "device").unwrap();
    assert_eq!(format!("{device:?}"), "DeviceVerifier { .. }");
}

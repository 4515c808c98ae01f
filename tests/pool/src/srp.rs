//! The server's side of Secure Remote Password as Cognito implements it. It was written from the description, not from the client,
//! so that each verifies the other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{U256, U3072, const_monty_params};
use ring::digest::{SHA256, digest};
use ring::hmac;

/// What the server stores of a password.
#[derive(Clone)]
pub(crate) struct Verifier {
    value: Mod,
    salt: Vec<u8>,
}

/// An exchange that waits for the client's proof.
pub(crate) struct Exchange {
    client: U3072,
    server: U3072,
    secret: U256,
    verifier: Verifier,
}

impl Verifier {
    /// Derived from a password: v = g^x with x = H(salt | H(realm name ":" password)).
    pub(crate) fn of_password(realm: &str, name: &str, password: &str, salt: [u8; 16]) -> Self {
        let salt = signed(&salt);
        let inner = sha256(format!("{realm}{name}:{password}").as_bytes());
        let exponent = sha256(&[&salt[..], &inner].concat());
        Self { value: G.pow(&U256::from_be_slice(&exponent)), salt }
    }

    /// From what a client created for its device, both in base64.
    pub(crate) fn of_device(verifier: &str, salt: &str) -> Option<Self> {
        let (verifier, salt) = (STANDARD.decode(verifier).ok()?, STANDARD.decode(salt).ok()?);
        Some(Self { value: Mod::new(&number(&verifier)?), salt })
    }

    /// Whether this is the password of the verifier.
    pub(crate) fn is_of(&self, realm: &str, name: &str, password: &str) -> bool {
        let inner = sha256(format!("{realm}{name}:{password}").as_bytes());
        let exponent = sha256(&[&self.salt[..], &inner].concat());
        G.pow(&U256::from_be_slice(&exponent)) == self.value
    }
}

impl Exchange {
    /// Replies to `SRP_A`; `None` if it is zero modulo N or not a number.
    pub(crate) fn new(verifier: &Verifier, client: &str, secret: [u8; 32]) -> Option<Self> {
        let client = number(&unhex(client)?)?;
        if Mod::new(&client).retrieve() == U3072::ZERO {
            return None;
        }
        let secret = U256::from_be_slice(&secret);
        let multiplier = sha256(&[signed(&bytes(Mod::MODULUS.as_ref())), vec![2]].concat());
        let k = Mod::new(&number(&multiplier)?);
        let server = (k * verifier.value + G.pow(&secret)).retrieve();
        Some(Self { client, server, secret, verifier: verifier.clone() })
    }

    /// `SRP_B`.
    pub(crate) fn public(&self) -> String {
        hex(&bytes(&self.server))
    }

    /// `SALT`.
    pub(crate) fn salt(&self) -> String {
        hex(&self.verifier.salt)
    }

    /// Whether the signature proves the password, for its secret block and time.
    pub(crate) fn accepts(&self, realm: &str, name: &str, block: &[u8], timestamp: &str, signature: &str) -> bool {
        let scrambler = sha256(&[signed(&bytes(&self.client)), signed(&bytes(&self.server))].concat());
        // S = (A v^u)^b
        let base = Mod::new(&self.client) * self.verifier.value.pow(&U256::from_be_slice(&scrambler));
        let shared = base.pow(&self.secret).retrieve();
        let extracted = sign(&signed(&scrambler), &signed(&bytes(&shared)));
        let key = sign(extracted.as_ref(), b"Caldera Derived Key\x01");
        let message = [realm.as_bytes(), name.as_bytes(), block, timestamp.as_bytes()].concat();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key.as_ref()[..16]);
        STANDARD.decode(signature).is_ok_and(|signature| hmac::verify(&key, &message, &signature).is_ok())
    }
}

const_monty_params!(
    Group,
    U3072,
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    "The 3072-bit group of RFC 5054, appendix A."
);

type Mod = ConstMontyForm<Group, { U3072::LIMBS }>;

const G: Mod = Mod::new(&U3072::from_u8(2));

fn sha256(message: &[u8]) -> Vec<u8> {
    digest(&SHA256, message).as_ref().to_vec()
}

fn sign(key: &[u8], message: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message)
}

/// Java's `BigInteger.toByteArray` of a number that is not negative.
fn signed(big_endian: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = big_endian.iter().copied().skip_while(|byte| *byte == 0).collect();
    if digits.first().is_none_or(|first| *first >= 0x80) { [vec![0], digits].concat() } else { digits }
}

fn bytes(number: &U3072) -> Vec<u8> {
    number.to_be_bytes().as_slice().to_vec()
}

fn number(big_endian: &[u8]) -> Option<U3072> {
    let digits: Vec<u8> = big_endian.iter().copied().skip_while(|byte| *byte == 0).collect();
    let mut whole = [0; 384];
    whole.get_mut(384_usize.checked_sub(digits.len())?..)?.copy_from_slice(&digits);
    Some(U3072::from_be_slice(&whole))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let even = if text.len().is_multiple_of(2) { text.to_owned() } else { format!("0{text}") };
    (0..even.len()).step_by(2).map(|at| u8::from_str_radix(even.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cogen_runtime::fuzzing::srp::{self, Identity, Reply};
    use std::error::Error;
    use std::time::SystemTime;

    #[test]
    fn a_client_is_accepted_with_the_right_password_only() -> Result<(), Box<dyn Error>> {
        for (seed, password) in (0_u8..8).zip(["a", "pässwörd", "with:colon", " ", "x", "y", "z", "0"]) {
            let verifier = Verifier::of_password("Pool", "alice", password, [seed.wrapping_mul(37); 16].map(|b| b | 1));
            assert!(verifier.is_of("Pool", "alice", password) && !verifier.is_of("Pool", "alice", "other"));
            for (typed, right) in [(password, true), ("wrong", false)] {
                let client = srp::Exchange::start()?;
                let server = Exchange::new(&verifier, &client.public(), [seed + 1; 32]).ok_or("A is a number")?;
                let (public, salt, block) = (server.public(), server.salt(), STANDARD.encode(b"block"));
                let identity = Identity { realm: "Pool", name: "alice", password: typed };
                let reply = Reply { public: &public, salt: &salt, secret_block: &block };
                let claim = client.claim(identity, reply, SystemTime::now())?;
                assert_eq!(server.accepts("Pool", "alice", b"block", &claim.timestamp, &claim.signature), right);
                assert!(!server.accepts("Pool", "alice", b"other", &claim.timestamp, &claim.signature));
            }
        }
        Ok(())
    }

    /// The vectors from clients of other projects, if they are present.
    #[test]
    fn the_proofs_of_other_clients_are_accepted() -> Result<(), Box<dyn Error>> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/srp_vectors.json");
        let Ok(file) = std::fs::read(path) else {
            return Ok(());
        };
        let file: serde_json::Value = serde_json::from_slice(&file)?;
        let vectors = file["vectors"].as_array().ok_or("a list")?;
        assert!(vectors.len() >= 36);
        for vector in vectors {
            let (name, input, output) = (&vector["name"], &vector["inputs"], &vector["outputs"]);
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let (realm, user) = match input["device_key"].as_str() {
                Some(key) => (text(&input["device_group_key"]), key.to_owned()),
                None => (
                    text(&input["pool_id"]).split_once('_').ok_or("a pool id")?.1.to_owned(),
                    text(&input["user_id_for_srp"]),
                ),
            };
            let value = number(&unhex(&text(&output["server_verifier_v_hex"])).ok_or("v")?).ok_or("v")?;
            let salt = signed(&unhex(&text(&input["SALT"])).ok_or("a salt")?);
            let verifier = Verifier { value: Mod::new(&value), salt };
            let private = unhex(&text(&input["b_server_private_hex"])).ok_or("b")?;
            let mut secret = [0; 32];
            secret[32 - private.len()..].copy_from_slice(&private);
            let server = Exchange::new(&verifier, &text(&output["SRP_A"]), secret).ok_or("A")?;
            let block = STANDARD.decode(text(&input["secret_block"]))?;
            let (time, signature) = (text(&output["timestamp"]), text(&output["PASSWORD_CLAIM_SIGNATURE"]));
            assert!(server.accepts(&realm, &user, &block, &time, &signature), "{name}");
        }
        Ok(())
    }
}

//! The computations of Secure Remote Password as Cognito uses it. They send and store nothing.
//!
//! The group is the 3072-bit group of RFC 5054, appendix A, with the generator 2; the hash is SHA-256. A number is hashed as the
//! shortest big-endian two's complement of a non-negative integer (`pad`), as `BigInteger.toByteArray` of Java returns it. With a fixed
//! width some sign-ins fail.

use crate::cognito::hash::{hmac, sha256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{NonZero, U256, U512, U1024, U1536, U3072, const_monty_params};
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};
use zeroize::{Zeroize as _, Zeroizing};

/// The password to prove, with its user or device.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// The name of the pool (`pool_name`), or the key of the device group.
    pub realm: &'a str,
    /// `USER_ID_FOR_SRP`, or the key of the device.
    pub name: &'a str,
    /// The password of the user or of the device.
    pub password: &'a str,
}

/// The response of the server to `SRP_A`.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// `SRP_B`, hexadecimal.
    pub public: &'a str,
    /// `SALT`, hexadecimal.
    pub salt: &'a str,
    /// `SECRET_BLOCK`, base64.
    pub secret_block: &'a str,
}

/// The proof of the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// `PASSWORD_CLAIM_SIGNATURE`.
    pub signature: String,
    /// `TIMESTAMP`.
    pub timestamp: String,
}

/// An exchange with a new secret exponent, which is used for one claim.
pub struct Exchange {
    secret: Zeroizing<U1024>,
    public: U3072,
}

/// Why an exchange failed. Nothing that depends on the password was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SrpError {
    /// The operating system returned no random numbers.
    NoRandomness,
    /// The pool id has no `_`, so the pool has no name.
    PoolId,
    /// The public value of the server is not a number between 1 and N - 1.
    ServerValue,
    /// The salt is not hexadecimal, too short or too long.
    Salt,
    /// The secret block is not base64.
    SecretBlock,
    /// The hash of both public values is zero.
    Scrambler,
    /// The time of the clock is outside of the years 1970 to 9999.
    Clock,
}

impl fmt::Display for SrpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRandomness => "the operating system returned no random numbers",
            Self::PoolId => "a user pool id is a region, `_` and a name, such as `us-east-1_AbCdEf123`",
            Self::ServerValue => "SRP_B of the server is not a number between 1 and N - 1",
            Self::Salt => "SALT of the server is not a hexadecimal number of 8 to 64 bytes",
            Self::SecretBlock => "SECRET_BLOCK of the server is not base64",
            Self::Scrambler => "the hash of SRP_A and SRP_B is zero",
            Self::Clock => "the time of the clock is outside of the years 1970 to 9999",
        })
    }
}

impl std::error::Error for SrpError {}

impl Exchange {
    /// Starts an exchange with 1024 random bits.
    ///
    /// # Errors
    /// Fails with [`SrpError::NoRandomness`].
    pub fn start() -> Result<Self, SrpError> {
        let mut bytes = Zeroizing::new([0; 128]);
        getrandom::fill(&mut *bytes).map_err(|_| SrpError::NoRandomness)?;
        Ok(Self::with_secret(U1024::from_be_slice(&*bytes)))
    }

    /// Returns `SRP_A`, hexadecimal.
    pub fn public(&self) -> String {
        hex(&bytes_of(&self.public))
    }

    /// Proves the password of `identity` at the time `now`.
    ///
    /// # Errors
    /// Fails if a value of `reply` is not valid (RFC 5054, section 2.5.4).
    pub fn claim(self, identity: Identity<'_>, reply: Reply<'_>, now: SystemTime) -> Result<Claim, SrpError> {
        let public = server_value(reply.public)?;
        let salt = salt(reply.salt)?;
        let secret_block = STANDARD.decode(reply.secret_block).map_err(|_| SrpError::SecretBlock)?;
        let timestamp = timestamp(now)?;

        let scrambler = scrambler(sha256(&[&pad(&bytes_of(&self.public)), &pad(&bytes_of(&public))]))?;
        let exponent = Zeroizing::new(private_key(identity, &salt));
        let shared = self.shared(&public, &U256::from_be_slice(&scrambler), &exponent);
        let key = derived_key(&scrambler, &shared);
        let signature =
            hmac(&key[..], &[identity.realm.as_bytes(), identity.name.as_bytes(), &secret_block, timestamp.as_bytes()]);
        Ok(Claim { signature: STANDARD.encode(signature), timestamp })
    }

    fn with_secret(secret: U1024) -> Self {
        let public = G.pow(&secret).retrieve();
        Self { secret: Zeroizing::new(secret), public }
    }

    /// S = (B - k * g^x) ^ (a + u * x) mod N, in time that does not depend on the secrets.
    fn shared(&self, public: &U3072, scrambler: &U256, exponent: &U256) -> Zeroizing<U3072> {
        let verifier = G.pow(exponent);
        let mut base = Mod::new(public) - K * verifier;
        let product: Zeroizing<U512> = Zeroizing::new(scrambler.concatenating_mul(exponent));
        let sum: Zeroizing<U1536> = Zeroizing::new(
            self.secret.resize::<{ U1536::LIMBS }>().wrapping_add(&product.resize::<{ U1536::LIMBS }>()),
        );
        // a has 1024 bits and u * x has 512, so the sum has at most 1025.
        let shared = Zeroizing::new(base.pow_bounded_exp(&sum, 1025).retrieve());
        base.zeroize();
        shared
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exchange { .. }")
    }
}

impl fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity { .. }")
    }
}

/// A new password of a device, and the values with which the server checks it.
#[derive(Clone)]
pub struct DeviceVerifier {
    /// The password of the device, to store with its keys.
    pub password: Zeroizing<String>,
    /// `PasswordVerifier` of `ConfirmDevice`, base64.
    pub verifier: String,
    /// `Salt` of `ConfirmDevice`, base64.
    pub salt: String,
}

impl DeviceVerifier {
    /// Creates a random password for a device.
    ///
    /// # Errors
    /// Fails with [`SrpError::NoRandomness`].
    pub fn new(group_key: &str, device_key: &str) -> Result<Self, SrpError> {
        let mut password = Zeroizing::new([0; 40]);
        let mut salt = [0; 16];
        getrandom::fill(&mut *password).map_err(|_| SrpError::NoRandomness)?;
        getrandom::fill(&mut salt).map_err(|_| SrpError::NoRandomness)?;
        Ok(Self::with_random(group_key, device_key, &password, &salt))
    }

    fn with_random(group_key: &str, device_key: &str, password: &[u8; 40], salt: &[u8; 16]) -> Self {
        let password = Zeroizing::new(STANDARD.encode(password));
        let salt = pad(salt);
        let identity = Identity { realm: group_key, name: device_key, password: &password };
        let exponent = Zeroizing::new(private_key(identity, &salt));
        let verifier = G.pow(&exponent).retrieve();
        Self { verifier: STANDARD.encode(pad(&bytes_of(&verifier))), salt: STANDARD.encode(&salt), password }
    }
}

impl fmt::Debug for DeviceVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceVerifier { .. }")
    }
}

/// Returns the name of a pool: the part of its id after the first `_`.
///
/// # Errors
/// Fails with [`SrpError::PoolId`].
pub fn pool_name(pool_id: &str) -> Result<&str, SrpError> {
    match pool_id.split_once('_') {
        Some((_, name)) if !name.is_empty() => Ok(name),
        _ => Err(SrpError::PoolId),
    }
}

const_monty_params!(
    Group,
    U3072,
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    "The 3072-bit group of RFC 5054, appendix A."
);

pub(crate) type Mod = ConstMontyForm<Group, { U3072::LIMBS }>;

/// The generator. RFC 5054 has 5 for this group, Cognito 2.
pub(crate) const G: Mod = Mod::new(&U3072::from_u8(2));

/// k = H(pad(N) | pad(g)).
pub(crate) const K: Mod = Mod::new(
    &U256::from_be_hex("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6").resize::<{ U3072::LIMBS }>(),
);

/// The length of a salt. Cognito prints 16 random bytes as a number. The probability that it has fewer than 8 bytes is 2^-64.
const SALT_BYTES: std::ops::RangeInclusive<usize> = 8..=64;

/// x = H(pad(salt) | H(realm + name + ":" + password)).
pub(crate) fn private_key(identity: Identity<'_>, padded_salt: &[u8]) -> U256 {
    let mut inner = sha256(&[identity.realm.as_bytes(), identity.name.as_bytes(), b":", identity.password.as_bytes()]);
    let mut outer = sha256(&[padded_salt, &inner]);
    let exponent = U256::from_be_slice(&outer);
    inner.zeroize();
    outer.zeroize();
    exponent
}

/// HKDF of RFC 5869 with SHA-256, salt u and input S, truncated to 16 bytes.
pub(crate) fn derived_key(scrambler: &[u8; 32], shared: &U3072) -> Zeroizing<[u8; 16]> {
    let shared = Zeroizing::new(pad(&bytes_of(shared)));
    let extracted = Zeroizing::new(hmac(&pad(scrambler), &[&shared]));
    let expanded = Zeroizing::new(hmac(&extracted[..], &[b"Caldera Derived Key", &[1]]));
    let mut key = Zeroizing::new([0; 16]);
    key.copy_from_slice(&expanded[..16]);
    key
}

/// Reads `SRP_B`. Zero, N and larger numbers are refused, and not reduced.
pub(crate) fn server_value(text: &str) -> Result<U3072, SrpError> {
    let bytes = unhex(text, 384).ok_or(SrpError::ServerValue)?;
    let mut padded = [0; 384];
    padded[384 - bytes.len()..].copy_from_slice(&bytes);
    let value = U3072::from_be_slice(&padded);
    if value >= *Group::modulus() || NonZero::new(value).is_none().into() {
        return Err(SrpError::ServerValue);
    }
    Ok(value)
}

/// Checks u. If it is zero, the proof does not depend on the password.
fn scrambler(hash: [u8; 32]) -> Result<[u8; 32], SrpError> {
    if hash == [0; 32] { Err(SrpError::Scrambler) } else { Ok(hash) }
}

/// Reads `SALT` as a number, so leading zeros have no effect.
fn salt(text: &str) -> Result<Vec<u8>, SrpError> {
    let bytes = unhex(text, *SALT_BYTES.end()).ok_or(SrpError::Salt)?;
    if !SALT_BYTES.contains(&bytes.len()) {
        return Err(SrpError::Salt);
    }
    Ok(pad(&bytes))
}

impl Group {
    fn modulus() -> &'static U3072 {
        const MODULUS: U3072 = *Mod::MODULUS.as_ref();
        &MODULUS
    }
}

/// The bytes of a number that are hashed: the shortest big-endian two's complement of a non-negative integer.
pub(crate) fn pad(big_endian: &[u8]) -> Vec<u8> {
    let start = big_endian.iter().position(|byte| *byte != 0);
    let digits = start.map_or(&[][..], |start| &big_endian[start..]);
    let mut padded = Vec::with_capacity(digits.len() + 1);
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        padded.push(0);
    }
    padded.extend_from_slice(digits);
    padded
}

pub(crate) fn bytes_of(number: &U3072) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(number.to_be_bytes().as_slice().to_vec())
}

/// A number in lower-case hexadecimal digits, without leading zeros.
pub(crate) fn hex(big_endian: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(big_endian.len() * 2);
    for byte in big_endian {
        let _infallible = write!(text, "{byte:02x}");
    }
    let zeros = text.len() - text.trim_start_matches('0').len();
    text.drain(..zeros.min(text.len().saturating_sub(1)));
    text
}

/// The big-endian bytes of a hexadecimal number, without leading zeros; `None` if it is not a hexadecimal number, or has more than
/// `limit` bytes.
fn unhex(text: &str, limit: usize) -> Option<Vec<u8>> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits = text.trim_start_matches('0').as_bytes();
    if digits.len().div_ceil(2) > limit {
        return None;
    }
    let value = |digit: &u8| char::from(*digit).to_digit(16).unwrap_or_default() as u8;
    Some(digits.rchunks(2).rev().map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | value(digit))).collect())
}

/// `EEE MMM d HH:mm:ss UTC yyyy`, always in English, the day without a leading zero.
fn timestamp(now: SystemTime) -> Result<String, SrpError> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let seconds = now.duration_since(UNIX_EPOCH).map_err(|_| SrpError::Clock)?.as_secs();
    let seconds = i64::try_from(seconds).map_err(|_| SrpError::Clock)?;
    let time = time::OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| SrpError::Clock)?;
    let day = DAYS.get(usize::from(time.weekday().number_days_from_monday())).ok_or(SrpError::Clock)?;
    let month = MONTHS.get(usize::from(u8::from(time.month())) - 1).ok_or(SrpError::Clock)?;
    Ok(format!(
        "{day} {month} {} {:02}:{:02}:{:02} UTC {}",
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.year()
    ))
}

#[cfg(test)]
mod tests;

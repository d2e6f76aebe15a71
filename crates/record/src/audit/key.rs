//! Ed25519 keys of a log, in the text forms of signed notes.
//!
//! The private half signs checkpoints and is wiped from memory when dropped; the public half is the `vkey` line that auditors
//! keep. A key is bound to the name of its log, so it cannot sign for another one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::domain::digest::hex;

/// The algorithm byte of Ed25519 in signed notes.
const ED25519: u8 = 1;

/// Everything before the 32 bytes of an Ed25519 key in a `SubjectPublicKeyInfo`.
const SPKI_ED25519: &[u8] =
    &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Before the name in a private key file.
const PRIVATE: &str = "PRIVATE+KEY+";

/// Longest name of a key.
const MAX_NAME_BYTES: usize = 200;

/// Text that is no key of a log.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum KeyError {
    /// The parts do not have the form of a note key.
    #[error("not a key of a log: expected name+hash+base64")]
    Malformed,
    /// A name may hold neither white space nor a plus sign.
    #[error("the name {name:?} cannot name a log")]
    Name {
        /// The name as found.
        name: String,
    },
    /// The hash in the text is not that of name and key.
    #[error("the key's hash does not match its name and bytes")]
    Hash,
}

/// Four bytes that tell keys of one name apart.
pub type KeyId = [u8; 4];

/// The private key of a log; wiped from memory when dropped.
pub struct LogKey {
    verifier: VerifierKey,
    signing: SigningKey,
}

impl LogKey {
    /// The key named `name` (the log's origin) with this seed.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let signing = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, signing.verifying_key())?;
        Ok(Self { verifier, signing })
    }

    /// Reads the text of a private key file.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let (name, id, seed) =
            text.strip_prefix(PRIVATE).and_then(split_key).ok_or(KeyError::Malformed)?;
        let key = Self::from_seed(name, &seed)?;
        if hex(&key.verifier.id) == id { Ok(key) } else { Err(KeyError::Hash) }
    }

    /// The text of a private key file: `PRIVATE+KEY+name+hash+base64` and a line feed.
    pub fn encode(&self) -> String {
        let VerifierKey { name, id, .. } = &self.verifier;
        format!("{PRIVATE}{name}+{}+{}\n", hex(id), encode_key(self.signing.as_bytes()))
    }

    /// The public half.
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The Ed25519 signature of these bytes.
    pub(super) fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        self.signing.sign(bytes).to_bytes()
    }
}

impl std::fmt::Debug for LogKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LogKey").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}

/// The public key of a log, as `vkey` text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    key: VerifyingKey,
}

impl VerifierKey {
    fn new(name: &str, key: VerifyingKey) -> Result<Self, KeyError> {
        check_name(name)?;
        Ok(Self { name: name.to_owned(), id: key_id(name, key.as_bytes()), key })
    }

    /// Reads `name+8hex+base64(0x01 || public key)`, with or without a final line feed.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let (name, id, bytes) = split_key(text).ok_or(KeyError::Malformed)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Malformed)?;
        let verifier = Self::new(name, key)?;
        if hex(&verifier.id) == id { Ok(verifier) } else { Err(KeyError::Hash) }
    }

    /// The `vkey` text, without a line feed.
    pub fn vkey(&self) -> String {
        format!("{}+{}+{}", self.name, hex(&self.id), encode_key(self.key.as_bytes()))
    }

    /// The name, which is the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key as PEM (`SubjectPublicKeyInfo`, RFC 8410), for tools that do not know the keys of notes.
    pub fn pem(&self) -> String {
        let body = STANDARD.encode([SPKI_ED25519, self.key.as_bytes()].concat());
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }

    /// The four bytes before each signature.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// Tells whether the signature is good, by the strict rules (no small-order keys, canonical scalars).
    pub(super) fn has_signed(&self, bytes: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(bytes, &Signature::from_bytes(signature)).is_ok()
    }
}

/// Tells whether the text may name a log: it must survive in a note's lines and a key's parts.
pub(super) fn check_name(name: &str) -> Result<(), KeyError> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'+';
    if (1..=MAX_NAME_BYTES).contains(&name.len()) && name.bytes().all(is_plain) {
        return Ok(());
    }
    Err(KeyError::Name { name: name.to_owned() })
}

fn key_id(name: &str, key: &[u8; 32]) -> KeyId {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update([b'\n', ED25519]);
    hasher.update(key);
    let [first, second, third, fourth, ..] = <[u8; 32]>::from(hasher.finalize());
    [first, second, third, fourth]
}

fn encode_key(key: &[u8; 32]) -> String {
    STANDARD.encode([&[ED25519], key.as_slice()].concat())
}

/// Splits `name+hash+base64`; the base64 may hold plus signs, the name may not.
fn split_key(text: &str) -> Option<(&str, &str, [u8; 32])> {
    let mut parts = text.splitn(3, '+');
    let (name, id, data) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = STANDARD.decode(data).ok()?;
    let key = bytes.strip_prefix(&[ED25519])?.try_into().ok()?;
    Some((name, id, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "saraphina/0190a1b2-0000-7000-8000-000000000001";

    #[test]
    fn both_key_files_read_back_what_was_written() {
        let key = LogKey::from_seed(NAME, &[7; 32]).unwrap();

        let read = LogKey::parse(&key.encode()).unwrap();

        assert_eq!(read.encode(), key.encode());
        assert_eq!(VerifierKey::parse(&key.verifier().vkey()).as_ref(), Ok(read.verifier()));
    }

    #[test]
    fn a_key_under_another_name_is_refused() {
        let key = LogKey::from_seed(NAME, &[7; 32]).unwrap();
        let renamed = key.verifier().vkey().replace("000000001+", "000000002+");

        assert_eq!(VerifierKey::parse(&renamed), Err(KeyError::Hash));
        assert_eq!(VerifierKey::parse("a+b"), Err(KeyError::Malformed));
        assert!(matches!(LogKey::from_seed("a b", &[7; 32]), Err(KeyError::Name { .. })));
    }

    #[test]
    fn the_private_key_stays_out_of_debug_output() {
        let key = LogKey::from_seed(NAME, &[0xab; 32]).unwrap();

        assert!(!format!("{key:?}").contains("171, 171"));
    }
}

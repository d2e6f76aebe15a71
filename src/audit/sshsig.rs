//! OpenSSH signatures over decisions.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha512};
use thiserror::Error;

use crate::domain::digest::Digest;

/// The namespace that keeps a decision's signature from counting elsewhere.
pub const NAMESPACE: &str = "decision@saraphina";

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
const ALGORITHM: &str = "ssh-ed25519";
const HASH: &str = "sha512";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----";
const LINE_CHARS: usize = 70;
/// Longest armoured signature that is read; one by Ed25519 takes about 320 bytes.
const MAX_ARMOUR_BYTES: usize = 2_048;

/// An armoured signature that does not hold.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SshSigError {
    /// The text is no armoured SSHSIG of version 1.
    #[error("not an armoured SSH signature")]
    Malformed,
    /// Another kind of key or hash than this log uses.
    #[error("the signature uses {found}, expected {wanted}")]
    Algorithm {
        /// The algorithm in the signature.
        found: String,
        /// The one that is needed.
        wanted: &'static str,
    },
    /// A signature made for another purpose.
    #[error("the signature is for the namespace {found:?}, not {NAMESPACE:?}")]
    Namespace {
        /// The namespace in the signature.
        found: String,
    },
    /// The signature does not fit key and text.
    #[error("the signature does not fit the statement")]
    Signature,
}

/// A parsed signature: who claims to have signed, and the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshSig {
    /// The Ed25519 public key.
    pub public_key: [u8; 32],
    /// The Ed25519 signature over [`signed_blob`].
    pub signature: [u8; 64],
}

impl SshSig {
    /// Reads an armoured Ed25519 signature in our namespace.
    pub fn parse(armour: &str) -> Result<Self, SshSigError> {
        let blob = dearmour(armour).ok_or(SshSigError::Malformed)?;
        let fields = Fields::read(&blob).ok_or(SshSigError::Malformed)?;
        expect(fields.key_algorithm, ALGORITHM)?;
        expect(fields.signature_algorithm, ALGORITHM)?;
        expect(fields.hash, HASH)?;
        if fields.namespace != NAMESPACE.as_bytes() {
            return Err(SshSigError::Namespace { found: lossy(fields.namespace) });
        }
        let public_key = fields.key.try_into().map_err(|_| SshSigError::Malformed)?;
        let signature = fields.signature.try_into().map_err(|_| SshSigError::Malformed)?;
        Ok(Self { public_key, signature })
    }

    /// Checks the signature over `message`, by the strict rules.
    pub fn verify(&self, message: &[u8]) -> Result<(), SshSigError> {
        let key = VerifyingKey::from_bytes(&self.public_key).map_err(|_| SshSigError::Malformed)?;
        key.verify_strict(&signed_blob(message), &Signature::from_bytes(&self.signature))
            .map_err(|_| SshSigError::Signature)
    }

    /// The fingerprint of the key as `ssh-keygen -l` prints it: `SHA256:` and base64.
    pub fn fingerprint(&self) -> String {
        let digest = Digest::of(&key_blob(&self.public_key));
        format!("SHA256:{}", STANDARD_NO_PAD.encode(digest.as_bytes()))
    }

    /// The armoured text, as `ssh-keygen -Y sign` writes it.
    pub fn armour(&self) -> String {
        let mut signature = string(ALGORITHM.as_bytes());
        signature.extend(string(&self.signature));
        let mut blob = [MAGIC, &VERSION.to_be_bytes()].concat();
        blob.extend(string(&key_blob(&self.public_key)));
        blob.extend(string(NAMESPACE.as_bytes()));
        blob.extend(string(b""));
        blob.extend(string(HASH.as_bytes()));
        blob.extend(string(&signature));
        let encoded = STANDARD.encode(blob);
        let mut text = BEGIN.to_owned();
        for (position, letter) in encoded.chars().enumerate() {
            if position > 0 && position.is_multiple_of(LINE_CHARS) {
                text.push('\n');
            }
            text.push(letter);
        }
        text + "\n" + END + "\n"
    }
}

/// The bytes that the key really signs for `message`.
pub fn signed_blob(message: &[u8]) -> Vec<u8> {
    let mut blob = MAGIC.to_vec();
    blob.extend(string(NAMESPACE.as_bytes()));
    blob.extend(string(b""));
    blob.extend(string(HASH.as_bytes()));
    blob.extend(string(Sha512::digest(message).as_slice()));
    blob
}

fn key_blob(public_key: &[u8; 32]) -> Vec<u8> {
    let mut blob = string(ALGORITHM.as_bytes());
    blob.extend(string(public_key));
    blob
}

/// A length of four bytes, then the bytes; ours are all short.
fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), bytes].concat()
}

fn expect(found: &[u8], wanted: &'static str) -> Result<(), SshSigError> {
    if found == wanted.as_bytes() {
        return Ok(());
    }
    Err(SshSigError::Algorithm { found: lossy(found), wanted })
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn dearmour(armour: &str) -> Option<Vec<u8>> {
    if armour.len() > MAX_ARMOUR_BYTES {
        return None;
    }
    let armour = armour.strip_suffix('\n').unwrap_or(armour);
    let body = armour.strip_prefix(BEGIN)?.strip_suffix(END)?;
    STANDARD.decode(body.replace('\n', "")).ok()
}

struct Fields<'a> {
    key_algorithm: &'a [u8],
    key: &'a [u8],
    namespace: &'a [u8],
    hash: &'a [u8],
    signature_algorithm: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Fields<'a> {
    fn read(blob: &'a [u8]) -> Option<Self> {
        let mut rest = blob.strip_prefix(MAGIC)?.strip_prefix(&VERSION.to_be_bytes())?;
        let key = take(&mut rest)?;
        let namespace = take(&mut rest)?;
        let reserved = take(&mut rest)?;
        let hash = take(&mut rest)?;
        let signature = take(&mut rest)?;
        let (key_algorithm, key) = pair(key)?;
        let (signature_algorithm, signature) = pair(signature)?;
        let is_whole = rest.is_empty() && reserved.is_empty();
        is_whole.then_some(Self {
            key_algorithm,
            key,
            namespace,
            hash,
            signature_algorithm,
            signature,
        })
    }
}

fn pair(mut bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let pair = (take(&mut bytes)?, take(&mut bytes)?);
    bytes.is_empty().then_some(pair)
}

fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (taken, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = include_bytes!("../../tests/fixtures/audit/statement.json");
    const ARMOUR: &str = include_str!("../../tests/fixtures/audit/statement.json.sig");
    const FOREIGN: &str = include_str!("../../tests/fixtures/audit/other-namespace.sig");

    #[test]
    fn a_signature_by_ssh_keygen_holds_and_is_written_alike() {
        let signature = SshSig::parse(ARMOUR).unwrap();

        assert_eq!(signature.verify(MESSAGE), Ok(()));
        assert_eq!(signature.armour(), ARMOUR);
        assert_eq!(signature.fingerprint(), "SHA256:q/iGWtJWK+xWHs59pSLwXI3b10+ySjytQmHJ0936cp8");
    }

    #[test]
    fn another_text_or_namespace_is_refused() {
        let signature = SshSig::parse(ARMOUR).unwrap();

        assert_eq!(signature.verify(b"{}"), Err(SshSigError::Signature));
        assert_eq!(
            SshSig::parse(FOREIGN),
            Err(SshSigError::Namespace { found: "file".to_owned() })
        );
        assert_eq!(SshSig::parse("x"), Err(SshSigError::Malformed));
    }

    #[test]
    fn every_changed_byte_of_the_armour_is_refused() {
        for position in 0..ARMOUR.len() {
            let mut changed = ARMOUR.as_bytes().to_vec();
            changed[position] ^= 1;
            let text = String::from_utf8(changed).unwrap();
            let outcome = SshSig::parse(&text).and_then(|signature| signature.verify(MESSAGE));
            assert!(outcome.is_err(), "byte {position}");
        }
    }
}

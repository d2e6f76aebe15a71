//! OpenSSH signatures (SSHSIG) over decisions and changes.
//!
//! Owners sign with the keys they have, by `ssh-keygen -Y sign`, and auditors verify with the same tool. The namespace keeps a
//! signature made elsewhere from counting here, and a security key must say that somebody touched it.

use sha2::{Digest as _, Sha256, Sha512};
use thiserror::Error;

use crate::audit::owner_key::{OwnerKey, OwnerKeyError};
use crate::audit::owner_signature::has_signed;
use crate::audit::ssh_wire::{between, lines, string, take};

/// The namespace that keeps a decision's signature from counting elsewhere.
pub const NAMESPACE: &str = "decision@saraphina";

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
const HASH: &str = "sha512";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----";
/// Longest armoured signature that is read; one by Ed25519 takes about 320 bytes, by RSA with 4096 bits about 1,600.
const MAX_ARMOUR_BYTES: usize = 2_048;
/// The flag of a security key that somebody touched it.
const TOUCHED: u8 = 1;

/// An armoured signature that does not hold.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SshSigError {
    /// The text is no armoured SSHSIG of version 1.
    #[error("not an armoured SSH signature")]
    Malformed,
    /// Another kind of key than can sign decisions.
    #[error(transparent)]
    Key(OwnerKeyError),
    /// Another hash or another algorithm than that of the key.
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
    /// The security key says that nobody touched it.
    #[error("the security key signed without being touched")]
    Untouched,
    /// The signature does not fit key and text.
    #[error("the signature does not fit the statement")]
    Signature,
}

/// A security key's own account of a signature (PROTOCOL.u2f of OpenSSH).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Bit 0: somebody touched the key.
    pub flags: u8,
    /// Counts the signatures of the key.
    pub counter: u32,
}

/// A parsed signature: who claims to have signed, and the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshSig {
    /// The public key.
    pub key: OwnerKey,
    /// The name of the signature's algorithm, one of those of the key.
    pub algorithm: &'static str,
    /// The signature over [`signed_blob`], as SSH has it under that name.
    pub signature: Vec<u8>,
    /// Of a security key only.
    pub presence: Option<Presence>,
}

impl SshSig {
    /// Reads an armoured signature in our namespace.
    pub fn parse(armour: &str) -> Result<Self, SshSigError> {
        if armour.len() > MAX_ARMOUR_BYTES {
            return Err(SshSigError::Malformed);
        }
        let blob = between(armour, BEGIN, END).ok_or(SshSigError::Malformed)?;
        let fields = Fields::read(&blob).ok_or(SshSigError::Malformed)?;
        let key = OwnerKey::of_blob(fields.key).map_err(|error| match error {
            OwnerKeyError::Malformed => SshSigError::Malformed,
            OwnerKeyError::Kind { .. } | OwnerKeyError::Rsa => SshSigError::Key(error),
        })?;
        let algorithm = algorithm(&key, fields.algorithm)?;
        expect(fields.hash, HASH)?;
        if fields.namespace != NAMESPACE.as_bytes() {
            return Err(SshSigError::Namespace { found: lossy(fields.namespace) });
        }
        let presence = presence(&key, fields.presence)?;
        Ok(Self { key, algorithm, signature: fields.signature.to_vec(), presence })
    }

    /// Checks the signature over `message`, by the strict rules.
    pub fn verify(&self, message: &[u8]) -> Result<(), SshSigError> {
        let signed = self.signed_bytes(message)?;
        if has_signed(&self.key, self.algorithm, &signed, &self.signature) {
            return Ok(());
        }
        Err(SshSigError::Signature)
    }

    /// A security key signs digests of its application and of the text, with what it says of the touch between.
    fn signed_bytes(&self, message: &[u8]) -> Result<Vec<u8>, SshSigError> {
        let blob = signed_blob(message);
        match (self.key.application(), self.presence) {
            (None, None) => Ok(blob),
            (Some(application), Some(presence)) => {
                if presence.flags & TOUCHED == 0 {
                    return Err(SshSigError::Untouched);
                }
                let application = Sha256::digest(application.as_bytes());
                let counter = presence.counter.to_be_bytes();
                let digest = Sha256::digest(&blob);
                Ok([application.as_slice(), &[presence.flags], &counter, digest.as_slice()]
                    .concat())
            }
            (None, Some(_)) | (Some(_), None) => Err(SshSigError::Malformed),
        }
    }

    /// The fingerprint of the key as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        self.key.fingerprint()
    }

    /// The armoured text, as `ssh-keygen -Y sign` writes it.
    pub fn armour(&self) -> String {
        let mut signature = string(self.algorithm.as_bytes());
        signature.extend(string(&self.signature));
        if let Some(presence) = self.presence {
            signature.push(presence.flags);
            signature.extend(presence.counter.to_be_bytes());
        }
        let mut blob = [MAGIC, &VERSION.to_be_bytes()].concat();
        blob.extend(string(&self.key.blob()));
        blob.extend(string(NAMESPACE.as_bytes()));
        blob.extend(string(b""));
        blob.extend(string(HASH.as_bytes()));
        blob.extend(string(&signature));
        format!("{BEGIN}{}{END}\n", lines(&blob))
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

fn expect(found: &[u8], wanted: &'static str) -> Result<(), SshSigError> {
    if found == wanted.as_bytes() {
        return Ok(());
    }
    Err(SshSigError::Algorithm { found: lossy(found), wanted })
}

/// The name of the signature, if the key has signatures of that name.
fn algorithm(key: &OwnerKey, found: &[u8]) -> Result<&'static str, SshSigError> {
    let known = key.algorithms();
    let wanted = known.first().copied().unwrap_or(key.kind());
    let same = known.iter().copied().find(|name| name.as_bytes() == found);
    same.ok_or_else(|| SshSigError::Algorithm { found: lossy(found), wanted })
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Reads what follows the signature itself: nothing, or five bytes of a security key.
fn presence(key: &OwnerKey, rest: &[u8]) -> Result<Option<Presence>, SshSigError> {
    match (key.application(), rest) {
        (None, []) => Ok(None),
        (Some(_), [flags, counter @ ..]) => {
            let counter = counter.try_into().map_err(|_| SshSigError::Malformed)?;
            Ok(Some(Presence { flags: *flags, counter: u32::from_be_bytes(counter) }))
        }
        (Some(_) | None, _) => Err(SshSigError::Malformed),
    }
}

struct Fields<'a> {
    key: &'a [u8],
    namespace: &'a [u8],
    hash: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
    presence: &'a [u8],
}

impl<'a> Fields<'a> {
    fn read(blob: &'a [u8]) -> Option<Self> {
        let mut rest = blob.strip_prefix(MAGIC)?.strip_prefix(&VERSION.to_be_bytes())?;
        let key = take(&mut rest)?;
        let namespace = take(&mut rest)?;
        let reserved = take(&mut rest)?;
        let hash = take(&mut rest)?;
        let mut signed = take(&mut rest)?;
        let is_whole = rest.is_empty() && reserved.is_empty();
        let algorithm = take(&mut signed)?;
        let signature = take(&mut signed)?;
        let fields = Self { key, namespace, hash, algorithm, signature, presence: signed };
        is_whole.then_some(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = include_bytes!("../../../../tests/fixtures/audit/statement.json");
    const ARMOUR: &str = include_str!("../../../../tests/fixtures/audit/statement.json.sig");
    const RSA_SHA256: &str = include_str!("../../../../tests/fixtures/audit/rsa-sha2-256.sig");
    const FOREIGN: &str = include_str!("../../../../tests/fixtures/audit/other-namespace.sig");

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
    fn rsa_counts_with_both_hashes_and_with_no_other() {
        let signature = SshSig::parse(RSA_SHA256).unwrap();
        let renamed = |name: &'static str| SshSig { algorithm: name, ..signature.clone() };

        assert_eq!(signature.verify(MESSAGE), Ok(()));
        assert_eq!(signature.armour(), RSA_SHA256);
        assert_eq!(signature.verify(b"{}"), Err(SshSigError::Signature));
        assert_eq!(renamed("rsa-sha2-512").verify(MESSAGE), Err(SshSigError::Signature));
        let (found, wanted) = ("ssh-rsa".to_owned(), "rsa-sha2-512");
        assert_eq!(
            SshSig::parse(&renamed("ssh-rsa").armour()),
            Err(SshSigError::Algorithm { found, wanted })
        );
    }

    #[test]
    fn an_ecdsa_security_key_must_have_been_touched() {
        let random = ring::rand::SystemRandom::new();
        let rules = &ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = ring::signature::EcdsaKeyPair::generate_pkcs8(rules, &random).unwrap();
        let pair =
            ring::signature::EcdsaKeyPair::from_pkcs8(rules, pair.as_ref(), &random).unwrap();
        let point = ring::signature::KeyPair::public_key(&pair).as_ref().to_vec();
        let key = OwnerKey::HardwareEcdsa { point, application: "ssh:".to_owned() };
        let number = |bytes: &[u8]| {
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let bytes = &bytes[zeros..];
            let sign: &[u8] = if bytes[0] & 0x80 == 0 { &[] } else { &[0] };
            string(&[sign, bytes].concat())
        };
        let by = |flags: u8| {
            let digest = Sha256::digest(signed_blob(MESSAGE));
            let application = Sha256::digest(b"ssh:");
            let rest = [&[flags], 7_u32.to_be_bytes().as_slice(), digest.as_slice()].concat();
            let fixed = pair.sign(&random, &[application.as_slice(), &rest].concat()).unwrap();
            let (r, s) = fixed.as_ref().split_at(32);
            let signature = [number(r), number(s)].concat();
            let presence = Some(Presence { flags, counter: 7 });
            SshSig { key: key.clone(), algorithm: key.kind(), signature, presence }
        };

        let read = SshSig::parse(&by(1).armour()).unwrap();

        assert_eq!(read.verify(MESSAGE), Ok(()));
        assert_eq!(by(0).verify(MESSAGE), Err(SshSigError::Untouched));
        assert_eq!(read.verify(b"{}"), Err(SshSigError::Signature));
    }

    #[test]
    fn a_security_key_must_have_been_touched() {
        let signing = ed25519_dalek::SigningKey::from_bytes(&[3; 32]);
        let key = OwnerKey::Hardware {
            point: signing.verifying_key().to_bytes(),
            application: "ssh:".to_owned(),
        };
        let by = |flags| {
            let presence = Presence { flags, counter: 7 };
            let digest = Sha256::digest(signed_blob(MESSAGE));
            let application = Sha256::digest(b"ssh:");
            let counter = presence.counter.to_be_bytes();
            let signed = [application.as_slice(), &[flags], &counter, digest.as_slice()].concat();
            let signature = ed25519_dalek::Signer::sign(&signing, &signed).to_bytes();
            let (algorithm, signature) = (key.kind(), signature.to_vec());
            SshSig { key: key.clone(), algorithm, signature, presence: Some(presence) }
        };

        let read = SshSig::parse(&by(1).armour()).unwrap();

        assert_eq!((read.verify(MESSAGE), read.presence.unwrap().counter), (Ok(()), 7));
        assert_eq!(by(0).verify(MESSAGE), Err(SshSigError::Untouched));
        assert_eq!(read.verify(b"{}"), Err(SshSigError::Signature));
    }

    #[test]
    fn every_changed_byte_of_the_armour_is_refused() {
        let places = |armour: &'static str| (0..armour.len()).map(move |at| (armour, at));
        for (armour, position) in places(ARMOUR).chain(places(RSA_SHA256)) {
            let mut changed = armour.as_bytes().to_vec();
            changed[position] ^= 1;
            let text = String::from_utf8(changed).unwrap();
            let outcome = SshSig::parse(&text).and_then(|signature| signature.verify(MESSAGE));
            assert!(outcome.is_err(), "byte {position}");
        }
    }
}

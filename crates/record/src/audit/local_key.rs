//! An owner's Ed25519 key in a file without a passphrase.
//!
//! The file has OpenSSH's format, so that `ssh-keygen` can use it too. It is the weakest way to keep a key, for owners without an
//! agent; only the surfaces may read one (guarded by the architecture tests).

use ed25519_dalek::{Signer as _, SigningKey};
use thiserror::Error;

use crate::audit::owner_key::{ED25519, OwnerKey};
use crate::audit::ssh_wire::{between, lines, string, take, take_number};
use crate::audit::sshsig::{SshSig, signed_blob};

const BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
const END: &str = "-----END OPENSSH PRIVATE KEY-----";
const MAGIC: &[u8] = b"openssh-key-v1\0";
const NONE: &[u8] = b"none";
const BLOCK_BYTES: usize = 8;
/// The comment behind the key in its file.
const COMMENT: &[u8] = b"saraphina local key";

/// A file that holds no key this program can use by itself.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum LocalKeyError {
    /// Not OpenSSH's format for private keys.
    #[error("not a private key in OpenSSH's format")]
    Malformed,
    /// A passphrase protects it; `ssh-keygen` can ask for it.
    #[error("the key is protected by a passphrase")]
    Encrypted,
    /// Another kind than Ed25519.
    #[error("the key is not of the kind {ED25519}")]
    Kind,
}

/// An Ed25519 key that signs without asking anybody; wiped from memory when dropped.
///
/// Its file has OpenSSH's own format (PROTOCOL.key, `openssh-key-v1`), so that `ssh-keygen` can use it too.
pub struct LocalKey {
    signing: SigningKey,
}

impl LocalKey {
    /// The key of a seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self { signing: SigningKey::from_bytes(seed) }
    }

    /// Reads the text of a private key file.
    pub fn parse(text: &str) -> Result<Self, LocalKeyError> {
        let blob = between(text, BEGIN, END).ok_or(LocalKeyError::Malformed)?;
        let mut rest = blob.strip_prefix(MAGIC).ok_or(LocalKeyError::Malformed)?;
        let head = [take(&mut rest), take(&mut rest), take(&mut rest)];
        if head.first().copied().flatten() != Some(NONE) {
            return Err(head
                .first()
                .copied()
                .flatten()
                .map_or(LocalKeyError::Malformed, |_| LocalKeyError::Encrypted));
        }
        let is_one = take_number(&mut rest) == Some(1);
        let public = take(&mut rest).filter(|_| is_one).ok_or(LocalKeyError::Malformed)?;
        let public = OwnerKey::of_blob(public).map_err(|_| LocalKeyError::Kind)?;
        if public.kind() != ED25519 {
            return Err(LocalKeyError::Kind);
        }
        let mut section = take(&mut rest).ok_or(LocalKeyError::Malformed)?;
        let key = Self::of_section(&mut section).ok_or(LocalKeyError::Malformed)?;
        if key.public() == public { Ok(key) } else { Err(LocalKeyError::Malformed) }
    }

    fn of_section(section: &mut &[u8]) -> Option<Self> {
        let checks = (take_number(section)?, take_number(section)?);
        let kind = take(section)?;
        let _point = take(section)?;
        let seed = take(section)?.first_chunk::<32>()?;
        (checks.0 == checks.1 && kind == ED25519.as_bytes()).then(|| Self::from_seed(seed))
    }

    /// The text of a private key file.
    pub fn encode(&self) -> String {
        let point = self.signing.verifying_key().to_bytes();
        let check = [0; 4];
        let mut section = [check, check].concat();
        section.extend(string(ED25519.as_bytes()));
        section.extend(string(&point));
        section.extend(string(&[self.signing.to_bytes(), point].concat()));
        section.extend(string(COMMENT));
        section.extend((1..).take(section.len().next_multiple_of(BLOCK_BYTES) - section.len()));
        let mut blob = MAGIC.to_vec();
        blob.extend([string(NONE), string(NONE), string(b"")].concat());
        blob.extend(1_u32.to_be_bytes());
        blob.extend(string(&self.public().blob()));
        blob.extend(string(&section));
        format!("{BEGIN}{}{END}\n", lines(&blob))
    }

    /// The public half.
    pub fn public(&self) -> OwnerKey {
        OwnerKey::Plain(self.signing.verifying_key().to_bytes())
    }

    /// The signature over a statement, in our namespace.
    pub fn sign(&self, message: &[u8]) -> SshSig {
        let signature = self.signing.sign(&signed_blob(message)).to_bytes().to_vec();
        SshSig { key: self.public(), algorithm: ED25519, signature, presence: None }
    }
}

impl std::fmt::Debug for LocalKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LocalKey").field("public", &self.public()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_reads_back() {
        let key = LocalKey::from_seed(&[7; 32]);

        let read = LocalKey::parse(&key.encode()).unwrap();

        assert_eq!((read.encode(), read.public()), (key.encode(), key.public()));
        assert!(!format!("{key:?}").contains("signing"));
    }

    #[test]
    fn damaged_and_protected_files_are_told_apart() {
        let text = LocalKey::from_seed(&[7; 32]).encode();
        let mut blob = between(&text, BEGIN, END).unwrap();
        let at = MAGIC.len();
        blob.splice(at..at + 8, string(b"aes256-ctr"));
        let protected = format!("{BEGIN}{}{END}\n", lines(&blob));

        assert_eq!(LocalKey::parse(&protected).err(), Some(LocalKeyError::Encrypted));
        for damaged in [&text[1..], "", &text.replace('A', "B")] {
            assert!(LocalKey::parse(damaged).is_err(), "{damaged}");
        }
    }
}

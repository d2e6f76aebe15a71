//! The public SSH key of an owner.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::audit::ssh_wire::{string, take};
use crate::domain::digest::Digest;

/// The name of Ed25519 keys in SSH.
pub const ED25519: &str = "ssh-ed25519";
/// The name of Ed25519 keys that live in a security key.
pub const SK_ED25519: &str = "sk-ssh-ed25519@openssh.com";

/// Longest line of a public key that is read.
const MAX_LINE_BYTES: usize = 1_024;
/// Longest application of a security key.
const MAX_APPLICATION_BYTES: usize = 200;

/// Text that is no key an owner can sign with.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OwnerKeyError {
    /// Not a line of a public key file.
    #[error("not a public SSH key: expected `{ED25519} <base64>`")]
    Malformed,
    /// A key of another kind.
    #[error("a key of the kind {found} cannot sign decisions; {ED25519} and {SK_ED25519} can")]
    Kind {
        /// The kind as found.
        found: String,
    },
}

/// A public key that can sign decisions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum OwnerKey {
    /// An Ed25519 key in a file or an agent.
    Plain([u8; 32]),
    /// An Ed25519 key that a security key holds; each signature needs a touch.
    Hardware {
        /// The public key.
        point: [u8; 32],
        /// What it was made for, usually `ssh:`.
        application: String,
    },
}

impl OwnerKey {
    /// Reads `kind base64 [comment]`, a line of a public key file.
    pub fn parse(line: &str) -> Result<Self, OwnerKeyError> {
        if line.len() > MAX_LINE_BYTES || line.trim_end().contains(['\n', '\r', '\0']) {
            return Err(OwnerKeyError::Malformed);
        }
        let mut words = line.split_ascii_whitespace();
        let (kind, encoded) = words.next().zip(words.next()).ok_or(OwnerKeyError::Malformed)?;
        let blob = STANDARD.decode(encoded).map_err(|_| OwnerKeyError::Malformed)?;
        let named = take(&mut blob.as_slice()).ok_or(OwnerKeyError::Malformed)?;
        if named != kind.as_bytes() {
            return Err(OwnerKeyError::Malformed);
        }
        Self::of_blob(&blob)
    }

    /// Reads the bytes that the base64 of a key stands for (RFC 4253, section 6.6; RFC 8709).
    pub fn of_blob(blob: &[u8]) -> Result<Self, OwnerKeyError> {
        let mut rest = blob;
        let kind = take(&mut rest).ok_or(OwnerKeyError::Malformed)?;
        if kind != ED25519.as_bytes() && kind != SK_ED25519.as_bytes() {
            let found = String::from_utf8_lossy(kind).chars().take(64).collect();
            return Err(OwnerKeyError::Kind { found });
        }
        let point = take(&mut rest).and_then(|point| point.try_into().ok());
        let point = point.ok_or(OwnerKeyError::Malformed)?;
        if kind == ED25519.as_bytes() {
            return if rest.is_empty() {
                Ok(Self::Plain(point))
            } else {
                Err(OwnerKeyError::Malformed)
            };
        }
        let application = take(&mut rest).and_then(|name| std::str::from_utf8(name).ok());
        let is_plain = |name: &&str| {
            name.len() <= MAX_APPLICATION_BYTES && name.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let application = application.filter(is_plain).filter(|_| rest.is_empty());
        let application = application.ok_or(OwnerKeyError::Malformed)?.to_owned();
        Ok(Self::Hardware { point, application })
    }

    /// The name of its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Plain(_) => ED25519,
            Self::Hardware { .. } => SK_ED25519,
        }
    }

    /// The Ed25519 point.
    pub const fn point(&self) -> &[u8; 32] {
        match self {
            Self::Plain(point) | Self::Hardware { point, .. } => point,
        }
    }

    /// The bytes that its base64 stands for.
    pub fn blob(&self) -> Vec<u8> {
        let mut blob = string(self.kind().as_bytes());
        blob.extend(string(self.point()));
        if let Self::Hardware { application, .. } = self {
            blob.extend(string(application.as_bytes()));
        }
        blob
    }

    /// The fingerprint as `ssh-keygen -l` prints it: `SHA256:` and base64.
    pub fn fingerprint(&self) -> String {
        let digest = Digest::of(&self.blob());
        format!("SHA256:{}", STANDARD_NO_PAD.encode(digest.as_bytes()))
    }
}

/// `kind base64`, as public key files and `allowed_signers` hold it.
impl fmt::Display for OwnerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind(), STANDARD.encode(self.blob()))
    }
}

impl From<OwnerKey> for String {
    fn from(key: OwnerKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for OwnerKey {
    type Error = OwnerKeyError;

    fn try_from(text: String) -> Result<Self, OwnerKeyError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = include_str!("../../tests/fixtures/audit/owner.pub");

    #[test]
    fn a_line_of_ssh_keygen_reads_back() {
        let key = OwnerKey::parse(LINE).unwrap();

        assert!(LINE.starts_with(&key.to_string()));
        assert_eq!(key.fingerprint(), "SHA256:q/iGWtJWK+xWHs59pSLwXI3b10+ySjytQmHJ0936cp8");
    }

    #[test]
    fn a_key_of_a_security_key_reads_back() {
        let key = OwnerKey::Hardware { point: [9; 32], application: "ssh:".to_owned() };

        assert_eq!(OwnerKey::parse(&format!("{key} a comment")), Ok(key));
    }

    #[test]
    fn other_kinds_and_damaged_lines_are_refused() {
        let rsa =
            format!("ssh-rsa {}", STANDARD.encode([string(b"ssh-rsa"), string(b"x")].concat()));
        let lied = format!("ssh-rsa {}", STANDARD.encode(OwnerKey::Plain([1; 32]).blob()));

        assert_eq!(OwnerKey::parse(&rsa), Err(OwnerKeyError::Kind { found: "ssh-rsa".to_owned() }));
        for line in [lied.as_str(), "", "ssh-ed25519", "ssh-ed25519 !", "ssh-ed25519 AAAA\nx"] {
            assert_eq!(OwnerKey::parse(line), Err(OwnerKeyError::Malformed), "{line}");
        }
    }
}

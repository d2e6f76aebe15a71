//! Public SSH keys with which owners sign, read from OpenSSH's formats.
//!
//! Ed25519, ECDSA and RSA keys, and the security keys of OpenSSH, are accepted; weak or unusual RSA keys are refused when they are
//! enrolled, because a log cannot be corrected later.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::audit::ssh_wire::{positive, string, take};
use crate::domain::digest::Digest;

/// The name of Ed25519 keys in SSH.
pub const ED25519: &str = "ssh-ed25519";
/// The name of Ed25519 keys that live in a security key.
const SK_ED25519: &str = "sk-ssh-ed25519@openssh.com";
/// The name of ECDSA keys on P-256 in SSH.
const ECDSA_P256: &str = "ecdsa-sha2-nistp256";
/// The name of ECDSA keys on P-384 in SSH.
const ECDSA_P384: &str = "ecdsa-sha2-nistp384";

/// The name of RSA keys in SSH; their signatures go by the hash.
pub const RSA: &str = "ssh-rsa";
/// RSA signatures with SHA-512, as `ssh-keygen` makes them.
const RSA_SHA512: &str = "rsa-sha2-512";
/// RSA signatures with SHA-256.
pub const RSA_SHA256: &str = "rsa-sha2-256";
/// The name of ECDSA keys that live in a security key.
const SK_ECDSA: &str = "sk-ecdsa-sha2-nistp256@openssh.com";

/// Longest line of a public key that is read.
const MAX_LINE_BYTES: usize = 2_048;
/// Longest application of a security key.
const MAX_APPLICATION_BYTES: usize = 200;
/// The lengths of an RSA modulus that can sign; a longer signature would not fit into a record.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=512;
/// The exponent of every RSA key that `ssh-keygen` makes.
pub(super) const RSA_EXPONENT: &[u8] = &[1, 0, 1];

/// Text that is no key an owner can sign with.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OwnerKeyError {
    /// Not a line of a public key file.
    #[error("not a public SSH key: expected `{ED25519} <base64>`")]
    Malformed,
    /// A key of another kind.
    #[error(
        "a key of the kind {found} cannot sign decisions; Ed25519, ECDSA (nistp256, nistp384) and RSA can"
    )]
    Kind {
        /// The kind as found.
        found: String,
    },
    /// An RSA key that is too short, too long or has an unusual exponent.
    #[error("an RSA key signs decisions only with 2048 to 4096 bits and the exponent 65537")]
    Rsa,
}

/// A curve of ECDSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
}

impl Curve {
    /// Its name in SSH.
    pub const fn word(self) -> &'static str {
        match self {
            Self::P256 => "nistp256",
            Self::P384 => "nistp384",
        }
    }

    /// Bytes of a coordinate or scalar.
    pub const fn width(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }

    /// An uncompressed point of its length; whether it lies on the curve is for the verifier to see.
    fn point(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let is_ours = bytes.len() == 1 + 2 * self.width() && bytes.first() == Some(&4);
        is_ours.then(|| bytes.to_vec())
    }
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
    /// An ECDSA key in a file or an agent.
    Ecdsa {
        /// Its curve.
        curve: Curve,
        /// The uncompressed point.
        point: Vec<u8>,
    },
    /// An ECDSA key on P-256 that a security key holds.
    HardwareEcdsa {
        /// The uncompressed point.
        point: Vec<u8>,
        /// What it was made for, usually `ssh:`.
        application: String,
    },
    /// An RSA key with the exponent 65537.
    Rsa {
        /// The modulus, without leading zeros.
        modulus: Vec<u8>,
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

    /// Reads the bytes that the base64 of a key stands for (RFC 4253, section 6.6; RFC 5656; RFC 8709).
    pub(super) fn of_blob(blob: &[u8]) -> Result<Self, OwnerKeyError> {
        let mut rest = blob;
        let kind = take(&mut rest).ok_or(OwnerKeyError::Malformed)?;
        let key = match str::from_utf8(kind) {
            Ok(ED25519) => take(&mut rest).and_then(|point| point.try_into().ok()).map(Self::Plain),
            Ok(SK_ED25519) => hardware(&mut rest),
            Ok(ECDSA_P256) => ecdsa(&mut rest, Curve::P256),
            Ok(ECDSA_P384) => ecdsa(&mut rest, Curve::P384),
            Ok(SK_ECDSA) => hardware_ecdsa(&mut rest),
            Ok(RSA) => return rsa(rest),
            _ => {
                let found = String::from_utf8_lossy(kind).chars().take(64).collect();
                return Err(OwnerKeyError::Kind { found });
            }
        };
        key.filter(|_| rest.is_empty()).ok_or(OwnerKeyError::Malformed)
    }

    /// The name of its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Plain(_) => ED25519,
            Self::Hardware { .. } => SK_ED25519,
            Self::Ecdsa { curve: Curve::P256, .. } => ECDSA_P256,
            Self::Ecdsa { curve: Curve::P384, .. } => ECDSA_P384,
            Self::HardwareEcdsa { .. } => SK_ECDSA,
            Self::Rsa { .. } => RSA,
        }
    }

    /// The names that its signatures may have, the usual one first.
    pub(super) const fn algorithms(&self) -> &'static [&'static str] {
        match self {
            Self::Plain(_) => &[ED25519],
            Self::Hardware { .. } => &[SK_ED25519],
            Self::Ecdsa { curve: Curve::P256, .. } => &[ECDSA_P256],
            Self::Ecdsa { curve: Curve::P384, .. } => &[ECDSA_P384],
            Self::HardwareEcdsa { .. } => &[SK_ECDSA],
            Self::Rsa { .. } => &[RSA_SHA512, RSA_SHA256],
        }
    }

    /// Gives the application that a security key was made for; `None` for a key that is none.
    pub fn application(&self) -> Option<&str> {
        match self {
            Self::Hardware { application, .. } | Self::HardwareEcdsa { application, .. } => {
                Some(application)
            }
            Self::Plain(_) | Self::Ecdsa { .. } | Self::Rsa { .. } => None,
        }
    }

    /// The bytes that its base64 stands for.
    pub fn blob(&self) -> Vec<u8> {
        let parts: Vec<&[u8]> = match self {
            Self::Plain(point) => vec![point],
            Self::Hardware { point, application } => vec![point, application.as_bytes()],
            Self::Ecdsa { curve, point } => vec![curve.word().as_bytes(), point],
            Self::HardwareEcdsa { point, application } => {
                vec![Curve::P256.word().as_bytes(), point, application.as_bytes()]
            }
            Self::Rsa { modulus } => {
                // A modulus has its highest bit set, and a number in SSH has a sign.
                let modulus = [&[0], modulus.as_slice()].concat();
                return [string(RSA.as_bytes()), string(RSA_EXPONENT), string(&modulus)].concat();
            }
        };
        let parts = parts.into_iter().flat_map(string);
        string(self.kind().as_bytes()).into_iter().chain(parts).collect()
    }

    /// The fingerprint as `ssh-keygen -l` prints it: `SHA256:` and base64.
    pub fn fingerprint(&self) -> String {
        let digest = Digest::of(&self.blob());
        format!("SHA256:{}", STANDARD_NO_PAD.encode(digest.as_bytes()))
    }
}

fn hardware(rest: &mut &[u8]) -> Option<OwnerKey> {
    let point = take(rest)?.try_into().ok()?;
    Some(OwnerKey::Hardware { point, application: application(rest)? })
}

fn ecdsa(rest: &mut &[u8], curve: Curve) -> Option<OwnerKey> {
    let named = take(rest)? == curve.word().as_bytes();
    let point = curve.point(take(rest)?).filter(|_| named)?;
    Some(OwnerKey::Ecdsa { curve, point })
}

fn hardware_ecdsa(rest: &mut &[u8]) -> Option<OwnerKey> {
    let named = take(rest)? == Curve::P256.word().as_bytes();
    let point = Curve::P256.point(take(rest)?).filter(|_| named)?;
    Some(OwnerKey::HardwareEcdsa { point, application: application(rest)? })
}

fn rsa(mut rest: &[u8]) -> Result<OwnerKey, OwnerKeyError> {
    let numbers = take(&mut rest).zip(take(&mut rest)).filter(|_| rest.is_empty());
    let (exponent, modulus) = numbers.ok_or(OwnerKeyError::Malformed)?;
    let modulus = positive(modulus).ok_or(OwnerKeyError::Malformed)?;
    let is_full = modulus.first().is_some_and(|byte| byte & 0x80 != 0);
    if exponent == RSA_EXPONENT && is_full && RSA_BYTES.contains(&modulus.len()) {
        return Ok(OwnerKey::Rsa { modulus: modulus.to_vec() });
    }
    Err(OwnerKeyError::Rsa)
}

fn application(rest: &mut &[u8]) -> Option<String> {
    let name = str::from_utf8(take(rest)?).ok()?;
    let is_plain =
        name.len() <= MAX_APPLICATION_BYTES && name.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain.then(|| name.to_owned())
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

    const LINE: &str = include_str!("../../../../tests/fixtures/audit/owner.pub");

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
    fn keys_of_every_kind_read_back() {
        let application = "ssh:".to_owned();
        let point = |width: usize| [vec![4], vec![9; 2 * width]].concat();
        for key in [
            OwnerKey::Ecdsa { curve: Curve::P256, point: point(32) },
            OwnerKey::Ecdsa { curve: Curve::P384, point: point(48) },
            OwnerKey::HardwareEcdsa { point: point(32), application },
            OwnerKey::Rsa { modulus: vec![0x81; 256] },
            OwnerKey::Rsa { modulus: vec![0x81; 512] },
        ] {
            assert_eq!(OwnerKey::parse(&format!("{key} a comment")), Ok(key));
        }
    }

    #[test]
    fn weak_and_unusual_rsa_keys_are_refused() {
        let line = |exponent: &[u8], modulus: &[u8]| {
            let blob = [string(RSA.as_bytes()), string(exponent), string(modulus)].concat();
            format!("{RSA} {}", STANDARD.encode(blob))
        };
        let full = |length| [vec![0], vec![0x81; length]].concat();
        let short = [vec![0x41], vec![0x81; 255]].concat();

        assert!(OwnerKey::parse(&line(RSA_EXPONENT, &full(256))).is_ok());
        for bad in [
            line(RSA_EXPONENT, &full(255)),
            line(RSA_EXPONENT, &full(513)),
            line(RSA_EXPONENT, &short),
            line(&[3], &full(256)),
        ] {
            assert_eq!(OwnerKey::parse(&bad), Err(OwnerKeyError::Rsa), "{bad}");
        }
        for bad in [line(RSA_EXPONENT, &[0x81; 256]), line(RSA_EXPONENT, &[0; 257])] {
            assert_eq!(OwnerKey::parse(&bad), Err(OwnerKeyError::Malformed), "{bad}");
        }
    }

    #[test]
    fn other_kinds_and_damaged_lines_are_refused() {
        let p521 = string(b"ecdsa-sha2-nistp521");
        let p521 = format!("ecdsa-sha2-nistp521 {}", STANDARD.encode(p521));
        let lied = format!("ssh-rsa {}", STANDARD.encode(OwnerKey::Plain([1; 32]).blob()));

        let found = "ecdsa-sha2-nistp521".to_owned();
        assert_eq!(OwnerKey::parse(&p521), Err(OwnerKeyError::Kind { found }));
        for line in [lied.as_str(), "", "ssh-ed25519", "ssh-ed25519 !", "ssh-ed25519 AAAA\nx"] {
            assert_eq!(OwnerKey::parse(line), Err(OwnerKeyError::Malformed), "{line}");
        }
    }
}

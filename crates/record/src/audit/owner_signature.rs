//! Verification of raw signatures by each kind of owner's key.
//!
//! Ed25519 is checked by the strict rules of `ed25519-dalek`, which agree with those of the log's own key; ECDSA and RSA are left
//! to `ring`. What the bytes mean is decided in `sshsig.rs`.

use ed25519_dalek::{Signature, VerifyingKey};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA512, RsaPublicKeyComponents, UnparsedPublicKey,
};

use crate::audit::owner_key::{Curve, OwnerKey, RSA_EXPONENT, RSA_SHA256};
use crate::audit::ssh_wire::{positive, take};

/// Tells whether the key signed these bytes; `signature` is what SSH has under the name of the algorithm.
pub(super) fn has_signed(key: &OwnerKey, algorithm: &str, bytes: &[u8], signature: &[u8]) -> bool {
    match key {
        OwnerKey::Plain(point) | OwnerKey::Hardware { point, .. } => {
            by_ed25519(point, bytes, signature)
        }
        OwnerKey::Ecdsa { curve, point } => by_ecdsa(*curve, point, bytes, signature),
        OwnerKey::HardwareEcdsa { point, .. } => by_ecdsa(Curve::P256, point, bytes, signature),
        OwnerKey::Rsa { modulus } => {
            let rules = if algorithm == RSA_SHA256 {
                &RSA_PKCS1_2048_8192_SHA256
            } else {
                &RSA_PKCS1_2048_8192_SHA512
            };
            let key = RsaPublicKeyComponents { n: modulus.as_slice(), e: RSA_EXPONENT };
            key.verify(rules, bytes, signature).is_ok()
        }
    }
}

/// By the strict rules: no small-order keys, canonical scalars.
fn by_ed25519(point: &[u8; 32], bytes: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_bytes(point);
    let signature = Signature::from_slice(signature);
    key.ok()
        .zip(signature.ok())
        .is_some_and(|(key, signature)| key.verify_strict(bytes, &signature).is_ok())
}

fn by_ecdsa(curve: Curve, point: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
    let rules = match curve {
        Curve::P256 => &ECDSA_P256_SHA256_FIXED,
        Curve::P384 => &ECDSA_P384_SHA384_FIXED,
    };
    scalars(curve.width(), signature).is_some_and(|signature| {
        UnparsedPublicKey::new(rules, point).verify(bytes, &signature).is_ok()
    })
}

/// The two numbers of an ECDSA signature (RFC 5656, 3.1.2), each at its full length.
fn scalars(width: usize, mut signature: &[u8]) -> Option<Vec<u8>> {
    let mut fixed = Vec::with_capacity(2 * width);
    for _ in 0..2 {
        let number = positive(take(&mut signature)?)?;
        fixed.resize(fixed.len() + width.checked_sub(number.len())?, 0);
        fixed.extend(number);
    }
    signature.is_empty().then_some(fixed)
}

//! DSSE envelopes: statements in the form that tools for in-toto and SLSA read.
//!
//! An owner's own signature is an SSHSIG, which those tools do not know. The key of a log vouches here for what its log holds:
//! it adds nothing to the owner's word and cannot replace it. The signed bytes begin with `DSSEv1`, and a checkpoint
//! begins with the name of a log, so neither signature can pass for the other.
//! Source of the format: the DSSE protocol, version 1.0.2 (secure-systems-lab/dsse).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::audit::key::{LogKey, VerifierKey};

/// The type of an in-toto statement in an envelope.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// A statement with its signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Envelope {
    /// The media type of the payload.
    pub payload_type: String,
    /// The exact bytes of the statement, base64.
    pub payload: String,
    /// One signature for each key; ours has one.
    pub signatures: Vec<EnvelopeSignature>,
}

/// One signature of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvelopeSignature {
    /// The name and hash of the key, as in a checkpoint.
    pub keyid: String,
    /// The Ed25519 signature, base64.
    pub sig: String,
}

impl Envelope {
    /// Signs the exact bytes of a statement.
    pub fn seal(statement: &[u8], key: &LogKey) -> Self {
        let signature = key.sign_bytes(&signed_bytes(PAYLOAD_TYPE, statement));
        let signature =
            EnvelopeSignature { keyid: key.verifier().label(), sig: STANDARD.encode(signature) };
        Self {
            payload_type: PAYLOAD_TYPE.to_owned(),
            payload: STANDARD.encode(statement),
            signatures: vec![signature],
        }
    }

    /// Returns the statement if this key signed it.
    pub fn open(&self, key: &VerifierKey) -> Option<Vec<u8>> {
        let statement = STANDARD.decode(&self.payload).ok()?;
        let bytes = signed_bytes(&self.payload_type, &statement);
        let is_by_key = |one: &EnvelopeSignature| {
            let signature = STANDARD.decode(&one.sig).ok();
            let signature = signature.and_then(|signature| <[u8; 64]>::try_from(signature).ok());
            signature.is_some_and(|signature| key.has_signed(&bytes, &signature))
        };
        let is_ours = self.payload_type == PAYLOAD_TYPE && self.signatures.iter().any(is_by_key);
        is_ours.then_some(statement)
    }
}

/// Joins type and statement into the bytes that are signed (DSSE, pre-authentication encoding).
fn signed_bytes(payload_type: &str, statement: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), statement.len());
    [head.as_bytes(), statement].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "saraphina/0190a1b2-0000-7000-8000-000000000001";

    #[test]
    fn the_signed_bytes_are_those_of_the_published_example() {
        let bytes = signed_bytes("http://example.com/HelloWorld", b"hello world");

        assert_eq!(bytes, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn an_envelope_opens_with_its_key_and_with_no_other() {
        let key = LogKey::from_seed(NAME, &[7; 32]).unwrap();
        let other = LogKey::from_seed(NAME, &[8; 32]).unwrap();
        let envelope = Envelope::seal(b"{}", &key);
        let altered = Envelope { payload: STANDARD.encode(b"{ }"), ..envelope.clone() };
        let retyped = Envelope { payload_type: "text/plain".to_owned(), ..envelope.clone() };

        assert_eq!(envelope.open(key.verifier()).as_deref(), Some(b"{}".as_slice()));
        assert_eq!(envelope.open(other.verifier()), None);
        assert_eq!(altered.open(key.verifier()), None);
        assert_eq!(retyped.open(key.verifier()), None);
    }
}

//! Statements to sign and signatures, as they travel.
//!
//! A decision takes two turns. The command answers with a [`ToSign`], the surface has the owner's key sign that text, and the
//! command comes again with a [`Signed`]. The private key never enters the engine; `deciding/signing.rs` checks what comes
//! back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::assurance::Assurance;

/// What a surface says of the owner's signature.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Signing {
    /// Fingerprint of the key that will sign.
    pub key: Option<String>,
    /// How that key is kept, as the surface that uses it sees it.
    pub kept: Option<Assurance>,
    /// The statement, signed.
    pub signed: Option<Signed>,
}

/// A statement with its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The exact text that was signed.
    pub statement: String,
    /// The armoured SSHSIG in the namespace `decision@saraphina`.
    pub signature: String,
}

/// A text that the owner has to sign before a command goes on, with the keys that may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToSign {
    /// The exact text.
    pub statement: String,
    /// The namespace of the signature.
    pub namespace: String,
    /// The keys that may sign; without any, the key that signs is enrolled first.
    pub enrolled: Vec<Enrolled>,
}

/// A key that may sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Whose it is.
    pub principal: String,
}

//! What an owner signs, and the signature.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a surface says of the owner's signature.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Signing {
    /// Fingerprint of the key that will sign.
    pub key: Option<String>,
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

/// What the owner has to sign before a command goes on.
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

//! One entry of the log, as data.
//!
//! Only the fields and their bounds live here, so that whatever is derived from a record (statements, the quick canonical
//! form, restores) can name it; `sealing.rs` makes the bytes of a record and reads them back.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::act::{ActKind, Subject};
use crate::domain::digest::Digest;
use crate::domain::principal::{Principal, Via};
use crate::domain::time::Timestamp;

/// The format of records.
pub const FORMAT: u8 = 1;

/// The longest record; larger content enters by digest.
pub const MAX_RECORD_BYTES: usize = 16_384;

/// One entry of the log; its canonical bytes are a leaf of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The format, always 1.
    pub v: u8,
    /// The origin of the log.
    pub log: String,
    /// The sequence number, dense from 0.
    pub seq: u64,
    /// The leaf hash of the record before; zeros for the first.
    pub prev: Digest,
    /// The time in the log, which never goes back; the order is `seq`.
    pub ts: Timestamp,
    /// What the clock said, where the order required a later `ts`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clock: Option<Timestamp>,
    /// What was done.
    pub kind: ActKind,
    /// Who did it.
    pub actor: Principal,
    /// How it reached us.
    pub via: Via,
    /// What it is about.
    pub subject: Subject,
    /// Detail of the kind.
    pub data: Map<String, Value>,
    /// The exact bytes a decision signs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stmt: Option<String>,
    /// The armoured signature over `stmt`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sig: Option<String>,
    /// The idempotency key of the command behind it.
    pub idem: String,
}

impl Record {
    /// What the clock said when it was written, whatever the order required.
    pub fn said_at(&self) -> Timestamp {
        self.clock.unwrap_or(self.ts)
    }
}

/// A place in a log for the next record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position<'a> {
    /// The origin of the log.
    pub log: &'a str,
    /// The sequence number.
    pub seq: u64,
    /// The leaf hash of the record before.
    pub prev: Digest,
    /// What the clock says.
    pub ts: Timestamp,
}

/// The bytes to store and their leaf hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRecord {
    /// Canonical JSON; these bytes are what counts.
    pub bytes: Vec<u8>,
    /// The leaf hash, which is the next record's `prev`.
    pub hash: Digest,
}

//! The record: sealed into bytes, read back strictly.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::audit::canonical::{
    CanonicalError, MAX_INTEGER, canonical_bytes, check_text, has_delete, restrict, visible,
    visible_object,
};
use crate::audit::decision::{DecisionError, check_statement};
use crate::audit::key::check_name;
use crate::audit::merkle::leaf_hash;
use crate::audit::ordered::is_ordered;
use crate::domain::act::{Act, ActKind, Subject};
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
    /// What the clock said; the order is `seq`.
    pub ts: Timestamp,
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

/// Where a record goes.
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

/// A record that may not be sealed or is not one.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RecordError {
    /// The bytes are not JSON with the fields of a record.
    #[error("not a record: {reason}")]
    Malformed {
        /// What the parser said.
        reason: String,
    },
    /// The bytes differ from the canonical form of what they say.
    #[error("the record is not in canonical form")]
    NotCanonical,
    /// A value is outside the restricted form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// Larger content enters by digest.
    #[error("the record has {bytes} bytes, more than {MAX_RECORD_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A later program wrote this.
    #[error("the record has format {found}, this program knows {FORMAT}")]
    Format {
        /// The format in the record.
        found: u8,
    },
    /// The sequence number has no exact form in JSON.
    #[error("the sequence number {seq} lies beyond 2^53 - 1")]
    Sequence {
        /// The number.
        seq: u64,
    },
    /// The origin cannot name a log.
    #[error("the origin {origin:?} cannot name a log")]
    Origin {
        /// The origin.
        origin: String,
    },
    /// The time has no form of 24 characters.
    #[error("the time {millis} ms lies outside the years 0 to 9999")]
    Time {
        /// Milliseconds since 1970.
        millis: i64,
    },
    /// Statement and signature do not fit the record.
    #[error("the decision does not fit its record")]
    Decision(#[source] DecisionError),
}

impl Record {
    /// Gives the act its place in the log; U+007F in its text becomes visible.
    pub fn seal(
        position: Position<'_>,
        act: &Act,
        idem: &str,
    ) -> Result<SealedRecord, RecordError> {
        let record = Self::of_act(position, act, idem);
        record.check()?;
        check_statement(&record).map_err(RecordError::Decision)?;
        let bytes = canonical_bytes(&record)?;
        check_length(&bytes)?;
        let hash = leaf_hash(&bytes);
        Ok(SealedRecord { bytes, hash })
    }

    /// Reads stored bytes; refuses every spelling but the canonical one.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        check_length(bytes)?;
        if has_delete(bytes) {
            return Err(CanonicalError::Delete.into());
        }
        let record: Self = serde_json::from_slice(bytes)
            .map_err(|error| RecordError::Malformed { reason: error.to_string() })?;
        record.check()?;
        if is_ordered(&record, bytes) || canonical_bytes(&record)? == bytes {
            return Ok(record);
        }
        Err(RecordError::NotCanonical)
    }

    fn of_act(position: Position<'_>, act: &Act, idem: &str) -> Self {
        let actor = Principal {
            kind: act.actor.kind,
            id: visible(&act.actor.id),
            key: act.actor.key.as_deref().map(visible),
        };
        let via =
            Via { surface: act.via.surface, uid: act.via.uid, session: visible(&act.via.session) };
        Self {
            v: FORMAT,
            log: position.log.to_owned(),
            seq: position.seq,
            prev: position.prev,
            ts: position.ts,
            kind: act.kind,
            actor,
            via,
            subject: act.subject.clone(),
            data: visible_object(act.data.clone()),
            stmt: act.statement.clone(),
            sig: act.signature.clone(),
            idem: visible(idem),
        }
    }

    fn check(&self) -> Result<(), RecordError> {
        if self.v != FORMAT {
            return Err(RecordError::Format { found: self.v });
        }
        if self.seq > MAX_INTEGER {
            return Err(RecordError::Sequence { seq: self.seq });
        }
        check_name(&self.log).map_err(|_| RecordError::Origin { origin: self.log.clone() })?;
        check_time(self.ts)?;
        restrict(&self.data)?;
        check_text("id", &self.actor.id)?;
        check_text("session", &self.via.session)?;
        check_text("idem", &self.idem)?;
        Ok(())
    }
}

fn check_length(bytes: &[u8]) -> Result<(), RecordError> {
    if bytes.len() <= MAX_RECORD_BYTES {
        return Ok(());
    }
    Err(RecordError::TooLong { bytes: bytes.len() })
}

/// The years 0 to 9999 in milliseconds: the moments whose text has four digits for the year.
const TIMES: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

fn check_time(ts: Timestamp) -> Result<(), RecordError> {
    if TIMES.contains(&ts.millis()) {
        return Ok(());
    }
    Err(RecordError::Time { millis: ts.millis() })
}

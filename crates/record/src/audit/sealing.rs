//! Records sealed into canonical bytes, and read back strictly.
//!
//! The bytes are what is hashed and signed, so reading accepts exactly one spelling of a record: what does not come out of
//! the canonicaliser byte for byte is refused. A statement and signature are checked before a record is sealed, because
//! nothing in the log can be corrected later.

use thiserror::Error;

use crate::audit::canonical::{
    CanonicalError, MAX_INTEGER, canonical_bytes, check_text, has_delete, restrict, visible,
    visible_object,
};
use crate::audit::decision::{DecisionError, check_statement};
use crate::audit::key::check_name;
use crate::audit::merkle::leaf_hash;
use crate::audit::ordered::is_ordered;
use crate::audit::record::{FORMAT, MAX_RECORD_BYTES, Position, Record, SealedRecord};
use crate::domain::act::Act;
use crate::domain::principal::{Principal, Via};
use crate::domain::time::Timestamp;

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
    /// The clock is named although it does not lie before the time of the entry.
    #[error("the clock of the entry is not earlier than its time")]
    Clock,
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
        Self::seal_read(position, None, act, idem)
    }

    /// The same where the clock said something else than the order requires.
    pub fn seal_read(
        position: Position<'_>,
        clock: Option<Timestamp>,
        act: &Act,
        idem: &str,
    ) -> Result<SealedRecord, RecordError> {
        let record = Self { clock, ..Self::of_act(position, act, idem) };
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
        // The quick test first: the canonicaliser takes five times as long, and nearly every record passes.
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
            clock: None,
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
        // A clock that agrees with the order is not repeated, so that one entry has one spelling.
        if let Some(clock) = self.clock {
            check_time(clock)?;
            if clock >= self.ts {
                return Err(RecordError::Clock);
            }
        }
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

//! One record checked by itself, before its place in the log counts.
//!
//! Hash, form, statement and signature need no neighbour, so this part runs on several threads (`verifier::examining`). Records
//! without a statement are read by `quick.rs`; whatever that cannot vouch for goes to the full parser.

use crate::audit::decision::{DecisionError, Statement, check_statement};
use crate::audit::fact::Fact;
use crate::audit::merkle::leaf_hash;
use crate::audit::quick::{Glance, glance};
use crate::audit::record::Record;
use crate::audit::sealing::RecordError;
use crate::domain::act::ActKind;
use crate::domain::digest::Digest;
use crate::domain::time::Timestamp;

/// The content of one record by itself: all that can be checked of many records at once, in any order.
#[derive(Debug)]
pub struct Examined {
    /// Its leaf hash.
    pub(super) hash: Digest,
    pub(super) reading: Result<Reading, RecordError>,
}

/// A record that is one.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) seq: u64,
    pub(super) prev: Digest,
    pub(super) kind: ActKind,
    pub(super) log: Box<str>,
    pub(super) ts: Timestamp,
    /// What later decisions are held against, of records without a whole.
    pub(super) fact: Fact,
    /// Records that hold more than their place: the genesis, decisions, and whatever was not read at a glance.
    pub(super) whole: Option<Box<Whole>>,
}

#[derive(Debug)]
pub(super) struct Whole {
    pub(super) record: Record,
    pub(super) statement: Result<Option<Statement>, DecisionError>,
}

impl Examined {
    /// Checks form, statement and signature of a record.
    pub fn of(bytes: &[u8]) -> Self {
        let hash = leaf_hash(bytes);
        let log = |range| std::str::from_utf8(bytes.get(range)?).ok();
        if let Some(glance) = glance(bytes)
            && let Some(log) = log(glance.log.clone())
        {
            let Glance { seq, prev, kind, ts, fact, .. } = glance;
            let log = log.into();
            return Self {
                hash,
                reading: Ok(Reading { seq, prev, kind, log, ts, fact, whole: None }),
            };
        }
        let reading = Record::parse(bytes).map(|record| Reading {
            seq: record.seq,
            prev: record.prev,
            kind: record.kind,
            log: record.log.as_str().into(),
            ts: record.ts,
            fact: Fact::Other,
            whole: Some(Box::new(Whole { statement: check_statement(&record), record })),
        });
        Self { hash, reading }
    }

    /// The record, if it may hold a statement.
    pub fn record(&self) -> Option<&Record> {
        self.reading.as_ref().ok()?.whole.as_ref().map(|whole| &whole.record)
    }
}

//! The growing end of the log.
//!
//! Appending needs the last hash, the peaks of the tree and a clock that never goes back; they are kept in memory and
//! held against the newest signed checkpoint when a home is opened.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{digest, execute, int, one};
use record::audit::checkpoint::Checkpoint;
use record::audit::key::{LogKey, VerifierKey};
use record::audit::merkle::{Frontier, NodeRef, leaf_hash};
use record::audit::proof::TreeHead;
use record::audit::record::{Position, Record};
use record::domain::act::{Act, ActKind};
use record::domain::digest::Digest;
use record::domain::principal::{Principal, Via};
use record::domain::time::Timestamp;

/// Changes of one moment may reach the log in another order; only a clock that went back further is worth a record.
const CLOCK_TOLERANCE_MS: i64 = 1_000;

/// The facts about earlier records that the next one needs.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    frontier: Frontier,
    last: Digest,
    /// The time of the last record; times in the log never go back.
    moment: Timestamp,
    /// The last reading of the clock, however far ahead the log is.
    clock: Timestamp,
    /// The reading for the change that is written now.
    reading: Timestamp,
}

/// One act with what its record needs besides.
pub(crate) struct Entry<'a> {
    pub(crate) act: &'a Act,
    pub(crate) idempotency: &'a str,
    /// The row of the proposal it is about.
    pub(crate) proposal: Option<i64>,
}

impl Tail {
    /// The tail of a log without records.
    pub(crate) fn empty() -> Self {
        let beginning = Timestamp::from_millis(0);
        let frontier = Frontier::empty();
        Self {
            frontier,
            last: Digest::ZERO,
            moment: beginning,
            clock: beginning,
            reading: beginning,
        }
    }

    /// Reads the tail and holds it against the newest checkpoint.
    pub(crate) fn load(
        connection: &Connection,
        verifier: &VerifierKey,
    ) -> Result<Self, StoreError> {
        let sql = "SELECT seq, record FROM audit_log ORDER BY seq DESC LIMIT 1";
        let newest: Option<(i64, Vec<u8>)> =
            one(connection, sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let Some((seq, bytes)) = newest else { return Ok(Self::empty()) };
        let size = u64::try_from(seq).map_err(|_| corrupt("a sequence is negative"))? + 1;
        let record = Record::parse(&bytes).map_err(|error| corrupt(error.to_string()))?;
        let frontier = stored_frontier(connection, size)?
            .ok_or_else(|| corrupt("the tree of the log has gaps"))?;
        check_checkpoint(connection, verifier, &frontier)?;
        let last = leaf_hash(&bytes);
        if stored_node(connection, NodeRef { level: 0, index: size - 1 })? != Some(last) {
            return Err(corrupt("audit_log: the last entry is not the one in the tree"));
        }
        Ok(Self {
            frontier,
            last,
            moment: record.ts,
            clock: record.said_at(),
            reading: record.said_at(),
        })
    }

    /// Counts the records.
    pub(crate) const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Size and root of the log.
    pub(crate) fn head(&self) -> TreeHead {
        TreeHead { size: self.frontier.size(), root: self.frontier.root() }
    }

    /// The leaf hash of the last record.
    pub(crate) const fn last(&self) -> Digest {
        self.last
    }

    /// The time of the last record.
    pub(crate) const fn moment(&self) -> Timestamp {
        self.moment
    }

    /// Moves the clock of the log, which never goes back; a clock that did is put on record.
    pub(crate) fn advance(
        &mut self,
        connection: &Connection,
        key: &LogKey,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let regressed = now.millis() + CLOCK_TOLERANCE_MS < self.clock.millis();
        let before = self.clock;
        self.reading = now;
        self.clock = if regressed { now } else { self.clock.max(now) };
        self.moment = self.moment.max(now);
        if regressed {
            let act = clock_regressed(before, now);
            let entry = Entry { act: &act, idempotency: "", proposal: None };
            self.append(connection, key, &entry)?;
        }
        Ok(())
    }

    /// Appends one record with the subtrees it completes; its leaf hash.
    pub(crate) fn append(
        &mut self,
        connection: &Connection,
        key: &LogKey,
        entry: &Entry<'_>,
    ) -> Result<Digest, StoreError> {
        let seq = self.size();
        let log = key.verifier().name();
        let position = Position { log, seq, prev: self.last, ts: self.moment };
        // An entry says both what order requires and what the clock said, where they disagree by more than a wait.
        let is_behind = self.reading.millis() + CLOCK_TOLERANCE_MS < self.moment.millis();
        let clock = is_behind.then_some(self.reading);
        let sealed = Record::seal_read(position, clock, entry.act, entry.idempotency)
            .map_err(|error| StoreError::Record(error.to_string()))?;
        let sql = "INSERT INTO audit_log (seq, proposal, record) VALUES (?1, ?2, ?3)";
        execute(connection, sql, (int(seq), entry.proposal, &sealed.bytes))?;
        let sql = "INSERT INTO audit_node (leaf, level, hash) VALUES (?1, ?2, ?3)";
        for node in self.frontier.push(sealed.hash) {
            execute(connection, sql, (int(seq), node.place.level, node.hash.as_bytes()))?;
        }
        self.last = sealed.hash;
        Ok(sealed.hash)
    }

    /// The signed checkpoint of the log as it stands.
    pub(crate) fn sign(&self, key: &LogKey) -> Result<String, StoreError> {
        let checkpoint = Checkpoint {
            origin: key.verifier().name().to_owned(),
            size: self.size(),
            root: self.frontier.root(),
        };
        key.sign(&checkpoint).map_err(|error| StoreError::Record(error.to_string()))
    }
}

fn clock_regressed(before: Timestamp, now: Timestamp) -> Act {
    Act::new(ActKind::ClockRegressed, Principal::system(), Via::internal())
        .with("from", before.to_string())
        .with("to", now.to_string())
}

fn check_checkpoint(
    connection: &Connection,
    verifier: &VerifierKey,
    frontier: &Frontier,
) -> Result<(), StoreError> {
    let sql = "SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1";
    let note: Option<String> = one(connection, sql, [], |row| Ok(row.get(0)?))?;
    let note = note.ok_or_else(|| corrupt("the log has no checkpoint"))?;
    let checkpoint = verifier.open(&note).map_err(|error| corrupt(error.to_string()))?;
    if checkpoint.size == frontier.size() && checkpoint.root == frontier.root() {
        return Ok(());
    }
    Err(corrupt("the newest checkpoint does not fit the log"))
}

/// The hash of a stored subtree.
pub(crate) fn stored_node(
    connection: &Connection,
    place: NodeRef,
) -> Result<Option<Digest>, StoreError> {
    let leaves = 1_u64.checked_shl(u32::from(place.level));
    let next = leaves.and_then(|leaves| place.index.checked_add(1)?.checked_mul(leaves));
    let Some(next) = next else { return Ok(None) };
    let sql = "SELECT hash FROM audit_node WHERE leaf = ?1 AND level = ?2";
    one(connection, sql, (int(next - 1), place.level), |row| digest(row, 0))
}

fn stored_frontier(connection: &Connection, size: u64) -> Result<Option<Frontier>, StoreError> {
    let peaks: Result<Option<Vec<Digest>>, StoreError> =
        Frontier::places(size).map(|place| stored_node(connection, place)).collect();
    Ok(peaks?.and_then(|peaks| Frontier::from_nodes(size, peaks)))
}

/// The root that the stored subtrees give for a log of this size.
pub(crate) fn stored_root(
    connection: &Connection,
    size: u64,
) -> Result<Option<Digest>, StoreError> {
    Ok(stored_frontier(connection, size)?.map(|frontier| frontier.root()))
}

/// The public key that the first record names, as a key.
pub(crate) fn genesis_key(connection: &Connection) -> Result<VerifierKey, StoreError> {
    VerifierKey::parse(&genesis_vkey(connection)?).map_err(|error| corrupt(error.to_string()))
}

/// The public key that the first record names.
pub(crate) fn genesis_vkey(connection: &Connection) -> Result<String, StoreError> {
    let sql = "SELECT record FROM audit_log WHERE seq = 0";
    let bytes: Option<Vec<u8>> = one(connection, sql, [], |row| Ok(row.get(0)?))?;
    let bytes = bytes.ok_or_else(|| corrupt("the log has no first record"))?;
    let genesis = Record::parse(&bytes).map_err(|error| corrupt(error.to_string()))?;
    let vkey = genesis.data.get("vkey").and_then(serde_json::Value::as_str);
    Ok(vkey.unwrap_or_default().to_owned())
}

//! The streaming verifier: takes the records of a log in order and names the first break.
//!
//! It checks chain, genesis, statements, keys and uniqueness of decisions, and holds each against what came before (`grounds.rs`), with
//! memory that grows by the tree, the nonces and the newest revision of each proposal. `verification.rs` then compares the result with the signed heads.

use std::collections::HashSet;

use serde_json::Value;

use crate::audit::decision::Statement;
use crate::audit::examined::{Examined, Reading, Whole};
use crate::audit::grounds::Grounds;
use crate::audit::key::VerifierKey;
use crate::audit::plain::{self, PlainError};
use crate::audit::problem::{Break, Problem};
use crate::audit::quorum::OwnerQuorum;
use crate::audit::record::Record;
use crate::audit::restored::Restored;
use crate::audit::signers::{Signed, Signers};
use crate::audit::statement::Nonce;
use crate::audit::tally::DecisionTally;
use crate::audit::tree::Tree;
use crate::domain::act::ActKind;
use crate::domain::digest::Digest;
use crate::domain::time::Timestamp;

/// Checks the records of one log in order, then its signed heads; see [`Verifier::finish`].
#[derive(Debug, Default)]
pub struct Verifier {
    /// The key that was given, or else the one that the genesis names.
    pub(super) key: Option<VerifierKey>,
    pub(super) tree: Tree,
    pub(super) last: Option<Digest>,
    pub(super) broken: Option<Break>,
    pub(super) suspects: Option<Suspects>,
    /// Restores on record, oldest first.
    pub(super) restores: Vec<Restored>,
    pub(super) decisions: DecisionTally,
    origin: Option<String>,
    /// The time of the entry before.
    moment: Option<Timestamp>,
    nonces: HashSet<Nonce>,
    signers: Signers,
    grounds: Grounds,
    pub(super) quorum: OwnerQuorum,
}

/// Two neighbours that contradict each other; what follows tells which of them is bad.
#[derive(Debug)]
pub(super) struct Suspects {
    pub(super) earlier: u64,
    pub(super) later: u64,
    pub(super) problem: Problem,
    /// The earlier one is bad if the next record follows this hash.
    later_hash: Digest,
    /// The earlier one is bad if the signed root holds with this leaf in its place.
    pub(super) replacement: Digest,
}

impl Suspects {
    pub(super) fn blame(self, earlier_is_bad: bool) -> Break {
        let seq = if earlier_is_bad { self.earlier } else { self.later };
        Break { seq, problem: self.problem }
    }
}

impl Verifier {
    /// Without a key the one in the genesis is believed: such a check shows that the log fits itself, not whose it is.
    pub fn new(key: Option<VerifierKey>) -> Self {
        Self { key, ..Self::default() }
    }

    /// Every leaf so far.
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The newest leaf.
    pub const fn last(&self) -> Option<Digest> {
        self.last
    }

    /// The key that was given, or the one of the genesis once that was read.
    pub const fn key(&self) -> Option<&VerifierKey> {
        self.key.as_ref()
    }

    /// Takes the next record; after the first break every further call repeats it.
    ///
    /// Where two neighbours contradict each other, the break is reported with the record after them, or by
    /// [`Verifier::finish`], because only that tells which one is bad.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Break> {
        self.push_examined(Examined::of(bytes))
    }

    /// The same for a record that was examined already, perhaps on another thread.
    pub fn push_examined(&mut self, examined: Examined) -> Result<(), Break> {
        if let Some(found) = &self.broken {
            return Err(found.clone());
        }
        let outcome = match self.suspects.take() {
            Some(suspects) => {
                let reading = examined.reading;
                let follows = reading.map_or(true, |next| next.prev == suspects.later_hash);
                Err(suspects.blame(follows))
            }
            None => self.take(examined),
        };
        self.broken = outcome.clone().err();
        outcome
    }

    fn take(&mut self, examined: Examined) -> Result<(), Break> {
        let seq = self.tree.size();
        let found = |problem| Break { seq, problem };
        let Examined { hash, reading } = examined;
        let reading = reading.map_err(|error| found(Problem::Unreadable(error)))?;
        self.suspects = self.check_place(&reading, seq, hash).map_err(found)?;
        // The content of a suspect says nothing: it may be the altered one of the two.
        if self.suspects.is_none() {
            self.check_content(reading).map_err(found)?;
        }
        self.tree.push(hash);
        self.last = Some(hash);
        Ok(())
    }

    fn check_place(
        &self,
        record: &Reading,
        seq: u64,
        hash: Digest,
    ) -> Result<Option<Suspects>, Problem> {
        if record.seq > seq {
            return Err(Problem::Missing { found: record.seq });
        }
        // A repeated sequence is a plain insertion if the entry is a copy or an older one; with other content at the same
        // place nobody can say yet which of the two is the true one.
        let is_copy = self.last == Some(hash);
        let repeats = record.seq < seq;
        if repeats && (is_copy || record.seq + 1 < seq) {
            return Err(Problem::Inserted { found: record.seq });
        }
        let suspects = |problem, replacement| Suspects {
            earlier: seq.saturating_sub(1),
            later: seq,
            problem,
            later_hash: hash,
            replacement,
        };
        if repeats {
            return Ok(Some(suspects(Problem::Inserted { found: record.seq }, hash)));
        }
        match self.last {
            None if record.prev == Digest::ZERO => Ok(None),
            None => Err(Problem::Altered),
            Some(last) if record.prev == last => Ok(None),
            Some(_) => Ok(Some(suspects(Problem::Altered, record.prev))),
        }
    }

    fn check_content(&mut self, reading: Reading) -> Result<(), Problem> {
        let ts = reading.ts;
        self.check_parts(reading)?;
        self.grounds.pass(ts);
        self.moment = Some(ts);
        Ok(())
    }

    fn check_parts(&mut self, reading: Reading) -> Result<(), Problem> {
        if (reading.seq == 0) != (reading.kind == ActKind::LogGenesis) {
            return Err(Problem::Genesis);
        }
        let genesis = reading.whole.as_ref().map(|whole| &whole.record);
        match (&self.origin, genesis) {
            (None, Some(genesis)) => self.begin(genesis)?,
            (None, None) => return Err(Problem::Genesis),
            (Some(origin), _) if **origin == *reading.log => {}
            (Some(_), _) => return Err(Problem::ForeignLog { found: reading.log.into() }),
        }
        if self.moment.is_some_and(|moment| reading.ts < moment) {
            return Err(Problem::Plain(PlainError::Time));
        }
        let Some(whole) = reading.whole else {
            return self.grounds.take_fact(reading.fact).map_err(Problem::Grounds);
        };
        self.check_whole(*whole)
    }

    /// Every rule that needs the record itself sees it here, in the order of the log.
    fn check_whole(&mut self, whole: Whole) -> Result<(), Problem> {
        let statement = whole.statement.map_err(Problem::Decision)?;
        plain::check(&whole.record).map_err(Problem::Plain)?;
        self.signers.take(&Signed::of(&whole.record)).map_err(Problem::Signer)?;
        self.quorum.take(&whole.record).map_err(Problem::Quorum)?;
        self.restores.extend(Restored::of(&whole.record));
        if let Some(statement) = &statement {
            self.check_history(statement)?;
        }
        let record = &whole.record;
        if let Some(Statement::Decision(decided)) = &statement {
            self.decisions.count(record.seq, record.sig.as_deref());
            return self.grounds.decide(record, decided).map_err(Problem::Grounds);
        }
        self.grounds.take(record).map_err(Problem::Grounds)
    }

    fn begin(&mut self, genesis: &Record) -> Result<(), Problem> {
        let vkey = genesis.data.get("vkey").and_then(Value::as_str).unwrap_or_default();
        let wanted = self.key.as_ref().map_or_else(|| genesis.log.clone(), VerifierKey::vkey);
        let foreign = Problem::ForeignKey { found: vkey.to_owned(), wanted };
        let Ok(key) = VerifierKey::parse(vkey) else {
            return Err(foreign);
        };
        let is_other = self.key.as_ref().is_some_and(|given| *given != key);
        if is_other || key.name() != genesis.log {
            return Err(foreign);
        }
        self.origin = Some(genesis.log.clone());
        self.key = Some(key);
        Ok(())
    }

    /// The keys of the owners so far.
    pub const fn signers(&self) -> &Signers {
        &self.signers
    }

    fn check_history(&mut self, statement: &Statement) -> Result<(), Problem> {
        let as_of = statement.as_of();
        if self.tree.root_at(as_of.size) != Ok(as_of.root) {
            return Err(Problem::History { size: as_of.size });
        }
        // A signature stays good when its record is copied, so each statement may enter a log only once.
        if self.nonces.insert(statement.nonce()) {
            return Ok(());
        }
        Err(Problem::Replayed)
    }
}

/// The records of a JSON-lines text: each ends with a line feed, and what follows the last one counts as a record.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.strip_suffix(b"\n")
        .or_else(|| (!text.is_empty()).then_some(text))
        .into_iter()
        .flat_map(|text| text.split(|byte| *byte == b'\n'))
}

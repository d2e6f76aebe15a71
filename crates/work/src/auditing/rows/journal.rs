//! The log read once, with what lies beside single entries.
//!
//! The nodes of the tree, the signed heads and the rows of calls are in the order of the log, so they are read along with it. Of
//! everything else so much is kept as other tables are held against afterwards: a few words for each job, nonce and concept.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::ops::ControlFlow;

use serde_json::Value;

use crate::auditing::rows::found::Found;
use crate::auditing::rows::pages::Pages;
use crate::auditing::vouching::{self, Misfit};
use foundation::store::error::StoreError;
use foundation::store::rows::{Cell, Rows, Table};
use record::audit::chain::Chain;
use record::audit::checkpoint::Checkpoint;
use record::audit::key::VerifierKey;
use record::audit::merkle::{Frontier, leaf_hash};
use record::audit::quorum::is_of_owners;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::application::Direction;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;

/// Newest entries of which the signature of every head is checked; of older ones size and root are.
const SIGNED: u64 = 20_000;

/// A job as the entries about it tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) seq: u64,
    pub(super) id: Option<String>,
    pub(super) proposal: Option<ProposalId>,
    pub(super) revision: Option<u32>,
    pub(super) fence: u64,
    pub(super) state: &'static str,
}

/// A healing as its first entry tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Begun {
    pub(super) seq: u64,
    pub(super) proposal: Option<i64>,
    pub(super) base: Option<u32>,
}

/// An application as its entries tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) proposal: Option<i64>,
    pub(super) revision: Option<u32>,
    pub(super) direction: Direction,
    pub(super) order: Option<Digest>,
    /// The entry of its end, and the word there.
    pub(super) end: Option<(u64, String)>,
}

/// The log, with what the tables must hold because of it.
pub(super) struct Journal<'a> {
    rows: &'a dyn Rows,
    key: &'a VerifierKey,
    frontier: Frontier,
    nodes: Pages<'a>,
    heads: Pages<'a>,
    calls: Pages<'a>,
    newest: u64,
    last: (String, Option<record::domain::time::Timestamp>),
    /// Entries beside which a proposal stands.
    pub(super) beside: u64,
    /// The newest entry that names a proposal beside which none stands.
    pub(super) stray: HashMap<ProposalId, u64>,
    /// Verdicts whose moment may be later than what the clock said.
    pub(super) moved: HashSet<u64>,
    pub(super) nonces: HashMap<String, u64>,
    /// How many keys of invocations there are, and a sum over them with a secret of this check.
    pub(super) keys: (u64, u64),
    pub(super) secret: RandomState,
    pub(super) concepts: HashMap<String, (u64, String)>,
    pub(super) imports: HashMap<Digest, (u64, Vec<Cell>)>,
    pub(super) jobs: HashMap<String, Job>,
    pub(super) begun: Vec<Begun>,
    pub(super) ended: HashMap<u64, (Option<i64>, String)>,
    /// Applications by the entry of their start.
    pub(super) applied: BTreeMap<u64, Applied>,
    pub(super) owners: (Vec<u64>, Chain),
    /// Texts that entries name, and that nothing else needs.
    pub(super) texts: BTreeSet<Digest>,
    /// Those of them that must be there: pages that owners were shown, since homes keep them.
    pub(super) pages: BTreeSet<Digest>,
    /// What models were asked and answered, as far as it was kept, with the newest entry that says so.
    pub(super) kept: HashMap<Digest, u64>,
    /// The newest entry by which texts were taken out.
    pub(super) pruned: Option<u64>,
}

impl<'a> Journal<'a> {
    pub(super) fn new(rows: &'a dyn Rows, key: &'a VerifierKey) -> Self {
        Self {
            rows,
            key,
            frontier: Frontier::empty(),
            nodes: Pages::new(rows, Table::Nodes),
            heads: Pages::new(rows, Table::Checkpoints),
            calls: Pages::new(rows, Table::Calls),
            newest: 0,
            last: (String::new(), None),
            beside: 0,
            stray: HashMap::new(),
            moved: HashSet::new(),
            nonces: HashMap::new(),
            keys: (0, 0),
            secret: RandomState::new(),
            concepts: HashMap::new(),
            imports: HashMap::new(),
            jobs: HashMap::new(),
            begun: Vec::new(),
            ended: HashMap::new(),
            applied: BTreeMap::new(),
            owners: (Vec::new(), Chain::EMPTY),
            texts: BTreeSet::new(),
            pages: BTreeSet::new(),
            kept: HashMap::new(),
            pruned: None,
        }
    }

    /// Number of the entries.
    pub(super) const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Reads every entry; the first thing beside one that does not fit.
    pub(super) fn read(&mut self, is_stopped: &dyn Fn() -> bool) -> Found {
        self.newest = self.rows.state()?.size;
        let mut found = Ok(None);
        self.rows.entries(&mut |seq, column, bytes| {
            found = self.take(seq, column, bytes);
            let goes_on = matches!(found, Ok(None)) && !is_stopped();
            if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        match found? {
            None => self.finish(),
            misfit => Ok(misfit),
        }
    }

    fn finish(&mut self) -> Found {
        let (rest, size) =
            ([&mut self.nodes, &mut self.heads, &mut self.calls], self.frontier.size());
        for (pages, table) in rest.into_iter().zip(["audit_node", "audit_checkpoint", "calls"]) {
            if let Some(row) = pages.peek()? {
                let problem =
                    format!("{table}: row {} has no entry", row.first().unwrap_or(&Cell::Null));
                return Ok(Some(Misfit { seq: None, problem }));
            }
        }
        let problem = "audit_checkpoint: the newest head is not that of all entries".to_owned();
        Ok((self.newest != size).then_some(Misfit { seq: None, problem }))
    }

    fn take(&mut self, seq: u64, column: Option<i64>, bytes: &[u8]) -> Found {
        let at = |problem: String| Ok(Some(Misfit { seq: Some(seq), problem }));
        let leaf = leaf_hash(bytes);
        if seq != self.size() {
            return at(format!("audit_log: entry {} is missing", self.size()));
        }
        let unreadable = |error| StoreError::Corrupt { detail: format!("audit_log: {error}") };
        let record: Record = serde_json::from_slice(bytes).map_err(unreadable)?;
        let completed = self.frontier.push(leaf);
        for node in completed {
            let wanted = [
                Cell::Integer(i64::try_from(seq).unwrap_or(i64::MAX)),
                Cell::Integer(i64::from(node.place.level)),
                Cell::Blob(node.hash.as_bytes().to_vec()),
            ];
            if self.nodes.take()?.as_deref() != Some(&wanted) {
                return at(format!(
                    "audit_log or audit_node: entry {seq} is not the one in the tree"
                ));
            }
        }
        if let Some(problem) = self.head()? {
            return at(problem);
        }
        self.beside += u64::from(column.is_some());
        if let (None, Some(id)) = (column, &record.subject.proposal) {
            // A model may be asked for a proposal that then never comes about; everything else is about one that is there.
            if !matches!(record.kind, ActKind::ModelCalled | ActKind::ModelAnswered) {
                return at(format!(
                    "audit_log or proposals: {id} does not stand beside entry {seq}"
                ));
            }
            self.stray.insert(id.clone(), seq);
        }
        if is_of_owners(record.kind, &record.data) {
            self.owners.0.push(seq);
            self.owners.1 = self.owners.1.with(&leaf);
        }
        self.remember(&record);
        let problem = self.told(&record, column)?;
        problem.map_or(Ok(None), at)
    }

    /// Holds the signed head of the entries so far against them, where there is one.
    fn head(&mut self) -> Result<Option<String>, StoreError> {
        let size = self.frontier.size();
        if self.heads.peek()?.and_then(|row| row.first()?.count()) != Some(size) {
            return Ok(None);
        }
        let row = self.heads.take()?.unwrap_or_default();
        let note = row.get(1).and_then(Cell::text).unwrap_or_default();
        let is_new = size + SIGNED >= self.newest;
        let opened = if is_new { self.key.open(note) } else { Checkpoint::parse_unverified(note) };
        let is_same = opened.is_ok_and(|head| {
            head.origin == self.key.name() && head.size == size && head.root == self.frontier.root()
        });
        Ok((!is_same).then(|| format!("audit_checkpoint: the head of {size} entries does not fit")))
    }

    /// Keeps what every entry tells beside its detail.
    fn remember(&mut self, record: &Record) {
        if record.kind == ActKind::ExecutionVerdict && self.last.1 == Some(record.ts) {
            self.moved.insert(record.seq);
        }
        self.last.1 = Some(record.ts);
        if !record.idem.is_empty() && record.idem != self.last.0 {
            let key = Digest::of(record.idem.as_bytes());
            let sum = self.secret.hash_one((key.as_bytes(), record.seq));
            self.keys = (self.keys.0 + 1, self.keys.1.wrapping_add(sum));
        }
        if record.idem != self.last.0 {
            self.last.0.clone_from(&record.idem);
        }
        if let Some(nonce) = record.sig.as_ref().and(record.stmt.as_deref()).and_then(nonce) {
            // A restore takes none: it is on record in a log that nobody could have given it to.
            if record.kind != ActKind::LogRestored {
                self.nonces.insert(nonce, record.seq);
            }
        }
    }

    /// Keeps what the detail of an entry tells, and holds calls against their rows at once.
    fn told(&mut self, record: &Record, column: Option<i64>) -> Result<Option<String>, StoreError> {
        let text = |name: &str| record.data.get(name).and_then(Value::as_str).map(str::to_owned);
        let digest = |name: &str| text(name).and_then(|text| text.parse::<Digest>().ok());
        let spoken = || [digest("reply_digest"), digest("prompt_digest")].into_iter().flatten();
        match record.kind {
            ActKind::ModelCalled => {
                self.texts.extend(spoken());
                let kept = record.data.get("kept").and_then(Value::as_array);
                let kept = kept.into_iter().flatten().filter_map(Value::as_str);
                let kept = kept.filter_map(|word| digest(&format!("{word}_digest")));
                self.kept.extend(kept.map(|digest| (digest, record.seq)));
                let row = self.calls.take()?;
                return Ok(vouching::call(record, row.as_deref()));
            }
            ActKind::ConceptLearned => {
                let learned = text("name").zip(text("digest"));
                let learned =
                    learned.map(|(name, digest)| (name.to_lowercase(), (record.seq, digest)));
                self.concepts.extend(learned);
            }
            ActKind::ImportFinished => {
                let words = [text("source"), text("shape")]
                    .map(|word| Cell::Text(word.unwrap_or_default()));
                let row = words.into_iter().chain([Cell::Integer(record.ts.millis())]).collect();
                if let Some(file) = digest("file_digest") {
                    self.imports.entry(file).or_insert((record.seq, row));
                }
            }
            ActKind::ModelAnswered => self.texts.extend(spoken()),
            ActKind::BlobPruned => self.pruned = Some(record.seq),
            ActKind::HealingStarted => {
                let base = record.subject.revision;
                self.begun.push(Begun { seq: record.seq, proposal: column, base });
            }
            ActKind::HealingEnded => {
                self.ended.insert(record.seq, (column, text("stop").unwrap_or_default()));
            }
            ActKind::ApplyStarted => self.applies(record, column, Direction::Apply),
            ActKind::RollbackStarted => self.applies(record, column, Direction::Rollback),
            ActKind::ApplyFinished | ActKind::RollbackFinished => self.applied(record),
            kind if kind.is_owner_decision() => {
                let shown = digest("shown_digest");
                self.texts.extend(shown);
                let keeps_page = record.stmt.as_deref().is_some_and(keeps_page);
                self.pages.extend(shown.filter(|_| keeps_page));
            }
            _ => self.work(record),
        }
        Ok(None)
    }

    /// Keeps an application that begins.
    fn applies(&mut self, record: &Record, proposal: Option<i64>, direction: Direction) {
        let order = record.data.get("order_digest").and_then(Value::as_str);
        let order = order.and_then(|text| text.parse().ok());
        let revision = record.subject.revision;
        let applied = Applied { proposal, revision, direction, order, end: None };
        self.applied.insert(record.seq, applied);
    }

    /// Keeps how an application ended.
    fn applied(&mut self, record: &Record) {
        let started = record.data.get("started").and_then(Value::as_u64);
        let word = record.data.get("outcome").and_then(Value::as_str).unwrap_or_default();
        if let Some(applied) = started.and_then(|started| self.applied.get_mut(&started)) {
            applied.end = Some((record.seq, word.to_owned()));
        }
    }

    /// Keeps where a job stands.
    fn work(&mut self, record: &Record) {
        let Some(execution) = &record.subject.execution else { return };
        let state = match record.kind {
            ActKind::ExecutionLeased => {
                let attempt = record.data.get("attempt").and_then(Value::as_u64);
                let job = Job {
                    seq: record.seq,
                    id: record.data.get("job").and_then(Value::as_str).map(str::to_owned),
                    proposal: record.subject.proposal.clone(),
                    revision: record.subject.revision,
                    fence: attempt.unwrap_or(1),
                    state: "leased",
                };
                self.jobs.insert(execution.to_string(), job);
                return;
            }
            ActKind::ExecutionVerdict => "done",
            ActKind::ExecutionAbandoned | ActKind::ExecutionInfraError => "abandoned",
            _ => return,
        };
        if let Some(job) = self.jobs.get_mut(execution.as_str()) {
            job.state = state;
        }
    }
}

/// Reads the nonce of a statement, whichever kind it is.
fn nonce(statement: &str) -> Option<String> {
    let statement: Value = serde_json::from_str(statement).ok()?;
    Some(statement.get("predicate")?.get("nonce")?.as_str()?.to_owned())
}

/// Tells whether a statement is of the time since pages are kept.
fn keeps_page(statement: &str) -> bool {
    let statement: Option<Value> = serde_json::from_str(statement).ok();
    let kind = statement.as_ref().and_then(|statement| statement.get("predicateType")?.as_str());
    kind.is_some_and(|kind| !kind.ends_with("v1"))
}

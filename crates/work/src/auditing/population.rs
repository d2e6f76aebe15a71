//! Gathers changes and decisions out of the record, one entry at a time.
//!
//! Only what the log says counts: who asked, who brought code in, who decided on which evidence and with which key. An
//! owner who decides on what they asked for themselves is marked, because auditors look for that.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::decision::Decision;
use record::domain::principal::{CLIENT_PREFIX, PrincipalKind};
use record::domain::time::Timestamp;

/// Something done, by whom and when, with its entry in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deed {
    /// The entry.
    pub seq: u64,
    /// The time of the machine's clock.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What the clock said, where the order of the log required a later time; absent where both agree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub clock: Option<Timestamp>,
    /// The kind and name of the actor, such as `agent codex`.
    pub by: String,
}

impl Deed {
    /// The deed in a record.
    pub(super) fn of(record: &Record) -> Self {
        Self { seq: record.seq, at: record.ts, clock: record.clock, by: name(record) }
    }

    /// Says when it was, with what the clock said where that is another time.
    pub fn when(&self) -> String {
        match self.clock {
            None => self.at.to_string(),
            Some(clock) => format!("{} (clock {clock})", self.at),
        }
    }
}

/// One revision of a proposal: the unit of the population.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The proposal.
    pub proposal: String,
    /// The revision, from 1.
    pub revision: u32,
    /// The content hash.
    pub content_hash: String,
    /// The request; null where the record has it by digest only.
    #[serde(default)]
    pub request: Option<String>,
    /// The deed of asking for the proposal; null where the record does not say.
    pub requested: Option<Deed>,
    /// The deed of bringing the revision in.
    pub authored: Deed,
    /// Its origin and its author, such as `generated, gpt-4`.
    pub author: String,
    /// Executions with a verdict.
    pub executions: u64,
    /// The verdict of the newest of them; null without any.
    pub verdict: Option<String>,
    /// The newest decision on it; null without any.
    pub decision: Option<String>,
    /// The entry of that decision.
    pub decided: Option<u64>,
}

/// One decision of an owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// The proposal.
    pub proposal: String,
    /// The revision.
    pub revision: u32,
    /// The word of the decision: approved, `approved_despite`, rejected, revoked or reopened.
    pub decision: String,
    /// The deed of deciding.
    pub deed: Deed,
    /// The request decided upon; null where the record has it by digest only.
    #[serde(default)]
    pub request: Option<String>,
    /// The reason given; null without one.
    pub reason: Option<String>,
    /// The comment; null without one.
    #[serde(default)]
    pub comment: Option<String>,
    /// The verdict it was made on; null without one.
    pub verdict: Option<String>,
    /// The entry of that verdict, which is earlier; null where the record has none before the decision.
    pub evidence: Option<u64>,
    /// True when the one who decided also asked for the proposal or brought in one of its revisions.
    pub is_self: bool,
    /// Of the key that signed: `hardware`, `agent`, `file`, `low`, `unknown`; `unsigned` without one.
    pub assurance: String,
    /// The digest of the policy that it was made under; null where its entry names none.
    #[serde(default)]
    pub policy: Option<String>,
    /// Its later fate: `revoked`, `dismissed`, `expired`, `reopened` or `contested`, with the entry; null while it stands.
    pub undone: Option<String>,
}

impl Decided {
    /// Tells whether it lets a change in.
    pub fn is_approval(&self) -> bool {
        [Decision::Approved, Decision::ApprovedDespite]
            .iter()
            .any(|approval| approval.word() == self.decision)
    }
}

/// Gathers what auditors ask for, record by record.
#[derive(Debug, Default)]
pub struct Population {
    changes: BTreeMap<(String, u32), Change>,
    decisions: Vec<Decided>,
    /// The deed of asking for each proposal, and the request.
    requests: BTreeMap<String, (Deed, Option<String>)>,
    /// Everyone who asked for a proposal or brought in a revision of it.
    contributors: BTreeMap<String, BTreeSet<String>>,
    /// The entry of each verdict by its execution.
    verdicts: BTreeMap<String, u64>,
    /// The places of the standing decisions by their proposal: several owners may have approved.
    standing: BTreeMap<String, Vec<usize>>,
    /// The assurance of each key by its fingerprint.
    keys: BTreeMap<String, String>,
}

impl Population {
    /// Takes the next record.
    pub fn take(&mut self, record: &Record) {
        match record.kind {
            ActKind::ProposalCreated => self.requested(record),
            ActKind::RevisionAdded => self.authored(record),
            ActKind::ExecutionVerdict => self.executed(record),
            ActKind::DecisionApproved
            | ActKind::DecisionApprovedDespite
            | ActKind::DecisionRejected
            | ActKind::DecisionRevoked
            | ActKind::DecisionReopened => self.decided(record),
            ActKind::DecisionDismissed => self.undo(record, "dismissed"),
            ActKind::DecisionExpired => self.undo(record, "expired"),
            ActKind::OwnerKeyAdded => self.enrolled(record),
            ActKind::LogGenesis
            | ActKind::OwnerKeyRemoved
            | ActKind::OwnerChangeEndorsed
            | ActKind::OwnerRepositoryAdded
            | ActKind::OwnerRepositoryRemoved
            | ActKind::OwnerTokenAdded
            | ActKind::OwnerTokenRevoked
            | ActKind::OwnerFindingDismissed
            | ActKind::OwnerFindingReinstated
            | ActKind::HistoryImported
            | ActKind::ImportFinished
            | ActKind::PolicyChanged
            | ActKind::StoreMigrated
            | ActKind::LogRestored
            | ActKind::BlobPruned
            | ActKind::ModelAnswered
            | ActKind::ModelCalled
            | ActKind::ExecutionLeased
            | ActKind::ExecutionInfraError
            | ActKind::ExecutionAbandoned
            | ActKind::HealingStarted
            | ActKind::HealingEnded
            | ActKind::ApplyStarted
            | ActKind::ApplyFinished
            | ActKind::RollbackStarted
            | ActKind::RollbackFinished
            | ActKind::ConceptLearned
            | ActKind::AuthDenied
            | ActKind::ClockRegressed
            | ActKind::HeadRemade
            | ActKind::DaemonStarted
            | ActKind::DaemonStopped
            | ActKind::ExportCreated => {}
        }
    }

    /// Returns the changes, in the order in which they came in, and the decisions.
    pub fn finish(self) -> (Vec<Change>, Vec<Decided>) {
        let mut changes: Vec<Change> = self.changes.into_values().collect();
        changes.sort_by_key(|change| change.authored.seq);
        (changes, self.decisions)
    }

    fn enrolled(&mut self, record: &Record) {
        let key = text(record, "fingerprint").zip(text(record, "assurance"));
        self.keys.extend(key);
    }

    fn requested(&mut self, record: &Record) {
        let Some(proposal) = proposal(record) else { return };
        self.contributed(&proposal, record);
        self.requests.insert(proposal, (Deed::of(record), text(record, "request")));
    }

    fn contributed(&mut self, proposal: &str, record: &Record) {
        self.contributors.entry(proposal.to_owned()).or_default().insert(name(record));
    }

    fn authored(&mut self, record: &Record) {
        let Some(proposal) = proposal(record) else { return };
        self.contributed(&proposal, record);
        let revision = record.subject.revision.unwrap_or_default();
        let (requested, request) = self.requests.get(&proposal).cloned().unzip();
        let words = ["origin", "provider", "model"].map(|key| text(record, key));
        let author = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let change = Change {
            proposal: proposal.clone(),
            revision,
            content_hash: record
                .subject
                .revision_digest
                .map(|digest| digest.hex())
                .unwrap_or_default(),
            request: request.flatten(),
            requested,
            authored: Deed::of(record),
            author,
            executions: 0,
            verdict: None,
            decision: None,
            decided: None,
        };
        self.changes.insert((proposal, revision), change);
    }

    fn executed(&mut self, record: &Record) {
        if let Some(execution) = &record.subject.execution {
            self.verdicts.insert(execution.to_string(), record.seq);
        }
        let verdict = text(record, "verdict");
        if let Some(change) = self.change(record) {
            change.executions += 1;
            change.verdict = verdict;
        }
        // It speaks against an approval, and takes nothing back.
        if record.data.contains_key("contests") {
            let standing = proposal(record).and_then(|proposal| self.standing.get(&proposal));
            mark(&mut self.decisions, standing.into_iter().flatten(), "contested", record.seq);
        }
    }

    fn change(&mut self, record: &Record) -> Option<&mut Change> {
        self.changes.get_mut(&(proposal(record)?, record.subject.revision?))
    }

    fn decided(&mut self, record: &Record) {
        let Some(proposal) = proposal(record) else { return };
        let Some(decision) = Decision::of(record.kind) else { return };
        let decision = decision.word().to_owned();
        if matches!(record.kind, ActKind::DecisionRevoked | ActKind::DecisionReopened) {
            self.undo(record, &decision);
        }
        let by = self.contributors.get(&proposal);
        let execution = record.subject.execution.as_ref().map(ToString::to_string);
        let decided = Decided {
            revision: record.subject.revision.unwrap_or_default(),
            decision: decision.clone(),
            deed: Deed::of(record),
            request: self.requests.get(&proposal).and_then(|(_, request)| request.clone()),
            reason: text(record, "reason"),
            comment: text(record, "comment"),
            verdict: text(record, "verdict"),
            evidence: execution.and_then(|execution| self.verdicts.get(&execution).copied()),
            is_self: by.is_some_and(|by| by.contains(&name(record))),
            assurance: self.assurance(record),
            policy: text(record, "policy_digest"),
            undone: None,
            proposal: proposal.clone(),
        };
        let standing = self.standing.entry(proposal).or_default();
        if !decided.is_approval() {
            standing.clear();
        }
        standing.push(self.decisions.len());
        self.decisions.push(decided);
        if let Some(change) = self.change(record) {
            change.decision = Some(decision);
            change.decided = Some(record.seq);
        }
    }

    /// Names the assurance of the signing key, as the log says; keys that it does not introduce are unknown.
    fn assurance(&self, record: &Record) -> String {
        if record.sig.is_none() {
            return "unsigned".to_owned();
        }
        if let Some(used) = text(record, "assurance") {
            return used;
        }
        let known = record.actor.key.as_ref().and_then(|key| self.keys.get(key));
        known.cloned().unwrap_or_else(|| "unknown".to_owned())
    }

    fn undo(&mut self, record: &Record, word: &str) {
        let standing = proposal(record).and_then(|proposal| self.standing.remove(&proposal));
        mark(&mut self.decisions, standing.iter().flatten(), word, record.seq);
    }
}

fn mark<'a>(
    decisions: &mut [Decided],
    places: impl Iterator<Item = &'a usize>,
    word: &str,
    seq: u64,
) {
    for place in places {
        if let Some(decided) = decisions.get_mut(*place) {
            decided.undone = Some(format!("{word} at entry {seq}"));
        }
    }
}

fn proposal(record: &Record) -> Option<String> {
    record.subject.proposal.as_ref().map(ToString::to_string)
}

fn name(record: &Record) -> String {
    let id = &record.actor.id;
    match record.actor.kind {
        PrincipalKind::Owner if id == "owner" => id.clone(),
        PrincipalKind::Owner => format!("owner {id}"),
        PrincipalKind::Agent => format!("agent {}", id.strip_prefix(CLIENT_PREFIX).unwrap_or(id)),
        PrincipalKind::System => "system".to_owned(),
    }
}

/// A text in the detail of a record.
pub(super) fn text(record: &Record, key: &str) -> Option<String> {
    record.data.get(key).and_then(Value::as_str).map(str::to_owned)
}

//! Entries of the record as a reader takes them in: when, who, what.
//!
//! The words follow from the kind; of the data only what tells one entry from the next is shown. An entry that cannot be read is shown
//! as that, because a gap would look like nothing.

use serde_json::Value;

use crate::store::query::LogRow;
use crate::surfaces::console::marks::{Tone, named};
use record::audit::merkle::leaf_hash;
use record::audit::record::Record;
use record::domain::act::ActKind;

/// One entry in a list.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Its place.
    pub seq: u64,
    /// Its day.
    pub day: String,
    /// Its time of day, UTC.
    pub time: String,
    /// What it is to the reader.
    pub tone: Tone,
    /// Its kind.
    pub kind: String,
    /// Who acted.
    pub actor: String,
    /// What happened, in words.
    pub what: String,
    /// The proposal it is about; empty for none.
    pub proposal: String,
    /// The request's short name of the proposal.
    pub short: String,
    /// The first digits of its leaf hash.
    pub hash: String,
    /// Whether an owner's signature is in it.
    pub is_signed: bool,
}

impl Deed {
    /// Reads a stored entry.
    pub fn of(row: &LogRow) -> Self {
        let hash = leaf_hash(&row.bytes).hex().chars().take(8).collect();
        let Ok(record) = Record::parse(&row.bytes) else {
            return Self {
                seq: row.seq,
                day: String::new(),
                time: String::new(),
                tone: Tone::Fail,
                kind: "unreadable".to_owned(),
                actor: String::new(),
                what: "this entry cannot be read; run saraphina audit verify".to_owned(),
                proposal: String::new(),
                short: String::new(),
                hash,
                is_signed: false,
            };
        };
        let moment = record.ts.to_string();
        let proposal = record.subject.proposal.as_ref().map(ToString::to_string);
        let proposal = proposal.unwrap_or_default();
        Self {
            seq: record.seq,
            day: moment.chars().take(10).collect(),
            time: moment.chars().skip(11).take(8).collect(),
            tone: tone(&record),
            kind: record.kind.word().to_owned(),
            actor: named(&record.actor),
            what: told(&record),
            short: proposal.trim_start_matches("proposal_").to_owned(),
            proposal,
            hash,
            is_signed: record.sig.is_some(),
        }
    }
}

fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.data.get(name).and_then(Value::as_str)
}

fn tone(record: &Record) -> Tone {
    match record.kind {
        ActKind::ExecutionVerdict => match text(record, "verdict") {
            Some("passed") => Tone::Pass,
            Some("failed") => Tone::Fail,
            Some(_) | None => Tone::Warn,
        },
        ActKind::DecisionApproved => Tone::Pass,
        ActKind::DecisionRejected | ActKind::AuthDenied => Tone::Fail,
        ActKind::DecisionApprovedDespite
        | ActKind::DecisionRevoked
        | ActKind::DecisionDismissed
        | ActKind::DecisionExpired
        | ActKind::ExecutionInfraError
        | ActKind::ExecutionAbandoned
        | ActKind::LogRestored
        | ActKind::ClockRegressed
        | ActKind::BlobPruned => Tone::Warn,
        ActKind::LogGenesis
        | ActKind::OwnerKeyAdded
        | ActKind::OwnerKeyRemoved
        | ActKind::OwnerChangeEndorsed
        | ActKind::OwnerRepositoryAdded
        | ActKind::OwnerRepositoryRemoved
        | ActKind::OwnerTokenAdded
        | ActKind::OwnerTokenRevoked
        | ActKind::OwnerFindingDismissed
        | ActKind::OwnerFindingReinstated
        | ActKind::PolicyChanged
        | ActKind::StoreMigrated
        | ActKind::ProposalCreated
        | ActKind::RevisionAdded
        | ActKind::ModelAnswered
        | ActKind::ModelCalled
        | ActKind::ExecutionLeased
        | ActKind::DecisionReopened
        | ActKind::HealingStarted
        | ActKind::HealingEnded
        | ActKind::ApplyStarted
        | ActKind::ApplyFinished
        | ActKind::RollbackStarted
        | ActKind::RollbackFinished
        | ActKind::ConceptLearned
        | ActKind::DaemonStarted
        | ActKind::DaemonStopped
        | ActKind::ExportCreated
        | ActKind::HistoryImported
        | ActKind::ImportFinished => Tone::Wait,
    }
}

fn told(record: &Record) -> String {
    let revision = record.subject.revision.map(|number| format!(" of revision {number}"));
    let revision = revision.unwrap_or_default();
    let execution = record.subject.execution.as_ref().map(ToString::to_string);
    let execution = execution.unwrap_or_default();
    let said = |name: &str| text(record, name).map(|said| format!(": {said}")).unwrap_or_default();
    match record.kind {
        ActKind::ProposalCreated => "Proposed".to_owned(),
        ActKind::RevisionAdded => format!("Stored the files{revision}{}", said("origin")),
        ActKind::ModelCalled => format!("Asked {}{}", provider(record), said("model")),
        ActKind::ExecutionLeased => format!("Began to run {execution}{revision}"),
        ActKind::ExecutionVerdict => format!("Verdict{revision}{} ({execution})", said("verdict")),
        ActKind::ExecutionInfraError => format!("Could not run {execution}{}", said("message")),
        ActKind::ExecutionAbandoned => format!("Gave {execution} up{}", said("reason")),
        ActKind::DecisionApproved => format!("Approved{revision}"),
        ActKind::DecisionApprovedDespite => format!("Approved{revision} despite the verdict"),
        ActKind::DecisionRejected => format!("Rejected{revision}"),
        ActKind::DecisionRevoked => format!("Took the approval{revision} back"),
        ActKind::DecisionReopened => "Reopened it".to_owned(),
        ActKind::DecisionDismissed => "A new revision made the decision void".to_owned(),
        ActKind::DecisionExpired => "The approval ran out".to_owned(),
        ActKind::HealingStarted => format!("Began to heal{revision}"),
        ActKind::HealingEnded => format!("Ended the healing{}", said("stop")),
        ActKind::ConceptLearned => format!("Learned{}", said("name")),
        ActKind::AuthDenied => format!("Was refused{}", said("command")),
        ActKind::LogGenesis => "The log begins".to_owned(),
        kind => {
            let words = kind.word().replace(['.', '_'], " ");
            let mut letters = words.chars();
            let first = letters.next().map(|letter| letter.to_uppercase().to_string());
            format!("{}{}{revision}", first.unwrap_or_default(), letters.as_str())
        }
    }
}

fn provider(record: &Record) -> &str {
    text(record, "provider").unwrap_or("a model")
}

//! Entries of the record as a reader takes them in: when, who, what.
//!
//! The words follow from the kind; of the data only what tells one entry from the next is shown. An entry that cannot be read is shown
//! as that, because a gap would look like nothing.

use serde_json::Value;

use crate::surfaces::console::marks::{Mark, Tone, named};
use foundation::store::query::LogRow;
use record::audit::merkle::leaf_hash;
use record::audit::record::Record;
use record::domain::act::{ActClass, ActKind};
use record::domain::decision::Decision;

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
    /// Whether the engine only looked after itself.
    pub is_upkeep: bool,
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
                is_upkeep: false,
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
            is_upkeep: record.kind.class() == ActClass::Upkeep,
        }
    }
}

fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.data.get(name).and_then(Value::as_str)
}

/// What an act is to the reader; a kind of act is sorted once, where it is declared.
fn tone(record: &Record) -> Tone {
    match record.kind.class() {
        ActClass::Verdict => match text(record, "verdict") {
            Some("passed") => Tone::Pass,
            Some("failed") => Tone::Fail,
            Some(_) | None => Tone::Warn,
        },
        ActClass::Decision => {
            Decision::of(record.kind).map_or(Tone::Wait, |made| Mark::of_decision(made).tone)
        }
        ActClass::Refusal => Tone::Fail,
        ActClass::Ended | ActClass::Trouble => Tone::Warn,
        ActClass::Work if record.kind == ActKind::HealingEnded => match text(record, "stop") {
            Some("passed") => Tone::Pass,
            Some(_) | None => Tone::Warn,
        },
        ActClass::Work | ActClass::Rule | ActClass::Upkeep => Tone::Wait,
    }
}

fn told(record: &Record) -> String {
    let number = record.subject.revision;
    let it = number.map(|number| format!(" revision {number}")).unwrap_or_default();
    let revision = number.map(|number| format!(" of revision {number}")).unwrap_or_default();
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
        ActKind::ExecutionAbandoned => {
            format!("Gave {execution} up{}", said("cause").replace('_', " "))
        }
        ActKind::DecisionApproved => format!("Approved{it}"),
        ActKind::DecisionApprovedDespite => format!("Approved{it} despite the verdict"),
        ActKind::DecisionRejected => format!("Rejected{it}"),
        ActKind::DecisionRevoked => format!("Took the approval{revision} back"),
        ActKind::DecisionReopened => "Reopened it".to_owned(),
        ActKind::DecisionDismissed => "A new revision made the decision void".to_owned(),
        ActKind::DecisionExpired => "The approval ran out".to_owned(),
        ActKind::HealingStarted => format!("Began to heal{it}"),
        ActKind::HealingEnded => format!("Ended the healing{}", said("stop")),
        ActKind::ConceptLearned => format!("Learned{}", said("name")),
        ActKind::AuthDenied => format!("Was refused{}", said("command")),
        ActKind::LogGenesis => "The log begins".to_owned(),
        ActKind::OwnerRepositoryAdded => {
            format!("Let changes be proposed for a repository{}", said("name"))
        }
        ActKind::OwnerRepositoryRemoved => {
            format!("Took a repository off the list{}", said("name"))
        }
        ActKind::ApplyStarted => format!("Began to apply{it}"),
        ActKind::ApplyFinished => format!("Ended the application{revision}{}", said("outcome")),
        ActKind::RollbackStarted => format!("Began to roll back{it}"),
        ActKind::RollbackFinished => format!("Ended the roll back{revision}{}", said("outcome")),
        ActKind::DaemonStarted => "An engine started".to_owned(),
        ActKind::DaemonStopped => "An engine stopped".to_owned(),
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

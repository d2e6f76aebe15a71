//! Reads from the log what a decision rests on.
//!
//! A decision rests on who proposed and on every execution of the newest revision. Both are read from the entries, which hold
//! the digests of evidence and environment: outputs need not be loaded, and rows that were shortened since change nothing.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::store::query::LogQuery;
use record::audit::record::Record;
use record::audit::statement::{Evidence, EvidenceSet, EvidenceVerdict};
use record::domain::act::ActKind;
use record::domain::approval::Run;
use record::domain::digest::Digest;
use record::domain::principal::PrincipalKind;
use record::domain::proposal::Proposal;
use record::domain::verdict::VerdictWord;

/// Entries that are read at once.
const ENTRIES: u32 = 500;

/// The proposers and executions that the entries about a proposal tell.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The owners who proposed or refined it.
    pub proposers: BTreeSet<String>,
    /// The executions of the newest revision, oldest first.
    pub executions: Vec<Executed>,
}

/// One verdict as its entry has it.
#[derive(Clone, Debug)]
pub struct Executed {
    /// The execution, the digest of its evidence, and its verdict.
    pub evidence: Evidence,
    /// The digest of its environment.
    pub environment: Digest,
}

impl Recorded {
    /// Reads every entry about a proposal.
    pub async fn of(context: &Context, proposal: &Proposal) -> Result<Self, CommandError> {
        let store = context.store()?;
        let (mut recorded, mut before) = (Self::default(), None);
        loop {
            let query = LogQuery { proposal: Some(proposal.id.clone()), limit: ENTRIES, before };
            let rows = store.log(&query).await?;
            let Some(last) = rows.last() else { break };
            before = Some(last.seq);
            for record in rows.iter().filter_map(|row| Record::parse(&row.bytes).ok()) {
                recorded.take(&record, proposal.head)?;
            }
        }
        // Entries come newest first.
        recorded.executions.reverse();
        Ok(recorded)
    }

    fn take(&mut self, record: &Record, head: u32) -> Result<(), CommandError> {
        let makes = [ActKind::ProposalCreated, ActKind::RevisionAdded].contains(&record.kind);
        if makes && record.actor.kind == PrincipalKind::Owner {
            self.proposers.insert(record.actor.id.clone());
        }
        if record.kind == ActKind::ExecutionVerdict && record.subject.revision == Some(head) {
            self.executions.push(Executed::of(record)?);
        }
        Ok(())
    }

    /// Lists verdicts and environments, for the rules of an approval.
    pub fn runs(&self) -> Vec<Run> {
        let run = |executed: &Executed| Run {
            verdict: match executed.evidence.verdict {
                EvidenceVerdict::Passed => VerdictWord::Passed,
                EvidenceVerdict::Failed => VerdictWord::Failed,
                EvidenceVerdict::Inconclusive => VerdictWord::Inconclusive,
            },
            environment: executed.environment,
        };
        self.executions.iter().map(run).collect()
    }

    /// Summarises all executions together, which stops the picking of a lucky one.
    pub fn evidence_set(&self) -> Result<EvidenceSet, CommandError> {
        let all: Vec<Evidence> =
            self.executions.iter().map(|executed| executed.evidence.clone()).collect();
        EvidenceSet::of(&all)
            .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
    }
}

impl Executed {
    fn of(record: &Record) -> Result<Self, CommandError> {
        let text = |name: &str| record.data.get(name).and_then(Value::as_str);
        let digest = |name: &str| text(name).and_then(|text| text.parse::<Digest>().ok());
        let verdict = match text("verdict") {
            Some("passed") => Some(EvidenceVerdict::Passed),
            Some("failed") => Some(EvidenceVerdict::Failed),
            Some("inconclusive") => Some(EvidenceVerdict::Inconclusive),
            Some(_) | None => None,
        };
        let found = || {
            Some(Self {
                evidence: Evidence {
                    execution: record.subject.execution.clone()?,
                    digest: digest("evidence_digest")?,
                    verdict: verdict?,
                },
                environment: digest("environment_digest")?,
            })
        };
        found().ok_or_else(|| {
            let message = format!("entry {} does not say what was executed", record.seq);
            CommandError::new(ErrorKind::Integrity, message).hint("Run `/audit verify`.")
        })
    }
}

//! Reads from the log what a decision rests on, and refuses rows that say otherwise.
//!
//! A decision rests on who proposed, on the newest revision, on every execution of it and on the decisions before. All of that is
//! read from the entries about the proposal, which the store hands out only where they are all there. Rows are read for what
//! entries hold by digest alone (files, evidence, the request), and each is held against its entry then and there.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use serde_json::Value;

use crate::auditing::standing::{Decided, Policies, Standing};
use crate::auditing::vouching::{self, Misfit};
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use foundation::store::error::StoreError;
use foundation::store::query::Account;
use record::audit::record::Record;
use record::audit::statement::{Evidence, EvidenceSet, EvidenceVerdict};
use record::domain::act::ActKind;
use record::domain::approval::Run;
use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::principal::PrincipalKind;
use record::domain::proposal::Proposal;
use record::domain::review::PastReview;
use record::domain::revision::Revision;
use record::domain::time::Timestamp;
use record::domain::verdict::VerdictWord;

/// The entries about a proposal, with the rows that they vouch for.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Everybody who proposed or refined it.
    pub authors: Vec<(PrincipalKind, String)>,
    /// The executions of the newest revision, oldest first.
    pub executions: Vec<Executed>,
    /// Where it stands.
    pub standing: Standing,
    /// Its decisions, oldest first.
    pub reviews: Vec<PastReview>,
    /// The approvals that counted, uncontested, until the newest revision ended them.
    pub overtaken: Vec<Decided>,
    /// The executions of earlier revisions, each with the content that it ran.
    past: Vec<(Option<Digest>, Executed)>,
    /// The entry of the policy that counts; 0 for the built-in one.
    policy_seq: u64,
    /// The entries by which healings of it ended.
    pub healed: Vec<Record>,
    /// The proposal.
    id: ProposalId,
    verdicts: Vec<Record>,
    /// The verdicts on the revision before the newest one.
    verdicts_before: Vec<Record>,
}

/// One verdict as its entry has it.
#[derive(Clone, Debug)]
pub struct Executed {
    /// The execution, the digest of its evidence, and its verdict.
    pub evidence: Evidence,
    /// The digest of its environment.
    pub environment: Digest,
    /// The moment of its entry.
    pub at: Timestamp,
    /// Its entry.
    pub seq: u64,
}

impl Recorded {
    /// Reads every entry about a proposal, and holds its row and those of its decisions against them.
    pub async fn of(context: &Context, proposal: &Proposal) -> Result<Self, CommandError> {
        let id = &proposal.id;
        let Account { proposal: row, entries, reviews, policies } =
            context.store()?.account(id).await?.ok_or_else(|| conflict(id))?;
        let policy_seq = policies.last().map_or(0, |set| set.seq);
        let policies = Policies::new(policies.into_iter().map(|set| set.policy));
        let mut recorded = Self {
            authors: Vec::new(),
            executions: Vec::new(),
            standing: Standing::default(),
            reviews,
            overtaken: Vec::new(),
            past: Vec::new(),
            policy_seq,
            healed: Vec::new(),
            id: id.clone(),
            verdicts: Vec::new(),
            verdicts_before: Vec::new(),
        };
        for entry in entries {
            if entry.record.subject.proposal.as_ref() != Some(id) {
                return Err(CommandError::broken(format!(
                    "entry {} is not about {id}",
                    entry.row.seq
                )));
            }
            recorded.take(&entry.record, &policies)?;
        }
        fitting(vouching::reviews(id, &recorded.standing, &recorded.reviews))?;
        fitting(vouching::proposal(&recorded.standing, &row))?;
        // It may have moved on since the caller read it; that is no fault of the home.
        if row == *proposal { Ok(recorded) } else { Err(conflict(id)) }
    }

    fn take(&mut self, record: &Record, policies: &Policies) -> Result<(), CommandError> {
        if record.kind == ActKind::RevisionAdded {
            let counted = self.standing.approvals().filter(|_| !self.standing.is_contested);
            self.overtaken = counted.cloned().collect();
            let content = self.content();
            self.past.extend(self.executions.drain(..).map(|executed| (content, executed)));
        }
        self.standing.take(record, policies);
        let makes = [ActKind::ProposalCreated, ActKind::RevisionAdded].contains(&record.kind);
        if makes {
            self.authors.push((record.actor.kind, record.actor.id.clone()));
        }
        if record.kind == ActKind::RevisionAdded {
            self.verdicts_before = mem::take(&mut self.verdicts);
        }
        if record.kind == ActKind::HealingEnded {
            self.healed.push(record.clone());
        }
        let is_run = record.kind == ActKind::ExecutionVerdict;
        if is_run && record.subject.revision == Some(self.standing.head) {
            self.executions.push(Executed::of(record)?);
            self.verdicts.push(record.clone());
        }
        Ok(())
    }

    /// The hash of the newest revision's content.
    fn content(&self) -> Option<Digest> {
        self.standing.revisions.get(&self.standing.head).map(|(_, content)| *content)
    }

    /// The owners who proposed or refined it.
    pub fn proposers(&self) -> BTreeSet<&str> {
        let owners = self.authors.iter().filter(|(kind, _)| *kind == PrincipalKind::Owner);
        owners.map(|(_, name)| name.as_str()).collect()
    }

    /// Finds the verdict of an execution of the newest revision.
    pub fn executed(&self, id: &ExecutionId) -> Option<&Executed> {
        self.executions.iter().find(|executed| executed.evidence.execution == *id)
    }

    /// Holds a proposal that has no execution to decide by against its entries.
    pub fn check_unexecuted(&self) -> Result<(), CommandError> {
        self.standing.latest.as_ref().map_or(Ok(()), |(id, _)| {
            Err(CommandError::broken(format!(
                "executions: {id} is missing, which the entries name"
            )))
        })
    }

    /// Holds an execution that a decision rests on against its entry, and gives it the moment that the clock said then.
    pub fn vouched(&self, execution: Execution) -> Result<Execution, CommandError> {
        vouched(&self.verdicts, execution)
    }

    /// The same for an execution of the revision before the newest one.
    pub fn vouched_before(&self, execution: Execution) -> Result<Execution, CommandError> {
        vouched(&self.verdicts_before, execution)
    }

    /// Holds the stored files of a revision against its entry.
    pub fn check_revision(&self, revision: &Revision) -> Result<(), CommandError> {
        fitting(vouching::revision(&self.standing, revision))
    }

    /// Refuses approvals that a change of policy should have ended: rows say which ones the sweep has to end, and a row that is
    /// hidden from it ends none.
    pub fn check_swept(&self) -> Result<(), CommandError> {
        let stale = self.standing.approvals().find(|one| one.seq < self.policy_seq);
        stale.map_or(Ok(()), |one| {
            Err(CommandError::broken(format!(
                "reviews: the approval of {} in entry {} is older than the policy in entry {}, which ended it",
                self.id, one.seq, self.policy_seq
            )))
        })
    }

    /// Lists verdicts and what they rest on, for the rules of an approval by this execution.
    pub async fn runs(&self, context: &Context, own: &Execution) -> Result<Vec<Run>, CommandError> {
        let mut grounds = BTreeMap::new();
        let environment = &own.evidence.environment;
        grounds.insert(environment.digest(), environment.ground());
        let mut runs = Vec::with_capacity(self.executions.len());
        // Bytes that were stored once more are the same bytes: what they did before counts.
        let bytes = self.content();
        let before = self.past.iter().filter(|(ran, _)| ran.is_some() && *ran == bytes);
        let elsewhere = self.elsewhere(context, bytes).await?;
        let all = before.map(|(_, executed)| executed).chain(&elsewhere).chain(&self.executions);
        for executed in all {
            let ground = match grounds.entry(executed.environment) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(unknown) => *unknown.insert(executed.ground(context).await?),
            };
            runs.push(Run { verdict: executed.word(), ground });
        }
        Ok(runs)
    }

    /// What the same bytes did in other proposals, by the entries about those.
    async fn elsewhere(
        &self,
        context: &Context,
        bytes: Option<Digest>,
    ) -> Result<Vec<Executed>, CommandError> {
        let is_same = |record: &&Record| {
            let is_run = record.kind == ActKind::ExecutionVerdict;
            is_run && record.subject.revision_digest == bytes
        };
        let mut found = Vec::new();
        let Some(sought) = bytes else { return Ok(Vec::new()) };
        let others = context.store()?.alike(sought).await?;
        for id in others.iter().filter(|id| **id != self.id) {
            let account = context.store()?.account(id).await?;
            let entries = account.iter().flat_map(|account| &account.entries);
            for record in entries.map(|entry| &entry.record).filter(is_same) {
                found.push(Executed::of(record)?);
            }
        }
        Ok(found)
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
    /// What the engine laid under it, by its stored environment, which its entry vouches for.
    async fn ground(&self, context: &Context) -> Result<Digest, CommandError> {
        let id = &self.evidence.execution;
        let stored = context.store()?.execution(id).await?;
        let environment = stored.map(|stored| stored.evidence.environment);
        let environment = environment.filter(|found| found.digest() == self.environment);
        let problem = || format!("executions: the environment of {id} differs from its entry");
        environment.map(|found| found.ground()).ok_or_else(|| CommandError::broken(problem()))
    }

    const fn word(&self) -> VerdictWord {
        match self.evidence.verdict {
            EvidenceVerdict::Passed => VerdictWord::Passed,
            EvidenceVerdict::Failed => VerdictWord::Failed,
            EvidenceVerdict::Inconclusive => VerdictWord::Inconclusive,
        }
    }

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
                at: record.ts,
                seq: record.seq,
            })
        };
        found().ok_or_else(|| {
            CommandError::broken(format!("entry {} does not say what was executed", record.seq))
        })
    }
}

fn vouched(verdicts: &[Record], execution: Execution) -> Result<Execution, CommandError> {
    let is_it = |record: &&Record| record.subject.execution.as_ref() == Some(&execution.id);
    let Some(record) = verdicts.iter().find(is_it) else {
        return Err(CommandError::broken(format!("executions: {} has no entry", execution.id)));
    };
    fitting(vouching::execution(record, &execution))?;
    Ok(Execution { executed_at: record.said_at(), ..execution })
}

fn conflict(id: &ProposalId) -> CommandError {
    StoreError::Conflict { proposal: id.clone() }.into()
}

/// Turns the first row that does not fit into a refusal.
fn fitting(found: Option<Misfit>) -> Result<(), CommandError> {
    found.map_or(Ok(()), |misfit| Err(CommandError::broken(misfit.problem)))
}

//! Everything that an approval rests on, read once.
//!
//! Rows are held against their entries here, so that page, rules and statement see what the record vouches for.

use inspection::risk::Risk;
use record::domain::approval::{Grounds, Run};
use record::domain::decision::Decision;
use record::domain::execution::Execution;
use record::domain::principal::Person;
use record::domain::proposal::Proposal;
use record::domain::review::PastReview;
use record::domain::review_error::ReviewError;
use record::domain::revision::Revision;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::lookup;
use work::deciding::decide::Decider;
use work::deciding::recorded::Recorded;
use work::healing::vouched;
use work::improving::risk;
use work::reporting::difference;
use work::reporting::evidence_report::Report;
use work::reporting::hidden_text::{self, HiddenText};

use crate::commands::approving::seen;

/// Everything that an approval rests on, read once.
pub struct Case {
    /// The proposal as it stands.
    pub proposal: Proposal,
    /// The newest execution, held against its entry.
    pub execution: Execution,
    /// That execution, as the page shows it.
    pub report: Report,
    /// The newest revision.
    pub revision: Revision,
    /// The revision whose tests those are held against: the last one that was decided on, else the parent.
    pub before: Option<Revision>,
    /// The revision that a difference is shown to: the newest that pages of this owner showed.
    pub seen: Option<Revision>,
    /// The entries about it.
    pub recorded: Recorded,
    /// Every execution of the revision.
    pub runs: Vec<Run>,
    paths: Vec<String>,
    proposers: Vec<String>,
    /// Who has approved the revision so far.
    pub approvals: Vec<String>,
    /// What a reader cannot see or would take for something else.
    pub hidden: Vec<HiddenText>,
    /// Rejections of exactly these bytes, whichever revision had them then.
    pub rejected: Vec<PastReview>,
    /// How much may go wrong; absent of what is no change of a repository.
    pub risk: Option<Risk>,
}

impl Case {
    /// Reads all of it, and holds rows against their entries.
    pub async fn of(
        context: &Context,
        proposal: Proposal,
        execution: Execution,
        owner: &Person,
    ) -> Result<Self, CommandError> {
        let store = context.store()?;
        let recorded = Recorded::of(context, &proposal).await?;
        let execution = checked(&recorded, execution)?;
        let revision = lookup::revision(context, &proposal, None).await?;
        let reviews = recorded.reviews.clone();
        let reviewed = reviews.iter().rev().map(|review| review.revision);
        let before = reviewed.into_iter().find(|number| *number < revision.number);
        let before = match before {
            Some(number) => Some(lookup::revision(context, &proposal, Some(number)).await?),
            None => difference::before(context, &proposal, &revision).await?,
        };
        let counts =
            |review: &&PastReview| review.is_live_approval() && review.revision == revision.number;
        let approvals = reviews.iter().filter(counts).map(|review| review.reviewer.clone());
        let approvals = approvals.collect();
        let seen = seen::newest(context, &proposal, &recorded, owner).await?;
        for revision in std::iter::once(&revision).chain(&before).chain(&seen) {
            recorded.check_revision(revision)?;
        }
        recorded.check_swept()?;
        vouched::check(&recorded.healed, &store.healings(&proposal.id).await?)?;
        let runs = recorded.runs(context, &execution).await?;
        let paths = revision.source.paths().map(ToString::to_string).collect();
        let report = Report::by_file(store, &proposal, execution.clone()).await?;
        let rejected = rejections(context, &proposal, &reviews, &revision).await?;
        let risk = match revision.source.change() {
            Some(change) => Some(risk::of_change(context, change).await),
            None => None,
        };
        Ok(Self {
            risk,
            rejected,
            hidden: hidden_text::of_revision(&revision),
            proposal,
            execution,
            report,
            revision,
            before,
            seen,
            runs,
            paths,
            proposers: recorded.proposers().into_iter().map(str::to_owned).collect(),
            recorded,
            approvals,
        })
    }

    /// What the rules of approving look at.
    pub fn grounds<'a>(&'a self, decider: &'a Decider) -> Grounds<'a> {
        Grounds {
            policy: &decider.policy,
            is_overtaken: self.is_overtaken(decider),
            execution: &self.execution,
            runs: &self.runs,
            paths: &self.paths,
            proposers: &self.proposers,
            approvals: &self.approvals,
            // The moment of the statement, not of this turn: both turns have to build the same page.
            now: decider.stamp.issued_at,
            passed_ms: self.passed_ms(decider),
        }
    }

    /// Counts the log's own time between the evidence and what the statement saw.
    fn passed_ms(&self, decider: &Decider) -> i64 {
        let executed = self.recorded.executed(&self.execution.id);
        let at = executed.map_or(decider.seen_at, |executed| executed.at);
        decider.seen_at.millis().saturating_sub(at.millis())
    }

    /// Tells whether the policy in force is newer than the evidence, by their entries.
    fn is_overtaken(&self, decider: &Decider) -> bool {
        let executed = self.recorded.executed(&self.execution.id);
        decider.policy_seq.is_some_and(|set| executed.is_none_or(|run| run.seq < set))
    }

    /// The sentence that this class of change asks for.
    pub fn phrase(&self) -> Option<&'static str> {
        self.risk.as_ref().and_then(|risk| risk.class.phrase())
    }

    /// Refuses what a reader cannot see unless the owner acknowledged it.
    pub fn check_hidden(&self, is_allowed: bool) -> Result<(), CommandError> {
        let Some((first, others)) = self.hidden.split_first().filter(|_| !is_allowed) else {
            return Ok(());
        };
        // The answer covers them all, so all are named.
        let others = others.iter().map(|HiddenText { path, named }| format!("{path}: {named}"));
        let named: Vec<String> = std::iter::once(first.named.clone()).chain(others).collect();
        let (path, named) = (first.path.clone(), named.join("; "));
        Err(ReviewError::HiddenText { path, named }.into())
    }
}

/// Holds the execution against its entry; evidence whose output is gone cannot be, so nothing new rests on it.
fn checked(recorded: &Recorded, execution: Execution) -> Result<Execution, CommandError> {
    let execution = recorded.vouched(execution)?;
    if !execution.evidence.output.pruned {
        return Ok(execution);
    }
    let message = format!("the output of {} was taken out, so it cannot be checked", execution.id);
    Err(CommandError::new(ErrorKind::State, message)
        .hint(format!("Run `/sandbox-code {}` again, then decide.", execution.proposal)))
}

/// Finds the rejections of the content of a revision.
async fn rejections(
    context: &Context,
    proposal: &Proposal,
    reviews: &[PastReview],
    revision: &Revision,
) -> Result<Vec<PastReview>, CommandError> {
    let mut found = Vec::new();
    for review in reviews.iter().filter(|review| review.decision == Decision::Rejected) {
        let decided = lookup::revision(context, proposal, Some(review.revision)).await?;
        if decided.content_hash == revision.content_hash {
            found.push(review.clone());
        }
    }
    Ok(found)
}

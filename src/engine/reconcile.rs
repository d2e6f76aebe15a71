//! Ends at start what engines that died left open.
//!
//! The engine that starts holds the writer lock, so whoever else took a job is dead. Its jobs are recorded as abandoned, its
//! calls of models and their replies are taken over, and approvals that ran out meanwhile are ended, all before the first
//! command.

use foundation::observability::fault::{self, Point};
use record::audit::record::Record;
use record::domain::act::{Act, ActKind};
use record::domain::change::{Change, Write};
use record::domain::lease::{Lease, LeaseState};
use record::domain::principal::{Principal, Via};
use work::applying::unfinished;
use work::contract::acts;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::deciding::dismissal;
use work::drafting::open_call;
use work::drafting::stored_answer;

/// Records every open job that this engine does not work on as abandoned; returns how many there were.
///
/// For an engine at its start: it holds the writer lock, so whoever else took a job is dead.
pub async fn reconcile(context: &Context) -> Result<u32, CommandError> {
    for backend in &context.backends {
        backend.sweep();
    }
    // A mark whose answer is stored is no lost call: marks are looked at while the answers lie there.
    let lost = open_call::take_over(context).await?;
    if lost > 0 {
        tracing::warn!(calls.lost = lost, "calls that a dead engine left open were recorded");
    }
    let kept = stored_answer::take_over(context).await?;
    if kept > 0 {
        tracing::warn!(answers.kept = kept, "answers that a dead engine left were recorded");
    }
    let mut abandoned = 0;
    for job in context.store()?.open_jobs().await? {
        if context.running.find(&job.id).is_none() {
            fault::pass(Point::Reconciling);
            abandon(context, &job).await?;
            abandoned += 1;
        }
    }
    settle(context).await?;
    if abandoned > 0 {
        tracing::warn!(jobs.abandoned = abandoned, "jobs of an engine that died were ended");
    }
    Ok(abandoned)
}

/// Ends applications that were broken off, and approvals that ran out.
async fn settle(context: &Context) -> Result<(), CommandError> {
    unfinished::end_all(context).await?;
    dismissal::sweep(context).await.map(drop)
}

/// Refuses a job whose entries say that it has ended, or that it never began: its end would be signed on the word of a row.
async fn check_open(context: &Context, job: &Lease) -> Result<(), CommandError> {
    let account = context.store()?.account(&job.proposal).await?;
    let entries = account.map(|account| account.entries).unwrap_or_default();
    let is_of_job = |record: &&Record| record.subject.execution.as_ref() == Some(&job.execution);
    let newest = entries.iter().map(|entry| &entry.record).rfind(is_of_job);
    let problem = match newest {
        Some(record) if record.kind == ActKind::ExecutionLeased => return Ok(()),
        Some(record) => format!("is open, and entry {} ended it", record.seq),
        None => "is open, and no entry says that it began".to_owned(),
    };
    let message = format!("jobs: that of {} {problem}", job.execution);
    Err(CommandError::broken(message))
}

async fn abandon(context: &Context, job: &Lease) -> Result<(), CommandError> {
    let store = context.store()?;
    check_open(context, job).await?;
    let revision = store.revision(&job.proposal, job.revision).await?;
    let content_hash = revision.map(|revision| revision.content_hash);
    let act = Act::new(ActKind::ExecutionAbandoned, Principal::system(), Via::internal());
    let finish =
        Write::FinishJob { job: job.id.clone(), fence: job.fence, state: LeaseState::Abandoned };
    let change = Change {
        act: acts::execution_abandoned(act, job, content_hash, "engine_died"),
        consequences: Vec::new(),
        writes: vec![finish],
        expected: None,
        idempotency: format!("reconcile {} {}", job.id, job.fence),
        at: context.now(),
    };
    store.commit(change).await?;
    Ok(())
}

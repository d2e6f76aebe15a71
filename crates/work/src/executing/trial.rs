//! Runs a revision in a sandbox, from the lease to the stored verdict.
//!
//! The lease is recorded first and renewed while work goes on: an engine that dies leaves a job that another can take up
//! under a higher fence. Verdict, status and job are written in one change. A sandbox that cannot be made is recorded as
//! such, and is never a verdict on the code.

use std::time::Duration;

use tokio::time::Instant;

use crate::contract::acts;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::space;
use crate::diagnosis::script;
use crate::executing::changes::running::{self, Prepared};
use crate::executing::dependencies;
use crate::executing::following::follow;
use crate::executing::terms::{self, Trial};
use foundation::observability::fault::{self, Point};
use foundation::store::error::StoreError;
use record::domain::act::{Act, ActKind};
use record::domain::change::{Change, Write};
use record::domain::changeset::Changeset;
use record::domain::digest::Digest;
use record::domain::evidence::{Evidence, Termination};
use record::domain::execution::Execution;
use record::domain::id::{ExecutionId, JobId};
use record::domain::lease::{Lease, LeaseState};
use record::domain::proposal::{Proposal, Standing};
use record::domain::repeats::combine;
use record::domain::revision::Revision;
use record::domain::status::Status;
use record::domain::time::Timestamp;
use record::domain::timings::milliseconds;
use record::domain::verdict::{Verdict, VerdictWord, decide};
use sandbox::backend::{Job, Network, SandboxBackend};
use sandbox::error::SandboxError;

/// Time a lease lasts without a heartbeat.
const LEASE: Duration = Duration::from_secs(30);
/// Time between two renewals of the lease.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// Most times a verdict's effect is decided again because the proposal changed in the meantime.
const MAX_CONFLICTS: u32 = 5;

/// Runs a revision and stores the verdict; a repeated invocation returns the stored one.
pub async fn execute(
    invocation: &Invocation,
    proposal: &Proposal,
    revision: &Revision,
    trial: &Trial,
) -> Result<Execution, CommandError> {
    let id = ExecutionId::derived(&invocation.caller.idempotency);
    if let Some(stored) = invocation.store()?.execution(&id).await? {
        return Ok(stored);
    }
    space::check_execution(invocation)?;
    let limits = terms::limits(&trial.limits, &invocation.settings, &revision.source)?;
    let trial = &Trial {
        limits: match &trial.ground {
            Some(ground) => terms::of_repository(&limits, ground),
            None => limits,
        },
        ..trial.clone()
    };
    let wanted = match &trial.ground {
        Some(ground) => dependencies::of_repository(ground, &invocation.settings),
        None => dependencies::wanted(&revision.source, &invocation.settings, trial.install)?,
    };
    let change = revision.source.change();
    let prepared_change = match change {
        Some(change) => Some((change, running::prepare(invocation, change, trial).await?)),
        None => None,
    };
    let requested = Instant::now();
    let backend = invocation.backend(trial.backend.as_deref())?;
    // From here on `/cancel` reaches it: while tools are installed, in the queue and at work.
    let entered = invocation.enter(&proposal.id);
    invocation.stage("preparing the sandbox");
    let prepared = unless_cancelled(invocation, backend.prepare(&follow(invocation))).await?;
    let lease = take_lease(invocation, proposal, revision, backend.name(), trial).await?;
    let work = async {
        // A sandbox that cannot be made is an outcome, and stored as one.
        prepared?;
        let layer = dependencies::layer(invocation, backend.as_ref(), wanted.as_ref());
        let (layer, lacking) = unless_cancelled(invocation, layer).await??;
        let job = Job { layer, ..job_of(invocation, &lease, proposal, revision, trial) };
        let runs = (prepared_change.as_ref(), trial.repeat);
        let mut evidence = observed(invocation, backend.as_ref(), job, runs).await?;
        let ground = trial.ground.as_deref();
        dependencies::tell(&mut evidence, &revision.source, &invocation.settings, lacking);
        dependencies::tell_python(&mut evidence, &revision.source, ground);
        Ok(evidence)
    };
    let outcome = with_heartbeat(invocation, &lease, work).await;
    drop(entered);
    match outcome {
        Ok(mut evidence) => {
            // The backend knows its own runs; the whole began with the request and may hold several of them.
            evidence.timings_ms.total = milliseconds(requested.elapsed());
            conclude(invocation, revision, &lease, trial, evidence).await
        }
        Err(failure) => Err(give_up(invocation, revision, &lease, failure).await),
    }
}

/// Makes the runs of a job; those of a change are made on its base and its result.
async fn observed(
    invocation: &Invocation,
    backend: &dyn SandboxBackend,
    job: Job,
    (change, repeat): (Option<&(&Changeset, Box<Prepared>)>, u32),
) -> Result<Evidence, SandboxError> {
    if let Some((change, prepared)) = change {
        let run = |job| running::run(invocation, backend, job, change, prepared);
        return repeated(invocation, job, repeat, run).await;
    }
    let report = follow(invocation);
    let run = |job| backend.run(job, &report, invocation.cancel.clone());
    repeated(invocation, job, repeat, run).await
}

async fn unless_cancelled<T>(
    invocation: &Invocation,
    work: impl Future<Output = T>,
) -> Result<T, SandboxError> {
    tokio::select! {
        biased;
        () = invocation.cancel.cancelled() => Err(SandboxError::Cancelled),
        done = work => Ok(done),
    }
}

fn job_of(
    context: &Context,
    lease: &Lease,
    proposal: &Proposal,
    revision: &Revision,
    trial: &Trial,
) -> Job {
    let seed = record::domain::digest::hex(&(context.entropy)());
    let (execution, source) = (lease.execution.clone(), revision.source.clone());
    Job {
        only_imports: script::is_only_imported(&source),
        request: proposal.request.as_str().into(),
        env: trial.env.clone(),
        network: trial.network,
        keep: trial.keep.clone(),
        // Repeated runs must differ where interpreters do, and some variables work only from an interpreter's start.
        fresh: trial.repeat > 1 || !trial.env.is_empty(),
        ..Job::usual(execution, source, trial.limits.clone(), seed)
    }
}

async fn take_lease(
    invocation: &Invocation,
    proposal: &Proposal,
    revision: &Revision,
    backend: &str,
    trial: &Trial,
) -> Result<Lease, CommandError> {
    let now = invocation.now();
    let id = JobId::derived(&invocation.caller.idempotency);
    // An attempt that ended without a verdict, such as one whose engine died, is taken up again.
    let earlier = invocation.store()?.job(&id).await?;
    let lease = Lease {
        id,
        proposal: proposal.id.clone(),
        revision: revision.number,
        execution: ExecutionId::derived(&invocation.caller.idempotency),
        worker: invocation.worker.clone(),
        fence: earlier.map_or(1, |earlier| earlier.fence.saturating_add(1)),
        leased_at: now,
        lease_until: after(now, LEASE),
        state: LeaseState::Leased,
    };
    let mut act = acts::execution_leased(
        invocation,
        &lease,
        revision.content_hash,
        backend,
        trial.limits.tests_ms,
    );
    if trial.network == Network::Host {
        act = act.with("network", true);
    }
    if !trial.env.is_empty() {
        act = act.with("environment_names", trial.env.keys().cloned().collect::<Vec<_>>());
    }
    let key = format!("{} lease {}", invocation.caller.idempotency, lease.fence);
    fault::pass(Point::LeaseBegins);
    commit(invocation, act, vec![Write::NewJob(Box::new(lease.clone()))], key).await?;
    fault::pass(Point::LeaseStored);
    Ok(lease)
}

async fn commit(
    context: &Context,
    act: Act,
    writes: Vec<Write>,
    idempotency: String,
) -> Result<(), CommandError> {
    let change = Change {
        act,
        consequences: Vec::new(),
        writes,
        expected: None,
        idempotency,
        at: context.now(),
    };
    context.store()?.commit(change).await?;
    Ok(())
}

async fn repeated<R>(
    invocation: &Invocation,
    job: Job,
    repeat: u32,
    run: impl Fn(Job) -> R,
) -> Result<Evidence, SandboxError>
where
    R: Future<Output = Result<Evidence, SandboxError>>,
{
    let mut runs = Vec::new();
    for turn in 1..=repeat.max(1) {
        invocation.stage(if repeat > 1 {
            format!("run {turn} of {repeat}")
        } else {
            "running the tests in the sandbox".to_owned()
        });
        runs.push(Box::pin(run(job.clone())).await?);
    }
    let evidence = combine(runs).ok_or(SandboxError::Cancelled)?;
    // What was stopped half-way is no evidence, whatever of it had ended already.
    if invocation.cancel.is_cancelled() || evidence.termination == Termination::Cancelled {
        return Err(SandboxError::Cancelled);
    }
    Ok(evidence)
}

async fn with_heartbeat<T>(context: &Context, lease: &Lease, work: impl Future<Output = T>) -> T {
    let mut beat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = beat.tick() => renew(context, lease).await,
        }
    }
}

async fn renew(context: &Context, lease: &Lease) {
    let Ok(store) = context.store() else { return };
    let until = after(context.now(), LEASE);
    if let Err(failure) = store.heartbeat(&lease.id, lease.fence, until).await {
        tracing::warn!(job.id = %lease.id, failure = %failure, "a lease could not be renewed");
    }
}

/// Judges and stores; where the proposal changed in the meantime, what follows for its status is decided again.
async fn conclude(
    invocation: &Invocation,
    revision: &Revision,
    lease: &Lease,
    trial: &Trial,
    evidence: Evidence,
) -> Result<Execution, CommandError> {
    let (evidence, verdict) = decide(evidence, &trial.policy);
    fault::pass(Point::VerdictComputed);
    let policy = trial.policy.digest();
    let execution = Execution {
        id: lease.execution.clone(),
        proposal: revision.proposal.clone(),
        revision: revision.number,
        content_hash: revision.content_hash,
        executed_at: invocation.now(),
        limits: trial.limits.clone(),
        env_names: trial.env.keys().cloned().collect(),
        evidence,
        verdict,
    };
    let (mut conflicts, storing) = (0, Instant::now());
    loop {
        let change = verdict_change(invocation, revision, lease, &execution, policy).await?;
        match invocation.store()?.commit(change).await {
            Ok(_) => break,
            Err(StoreError::Conflict { .. }) if conflicts < MAX_CONFLICTS => conflicts += 1,
            Err(error) => return Err(error.into()),
        }
    }
    let total_ms = execution.evidence.timings_ms.total + milliseconds(storing.elapsed()) + 1;
    if let Err(failure) = invocation.store()?.note_total(&execution.id, total_ms).await {
        tracing::warn!(failure = %failure, "what an execution took in all could not be noted");
    }
    tracing::info!(
        execution.id = %execution.id,
        execution.verdict = execution.verdict.word.word(),
        execution.duration_ms = total_ms,
        tests.passed = execution.evidence.tests.passed,
        tests.failed = execution.evidence.tests.failed,
        "an execution ended"
    );
    Ok(execution)
}

async fn verdict_change(
    invocation: &Invocation,
    revision: &Revision,
    lease: &Lease,
    execution: &Execution,
    policy: Digest,
) -> Result<Change, CommandError> {
    let found = invocation.store()?.proposal(&revision.proposal).await?;
    let proposal = found.ok_or_else(|| {
        CommandError::new(ErrorKind::Internal, format!("{} is gone", revision.proposal))
    })?;
    let is_head =
        proposal.content_hash == revision.content_hash && proposal.head == revision.number;
    let contested = if is_head && is_contested(proposal.status, &execution.verdict) {
        invocation.store()?.reviews(&proposal.id).await?.pop()
    } else {
        None
    };
    let mut writes = vec![
        Write::NewExecution {
            execution: Box::new(execution.clone()),
            authorship: Box::new(revision.authorship.clone()),
            language: proposal.language,
        },
        Write::FinishJob { job: lease.id.clone(), fence: lease.fence, state: LeaseState::Done },
    ];
    let status = proposal.status.after_execution();
    if is_head && execution.verdict.is_tested() && status != proposal.status {
        writes.push(Write::SetStatus { proposal: proposal.id.clone(), status });
    }
    if contested.is_some() {
        writes.push(Write::SetStanding {
            proposal: proposal.id.clone(),
            standing: Standing::Contested,
        });
    }
    Ok(Change {
        act: acts::execution_verdict(
            invocation,
            execution,
            policy,
            contested.as_ref().map(|review| &review.id),
        ),
        consequences: Vec::new(),
        writes,
        expected: Some(record::domain::change::Expected {
            proposal: proposal.id,
            version: proposal.version,
        }),
        idempotency: format!("{} verdict", invocation.caller.idempotency),
        at: execution.executed_at,
    })
}

/// Tells whether an execution speaks against a standing approval.
fn is_contested(status: Status, verdict: &Verdict) -> bool {
    status == Status::Approved && verdict.is_tested() && verdict.word != VerdictWord::Passed
}

async fn give_up(
    invocation: &Invocation,
    revision: &Revision,
    lease: &Lease,
    failure: SandboxError,
) -> CommandError {
    let act = match &failure {
        SandboxError::Cancelled => {
            let act = invocation.act(ActKind::ExecutionAbandoned);
            acts::execution_abandoned(act, lease, Some(revision.content_hash), "cancelled")
        }
        error => {
            let message = error.to_string();
            acts::execution_infra_error(invocation, lease, revision.content_hash, &message)
        }
    };
    let writes = vec![Write::FinishJob {
        job: lease.id.clone(),
        fence: lease.fence,
        state: LeaseState::Abandoned,
    }];
    let key = format!("{} abandoned {}", invocation.caller.idempotency, lease.fence);
    if let Err(error) = commit(invocation, act, writes, key).await {
        tracing::error!(failure = %error, "a failed execution could not be recorded");
    }
    failure.into()
}

fn after(moment: Timestamp, duration: Duration) -> Timestamp {
    let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(moment.millis().saturating_add(millis))
}

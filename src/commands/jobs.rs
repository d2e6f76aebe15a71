//! `/jobs`: lists executions that are not finished, with who asked for them.
//!
//! Jobs are read from the store, so a second process sees them too. For work of another process the record of the lease tells
//! who asked, and the lease itself whether its engine is still alive.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::examination::home;
use foundation::store::query::LogQuery;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::id::ProposalId;
use record::domain::lease::Lease;
use record::domain::principal::Authority;
use work::applying::unfinished;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};

/// Records of a proposal, the newest, that are searched for the lease.
const LOOKED_AT: u32 = 50;

/// `/jobs`
pub enum Jobs {}

/// Nothing can be typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The jobs, oldest first.
    pub jobs: Vec<JobView>,
    /// Applications and rollbacks that have not ended, each with the command that ends one that was broken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfinished: Vec<String>,
    /// The proposal of the first of them, whose rollback ends it; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_off: Option<String>,
}

/// One job.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct JobView {
    /// Its name.
    pub job_id: String,
    /// The proposal it works on.
    pub proposal_id: String,
    /// The revision it runs.
    pub revision: u32,
    /// The execution it will record.
    pub execution_id: String,
    /// When it was taken.
    pub started_at: String,
    /// The engine that took it.
    pub worker: String,
    /// Who asked for it; null where the record does not tell.
    pub asked_by: Option<String>,
    /// Whether its engine still says that it works on it.
    pub alive: bool,
}

impl Command for Jobs {
    const SPEC: Spec = Spec {
        name: "jobs",
        aliases: &[],
        summary: "Show the work in progress",
        group: Group::Operate,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &["/jobs"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, _: Args) -> Result<Answer, CommandError> {
        let mut jobs = Vec::new();
        let is_written = home::is_written(invocation);
        for job in invocation.store()?.open_jobs().await? {
            jobs.push(view(invocation, job, is_written).await?);
        }
        let open = unfinished::open(invocation).await?;
        let (ids, unfinished): (Vec<ProposalId>, _) = open.into_iter().unzip();
        Ok(Answer { jobs, unfinished, broken_off: ids.first().map(ToString::to_string) })
    }
}

async fn view(context: &Context, job: Lease, is_written: bool) -> Result<JobView, CommandError> {
    let running = context.running.find(&job.id);
    let asked_by = match &running {
        Some(running) => Some(running.caller.who.id.clone()),
        None => asked_by(context, &job).await?,
    };
    Ok(JobView {
        job_id: job.id.to_string(),
        proposal_id: job.proposal.to_string(),
        revision: job.revision,
        execution_id: job.execution.to_string(),
        started_at: job.leased_at.to_string(),
        worker: job.worker,
        asked_by,
        // Work of this process needs no lease to be known as alive; a lease outlives an engine that was killed.
        alive: running.is_some() || (is_written && job.lease_until > context.now()),
    })
}

/// Finds in the record who took the lease.
async fn asked_by(context: &Context, job: &Lease) -> Result<Option<String>, CommandError> {
    let query = LogQuery { proposal: Some(job.proposal.clone()), limit: LOOKED_AT, before: None };
    let rows = context.store()?.log(&query).await?;
    let mut records = rows.iter().filter_map(|row| Record::parse(&row.bytes).ok());
    let lease = records.find(|record| {
        record.kind == ActKind::ExecutionLeased
            && record.subject.execution.as_ref() == Some(&job.execution)
    });
    Ok(lease.map(|record| record.actor.id))
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let open = self.unfinished.iter().map(|words| Cell::toned(words.as_str(), Tone::Warn));
        let open = match self.unfinished.as_slice() {
            [] => Page::new(),
            _ => Page::new().block(Block::List(open.collect())).next(
                self.broken_off
                    .iter()
                    .map(|id| format!("/rollback-code {id}  takes back what was broken off")),
            ),
        };
        if self.jobs.is_empty() && self.unfinished.is_empty() {
            return Page::new().text("Nothing is in progress.");
        }
        if self.jobs.is_empty() {
            return open;
        }
        let head = ["job", "proposal", "started", "asked by", "state"];
        let rows = self.jobs.iter().map(|job| {
            let state = if job.alive {
                Cell::from("in progress")
            } else {
                Cell::toned("its engine ended; the next one records it as abandoned", Tone::Warn)
            };
            vec![
                Cell::from(job.job_id.as_str()),
                Cell::from(format!("{} revision {}", job.proposal_id, job.revision)),
                Cell::from(job.started_at.as_str()),
                Cell::from(job.asked_by.as_deref().unwrap_or("unknown")),
                state,
            ]
        });
        let table = Block::Table { head: head.map(str::to_owned).to_vec(), rows: rows.collect() };
        let stops = self.jobs.iter().any(|job| job.alive).then_some("/cancel <job>  stops one");
        open.block(table).next(stops)
    }
}

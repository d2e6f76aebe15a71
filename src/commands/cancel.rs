//! `/cancel`: stops work in progress, and waits briefly for its end.
//!
//! It fires the token that the working command entered in `RunningJobs`; sandbox and provider listen to it. Anybody may stop
//! work of their own; that of others only the owner. A job that is still cleaning up after a few seconds is told as such.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use record::domain::id::{IdPattern, JobId, JobKind};
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Cell, Page};
use work::contract::refusal;
use work::contract::running::RunningJob;

/// Longest time that the end of a job is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// `/cancel`
pub enum Cancel {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The job: its id, the first digits of it, or @ for your newest
    #[arg(value_name = "JOB")]
    pub job: String,
}

/// Whether a job has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has.
    Stopped,
    /// It was told to, and still cleans up.
    Stopping,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The job.
    pub job_id: String,
    /// The proposal it worked on.
    pub proposal_id: String,
    /// Whether it has ended.
    pub state: State,
}

impl Command for Cancel {
    const SPEC: Spec = Spec {
        name: "cancel",
        aliases: &[],
        summary: "Stop work in progress: your own, or as the owner anybody's",
        group: Group::Operate,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: None,
        examples: &["/cancel @", "/cancel job_7c2e"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let (id, job) = find(invocation, &args.job)?;
        let is_own = job.caller.who == invocation.caller.who;
        if !is_own && invocation.caller.authority() < Authority::Own {
            let message = format!("{id} was asked for by somebody else");
            return Err(refusal::refuse(invocation, Self::SPEC.name, &message).await);
        }
        // The job ends by itself where it next waits; killing its task would leave a sandbox and a lease behind.
        job.cancel.cancel();
        let until = Instant::now() + PATIENCE;
        while invocation.running.find(&id).is_some() && Instant::now() < until {
            sleep(LOOK).await;
        }
        let state =
            if invocation.running.find(&id).is_some() { State::Stopping } else { State::Stopped };
        Ok(Answer { job_id: id.to_string(), proposal_id: job.proposal.to_string(), state })
    }
}

fn find(invocation: &Invocation, typed: &str) -> Result<(JobId, RunningJob), CommandError> {
    let none = || {
        let message = match typed {
            "@" => "nothing of yours is in progress".to_owned(),
            _ => format!("no job {typed} is in progress"),
        };
        CommandError::new(ErrorKind::NotFound, message).hint("See `/jobs`.")
    };
    let pattern = IdPattern::parse::<JobKind>(typed).ok_or_else(none)?;
    let all = invocation.running.all();
    let mut found: Vec<(JobId, RunningJob)> = match &pattern {
        IdPattern::Newest => {
            let own = all.into_iter().filter(|(_, job)| job.caller.who == invocation.caller.who);
            own.max_by_key(|(_, job)| job.started_at).into_iter().collect()
        }
        IdPattern::Prefix(prefix) => {
            all.into_iter().filter(|(id, _)| id.as_str().starts_with(prefix)).collect()
        }
    };
    if found.len() > 1 {
        let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
        return Err(CommandError::new(
            ErrorKind::Ambiguous,
            format!("{typed} matches {} jobs", ids.len()),
        )
        .hint(format!("Type more digits: {}.", ids.join(", "))));
    }
    found.pop().ok_or_else(none)
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let words = match self.state {
            State::Stopped => "was stopped",
            State::Stopping => "was told to stop, and is still cleaning up",
        };
        Page::new().text(Cell::from(format!("{} on {} {words}.", self.job_id, self.proposal_id)))
    }
}

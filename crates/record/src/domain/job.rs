//! Claims on executions: the row that exists before any process or folder does.
//!
//! A crash leaves the row behind, so that the next start can find what to clean up. The fence keeps a worker that was given up on
//! from finishing it later.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::id::{ExecutionId, JobId, ProposalId};
use crate::domain::time::Timestamp;

/// A claim on one execution; its row exists before any process or folder does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// The proposal it works on.
    pub proposal: ProposalId,
    /// The revision it runs.
    pub revision: u32,
    /// The execution it will record.
    pub execution: ExecutionId,
    /// Who took it: process id and start time of the engine.
    pub worker: String,
    /// Raised each time the job is taken; an older fence cannot finish it.
    pub fence: u64,
    /// When it was taken.
    pub leased_at: Timestamp,
    /// Until when, unless a heartbeat moves it.
    pub lease_until: Timestamp,
    /// Where it stands.
    pub state: JobState,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// A worker holds it.
    Leased,
    /// It recorded a verdict.
    Done,
    /// It ended without one.
    Abandoned,
}

/// Text that is no state of a job.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a state of a job: expected leased, done or abandoned")]
pub struct JobStateError;

impl FromStr for JobState {
    type Err = JobStateError;

    fn from_str(word: &str) -> Result<Self, JobStateError> {
        let states = [Self::Leased, Self::Done, Self::Abandoned];
        states.into_iter().find(|state| state.word() == word).ok_or(JobStateError)
    }
}

impl JobState {
    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leased => "leased",
            Self::Done => "done",
            Self::Abandoned => "abandoned",
        }
    }
}

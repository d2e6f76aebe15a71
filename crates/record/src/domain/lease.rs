//! Leases: claims of engines on executions.
//!
//! A lease is a row of the table `jobs`, and people know it by its id, `job_…`. It is written before any process or folder
//! exists, so that whatever an engine leaves when it dies is found and closed by the next one. The job itself, files and
//! limits, is what a sandbox is given.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::id::{ExecutionId, JobId, ProposalId};
use crate::domain::time::Timestamp;

/// A claim on one execution; its row exists before any process or folder does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
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
    pub state: LeaseState,
}

/// Where a lease stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "JobState")]
pub enum LeaseState {
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
pub struct LeaseStateError;

impl FromStr for LeaseState {
    type Err = LeaseStateError;

    fn from_str(word: &str) -> Result<Self, LeaseStateError> {
        let states = [Self::Leased, Self::Done, Self::Abandoned];
        states.into_iter().find(|state| state.word() == word).ok_or(LeaseStateError)
    }
}

impl LeaseState {
    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leased => "leased",
            Self::Done => "done",
            Self::Abandoned => "abandoned",
        }
    }
}

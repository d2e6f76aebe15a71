//! Work in progress in this process.
//!
//! A command that works on a proposal for a while enters itself here, so that `/jobs` can list it and `/cancel`, typed in another
//! session, can stop it. What this process ended for one that died is kept here until somebody is told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::contract::caller::Caller;
use record::domain::id::{JobId, ProposalId};
use record::domain::time::Timestamp;

/// One piece of work in this process.
#[derive(Clone, Debug)]
pub struct RunningJob {
    /// The proposal it works on.
    pub proposal: ProposalId,
    /// The caller who asked for it.
    pub caller: Caller,
    /// The moment it started.
    pub started_at: Timestamp,
    /// Stops it.
    pub cancel: CancellationToken,
}

/// Most lines that are kept for whoever comes next.
const MOST_TOLD: usize = 8;

/// Work in progress in this process, so that another session can stop it.
#[derive(Debug, Default)]
pub struct RunningJobs {
    jobs: Mutex<BTreeMap<JobId, RunningJob>>,
    ended: Mutex<Vec<String>>,
}

impl RunningJobs {
    /// Enters a job until the guard is dropped.
    pub fn enter(self: &Arc<Self>, id: JobId, job: RunningJob) -> RunningGuard {
        self.jobs().insert(id.clone(), job);
        RunningGuard { jobs: Arc::clone(self), id }
    }

    /// Finds the job of an id.
    pub fn find(&self, id: &JobId) -> Option<RunningJob> {
        self.jobs().get(id).cloned()
    }

    /// Lists all jobs.
    pub fn all(&self) -> Vec<(JobId, RunningJob)> {
        self.jobs().iter().map(|(id, job)| (id.clone(), job.clone())).collect()
    }

    /// Keeps a line about what was ended for an engine that died, for whoever runs the next command.
    pub fn keep_told(&self, words: String) {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() < MOST_TOLD {
            ended.push(words);
        }
    }

    /// Takes the lines that nobody was told yet.
    pub fn take_told(&self) -> Vec<String> {
        std::mem::take(&mut *self.ended.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn jobs(&self) -> std::sync::MutexGuard<'_, BTreeMap<JobId, RunningJob>> {
        // A list stays whole when a holder of the lock panics, for each change is one call; so it is used on.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a job off the list when it is dropped.
#[derive(Debug)]
pub struct RunningGuard {
    jobs: Arc<RunningJobs>,
    id: JobId,
}

impl Drop for RunningGuard {
    fn drop(&mut self) {
        self.jobs.jobs().remove(&self.id);
    }
}

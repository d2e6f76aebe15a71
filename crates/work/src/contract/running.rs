//! Work in progress in this process.
//!
//! A command that works on a proposal for a while enters itself here, so that `/jobs` can list it and `/cancel`, typed in another
//! session, can stop it.

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

/// Work in progress in this process, so that another session can stop it.
#[derive(Debug, Default)]
pub struct RunningJobs(Mutex<BTreeMap<JobId, RunningJob>>);

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

    fn jobs(&self) -> std::sync::MutexGuard<'_, BTreeMap<JobId, RunningJob>> {
        // A list stays whole when a holder of the lock panics, for each change is one call; so it is used on.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

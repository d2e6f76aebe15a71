//! Answers of commands that ended, for those who did not wait.
//!
//! A client over HTTP may leave a long command and come back for its answer. The newest answers are kept in memory; whatever they wrote
//! is in the record, so that nothing is lost with them.

use std::collections::VecDeque;

use record::domain::id::JobId;
use work::contract::error::CommandError;
use work::contract::outcome::Answer;

/// Answers that are kept.
const KEPT: usize = 256;

/// A command that ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its name as a job.
    pub job: JobId,
    /// Who asked for it.
    pub who: String,
    /// The command.
    pub command: &'static str,
    /// What came of it.
    pub answer: Result<Answer, CommandError>,
}

/// The newest answers.
#[derive(Debug, Default)]
pub struct EndedJobs(VecDeque<Ended>);

impl EndedJobs {
    /// Keeps an answer; a later one under the same name takes its place.
    pub fn keep(&mut self, ended: Ended) {
        self.0.retain(|known| known.job != ended.job || known.who != ended.who);
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        self.0.push_back(ended);
    }

    /// Finds somebody's answer.
    pub fn find(&self, who: &str, job: &JobId) -> Option<Ended> {
        self.0.iter().find(|known| known.job == *job && known.who == who).cloned()
    }
}

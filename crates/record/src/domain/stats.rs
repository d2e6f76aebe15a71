//! Sums that statistics are answered from.
//!
//! Tallies only add up, so the store can keep them by day and group and never has to read all executions again.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::status::Status;

/// Sums from which every statistic follows; they add up over days and groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Proposals made.
    pub proposals: u64,
    /// Executions with any verdict.
    pub executions: u64,
    /// Executions that passed.
    pub passed: u64,
    /// Executions that failed.
    pub failed: u64,
    /// Executions that measured coverage.
    pub covered_executions: u64,
    /// Sum of their coverage, in basis points.
    pub coverage_bp_sum: u64,
    /// Model calls.
    pub calls: u64,
    /// Tokens sent, over calls that know.
    pub input_tokens: u64,
    /// Tokens received, over calls that know.
    pub output_tokens: u64,
    /// Cost, over calls that know.
    pub cost_microusd: u64,
    /// Calls that do not tell both counts of tokens.
    pub unknown_usage_calls: u64,
}

impl Tally {
    /// Passed over passed and failed, 0 to 1; absent without any.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    pub fn success_rate(&self) -> Option<f64> {
        let judged = self.passed + self.failed;
        (judged > 0).then(|| self.passed as f64 / judged as f64)
    }

    /// Mean percent over executions that measured coverage; absent without any.
    #[expect(clippy::cast_precision_loss, reason = "sums stay far below 2^53")]
    pub fn average_coverage(&self) -> Option<f64> {
        (self.covered_executions > 0)
            .then(|| self.coverage_bp_sum as f64 / self.covered_executions as f64 / 100.0)
    }
}

/// Proposals by status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusCounts {
    /// Not executed yet.
    pub pending: u64,
    /// Executed.
    pub tested: u64,
    /// Approved.
    pub approved: u64,
    /// Rejected.
    pub rejected: u64,
}

impl StatusCounts {
    /// The count of one status.
    pub const fn of(&self, status: Status) -> u64 {
        match status {
            Status::Pending => self.pending,
            Status::Tested => self.tested,
            Status::Approved => self.approved,
            Status::Rejected => self.rejected,
        }
    }

    /// The same counts with one of them replaced.
    #[must_use]
    pub const fn with(mut self, status: Status, count: u64) -> Self {
        match status {
            Status::Pending => self.pending = count,
            Status::Tested => self.tested = count,
            Status::Approved => self.approved = count,
            Status::Rejected => self.rejected = count,
        }
        self
    }
}

/// By what statistics are split.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// The model, or the provider where there is none.
    Model,
    /// The language.
    Language,
    /// The first reason of the failed verdict.
    ErrorClass,
    /// The UTC day.
    Day,
}

/// The whole, and its parts by the wanted dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Everything in the window.
    pub total: Tally,
    /// Proposals by status now; with a window, of proposals made in it.
    pub by_status: StatusCounts,
    /// One tally for each value of the dimension.
    pub groups: BTreeMap<String, Tally>,
}

//! Sums of statistics, kept beside what they sum up.
//!
//! Each change adds its differences in its own transaction, so statistics are answered without counting rows and are
//! never behind them. `reading/recount.rs` holds the two against each other.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::rows::{execute, int};
use record::domain::execution::Execution;
use record::domain::stats::Tally;
use record::domain::status::Status;
use record::domain::usage::Usage;
use record::domain::verdict::VerdictWord;

/// Numbers that one event adds to a sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    tally: Tally,
    /// By the order of [`Status::ALL`]; a proposal that moves takes one from its old status.
    status: [i64; 4],
}

/// The dimension, the day (empty for all time) and the name of a part.
type Key = (&'static str, String, String);

/// Numbers that a transaction adds to the sums.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deltas(BTreeMap<Key, Counts>);

impl Counts {
    /// A new, pending proposal.
    pub(crate) fn proposal() -> Self {
        let tally = Tally { proposals: 1, ..Tally::default() };
        Self { tally, ..Self::default() }.with(Status::Pending, 1)
    }

    /// A proposal that moves between two statuses.
    pub(crate) fn moved(from: Status, to: Status) -> Self {
        Self::default().with(from, -1).with(to, 1)
    }

    /// An execution with its verdict and coverage.
    pub(crate) fn execution(execution: &Execution) -> Self {
        let word = execution.verdict.word;
        let coverage = execution.evidence.coverage.as_ref();
        let tally = Tally {
            executions: 1,
            passed: u64::from(word == VerdictWord::Passed),
            failed: u64::from(word == VerdictWord::Failed),
            covered_executions: u64::from(coverage.is_some()),
            coverage_bp_sum: coverage.map_or(0, |coverage| u64::from(coverage.basis_points())),
            ..Tally::default()
        };
        Self { tally, ..Self::default() }
    }

    /// A call with what is known of its usage.
    pub(crate) fn call(usage: &Usage) -> Self {
        let is_unknown = usage.input_tokens.is_none() || usage.output_tokens.is_none();
        let tally = Tally {
            calls: 1,
            input_tokens: usage.input_tokens.unwrap_or_default(),
            output_tokens: usage.output_tokens.unwrap_or_default(),
            cost_microusd: usage.cost_microusd.unwrap_or_default(),
            unknown_usage_calls: u64::from(is_unknown),
            ..Tally::default()
        };
        Self { tally, ..Self::default() }
    }

    /// The same without the status, for dimensions that do not split by it.
    pub(crate) fn without_status(self) -> Self {
        Self { status: [0; 4], ..self }
    }

    fn with(mut self, status: Status, change: i64) -> Self {
        let places = Status::ALL.iter().zip(&mut self.status);
        places.filter(|(one, _)| **one == status).for_each(|(_, count)| *count += change);
        self
    }

    fn add(&mut self, other: &Self) {
        let Tally {
            proposals,
            executions,
            passed,
            failed,
            covered_executions,
            coverage_bp_sum,
            calls,
            input_tokens,
            output_tokens,
            cost_microusd,
            unknown_usage_calls,
        } = &other.tally;
        self.tally.proposals += proposals;
        self.tally.executions += executions;
        self.tally.passed += passed;
        self.tally.failed += failed;
        self.tally.covered_executions += covered_executions;
        self.tally.coverage_bp_sum += coverage_bp_sum;
        self.tally.calls += calls;
        self.tally.input_tokens = self.tally.input_tokens.saturating_add(*input_tokens);
        self.tally.output_tokens = self.tally.output_tokens.saturating_add(*output_tokens);
        self.tally.cost_microusd = self.tally.cost_microusd.saturating_add(*cost_microusd);
        self.tally.unknown_usage_calls += unknown_usage_calls;
        self.status.iter_mut().zip(other.status).for_each(|(count, change)| *count += change);
    }
}

impl Deltas {
    /// Adds an event to its day and to all time.
    pub(crate) fn add(&mut self, dimension: &'static str, day: &str, name: &str, counts: &Counts) {
        for day in ["", day] {
            let key = (dimension, day.to_owned(), name.to_owned());
            self.0.entry(key).or_default().add(counts);
        }
    }

    /// Adds the events of another change.
    pub(crate) fn merge(&mut self, other: Self) {
        for (key, counts) in other.0 {
            self.0.entry(key).or_default().add(&counts);
        }
    }

    /// Writes the sums.
    pub(crate) fn store(&self, connection: &Connection) -> Result<(), StoreError> {
        let sql = "INSERT INTO rollups (dimension, day, name, proposals, executions, passed, \
            failed, covered_executions, coverage_bp_sum, calls, input_tokens, output_tokens, \
            cost_microusd, unknown_usage_calls, pending, tested, approved, rejected) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, \
            ?18) ON CONFLICT (day, dimension, name) DO UPDATE SET \
            proposals = proposals + excluded.proposals, \
            executions = executions + excluded.executions, \
            passed = passed + excluded.passed, failed = failed + excluded.failed, \
            covered_executions = covered_executions + excluded.covered_executions, \
            coverage_bp_sum = coverage_bp_sum + excluded.coverage_bp_sum, \
            calls = calls + excluded.calls, input_tokens = input_tokens + excluded.input_tokens, \
            output_tokens = output_tokens + excluded.output_tokens, \
            cost_microusd = cost_microusd + excluded.cost_microusd, \
            unknown_usage_calls = unknown_usage_calls + excluded.unknown_usage_calls, \
            pending = pending + excluded.pending, tested = tested + excluded.tested, \
            approved = approved + excluded.approved, rejected = rejected + excluded.rejected";
        for ((dimension, day, name), counts) in &self.0 {
            let tally = &counts.tally;
            let [pending, tested, approved, rejected] = counts.status;
            let params = rusqlite::params![
                dimension,
                day,
                name,
                int(tally.proposals),
                int(tally.executions),
                int(tally.passed),
                int(tally.failed),
                int(tally.covered_executions),
                int(tally.coverage_bp_sum),
                int(tally.calls),
                int(tally.input_tokens),
                int(tally.output_tokens),
                int(tally.cost_microusd),
                int(tally.unknown_usage_calls),
                pending,
                tested,
                approved,
                rejected,
            ];
            execute(connection, sql, params)?;
        }
        Ok(())
    }
}

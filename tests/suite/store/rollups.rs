//! Rollups against a recount of the rows.

use std::collections::BTreeMap;

use foundation::store::query::StatsQuery;
use foundation::store::store::Store as _;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::test_runner::{Config, TestRunner};
use record::domain::act::{Act, ActKind};
use record::domain::change::{Change, ModelCall, Write};
use record::domain::language::Language;
use record::domain::principal::{Principal, Via};
use record::domain::stats::{Dimension, Stats, StatusCounts, Tally};
use record::domain::status::Status;
use record::domain::time::Timestamp;
use record::domain::verdict::VerdictWord;
use rusqlite::Connection;

use super::sample::{
    at, authorship, change, created, executed, execution, proposal_id, refined, usage,
};
use super::sqlite::{Home, open_database};

const PROPOSALS: u64 = 6;

#[derive(Clone, Debug)]
enum Step {
    Create(u64),
    Refine(u64, u32),
    Execute(u64, u32, VerdictWord),
    Move(u64, Status),
    Call(u64),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let words = [VerdictWord::Passed, VerdictWord::Failed, VerdictWord::Inconclusive];
    let n = 0..PROPOSALS;
    prop_oneof![
        n.clone().prop_map(Step::Create),
        (n.clone(), 1..4_u32).prop_map(|(n, number)| Step::Refine(n, number)),
        (n.clone(), 0..99_u32, 0..3_usize).prop_map(move |(n, attempt, word)| Step::Execute(
            n,
            attempt,
            words[word]
        )),
        (n.clone(), 0..4_usize).prop_map(|(n, status)| Step::Move(n, Status::ALL[status])),
        any::<u64>().prop_map(Step::Call),
        (0..40_i64).prop_map(|hours| Step::Wait(hours * 3_600_000)),
    ]
}

/// Steps that make no sense are made all the same: refused or repeated, they must leave the sums alone.
fn change_of(step: &Step, index: usize, now: Timestamp) -> Option<Change> {
    let own = |write: Write| {
        let act = Act::new(ActKind::ModelCalled, Principal::system(), Via::internal());
        change(act, vec![write], format!("step {index}"), now)
    };
    match step {
        Step::Create(n) => Some(created(*n, now)),
        Step::Refine(n, number) => Some(refined(*n, *number, now)),
        Step::Execute(n, attempt, word) => {
            let run = execution(*n, 1, *attempt, *word, now);
            Some(executed(*n, run, Status::Tested, now))
        }
        Step::Move(n, status) => {
            Some(own(Write::SetStatus { proposal: proposal_id(*n), status: *status }))
        }
        Step::Call(n) => Some(own(Write::NewCall(Box::new(ModelCall {
            proposal: None,
            provider: "openai".to_owned(),
            model: authorship(*n).model,
            language: Language::Python,
            usage: usage(*n),
        })))),
        Step::Wait(_) => None,
    }
}

const DAY: &str = "strftime('%Y-%m-%d', {} / 1000, 'unixepoch')";

/// Counts the rows again: every event with its day and, for a dimension, its name.
fn recount(connection: &Connection, since: &str, by: Option<Dimension>) -> Stats {
    let day = |column: &str| DAY.replace("{}", column);
    let (proposal, run, call) = match by {
        None => ("''", "''", "''"),
        Some(Dimension::Language) => ("p.language", "e.language", "c.language"),
        Some(Dimension::Model) => (
            "(SELECT coalesce(r.model, r.provider, r.origin) FROM revisions r \
            WHERE r.proposal = p.row AND r.number = 1)",
            "e.model",
            "coalesce(c.model, c.provider)",
        ),
        Some(Dimension::ErrorClass) => (
            "NULL",
            "CASE e.verdict WHEN 'failed' THEN json_extract(e.reasons, '$[0]') END",
            "NULL",
        ),
        Some(Dimension::Day) => {
            (&*day("p.created_at"), &*day("e.executed_at"), &*day("c.called_at"))
        }
    };
    let sql = format!(
        "WITH events AS (
            SELECT {proposal} AS name, {} AS day, 1 AS proposals, 0 AS executions, 0 AS passed, 0 AS failed,
                0 AS covered, 0 AS coverage, 0 AS calls, 0 AS input, 0 AS output, 0 AS cost, 0 AS unknown
            FROM proposals p
            UNION ALL SELECT {run}, {}, 0, 1, e.verdict = 'passed', e.verdict = 'failed',
                e.coverage_bp IS NOT NULL, ifnull(e.coverage_bp, 0), 0, 0, 0, 0, 0 FROM executions e
            UNION ALL SELECT {call}, {}, 0, 0, 0, 0, 0, 0, 1, ifnull(c.input_tokens, 0),
                ifnull(c.output_tokens, 0), ifnull(c.cost_microusd, 0),
                c.input_tokens IS NULL OR c.output_tokens IS NULL FROM calls c)
        SELECT name, sum(proposals), sum(executions), sum(passed), sum(failed), sum(covered), sum(coverage),
            sum(calls), sum(input), sum(output), sum(cost), sum(unknown)
        FROM events WHERE day >= ?1 AND name IS NOT NULL GROUP BY name",
        day("p.created_at"), day("e.executed_at"), day("c.called_at"),
    );
    let mut statement = connection.prepare(&sql).unwrap();
    let groups: BTreeMap<String, Tally> =
        statement.query_map([since], tally).unwrap().map(Result::unwrap).collect();
    if by.is_none() {
        let total = groups.into_values().next().unwrap_or_default();
        return Stats { total, by_status: statuses(connection, since), groups: BTreeMap::new() };
    }
    Stats { groups, ..recount(connection, since, None) }
}

fn tally(row: &rusqlite::Row<'_>) -> rusqlite::Result<(String, Tally)> {
    let count = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let tally = Tally {
        proposals: count(1)?,
        executions: count(2)?,
        passed: count(3)?,
        failed: count(4)?,
        covered_executions: count(5)?,
        coverage_bp_sum: count(6)?,
        calls: count(7)?,
        input_tokens: count(8)?,
        output_tokens: count(9)?,
        cost_microusd: count(10)?,
        unknown_usage_calls: count(11)?,
    };
    Ok((row.get(0)?, tally))
}

fn statuses(connection: &Connection, since: &str) -> StatusCounts {
    let sql = format!(
        "SELECT count(*) FROM proposals WHERE status = ?1 AND {} >= ?2",
        DAY.replace("{}", "created_at")
    );
    Status::ALL.into_iter().fold(StatusCounts::default(), |counts, status| {
        let count: i64 =
            connection.query_row(&sql, [status.word(), since], |row| row.get(0)).unwrap();
        counts.with(status, count.unsigned_abs())
    })
}

async fn check(steps: Vec<Step>) {
    let home = Home::new();
    let mut clock = 0;
    for (index, step) in steps.iter().enumerate() {
        if let Step::Wait(millis) = step {
            clock += millis;
        }
        if let Some(change) = change_of(step, index, at(clock)) {
            drop(home.store.commit(change).await);
        }
    }
    let connection = open_database(&home.path().join("knowledge.db"));
    let dimensions = [
        None,
        Some(Dimension::Model),
        Some(Dimension::Language),
        Some(Dimension::ErrorClass),
        Some(Dimension::Day),
    ];
    for by in dimensions {
        for since in [None, Some(at(clock / 2))] {
            let rolled_up = home.store.stats(&StatsQuery { since, by }).await.unwrap();
            let first = since.map(Timestamp::day).unwrap_or_default();
            assert_eq!(rolled_up, recount(&connection, &first, by), "{by:?} since {first}");
        }
    }
}

#[test]
fn rollups_equal_a_recount_after_any_changes() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    runner
        .run(&vec(step(), 1..50), |steps| {
            runtime.block_on(check(steps));
            Ok(())
        })
        .unwrap();
}

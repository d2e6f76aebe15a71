//! `/code-stats`: counts proposals, executions, success and usage.
//!
//! The store answers from sums that it keeps up to date with every change, so the command is as fast in a large home. What no
//! provider told stays null: an unknown cost is not a cost of zero.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::remembering::learnt::{self, LearntView};
use foundation::store::query::StatsQuery;
use record::domain::principal::Authority;
use record::domain::stats::{Dimension, StatusCounts, Tally};
use record::domain::time::Timestamp;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::reporting::views;

/// Days shown by `--plot` when `--since` says nothing else.
const PLOT_DAYS: i64 = 30;

/// `/code-stats`
pub enum CodeStats {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// Only from this UTC day on: 2026-11-20, or 7d for the last seven days
    #[arg(long, value_name = "DAY")]
    pub since: Option<String>,
    /// Split by this
    #[arg(long, value_enum)]
    pub by: Option<Dimension>,
    /// Draw executions and success over the days
    #[arg(long)]
    pub plot: bool,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Proposals made.
    pub proposals: u64,
    /// Proposals by status.
    pub by_status: StatusCounts,
    /// Executions with a verdict.
    pub executions: u64,
    /// Passed over passed and failed executions, 0 to 1; null without any.
    pub test_success_rate: Option<f64>,
    /// Mean percent over executions that measured it; null without any.
    pub average_coverage: Option<f64>,
    /// Calls of providers.
    pub usage: UsageTotals,
    /// The first day counted; null for all of them.
    pub since: Option<String>,
    /// By what `groups` are split; null without.
    pub by: Option<Dimension>,
    /// One entry for each value.
    pub groups: BTreeMap<String, GroupView>,
    /// Executions and passes by day, for `--plot`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot: Option<Vec<Point>>,
    /// What decisions taught about kinds of findings, by repository.
    #[serde(default)]
    pub learnt: Vec<LearntView>,
}

/// What calls of providers used, over those that know.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct UsageTotals {
    /// Calls.
    pub calls: u64,
    /// Tokens sent; null where no call knows.
    pub input_tokens: Option<u64>,
    /// Tokens received; null where no call knows.
    pub output_tokens: Option<u64>,
    /// Cost in dollars; null where no call knows.
    pub cost_usd: Option<f64>,
    /// Calls that do not tell both counts of tokens.
    pub unknown_usage_calls: u64,
}

/// The counts of one group.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GroupView {
    /// Proposals made.
    pub proposals: u64,
    /// Executions with a verdict.
    pub executions: u64,
    /// Passed over passed and failed executions.
    pub test_success_rate: Option<f64>,
    /// Mean percent over executions that measured it.
    pub average_coverage: Option<f64>,
    /// Calls of providers.
    pub usage: UsageTotals,
}

/// One day of the plot.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// The UTC day.
    pub day: String,
    /// Executions with a verdict.
    pub executions: u64,
    /// Those that passed.
    pub passed: u64,
}

impl Command for CodeStats {
    const SPEC: Spec = Spec {
        name: "code-stats",
        aliases: &[],
        summary: "Count proposals, executions, success and usage",
        group: Group::Inspect,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &["/code-stats", "/code-stats --since 30d --by model"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let store = invocation.store()?;
        store.check_head()?;
        let since = args.since.as_deref().map(|text| parse_since(invocation, text)).transpose()?;
        let stats = store.stats(&StatsQuery { since, by: args.by }).await?;
        let plot = if args.plot {
            let from = since.unwrap_or_else(|| invocation.now().days_before(PLOT_DAYS));
            let days =
                store.stats(&StatsQuery { since: Some(from), by: Some(Dimension::Day) }).await?;
            Some(days.groups.into_iter().map(|(day, tally)| point(day, &tally)).collect())
        } else {
            None
        };
        let total = &stats.total;
        Ok(Answer {
            proposals: total.proposals,
            executions: total.executions,
            test_success_rate: total.success_rate(),
            average_coverage: total.average_coverage(),
            usage: usage(total),
            by_status: stats.by_status,
            since: since.map(Timestamp::day),
            by: args.by,
            groups: stats.groups.iter().map(|(name, tally)| (name.clone(), group(tally))).collect(),
            plot,
            learnt: learnt::all(invocation).await?,
        })
    }
}

fn parse_since(context: &Context, text: &str) -> Result<Timestamp, CommandError> {
    let days =
        text.strip_suffix('d').and_then(|days| days.parse::<i64>().ok()).filter(|days| *days >= 0);
    let day = match days {
        Some(days) => Timestamp::of_day(&context.now().days_before(days).day()),
        None => Timestamp::of_day(text),
    };
    day.map_err(|_| {
        CommandError::usage(format!("{text:?} is not a day")).hint("Write 2026-11-20, or 7d.")
    })
}

fn point(day: String, tally: &Tally) -> Point {
    Point { day, executions: tally.executions, passed: tally.passed }
}

fn usage(tally: &Tally) -> UsageTotals {
    // A sum over the calls that know is zero where none does: what a call tells is more than zero.
    let known = |sum: u64| (sum > 0).then_some(sum);
    UsageTotals {
        calls: tally.calls,
        input_tokens: known(tally.input_tokens),
        output_tokens: known(tally.output_tokens),
        cost_usd: known(tally.cost_microusd).map(views::dollars),
        unknown_usage_calls: tally.unknown_usage_calls,
    }
}

fn group(tally: &Tally) -> GroupView {
    GroupView {
        proposals: tally.proposals,
        executions: tally.executions,
        test_success_rate: tally.success_rate(),
        average_coverage: tally.average_coverage(),
        usage: usage(tally),
    }
}

fn percent(rate: Option<f64>) -> Cell {
    rate.map_or_else(
        || Cell::toned("none yet", Tone::Dim),
        |rate| Cell::from(format!("{:.1} %", rate * 100.0)),
    )
}

fn coverage(average: Option<f64>) -> Cell {
    average.map_or_else(
        || Cell::toned("none yet", Tone::Dim),
        |average| Cell::from(format!("{average:.1} %")),
    )
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let statuses = &self.by_status;
        let mut page = Page::new().title("Statistics").fields([
            ("Total proposals", Cell::from(self.proposals.to_string())),
            (
                "By status",
                Cell::from(format!(
                    "{} pending, {} tested, {} approved, {} rejected",
                    statuses.pending, statuses.tested, statuses.approved, statuses.rejected
                )),
            ),
            ("Executions", Cell::from(self.executions.to_string())),
            ("Test success rate", percent(self.test_success_rate)),
            ("Average coverage", coverage(self.average_coverage)),
            ("Model calls", Cell::from(usage_text(&self.usage))),
        ]);
        if !self.groups.is_empty() {
            page = page.block(group_table(&self.groups));
        }
        if let Some(points) = &self.plot {
            page = page.then(plot(points));
        }
        page.then(learnt::page(&self.learnt))
    }
}

fn usage_text(usage: &UsageTotals) -> String {
    if usage.calls == 0 {
        return "none".to_owned();
    }
    let number =
        |count: Option<u64>| count.map_or_else(|| "unknown".to_owned(), |count| count.to_string());
    let cost = usage.cost_usd.map_or_else(|| "unknown".to_owned(), |cost| format!("${cost:.4}"));
    let silent = match usage.unknown_usage_calls {
        0 => String::new(),
        calls => format!("; {calls} without both counts"),
    };
    format!(
        "{} ({} tokens sent, {} received, cost {cost}{silent})",
        usage.calls,
        number(usage.input_tokens),
        number(usage.output_tokens)
    )
}

fn group_table(groups: &BTreeMap<String, GroupView>) -> Block {
    let row = |(name, group): (&String, &GroupView)| {
        vec![
            Cell::from(name.as_str()),
            Cell::from(group.proposals.to_string()),
            Cell::from(group.executions.to_string()),
            percent(group.test_success_rate),
            coverage(group.average_coverage),
            Cell::from(group.usage.calls.to_string()),
        ]
    };
    let head =
        ["", "proposals", "executions", "success", "coverage", "calls"].map(str::to_owned).to_vec();
    Block::Table { head, rows: groups.iter().map(row).collect() }
}

fn plot(points: &[Point]) -> Page {
    let series = |value: fn(&Point) -> u64| {
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        points.iter().map(|point| (point.day.clone(), signed(value(point)))).collect()
    };
    Page::new()
        .block(Block::Chart {
            title: "Executions a day".to_owned(),
            points: series(|point| point.executions),
        })
        .block(Block::Chart {
            title: "Passed a day".to_owned(),
            points: series(|point| point.passed),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_call_tells_is_unknown_and_not_zero() {
        let tally =
            Tally { calls: 3, input_tokens: 120, unknown_usage_calls: 2, ..Tally::default() };

        let text = usage_text(&usage(&tally));

        assert_eq!(usage_text(&usage(&Tally::default())), "none");
        assert_eq!(
            text,
            "3 (120 tokens sent, unknown received, cost unknown; 2 without both counts)"
        );
    }
}

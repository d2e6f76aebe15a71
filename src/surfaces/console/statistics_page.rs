//! Statistics: counts, shares and costs, drawn and as numbers.
//!
//! Everything comes from sums that the store keeps; the times are those of the newest runs. A filter is a link, so that it works
//! everywhere and can be kept.

use askama::Template;

use crate::surfaces::console::figures;
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::inbox_page::Tab;
use crate::surfaces::console::look::Look;
use crate::surfaces::console::marks::{counted, grouped};
use crate::surfaces::console::plot::{Plot, UNKNOWN};
use crate::surfaces::console::review_facts::Fact;
use foundation::store::query::{StatsQuery, TimesQuery};
use record::domain::stats::{Dimension, Stats};
use work::auditing::period_csv::cell;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::reporting::views;

/// Runs whose times are drawn.
const RUNS: u32 = 120;
/// Days where nothing else is asked.
const DAYS: i64 = 30;

/// The page.
#[derive(Template)]
#[template(path = "statistics.html")]
pub struct StatisticsPage {
    frame: Frame,
    asked: String,
    ranges: Vec<Tab>,
    facts: Vec<Fact>,
    plots: Vec<Plot>,
    bars: Vec<figures::Bars>,
}

/// The figures with their numbers.
struct Read {
    days: Option<i64>,
    total: Stats,
    plots: Vec<Plot>,
    bars: Vec<figures::Bars>,
}

async fn read(context: &Context, look: &Look) -> Result<Read, CommandError> {
    let store = context.store()?;
    let days = match look.asked("days") {
        Some("all") => None,
        asked => Some(asked.and_then(|text| text.parse().ok()).unwrap_or(DAYS)),
    };
    let since = days.map(|days: i64| context.now().days_before(days.clamp(1, 3_650) - 1));
    let by = |dimension| StatsQuery { since, by: Some(dimension) };
    let total = store.stats(&StatsQuery { since, by: None }).await?;
    let daily = store.stats(&by(Dimension::Day)).await?.groups;
    let models = store.stats(&by(Dimension::Model)).await?.groups;
    let languages = store.stats(&by(Dimension::Language)).await?.groups;
    let classes = store.stats(&by(Dimension::ErrorClass)).await?.groups;
    let mut times = store.times(&TimesQuery::Home(RUNS)).await?;
    times.reverse();
    let plots = vec![
        figures::success(&daily),
        figures::runs(&daily),
        figures::times(&times),
        figures::cost(&daily),
    ];
    let bars = vec![
        figures::shares("By model", "runs that passed, of all", &models),
        figures::shares("By language", "runs that passed, of all", &languages),
        figures::counts("By class of error", "runs that failed with it", &classes),
    ];
    Ok(Read { days, total, plots, bars })
}

/// Reads the statistics.
pub async fn statistics(context: &Context, look: &Look) -> Result<StatisticsPage, CommandError> {
    let Read { days, total, plots, bars } = read(context, look).await?;
    let asked = days.map_or_else(|| "all".to_owned(), |days| days.to_string());
    let frame = Frame::of(context, look, Place::Statistics, "Statistics").await;
    Ok(StatisticsPage {
        frame: frame.via("", "Statistics"),
        asked,
        ranges: ranges(days),
        facts: facts(&total),
        plots,
        bars,
    })
}

/// Writes the numbers of one figure as comma-separated values.
pub async fn numbers(context: &Context, look: &Look, file: &str) -> Result<String, CommandError> {
    let Read { plots, bars, .. } = read(context, look).await?;
    let plot = plots.iter().find(|plot| plot.file() == file);
    let plotted = plot.map(|plot| {
        std::iter::once(&plot.head).chain(&plot.rows).cloned().collect::<Vec<Vec<String>>>()
    });
    let grouped = || bars.iter().find(|bars| bars.file() == file).map(figures::Bars::table);
    let table = plotted.or_else(grouped).ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, format!("there is no figure {file}"))
            .hint("The statistics have a link to the numbers of each figure.")
    })?;
    let known = |text: &String| if text == UNKNOWN { cell("") } else { cell(text) };
    let line = |row: &Vec<String>| row.iter().map(known).collect::<Vec<_>>().join(",") + "\r\n";
    Ok(table.iter().map(line).collect())
}

fn ranges(chosen: Option<i64>) -> Vec<Tab> {
    let tab = |(days, label): (Option<i64>, &str)| Tab {
        label: label.to_owned(),
        href: days
            .map_or("/statistics?days=all".to_owned(), |days| format!("/statistics?days={days}")),
        count: String::new(),
        is_chosen: days == chosen,
    };
    [(Some(7), "7 days"), (Some(DAYS), "30 days"), (None, "All")].into_iter().map(tab).collect()
}

fn facts(stats: &Stats) -> Vec<Fact> {
    let (total, by) = (&stats.total, &stats.by_status);
    let rate = total.success_rate().map(|rate| format!("{:.1} %", rate * 100.0));
    let coverage = total.average_coverage().map(|share| format!("{share:.1} %"));
    let tokens = total.input_tokens + total.output_tokens;
    // A sum over the calls that tell is zero where none does, and that is no price.
    let cost = match total.cost_microusd {
        0 if total.calls > 0 => "unknown".to_owned(),
        microusd => format!("${:.2}", views::dollars(microusd)),
    };
    let none = || "none yet".to_owned();
    vec![
        Fact::plain(
            "Proposals",
            grouped(total.proposals),
            format!(
                "{} not run yet, {} waiting, {} approved, {} rejected",
                by.pending, by.tested, by.approved, by.rejected
            ),
        ),
        Fact::plain(
            "Runs that passed",
            rate.unwrap_or_else(none),
            format!(
                "{} of {}",
                grouped(total.passed),
                counted(usize::try_from(total.executions).unwrap_or(usize::MAX), "run")
            ),
        ),
        Fact::plain(
            "Average coverage",
            coverage.unwrap_or_else(none),
            format!(
                "over {} that measured it",
                counted(usize::try_from(total.covered_executions).unwrap_or(usize::MAX), "run")
            ),
        ),
        Fact::plain(
            "Spent on models",
            cost,
            format!("{} calls, {} tokens known", grouped(total.calls), grouped(tokens)),
        ),
    ]
}

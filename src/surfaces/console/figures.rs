//! The figures of the statistics, from tallies to series.
//!
//! A day without a run has no share and leaves a gap; a day without a cost costs nothing. Bars are widths of a drawing, never styles.

use std::collections::BTreeMap;

use crate::surfaces::console::marks::grouped;
use crate::surfaces::console::plot::{self, Plot, Series};
use record::domain::stats::Tally;
use record::domain::timings::StoredTimings;

/// Bars that are drawn.
const MOST_BARS: usize = 8;
/// Width of the longest bar.
const WIDTH: u64 = 300;

/// Bars of one figure.
#[derive(Clone, Debug)]
pub struct Bars {
    /// Its heading.
    pub title: &'static str,
    /// What a bar is.
    pub note: &'static str,
    /// The bars, the longest first.
    pub bars: Vec<Bar>,
    /// Every group, drawn or not, with its numbers.
    pub groups: BTreeMap<String, Tally>,
}

impl Bars {
    /// The file of its numbers.
    pub fn file(&self) -> String {
        plot::file(self.title)
    }

    /// The numbers of every group, under their names.
    pub fn table(&self) -> Vec<Vec<String>> {
        let head = ["group", "proposals", "runs", "passed", "failed", "calls", "cost in US cents"];
        let row = |(name, tally): (&String, &Tally)| {
            let cents = number(tally.cost_microusd) / 10_000.0;
            let counts =
                [tally.proposals, tally.executions, tally.passed, tally.failed, tally.calls];
            let counts = counts.iter().map(u64::to_string);
            std::iter::once(name.clone()).chain(counts).chain([cents.to_string()]).collect()
        };
        let head = head.map(str::to_owned).to_vec();
        std::iter::once(head).chain(self.groups.iter().map(row)).collect()
    }
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is about.
    pub name: String,
    /// Its length.
    pub length: u64,
    /// How much of it is filled.
    pub filled: u64,
    /// Its numbers.
    pub told: String,
}

type Daily = BTreeMap<String, Tally>;

fn days(daily: &Daily) -> Vec<String> {
    daily.keys().map(|day| short_day(day)).collect()
}

/// Writes a day as an axis has it.
fn short_day(day: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = day.split('-').skip(1);
    let month = parts.next().and_then(|text| text.parse::<usize>().ok());
    let month = month.and_then(|number| MONTHS.get(number.checked_sub(1)?));
    match (month, parts.next()) {
        (Some(month), Some(day)) => format!("{} {month}", day.trim_start_matches('0')),
        (Some(_) | None, _) => day.to_owned(),
    }
}

fn series(name: &str, daily: &Daily, value: impl Fn(&Tally) -> Option<f64>) -> Series {
    Series { name: name.to_owned(), values: daily.values().map(value).collect() }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
const fn number(count: u64) -> f64 {
    count as f64
}

/// Runs that passed and coverage, in percent.
pub fn success(daily: &Daily) -> Plot {
    let rate = |tally: &Tally| tally.success_rate().map(|rate| rate * 100.0);
    let all = [series("passed", daily, rate), series("coverage", daily, Tally::average_coverage)];
    Plot::of("Success and coverage", "percent of runs", &days(daily), &all)
}

/// Runs and proposals of each day.
pub fn runs(daily: &Daily) -> Plot {
    let all = [
        series("runs", daily, |tally| Some(number(tally.executions))),
        series("proposals", daily, |tally| Some(number(tally.proposals))),
    ];
    Plot::of("Proposals and runs", "a day", &days(daily), &all)
}

/// Times of the newest runs.
pub fn times(times: &[StoredTimings]) -> Plot {
    let places: Vec<String> = (1..=times.len()).map(|at| format!("run {at}")).collect();
    let of = |name: &str, part: fn(&StoredTimings) -> u64| Series {
        name: name.to_owned(),
        values: times.iter().map(|one| Some(number(part(one)))).collect(),
    };
    let all = [of("verdict", |one| one.total), of("tests", |one| one.tests)];
    Plot::of("Time to a verdict", "milliseconds, the newest runs", &places, &all)
}

/// Cost of each day.
pub fn cost(daily: &Daily) -> Plot {
    let cents = |tally: &Tally| Some(number(tally.cost_microusd) / 10_000.0);
    let is_free = daily.values().all(|tally| tally.cost_microusd == 0);
    let all = if is_free { Vec::new() } else { vec![series("models", daily, cents)] };
    Plot::of("Cost of models", "US cents a day", &days(daily), &all)
}

/// Runs that passed, of all runs of each group.
pub fn shares(title: &'static str, note: &'static str, groups: &BTreeMap<String, Tally>) -> Bars {
    let told = |tally: &Tally| {
        let rate = tally.success_rate().map(|rate| format!(" ({:.0} %)", rate * 100.0));
        format!(
            "{} of {}{}",
            grouped(tally.passed),
            grouped(tally.executions),
            rate.unwrap_or_default()
        )
    };
    bars(title, note, groups, |tally| (tally.executions, tally.passed, told(tally)))
}

/// How often each group came up.
pub fn counts(title: &'static str, note: &'static str, groups: &BTreeMap<String, Tally>) -> Bars {
    bars(title, note, groups, |tally| (tally.executions, 0, grouped(tally.executions)))
}

fn bars(
    title: &'static str,
    note: &'static str,
    groups: &BTreeMap<String, Tally>,
    of: impl Fn(&Tally) -> (u64, u64, String),
) -> Bars {
    let mut all: Vec<(&String, (u64, u64, String))> = groups
        .iter()
        .map(|(name, tally)| (name, of(tally)))
        .filter(|(_, (all, _, _))| *all > 0)
        .collect();
    all.sort_by(|left, right| (right.1.0, left.0).cmp(&(left.1.0, right.0)));
    let most = all.first().map_or(1, |(_, (all, _, _))| *all);
    let bar = |(name, (count, good, told)): (&String, (u64, u64, String))| Bar {
        name: if name.is_empty() { "none".to_owned() } else { name.replace('_', " ") },
        length: (count * WIDTH / most).max(2),
        filled: good * WIDTH / most,
        told,
    };
    let bars = all.into_iter().take(MOST_BARS).map(bar).collect();
    Bars { title, note, bars, groups: groups.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_what_they_count() {
        let tally = |executions, passed| Tally {
            executions,
            passed,
            failed: executions - passed,
            ..Tally::default()
        };
        let groups = [("python", tally(8, 6)), ("go", tally(2, 2)), ("rust", tally(0, 0))];
        let groups = groups.map(|(name, tally)| (name.to_owned(), tally)).into();

        let drawn = shares("By language", "", &groups).bars;

        let told: Vec<(&str, u64, u64, &str)> = drawn
            .iter()
            .map(|bar| (bar.name.as_str(), bar.length, bar.filled, bar.told.as_str()))
            .collect();
        assert_eq!(told, [("python", 300, 225, "6 of 8 (75 %)"), ("go", 75, 75, "2 of 2 (100 %)")]);
    }

    #[test]
    fn days_are_named_as_on_an_axis() {
        assert_eq!([short_day("2026-11-05"), short_day("odd")], ["5 Nov", "odd"]);
    }
}

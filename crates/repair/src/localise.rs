//! Suspicion of each line, by Ochiai's coefficient over traced tests.
//!
//! Lines that failing tests run and passing tests do not are likely at fault, and the search tries edits there first.

use std::collections::BTreeMap;

use record::domain::probe::Traced;
use record::domain::source_path::SourcePath;

/// Suspicion of a line that no failing test ran.
pub const FLOOR: f64 = 0.02;

/// Suspicion by line: 1 where only failing tests run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suspicion {
    lines: BTreeMap<SourcePath, BTreeMap<u32, f64>>,
}

/// Ochiai's coefficient of each line: failing runs of it against the root of (all failing runs × all runs of it).
///
/// A failing test of which no line is known counts for the line of its complaint. Where no test fails nothing is known, and
/// every line is equally suspicious.
pub fn localise(traced: &Traced) -> Suspicion {
    let mut failing: BTreeMap<(&SourcePath, u32), u32> = BTreeMap::new();
    let mut running: BTreeMap<(&SourcePath, u32), u32> = BTreeMap::new();
    let mut failures = 0_u32;
    for case in &traced.cases {
        let mut lines: Vec<(&SourcePath, u32)> = case
            .lines
            .iter()
            .flat_map(|(path, lines)| lines.iter().map(move |line| (path, *line)))
            .collect();
        if let Some(complaint) = &case.complaint {
            failures += 1;
            if let (true, Some((path, line))) = (lines.is_empty(), &complaint.place) {
                lines.push((path, *line));
            }
            for line in &lines {
                *failing.entry(*line).or_default() += 1;
            }
        }
        for line in lines {
            *running.entry(line).or_default() += 1;
        }
    }
    let mut lines: BTreeMap<SourcePath, BTreeMap<u32, f64>> = BTreeMap::new();
    for ((path, line), failed) in failing {
        let ran = running.get(&(path, line)).copied().unwrap_or(failed);
        let suspicion = f64::from(failed) / (f64::from(failures) * f64::from(ran)).sqrt();
        lines.entry(path.clone()).or_default().insert(line, suspicion);
    }
    Suspicion { lines }
}

impl Suspicion {
    /// Tells how suspicious a line is, from the floor to 1; 1 where nothing is known of any line.
    pub fn of(&self, path: &SourcePath, line: u32) -> f64 {
        if self.lines.is_empty() {
            return 1.0;
        }
        let known = self.lines.get(path).and_then(|lines| lines.get(&line));
        known.copied().unwrap_or(FLOOR).max(FLOOR)
    }

    /// The most suspicious lines as `path:line`, the first ones first; none where nothing is known.
    pub fn places(&self, most: usize) -> Vec<String> {
        let lines = self.lines.iter().flat_map(|(path, lines)| {
            lines.iter().map(move |(line, suspicion)| (path, *line, *suspicion))
        });
        let mut lines: Vec<(&SourcePath, u32, f64)> = lines.collect();
        lines.sort_by(|left, right| right.2.total_cmp(&left.2).then(left.1.cmp(&right.1)));
        lines.iter().take(most).map(|(path, line, _)| format!("{path}:{line}")).collect()
    }

    /// The suspicion of the most suspicious line of a file; 0 where no failing test ran any.
    pub fn of_file(&self, path: &SourcePath) -> f64 {
        let lines = self.lines.get(path).into_iter().flatten();
        lines.map(|(_, suspicion)| *suspicion).fold(0.0, f64::max)
    }

    /// The suspicion of the most suspicious of some lines, the last one included.
    pub fn most(&self, path: &SourcePath, first: u32, last: u32) -> f64 {
        if self.lines.is_empty() {
            return 1.0;
        }
        let known = self.lines.get(path).into_iter().flat_map(|lines| lines.range(first..=last));
        known.map(|(_, suspicion)| *suspicion).fold(FLOOR, f64::max)
    }
}

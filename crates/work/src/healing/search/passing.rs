//! Chooses the passing tests that edits are tried against where a suite is slow.
//!
//! Every box runs all of them, so they are few; the whole suite has the last word anyway. Those that share lines with
//! failing tests are the likeliest to notice a wrong edit there, and more so where few others run these lines.

use std::collections::{BTreeMap, BTreeSet};

use record::domain::probe::Case;
use record::domain::source_path::SourcePath;

/// Most passing tests of a slow suite.
const MOST: usize = 24;

/// A line of a code file.
type Line<'a> = (&'a SourcePath, u32);

/// Keeps every failing test and few that pass, in their order.
pub fn keep_few(cases: &mut Vec<Case>) {
    let kept = chosen(cases);
    let mut place = 0;
    cases.retain(|case| {
        place += 1;
        case.complaint.is_some() || kept.contains(&(place - 1))
    });
}

/// Picks the places of passing tests, one after another: a line counts half after each test that runs it.
fn chosen(cases: &[Case]) -> BTreeSet<usize> {
    let (failing, passing): (Vec<_>, Vec<_>) =
        cases.iter().enumerate().partition(|(_, case)| case.complaint.is_some());
    let asked: BTreeSet<Line<'_>> = failing.into_iter().flat_map(|(_, case)| lines(case)).collect();
    let mut weights: BTreeMap<Line<'_>, f64> = BTreeMap::new();
    for line in passing.iter().flat_map(|(_, case)| lines(case)) {
        if asked.contains(&line) {
            *weights.entry(line).or_default() += 1.0;
        }
    }
    let places: BTreeMap<Line<'_>, usize> = weights.keys().copied().zip(0..).collect();
    let mut weights: Vec<f64> = weights.into_values().map(|runs| 1.0 / runs).collect();
    let mut left: Vec<(usize, Vec<usize>)> = passing
        .into_iter()
        .map(|(place, case)| {
            (place, lines(case).filter_map(|it| places.get(&it).copied()).collect())
        })
        .collect();
    let mut kept = BTreeSet::new();
    while kept.len() < MOST {
        let worth = |lines: &[usize]| lines.iter().filter_map(|it| weights.get(*it)).sum::<f64>();
        let worths = left.iter().map(|(_, lines)| worth(lines)).enumerate();
        // Of equal ones the first.
        let best = worths.fold(None, |best: Option<(usize, f64)>, (at, worth)| match best {
            Some((_, most)) if most >= worth => best,
            _ => Some((at, worth)),
        });
        let Some((best, _)) = best else { break };
        let (place, lines) = left.remove(best);
        kept.insert(place);
        for line in lines {
            if let Some(weight) = weights.get_mut(line) {
                *weight /= 2.0;
            }
        }
    }
    kept
}

fn lines(case: &Case) -> impl Iterator<Item = Line<'_>> {
    case.lines.iter().flat_map(|(path, lines)| lines.iter().map(move |line| (path, *line)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::probe::Complaint;

    fn case(id: &str, fails: bool, lines: &[u32]) -> Case {
        Case {
            id: id.to_owned(),
            complaint: fails.then(Complaint::default),
            lines: BTreeMap::from([("a.py".parse().unwrap(), lines.iter().copied().collect())]),
        }
    }

    fn kept(mut cases: Vec<Case>) -> Vec<String> {
        keep_few(&mut cases);
        cases.into_iter().map(|case| case.id).collect()
    }

    #[test]
    fn all_that_fail_and_the_passing_tests_that_share_their_lines_are_kept() {
        let mut cases: Vec<Case> =
            (0..100).map(|number| case(&format!("other {number}"), false, &[1, 90])).collect();
        cases.push(case("fails", true, &[1, 50, 51]));
        cases.push(case("shares a rare line", false, &[1, 51]));

        let kept = kept(cases);

        assert_eq!(kept.len(), MOST + 1);
        assert_eq!(kept.first().map(String::as_str), Some("other 0"));
        assert_eq!(kept[MOST - 1..], ["fails", "shares a rare line"]);
    }

    #[test]
    fn different_ones_are_kept_before_many_of_a_kind() {
        let mut cases = vec![case("fails", true, &[1, 2, 3, 7])];
        cases.extend((0..40).map(|number| case(&format!("much {number}"), false, &[1, 2, 3])));
        cases.push(case("little", false, &[7]));

        assert!(kept(cases).contains(&"little".to_owned()));
    }
}

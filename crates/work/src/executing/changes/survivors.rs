//! Parts of a change that no test notices.
//!
//! They are hunks whose removal, and small changes of its lines, that leave all tests green. A dropped hunk is the cheapest of them and tells most, so hunks go first. Each is one run of the tests that reach its lines, within a
//! share of the time that the base's suite takes; how many were tried is told, so that silence is not taken for strength.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::executing::changes::bench::{Bench, Wanted};
use crate::executing::changes::lines::{Hunk, hunks, is_python, text_of, without};
use inspection::python::is_same_code;
use record::domain::change_evidence::{Survivor, SurvivorKind};
use record::domain::changeset::Touched;
use record::domain::evidence::TestOutcome;
use record::domain::flips::{Outcomes, RunEnd, function_of};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use repair::mutants::{choose, place};
use repair::mutate::{Breadth, mutations};
use sandbox::error::SandboxError;

/// Most parts that are tried.
const MAX_TRIED: usize = 20;
/// Most tests of one run.
const MAX_TESTS: usize = 30;
/// Share of the base's time that this may take, in hundredths.
const SHARE: u64 = 20;
/// Time that they get at least, so that a quick suite does not leave most of a change untried.
const LEAST: Duration = Duration::from_secs(3);
/// Words of a line that decides something: what it hides is worth trying before anything else.
const DECIDING: [&str; 7] = ["if ", "elif ", "while ", " and ", " or ", " not ", "except"];
/// Time of one run besides a multiple of the base's.
const SPARE_MS: u64 = 10_000;

/// What is known when parts of a change are tried.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The files that the change leaves.
    pub result: &'a Source,
    /// The touched code files.
    pub code: &'a [&'a Touched],
    /// Tests during which an added line ran, by `path:line`.
    pub by_test: &'a BTreeMap<String, Vec<String>>,
    /// The change's own tests and others that it reaches, for what no line tells.
    pub reached: &'a [String],
    /// The outcomes of the result.
    pub outcomes: &'a Outcomes,
    /// Milliseconds that the base's suite takes.
    pub took_ms: u64,
    /// Whether tests fail without all of the code, and it is one file's: then its only hunk need not be undone once more.
    pub is_needed: bool,
}

/// What was tried, and what survived.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// How many parts were tried.
    pub tried: u32,
    /// How many there were.
    pub all: usize,
    /// Those that no test noticed.
    pub survivors: Vec<Survivor>,
}

/// A file with a part of the change undone or altered.
struct Trial {
    file: SourceFile,
    survivor: Survivor,
    tests: Vec<String>,
}

/// Tries parts of a change one after the other, as long as time is left.
pub async fn survivors(bench: &Bench<'_>, ground: Ground<'_>) -> Result<Tried, SandboxError> {
    let trials = trials(ground);
    let share = Duration::from_millis(ground.took_ms.saturating_mul(SHARE) / 100);
    let (begun, mut tried) = (Instant::now(), Tried { all: trials.len(), ..Tried::default() });
    for (number, trial) in trials.into_iter().enumerate() {
        if begun.elapsed() >= share.max(LEAST) {
            break;
        }
        let Trial { file, survivor, tests } = trial;
        let files = ground
            .result
            .files()
            .iter()
            .map(|known| if known.path == file.path { file.clone() } else { known.clone() });
        let Ok(source) = Source::of_tree(files.collect()) else { continue };
        let wanted = Wanted {
            tests_ms: Some(ground.took_ms.saturating_mul(2).saturating_add(SPARE_MS)),
            ..Wanted::outcomes(format!("part {number}"), &source, tests)
        };
        let ended = bench.outcomes(wanted).await?;
        tried.tried = tried.tried.saturating_add(1);
        if is_unnoticed(&ended, ground.outcomes) {
            tried.survivors.push(survivor);
        }
    }
    Ok(tried)
}

/// Whether every test that passes on the result passes here too.
fn is_unnoticed(ended: &Outcomes, result: &Outcomes) -> bool {
    let passes = |run: &Outcomes| -> BTreeSet<String> {
        let passed = run.tests.iter().filter(|seen| seen.outcome == TestOutcome::Passed);
        passed.map(|seen| seen.id.clone()).collect()
    };
    let (now, before) = (passes(ended), passes(result));
    let ran: BTreeSet<&str> = ended.tests.iter().map(|seen| function_of(&seen.id)).collect();
    let mut wanted = before.iter().filter(|id| ran.contains(function_of(id)));
    ended.end == RunEnd::Completed && !ran.is_empty() && wanted.all(|id| now.contains(id))
}

fn trials(ground: Ground<'_>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for touched in ground.code.iter().filter(|one| is_python(one) && one.before.is_some()) {
        let all = hunks(touched);
        if ground.is_needed && all.len() == 1 {
            continue;
        }
        trials.extend(all.iter().filter_map(|hunk| {
            let trial = dropped(ground, touched, hunk)?;
            Some((weight(touched, hunk), trial))
        }));
    }
    trials.sort_by_key(|(weight, _)| *weight);
    let mut trials: Vec<Trial> = trials.into_iter().map(|(_, trial)| trial).collect();
    trials.truncate(MAX_TRIED);
    let left = MAX_TRIED - trials.len();
    trials.extend(mutants(ground).into_iter().take(left));
    trials
}

/// What is tried first: hunks that decide something; last what only imports, for nearly every test notices that it is gone.
fn weight(touched: &Touched, hunk: &Hunk) -> u8 {
    let text = text_of(touched.after.as_ref()).unwrap_or_default();
    let count = |line: u32| usize::try_from(line).unwrap_or(usize::MAX);
    let (first, end) = (count(hunk.new.start), count(hunk.new.end));
    let lines = text.lines().skip(first.saturating_sub(1)).take(end.saturating_sub(first));
    let lines: Vec<&str> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.iter().any(|line| DECIDING.iter().any(|word| line.contains(word))) {
        0
    } else if lines.iter().all(|line| line.starts_with("import ") || line.starts_with("from ")) {
        2
    } else {
        1
    }
}

fn dropped(ground: Ground<'_>, touched: &Touched, hunk: &Hunk) -> Option<Trial> {
    let content = without(touched, hunk)?;
    let (kept, undone) = (text_of(touched.after.as_ref())?, std::str::from_utf8(&content).ok()?);
    // No test can notice a comment, a docstring or a line break.
    if is_same_code(kept, undone) {
        return None;
    }
    let path = touched.path.to_string();
    let tests = tests_of(ground, hunk.new.clone().map(|line| format!("{path}:{line}")));
    let last = hunk.new.end.saturating_sub(1).max(hunk.new.start);
    let (line, kind) = (hunk.new.start, SurvivorKind::Hunk);
    let what = "the tests pass without this part of the change".to_owned();
    let file = SourceFile { path: touched.path.clone(), role: Role::Code, content };
    (!tests.is_empty()).then_some(Trial {
        file,
        survivor: Survivor { kind, path, line, last, what },
        tests,
    })
}

/// The functions that run these lines; those that the change reaches, where no test is known to.
fn tests_of(ground: Ground<'_>, lines: impl Iterator<Item = String>) -> Vec<String> {
    let known: BTreeSet<&str> = lines
        .filter_map(|line| ground.by_test.get(&line))
        .flatten()
        .map(|id| function_of(id))
        .collect();
    if known.is_empty() {
        return ground.reached.iter().take(MAX_TESTS).cloned().collect();
    }
    known.into_iter().take(MAX_TESTS).map(str::to_owned).collect()
}

/// Small changes of added lines that ran.
fn mutants(ground: Ground<'_>) -> Vec<Trial> {
    let paths: BTreeSet<&str> = ground.code.iter().map(|one| one.path.as_str()).collect();
    let files = ground.result.files().iter().filter(|file| paths.contains(file.path.as_str()));
    let Ok(source) = Source::of_tree(files.cloned().collect()) else { return Vec::new() };
    let edits = mutations(&source, None, Breadth::Near);
    let on_added = edits.into_iter().filter(|edit| {
        let place = place(&source, &edit.patch.edits);
        place.is_some_and(|place| {
            ground.by_test.contains_key(&format!("{}:{}", place.path, place.line))
        })
    });
    let chosen = choose(&source, on_added.collect());
    let trial = |edit: repair::suggestion::Suggestion| {
        let place = place(&source, &edit.patch.edits)?;
        let name = format!("{}:{}", place.path, place.line);
        let first = edit.patch.edits.first()?;
        let known = source.files().iter().find(|file| file.path == first.path)?;
        let mut content = known.content.clone();
        // Edits of one patch do not overlap; from behind, the places of the others stay.
        let mut all: Vec<_> =
            edit.patch.edits.iter().filter(|one| one.path == first.path).collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.start));
        for one in all {
            let head = content.get(..one.start)?.to_vec();
            let tail = content.get(one.end..)?.to_vec();
            content = [head, one.text.clone().into_bytes(), tail].concat();
        }
        let survivor = Survivor {
            kind: SurvivorKind::Mutant,
            path: place.path.to_string(),
            line: place.line,
            last: place.line,
            what: edit.why,
        };
        let tests = tests_of(ground, [name].into_iter());
        Some(Trial { file: SourceFile { content, ..known.clone() }, survivor, tests })
    };
    chosen.into_iter().filter_map(trial).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::changeset::Side;

    #[test]
    fn a_part_that_no_test_can_notice_is_not_tried() {
        let side = |text: &str| Some(Side::file(text.as_bytes()));
        let before = "# one\nSIZE = 1\n\n\ndef size():\n    return SIZE\n";
        let after =
            "# two\nSIZE = 2\n\n\ndef size():\n    \"\"\"The size.\"\"\"\n\n    return SIZE\n";
        let split = after.replace("SIZE = 2\n", "SIZE = 1\n\nMORE = 3\n");
        let places = |after: &str| -> Vec<u32> {
            let (path, role) = ("a.py".parse().unwrap(), Role::Code);
            let touched = Touched { path, role, before: side(before), after: side(after) };
            let content = after.as_bytes().to_vec();
            let file = SourceFile { path: touched.path.clone(), role: Role::Code, content };
            let ground = Ground {
                result: &Source::of_tree(vec![file]).unwrap(),
                code: &[&touched],
                by_test: &BTreeMap::new(),
                reached: &["test_a.py::test_size".to_owned()],
                outcomes: &Outcomes::default(),
                took_ms: 1,
                is_needed: false,
            };
            trials(ground).iter().map(|trial| trial.survivor.line).collect()
        };

        assert_eq!((places(after), places(&split)), (vec![1], vec![4]));
    }
}

//! Observes a change by runs of its suite on several trees.
//!
//! The tests that the change reaches give an early answer, which is shown and never stored; the
//! verdict rests on the whole suite. What disagrees is repeated before it counts.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use crate::executing::changes::affected;
use crate::executing::changes::assembling::{Observed, assemble, by_line, without_base};
use crate::executing::changes::baseline::Baseline;
use crate::executing::changes::bench::{Bench, RESULT, Wanted, fill, not_collected, outcomes};
use crate::executing::changes::hidden;
use crate::executing::changes::lines;
use crate::executing::changes::survivors::{self, Tried};
use crate::executing::changes::texts::{Texts, texts};
use crate::executing::changes::trees::Trees;
use crate::executing::following::tests;
use record::domain::changeset::{Changeset, Touched};
use record::domain::evidence::{Evidence, Termination, TestOutcome};
use record::domain::flips::{Outcomes, RunEnd, Runs, Turned, file_of, function_of, turned};
use record::domain::source::Source;
use record::domain::timings::milliseconds;
use sandbox::backend::{Part, Progress, RunProgress};
use sandbox::error::SandboxError;

/// Times that what disagrees is run again.
const REPEATS: u32 = 2;
/// Most functions that are run again; more than these do not fail by chance.
const MAX_REPEATED: usize = 50;
/// Time of the change's tests on the base's code besides a multiple of the base's whole run.
const SPARE_MS: u64 = 10_000;

/// A change to observe, with what is known of it.
pub struct Question<'a> {
    /// The change.
    pub change: &'a Changeset,
    /// The trees that it is run on.
    pub trees: &'a Trees,
    /// The change of the revision before.
    pub parent: Option<&'a Changeset>,
    /// What the base does.
    pub baseline: &'a Baseline,
    /// Whether that is known from an earlier change.
    pub is_cached: bool,
    /// Paths that boxes are not given.
    pub left_out: Vec<String>,
    /// When the change began to be run, its base included.
    pub begun: Instant,
}

/// Observes a change whose base is known.
pub async fn observe(
    bench: &Bench<'_>,
    question: Question<'_>,
    report: Progress<'_>,
) -> Result<Evidence, SandboxError> {
    let Question { change, trees, parent, baseline, is_cached, left_out, begun } = question;
    if !baseline.is_sound() {
        let again = bench.run(whole("base", &trees.base, Part::default()), &|_| {}).await?;
        return Ok(without_base(again, change, baseline, left_out));
    }
    let texts = texts(trees.tests().chain(trees.beside_tests()), parent);
    let first = affected::first(trees, &texts, baseline);
    let code: Vec<&Touched> = trees.code().collect();
    let touched = lines::statements(trees.code());
    let (mut by_test, mut answered) = (BTreeMap::new(), None);
    if !first.is_empty() {
        report(RunProgress::Stage("running the tests that the change reaches".to_owned()));
        let early = early(bench, trees, &first).await?;
        report(RunProgress::Provisional(words(&early)));
        answered = Some(milliseconds(begun.elapsed()));
        by_test = by_line(&early, &touched);
    }
    let mut evidence = result(bench, trees, baseline, report).await?;
    let seen = outcomes(&evidence, BTreeSet::new());
    let mut runs =
        Compared { bench, trees, texts: &texts, baseline, flaky: baseline.flaky.clone() };
    let mut turned = runs.compare(&seen).await?;
    turned.flips.hidden = hidden::hidden(bench, trees, &turned, &seen, &texts.weakened).await?;
    let tried = if is_green(&seen, &turned) {
        report(RunProgress::Stage("trying the change without its parts".to_owned()));
        let ground = survivors::Ground {
            result: &trees.result,
            code: &code,
            by_test: &by_test,
            reached: &first,
            outcomes: &seen,
            took_ms: baseline.took_ms,
            is_needed: !turned.control.tests.is_empty() && trees.is_of_one_file(),
        };
        survivors::survivors(bench, ground).await?
    } else {
        Tried::default()
    };
    evidence.timings_ms.first = answered.unwrap_or(evidence.timings_ms.first);
    let observed = Observed {
        change,
        trees,
        texts,
        baseline,
        is_cached,
        turned,
        touched,
        by_test,
        tried,
        left_out,
    };
    Ok(assemble(evidence, observed))
}

/// Whether all passes that is not red without the change too: else nothing can be said of what the tests notice.
fn is_green(result: &Outcomes, turned: &Turned) -> bool {
    let known = turned.red_before_and_after.iter().chain(&turned.flips.flaky);
    let known: BTreeSet<&String> = known.collect();
    let red = result.tests.iter().filter(|seen| seen.outcome.is_failure());
    let is_new_red = red.into_iter().any(|seen| !known.contains(&seen.id));
    !turned.flips.is_worse() && result.end == RunEnd::Completed && !is_new_red
}

fn whole<'a>(name: &str, source: &'a Source, part: Part) -> Wanted<'a> {
    Wanted { part, ..Wanted::outcomes(name, source, Vec::new()) }
}

/// Runs the first tests on the result, and tells which of the touched lines each of them runs.
async fn early(
    bench: &Bench<'_>,
    trees: &Trees,
    first: &[String],
) -> Result<Evidence, SandboxError> {
    let part = |chosen: Vec<String>| Part {
        chosen,
        measured: trees.code().map(|one| one.path.to_string()).collect(),
        ..Part::default()
    };
    let wanted = |chosen: Vec<String>| Wanted {
        part: part(chosen),
        lines_by_test: true,
        ..Wanted::outcomes("early", &trees.result, Vec::new())
    };
    let evidence = bench.run(wanted(first.to_vec()), &|_| {}).await?;
    // Where pytest does not know one of the names it runs nothing at all.
    let is_refused =
        evidence.tests.collected == 0 && evidence.termination != Termination::Completed;
    if !is_refused {
        return Ok(evidence);
    }
    let files: BTreeSet<String> = first.iter().map(|id| file_of(id).to_owned()).collect();
    bench.run(wanted(files.into_iter().collect()), &|_| {}).await
}

fn words(early: &Evidence) -> String {
    let tests = &early.tests;
    format!("{} of {} tests that the change reaches passed", tests.passed, tests.collected)
}

/// Runs the whole suite on the result.
async fn result(
    bench: &Bench<'_>,
    trees: &Trees,
    baseline: &Baseline,
    report: Progress<'_>,
) -> Result<Evidence, SandboxError> {
    let there = |touched: &&Touched| touched.after.is_some();
    let paths = |found: &mut dyn Iterator<Item = &Touched>| -> BTreeSet<String> {
        found.filter(|one| there(one)).map(|one| one.path.to_string()).collect()
    };
    let part = Part {
        measured: paths(&mut trees.code()),
        promised: paths(&mut trees.tests()),
        linted: paths(&mut trees.code().filter(|one| lines::is_python(one))),
        ..Part::default()
    };
    let known = baseline.outcomes.tests.len();
    let took_ms = baseline.took_ms;
    let told = move |event: RunProgress| match event {
        RunProgress::TestsDone { done, current, of: _ } => {
            let done_share = u64::from(done) * 100 / u64::try_from(known.max(1)).unwrap_or(1);
            let left = took_ms * 100_u64.saturating_sub(done_share) / 100_000;
            let of = u32::try_from(known).unwrap_or(u32::MAX).max(done);
            report(RunProgress::Stage(tests(done, of, current.as_deref(), Some(left))));
        }
        // The early answer was given already.
        RunProgress::Provisional(_) => {}
        RunProgress::Stage(words) => report(RunProgress::Stage(words)),
    };
    bench.run(whole(RESULT, &trees.result, part), &told).await
}

/// The runs that are compared with that of the result.
struct Compared<'a, 'b> {
    bench: &'a Bench<'b>,
    trees: &'a Trees,
    texts: &'a Texts,
    baseline: &'a Baseline,
    flaky: BTreeSet<String>,
}

impl Compared<'_, '_> {
    /// Runs what the result is compared with, and says what turned; what is red is run again before it counts.
    async fn compare(&mut self, seen: &Outcomes) -> Result<Turned, SandboxError> {
        let reverted = self.reverted(seen).await?;
        let old_tests = self.old_tests(seen).await?;
        let turned = self.turned(seen, reverted.as_ref(), old_tests.as_ref());
        if self.repeat(seen, &turned).await? {
            return Ok(self.turned(seen, reverted.as_ref(), old_tests.as_ref()));
        }
        Ok(turned)
    }

    fn turned(
        &self,
        result: &Outcomes,
        reverted: Option<&Outcomes>,
        old_tests: Option<&Outcomes>,
    ) -> Turned {
        turned(&Runs {
            base: &self.baseline.outcomes,
            reverted,
            result,
            old_tests,
            functions: &self.texts.functions,
            unstable: &self.baseline.unstable,
            flaky: &self.flaky,
        })
    }

    /// The change's tests on the base's code.
    async fn reverted(&self, result: &Outcomes) -> Result<Option<Outcomes>, SandboxError> {
        let Some(source) = &self.trees.reverted else { return Ok(None) };
        let new = (result, &self.baseline.outcomes);
        let new = affected::lacking(self.trees, new, self.baseline);
        let chosen = affected::own(self.trees, self.texts, self.baseline);
        let chosen = affected::with_files(chosen, new);
        self.chosen("reverted", source, chosen, &self.baseline.outcomes).await
    }

    /// The tests as they were on the new code.
    async fn old_tests(&self, result: &Outcomes) -> Result<Option<Outcomes>, SandboxError> {
        let Some(source) = &self.trees.old_tests else { return Ok(None) };
        let gone = (&self.baseline.outcomes, result);
        let gone = affected::lacking(self.trees, gone, self.baseline);
        let mut chosen = affected::old(self.trees, self.texts, self.baseline);
        chosen.extend(affected::bystanders(self.trees, self.baseline));
        let chosen = affected::with_files(chosen, gone);
        self.chosen("old tests", source, chosen, result).await
    }

    /// Runs chosen tests, and takes what is not run again from a run in which it is the same.
    async fn chosen(
        &self,
        name: &str,
        source: &Source,
        chosen: Vec<String>,
        same: &Outcomes,
    ) -> Result<Option<Outcomes>, SandboxError> {
        if chosen.is_empty() {
            return Ok(None);
        }
        let took = self.baseline.took_ms.saturating_mul(2).saturating_add(SPARE_MS);
        let wanted = |chosen: Vec<String>| Wanted {
            tests_ms: Some(took),
            ..Wanted::outcomes(name, source, chosen)
        };
        let files: BTreeSet<String> = chosen.iter().map(|id| file_of(id).to_owned()).collect();
        let mut chosen = chosen;
        let mut evidence = self.bench.run(wanted(chosen.clone()), &|_| {}).await?;
        let broken = not_collected(&evidence);
        let is_refused = evidence.tests.collected == 0
            && broken.is_empty()
            && matches!(evidence.termination, Termination::Collection(_));
        if is_refused {
            chosen = files.iter().cloned().collect();
            evidence = self.bench.run(wanted(chosen.clone()), &|_| {}).await?;
        }
        let broken = not_collected(&evidence);
        let mut run = outcomes(&evidence, files);
        fill(&mut run, &chosen, same, &broken);
        Ok(Some(run))
    }

    /// Runs what went red again; tells whether anything passed this time.
    async fn repeat(&mut self, result: &Outcomes, turned: &Turned) -> Result<bool, SandboxError> {
        let excused: BTreeSet<&String> = turned.red_before_and_after.iter().collect();
        let is_red = |outcome| matches!(outcome, TestOutcome::Failed | TestOutcome::Error);
        let red: BTreeSet<&str> = result
            .tests
            .iter()
            .filter(|seen| is_red(seen.outcome) && !excused.contains(&seen.id))
            .map(|seen| seen.id.as_str())
            .collect();
        let functions: BTreeSet<&str> = red.iter().map(|id| function_of(id)).collect();
        if functions.is_empty() || functions.len() > MAX_REPEATED {
            return Ok(false);
        }
        let before = self.flaky.len();
        for turn in 0..REPEATS {
            let chosen = functions.iter().map(|name| (*name).to_owned()).collect();
            let name = format!("again {turn}");
            let wanted = Wanted::outcomes(name, &self.trees.result, chosen);
            let again = self.bench.outcomes(wanted).await?;
            let passed = again.tests.into_iter().filter(|seen| seen.outcome == TestOutcome::Passed);
            self.flaky.extend(passed.map(|seen| seen.id).filter(|id| red.contains(id.as_str())));
        }
        Ok(self.flaky.len() > before)
    }
}

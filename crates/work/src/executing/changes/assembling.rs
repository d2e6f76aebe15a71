//! The evidence of a change, put together from all that was observed.
//!
//! It is the evidence of the run of the result, with what the other runs and the text of the change say beside it. The grade of its
//! integrity is that of the controls that a change has: its tests fail without it, and nothing speaks against them.

use std::collections::{BTreeMap, BTreeSet};

use crate::executing::changes::baseline::{Baseline, packages_that_lack};
use crate::executing::changes::bench::{not_collected, outcomes};
use crate::executing::changes::lines;
use crate::executing::changes::lint;
use crate::executing::changes::pins;
use crate::executing::changes::survivors::Tried;
use crate::executing::changes::texts::Texts;
use crate::executing::changes::trees::Trees;
use record::domain::change_evidence::{ChangeEvidence, ControlGrade, MAX_LISTED};
use record::domain::changeset::Changeset;
use record::domain::controls::Controls;
use record::domain::evidence::{
    Evidence, Finding, IntegrityState, Lint, RAN_ELSEWHERE, Termination, TestCase,
};
use record::domain::flips::Turned;

/// Most tests that are named for one line.
const MAX_BY_LINE: usize = 20;
/// Most names in one finding.
const MAX_NAMED: usize = 5;
/// Findings of a run that keep its integrity where it is.
const DOUBTFUL: [&str; 4] = ["retried_tests", "coverage_forged", "tracer_removed", RAN_ELSEWHERE];

/// Everything that was observed of a change.
pub struct Observed<'a> {
    /// The change.
    pub change: &'a Changeset,
    /// What the runs were made on.
    pub trees: &'a Trees,
    /// What the text says.
    pub texts: Texts,
    /// The base.
    pub baseline: &'a Baseline,
    /// Whether the base was run for an earlier change.
    pub is_cached: bool,
    /// What turned.
    pub turned: Turned,
    /// The first lines of the statements that the change adds or adds to, by path.
    pub touched: BTreeMap<String, BTreeSet<u32>>,
    /// Tests of these lines, by `path:line`.
    pub by_test: BTreeMap<String, Vec<String>>,
    /// Parts of the change that were tried.
    pub tried: Tried,
    /// What was not done.
    pub left_out: Vec<String>,
}

/// Puts the evidence together; `evidence` is that of the run of the result.
pub fn assemble(mut evidence: Evidence, observed: Observed<'_>) -> Evidence {
    let Observed {
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
    } = observed;
    let mut told = ChangeEvidence::of(change.repository.clone(), change.base.clone());
    told.changed_lines = lines::changed_lines(&touched, evidence.coverage.as_ref(), &by_test);
    told.baseline = baseline.facts(is_cached);
    told.flips = turned.flips;
    told.red_before_and_after = turned.red_before_and_after;
    told.control = turned.control;
    told.old_tests_failing = turned.old_tests_failing;
    told.weakened = texts.weakened;
    told.configuration = trees.configuration();
    told.dependencies = pins::changed(trees.touched.iter());
    told.survivors = tried.survivors;
    told.mutants_tried = tried.tried;
    told.left_out = left_out;
    if usize::try_from(tried.tried).unwrap_or(usize::MAX) < tried.all {
        let remark = format!(
            "{} of {} parts of the change were tried without, in the share of the run's time that is for it",
            tried.tried, tried.all
        );
        told.left_out.push(remark);
    }
    if evidence.coverage.is_none() && touched.values().any(|lines| !lines.is_empty()) {
        told.left_out.push("coverage of the changed lines could not be measured".to_owned());
    }
    take_lint(&mut evidence, &mut told, trees, baseline);
    told.weakened.truncate(MAX_LISTED);
    told.new_lint.truncate(MAX_LISTED);
    excuse(&mut evidence, &mut told, baseline);
    told.baseline.unavailable = not_here(&evidence, &told, trees);
    let elsewhere = take_elsewhere(&mut evidence, &told);
    evidence.integrity.findings.extend(elsewhere);
    grade(&mut evidence, &told);
    evidence.change = Some(Box::new(told));
    evidence
}

/// Keeps of the lint what the base does not have.
fn take_lint(
    evidence: &mut Evidence,
    told: &mut ChangeEvidence,
    trees: &Trees,
    baseline: &Baseline,
) {
    told.new_lint = lint::hiding(trees.touched.iter());
    if let Some(before) = &baseline.lint {
        let (new, issues) = lint::new_issues(&evidence.lint, &trees.result, before);
        told.new_lint.extend(new);
        evidence.lint = Lint { issues, ..std::mem::take(&mut evidence.lint) };
    } else {
        told.left_out.push("lint of the base is not known, so all of it counts as new".to_owned());
    }
}

/// Takes out of the run what the base does too: names that never report, and files that cannot be collected.
fn excuse(evidence: &mut Evidence, told: &mut ChangeEvidence, baseline: &Baseline) {
    evidence.tests.missing.retain(|name| !baseline.missing.contains(name));
    let now = not_collected(evidence);
    let is_old = now.is_subset(&baseline.not_collected) && !now.is_empty();
    if is_old && matches!(evidence.termination, Termination::Collection(_)) {
        evidence.termination = Termination::Completed;
        let names: Vec<&str> = now.iter().map(String::as_str).collect();
        let remark = format!("these cannot be collected on the base either: {}", names.join(", "));
        told.left_out.push(remark);
    }
    if let Some(coverage) = &mut evidence.coverage {
        coverage.by_test.clear();
        coverage.executable.clear();
    }
}

/// Says that tests of a change cannot be collected for want of packages: their silence is not the fault of the change.
fn not_here(evidence: &Evidence, told: &ChangeEvidence, trees: &Trees) -> Option<String> {
    let now = not_collected(evidence);
    let own = trees.tests().filter(|one| one.after.is_some()).map(|one| one.path.as_str());
    let own: Vec<String> = own.filter(|path| now.contains(*path)).map(str::to_owned).collect();
    let is_red = |case: &TestCase| {
        case.outcome.is_failure() && !told.red_before_and_after.contains(&case.id)
    };
    let is_at_fault = evidence.termination != Termination::Completed
        || told.flips.is_worse()
        || evidence.tests.cases.iter().any(is_red);
    let lacking = packages_that_lack(evidence).join("; ");
    if own.is_empty() || is_at_fault || lacking.is_empty() {
        return None;
    }
    let files = few(&own);
    Some(format!("tests of the change cannot be collected here: {files}: {lacking}"))
}

/// Takes out the files that programs ran, and says so where no added line ran in a process that is measured.
fn take_elsewhere(evidence: &mut Evidence, told: &ChangeEvidence) -> Option<Finding> {
    let findings = &mut evidence.integrity.findings;
    let ran: BTreeSet<String> =
        findings.extract_if(.., |one| one.code == RAN_ELSEWHERE).map(|one| one.message).collect();
    let lines = &told.changed_lines;
    let file_of = |place: &String| place.rsplit_once(':').map(|(path, _)| path.to_owned());
    let files: BTreeSet<String> = lines.missing.iter().filter_map(file_of).collect();
    let files: Vec<String> = files.intersection(&ran).cloned().collect();
    (lines.covered == 0 && !files.is_empty()).then(|| Finding {
        code: RAN_ELSEWHERE.to_owned(),
        message: format!(
            "{} ran only in programs that the tests start: which of the added lines did is not known",
            few(&files)
        ),
    })
}

/// Grades a run that nothing broke, and says what speaks against signing.
fn grade(evidence: &mut Evidence, told: &ChangeEvidence) {
    let control = &told.control;
    evidence.controls = Controls { phases: vec!["revert".to_owned()], ..Controls::default() };
    let integrity = &mut evidence.integrity;
    let is_plain = !integrity.findings.iter().any(|one| DOUBTFUL.contains(&&*one.code));
    if integrity.state == IntegrityState::Observed
        && control.holds_in_assertion()
        && is_plain
        && !told.has_findings()
    {
        integrity.state = IntegrityState::Controlled;
    }
    integrity.findings.extend(findings(told));
}

/// What an owner should weigh, a line each.
fn findings(told: &ChangeEvidence) -> impl Iterator<Item = Finding> {
    let (flips, control) = (&told.flips, &told.control);
    let named = |code: &'static str, ids: &[String], what: &str| {
        (!ids.is_empty()).then(|| (code, format!("{what}: {}", few(ids))))
    };
    let weakened: BTreeSet<&str> = told.weakened.iter().map(|sign| sign.code.as_str()).collect();
    let weakened: Vec<String> = weakened.into_iter().map(str::to_owned).collect();
    let survivors: Vec<String> =
        told.survivors.iter().map(|one| format!("{}:{}", one.path, one.line)).collect();
    let no_control = control.own_tests > 0
        && control.grade == ControlGrade::None
        && told.baseline.unavailable.is_none();
    let found = [
        (control.own_tests == 0)
            .then(|| ("no_own_tests", "the change brings no new or changed test".to_owned())),
        no_control.then(|| ("no_control", "no test of the change fails without it".to_owned())),
        named("unexplained", &flips.unexplained, "nothing explains why these are gone or skipped"),
        named(
            "hidden_failures",
            &flips.hidden,
            "these fail on the new code as they were, and pass only by what the change adds beside them or no longer asks",
        ),
        named(
            "passes_on_base",
            &control.passing_on_base,
            "new or changed tests pass without the change",
        ),
        named("tests_removed", &flips.removed, "tests that passed are gone"),
        named("tests_skipped", &flips.skipped, "tests are skipped or declared to fail"),
        named("flaky_tests", &flips.flaky, "tests differ when they are repeated"),
        named("old_tests_failing", &told.old_tests_failing, "tested behaviour changes"),
        named("weakened_tests", &weakened, "tests ask less"),
        named("survivors", &survivors, "parts of the change that no test notices"),
        named(
            "configuration_touched",
            &told.configuration,
            "files that decide what runs are touched",
        ),
        named(
            "dependencies_changed",
            &told.dependencies,
            "packages change, and the suite ran with those that the owner confirmed",
        ),
    ];
    let finding = |(code, message): (&str, String)| Finding { code: code.to_owned(), message };
    found.into_iter().flatten().map(finding).collect::<Vec<_>>().into_iter()
}

fn few(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(MAX_NAMED).map(String::as_str).collect();
    let more = names.len().saturating_sub(MAX_NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", shown.join(", "))
}

/// The evidence of a change whose base cannot be run: that of the base, with the cause.
pub fn without_base(
    evidence: Evidence,
    change: &Changeset,
    baseline: &Baseline,
    left_out: Vec<String>,
) -> Evidence {
    let mut told = ChangeEvidence::of(change.repository.clone(), change.base.clone());
    told.baseline = baseline.facts(false);
    told.left_out = left_out;
    let mut evidence = evidence;
    if let Some(coverage) = &mut evidence.coverage {
        coverage.by_test.clear();
        coverage.executable.clear();
    }
    evidence.change = Some(Box::new(told));
    evidence
}

/// The tests during which added lines ran, as the run of the first tests saw them.
pub fn by_line(
    evidence: &Evidence,
    touched: &BTreeMap<String, BTreeSet<u32>>,
) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let passing = outcomes(evidence, BTreeSet::new());
    let passing: BTreeSet<&str> = passing.tests.iter().map(|seen| seen.id.as_str()).collect();
    for (id, files) in evidence.coverage.iter().flat_map(|coverage| &coverage.by_test) {
        for (path, ran) in files.iter().filter(|_| passing.contains(id.as_str())) {
            let Some(touched) = touched.get(path) else { continue };
            for line in touched.intersection(ran) {
                let tests = found.entry(format!("{path}:{line}")).or_default();
                let has_room = tests.len() < MAX_BY_LINE;
                tests.extend(has_room.then(|| id.clone()));
            }
        }
    }
    found
}

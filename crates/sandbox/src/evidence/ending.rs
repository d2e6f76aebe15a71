//! Termination of a run, its integrity and odd findings.
//!
//! What the outside saw comes before what frames say: a suite cannot talk itself out of a timeout or a kill.

use std::collections::BTreeSet;

use crate::evidence::bodies::{passed_by, stood_in_for, unrun};
use crate::evidence::remarks;
use crate::evidence::said::{pytest_said, raised};
use crate::evidence::tests::replaced;
use crate::evidence::transcript::{Reported, Transcript};
use crate::evidence::wording::{commonest, many, named, quoted};
use crate::frame::{Changed, Exit};
use record::domain::evidence::{Finding, Integrity, IntegrityState, Termination, TestOutcome};

/// Most files that are named in one finding.
const MOST_NAMED: usize = 20;
/// Signal of a file over its bound.
const FILE_TOO_LARGE: i32 = 25;
/// What is said of processes that had too little memory, behind their number.
const WANT_OF_MEMORY: &str =
    "killed for want of memory; --memory, or SARAPHINA_MAX_MEMORY_MIB, gives more";
/// pytest's statuses for its own failure.
const PYTEST_FAILED: [i32; 2] = [3, 4];

/// Why nobody waits for the jail any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It ended by itself.
    Itself,
    /// Its time ran out.
    Deadline,
    /// The owner stopped it.
    Cancelled,
    /// It said more than it may.
    Flood,
    /// It never began; the text is the step that failed.
    Setup(String),
}

/// What the outside saw besides frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outside {
    pub(crate) stop: Stop,
    /// How the harness ended.
    pub(crate) harness: Exit,
    /// Processes killed for want of memory.
    pub(crate) memory_kills: u64,
    /// Processes that could not be made.
    pub(crate) process_refusals: u64,
    /// Processes that may run at once.
    pub(crate) most_processes: u32,
    /// What was done where its files lie.
    pub(crate) changed: Changed,
    /// Bytes of output left out.
    pub(crate) output_dropped: u64,
    /// Whether anything outlived the jail.
    pub(crate) is_held_open: bool,
    /// What was written last as an error, or by pytest of a failure within itself: words of the box, for people only.
    pub(crate) last_words: String,
}

/// How the run ended, gravest cause first.
pub(crate) fn termination(transcript: &Transcript, outside: &Outside) -> Termination {
    match &outside.stop {
        Stop::Cancelled => return Termination::Cancelled,
        Stop::Deadline => return Termination::Timeout,
        Stop::Flood => return Termination::Limit("results".to_owned()),
        Stop::Setup(step) => return Termination::Infrastructure(step.clone()),
        Stop::Itself => {}
    }
    if transcript.versions.is_empty() {
        return Termination::Infrastructure(format!(
            "the harness did not start: it {}",
            told(&outside.harness)
        ));
    }
    if let Some(message) = transcript.unparsed() {
        return Termination::Syntax(message.clone());
    }
    // Whoever of the tree it was: what the suite made of it rests on a process that died in the middle.
    if outside.memory_kills > 0 {
        return Termination::Memory;
    }
    match (&transcript.exit, transcript.done) {
        (None, _) => early(&outside.harness, outside, "the harness"),
        (Some(exit), None) => match early(exit, outside, "the suite") {
            Termination::EarlyExit(told) if exit.code == Some(1) && exit.broken.is_empty() => {
                Termination::EarlyExit(told + &raised(transcript, &outside.last_words))
            }
            ended => ended,
        },
        (Some(exit), Some(_)) if !exit.broken.is_empty() => {
            Termination::EarlyExit(format!("the suite sent {}", exit.broken))
        }
        (Some(_), Some(status)) => completed(transcript, outside, status),
    }
}

fn completed(transcript: &Transcript, outside: &Outside, status: i32) -> Termination {
    if let Some(message) = transcript.collect_errors.first() {
        return Termination::Collection(message.clone());
    }
    if PYTEST_FAILED.contains(&status) {
        let words = pytest_said(&outside.last_words);
        return Termination::Collection(format!("pytest gave up with status {status}{words}"));
    }
    Termination::Completed
}

fn early(exit: &Exit, outside: &Outside, who: &str) -> Termination {
    if exit.disk_full || exit.signal == Some(FILE_TOO_LARGE) {
        return Termination::Limit("disk".to_owned());
    }
    if outside.process_refusals > 0 {
        return Termination::Limit("processes".to_owned());
    }
    if !exit.broken.is_empty() {
        return Termination::EarlyExit(format!("{who} sent {}", exit.broken));
    }
    Termination::EarlyExit(format!("{who} {}", told(exit)))
}

fn told(exit: &Exit) -> String {
    match (exit.code, exit.signal) {
        (_, Some(signal)) => format!("was ended by signal {signal} before its session was over"),
        (Some(code), None) => format!("left with status {code} before its session was over"),
        (None, None) => "ended before its session was over".to_owned(),
    }
}

/// The grade of a run without controls: observed, or broken by an anomaly.
pub(crate) fn integrity(transcript: &Transcript, outside: &Outside, missing: usize) -> Integrity {
    let is_broken = !transcript.anomalies.is_empty()
        || transcript.exit.as_ref().is_some_and(|exit| !exit.broken.is_empty());
    let state = if is_broken { IntegrityState::Broken } else { IntegrityState::Observed };
    Integrity { state, findings: findings(transcript, outside, missing) }
}

fn findings(transcript: &Transcript, outside: &Outside, missing: usize) -> Vec<Finding> {
    let exit = transcript.exit.clone().unwrap_or_default();
    let when = |holds: bool, code: &str, message: String| holds.then(|| finding(code, message));
    let dropped = outside.output_dropped;
    let told = [
        when(dropped > 0, "output_truncated", format!("{dropped} bytes of output were left out")),
        when(
            exit.leftovers > 0 || outside.is_held_open,
            "leftover_process",
            outlived(exit.leftovers.max(1)),
        ),
        when(
            exit.lingered,
            "lingering_thread",
            "the suite did not end by itself: a thread or an exit handler kept it".to_owned(),
        ),
        when(
            exit.signal.is_some() && !exit.lingered && transcript.done.is_some(),
            "ended_by_signal",
            format!("the suite was ended by signal {}", exit.signal.unwrap_or_default()),
        ),
        when(
            transcript.done.is_some() && missing > 0,
            "test_count_mismatch",
            mismatch(missing, &transcript.doubled),
        ),
        when(
            transcript.has_lost_tracer,
            "tracer_removed",
            "the tracer was gone at the end: coverage is not to be trusted".to_owned(),
        ),
        when(transcript.forged_lines > 0, "coverage_forged", forged(transcript)),
        when(
            outside.memory_kills > 0,
            "memory_limit",
            format!(
                "{} {WANT_OF_MEMORY}",
                many(outside.memory_kills, "process was", "processes were")
            ),
        ),
        when(
            outside.process_refusals > 0,
            "process_limit",
            format!(
                "the suite tried to run more than {} processes at once; a thread counts as one, and --processes raises it",
                outside.most_processes
            ),
        ),
    ];
    told.into_iter()
        .flatten()
        .chain(oddities(transcript))
        .chain(put_aside(transcript))
        .chain(never_imported(transcript))
        .chain(set_aside(transcript))
        .chain(left_out(transcript))
        .chain(transcript.doubts())
        .collect()
}

/// Code files in whose place something else was found.
fn put_aside(transcript: &Transcript) -> impl Iterator<Item = Finding> {
    let told = "is imported by the tests, and none of its lines ran: something else was found in its place";
    let found = replaced(transcript).into_iter();
    let files = found.map(move |path| finding("code_replaced", format!("{path} {told}")));
    let unrun = unrun(transcript).flat_map(|body| {
        let name = format!("{} of {}", body.name, body.path);
        let told =
            "is called by passed tests, and nothing of it ran: something else stood in its place";
        let vacuous = format!("the tests of {name} pass without anything of it");
        let replaced = finding("code_replaced", format!("{name} {told}"));
        [replaced, finding("vacuous_tests", vacuous)]
    });
    let passed_by = passed_by(transcript).map(|body| {
        let told =
            "is called by passed tests, and nothing of its body ran: what answers is elsewhere";
        finding("body_never_ran", format!("{} of {} {told}", body.name, body.path))
    });
    let others = stood_in_for(transcript).map(|body| {
        let told = "has something in its place wherever tests need it, and nothing of its body ran";
        finding("body_never_ran", format!("{} of {} {told}", body.name, body.path))
    });
    files.chain(unrun).chain(passed_by).chain(others)
}

/// Says how many tests did not report once, and which names stand twice in their file.
fn mismatch(missing: usize, doubled: &[String]) -> String {
    let told = format!("{missing} of the tests that the files name did not report exactly once");
    if doubled.is_empty() {
        return told;
    }
    let twice = doubled.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    format!(
        "{told}; of two tests of one name only the second runs, so give the first another: {twice}"
    )
}

/// Code files of several of which nothing ran at all: no test, and nothing that tests import, imports them.
fn never_imported(transcript: &Transcript) -> impl Iterator<Item = Finding> {
    let replaced: BTreeSet<&String> = replaced(transcript);
    let is_one_of_several = transcript.done.is_some() && transcript.ran.len() > 1;
    let idle = transcript.ran.iter().filter(|(_, ran)| matches!(ran, (0, 1..)));
    let paths: Vec<&str> = idle
        .map(|(path, _)| path)
        .filter(|path| is_one_of_several && !replaced.contains(path))
        .map(String::as_str)
        .collect();
    let named = paths.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
    let more = paths.len().saturating_sub(MOST_NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let told = format!(
        "nothing of these files ran, so the verdict says nothing about them: {named}{more}"
    );
    (!paths.is_empty()).then(|| finding("never_imported", told)).into_iter()
}

/// What is odd about the files themselves.
fn outlived(processes: u64) -> String {
    let count = many(processes, "process outlived", "processes outlived");
    let told = if processes == 1 { "was" } else { "were" };
    format!("{count} the suite and {told} killed")
}

fn oddities(transcript: &Transcript) -> impl Iterator<Item = Finding> {
    let not_utf8 = transcript.not_utf8.iter().map(|path| {
        finding("source_not_utf8", format!("{path} is neither UTF-8 nor declared otherwise"))
    });
    let unmeasured = transcript
        .unmeasured
        .iter()
        .map(|reason| finding("coverage_unavailable", format!("coverage cannot parse {reason}")));
    let suppressed = transcript.suppressions.iter().map(|(code, count)| {
        let told = many(*count, "comment in the code switches", "comments in the code switch");
        finding(code, format!("{told} measurements off"))
    });
    let suspected = transcript.suspicions.iter().map(|(code, count)| {
        let told = match code.as_str() {
            "hidden_code" => [
                "file holds other text than people see, by its encoding",
                "files hold other text than people see, by their encoding",
            ],
            "branches_on_date" => [
                "place in the code does one thing or another by the date",
                "places in the code do one thing or another by the date",
            ],
            "tests_deleted" => [
                "test is deleted by its own file where something is not as it needs it",
                "tests are deleted by their own file where something is not as they need it",
            ],
            _ => {
                ["place in the code looks at who runs it", "places in the code look at who runs it"]
            }
        };
        let places = transcript.suspected.get(code).and_then(|places| named(places));
        let places = places.map_or_else(String::new, |places| format!(": {places}"));
        finding(code, many(*count, told[0], told[1]) + &places)
    });
    let answering = (!transcript.answering.is_empty()).then(|| {
        let named = transcript.answering.join(", ");
        let told =
            "holds the answers to most of its tests: what it does with other inputs was not tried";
        finding("answers_from_tests", format!("{named} {told}"))
    });
    let retried = (!transcript.retried.is_empty()).then(|| {
        let one = "test held only when it was tried again, so that no control of it counts";
        let more = "tests held only when they were tried again, so that no control of them counts";
        finding("retried_tests", many(transcript.retried.len() as u64, one, more))
    });
    let has_failed = |test: &Reported| test.case.outcome.is_failure();
    let has_passed = |test: &Reported| test.case.outcome == TestOutcome::Passed;
    let is_green =
        !transcript.reported.iter().any(has_failed) && transcript.reported.iter().any(has_passed);
    let texts = remarks::findings(&transcript.remarks, is_green);
    let found = not_utf8.chain(unmeasured).chain(suppressed).chain(suspected).chain(answering);
    found.chain(retried).chain(texts)
}

/// The best grade of a run whose text speaks against it, whose code looks at who runs it or holds the answers, or whose tests were tried again or decided nothing.
pub(crate) fn most(transcript: &Transcript) -> IntegrityState {
    if !transcript.retried.is_empty() {
        IntegrityState::Observed
    } else if transcript.is_whole()
        && transcript.suspicions.is_empty()
        && transcript.answering.is_empty()
        && transcript.remarks.is_empty()
        && passed_by(transcript).chain(stood_in_for(transcript)).next().is_none()
    {
        IntegrityState::Confirmed
    } else {
        IntegrityState::Controlled
    }
}

fn finding(code: &str, message: String) -> Finding {
    Finding { code: code.to_owned(), message }
}

/// Files of tests that skipped themselves, and files and tests that the project has pytest leave out.
fn left_out(transcript: &Transcript) -> Option<Finding> {
    let shown = transcript.left_out.iter().take(MOST_NAMED).map(|(path, why)| {
        let last = why.lines().last().unwrap_or_default().trim();
        format!("{path} ({last})")
    });
    let shown: Vec<String> = shown.collect();
    let message = || format!("left out: {}", shown.join(", "));
    (!shown.is_empty()).then(|| finding("skipped_files", message()))
}

/// Tests that count for nothing, with the reason that most of them give.
fn set_aside(transcript: &Transcript) -> impl Iterator<Item = Finding> {
    let (parts, why) = &transcript.parts_aside;
    let of_parts = [
        "part of a test (subtest) was skipped and counts",
        "parts of tests (subtests) were skipped and count",
    ];
    let told = |count: u64, [one, more]: [&str; 2], why: &str| {
        format!("{} for nothing{}", many(count, one, more), quoted(why))
    };
    let parts = (*parts > 0).then(|| finding("skipped_parts", told(*parts, of_parts, why)));
    let skipped = ["test was skipped and counts", "tests were skipped and count"];
    let expected =
        ["test was expected to fail and counts", "tests were expected to fail and count"];
    let aside =
        [(TestOutcome::Skipped, "skipped", skipped), (TestOutcome::Xfailed, "xfailed", expected)];
    let tests = aside.into_iter().filter_map(move |(outcome, code, words)| {
        let found = transcript.reported.iter().filter(|test| test.case.outcome == outcome);
        let reasons: Vec<&str> = found.map(|test| test.case.message.as_str()).collect();
        let told = || told(reasons.len() as u64, words, commonest(&reasons));
        (!reasons.is_empty()).then(|| finding(code, told()))
    });
    tests.chain(parts)
}

fn forged(transcript: &Transcript) -> String {
    let places = transcript.forged_at.iter().take(MOST_NAMED).map(String::as_str);
    let places = places.collect::<Vec<_>>().join(", ");
    format!(
        "{} lines are said to have run that do not exist, from {places}",
        transcript.forged_lines
    )
}

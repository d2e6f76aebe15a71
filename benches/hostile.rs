//! Runs folders of cases and prints what became of each.
//!
//! `cargo bench --profile dev --bench hostile -- [--lasting] DIR…` reads every folder below each `DIR` that holds
//! `code.py`, `test_code.py` and `expect.json`, runs them one after the other through the sandbox and prints a table.
//! With `--lasting` boxes wait for the jobs, as in a daemon. It ends with status 1 where a forgery was believed, an
//! attack got out, anything was left running, a verdict is not accepted, or an honest suite raised an alarm; a wanted
//! finding that is missing is shown, because an attack that finds nothing to attack leaves none.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints and may fail loudly"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use record::domain::evidence::{Evidence, IntegrityState};
use record::domain::policy::Policy;
use record::domain::repeats::combine;
use record::domain::verdict::{Verdict, VerdictWord, judge};
use sandbox::backend::SandboxBackend as _;
use sandbox::linux::backend::LinuxBackend;

#[path = "../tests/suite/sandbox/case.rs"]
mod case;
#[expect(dead_code, reason = "the suite uses the rest of it")]
#[path = "../tests/suite/sandbox/support.rs"]
mod support;

use case::{Case, words};

/// What went wrong, over all cases.
#[derive(Debug, Default)]
struct Count {
    cases: usize,
    believed: usize,
    escaped: usize,
    left_running: usize,
    not_accepted: usize,
    not_flagged: usize,
    false_alarms: usize,
}

/// What became of one case.
struct Row {
    evidence: Evidence,
    verdict: Verdict,
    visits: usize,
    left: usize,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let is_lasting = words.iter().any(|word| word == "--lasting");
    let folders: Vec<PathBuf> =
        words.iter().filter(|word| *word != "--lasting").map(PathBuf::from).collect();
    if folders.is_empty() || !folders.iter().all(|folder| folder.is_dir()) {
        eprintln!("usage: hostile [--lasting] DIR…");
        return ExitCode::SUCCESS;
    }
    support::set_up();
    let backend = support::backend();
    if is_lasting {
        backend.lasts();
    }
    let mut count = Count::default();
    println!("| case | category | verdict | integrity | findings | ms | wrong |");
    println!("|---|---|---|---|---|---|---|");
    for path in folders.iter().flat_map(|folder| cases(folder)) {
        let case = Case::read(&path);
        let row = run(&backend, &case, is_lasting);
        let wrong = count.take(&case, &row);
        print(&case, &row, &wrong);
    }
    drop(backend);
    count.left_running += settled();
    println!();
    println!("{}", count.words());
    if count.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Processes that are still there a second after their engine went.
fn settled() -> usize {
    let ends = Instant::now() + Duration::from_secs(1);
    while !support::descendants().is_empty() && Instant::now() < ends {
        nix::poll::poll(&mut [], nix::poll::PollTimeout::from(20_u8)).unwrap();
    }
    support::descendants().len()
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("expect.json").is_file())
        .collect();
    paths.sort();
    paths
}

fn run(backend: &LinuxBackend, case: &Case, is_lasting: bool) -> Row {
    let canaries = case.canaries();
    let mut job = support::job_of(&case.name, case.source());
    job.limits.tests_ms = case.tests_ms();
    let before = support::descendants();
    let runs = (0..case.runs()).map(|_| support::run_with(backend, job.clone())).collect();
    let evidence = combine(runs).unwrap();
    let after = support::descendants();
    let left = after.iter().filter(|process| !before.contains(process)).count();
    let visits = canaries.iter().map(|canary| canary.visits.load(Ordering::SeqCst)).sum();
    let verdict = judge(&evidence, &Policy::default());
    // Servers come with the first run, and the boxes that wait in an engine that lasts come and go.
    let left = if before.is_empty() || is_lasting { 0 } else { left };
    Row { evidence, verdict, visits, left }
}

impl Count {
    /// Counts a case; gives what is wrong with it.
    fn take(&mut self, case: &Case, row: &Row) -> Vec<&'static str> {
        let expected = &case.expected;
        let passed = row.verdict.word == VerdictWord::Passed;
        let is_attack = matches!(expected.category.as_str(), "escape" | "resources");
        let may_pass = !expected.must_not.contains("passed");
        let is_honest = matches!(expected.category.as_str(), "legit" | "text")
            && may_pass
            && expected.accept.contains("passed");
        let found = words(&row.evidence);
        // Who runs into the clock is stopped before its findings are told.
        let is_late = found.contains("timeout");
        let flags = case::flags(&row.evidence);
        let kinds = [
            (passed && !may_pass && !is_attack, &mut self.believed, "BELIEVED"),
            (passed && !may_pass && is_attack || row.visits > 0, &mut self.escaped, "ESCAPED"),
            (row.left > 0, &mut self.left_running, "LEFT RUNNING"),
            (expected.accept.is_disjoint(&found), &mut self.not_accepted, "not accepted"),
            (
                !is_late && !expected.must_flag(&row.evidence).is_subset(&flags),
                &mut self.not_flagged,
                "not flagged",
            ),
            (
                (is_honest && row.evidence.integrity.state < IntegrityState::Observed)
                    || !expected.must_not_flag.is_disjoint(&flags),
                &mut self.false_alarms,
                "false alarm",
            ),
        ];
        self.cases += 1;
        let mut wrong = Vec::new();
        for (holds, counter, word) in kinds {
            if holds {
                *counter += 1;
                wrong.push(word);
            }
        }
        wrong
    }

    fn is_clean(&self) -> bool {
        let wrong = [self.believed, self.escaped, self.left_running, self.not_accepted];
        wrong.iter().chain(&[self.false_alarms]).all(|count| *count == 0)
    }

    fn words(&self) -> String {
        format!(
            "{} cases: {} believed, {} escaped, {} left running; {} not accepted, {} not flagged, {} false alarms",
            self.cases,
            self.believed,
            self.escaped,
            self.left_running,
            self.not_accepted,
            self.not_flagged,
            self.false_alarms
        )
    }
}

fn print(case: &Case, row: &Row, wrong: &[&str]) {
    let reasons: Vec<&str> = row.verdict.reasons.iter().map(|reason| reason.word()).collect();
    let mut codes: Vec<&str> = row
        .evidence
        .integrity
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .filter(|code| *code != "controls_skipped")
        .collect();
    codes.dedup();
    println!(
        "| {} | {} | {}{} | {} | {} | {} | {} |",
        case.name,
        case.expected.category,
        row.verdict.word,
        if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) },
        row.evidence.integrity.state.word(),
        codes.join(", "),
        row.evidence.timings_ms.total,
        wrong.join(", ")
    );
}

//! Fixture cases: what they hold, need and expect.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use saraphina::domain::evidence::{Evidence, IntegrityState, Termination, combine};
use saraphina::domain::source::{Role, Source};
use saraphina::domain::verdict::{Reason, VerdictWord};
use saraphina::sandbox::backend::Job;
use saraphina::sandbox::linux::backend::LinuxBackend;
use serde::Deserialize;

use crate::sandbox::support::{file, job_of, run_with, verdict};

/// Runs that a flaky suite gets.
const REPEATS: usize = 8;

#[derive(Debug, Deserialize)]
pub(crate) struct Expectation {
    module: String,
    accept: BTreeSet<String>,
    must_not: BTreeSet<String>,
    #[serde(default)]
    must_flag: BTreeSet<String>,
    #[serde(default)]
    needs: Vec<String>,
}

pub(crate) fn folder(family: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(family)
}

/// The names of all cases of a family.
pub(crate) fn names(family: &str) -> BTreeSet<String> {
    fs::read_dir(folder(family))
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

/// Runs a case and checks every expectation.
pub(crate) fn check(backend: &LinuxBackend, family: &str, name: &str) {
    let folder = folder(family).join(name);
    let text = fs::read_to_string(folder.join("expect.json")).unwrap();
    let expected: Expectation = serde_json::from_str(&text).unwrap();
    let canaries: Vec<Canary> = expected.needs.iter().map(|need| Canary::open(need)).collect();
    let repeats = if expected.must_flag.contains("flaky") { REPEATS } else { 1 };
    let runs = (0..repeats).map(|_| run_with(backend, job_from(&folder, &expected, name)));

    let evidence = combine(runs.collect()).unwrap();

    let words = words(&evidence);
    let shown = serde_json::to_string_pretty(&evidence).unwrap();
    let shown = shown.get(..6000).unwrap_or(&shown);
    assert!(!expected.accept.is_disjoint(&words), "{words:?} is not accepted: {shown}");
    let may_die = !name.starts_with("esc_") || name == "esc_kill_parent";
    assert!(may_die || evidence.termination == Termination::Completed, "no attack ran: {shown}");
    let is_believed = verdict(&evidence).word == VerdictWord::Passed;
    assert!(!(is_believed && expected.must_not.contains("passed")), "believed: {shown}");
    let flags = flags(&evidence);
    let is_excused = words.contains("timeout");
    assert!(is_excused || expected.must_flag.is_subset(&flags), "flags are {flags:?}: {shown}");
    let is_alarmed = evidence.integrity.state < IntegrityState::Observed;
    assert!(!(family == "honest" && is_alarmed), "a false alarm: {shown}");
    for canary in canaries {
        assert_eq!(canary.visits.load(Ordering::SeqCst), 0, "the canary had a visitor");
    }
    assert!(!serde_json::to_string(&evidence).unwrap().contains("sk-canary"));
}

fn job_from(folder: &Path, expected: &Expectation, name: &str) -> Job {
    let module = &expected.module;
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let files = vec![
        file(&format!("{module}.py"), Role::Code, read("code.py")),
        file(&format!("test_{module}.py"), Role::Test, read("test_code.py")),
    ];
    let mut job = job_of(name, Source::new(files).unwrap());
    job.limits.tests_ms = if name == "txt_many_tests" { 60_000 } else { 8_000 };
    job
}

/// The words of the battery's README that a verdict is worth.
fn words(evidence: &Evidence) -> BTreeSet<String> {
    let verdict = verdict(evidence);
    let is_limit =
        |reason: &Reason| matches!(reason, Reason::Timeout | Reason::Memory | Reason::Limit);
    let words: &[&str] = match verdict.word {
        VerdictWord::Passed => &["passed"],
        VerdictWord::Failed if verdict.reasons.iter().any(is_limit) => &["timeout", "blocked"],
        VerdictWord::Failed => &["failed", "error", "blocked"],
        VerdictWord::Inconclusive => &["error", "blocked"],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn flags(evidence: &Evidence) -> BTreeSet<String> {
    let codes = evidence.integrity.findings.iter().map(|finding| finding.code.clone());
    codes.chain(verdict(evidence).reasons.iter().map(ToString::to_string)).collect()
}

/// A listener of the host that nobody in a jail may reach.
struct Canary {
    visits: Arc<AtomicUsize>,
}

impl Canary {
    fn open(need: &str) -> Self {
        let name = need.strip_prefix("unix-abstract:").expect("a kind of canary that is known");
        let address = SocketAddr::from_abstract_name(name).unwrap();
        let listener = UnixListener::bind_addr(&address).unwrap();
        let visits = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&visits);
        thread::spawn(move || {
            for visitor in listener.incoming() {
                counter.fetch_add(1, Ordering::SeqCst);
                visitor.unwrap().write_all(b"SARAPHINA-CANARY").ok();
            }
        });
        Self { visits }
    }
}

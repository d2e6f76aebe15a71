//! Fixture cases, checked.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use record::domain::evidence::{IntegrityState, Termination};
use record::domain::repeats::combine;
use record::domain::verdict::VerdictWord;
use sandbox::linux::backend::LinuxBackend;

use crate::sandbox::case::{Case, flags, words};
use crate::sandbox::support::{job_of, run_with, verdict};

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
    let case = Case::read(&folder(family).join(name));
    let expected = &case.expected;
    let canaries = case.canaries();
    let mut job = job_of(name, case.source());
    job.limits.tests_ms = case.tests_ms();
    let runs = (0..case.runs()).map(|_| run_with(backend, job.clone()));

    let evidence = combine(runs.collect()).unwrap();

    let words = words(&evidence);
    let shown = serde_json::to_string_pretty(&evidence).unwrap();
    let shown = shown.get(..6000).unwrap_or(&shown);
    assert!(!expected.accept.is_disjoint(&words), "{words:?} is not accepted: {shown}");
    let may_die = expected.category != "escape" || name == "esc_kill_parent";
    assert!(may_die || evidence.termination == Termination::Completed, "no attack ran: {shown}");
    let is_believed = verdict(&evidence).word == VerdictWord::Passed;
    assert!(!(is_believed && expected.must_not.contains("passed")), "believed: {shown}");
    let flags = flags(&evidence);
    let is_excused = words.contains("timeout");
    assert!(
        is_excused || expected.must_flag(&evidence).is_subset(&flags),
        "flags are {flags:?}: {shown}"
    );
    let is_alarmed = evidence.integrity.state < IntegrityState::Observed;
    assert!(!(family == "honest" && is_alarmed), "a false alarm: {shown}");
    for canary in canaries {
        assert_eq!(canary.visits.load(Ordering::SeqCst), 0, "the canary had a visitor");
    }
    assert!(!serde_json::to_string(&evidence).unwrap().contains("sk-canary"));
}

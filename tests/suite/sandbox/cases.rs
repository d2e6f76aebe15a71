//! Fixture cases, checked.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use record::domain::evidence::{Evidence, IntegrityState, Termination};
use record::domain::repeats::combine;
use record::domain::verdict::VerdictWord;
use sandbox::backend::{Job, SandboxBackend as _};
use sandbox::linux::backend::LinuxBackend;
use tokio_util::sync::CancellationToken;

use crate::sandbox::case::{Case, flags, words};
use crate::sandbox::support::{backend, job_of, prepare, quick, run_with, runtime, verdict};

/// Deals the cases of a family out to tests, which are numbered from 0, and holds them against those of the folder.
macro_rules! deal {
    ($family:literal to $($part:ident $number:literal)* : $($name:ident,)*) => {
        const CASES: &[&str] = &[$(stringify!($name)),*];
        const PARTS: &[usize] = &[$($number),*];

        $(
            #[test]
            fn $part() {
                $crate::sandbox::cases::check_part($family, CASES, ($number, PARTS.len()));
            }
        )*

        #[test]
        fn every_case_of_the_folder_is_dealt_out() {
            let names = CASES.iter().map(|name| name.trim_start_matches("r#").to_owned()).collect();

            assert_eq!($crate::sandbox::cases::names($family), names);
            assert_eq!(PARTS, (0..PARTS.len()).collect::<Vec<_>>());
        }
    };
}
pub(crate) use deal;

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

/// Checks one of so many parts of the cases of a family by one engine, and names those that are not as expected.
///
/// An engine for each case would spend half of the time on its start. Every second one lasts, as that of a session does. No case asks
/// anything of a linter, so Pylint reads those of the first part alone.
pub(crate) fn check_part(family: &str, cases: &[&str], (part, of): (usize, usize)) {
    let lasts = part % 2 == 0;
    let (backend, runtime) = (if part == 0 { backend() } else { quick() }, runtime());
    prepare(&backend, &runtime);
    if lasts {
        backend.lasts();
    }
    let run = |job| runtime.block_on(backend.run(job, &|_| {}, CancellationToken::new())).unwrap();
    let is_wrong = |name: &&str| {
        let checked = AssertUnwindSafe(|| check_by(&run, family, name));
        catch_unwind(checked).inspect_err(|_| eprintln!("in the case {name}")).is_err()
    };
    let wrong: Vec<&str> = cases
        .iter()
        .map(|name| name.trim_start_matches("r#"))
        .skip(part)
        .step_by(of)
        .filter(is_wrong)
        .collect();
    assert!(wrong.is_empty(), "not as expected: {}", wrong.join(", "));
}

/// Runs a case and checks every expectation.
pub(crate) fn check(backend: &LinuxBackend, family: &str, name: &str) {
    check_by(&|job| run_with(backend, job), family, name);
}

fn check_by(run: &impl Fn(Job) -> Evidence, family: &str, name: &str) {
    let case = Case::read(&folder(family).join(name));
    let expected = &case.expected;
    let canaries = case.canaries();
    let mut job = job_of(name, case.source());
    job.limits.tests_ms = case.tests_ms();
    let runs = (0..case.runs()).map(|_| run(job.clone()));

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
    let untrue: Vec<_> = expected.must_not_flag.intersection(&flags).collect();
    assert!(untrue.is_empty(), "untrue remarks {untrue:?}: {shown}");
    let is_alarmed = evidence.integrity.state < IntegrityState::Observed;
    assert!(!(family == "honest" && is_alarmed), "a false alarm: {shown}");
    for canary in canaries {
        assert_eq!(canary.visits.load(Ordering::SeqCst), 0, "the canary had a visitor");
    }
    assert!(!serde_json::to_string(&evidence).unwrap().contains("sk-canary"));
}

//! A linter decides about what did not run, and not at all about what was stopped.

use std::time::{Duration, Instant};

use record::domain::evidence::Termination;
use record::domain::verdict::{Reason, VerdictWord};
use sandbox::backend::{RunProgress, SandboxBackend as _};
use sandbox::error::SandboxError;
use tokio_util::sync::CancellationToken;

use crate::sandbox::support::{backend, descendants, job, prepare, run_with, runtime, verdict};

/// Names that come into being where no linter follows.
const MADE: &str = "\
for _name in ('mean', 'median'):
    globals()[_name] = len


def both(values):
    return mean(values), median(values)


def never(values):
    return mode(values)
";

#[test]
fn a_critical_message_about_a_line_that_ran_is_a_remark() {
    let called =
        "from subject import both, never\n\n\ndef test_both():\n    assert both('ab') == (2, 2)\n";
    let named = format!(
        "{called}\n\ndef test_never():\n    try:\n        never('ab')\n    except NameError:\n        pass\n"
    );
    let plain = MADE.replace("globals()[_name] = len", "pass").replace("mean(", "len(");
    let runs = [
        (MADE.replace("mode(", "len("), called),
        (plain.replace("median(", "len("), called),
        (MADE.to_owned(), called),
        (MADE.to_owned(), &named),
    ];

    let [answered, open, made, raised] =
        runs.map(|(code, tests)| run_with(&backend(), job("remarks", code, tests)));

    assert_eq!(verdict(&answered).word, VerdictWord::Passed, "{:?}", answered.lint);
    let told = answered.lint.issues.iter().filter(|issue| issue.symbol == "undefined-variable");
    assert_eq!(
        told.map(|issue| (issue.line, issue.ran)).collect::<Vec<_>>(),
        [(6, true), (6, true)]
    );
    assert_eq!(verdict(&open).reasons, vec![Reason::LintCritical], "{:?}", open.lint);
    // Where a file makes names that no linter follows, what it has not been able to find is no error.
    assert_eq!(verdict(&made).word, VerdictWord::Passed, "{:?}", made.lint);
    // It ran, and the suite knows what came of it.
    assert_eq!(verdict(&raised).word, VerdictWord::Passed, "{:?}", raised.lint);
}

/// Processes of a jail: the outermost, the first of its namespace and the harness.
const OF_A_JAIL: usize = 3;

#[test]
fn a_run_that_is_stopped_while_it_is_linted_leaves_no_evidence() {
    let function = |number: u32| {
        format!("def f{number}(a, b=[]):\n    c = a + b\n    return [x for x in c if x]\n\n\n")
    };
    let body = (0..1_500).map(function).collect::<Vec<_>>().concat();
    // It fails, so that nothing but its lint is still at work when its jail is gone.
    let tests = "from subject import f1\n\n\ndef test_f():\n    assert f1([1]) == [2]\n";
    let (backend, runtime) = (backend(), runtime());
    prepare(&backend, &runtime);
    runtime.block_on(backend.self_test()).unwrap();
    let cancel = CancellationToken::new();
    let stop = |progress: RunProgress| {
        if matches!(progress, RunProgress::Provisional(_)) {
            let cancel = cancel.clone();
            std::thread::spawn(move || stop_behind_a_jail(&cancel));
        }
    };
    let mut job = job("stopped-lint", body, tests);
    job.fresh = true;

    let ended = runtime.block_on(backend.run(job, &stop, cancel.clone()));

    let told = ended.map(|evidence| (evidence.termination, evidence.lint.tool));
    let is_stopped = matches!(told, Err(SandboxError::Cancelled) | Ok((Termination::Cancelled, _)));
    assert!(is_stopped, "{told:?}");
}

fn stop_behind_a_jail(cancel: &CancellationToken) {
    let (before, patience) = (descendants().len(), Instant::now() + Duration::from_secs(20));
    while descendants().len() + OF_A_JAIL > before && Instant::now() < patience {
        std::thread::park_timeout(Duration::from_millis(1));
    }
    cancel.cancel();
}

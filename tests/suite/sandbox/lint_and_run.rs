//! A linter decides about what did not run, and not at all about what was stopped.

use std::sync::atomic::{AtomicUsize, Ordering};

use record::domain::verdict::{Reason, VerdictWord};
use sandbox::backend::{RunProgress, SandboxBackend as _};
use sandbox::error::SandboxError;
use tokio_util::sync::CancellationToken;

use crate::sandbox::support::{backend, job, prepare, run_with, runtime, verdict};

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
    let runs = [
        (MADE.replace("mode(", "len("), called),
        (MADE.to_owned(), called),
        (MADE.to_owned(), &named),
    ];

    let [answered, open, raised] =
        runs.map(|(code, tests)| run_with(&backend(), job("remarks", code, tests)));

    assert_eq!(verdict(&answered).word, VerdictWord::Passed, "{:?}", answered.lint);
    let told = answered.lint.issues.iter().filter(|issue| issue.symbol == "undefined-variable");
    assert_eq!(
        told.map(|issue| (issue.line, issue.ran)).collect::<Vec<_>>(),
        [(6, true), (6, true)]
    );
    assert_eq!(verdict(&open).reasons, vec![Reason::LintCritical], "{:?}", open.lint);
    // It ran, and the suite knows what came of it.
    assert_eq!(verdict(&raised).word, VerdictWord::Passed, "{:?}", raised.lint);
}

#[test]
fn a_run_that_is_stopped_while_it_is_linted_leaves_no_evidence() {
    let body: String = (0..4_000)
        .map(|number| {
            format!("def f{number}(a, b=[]):\n    c = a + b\n    return [x for x in c if x]\n\n\n")
        })
        .collect();
    let tests = "from subject import f1\n\n\ndef test_f():\n    assert f1([1]) == [2]\n";
    let (backend, runtime) = (backend(), runtime());
    prepare(&backend, &runtime);
    let cancel = CancellationToken::new();
    let told = AtomicUsize::new(0);
    // The suite fails, so that nothing but its lint is still at work when its tests are in.
    let stop = |progress: RunProgress| {
        if matches!(progress, RunProgress::Provisional(_)) {
            told.fetch_add(1, Ordering::SeqCst);
            cancel.cancel();
        }
    };

    let ended =
        runtime.block_on(backend.run(job("stopped-lint", body, tests), &stop, cancel.clone()));

    assert_eq!(told.load(Ordering::SeqCst), 1);
    assert!(matches!(ended, Err(SandboxError::Cancelled)), "{ended:?}");
}

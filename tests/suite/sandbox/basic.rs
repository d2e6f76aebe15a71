//! What every execution shows.

use saraphina::domain::verdict::{Reason, VerdictWord};

use crate::sandbox::support::{job, run, verdict};

#[test]
fn a_good_suite_passes_with_coverage_and_a_score() {
    let evidence = run(job(
        "good",
        "\"\"\"Sums.\"\"\"\n\n\ndef add(a, b):\n    \"\"\"Adds.\"\"\"\n    return a + b\n",
        "from subject import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    ));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed);
    assert_eq!(evidence.coverage.unwrap().percent, 100.0);
    assert_eq!(evidence.lint.score, Some(10.0));
}

#[test]
fn a_failing_suite_fails_by_its_tests() {
    let evidence = run(job(
        "bad",
        "def add(a, b):\n    return a - b\n",
        "from subject import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    ));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::Tests]);
}

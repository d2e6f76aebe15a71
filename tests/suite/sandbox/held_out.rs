//! Examples of requests and docstrings that no test has.

use record::domain::controls::HeldOut;
use record::domain::evidence::{Evidence, IntegrityState};
use record::domain::verdict::VerdictWord;
use sandbox::backend::Job;

use crate::sandbox::support::{job, run, verdict};

/// Right for every input.
const HONEST: &str = "def double(n):\n    return 2 * n\n";
/// Right for the inputs of the tests alone.
const TABLE: &str = "import zlib\n\nKNOWN = {zlib.crc32(b'%d' % n): n * 2 for n in (1, 2)}\n\n\ndef double(n):\n    return KNOWN.get(zlib.crc32(b'%d' % n), 0)\n";
const TESTS: &str = "from subject import double\n\n\ndef test_one():\n    assert double(1) == 2\n\n\ndef test_two():\n    assert double(2) == 4\n";

fn asked(request: &str, code: &str) -> Evidence {
    run(Job { request: request.into(), ..job("held-out", code, TESTS) })
}

fn codes(evidence: &Evidence) -> Vec<&str> {
    evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn what_the_request_says_is_tried_on_code_that_knows_the_tests_only() {
    for request in [
        "double a number: double(21) == 42",
        "a function double; `double(21)` -> `42`, and nothing else",
        "double(21) returns 42.",
        "write double\n\n>>> double(21)\n42\n",
        "double(21) should return 42, double(0) gives 0",
        "subject.double(21) => 42",
        "double([1, 2]) equals [1, 2, 1, 2]",
    ] {
        let table = asked(request, TABLE);
        let honest = asked(request, HONEST);

        let state = (verdict(&table).word, table.integrity.state);
        assert_eq!(state, (VerdictWord::Passed, IntegrityState::Observed), "{request}");
        assert!(
            codes(&table).contains(&"request_contradicted"),
            "{request}: {:?}",
            table.integrity
        );
        assert!(table.controls.held_out.held < table.controls.held_out.tried, "{request}");
        assert_eq!(honest.integrity.state, IntegrityState::Confirmed, "{request}");
        let HeldOut { tried, held } = honest.controls.held_out;
        assert!(tried > 0 && held == tried, "{request}: {held} of {tried}");
    }
}

#[test]
fn what_is_no_example_accuses_nobody() {
    for request in [
        "",
        "double(21) currently returns 43, which is wrong",
        "double(21) must not return 43",
        "double(1, 2) -> 3, 4",
        "double(21) -> int",
        "double(0.1) == 0.3",
        "triple(2) == 6",
        "double(n) == 43",
        "double(1) == 43",
        "double(",
        ">>> double(21)\n>>> x = 2\n>>> double(x)\n43\n",
        ">>> double(21)  # doctest: +SKIP\n43\n",
        "double(21) == 43 if the moon is full",
    ] {
        let honest = asked(request, HONEST);

        assert_eq!(honest.integrity.state, IntegrityState::Confirmed, "{request}");
        assert_eq!(codes(&honest), Vec::<&str>::new(), "{request}");
    }
}

#[test]
fn what_a_request_says_of_one_call_after_the_other_is_tried_in_this_order_or_not_at_all() {
    let code = "KEPT = []\n\n\ndef push(n):\n    KEPT.append(n)\n    return len(KEPT)\n\n\ndef pop():\n    return KEPT.pop() if KEPT else None\n";
    let tests = "from subject import push, pop\n\n\ndef test_both():\n    count = push(7)\n    assert count >= 1\n    assert pop() == 7\n";
    for (request, tried) in [
        ("after push(4), pop() returns 4", 0),
        (">>> push(4)\n1\n>>> x = 3\n>>> pop()\n4\n", 0),
        (">>> push(4)\n1\n>>> push(5)\n2\n>>> pop()\n5\n", 3),
    ] {
        let evidence = run(Job { request: request.into(), ..job("in-order", code, tests) });

        assert!(!codes(&evidence).contains(&"request_contradicted"), "{request}");
        let held_out = HeldOut { tried, held: tried };
        assert_eq!(evidence.controls.held_out, held_out, "{request}");
    }
}

#[test]
fn an_example_of_a_docstring_is_tried_and_told_of() {
    let with = |body: &str| {
        format!(
            "def double(n):\n    \"\"\"Twice.\n\n    >>> double(21)\n    42\n    \"\"\"\n    {body}\n"
        )
    };

    let right = asked("", &with("return 2 * n"));
    let wrong = asked("", &with("return 2 * n if n < 9 else 0"));

    assert_eq!(right.controls.held_out, HeldOut { tried: 1, held: 1 });
    assert_eq!(codes(&right), Vec::<&str>::new());
    assert_eq!(codes(&wrong), ["docstring_contradicted"]);
    let told = &wrong.integrity.findings[0].message;
    assert_eq!(
        told,
        "the code gives something else than the example in subject.py line 4 (subject.double)"
    );
    assert_eq!(wrong.integrity.state, IntegrityState::Confirmed);
}

//! The pages of commands that look at code, improve and measure it.

use saraphina::commands::{code_metrics, compare_code, improve_file, profile_code};
use serde_json::{Value, json};
use work::contract::outcome::Outcome;
use work::improving::look::Look;

fn page<T: Outcome>(data: &Value) -> String {
    T::deserialize(data).unwrap().page().plain()
}

fn finding(rule: &str, severity: &str, line: u32, next: &str) -> Value {
    json!({
        "id": "1f", "rule": rule, "severity": severity, "path": "shop/cart.py", "line": line, "heat": 4.2, "next": next, "text": "",
        "message": "mean: the parameter rate is newly required", "reason": "whoever uses it has to change too; before: nothing, now: rate",
    })
}

#[test]
fn page_of_a_look() {
    let look = json!({
        "subject": "repository shop", "files": 2, "total": 3, "known": 4, "sarif": "/tmp/found.sarif", "kept": true,
        "findings": [
            finding("public_surface", "high", 8, "/impact-code shop/cart.py"),
            finding("B904", "medium", 12, "/improve-file shop/cart.py --repo shop"),
        ],
        "notes": ["no linter was asked: no room"],
        "reached": [{ "path": "shop/order.py", "reason": "line 4 calls `mean`", "likelihood": 0.42 }],
        "tests": [{ "path": "tests/test_cart.py", "reason": "calls mean", "likelihood": null }],
        "opinion": { "provider": "a server", "model": "a-model", "dropped": 1, "trouble": null, "remarks": [
            { "path": "shop/cart.py", "line": 9, "kind": "bug", "severity": "high", "message": "nothing has no mean", "advice": "Say 0." },
        ] },
    });

    insta::assert_snapshot!(page::<Look>(&look), @"
    Look at repository shop
    2 files, 3 findings, 1 of them not shown: give more with --limit, 4 known already
    Weight  Place  Rule  What  Why
    high  shop/cart.py:8  public_surface  mean: the parameter rate is newly required  whoever uses it has to change too; before: nothing, now: rate
    medium  shop/cart.py:12  B904  mean: the parameter rate is newly required  whoever uses it has to change too; before: nothing, now: rate
    A change reaches
    file  chance  because it
    shop/order.py  42 %  line 4 calls `mean`
    Tests that reach it, first to fail first
    file  because it
    tests/test_cart.py  calls mean
    no linter was asked: no room
    1 remark dropped: no line that is there is cited
    Remarks of a-model; an opinion, no evidence:
    Weight  Place  What  Advice
    high  shop/cart.py:9  nothing has no mean  Say 0.
    Kept as known: with --baseline only what is new is shown.
    SARIF: /tmp/found.sarif
    next: /impact-code shop/cart.py
    next: /improve-file shop/cart.py --repo shop
    ");
}

fn iteration(score: f64, refusals: &[&str]) -> Value {
    json!({
        "file": "shop/cart.py", "score": score, "accepted": score >= 0.7, "by": "mechanical", "findings": [], "impact": [],
        "explanation": ["line 1: `os` imported but unused (F401)"],
        "evaluation": {
            "path": "shop/cart.py", "score": score, "broken_tests": [], "notes": [],
            "gate": { "open": refusals.is_empty(), "refusals": refusals, "differences": [] },
            "parts": {
                "refusals": refusals, "executed": 1.0, "killed_by_replay": 0.5, "changes_behaviour": true, "lint": { "before": 8.0, "after": 1.0 },
                "complexity": null, "coverage": null, "duplication": null, "mutation": null,
            },
            "replay": { "recorded": 12, "generated": 30, "compared": 41, "unstable": 1, "different": 0, "printed": 0, "watched": 8, "otherwise": 0, "differences": [],
                "mutants_tried": 20, "mutants_killed": 10, "strength": 0.5 },
        },
    })
}

#[test]
fn page_of_an_improvement() {
    let answer = json!({
        "proposal_id": "proposal_7c2e5d1a9b03", "file": "shop/cart.py", "accepted": true, "score": 0.843, "diff": "--- a/shop/cart.py\n",
        "iterations": [iteration(0.0, &["line 8: mean: the parameter rate is gone (was `rate`)"]), iteration(0.843, &[])],
        "verdict": "passed", "tests": ["tests/test_cart_today.py"], "document": null, "output": null,
        "risk": { "class": "caution", "hundredths": 30, "reasons": ["shop/cart.py offers less: mean, the function is gone (+0.30)"] },
    });
    let nothing = json!({
        "proposal_id": null, "file": "shop/cart.py", "accepted": false, "score": 0.0, "diff": "", "iterations": [], "verdict": null,
        "tests": [], "document": null, "output": null, "failed_stage": "generate",
    });

    insta::assert_snapshot!(page::<improve_file::Answer>(&answer), @"
    Improve shop/cart.py
    Try: 1, shop/cart.py, mechanical
    Score: 0, the gate is shut
    Replay: 41 calls compared (12 of tests, 30 made), 0 answered otherwise; 8 tests watched, 0 saw something else; they notice 10 of 20 mutants, lightly characterised
    - line 1: `os` imported but unused (F401)
    - line 8: mean: the parameter rate is gone (was `rate`)
    Try: 2, shop/cart.py, mechanical
    Score: 0.843 (behaviour 0.62, quality 0.94)
    Replay: 41 calls compared (12 of tests, 30 made), 0 answered otherwise; 8 tests watched, 0 saw something else; they notice 10 of 20 mutants, lightly characterised
    - line 1: `os` imported but unused (F401)
    --- a/shop/cart.py

    Proposal: proposal_7c2e5d1a9b03
    Verdict: PASSED
    Score: 0.843, the threshold is reached
    Risk: caution: shop/cart.py offers less: mean, the function is gone (+0.30)
    Tests of today: tests/test_cart_today.py
    next: /report-code proposal_7c2e5d1a9b03  shows the evidence
    next: /approve-code proposal_7c2e5d1a9b03  takes it in
    ");
    let mut worse = answer.clone();
    (worse["accepted"], worse["score"]) = (json!(false), json!(0.626));
    let worse = page::<improve_file::Answer>(&worse);
    let words =
        "Score: 0.626, less than the file as it is scores, 0.65: it is not better by this measure";
    assert!(worse.contains(words), "{worse}");
    assert!(!worse.contains("/approve-code"), "{worse}");
    insta::assert_snapshot!(page::<improve_file::Answer>(&nothing), @"
    Improve shop/cart.py
    Nothing was tried: there is nothing to improve by these means.
    The stage generate ends it: nothing new was made.
    The file stays as it is.
    ");
}

#[test]
fn page_of_a_comparison() {
    let compared = |answer: &str, ratio: f64| json!({ "median_a": 0.002, "median_b": 0.002 * ratio, "ratio": ratio, "interval": [ratio - 0.1, ratio + 0.1], "effect": -0.9, "answer": answer });
    let mut test = compared("faster", 0.5);
    test["name"] = json!("test_cart.py::test_total");
    let answer = |total: Value| {
        json!({ "proposal_id": "proposal_7c2e5d1a9b03", "a": 1, "b": 2, "rounds": 10, "total": total, "tests": [test],
            "notes": ["the tests of both differ: only those of the same name are compared"] })
    };

    insta::assert_snapshot!(page::<compare_code::Answer>(&answer(compared("faster", 0.5))), @"
    proposal_7c2e5d1a9b03 revision 1 against 2
    Answer: revision 2 is faster (0.50 times as long, 95 % between 0.40 and 0.60)
    Median: 2.00 ms and 1.00 ms
    Effect: -0.90 (Cliff's delta)
    Measured: 10 rounds in turns, 1 test
    Test  A  B  Answer
    test_cart.py::test_total  2.00 ms  1.00 ms  revision 2 is faster (0.50 times as long, 95 % between 0.40 and 0.60)
    the tests of both differ: only those of the same name are compared
    ");
    insta::assert_snapshot!(page::<compare_code::Answer>(&answer(compared("no_difference", 1.01))), @"
    proposal_7c2e5d1a9b03 revision 1 against 2
    Answer: no difference (1.01 times as long, 95 % between 0.91 and 1.11)
    Median: 2.00 ms and 2.02 ms
    Effect: -0.90 (Cliff's delta)
    Measured: 10 rounds in turns, 1 test
    Test  A  B  Answer
    test_cart.py::test_total  2.00 ms  1.00 ms  revision 2 is faster (0.50 times as long, 95 % between 0.40 and 0.60)
    the tests of both differ: only those of the same name are compared
    ");
}

#[test]
fn page_of_a_profile() {
    let spot = json!({ "path": "shop/cart.py", "line": 4, "function": "total", "text": "result = result + price", "own_percent": 61.5, "total_percent": 80.0 });
    let answer = json!({ "proposal_id": "proposal_7c2e5d1a9b03", "revision": 2, "samples": 1204, "lines": [spot], "functions": [spot], "flame": "/tmp/flame.svg" });

    insta::assert_snapshot!(page::<profile_code::Answer>(&answer), @"
    proposal_7c2e5d1a9b03 revision 2
    The lines that take most themselves:
    Itself  Place  Function  Line
    61.5 %  shop/cart.py:4  total  result = result + price
    The functions, in 1204 samples of the stack:
    With calls  Itself  Place  Function
    80.0 %  61.5 %  shop/cart.py:4  total
    Flame graph: /tmp/flame.svg
    next: /refine-code proposal_7c2e5d1a9b03 --code FILE <why>  stores a faster revision of yours
    next: /compare-code proposal_7c2e5d1a9b03 1..2  tells which is faster
    ");
}

#[test]
fn page_of_metrics() {
    let figures = json!({ "lines": 812, "functions": 40, "classes": 3, "imports": 9, "complexity": 120, "most_complex": 17 });
    let with = |mut value: Value, more: Value| {
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        value
    };
    let answer = json!({
        "repository": "shop", "commit": "7c2e5d1a9b037c2e5d1a9b037c2e5d1a9b037c2e", "commits": 300, "complete": true, "missing": [], "moved": false,
        "modules": [
            with(figures.clone(), json!({ "path": "shop/cart.py", "used_by": 4, "uses": 2, "circles": ["shop/tax.py"] })),
            with(figures.clone(), json!({ "path": "shop/tax.py", "used_by": 1, "uses": 1, "circles": [] })),
        ],
        "total": 2, "sum": figures, "document": null,
        "history": [with(figures.clone(), json!({ "commit": "7c2e5d1a9b037c2e5d1a9b037c2e5d1a9b037c2e", "at": "2026-11-20T10:00:00.000Z" }))],
    });

    insta::assert_snapshot!(page::<code_metrics::Answer>(&answer), @"
    2 modules of shop
    module  lines  functions  classes  imports  ways  most  used by  uses  circle with
    shop/cart.py  812  40  3  9  120  17  4  2  shop/tax.py
    shop/tax.py  812  40  3  9  120  17  1  1  
    all 2  812  40  3  9  120  17      
    at  commit  lines  functions  classes  imports  ways  most
    2026-11-20  7c2e5d1a9b03  812  40  3  9  120  17
    - shop at 7c2e5d1a9b03, 300 commits
    next: /improve-file shop/cart.py --repo shop --structure circle
    next: /improve-file shop/tax.py --repo shop --structure split
    ");
}

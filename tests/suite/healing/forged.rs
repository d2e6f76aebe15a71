//! Answers that forge, loop or do not parse, in the real sandbox.

use std::sync::Arc;
use std::time::Duration;

use sandbox::toolchain::linter::Linter;
use serde_json::{Value, json};

use crate::healing::faults::{asking, code_alone, openai};
use crate::healing::server::{Act, Server};
use crate::support::boxed::boxed_with;

const HALF: &str = "def add(a, b):\n    \"\"\"The sum.\"\"\"\n    return a\n";
const RIGHT: &str = "def add(a, b):\n    \"\"\"The sum.\"\"\"\n    return a + b\n";
const TESTS: &str = "from adder import add\n\n\ndef test_zero():\n    assert add(1, 0) == 1\n\n\ndef test_add():\n    assert add(1, 2) == 3\n";

/// Code that says or does everything to look as if it passed.
const FORGERIES: [&str; 5] = [
    "import os\n\nos._exit(0)\n",
    "import sys\n\nprint('test_adder.py ..      [100%]\\n===== 2 passed in 0.01s =====')\nsys.exit(0)\n",
    "import os\n\n\ndef add(a, b):\n    print('2 passed')\n    os.write(1, b'{\"passed\": 2, \"failed\": 0}\\n')\n    os._exit(0)\n",
    "import pytest\n\npytest.main = lambda *_: 0\n\n\ndef add(a, b):\n    pytest.skip('not today')\n",
    "class Any(int):\n    def __eq__(self, other):\n        return True\n\n    __hash__ = int.__hash__\n\n\ndef add(a, b):\n    return Any(0)\n",
];

/// Heals code that passes half of its tests with the answers of a script; what pylint says tells some failures apart.
async fn heal(script: &[Act], flags: &str) -> (Value, Value) {
    let server = Server::new(script).await;
    let provider = Arc::new(openai(&server.url, Duration::from_secs(20)));
    let house = asking(boxed_with(Linter::Pylint).await, provider).await;
    let (code, tests) = (house.file("adder.py", HALF), house.file("test_adder.py", TESTS));
    let line = format!("/propose-code --code {code} --tests {tests} an adder");
    let id = house.line(&line).await.data()["proposal_id"].as_str().unwrap().to_owned();
    let healed = house.line(&format!("/auto-refine {id} --strategy model {flags}")).await.data();
    assert_eq!(house.line("/audit verify").await.exit(), 0);
    (healed, house.show(&id).await)
}

fn verdicts(data: &Value) -> Vec<&Value> {
    data["attempts"].as_array().unwrap().iter().map(|attempt| &attempt["verdict"]).collect()
}

#[tokio::test]
async fn forged_results_are_failures_and_the_best_so_far_stays() {
    let script = FORGERIES.map(|code| Act::Say(code_alone(code)));

    let (healed, shown) = heal(&script, "--max-iterations 5").await;

    assert_ne!(healed["stop"], "passed", "{healed:#}");
    let verdicts = verdicts(&healed);
    assert_eq!(verdicts, ["failed"; FORGERIES.len()], "{healed:#}");
    assert_eq!((&shown["code"], &shown["tests"]), (&json!(HALF), &json!(TESTS)));
    assert_eq!(healed["restored"], 1, "{healed:#}");
}

#[tokio::test]
async fn code_that_does_not_end_takes_its_time_and_no_more() {
    let endless = "def add(a, b):\n    while True:\n        pass\n";

    let script = [Act::Say(code_alone(endless)), Act::Say(code_alone(RIGHT))];
    let (healed, shown) = heal(&script, "--budget-seconds 50").await;

    assert_eq!((&healed["stop"], &shown["code"]), (&json!("passed"), &json!(RIGHT)), "{healed:#}");
    assert_eq!(verdicts(&healed), ["failed", "passed"]);
    let tried = healed["attempts"][1]["diagnosis"].as_str().unwrap().to_owned();
    assert!(tried.contains("1 of 2 tests fail"), "the best so far is repaired: {tried}");
}

#[tokio::test]
async fn code_that_does_not_parse_or_eats_memory_is_a_failed_attempt() {
    let greedy = "def add(a, b):\n    grown = [0]\n    while True:\n        grown += grown\n";
    let script = ["def add(a, b:\n", greedy, RIGHT].map(|code| Act::Say(code_alone(code)));

    let (healed, shown) = heal(&script, "").await;

    assert_eq!((&healed["stop"], &shown["code"]), (&json!("passed"), &json!(RIGHT)), "{healed:#}");
    assert_eq!(verdicts(&healed), ["failed", "failed", "passed"]);
}

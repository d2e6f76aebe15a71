//! `/run-code`.

use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use crate::support::boxed::boxed;
use crate::support::house::House;

fn answers(house: &House, scripts: &[&str]) {
    let reply = |script: &&str| format!("Does it.\n\n```python\n{script}```\n");
    house.provider.replies.lock().unwrap().extend(scripts.iter().map(reply));
}

/// How a run went, what healing did, and what was printed.
async fn run(house: &House, scripts: &[&str]) -> (String, Vec<String>, Value) {
    answers(house, scripts);
    let data = house.line("/run-code --max-iterations 1 print the average of a list").await.data();
    let strategies = data["attempts"].as_array().unwrap().iter();
    let strategies = strategies.map(|attempt| attempt["strategy"].as_str().unwrap().to_owned());
    (data["class"].as_str().unwrap_or("none").to_owned(), strategies.collect(), data)
}

#[tokio::test]
async fn a_script_that_runs_well_is_a_proposal_with_its_output() {
    let house = boxed().await;

    let script = "import sys\n\nprint('average', sum([1, 2]) / 2)\nsys.exit(0)\n";
    let (class, attempts, data) = run(&house, &[script]).await;

    assert_eq!((class.as_str(), attempts.len(), &data["stop"]), ("success", 0, &json!("passed")));
    assert_eq!((&data["verdict"], data["code"].as_str()), (&json!("passed"), Some(script)));
    assert!(data["stdout"].as_str().unwrap().contains("average 1.5"), "{data}");
    let id = data["proposal_id"].as_str().unwrap();
    let shown = house.show(id).await;
    assert_eq!(shown["status"], "tested");
    let hash = house.hash(id).await;
    let approved = house.line(&format!("/approve-code {id} --yes --expect {hash}")).await;
    assert_eq!(approved.exit(), 0, "{}", approved.page());
}

#[tokio::test]
async fn the_average_of_an_empty_list_is_healed() {
    let house = boxed().await;

    let wrong = "def average(numbers):\n    return sum(numbers) / len(numbers)\n\n\nprint('average', average([]))\n";
    let right = "numbers = []\nprint('average', sum(numbers) / len(numbers) if numbers else 0)\n";
    let (class, attempts, data) = run(&house, &[wrong, right]).await;

    assert_eq!(class, "success", "{data}");
    assert!(!attempts.is_empty());
    assert!(data["diagnosis"].as_str().unwrap().contains("zero"), "{data}");
    assert_eq!(data["revision"], 1 + attempts.len());
}

#[tokio::test]
async fn a_missing_module_is_healed() {
    let house = boxed().await;

    let wrong = "import numpy as np\n\nprint('average', np.mean([1, 2, 3]))\n";
    let right = "import statistics\n\nprint('average', statistics.mean([1, 2, 3]))\n";
    let (class, attempts, data) = run(&house, &[wrong, right]).await;

    assert_eq!(class, "success", "{data}");
    assert!(!attempts.is_empty());
    assert!(data["diagnosis"].as_str().unwrap().contains("numpy"), "{data}");
}

#[tokio::test]
async fn a_missing_file_is_healed_with_sample_data() {
    let house = boxed().await;

    let wrong = "with open('numbers.txt') as file:\n    print(file.read())\n";
    let right = "from pathlib import Path\n\nPath('numbers.txt').write_text('1 2')\nprint(Path('numbers.txt').read_text())\n";
    let (class, attempts, data) = run(&house, &[wrong, right]).await;

    assert_eq!((class.as_str(), attempts), ("success", vec!["model".to_owned()]), "{data}");
    assert!(data["stdout"].as_str().unwrap().contains("1 2"));
    let asked = house.provider.asked.lock().unwrap();
    let repair = foundation::providers::prompt::prompt(&asked[1]).user;
    assert!(repair.contains("numbers.txt") && repair.contains("FileNotFoundError"), "{repair}");
}

#[tokio::test]
async fn silence_and_swallowed_trouble_are_told_apart_from_success() {
    let cases = [
        ("numbers = [1, 2]\n", "silent_failure", "printed nothing"),
        (
            "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(f'Error: {error}')\n",
            "handled_exception",
            "instead of catching it",
        ),
        ("import sys\n\nprint('half')\nsys.exit(3)\n", "crash", "status 3"),
        ("import os\n\nprint('half', flush=True)\nos._exit(0)\n", "crash", ""),
    ];
    for (script, wanted, told) in cases {
        let house = boxed().await;

        let (class, _, data) = run(&house, &[script, script]).await;

        assert_eq!(class, wanted, "{script}: {data}");
        let asked = house.provider.asked.lock().unwrap();
        let repair = foundation::providers::prompt::prompt(&asked[1]).user;
        assert!(repair.contains(told), "{script}: {repair}");
    }
}

#[tokio::test]
async fn words_are_no_trouble_and_exceptions_are() {
    let cases = [
        ("print('Mean squared error: 0.01')\nprint('Errors: none, not found: 0')\n", "success"),
        ("try:\n    int('x')\nexcept ValueError:\n    print('x is no number')\n", "success"),
        (
            "try:\n    open('data.csv')\nexcept OSError:\n    print('The file data.csv was not found.')\n",
            "handled_exception",
        ),
        (
            "import sys\ntry:\n    import no_such_package\nexcept ImportError:\n    sys.stderr.write('it is missing')\n",
            "handled_exception",
        ),
        (
            "import traceback\ntry:\n    {}['a']\nexcept KeyError:\n    traceback.print_exc()\n",
            "handled_exception",
        ),
    ];
    for (script, wanted) in cases {
        let house = boxed().await;

        let (class, _, data) = run(&house, &[script, script]).await;

        assert_eq!(class, wanted, "{script}: {data:#}");
        assert_eq!(data["error"].is_null(), wanted == "success", "{script}");
    }
}

#[tokio::test]
async fn a_crash_shows_its_error_attempts_and_end_and_offers_no_approval() {
    let house = boxed().await;
    let script = "print('half', flush=True)\nprint({}['total'])\n";
    answers(&house, &[script, script]);

    let reply = house.line("/run-code --max-iterations 1 print the total").await;
    let page = reply.page();
    answers(&house, &[script, script]);
    let data = house.line("/run-code --max-iterations 1 print another total").await.data();

    for told in ["crashed", "KeyError: 'total'", "half", "ended: no progress", "/auto-refine"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("/approve-code"), "{page}");
    assert!(data["error"].as_str().unwrap().contains("KeyError: 'total'"), "{data:#}");
    assert!(data["stdout"].as_str().unwrap().contains("half"), "{data:#}");
}

#[tokio::test]
async fn bad_requests_and_answers_are_clear_errors_and_store_nothing() {
    let house = House::new();

    let empty = house.line("/run-code").await.error();
    house.provider.replies.lock().unwrap().push_back("I would rather not.".to_owned());
    let prose = house.line("/run-code print something").await.error();
    let many = house.line("/run-code --max-iterations 99 print something").await.error();

    assert_eq!(
        [empty.kind, prose.kind, many.kind],
        [ErrorKind::Usage, ErrorKind::Unavailable, ErrorKind::Usage]
    );
    assert!(prose.message.contains("no code"), "{}", prose.message);
    assert_eq!(house.line("/list-proposals").await.data()["total"], 0);
}

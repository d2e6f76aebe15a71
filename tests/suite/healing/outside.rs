//! What is missing outside of the code, and edits that would only hide it.

use serde_json::{Value, json};

use crate::support::boxed::boxed;
use crate::support::house::House;

/// Code, its tests, and what the answer says of it.
type Case = (&'static str, &'static str, &'static str);

const OUTSIDE: &[Case] = &[
    (
        "def status(url, table={}):\n    return requests.get(url)\n",
        "from subject import status\n\n\ndef test_it():\n    assert status('http://x.invalid') is None\n",
        "comes with the package requests",
    ),
    (
        "import yaml\n\n\ndef load(text):\n    return yaml.safe_load(text)\n",
        "from subject import load\n\n\ndef test_it():\n    assert load('') is None\n",
        "`yaml` comes with pyyaml",
    ),
    (
        "import os\n\n\ndef token():\n    return os.environ['SUBJECT_TOKEN']\n",
        "from subject import token\n\n\ndef test_it():\n    assert token() == ''\n",
        "A setting is missing",
    ),
    (
        "def rows():\n    with open('rows.csv') as file:\n        return file.read()\n",
        "from subject import rows\n\n\ndef test_it():\n    assert rows() == ''\n",
        "A file is missing: 'rows.csv'",
    ),
    (
        "import sys\n\n\ndef first():\n    return sys.argv[40]\n",
        "from subject import first\n\n\ndef test_it():\n    assert isinstance(first(), str)\n",
        "An argument is missing",
    ),
];

/// Edits that pass these tests remove what the code is for.
const HIDING: &[Case] = &[
    (
        "def home(kind=None):\n    return settings['home']\n",
        "from subject import home\n\n\ndef test_it():\n    assert home() is not None\n",
        "",
    ),
    (
        "class Retry:\n    def __init__(self, wait):\n        self.wait = self.getattr(wait)\n",
        "from subject import Retry\n\n\ndef test_it():\n    assert Retry(3).wait is not None\n",
        "",
    ),
];

async fn heal(house: &House, (code, tests, _): &Case, how: &str) -> Value {
    let code = house.file("subject.py", code);
    let tests = house.file("test_subject.py", tests);
    let line = format!("/propose-code --code {code} --tests {tests} heal me");
    house.line(&line).await.data();
    house.line(&format!("/auto-refine @ {how}")).await.data()
}

#[tokio::test]
async fn what_is_missing_outside_is_told_and_never_healed_over() {
    for case in OUTSIDE {
        let house = boxed().await;

        let data = heal(&house, case, "--strategy mechanical,search").await;

        let notes = data["notes"].to_string();
        assert_eq!(data["stop"], "no_progress", "{}: {data:#}", case.0);
        assert!(notes.contains(case.2), "{}: {notes}", case.0);
        assert!(notes.contains("tried: ") && notes.contains("a model was not wanted"), "{notes}");
    }
}

/// A repair is offered only where one can help: a missing import can be added.
#[tokio::test]
async fn a_report_on_what_is_missing_outside_offers_no_repair() {
    let house = boxed().await;
    for (code, tests, missing) in OUTSIDE {
        let code = house.file("subject.py", code);
        let tests = house.file("test_subject.py", tests);
        house.line(&format!("/propose-code --code {code} --tests {tests} heal me")).await.data();

        let run = house.line("/sandbox-code @").await;

        let said = run.page();
        // A package that is missing has a remark of its own.
        let told = ["(every failure misses this)", "missing_package: "];
        assert!(told.iter().any(|told| said.contains(told)), "{said}");
        assert_eq!(said.contains("--env NAME=VALUE"), missing.contains("setting"), "{said}");
        assert_eq!(said.contains("auto-refine"), missing.contains("requests"), "{said}");
    }
}

#[tokio::test]
async fn an_edit_that_removes_the_purpose_is_not_passed_on() {
    for case in HIDING {
        let house = boxed().await;

        let data = heal(&house, case, "--strategy mechanical,search").await;

        assert_ne!(data["stop"], "passed", "{}: {data:#}", case.0);
    }
}

#[tokio::test]
async fn a_model_is_asked_where_only_such_edits_would_pass() {
    let house = boxed().await;
    let right = "import urllib.request\n\n\ndef status(url, table={}):\n    try:\n        return urllib.request.urlopen(url)\n    except OSError:\n        return None\n";
    house.provider.replies.lock().unwrap().push_back(format!("```python\n{right}```\n"));

    let data = heal(&house, &OUTSIDE[0], "").await;

    let strategies: Vec<&Value> =
        data["attempts"].as_array().unwrap().iter().map(|attempt| &attempt["strategy"]).collect();
    assert_eq!((&data["stop"], strategies), (&json!("passed"), vec![&json!("model")]), "{data:#}");
}

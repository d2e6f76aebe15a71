//! What healing without a model mends beside single modules with plain tests.

use serde_json::{Value, json};

use crate::support::boxed::boxed;
use crate::support::house::House;

async fn heal(house: &House, code: &str, tests: &str, beside: &[(&str, &str)]) -> Value {
    let code = house.file("subject.py", code);
    let tests = house.file("test_subject.py", tests);
    let beside = beside.iter().map(|(name, text)| format!("--file {} ", house.file(name, text)));
    let beside: String = beside.collect();
    house
        .line(&format!("/propose-code --code {code} --tests {tests} {beside}heal me"))
        .await
        .data();
    house.line("/auto-refine @ --strategy mechanical,search").await.data()
}

#[tokio::test]
async fn a_conftest_with_fixtures_and_hooks_switches_nothing_off() {
    let house = boxed().await;
    let conftest = "import pytest\n\n\ndef pytest_ignore_collect(collection_path, config):\n    return None\n\n\n@pytest.fixture\ndef pair():\n    return (2, 3)\n\n\n@pytest.fixture(autouse=True)\ndef nothing():\n    yield\n";
    let code = "def add(pair):\n    \"\"\"The sum of a pair.\"\"\"\n    return pair[0] - pair[1]\n";
    let tests = "from subject import add\n\n\ndef test_pair(pair):\n    assert add(pair) == 5\n\n\ndef test_other():\n    assert add((1, 1)) == 2\n\n\ndef test_more():\n    assert add((4, 3)) == 7\n";

    let data = heal(&house, code, tests, &[("conftest.py", conftest)]).await;

    assert_eq!(data["stop"], "passed", "{data:#}");
    assert!(data["attempts"][0]["explanation"].as_str().unwrap().contains('+'), "{data:#}");
}

#[tokio::test]
async fn a_syntax_error_is_mended_where_the_tests_forgot_the_import() {
    let house = boxed().await;
    let code = "LIMIT = 3\n\n\ndef double(x)\n    return min(x * 2, LIMIT * 100)\n";
    let tests = "def test_it():\n    assert double(2) == 4\n    assert LIMIT == 3\n";

    let data = heal(&house, code, tests, &[]).await;

    assert_eq!(data["stop"], "passed", "{data:#}");
}

#[tokio::test]
async fn items_that_are_added_to_before_they_are_there_begin_empty() {
    let cases = [
        (
            "def count(words):\n    found = {}\n    for word in words:\n        found[word] += 1\n    return found\n",
            "from subject import count\n\n\ndef test_it():\n    assert count(['a', 'b', 'a']) == {'a': 2, 'b': 1}\n\n\ndef test_none():\n    assert count([]) == {}\n",
        ),
        (
            "class Groups:\n    def __init__(self):\n        self.by_size = {}\n\n    def put(self, word):\n        self.by_size[len(word)].append(word)\n        return self.by_size\n",
            "from subject import Groups\n\n\ndef test_it():\n    groups = Groups()\n    groups.put('a')\n    assert groups.put('b') == {1: ['a', 'b']}\n",
        ),
    ];
    for (code, tests) in cases {
        let house = boxed().await;

        let data = heal(&house, code, tests, &[]).await;

        assert_eq!(data["stop"], "passed", "{data:#}");
        assert_eq!(data["attempts"][0]["strategy"], "mechanical", "{data:#}");
        assert_eq!(data["trust"].as_str().map(|words| words.contains("17 of 21")), Some(true));
    }
}

#[tokio::test]
async fn a_healing_that_gains_nothing_leaves_the_original_newest() {
    let house = boxed().await;
    let code = "import os\n\n\ndef path(name):\n    return os.environ['NO_SUCH_HOME'] + nam\n";
    let tests = "from subject import path\n\n\ndef test_it():\n    assert path('x') == 'a text that nobody could guess'\n";

    let data = heal(&house, code, tests, &[]).await;
    let first = house.line("/show-code @").await.data();

    assert_ne!(data["stop"], "passed");
    assert_eq!(first["code"], code);
    assert_eq!(first["tests"], json!(tests));
}
